package render

import (
	"slices"
	"strings"

	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// goValue makes what the host takes of a value from YAML. Components that
// aren't Go's are rendered first.
func (r *Templates) goValue(dir string, v story.Value) (any, problem.List) {
	switch d := v.Data.(type) {
	case story.List:
		list := make([]any, len(d))
		var problems problem.List
		for i, item := range d {
			one, wrong := r.goValue(dir, item)
			list[i], problems = one, append(problems, wrong...)
		}
		return list, problems
	case story.Map:
		if ref, ok := story.GoValue(v); ok {
			id, p := r.programs.Go.Value(goRef(dir, ref, r.imports))
			if p != nil {
				return nil, placed(p, v.At)
			}
			return map[string]any{"$go": id}, nil
		}
		if isChild(d) {
			return r.goChild(dir, v, d)
		}
		m := make(map[string]any, len(d))
		var problems problem.List
		for _, f := range d {
			one, wrong := r.goValue(dir, f.Value)
			m[f.Name], problems = one, append(problems, wrong...)
		}
		if len(d) == 1 && strings.HasPrefix(d[0].Name, "$") {
			return map[string]any{"$object": m}, problems
		}
		return m, problems
	}
	return v.Data, nil
}

// findGoValue returns where a value has a {$go: …} in it.
func findGoValue(v story.Value) (problem.Place, bool) {
	switch d := v.Data.(type) {
	case story.List:
		for _, item := range d {
			if at, found := findGoValue(item); found {
				return at, true
			}
		}
	case story.Map:
		if _, ok := story.GoValue(v); ok {
			return d[0].At, true
		}
		for _, f := range d {
			if at, found := findGoValue(f.Value); found {
				return at, true
			}
		}
	}
	return problem.Place{}, false
}

// isChild reports whether an object stands for a component or for HTML.
func isChild(m story.Map) bool {
	for _, f := range m {
		if !slices.Contains(childKeys, f.Name) {
			return false
		}
	}
	if html, found := m.Get("html"); found {
		_, text := html.Value.Data.(string)
		return text && len(m) == 1
	}
	component, found := m.Get("component")
	_, text := component.Value.Data.(string)
	return found && text
}

func (r *Templates) goChild(dir string, v story.Value, m story.Map) (any, problem.List) {
	name, _ := m.Get("component")
	text, _ := name.Value.Data.(string)
	if !story.IsGo(text) {
		html, problems := r.child(dir, v, m)
		return map[string]any{"$html": string(html)}, problems
	}
	id, p := r.goComponent(dir, story.Ref{Name: text, At: name.Value.At})
	if p != nil {
		return nil, placed(p, v.At)
	}
	c := map[string]any{"id": id}
	var problems problem.List
	for _, key := range []string{"props", "children"} {
		if f, found := m.Get(key); found {
			one, wrong := r.goValue(dir, f.Value)
			c[key], problems = one, append(problems, wrong...)
		}
	}
	return map[string]any{"$component": c}, problems
}
