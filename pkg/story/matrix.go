package story

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// A Matrix shows a story in variants, as a grid on its subject's page.
type Matrix struct {
	Title string
	// Story is what is varied.
	Story *Story
	// Axes are one or two. Of two, the first goes down and the second across;
	// a single one goes across.
	Axes []Axis
	// Fixed are props that all variants have in the place of the story's.
	Fixed Map
	At    problem.Place
}

// An Axis is what changes along a side of a matrix: a prop, the theme or the
// viewport, whichever is set.
type Axis struct {
	// Prop is the prop's name. Values are what it is given; nil means all that
	// it can have, which only who knows the component can tell.
	Prop      Ref
	Values    List
	Themes    []Theme
	Viewports []Viewport
}

// What axes are called that aren't props.
const (
	AxisTheme    = "theme"
	AxisViewport = "viewport"
)

// MaxVariants is how many cells a matrix may have: each is a frame in a page.
const MaxVariants = 200

// A Grid is a matrix laid out.
type Grid struct {
	// Down and Across say what changes; Down is "" where there is one row.
	Down, Across  string
	Rows, Columns []string
	// Cells are the rows' variants, in as many rows as there are Rows, or one.
	Cells [][]Variant
}

// A Variant is a cell of a grid.
type Variant struct {
	// Label says what it is, as in "danger, large".
	Label string
	// Story is a story like the one that is varied, with other props and
	// without its checks, which are about the original. Where only theme or
	// viewport change, it is the original.
	Story *Story
	// Theme and Viewport are names, "" where they don't change.
	Theme, Viewport string
	// Props are those that it has in the place of the original's; none where it
	// is the original.
	Props Map
	// Suffix is what the name of its file has beside the original's, as in
	// ".size=lg". No story's name has such a part: a slug has no dot.
	Suffix string
}

var matrixKeys = []string{"title", "story", "props", "themes", "viewports"}

// A matrixReader reads what a subject says of matrices once all of its stories
// are known.
type matrixReader struct {
	*subjectReader
	subject *Subject
	src     *Source
}

// matrix reads one. It returns nil if that can't be shown.
func (r *matrixReader) matrix(v Value, at problem.Place) *Matrix {
	before := len(r.src.Problems)
	f := newFields(r.src, v, "a matrix", matrixKeys)
	m := &Matrix{Title: f.text("title"), At: at}
	report := func(at problem.Place, length int, message, hint string) {
		r.src.Report(problem.Story, at, length, message, hint)
	}
	keys, _ := v.Data.(Map)
	for _, key := range keys { // the order in which they are written is that of the axes
		switch key.Name {
		case "props":
			r.props(m, f)
		case "themes":
			if themes := chosen(r.src, f, "theme", "themes", r.config.Themes, func(t Theme) string { return t.Name }); len(themes) > 0 {
				m.Axes = append(m.Axes, Axis{Themes: themes})
			}
		case "viewports":
			if viewports := chosen(r.src, f, "viewport", "viewports", r.config.Viewports, func(v Viewport) string { return v.Name }); len(viewports) > 0 {
				m.Axes = append(m.Axes, Axis{Viewports: viewports})
			}
		}
	}
	needsProps := len(m.Fixed) > 0 || slices.ContainsFunc(m.Axes, func(a Axis) bool { return a.Prop.Name != "" })
	m.Story = r.story(f.ref("story"), needsProps)
	cells := 1
	for _, a := range m.Axes {
		cells *= max(1, a.count())
	}
	switch {
	case len(r.src.Problems) > before:
		return nil
	case len(m.Axes) == 0:
		report(at, 1, "the matrix has nothing that changes", "name props with their values, as in `props: {size: [sm, lg]}`, or `themes: true`")
	case len(m.Axes) > 2:
		report(at, 1, fmt.Sprintf("the matrix has %d axes", len(m.Axes)), "leave two of them; a prop with a single value is the same in all cells")
	case cells > MaxVariants:
		report(at, 1, fmt.Sprintf("the matrix has %d cells, which is more than %d", cells, MaxVariants), "leave out values, or make several of it")
	case m.Story == nil && needsProps:
		report(at, 1, "the matrix changes props, and no story of the file has any", "add a `yaml story` to the file")
	case m.Story == nil:
		report(at, 1, "the matrix has no story to show", "add a story to the file")
	default:
		return m
	}
	return nil
}

