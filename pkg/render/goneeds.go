package render

import (
	"path"
	"strings"

	"github.com/storytime-dev/storytime/pkg/gohost"
	"github.com/storytime-dev/storytime/pkg/story"
)

// GoNeeds returns what the stories of a catalog use of Go.
func GoNeeds(c *story.Catalog) gohost.Needs {
	n := &goNeeds{}
	if c.Funcs.Name != "" {
		n.Values = append(n.Values, funcsRef(c))
	}
	for _, u := range c.Subjects() {
		n.subject(u)
	}
	if n.empty() {
		return gohost.Needs{}
	}
	for name := range c.Files {
		if path.Ext(name) == ".html" {
			n.calls(path.Dir(name), story.ReadSource(c.FS, name).Text, nil)
		}
	}
	return n.Needs
}

// GoNeedsOf returns what the stories of one subject use of Go.
func GoNeedsOf(u *story.Subject) gohost.Needs {
	n := &goNeeds{}
	n.subject(u)
	return n.Needs
}

// GoNeedsIn returns what a template in a file of the catalog uses of Go.
func GoNeedsIn(c *story.Catalog, name string) gohost.Needs {
	n := &goNeeds{}
	n.calls(path.Dir(name), story.ReadSource(c.FS, name).Text, nil)
	return n.Needs
}

func (n *goNeeds) subject(u *story.Subject) {
	for i, ref := range u.Components {
		if i > 0 { // all are documented; the first is the stories'
			n.component(path.Dir(u.File), ref, u.Imports)
		}
	}
	for _, st := range u.Stories {
		n.story(path.Dir(u.File), st)
	}
	for _, m := range u.Matrices() {
		for _, axis := range m.Axes {
			n.value(path.Dir(u.File), story.Value{Data: axis.Values}, u.Imports)
		}
		n.value(path.Dir(u.File), story.Value{Data: m.Fixed}, u.Imports)
	}
}

type goNeeds struct{ gohost.Needs }

func (n *goNeeds) empty() bool { return len(n.Components)+len(n.Values)+len(n.Blocks) == 0 }

func (n *goNeeds) story(dir string, st *story.Story) {
	imports := st.Subject.Imports
	if st.Skip || len(st.Problems) > 0 {
		return
	}
	switch st.Language {
	case "yaml":
		n.component(dir, st.Component, imports)
	case "html":
		n.calls(dir, st.Body, imports)
	case "go", "templ":
		block := gohost.Block{Key: st.Path(), Dir: goRef(dir, story.Ref{}, nil).Dir, Language: st.Language, Text: st.Body, At: st.BodyAt, Imports: goRef(dir, story.Ref{}, imports).Imports}
		n.Blocks = append(n.Blocks, block)
	}
	n.value(dir, st.Props, imports)
	n.value(dir, st.Children, imports)
}

func (n *goNeeds) component(dir string, ref story.Ref, imports []story.Import) {
	if story.IsGo(ref.Name) {
		n.Components = append(n.Components, goRef(dir, ref, imports))
	}
}

// value finds components and Go values in a value.
func (n *goNeeds) value(dir string, v story.Value, imports []story.Import) {
	switch d := v.Data.(type) {
	case story.List:
		for _, item := range d {
			n.value(dir, item, imports)
		}
	case story.Map:
		if ref, ok := story.GoValue(v); ok {
			n.Values = append(n.Values, goRef(dir, ref, imports))
			return
		}
		for _, f := range d {
			if name, ok := f.Value.Data.(string); ok && f.Name == "component" {
				n.component(dir, story.Ref{Name: name, At: f.Value.At}, imports)
			}
			n.value(dir, f.Value, imports)
		}
	}
}

// calls finds the Go components that a template names.
func (n *goNeeds) calls(dir, text string, imports []story.Import) {
	for rest := text; ; {
		_, after, found := strings.Cut(rest, "component \"")
		if !found {
			return
		}
		name, next, _ := strings.Cut(after, `"`)
		n.component(dir, story.Ref{Name: name}, imports)
		rest = next
	}
}
