package render

import (
	"fmt"
	"html/template"
	"maps"
	"path"
	"reflect"
	"slices"

	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// functions are those that a template in the directory dir has beside those
// of html/template.
func (r *Templates) functions(dir string) template.FuncMap {
	return template.FuncMap{
		"component": func(name string, args ...any) (template.HTML, error) { return r.call(dir, name, args) },
		"props":     props,
		"list":      func(items ...any) []any { return append([]any{}, items...) },
		"safeHTML":  func(html string) template.HTML { return template.HTML(html) },
	}
}

// functionNames are all that a template may call, for hints.
var functionNames = []string{
	"component", "props", "list", "safeHTML",
	"and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "call", "html", "index", "slice", "js", "len",
	"print", "printf", "println", "urlquery",
}

// props makes a map of its arguments, which are names and values in turn.
func props(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, &callError{problem.Prop, "`props` has a name without a value", "write names and values in turn: props \"text\" \"Save\""}
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, &callError{problem.Prop, fmt.Sprintf("`props` has %v where a name should be", pairs[i]), "write names and values in turn: props \"text\" \"Save\""}
		}
		m[name] = pairs[i+1]
	}
	return m, nil
}

// call is the function `component`: the name, relative to the file it stands
// in, then props, then children.
func (r *Templates) call(dir, name string, args []any) (template.HTML, error) {
	var given map[string]any
	if len(args) > 0 && args[0] != nil {
		var ok bool
		if given, ok = args[0].(map[string]any); !ok {
			return "", &callError{problem.Prop, fmt.Sprintf("the props of %s don't come from `props`", name),
				`write them as (props "name" "value"); children come after them`}
		}
	}
	if len(args) > 2 {
		return "", &callError{problem.Prop, fmt.Sprintf("`component` takes a name, props and children, and has %d more", len(args)-2),
			"put several children into a (list …)"}
	}
	if story.IsGo(name) {
		return r.callGo(dir, name, given, args)
	}
	t, wrong := r.resolve(dir, name)
	if wrong != nil {
		return "", wrong
	}
	data, mismatches := t.props.Apply(withoutChildren(given))
	if mismatches != nil {
		m := mismatches[0]
		return "", &callError{problem.Prop, m.Message + " (in " + t.name + ")", m.Hint}
	}
	// The data is the component's own: it may be changed from here on.
	data = maps.Clone(data)
	if data == nil {
		data = map[string]any{}
	}
	if err := r.componentProps(t, data); err != nil {
		return "", err
	}
	// Children that come along with all of the caller's data may be dropped;
	// those that are written for this component may not.
	if children, found := given["Children"]; found {
		data["Children"] = children
	}
	if len(args) == 2 {
		children := childrenOf(args[1])
		if children != "" && !t.showsChildren {
			return "", &callError{problem.Prop, t.name + " doesn't show its children", "write {{.Children}} where they belong in it, or remove them here"}
		}
		data["Children"] = children
	}
	html, p := r.execute(t, data)
	if p != nil {
		return "", p
	}
	return html, nil
}

// componentProps makes HTML of the props that take what children take, those
// included that the component's defaults gave.
func (r *Templates) componentProps(t *target, data map[string]any) error {
	for _, p := range t.props {
		value, given := data[p.Name]
		switch {
		case p.Type != story.TypeComponent || !given || value == nil:
		case p.Default != nil && reflect.DeepEqual(value, p.Default.Plain()):
			html, problems := r.children(path.Dir(t.file), *p.Default)
			if problems != nil {
				return problems[0]
			}
			data[p.Name] = html
		default:
			data[p.Name] = childrenOf(value)
		}
	}
	return nil
}

// withoutChildren is for `component "x.html" .`, which hands on everything.
func withoutChildren(given map[string]any) map[string]any {
	if _, found := given["Children"]; !found {
		return given
	}
	given = maps.Clone(given)
	delete(given, "Children")
	return given
}

// childrenOf makes HTML of what a template passes as children: HTML stays,
// text is escaped, the items of a list follow each other.
func childrenOf(v any) template.HTML {
	switch v := v.(type) {
	case nil:
		return ""
	case template.HTML:
		return v
	case []any:
		var all template.HTML
		for item := range slices.Values(v) {
			all += childrenOf(item)
		}
		return all
	}
	return template.HTML(template.HTMLEscaper(v))
}