// props reads the axes that are props: names with their values, or names
// alone.
func (r *matrixReader) props(m *Matrix, f fields) {
	v, _ := f.get("props")
	switch d := v.Data.(type) {
	case nil:
	case Map:
		for _, p := range d {
			switch values := p.Value.Data.(type) {
			case nil:
				m.Axes = append(m.Axes, Axis{Prop: Ref{p.Name, p.At}})
			case List:
				if len(values) == 0 {
					r.src.Report(problem.Type, p.Value.At, 2, fmt.Sprintf("%q has no values", p.Name), "write them, or leave the list out for all that there are")
					continue
				}
				list, _ := r.fixtures.resolve(r.src, p.Value).Data.(List)
				m.Axes = append(m.Axes, Axis{Prop: Ref{p.Name, p.At}, Values: list})
			default:
				p.Value = r.fixtures.resolve(r.src, p.Value)
				m.Fixed = append(m.Fixed, p)
			}
		}
	default:
		for _, name := range f.refs("props") {
			m.Axes = append(m.Axes, Axis{Prop: name})
		}
	}
}

// story returns the story with a title, or without one the first that fits.
func (r *matrixReader) story(given Ref, needsProps bool) *Story {
	var titles []string
	for _, st := range r.subject.Stories {
		if given.Name == "" && (!needsProps || st.Language == "yaml") || given.Name != "" && (st.Title == given.Name || st.Slug == given.Name) {
			if needsProps && st.Language != "yaml" {
				r.src.Report(problem.Story, given.At, utf8.RuneCountInString(given.Name),
					fmt.Sprintf("%q has no props to change: it is %s story", st.Title, article(st.Language)), "name a yaml story")
			}
			return st
		}
		titles = append(titles, st.Title)
	}
	if given.Name != "" {
		r.src.Report(problem.Story, given.At, utf8.RuneCountInString(given.Name),
			fmt.Sprintf("the file has no story %q", given.Name), problem.DidYouMean(given.Name, titles))
	}
	return nil
}

func article(language string) string {
	if language == "html" {
		return "an html"
	}
	return "a " + language
}

// Matrices returns those of the subject, in the order they are shown.
func (s *Subject) Matrices() []*Matrix {
	var all []*Matrix
	for _, offset := range slices.Sorted(maps.Keys(s.Prose.Matrices)) {
		all = append(all, s.Prose.Matrices[offset])
	}
	if s.Matrix != nil {
		all = append(all, s.Matrix)
	}
	return all
}

// keepMatrices drops the matrices of stories that the subject no longer has.
func (s *Subject) keepMatrices() {
	gone := func(m *Matrix) bool { return !slices.Contains(s.Stories, m.Story) }
	maps.DeleteFunc(s.Prose.Matrices, func(_ int, m *Matrix) bool { return gone(m) })
	if s.Matrix != nil && gone(s.Matrix) {
		s.Matrix = nil
	}
}

// chosen reads some of the catalog's themes or viewports: their names, or true
// for all.
func chosen[T any](src *Source, f fields, what, key string, known []T, name func(T) string) []T {
	v, found := f.get(key)
	if !found || v.Data == false {
		return nil
	}
	if v.Data == true {
		if len(known) == 0 {
			f.unfit(key, v, "a list of "+key, fmt.Sprintf("define some under `%s:` in %s", key, ConfigFile))
		}
		return known
	}
	var some []T
	for _, ref := range f.refs(key) {
		if named(src, ref, what, key, known, name) == "" {
			continue
		}
		some = append(some, known[slices.IndexFunc(known, func(k T) bool { return name(k) == ref.Name })])
	}
	return some
}

func (a Axis) count() int { return len(a.Values) + len(a.Themes) + len(a.Viewports) }

