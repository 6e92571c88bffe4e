package render

import (
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"text/template/parse"

	"github.com/storytime-dev/storytime/pkg/gohost"
	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// hostTemplates are a group that is executed in the Go host, where the
// application's functions are.
type hostTemplates struct {
	key   string
	dir   string
	files []templateText
	once  bool
}

// A templateRequest asks the host for a template; see package gohost/rt.
type templateRequest struct {
	Funcs string         `json:"funcs"`
	Group string         `json:"group"`
	Name  string         `json:"name"`
	Dir   string         `json:"dir"`
	Files []templateText `json:"files,omitempty"`
	Once  bool           `json:"once,omitempty"`
}

// A liveValue stands for a Go value that only the host knows, while the story
// is rendered that it came up in.
type liveValue struct{ number json.Number }

// A goValueRef stands for {$go: Name} in what a template is executed with.
type goValueRef struct{ id string }

// Foreign implements story.Foreign.
func (liveValue) Foreign() {}

// Foreign implements story.Foreign.
func (goValueRef) Foreign() {}

// outline finds what templates define, without the functions that they call:
// those are the host's.
func (g *group) outline(dir string, files []templateText) error {
	g.host = &hostTemplates{dir: dir, files: files}
	if len(files) > 0 {
		g.host.key = files[0].Name
	}
	for _, f := range files {
		trees := map[string]*parse.Tree{}
		tree := parse.New(f.Name)
		tree.Mode = parse.SkipFuncCheck
		if _, err := tree.Parse(f.Text, "", "", trees); err != nil {
			return err
		}
		if f.Alias != "" && trees[f.Name] != nil {
			trees[f.Alias] = trees[f.Name]
		}
		for name, t := range trees {
			if g.trees[name] == nil || !parse.IsEmptyTree(t.Root) {
				g.trees[name] = t
			}
		}
	}
	g.children = mentionsChildren(g.trees)
	return nil
}

// A hostError is what html/template says in the host. inner is what was found
// wrong below, where more is known of it.
type hostError struct {
	text, hint string
	inner      error
}

func (e *hostError) Error() string { return e.text }
func (e *hostError) Unwrap() error { return e.inner }

// executeInHost runs a template with the functions of the application.
func (r *Templates) executeInHost(t *target, data any) (template.HTML, error) {
	if p := r.withoutGo(); p != nil {
		return "", r.ofFuncs(p)
	}
	funcs, p := r.programs.Go.Value(funcsRef(r.catalog))
	if p != nil {
		return "", p
	}
	g := t.group.host
	var last error // of the components that the template asked for
	request := goRequest{
		Template: &templateRequest{Funcs: funcs, Group: g.key, Name: t.define, Dir: g.dir, Files: g.files, Once: g.once},
		Props:    hostData(data),
	}
	html, wrong, p := r.golang.askFor(r.ctx, request, func(c goCall) goReturn {
		var html template.HTML
		args, err := templateArgs(c.Args)
		if err == nil {
			html, err = r.call(c.Dir, c.Name, args)
		}
		if last = err; err != nil {
			return goReturn{Error: err.Error()}
		}
		return goReturn{HTML: string(html)}
	})
	var inner *problem.Problem
	switch {
	case p != nil && errors.As(last, &inner) && inner.File != "":
		return "", last // the host has ended in there
	case p != nil:
		return "", p
	case len(wrong) == 0:
		return html, nil
	}
	e := wrong[0]
	switch {
	case e.Kind == "funcs":
		return "", r.ofFuncs(&problem.Problem{Kind: problem.Component, Message: e.Message, Hint: e.Hint})
	case e.Kind != "template":
		p := r.goProblem(e, use{})
		if p.File == "" {
			p.Kind = problem.Template
		}
		return "", p
	case last != nil:
		return "", &hostError{e.Message, "", last}
	case e.Cause != "" && e.Cause != e.Message:
		return "", &hostError{e.Message, "", &callError{problem.Prop, e.Cause, e.Hint}}
	}
	return "", &hostError{text: e.Message, hint: e.Hint}
}

// ofFuncs puts a problem where `funcs:` is, unless it has a place.
func (r *Templates) ofFuncs(p *problem.Problem) *problem.Problem {
	if p.File == "" {
		at := r.catalog.Funcs.At
		p.File, p.Line, p.Column, p.Length = at.File, at.Line, at.Column, len([]rune(r.catalog.Funcs.Name))
	}
	return p
}

// funcsRef is what `funcs:` names.
func funcsRef(c *story.Catalog) gohost.Ref {
	return gohost.Ref{Name: c.Funcs.Name, At: c.Funcs.At}
}

// hostData makes what the host takes of the data of a template.
func hostData(data any) any {
	switch d := data.(type) {
	case template.HTML:
		return map[string]any{"$html": string(d)}
	case liveValue:
		return map[string]any{"$live": d.number}
	case goValueRef:
		return map[string]any{"$go": d.id}
	case float64:
		text := strconv.FormatFloat(d, 'g', -1, 64)
		if !strings.ContainsAny(text, ".eNI") {
			text += ".0" // or it would be an integer there
		}
		return json.Number(text)
	case []string:
		list := make([]any, len(d))
		for i, item := range d {
			list[i] = item
		}
		return list
	case []any:
		list := make([]any, len(d))
		for i, item := range d {
			list[i] = hostData(item)
		}
		return list
	case map[string]any:
		m := make(map[string]any, len(d))
		object := len(d) == 1
		for name, value := range d {
			m[name] = hostData(value)
			object = object && strings.HasPrefix(name, "$")
		}
		if object {
			return map[string]any{"$object": m}
		}
		return m
	}
	return data
}

// templateArgs makes the arguments of `component` of what the host says they
// are.
func templateArgs(args []json.RawMessage) ([]any, error) {
	values := make([]any, len(args))
	for i, arg := range args {
		decoder := json.NewDecoder(strings.NewReader(string(arg)))
		decoder.UseNumber()
		var v any
		if err := decoder.Decode(&v); err != nil {
			return nil, fmt.Errorf("reading an argument of component: %w", err)
		}
		values[i] = templateArg(v)
	}
	return values, nil
}

func templateArg(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := strconv.Atoi(v.String()); err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	case []any:
		for i := range v {
			v[i] = templateArg(v[i])
		}
	case map[string]any:
		if len(v) == 1 {
			if html, ok := v["$html"].(string); ok {
				return template.HTML(html)
			}
			if number, ok := v["$live"].(json.Number); ok {
				return liveValue{number}
			}
			if object, ok := v["$object"].(map[string]any); ok {
				v = object
			}
		}
		for name := range v {
			v[name] = templateArg(v[name])
		}
		return v
	}
	return v
}

