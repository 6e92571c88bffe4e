package story

import (
	"fmt"
	"maps"
	"slices"
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

// Matrices returns those that show the story in variants.
func (s *Story) Matrices() []*Matrix {
	return slices.DeleteFunc(s.Subject.Matrices(), func(m *Matrix) bool { return m.Story != s })
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
