// The props of a story as controls. They are made when the panel is first
// seen, from what the server says about the component; what they are set to
// is rendered by the server, and the story's frame becomes that.
//
//	GET _storytime/render?story=a/b/c[&props=YAML]

let panel, frame, story;
let plain = null; // the panel as the page has it
let base = null; // the story as it is written
let fields = new Map();
let touched = false;
let failed = false;
let last = ""; // the YAML to copy
let status, report;

const element = (name, attributes, ...children) => live.workshop.el(name, attributes, ...children);

live.startControls = () => {
  panel = document.getElementById("st-panel-props");
  frame = document.getElementById("st-frame");
  if (!live.workshop || !panel || !frame) return;
  story = live.workshop.here.replace(/\/$/, "");
  plain = panel.cloneNode(true);
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(live.styles.controls);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  } catch {
    document.head.append(element("style", {}, live.styles.controls));
  }
  live.controls = {
    // Whether the frame shows what the controls say.
    rules: () => touched,
    // The page's own panel is new.
    table(fresh) {
      plain = fresh.cloneNode(true);
      if (!base) panel.replaceChildren(...fresh.childNodes);
    },
    // The story may be new.
    async follow() {
      if (live.broken.has(story)) return;
      if (base) await load();
      else open();
    },
    online() {
      if (failed && touched) send();
      else open();
    },
  };
  new MutationObserver(open).observe(panel, { attributeFilter: ["hidden"] });
};

let loading = false;
async function open() {
  if (base || loading || panel.hidden) return;
  loading = true;
  await load();
  loading = false;
}

// The story as it is written. What somebody has set stays set.
async function load() {
  const answer = await ask(null);
  if (!answer) return;
  if (!answer.props?.length) return;
  base = answer;
  if (!touched) last = answer.yaml ?? "";
  build();
  if (touched) await send();
  else report.innerHTML = answer.problems ?? "";
}

let asking = null;
let number = 0;
async function ask(props) {
  asking?.abort();
  const abort = asking = new AbortController();
  const mine = ++number;
  const address = new URL("_storytime/render", live.root);
  address.searchParams.set("story", story);
  if (props !== null) address.searchParams.set("props", props);
  const timeout = setTimeout(() => abort.abort(), 20000);
  try {
    const response = await fetch(address, { headers: { "X-Storytime": "1" }, cache: "no-store", signal: abort.signal });
    if (!response.ok) throw new Error("status " + response.status);
    const answer = await response.json();
    if (mine !== number) return null;
    failed = false;
    tell("");
    return answer;
  } catch {
    if (mine === number) {
      failed = true;
      tell("The story could not be rendered: the server does not answer.");
    }
    return null;
  } finally {
    clearTimeout(timeout);
  }
}

function tell(text) {
  if (!status?.isConnected) {
    if (!text) return;
    status = element("p", { class: "live-status", role: "status" });
    panel.prepend(status);
  }
  if (status.textContent !== text) status.textContent = text;
}

let timer;
function change(field) {
  field.set = true;
  touched = true;
  mark(field);
  clearTimeout(timer);
  timer = setTimeout(send, 60);
}

async function send() {
  clearTimeout(timer);
  const answer = await ask(compose());
  if (!answer) return;
  report.innerHTML = answer.problems ?? "";
  // The frame keeps the last story that could be rendered.
  if (answer.problems) return;
  last = answer.yaml ?? "";
  await paint(answer);
}

async function paint({ html, markup }) {
  const code = document.querySelector("#st-panel-html pre.code code");
  if (code && code.innerHTML !== markup) code.innerHTML = markup ?? "";
  const doc = frame.contentDocument;
  if (!doc) return;
  if (await live.become({ doc, frame }, html)) return;
  // A document with scripts has to begin anew, and can't be had from an
  // address. What is relative in it stays so by <base>.
  const next = live.parse(html);
  if (!next.querySelector("base")) {
    const link = next.createElement("base");
    link.href = frame.src;
    next.head.prepend(link);
  }
  const state = live.snapshot(doc);
  const focused = document.activeElement === frame;
  await new Promise((done) => {
    frame.addEventListener("load", done, { once: true });
    setTimeout(done, 5000);
    frame.srcdoc = "<!doctype html>" + next.documentElement.outerHTML;
  });
  if (frame.contentDocument) live.restore(frame.contentDocument, state, focused);
}

