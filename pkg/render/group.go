package render

import (
	"html/template"
	"io"
	"slices"
	"text/template/parse"
)

// A group is templates that see each other: those in one file of the catalog,
// in one story, or in the files of an application. They are executed here, or
// with the functions of an application in the host.
type group struct {
	trees map[string]*parse.Tree
	local *template.Template
	host  *hostTemplates // instead of local
	// children says that one of them shows .Children.
	children bool
}

// A templateText is one file of a group. Alias is another name for it.
type templateText struct {
	Name  string `json:"name"`
	Alias string `json:"alias,omitempty"`
	Text  string `json:"text"`
}

// parse parses the templates of a group. Components in them are relative to
// the directory dir.
func (r *Templates) parse(dir string, files ...templateText) (*group, error) {
	g := &group{trees: map[string]*parse.Tree{}}
	if r.catalog.Funcs.Name != "" {
		return g, g.outline(dir, files)
	}
	for _, f := range files {
		t := template.New(f.Name)
		if g.local != nil {
			t = g.local.New(f.Name)
		} else {
			g.local = t
		}
		if _, err := t.Funcs(r.functions(dir)).Parse(f.Text); err != nil {
			return nil, err
		}
		if f.Alias != "" && t.Tree != nil {
			if _, err := g.local.AddParseTree(f.Alias, t.Tree); err != nil {
				return nil, err
			}
		}
	}
	if g.local != nil {
		for _, t := range g.local.Templates() {
			if t.Tree != nil {
				g.trees[t.Name()] = t.Tree
			}
		}
	}
	g.children = mentionsChildren(g.trees)
	return g, nil
}

// execute runs one of the group's templates here.
func (g *group) execute(name string, out io.Writer, data any) error {
	return g.local.Lookup(name).Execute(out, data)
}

// names returns what the group defines, sorted.
func (g *group) names() []string {
	var names []string
	for name := range g.trees {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// mentionsChildren reports whether any template of a group shows .Children, or
// hands all its data on to something that may.
func mentionsChildren(trees map[string]*parse.Tree) bool {
	for _, t := range trees {
		if nodeMentions(t.Root) {
			return true
		}
	}
	return false
}
