package render

import (
	"html/template"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/storytime-dev/storytime/pkg/gohost"
	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// useGo renders a Go component that YAML names.
func (r *Templates) useGo(dir string, u use) (template.HTML, problem.List) {
	if p := r.withoutGo(); p != nil {
		return "", problem.List{p}
	}
	id, p := r.goComponent(dir, u.ref)
	if p != nil {
		return "", placed(p, u.fallback)
	}
	request := goRequest{Component: id}
	var problems problem.List
	if request.Props, problems = r.goValue(dir, u.props); problems != nil {
		return "", problems
	}
	if u.children.Data != nil {
		if request.Children, problems = r.goValue(dir, u.children); problems != nil {
			return "", problems
		}
	}
	html, wrong, p := r.golang.ask(r.ctx, request)
	if p != nil {
		return "", placed(p, u.fallback)
	}
	for _, e := range wrong {
		problems = append(problems, r.goProblem(e, u))
	}
	return html, problems.Sort()
}

// withoutGo is why there are no Go components; nil if there are. It has no
// place of its own, so that it is one problem of all the stories that it stops.
func (r *Templates) withoutGo() *problem.Problem {
	switch {
	case r.programs.Go != nil:
		return nil
	case r.programs.NoGo != nil:
		p := *r.programs.NoGo
		return &p
	}
	return &problem.Problem{Kind: problem.Component, Message: "there is no program of Go components here", Hint: "build the catalog with storytime"}
}

// goComponent returns the ID that the host has for a component.
func (r *Templates) goComponent(dir string, ref story.Ref) (string, *problem.Problem) {
	if p := r.withoutGo(); p != nil {
		return "", p
	}
	c, p := r.programs.Go.Component(goRef(dir, ref, r.imports))
	if p == nil && c.File != "" {
		r.useFile(c)
	}
	return c.ID, p
}

// useFile remembers the file of a component, as far as it is in the catalog:
// its style sheets and scripts belong to the story.
func (r *Templates) useFile(c gohost.Component) {
	rel, err := filepath.Rel(r.programs.Dir, c.File)
	if name := filepath.ToSlash(rel); err == nil && r.catalog.Files[name] && !slices.Contains(r.used, name) {
		r.used = append(r.used, name)
	}
}

// GoRef returns what a component's name means in the directory of a story file.
func GoRef(dir string, ref story.Ref, imports []story.Import) gohost.Ref {
	return goRef(dir, ref, imports)
}

func goRef(dir string, ref story.Ref, imports []story.Import) gohost.Ref {
	if dir == "." {
		dir = ""
	}
	g := gohost.Ref{Dir: dir, Name: ref.Name, At: ref.At}
	for _, i := range imports {
		g.Imports = append(g.Imports, gohost.Import(i))
	}
	return g
}

// goBlock renders a story that is written in Go or templ.
func (r *Templates) goBlock(s *story.Story) (template.HTML, problem.List) {
	if p := r.withoutGo(); p != nil {
		return "", problem.List{p}
	}
	id, problems := r.programs.Go.Block(s.Path())
	if problems != nil {
		return "", problems
	}
	request := goRequest{Block: id}
	if s.Children.Data != nil {
		if request.Children, problems = r.goValue(path.Dir(s.Subject.File), s.Children); problems != nil {
			return "", problems
		}
	}
	html, wrong, p := r.golang.ask(r.ctx, request)
	if p != nil {
		return "", placed(p, s.At)
	}
	for _, e := range wrong {
		problems = append(problems, r.goProblem(e, use{children: s.Children, fallback: s.At}))
	}
	return html, problems
}

// callGo is the function `component` with a Go component.
func (r *Templates) callGo(dir, name string, given map[string]any, args []any) (template.HTML, error) {
	id, p := r.goComponent(dir, story.Ref{Name: name})
	if p != nil {
		return "", inCall(p)
	}
	request := goRequest{Component: id, Props: hostData(withoutChildren(given))}
	if len(args) == 2 {
		request.Children = hostData(args[1])
	}
	html, wrong, p := r.golang.ask(r.ctx, request)
	switch {
	case p != nil:
		return "", inCall(p)
	case len(wrong) > 0:
		if p := r.goProblem(wrong[0], use{}); p.File != "" {
			return "", p
		}
		return "", &callError{problem.Prop, wrong[0].Message, wrong[0].Hint}
	}
	return html, nil
}

// inCall is a problem of a component that a template names: at its own place,
// or else where the template does.
func inCall(p *problem.Problem) error {
	if p.File != "" || p.Kind == problem.Command {
		return p
	}
	return &callError{p.Kind, p.Message, p.Hint}
}

// goProblem is what the host says is wrong, at its place in the story file or
// in the user's source.
func (r *Templates) goProblem(e goError, u use) *problem.Problem {
	p := &problem.Problem{Kind: problem.Prop, Message: e.Message, Hint: e.Hint, Detail: r.trace(e.Trace)}
	if e.Kind != "prop" {
		p.Kind = problem.Template
		if p.Hint == "" {
			p.Hint = "mend the component, or what the story gives it"
		}
	}
	if e.File != "" && e.Line > 0 {
		if at, found := r.programs.Go.Place(e.File, e.Line, e.Column+1); found {
			p.File, p.Line, p.Column, p.Length = at.File, at.Line, at.Column, 1
			return p
		}
	}
	at, length := goPlace(e, u)
	p.File, p.Line, p.Column, p.Length = at.File, at.Line, at.Column, length
	if at.File != u.fallback.File {
		p.Related = []problem.Place{u.fallback}
	}
	return p
}

// trace writes the frames of a stack with their places in the user's files,
// and leaves out those of what was generated.
func (r *Templates) trace(stack string) string {
	var b strings.Builder
	lines := strings.Split(stack, "\n")
	for i := 0; i+1 < len(lines); i += 2 {
		function, place := lines[i], strings.TrimPrefix(lines[i+1], "\t")
		cut := strings.LastIndexByte(place, ':')
		line, err := strconv.Atoi(place[cut+1:])
		switch {
		case cut < 0 || err != nil:
		case strings.Contains(place, "/.storytime_"), strings.HasPrefix(function, "github.com/a-h/templ"):
			continue
		default:
			if at, found := r.programs.Go.Place(place[:cut], line, 0); found {
				place = at.String()
			}
			if strings.HasPrefix(function, "main.storytimeBlock") {
				function = "the story"
			}
		}
		b.WriteString(function + "\n\t" + place + "\n")
	}
	return b.String()
}

// goPlace follows the path of an error through what was given, as far as it
// leads.
func goPlace(e goError, u use) (problem.Place, int) {
	if len(e.Path) == 0 {
		return u.fallback, 1
	}
	v := u.props
	if e.Path[0] == "children" {
		v = u.children
	}
	at, length := v.At, 1
	for i, element := range e.Path[1:] {
		last := i == len(e.Path)-2
		switch element := element.(type) {
		case string:
			m, _ := v.Data.(story.Map)
			f, found := m.Get(element)
			if !found {
				continue // $component and the like, or what is missing
			}
			v, at, length = f.Value, f.Value.At, utf8.RuneCountInString(f.Value.String())
			if last && e.Key {
				at, length = f.At, utf8.RuneCountInString(f.Name)
			}
		case float64:
			if list, ok := v.Data.(story.List); ok && int(element) < len(list) {
				v = list[int(element)]
				at, length = v.At, utf8.RuneCountInString(v.String())
			}
		}
	}
	if at.Line == 0 {
		return u.fallback, 1
	}
	return at, length
}