async function reset() {
  clearTimeout(timer);
  touched = false;
  const answer = await ask(null);
  if (!answer) return;
  base = answer;
  last = answer.yaml ?? "";
  report.replaceChildren();
  build();
  if (frame.hasAttribute("srcdoc")) frame.removeAttribute("srcdoc");
  else await paint(answer);
  live.workshop.say("As it is written");
}

// The panel: the page's own table with controls for values, and two buttons.
function build() {
  const before = fields;
  const focused = panel.contains(document.activeElement) ? live.focus(document) : null;
  const top = panel.scrollTop;
  const fresh = plain.cloneNode(true);
  panel.replaceChildren(...fresh.childNodes);
  let body = panel.querySelector("table.props tbody");
  if (!body) {
    const head = element("tr", {}, ...["Name", "Value", "Type", "Default", "Description"].map((name) => element("th", { scope: "col" }, name)));
    body = element("tbody");
    panel.querySelector(".none")?.remove();
    panel.append(element("div", { class: "table-box" }, element("table", { class: "props" }, element("thead", {}, head), body)));
  }
  const rows = new Map([...body.rows].map((row) => [row.cells[0].querySelector("code")?.textContent, row]));
  fields = new Map();
  for (const prop of base.props) {
    let row = rows.get(prop.name);
    if (!row) {
      row = element("tr", {}, element("th", { scope: "row" }, element("code", {}, prop.name)), element("td"),
        element("td", {}, element("code", { class: "type" }, prop.type ?? "")), element("td"), element("td", {}, prop.doc ?? ""));
      body.append(row);
    }
    const field = make(prop);
    const had = before.get(prop.name);
    fields.set(prop.name, field);
    if (touched && had && had.kind === field.kind) field.restore(had);
    row.cells[1].replaceChildren(field.box);
    mark(field);
  }
  status = element("p", { class: "live-status", role: "status" });
  report ??= element("div", { class: "live-report", role: "status" });
  const button = (text, does) => {
    const made = element("button", { type: "button" }, text);
    made.addEventListener("click", does);
    return made;
  };
  const bar = element("div", { class: "live-bar" }, status, button("Reset", reset), button("Copy as YAML", () => live.workshop.copy(last.trimEnd() + "\n")));
  panel.querySelector(".table-box").before(bar, report);
  live.workshop.enhance(panel);
  panel.scrollTop = top;
  live.refocus(document, focused);
}

// The buttons that make a prop unset are there only where that is possible.
function mark(field) {
  field.box.classList.toggle("unset-prop", !field.set);
  field.unset.hidden = !field.set || !!field.prop.required;
}

const kinds = {
  bool: "bool", boolean: "bool", int: "number", integer: "number", number: "number", float: "number",
  enum: "enum", color: "color", colour: "color", date: "date", string: "text", html: "text",
};

// A control for a prop. How it is shown depends on what it holds, too: a
// value of another type than it should have can still be seen, and mended.
function make(prop) {
  const { name } = prop;
  const given = Object.hasOwn(prop, "value") && prop.value !== undefined;
  const value = given ? prop.value : prop.default ?? null;
  let kind = kinds[prop.type] ?? "yaml";
  if (prop.options?.length && !["list", "object", "component"].includes(prop.type)) kind = "enum";
  const type = typeof value;
  const fits = { bool: "boolean", number: "number", text: "string", color: "string", date: "string" }[kind];
  if (fits && value !== null && type !== fits) kind = "yaml";
  if (kind === "date" && value !== null && !/^\d{4}-\d\d-\d\d$/.test(value)) kind = "text";
  const field = makers[kind](prop, value, given);
  field.kind = kind + (field.input.localName === "textarea" ? "s" : "");
  field.prop = prop;
  field.set = given;
  field.input.setAttribute("aria-label", name);
  field.input.setAttribute("name", "live-prop-" + name);
  field.input.setAttribute("autocomplete", "off");
  field.unset = element("button", { type: "button", class: "live-unset", "aria-label": "Unset " + name, title: "Unset" }, "×");
  field.unset.addEventListener("click", () => {
    const empty = make({ ...prop, value: undefined });
    if (empty.kind === field.kind) field.restore(empty);
    else field.restore({ input: { value: "" } });
    change(field);
    field.set = false;
    mark(field);
    field.input.focus();
  });
  field.box = element("div", { class: "live-field live-" + kind }, ...(field.parts ?? [field.input]), field.unset);
  field.restore ??= ({ input, set }) => {
    field.input.value = input.value;
    field.set = !!set;
  };
  field.box.addEventListener("input", () => change(field));
  return field;
}

