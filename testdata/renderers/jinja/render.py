"""Renders the Jinja components of this catalog, for Storytime."""
import json
import sys

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError
from markupsafe import Markup

environment = Environment(loader=FileSystemLoader("."), autoescape=True, undefined=StrictUndefined)

for line in sys.stdin:
    request = json.loads(line)
    answer = {"id": request["id"]}
    try:
        template = environment.get_template(request["component"])
        answer["html"] = template.render(request["props"], children=Markup(request["children"] or ""))
    except TemplateError as error:
        answer["error"] = {"message": str(error), "line": getattr(error, "lineno", None) or 0, "file": getattr(error, "name", None) or ""}
    print(json.dumps(answer), flush=True)
