package render

import (
	"context"
	"encoding/json"
	"errors"
	"html/template"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/storytime-dev/storytime/internal/command"
	"github.com/storytime-dev/storytime/pkg/gohost"
	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// A goSession is a host of Go components that runs for one Templates. It is
// started with the first request, and again after it has ended.
type goSession struct {
	programs Programs
	next     int
	running  *program
	failed   int              // hosts in a row that ended before their first answer
	broken   *problem.Problem // why no more are started
}

// start starts the host. It speaks over files of its own, for the user's code
// may print; that is its log.
func (s *goSession) start() (*program, error) {
	host := s.programs.Go
	ctx, cancel := context.WithCancel(context.Background())
	cmd := command.New(ctx, host.Dir, story.Command{Args: []string{host.Program}}, s.programs.Contained)
	log := &command.Tail{}
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Env = append(os.Environ(), host.Env...)
	theirs, input, err := os.Pipe()
	if err != nil {
		cancel()
		return nil, err
	}
	output, answers, err := os.Pipe()
	if err != nil {
		cancel()
		return nil, errors.Join(err, theirs.Close(), input.Close())
	}
	inherit(cmd, theirs, answers)
	err = cmd.Start()
	_, _ = theirs.Close(), answers.Close() // they are the host's now
	if err != nil {
		cancel()
		return nil, errors.Join(err, input.Close(), output.Close())
	}
	return run(ctx, cancel, cmd, input, output, log), nil
}

func (s *goSession) close() {
	if s.running != nil {
		s.running.end()
		s.running = nil
	}
}

// A goRequest asks for a component or a block; see package gohost/rt.
type goRequest struct {
	ID        int    `json:"id"`
	Component string `json:"component,omitempty"`
	Block     string `json:"block,omitempty"`
	Props     any    `json:"props,omitempty"`
	Children  any    `json:"children,omitempty"`
}

type goAnswer struct {
	HTML   *string   `json:"html"`
	Error  *goError  `json:"error"`
	Errors []goError `json:"errors"`
}

// A goError is what the host says is wrong.
type goError struct {
	Kind, Message, Hint string
	Path                []any
	Key                 bool
	Trace               string
	File                string
	Line, Column        int
}

// ask returns the HTML, or what is wrong.
func (s *goSession) ask(ctx context.Context, r goRequest) (template.HTML, []goError, *problem.Problem) {
	if s.broken != nil {
		p := *s.broken
		return "", nil, &p
	}
	fresh := s.running == nil
	if fresh {
		var err error
		if s.running, err = s.start(); err != nil {
			return "", nil, &problem.Problem{Kind: problem.Component, Message: "the program of the Go components can't be started: " + err.Error(), Hint: "see to that, and build again"}
		}
	}
	s.next++
	r.ID = s.next
	line, err := json.Marshal(r)
	if err != nil {
		return "", nil, &problem.Problem{Kind: problem.Prop, Message: "the props can't be given to Go: " + err.Error(), Hint: "write text, numbers, lists and objects"}
	}
	line, err = s.running.ask(ctx, r.ID, line)
	if err != nil {
		p := s.gone(err)
		const most = 3
		if s.failed++; fresh && s.failed >= most {
			broken := *p
			s.broken = &broken
		}
		return "", nil, p
	}
	s.failed = 0
	var a goAnswer
	if err := json.Unmarshal(line, &a); err != nil {
		return "", nil, &problem.Problem{Kind: problem.Component, Message: "the program of the Go components answered strangely: " + err.Error(), Hint: "build again"}
	}
	if a.Error != nil {
		a.Errors = append(a.Errors, *a.Error)
	}
	if len(a.Errors) == 0 && a.HTML != nil {
		return template.HTML(*a.HTML), nil, nil
	}
	return "", a.Errors, nil
}

// gone is why the host has ended without an answer.
func (s *goSession) gone(err error) *problem.Problem {
	p := s.running
	s.running = nil
	wrong := &problem.Problem{Kind: problem.Template, Detail: p.logged()}
	switch {
	case errors.Is(err, errLate):
		wrong.Message, wrong.Hint = "the component didn't return in time", "let what repeats in it end"
	case p.err != nil:
		wrong.Message = "the program of the Go components ended while it rendered this: " + p.err.Error()
		wrong.Hint = "look for os.Exit, log.Fatal, an init that fails, or a panic in a goroutine"
	default:
		wrong.Message = "the program of the Go components ended while it rendered this"
		wrong.Hint = "look for os.Exit"
	}
	return wrong
}

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
	html, wrong, p := r.golang.ask(r.ctx, goRequest{Block: id})
	if p != nil {
		return "", placed(p, s.At)
	}
	for _, e := range wrong {
		problems = append(problems, r.goProblem(e, use{fallback: s.At}))
	}
	return html, problems
}

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

// goProblem is what the host says is wrong, at its place in the story file or
// in the user's source.
func (r *Templates) goProblem(e goError, u use) *problem.Problem {
	p := &problem.Problem{Kind: problem.Prop, Message: e.Message, Hint: e.Hint, Detail: e.Trace}
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

// callGo is the function `component` with a Go component.
func (r *Templates) callGo(dir, name string, given map[string]any, args []any) (template.HTML, error) {
	id, p := r.goComponent(dir, story.Ref{Name: name})
	if p != nil {
		return "", &callError{p.Kind, p.Message, p.Hint}
	}
	request := goRequest{Component: id, Props: goData(withoutChildren(given))}
	if len(args) == 2 {
		request.Children = goData(args[1])
	}
	html, wrong, p := r.golang.ask(r.ctx, request)
	switch {
	case p != nil:
		return "", &callError{p.Kind, p.Message, p.Hint}
	case len(wrong) > 0:
		return "", &callError{problem.Prop, wrong[0].Message, wrong[0].Hint}
	}
	return html, nil
}

// goData makes what the host takes of a template's data.
func goData(data any) any {
	switch d := data.(type) {
	case template.HTML:
		return map[string]any{"$html": string(d)}
	case map[string]any:
		m := make(map[string]any, len(d))
		for name, value := range d {
			m[name] = goData(value)
		}
		return m
	case []any:
		list := make([]any, len(d))
		for i, item := range d {
			list[i] = goData(item)
		}
		return list
	}
	return data
}

// GoNeeds returns what the stories of a catalog use of Go.
func GoNeeds(c *story.Catalog) gohost.Needs {
	n := &goNeeds{}
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
	for _, st := range u.Stories {
		n.story(path.Dir(u.File), st)
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
