package rt

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// A templateRequest asks for a template of html/template that is executed with
// the functions of an application. The templates are Storytime's to find and
// read: it sends the text of a group that it hasn't sent before.
type templateRequest struct {
	// Funcs is the ID of the value that is the application's FuncMap.
	Funcs string `json:"funcs"`
	// Group names the templates that see each other, and Name is the one of
	// them to execute.
	Group string `json:"group"`
	Name  string `json:"name"`
	// Dir is what the function `component` is told to start from.
	Dir   string         `json:"dir"`
	Files []templateFile `json:"files"`
	// Once says that the group isn't asked for again.
	Once bool `json:"once"`
}

// A templateFile is one file of a group. Alias is another name for it.
type templateFile struct {
	Name  string `json:"name"`
	Alias string `json:"alias"`
	Text  string `json:"text"`
}

// A templateEngine keeps the groups that were parsed, and knows for whom the
// template is executed that runs now: its functions are bound when it is
// parsed, not when it is executed. So one template runs at a time, or else the
// others wait for the components that they asked Storytime for.
type templateEngine struct {
	mutex  sync.Mutex
	groups map[string]*template.Template
	asking *call
}

// A templateError is what html/template says, which Storytime reads as that of
// its own templates.
type templateError struct{ error }

func (e templateError) Unwrap() error { return e.error }

// A hinted error says what to do about it.
type hinted struct {
	error
	hint string
}

// A templateNode is a template with its data.
type templateNode struct {
	template *template.Template
	data     any
}

func (n templateNode) render(_ context.Context, w io.Writer) error {
	if err := n.template.Execute(w, n.data); err != nil {
		return templateError{err}
	}
	return nil
}

// template finds the template that is asked for, with its data.
func (c *call) template(req *templateRequest, data any) (node, error) {
	functions, wrong := c.functions(req.Funcs)
	if wrong != nil {
		c.report(wrong)
		return nil, nil
	}
	group := c.engine.group(req.Group)
	if len(req.Files) > 0 {
		var err error
		if group, err = c.parse(req, functions); err != nil {
			return nil, err
		}
		if !req.Once {
			c.engine.keep(req.Group, group)
		}
	}
	if group == nil {
		c.report(&problem{Kind: kindRequest, Message: "there is no group of templates " + shown(req.Group), Hint: hintVersion})
		return nil, nil
	}
	t := group.Lookup(req.Name)
	if t == nil {
		return nil, fmt.Errorf("no template defines %q", req.Name)
	}
	value, ok := c.templateData(data, path{"props"})
	if !ok {
		return nil, nil
	}
	return templateNode{t, value}, nil
}

// parse parses the files of a group.
func (c *call) parse(req *templateRequest, functions map[string]any) (*template.Template, error) {
	all := template.FuncMap{
		"component": func(name string, args ...any) (template.HTML, error) {
			return c.engine.caller().component(req.Dir, name, args)
		},
		"props":    props,
		"list":     func(items ...any) []any { return append([]any{}, items...) },
		"safeHTML": func(html string) template.HTML { return template.HTML(html) },
	}
	for name, f := range functions {
		all[name] = f
	}
	var group *template.Template
	for _, file := range req.Files {
		t := template.New(file.Name)
		if group != nil {
			t = group.New(file.Name)
		} else {
			group = t
		}
		if _, err := t.Funcs(all).Parse(file.Text); err != nil {
			return nil, withNames(err, all)
		}
		if file.Alias != "" && t.Tree != nil {
			if _, err := group.AddParseTree(file.Alias, t.Tree); err != nil {
				return nil, templateError{err}
			}
		}
	}
	return group, nil
}

// withNames adds to the error of a function that isn't known the nearest one
// that is.
func withNames(err error, functions template.FuncMap) error {
	_, after, found := strings.Cut(err.Error(), `: function "`)
	name, _, ends := strings.Cut(after, `" not defined`)
	if !found || !ends {
		return templateError{err}
	}
	known := []string{"and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "call", "html", "index", "slice", "js", "len",
		"print", "printf", "println", "urlquery"}
	for own := range functions {
		known = append(known, own)
	}
	hint := "add it to the functions of the application"
	if near := nearest(name, known); near != "" {
		hint = didYouMean(name, known)
	}
	return templateError{hinted{err, hint}}
}

// functions returns the application's functions. They are asked for each time,
// as an application does when it parses its templates.
func (c *call) functions(id string) (map[string]any, *problem) {
	entry := c.values[id]
	if entry == nil {
		return nil, &problem{Kind: kindRequest, Message: "there is no Go value " + shown(id), Hint: hintVersion}
	}
	value, ok := c.called(reflect.ValueOf(entry.Fn()), quoted(entry.Name), anyType, nil)
	if !ok {
		p := c.problems[len(c.problems)-1]
		c.problems = c.problems[:len(c.problems)-1]
		p.Kind = kindFuncs
		return nil, p
	}
	mapType := reflect.TypeOf(map[string]any(nil))
	if value.IsValid() && value.Type().ConvertibleTo(mapType) {
		functions := value.Convert(mapType).Interface().(map[string]any)
		for name, f := range functions {
			if reflect.ValueOf(f).Kind() != reflect.Func {
				return nil, &problem{Kind: kindFuncs, Message: fmt.Sprintf("%q in %s is no function", name, entry.Name), Hint: "put functions into it, and nothing else"}
			}
		}
		return functions, nil
	}
	is := "nil"
	if value.IsValid() {
		is = typeName(value.Type())
	}
	return nil, &problem{Kind: kindFuncs, Message: fmt.Sprintf("%s is %s, not a template.FuncMap", entry.Name, is),
		Hint: "name a variable of this type, or a function without parameters that returns one"}
}

