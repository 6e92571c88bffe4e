package story

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/storytime-dev/storytime/pkg/problem"
)

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

// Grid lays a matrix out. declared is what the story's component takes, as far
// as that is known: it says what an axis without values has.
func (m *Matrix) Grid(declared Props) (*Grid, problem.List) {
	var problems problem.List
	sides := [2][]step{{{}}, {{}}}
	names := [2]string{}
	for i, a := range m.Axes {
		if a.Prop.Name != "" && a.Values == nil {
			var wrong *problem.Problem
			if a.Values, wrong = m.Story.allValues(a.Prop, declared); wrong != nil {
				problems = append(problems, wrong)
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

// allValues is all that a prop can have: the options of an enum, or both
// booleans.
func (s *Story) allValues(prop Ref, declared Props) (List, *problem.Problem) {
	p := &problem.Problem{
		Kind: problem.Story, File: prop.At.File, Line: prop.At.Line, Column: prop.At.Column, Length: utf8.RuneCountInString(prop.Name),
	}
	i := slices.IndexFunc(declared, func(d Prop) bool { return s.sameProp(d.Name, prop.Name) })
	switch {
	case i >= 0 && declared[i].Type == TypeBoolean:
		return List{{Data: false}, {Data: true}}, nil
	case i >= 0 && len(declared[i].Options) > 0:
		return declared[i].Options, nil
	case i < 0 && len(declared) > 0:
		p.Message, p.Hint = fmt.Sprintf("the component has no prop %q", prop.Name), problem.DidYouMean(prop.Name, declared.names())
	default:
		p.Message = fmt.Sprintf("nothing says what the prop %q can have", prop.Name)
		p.Hint = fmt.Sprintf("list it: `%s: [one, other]`", prop.Name)
	}
	return nil, p
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
