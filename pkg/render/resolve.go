package render

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"text/template/parse"

	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// A target is a template that a name leads to.
type target struct {
	name          string   // for messages
	file          string   // of the catalog; its styles belong to the story
	group         *group   // of the template
	define        string   // its name in the group
	session       *session // of the program that renders it, instead of a template
	props         story.Props
	showsChildren bool
}

// resolve finds the component that is called name in the directory dir.
func (r *Templates) resolve(dir, name string) (*target, error) {
	file, define := story.ComponentPath(dir, name)
	set, err := r.templateSet()
	if err != nil {
		if file == "" || !r.catalog.Files[file] || r.inSet(file) {
			return nil, err
		}
	}
	switch {
	case file == "":
		return lookup(set, define, name)
	case r.inSet(file) || r.inSet(path.Clean(file)):
		if define == "" {
			define = file
		}
		t, err := lookup(set, define, name)
		if t != nil {
			t.props = r.props[file]
			t.file = file
		}
		return t, err
	case r.catalog.Files[file] && r.catalog.RendererOf(file) != nil:
		return r.foreign(file, define)
	case r.catalog.Files[file]:
		return r.ownFile(file, define)
	case set != nil && define == "" && set.trees[name] != nil:
		return lookup(set, name, name)
	}
	return nil, r.notFound(dir, name, file)
}

func (r *Templates) inSet(file string) bool {
	return slices.ContainsFunc(r.catalog.TemplateSet, func(t story.TemplateFile) bool { return t.Name == file })
}

// foreign returns a component that a program renders. Only the program knows
// whether it shows its children.
func (r *Templates) foreign(file, define string) (*target, error) {
	renderer := r.catalog.RendererOf(file)
	if define != "" {
		return nil, &callError{problem.Component, fmt.Sprintf("%q files have no parts", renderer.Ending), "leave out what follows the #"}
	}
	s := r.sessions[renderer.Ending]
	if s == nil {
		s = &session{renderer: renderer, programs: r.programs}
		r.sessions[renderer.Ending] = s
	}
	return &target{name: file, file: file, session: s, props: r.props[file], showsChildren: true}, nil
}

// ownFile returns the component in a file of the catalog, or one of the
// templates that the file defines.
func (r *Templates) ownFile(file, define string) (*target, error) {
	c := r.load(file)
	if c.problem != nil {
		p := *c.problem // each story has its own copy
		return nil, &p
	}
	t := &target{name: file, file: file, group: c.group, define: file, props: r.props[file], showsChildren: c.group.children}
	if define == "" {
		return t, nil
	}
	if c.group.trees[define] == nil {
		return nil, &callError{problem.Component, fmt.Sprintf("%s defines no template %q", file, define),
			problem.DidYouMean(define, c.group.names())}
	}
	t.name, t.define, t.props = file+"#"+define, define, nil
	return t, nil
}

// load parses a file of the catalog, unless it was needed not long ago.
func (r *Templates) load(file string) *component {
	if c, found := r.files.get(file); found {
		return c
	}
	c := &component{file: file}
	r.files.put(file, c)
	src := story.ReadSource(r.catalog.FS, file)
	if len(src.Problems) > 0 {
		c.problem = src.Problems[0]
		return c
	}
	var err error
	if c.group, err = r.parse(path.Dir(file), templateText{Name: file, Text: src.Text}); err != nil {
		c.problem = r.explain(err)
	}
	return c
}

func (r *Templates) notFound(dir, name, file string) error {
	ending := path.Ext(strings.SplitN(path.Base(name), "#", 2)[0])
	switch {
	case strings.HasPrefix(file, "../") && len(r.catalog.TemplateSet) > 0:
		var names []string
		for _, t := range r.catalog.TemplateSet {
			names = append(names, t.Name)
		}
		return &callError{problem.Component, fmt.Sprintf("there is no template %q", name), problem.DidYouMean(file, names)}
	case strings.HasPrefix(file, "../"):
		return &callError{problem.Component, fmt.Sprintf("%q leads out of the catalog", name),
			"move it into the catalog, or name the templates of your application under `templates:` in " + story.ConfigFile}
	case ending != ".html" && ending != "":
		return &callError{problem.Component, fmt.Sprintf("nothing renders %q files", ending),
			fmt.Sprintf("name an .html file, or under `renderers:` in %s a command for %s", story.ConfigFile, ending)}
	}
	var near []string
	for f := range r.catalog.Files {
		if r.catalog.Ending(f) != "" {
			near = append(near, f)
		}
	}
	slices.Sort(near)
	hint := "create it, or correct the name; it is relative to the file it is written in"
	if n := problem.Nearest(file, near); n != "" {
		hint = fmt.Sprintf("did you mean %q?", relative(dir, n))
	} else if i := slices.IndexFunc(near, func(f string) bool { return path.Base(f) == path.Base(file) }); i >= 0 {
		hint = fmt.Sprintf("did you mean %q?", relative(dir, near[i]))
	}
	return &callError{problem.Component, fmt.Sprintf("there is no component %q", name), hint}
}