// foreignIn returns the name of a prop that only Go code can take; "" if there
// is none.
func foreignIn(name string, v any) string {
	switch v := v.(type) {
	case story.Foreign:
		return name
	case []any:
		for _, item := range v {
			if found := foreignIn(name, item); found != "" {
				return found
			}
		}
	case map[string]any:
		for key, item := range v {
			if found := foreignIn(key, item); found != "" {
				return found
			}
		}
	}
	return ""
}

// withGoValues returns the plain data of a value in which Go values may be.
func (r *Templates) withGoValues(dir string, v story.Value) (any, problem.List) {
	switch d := v.Data.(type) {
	case story.List:
		list := make([]any, len(d))
		var problems problem.List
		for i, item := range d {
			one, wrong := r.withGoValues(dir, item)
			list[i], problems = one, append(problems, wrong...)
		}
		return list, problems
	case story.Map:
		if ref, ok := story.GoValue(v); ok {
			if p := r.withoutGo(); p != nil {
				return nil, problem.List{p}
			}
			id, p := r.programs.Go.Value(goRef(dir, ref, r.imports))
			return goValueRef{id}, placed(p, v.At)
		}
		m := make(map[string]any, len(d))
		var problems problem.List
		for _, f := range d {
			one, wrong := r.withGoValues(dir, f.Value)
			m[f.Name], problems = one, append(problems, wrong...)
		}
		return m, problems
	}
	return v.Plain(), nil
}