const quoted = (value) => JSON.stringify(value);
const hint = (prop) => (prop.default === undefined || prop.default === null ? "not set" : typeof prop.default === "string" ? prop.default : text(prop.default));

const makers = {
  bool(prop, value) {
    const input = element("input", { type: "checkbox" });
    input.checked = !!value;
    return {
      input, yaml: () => quoted(input.checked),
      restore(had) {
        input.checked = !!had.input.checked;
        this.set = !!had.set;
      },
    };
  },
  number(prop, value, given) {
    const input = element("input", { type: "number", step: /^int/.test(prop.type) ? "1" : "any", placeholder: hint(prop) });
    if (given) input.value = value;
    // An empty field is no number.
    return { input, yaml: () => (input.value === "" ? null : input.value) };
  },
  enum(prop, value, given) {
    const options = [...prop.options ?? []];
    if (given && !options.some((option) => quoted(option) === quoted(value))) options.push(value);
    const input = element("select");
    if (!prop.required || !given) {
      const none = new Option(prop.default === undefined || prop.default === null ? "not set" : hint(prop) + " (default)", "");
      input.add(none);
    }
    for (const option of options) input.add(new Option(typeof option === "string" ? option : text(option), quoted(option)));
    input.value = given ? quoted(value) : "";
    return { input, yaml: () => input.value || null };
  },
  text(prop, value, given) {
    const long = prop.type === "html" || (given && value?.includes("\n"));
    const input = long ? element("textarea", { rows: "2", spellcheck: "false", placeholder: hint(prop) })
      : element("input", { type: "text", placeholder: hint(prop) });
    if (given) input.value = value;
    return { input, yaml: () => quoted(input.value) };
  },
  color(prop, value, given) {
    const input = element("input", { type: "text", spellcheck: "false", placeholder: hint(prop) });
    const pick = element("input", { type: "color", "aria-label": "Pick " + prop.name, tabindex: "0" });
    if (given) input.value = value;
    const show = () => {
      const color = input.value || (prop.default ?? "");
      const short = /^#[\da-f]{3}$/i.test(color) ? color.replace(/[\da-f]/gi, "$&$&") : color;
      if (/^#[\da-f]{6}$/i.test(short)) pick.value = short;
    };
    show();
    input.addEventListener("input", show);
    pick.addEventListener("input", () => { input.value = pick.value; });
    return {
      input, parts: [pick, input], yaml: () => quoted(input.value),
      restore(had) {
        input.value = had.input.value;
        this.set = !!had.set;
        show();
      },
    };
  },
  date(prop, value, given) {
    const input = element("input", { type: "date" });
    if (given) input.value = value;
    return { input, yaml: () => (input.value ? quoted(input.value) : null) };
  },
  yaml(prop, value, given) {
    const input = element("textarea", { rows: "2", spellcheck: "false", placeholder: hint(prop), class: "live-code" });
    if (given) input.value = text(value);
    return { input, yaml: () => (input.value.trim() ? "\n" + input.value.replace(/^/gm, "  ") : "null") };
  },
};

// What is set, as a YAML mapping. JSON is YAML, so only what is written as
// YAML already is not JSON.
function compose() {
  const lines = [];
  for (const [name, field] of fields) {
    const value = field.set ? field.yaml() : null;
    if (value !== null) lines.push(quoted(name) + ":" + (value.startsWith("\n") ? "" : "\x20") + value);
  }
  return lines.length ? lines.join("\n") + "\n" : "{}\n";
}

// A value as YAML, the way one would write it.
function text(value) { return lines(value).join("\n"); }
function lines(value) {
  if (value === null || typeof value !== "object") return [scalar(value)];
  if (Array.isArray(value)) {
    if (!value.length) return ["[]"];
    return value.flatMap((one) => lines(one).map((line, i) => (i ? "  " : "- ") + line));
  }
  const entries = Object.entries(value);
  if (!entries.length) return ["{}"];
  return entries.flatMap(([name, one]) => {
    const inner = lines(one);
    const flat = one === null || typeof one !== "object" || inner[0] === "[]" || inner[0] === "{}";
    return flat ? [scalar(name) + ": " + inner[0]] : [scalar(name) + ":", ...inner.map((line) => "  " + line)];
  });
}
function scalar(value) {
  if (typeof value !== "string") return JSON.stringify(value);
  const plainly = /^[A-Za-z][\w\x20.,-]*$/.test(value) && !value.endsWith("\x20") && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(value);
  return plainly ? value : JSON.stringify(value);
}
