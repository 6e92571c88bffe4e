package render

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// The limits of one story. They stop what recurses or repeats without end
// before it takes the machine down.
const (
	maxDepth  = 100      // components within components
	maxUses   = 100_000  // components in a story
	maxOutput = 32 << 20 // bytes
)

// Templates renders stories with html/template: components that are files of
// the catalog, defined templates of an application's set, and blocks.
//
// A file is parsed when it is first needed. The functions of a
// template close over the renderer and its state, so a Templates serves one
// goroutine; make one for each.
type Templates struct {
	catalog *story.Catalog
	props   map[string]story.Props // of components, by file
	files   recent[*component]
	set     *templateSet
	// programs are those that render components which aren't templates, by
	// the endings of their files.
	programs Programs
	sessions map[string]*session
	golang   *goSession
	blocks   map[string]text // html stories, by the names of their templates

	// The state of the story that is being rendered.
	ctx     context.Context
	imports []story.Import
	stack   []string // the components that are being rendered, outermost first
	used    []string
	size    int
	uses    int
}

// A text is where the source of a template stands in a file.
type text struct {
	file         string
	line, column int // where the template begins, from zero
	lines        int // how many lines it has; zero for all of the file
}

// A component is a parsed template file.
type component struct {
	file    string
	group   *group
	problem *problem.Problem // why there is no group
}

// New returns a renderer for a catalog. It has to be closed.
func New(c *story.Catalog, programs Programs) *Templates {
	r := &Templates{
		catalog:  c,
		programs: programs, sessions: map[string]*session{},
		golang: &goSession{programs: programs},
		props:  map[string]story.Props{},
		blocks: map[string]text{},
		ctx:    context.Background(),
	}
	for _, s := range c.Subjects() {
		if s.Props != nil && len(s.Components) > 0 {
			file, _ := story.ComponentPath(path.Dir(s.File), s.Components[0].Name)
			r.props[file] = s.Props
		}
	}
	return r
}

// Close ends the programs that it has started.
func (r *Templates) Close() {
	for _, s := range r.sessions {
		s.close()
	}
	r.golang.close()
}

// Render implements Renderer.
func (r *Templates) Render(ctx context.Context, s *story.Story) (*Output, problem.List) {
	r.begin(ctx)
	r.imports = s.Subject.Imports
	var html template.HTML
	var problems problem.List
	switch s.Language {
	case "yaml":
		html, problems = r.component(s)
	case "html":
		html, problems = r.block(s)
	default:
		html, problems = r.goBlock(s)
	}
	if problems != nil {
		for _, p := range problems {
			p.Stories = []string{s.Path()}
		}
		return nil, problems
	}
	return &Output{HTML: string(html), Components: r.used}, nil
}

// begin forgets the story before.
func (r *Templates) begin(ctx context.Context) {
	r.ctx, r.stack, r.used, r.size, r.uses = ctx, r.stack[:0], nil, 0, 0
}

// component renders a yaml story: a component with the story's props.
func (r *Templates) component(s *story.Story) (template.HTML, problem.List) {
	if s.Component.Name == "" {
		name := strings.TrimSuffix(path.Base(s.Subject.File), story.Suffix) + ".html"
		return "", problem.List{problemAt(s.At, len("yaml story"), problem.Component, "the story has no component",
			fmt.Sprintf("create %s, or name another file with `component:`", name))}
	}
	return r.use(path.Dir(s.Subject.File), use{
		ref: s.Component, props: s.Props, children: s.Children,
		fallback: s.At,
	})
}

// A use is a component with what it is given, as it is written in YAML.
type use struct {
	ref      story.Ref
	props    story.Value
	children story.Value
	// fallback is the place to point to when there is no better one.
	fallback problem.Place
}

// use renders a component that YAML names, relative to the directory dir.
func (r *Templates) use(dir string, u use) (template.HTML, problem.List) {
	if u.ref.At.Line > 0 {
		u.fallback = u.ref.At
	}
	if story.IsGo(u.ref.Name) {
		return r.useGo(dir, u)
	}
	t, wrong := r.resolve(dir, u.ref.Name)
	if wrong != nil {
		return "", problem.List{placeError(wrong, u.fallback, utf8.RuneCountInString(u.ref.Name))}
	}
	if ref, whole := story.GoValue(u.props); whole && t.group != nil && t.group.host != nil {
		return r.useWith(t, dir, ref, u)
	}
	given, problems := r.given(dir, t.props, u)
	if problems != nil {
		return "", problems
	}
	if u.children.Data != nil {
		children, problems := r.children(dir, u.children)
		if problems != nil {
			return "", problems
		}
		if !t.showsChildren {
			return "", problem.List{problemAt(u.children.At, 1, problem.Prop, fmt.Sprintf("%s doesn't show its children", t.name),
				"write {{.Children}} where they belong in it, or remove them here")}
		}
		given["Children"] = children
	}
	html, p := r.execute(t, given)
	return html, placed(p, u.fallback)
}