// templateData decodes what a template is executed with: values as YAML has
// them, HTML, and Go values as they are.
func (c *call) templateData(v any, p path) (any, bool) {
	switch name, content := special(v); name {
	case "":
	case specialHTML:
		text, _ := content.(string)
		return template.HTML(text), true
	case specialGo:
		value, _, ok := c.goResult(content, anyType, p)
		if !ok || !value.IsValid() {
			return nil, ok
		}
		return value.Interface(), true
	case specialLive:
		return c.live(content), true
	case specialObject:
		v, p = content, p.at(specialObject)
	default:
		c.unknownSpecial(name, p)
		return nil, false
	}
	switch v := v.(type) {
	case json.Number:
		return plainNumber(v), true
	case []any:
		list, good := make([]any, len(v)), true
		for i, item := range v {
			value, ok := c.templateData(item, p.at(i))
			list[i], good = value, good && ok
		}
		return list, good
	case map[string]any:
		m, good := make(map[string]any, len(v)), true
		for _, key := range sorted(v) {
			value, ok := c.templateData(v[key], p.at(key))
			m[key], good = value, good && ok
		}
		return m, good
	}
	return v, true
}

// component is the function of that name: Storytime finds and renders what it
// names, for it may be of any kind.
func (c *call) component(dir, name string, args []any) (template.HTML, error) {
	q := question{ID: c.id, Call: &questionCall{Dir: dir, Name: name, Args: make([]any, len(args))}}
	for i, arg := range args {
		if i > 0 {
			arg = childrenOf(arg)
		}
		q.Call.Args[i] = c.outgoing(arg)
	}
	reply := c.expect(c.id)
	if err := c.answers.send(q); err != nil {
		return "", err
	}
	r := <-reply
	c.engine.setCaller(c)
	if r.Error != "" {
		return "", errors.New(r.Error)
	}
	return template.HTML(r.HTML), nil
}

// A question asks Storytime for a component, while the request that it is for
// waits.
type question struct {
	ID   int64         `json:"id"`
	Call *questionCall `json:"call"`
}

type questionCall struct {
	Dir  string `json:"dir"`
	Name string `json:"name"`
	Args []any  `json:"args"`
}

// A reply answers a question.
type reply struct {
	HTML  string `json:"html"`
	Error string `json:"error"`
}

// childrenOf makes text of what children can't be.
func childrenOf(v any) any {
	switch v := v.(type) {
	case nil, string, template.HTML:
		return v
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = childrenOf(item)
		}
		return list
	}
	return template.HTML(template.HTMLEscaper(v))
}

// outgoing encodes a value of a template's for Storytime. What only Go can
// know stays here, and a number stands for it until the request has ended.
func (c *call) outgoing(v any) any {
	switch v := v.(type) {
	case nil, bool, string, int:
		return v
	case float64:
		if text := strconv.FormatFloat(v, 'g', -1, 64); !strings.ContainsAny(text, "NI") {
			if !strings.ContainsAny(text, ".e") {
				text += ".0" // or it would come back as an integer
			}
			return json.Number(text)
		}
	case template.HTML:
		return map[string]any{specialHTML: string(v)}
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = c.outgoing(item)
		}
		return list
	case map[string]any:
		m := make(map[string]any, len(v))
		for key, value := range v {
			m[key] = c.outgoing(value)
		}
		if name, _ := special(v); name != "" {
			return map[string]any{specialObject: m}
		}
		return m
	}
	return map[string]any{specialLive: c.keepAlive(v)}
}

// props makes a map of its arguments, which are names and values in turn.
func props(pairs ...any) (map[string]any, error) {
	const hint = "write names and values in turn: props \"text\" \"Save\""
	if len(pairs)%2 != 0 {
		return nil, hinted{errors.New("`props` has a name without a value"), hint}
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, hinted{fmt.Errorf("`props` has %v where a name should be", pairs[i]), hint}
		}
		m[name] = pairs[i+1]
	}
	return m, nil
}

func (e *templateEngine) group(name string) *template.Template {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	return e.groups[name]
}

func (e *templateEngine) keep(name string, group *template.Template) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if e.groups == nil {
		e.groups = map[string]*template.Template{}
	}
	e.groups[name] = group
}

func (e *templateEngine) caller() *call {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	return e.asking
}

func (e *templateEngine) setCaller(c *call) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.asking = c
}
