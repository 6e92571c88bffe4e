package story

import (
	"path"
	"reflect"
	"slices"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// Reread reads the file of one subject again, for a catalog that was read a
// while ago. The new subject takes the place of the old one.
//
// It reports false, and leaves the catalog as it is, when what changed may
// concern more than the subject's own pages: which stories it has, which
// components it names, what it says of their props, or how it is sorted. Then
// only a new Read knows what the catalog is.
func (c *Catalog) Reread(name string) (*Subject, bool) {
	before := c.subjectOf(name)
	if before == nil {
		return nil, false
	}
	after := c.reader().read(ReadSource(c.FS, name))
	after.settle(before.Section)
	if !before.interchangeable(after) {
		return nil, false
	}
	if before.Section.Lead == before {
		before.Section.Lead = after
	}
	for i, s := range before.Section.Subjects {
		if s == before {
			before.Section.Subjects[i] = after
		}
	}
	return after, true
}

// subjectOf returns the subject that a Markdown file is.
func (c *Catalog) subjectOf(name string) *Subject {
	var found *Subject
	c.Each(func(s *Section) {
		if s.Dir != path.Dir(name) && (s.Dir != "" || path.Dir(name) != ".") {
			return
		}
		for _, u := range s.AllSubjects() {
			if u.File == name && !u.Implicit {
				found = u
			}
		}
	})
	return found
}

// interchangeable reports whether all that other pages may depend on is the
// same in two versions of a subject.
func (s *Subject) interchangeable(other *Subject) bool {
	return s.path == other.path && s.leads == other.leads && s.Order == other.Order && s.Title == other.Title &&
		slices.EqualFunc(s.Stories, other.Stories, func(a, b *Story) bool {
			return a.path == b.path && a.alone == b.alone && a.Language == b.Language
		}) &&
		slices.Equal(s.componentNames(), other.componentNames()) &&
		reflect.DeepEqual(plainProps(s.Props), plainProps(other.Props))
}

// componentNames are the files that a subject names as components or layouts.
func (s *Subject) componentNames() []string {
	var names []string
	for _, r := range s.Components {
		names = append(names, r.Name)
	}
	for _, story := range s.Stories {
		names = append(names, story.Component.Name, story.Layout.Name)
	}
	return names
}

// plainProps leaves out where props are written.
func plainProps(props Props) []any {
	var plain []any
	for _, p := range props {
		var options, fallback any
		if p.Default != nil {
			fallback = p.Default.String()
		}
		options = Value{Data: p.Options}.String()
		plain = append(plain, []any{p.Name, p.Type, p.Required, fallback, options, p.Doc})
	}
	return plain
}

// ParseProps reads props that were typed somewhere else than in a file of the
// catalog; name is what problems call that place. They are data and nothing
// else: {$file: …} is not looked up.
func ParseProps(name, text string) (Value, problem.List) {
	src := NewSource(name, []byte(text))
	d := decoder{src: src}
	v, _ := d.decode(src.Text)
	if _, isMap := v.Data.(Map); !isMap && v.Data != nil && len(src.Problems) == 0 {
		src.Report(problem.Type, v.At, 1, "props are an object, not "+kindOf(v.Data), "write `name: value`, each on its own line")
	}
	return v, src.Problems
}