// useWith renders a template whose data is a Go value as a whole, as an
// application would execute it.
func (r *Templates) useWith(t *target, dir string, ref story.Ref, u use) (template.HTML, problem.List) {
	if u.children.Data != nil {
		return "", problem.List{problemAt(u.children.At, 1, problem.Prop, "a template whose props are a Go value takes no children",
			"give the value what the template shows")}
	}
	value, problems := r.withGoValues(dir, u.props)
	if problems != nil {
		return "", problems
	}
	html, p := r.execute(t, value)
	return html, placed(p, ref.At)
}

// placed gives a problem that has no place of its own one, and makes a list
// of it.
func placed(p *problem.Problem, fallback problem.Place) problem.List {
	switch {
	case p == nil:
		return nil
	case p.File == "" && p.Kind != problem.Command: // which is one for all stories
		own := *p
		own.File, own.Line, own.Column, own.Length = fallback.File, fallback.Line, fallback.Column, 1
		p = &own
	}
	return problem.List{p}
}

// given returns the data that a component is executed with.
func (r *Templates) given(dir string, props story.Props, u use) (map[string]any, problem.List) {
	fields, _ := u.props.Data.(story.Map)
	if at, found := findGoValue(u.props); found && r.catalog.Funcs.Name == "" {
		return nil, problem.List{problemAt(at, len("$go"), problem.Prop, "a template can't take a Go value",
			"write the value itself; `$go` is for Go components, and for templates where `funcs:` in "+story.ConfigFile+" names the application's functions")}
	}
	data := make(map[string]any, len(fields)+1)
	var problems problem.List
	for _, f := range fields {
		value, wrong := r.withGoValues(dir, f.Value)
		data[f.Name], problems = value, append(problems, wrong...)
	}
	data, wrong := props.Apply(data)
	for _, m := range wrong {
		place, length := u.fallback, 1
		if f, found := fields.Get(m.Name); found && !m.Missing {
			place, length = f.Value.At, utf8.RuneCountInString(f.Value.String())
			if !slices.ContainsFunc(props, func(p story.Prop) bool { return p.Name == m.Name }) {
				place, length = f.At, utf8.RuneCountInString(f.Name)
			}
		} else if u.props.At.Line > 0 {
			place = u.props.At
		}
		wrong := problemAt(place, length, problem.Prop, m.Message, m.Hint)
		if place.File != u.fallback.File {
			wrong.Related = []problem.Place{u.fallback}
		}
		problems = append(problems, wrong)
	}
	for _, p := range props {
		f, found := fields.Get(p.Name)
		if !found && p.Default != nil {
			f.Value, found = *p.Default, true
		}
		if p.Type == story.TypeComponent && found && f.Value.Data != nil {
			html, wrong := r.children(dir, f.Value)
			problems = append(problems, wrong...)
			data[p.Name] = html
		}
	}
	return data, problems
}

// children renders what `children:` and props of the type component take:
// text, {html: …}, {component: …}, or a list of these.
func (r *Templates) children(dir string, v story.Value) (template.HTML, problem.List) {
	switch d := v.Data.(type) {
	case story.List:
		var all strings.Builder
		for _, item := range d {
			html, problems := r.children(dir, item)
			if problems != nil {
				return "", problems
			}
			all.WriteString(string(html))
		}
		return template.HTML(all.String()), nil
	case story.Map:
		return r.child(dir, v, d)
	case nil:
		return "", nil
	}
	return template.HTML(template.HTMLEscaper(v.Data)), nil
}

var childKeys = []string{"component", "props", "children", "html"}

func (r *Templates) child(dir string, v story.Value, m story.Map) (template.HTML, problem.List) {
	for _, f := range m {
		if !slices.Contains(childKeys, f.Name) {
			return "", problem.List{problemAt(f.At, utf8.RuneCountInString(f.Name), problem.Key,
				fmt.Sprintf("unknown key %q in children", f.Name), problem.DidYouMean(f.Name, childKeys))}
		}
	}
	if html, found := m.Get("html"); found {
		text, ok := html.Value.Data.(string)
		if !ok || len(m) > 1 {
			return "", problem.List{problemAt(html.At, len("html"), problem.Type, "`html` must be text, and stand alone", "write `{html: \"<b>text</b>\"}`")}
		}
		return template.HTML(text), nil
	}
	name, found := m.Get("component")
	text, ok := name.Value.Data.(string)
	if !found || !ok {
		return "", problem.List{problemAt(v.At, 1, problem.Type, "this child names no component", "write `{component: icon.html, props: {…}}`, `{html: …}` or text")}
	}
	props, _ := m.Get("props")
	if _, isMap := props.Value.Data.(story.Map); !isMap && props.Value.Data != nil {
		return "", problem.List{problemAt(props.Value.At, 1, problem.Type, "`props` must be an object", "write `props: {name: value}`")}
	}
	children, _ := m.Get("children")
	return r.use(dir, use{
		ref: story.Ref{Name: text, At: name.Value.At}, props: props.Value, children: children.Value, fallback: v.At,
	})
}