// relative returns how a file is named in the directory dir.
func relative(dir, file string) string {
	if dir != "." {
		if rest, found := strings.CutPrefix(file, dir+"/"); found {
			return rest
		}
		return "/" + file
	}
	return file
}

// A templateSet is the templates of an application, which share one group, or
// why there are none.
type templateSet struct {
	group *group
	err   error
}

// templateSet parses the files that `templates:` names, once.
func (r *Templates) templateSet() (*group, error) {
	if r.set == nil {
		r.set = &templateSet{}
		r.set.group, r.set.err = r.parseSet()
	}
	var p *problem.Problem
	if errors.As(r.set.err, &p) {
		own := *p
		return nil, &own
	}
	return r.set.group, r.set.err
}

func (r *Templates) parseSet() (*group, error) {
	var files []templateText
	for _, f := range r.catalog.TemplateSet {
		src := story.ReadSource(f.FS, f.Path)
		src.Name = f.Name
		if len(src.Problems) > 0 {
			return nil, src.Problems[0]
		}
		file := templateText{Name: f.Name, Text: src.Text}
		// As with ParseGlob, the others know it by its base name.
		if base := path.Base(f.Name); base != f.Name {
			file.Alias = base
		}
		files = append(files, file)
	}
	set, err := r.parse(".", files...)
	if err != nil {
		return nil, r.explain(err)
	}
	return set, nil
}

// lookup finds one template of the set; name is how the story calls it.
func lookup(set *group, define, name string) (*target, error) {
	if set.trees[define] == nil {
		hint := problem.DidYouMean(define, set.names())
		return nil, &callError{problem.Component, fmt.Sprintf("no template defines %q", define),
			cmp.Or(hint, "name the files that define it under `templates:` in "+story.ConfigFile)}
	}
	return &target{name: name, group: set, define: define, showsChildren: set.children}, nil
}

// nodeMentions walks a parse tree. A typed nil is how text/template says that
// there is no else branch.
func nodeMentions(n parse.Node) bool {
	switch n := n.(type) {
	case *parse.ListNode:
		return n != nil && slices.ContainsFunc(n.Nodes, nodeMentions)
	case *parse.ActionNode:
		return nodeMentions(n.Pipe)
	case *parse.IfNode:
		return nodeMentions(n.Pipe) || nodeMentions(n.List) || nodeMentions(n.ElseList)
	case *parse.WithNode:
		return nodeMentions(n.Pipe) || nodeMentions(n.List) || nodeMentions(n.ElseList)
	case *parse.RangeNode:
		return nodeMentions(n.Pipe) || nodeMentions(n.List) || nodeMentions(n.ElseList)
	case *parse.TemplateNode:
		return nodeMentions(n.Pipe)
	case *parse.PipeNode:
		return n != nil && slices.ContainsFunc(n.Cmds, func(c *parse.CommandNode) bool { return nodeMentions(c) })
	case *parse.CommandNode:
		if len(n.Args) > 1 && n.Args[0].String() == "component" && slices.ContainsFunc(n.Args[1:], isDot) {
			return true
		}
		return slices.ContainsFunc(n.Args, nodeMentions)
	case *parse.FieldNode:
		return n.Ident[0] == "Children"
	case *parse.VariableNode:
		return len(n.Ident) > 1 && n.Ident[1] == "Children"
	case *parse.ChainNode:
		return slices.Contains(n.Field, "Children") || nodeMentions(n.Node)
	}
	return false
}

func isDot(n parse.Node) bool { return n.Type() == parse.NodeDot || n.String() == "$" }