// Grid lays a matrix out. all tells what a prop can have; it is asked for the
// axes without values.
func (m *Matrix) Grid(all func(prop string) List) (*Grid, problem.List) {
	var problems problem.List
	sides := [2][]step{{{}}, {{}}}
	names := [2]string{}
	for i, a := range m.Axes {
		if a.Prop.Name != "" && a.Values == nil {
			if a.Values = all(a.Prop.Name); len(a.Values) == 0 {
				problems = append(problems, &problem.Problem{
					Kind: problem.Story, File: a.Prop.At.File, Line: a.Prop.At.Line, Column: a.Prop.At.Column, Length: utf8.RuneCountInString(a.Prop.Name),
					Message: fmt.Sprintf("nothing says what the prop %q can have", a.Prop.Name),
					Hint:    fmt.Sprintf("list it: `%s: [one, other]`", a.Prop.Name),
				})
			}
		}
		side := i + 2 - len(m.Axes) // a single one goes across
		names[side], sides[side] = a.Name(), a.steps()
	}
	if n := len(sides[0]) * len(sides[1]); n > MaxVariants { // all that a prop can have may be many
		problems = append(problems, &problem.Problem{
			Kind: problem.Story, File: m.At.File, Line: m.At.Line, Column: m.At.Column,
			Message: fmt.Sprintf("the matrix has %d cells, which is more than %d", n, MaxVariants),
			Hint:    "list some of the values",
		})
	}
	if len(problems) > 0 {
		return nil, problems
	}
	g := &Grid{Down: names[0], Across: names[1]}
	longest := 0
	for _, across := range sides[1] {
		g.Columns = append(g.Columns, across.label)
	}
	for _, down := range sides[0] {
		g.Rows = append(g.Rows, down.label)
		var cells []Variant
		for _, across := range sides[1] {
			v := m.variant(down, across)
			longest = max(longest, len(path.Base(v.Story.alone)))
			cells = append(cells, v)
		}
		g.Cells = append(g.Cells, cells)
	}
	if longest > maxName {
		return nil, problem.List{{
			Kind: problem.Address, File: m.At.File, Line: m.At.Line, Column: m.At.Column,
			Message: fmt.Sprintf("the matrix makes names of files of %d bytes, which is too long", longest),
			Hint:    fmt.Sprintf("add `slug: some-name` to the story %q, or give its props shorter values", m.Story.Title),
		}}
	}
	return g, nil
}

// A step is one of the places along an axis.
type step struct {
	label           string
	prop            Field  // its Name is "" where it is none
	suffix          string // of the file's name
	theme, viewport string
}

// Name says what changes along the axis: the prop, "theme" or "viewport".
func (a Axis) Name() string {
	switch {
	case a.Prop.Name != "":
		return a.Prop.Name
	case a.Themes != nil:
		return AxisTheme
	}
	return AxisViewport
}

func (a Axis) steps() []step {
	var steps []step
	taken := map[string]bool{}
	for _, v := range a.Values {
		label := v.String()
		if text, ok := v.Data.(string); ok && text != "" {
			label = text
		}
		f := Field{a.Prop.Name, a.Prop.At, v}
		steps = append(steps, step{label: label, prop: f, suffix: suffix(f, taken)})
	}
	for _, t := range a.Themes {
		steps = append(steps, step{label: t.Name, theme: t.Name})
	}
	for _, v := range a.Viewports {
		steps = append(steps, step{label: v.Name, viewport: v.Name})
	}
	return steps
}

// suffix is how a prop with its value stands in the name of a file. Different
// values may come to one; these are counted.
func suffix(f Field, taken map[string]bool) string {
	const longest = 24
	text, isText := f.Value.Data.(string)
	if !isText {
		text = strings.ReplaceAll(f.Value.String(), ".", "-")
	}
	slug := []rune(Slug(text))
	slug = slug[:min(len(slug), longest)]
	if len(slug) == 0 {
		slug = []rune("none")
	}
	unique := string(slug)
	for n := 2; taken[unique]; n++ {
		unique = fmt.Sprintf("%s-%d", string(slug), n)
	}
	taken[unique] = true
	return "." + Slug(f.Name) + "=" + unique
}

func (m *Matrix) variant(down, across step) Variant {
	v := Variant{Story: m.Story, Theme: down.theme + across.theme, Viewport: down.viewport + across.viewport}
	v.Label = strings.Trim(down.label+", "+across.label, ", ")
	for _, s := range []step{down, across} {
		if s.prop.Name != "" {
			v.Props = append(v.Props, s.prop)
			v.Suffix += s.suffix
		}
	}
	for _, f := range m.Fixed {
		v.Props = append(v.Props, f)
		v.Suffix += suffix(f, map[string]bool{})
	}
	if len(v.Props) == 0 {
		return v
	}
	st := *m.Story
	props, _ := st.Props.Data.(Map)
	props = slices.Clone(props)
	for _, f := range v.Props {
		if i := slices.IndexFunc(props, func(other Field) bool { return st.sameProp(other.Name, f.Name) }); i >= 0 {
			props[i].At, props[i].Value = f.At, f.Value
		} else {
			props = append(props, f)
		}
	}
	st.Props = Value{Data: props, At: st.Props.At}
	st.Checks, st.At, st.Variant = nil, m.At, v.Label
	st.Title += " (" + v.Label + ")"
	st.alone = strings.TrimSuffix(st.alone, ".html") + v.Suffix + ".html"
	v.Story = &st
	return v
}

// sameProp reports whether two names are one prop: Go's may be written in
// several ways.
func (s *Story) sameProp(a, b string) bool {
	fold := func(name string) string { return strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(name)) }
	return a == b || IsGo(s.Component.Name) && fold(a) == fold(b)
}