// block renders an html story: its body is the template.
func (r *Templates) block(s *story.Story) (template.HTML, problem.List) {
	dir := path.Dir(s.Subject.File)
	data, problems := r.given(dir, nil, use{props: s.Props, fallback: s.At})
	if problems != nil {
		return "", problems
	}
	if s.Children.Data != nil {
		children, problems := r.children(dir, s.Children)
		if problems != nil {
			return "", problems
		}
		data["Children"] = children
	}
	name := "story " + s.Path()
	r.blocks[name] = text{file: s.Subject.File, line: s.BodyAt.Line - 1, column: s.BodyAt.Column - 1, lines: max(1, strings.Count(s.Body, "\n"))}
	defer delete(r.blocks, name)
	g, err := r.parse(dir, templateText{Name: name, Text: s.Body})
	if err != nil {
		return "", problem.List{r.explain(err)}
	}
	if s.Children.Data != nil && !g.children {
		return "", problem.List{problemAt(s.Children.At, 1, problem.Prop, "the story doesn't show its children",
			"write {{.Children}} where they belong in it, or remove them here")}
	}
	if g.host != nil {
		g.host.once = true
	}
	html, p := r.execute(&target{name: s.Subject.File, group: g, define: name}, data)
	return html, placed(p, s.At)
}

// execute runs a template and returns what it writes, or the first thing that
// went wrong, innermost component first.
func (r *Templates) execute(t *target, data any) (template.HTML, *problem.Problem) {
	if len(r.stack) >= maxDepth {
		return "", &problem.Problem{
			Kind:    problem.Template,
			Message: fmt.Sprintf("components nest deeper than %d levels: %s", maxDepth, r.cycle()),
			Hint:    "let a component contain itself only under a condition that ends",
		}
	}
	if r.uses++; r.uses > maxUses {
		return "", &problem.Problem{
			Kind:    problem.Template,
			Message: fmt.Sprintf("the story uses more than %d components", maxUses),
			Hint:    "let a component use another fewer times",
		}
	}
	r.stack = append(r.stack, t.name)
	defer func() { r.stack = r.stack[:len(r.stack)-1] }()
	html, err := r.run(t, data)
	if err != nil {
		return "", r.explain(err)
	}
	// What a component is made of comes before it, so that its own styles can
	// build on theirs.
	if t.file != "" && !slices.Contains(r.used, t.file) {
		r.used = append(r.used, t.file)
	}
	return html, nil
}

// run has a target make its HTML: here, in the host or in another program.
func (r *Templates) run(t *target, data any) (template.HTML, error) {
	var html template.HTML
	switch {
	case t.session != nil:
		props, ok := data.(map[string]any)
		if name := foreignIn("props", data); name != "" || !ok {
			return "", &problem.Problem{Kind: problem.Prop, Message: fmt.Sprintf("%s can't take a Go value, which %q is", t.name, name),
				Hint: "give it the text, number or list that it needs"}
		}
		text, p := t.session.render(r.ctx, t.file, props)
		if p != nil {
			return "", p
		}
		html = template.HTML(text)
	case t.group.host != nil:
		var err error
		if html, err = r.executeInHost(t, data); err != nil {
			return "", err
		}
	default:
		var out bytes.Buffer
		err := t.group.execute(t.define, &limited{r, &out}, data)
		return template.HTML(out.String()), err
	}
	if r.size += len(html); r.size > maxOutput {
		return "", &problem.Problem{Kind: problem.Template, Message: fmt.Sprintf("the story has more than %d MB", maxOutput>>20), Hint: "let what repeats end"}
	}
	return html, nil
}

// cycle shows the components that contain each other.
func (r *Templates) cycle() string {
	last := r.stack[len(r.stack)-1]
	chain := []string{last}
	for i := len(r.stack) - 2; i >= 0 && len(chain) < 5; i-- {
		chain = append(chain, r.stack[i])
		if r.stack[i] == last {
			break
		}
	}
	slices.Reverse(chain)
	return strings.Join(chain, " → ")
}

// limited is a writer that ends a story that writes too much, or too long.
type limited struct {
	r   *Templates
	out *bytes.Buffer
}

func (w *limited) Write(p []byte) (int, error) {
	if w.r.size += len(p); w.r.size > maxOutput {
		return 0, &callError{problem.Template, fmt.Sprintf("the story has more than %d MB", maxOutput>>20), "let what repeats end"}
	}
	if err := w.r.ctx.Err(); err != nil {
		return 0, err
	}
	return w.out.Write(p)
}
