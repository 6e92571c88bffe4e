package check

import (
	"fmt"
	"strings"

	"golang.org/x/net/html"
)

// A query finds elements.
type query struct {
	kind      string // the key: role, text, css and so on
	role      roleQuery
	match     *matcher
	attribute string // of a testid
	selector  selector
	text      string // the selector as it was written
	within    *query
	nth       *int // in a within, which of several
}

// A roleQuery is what goes with `role:`.
type roleQuery struct {
	role        string // canonical
	written     string
	name        *matcher
	description *matcher
	level       int // 0 is any
	states      []wanted
	hidden      bool
}

// A wanted state is a name and a value.
type wanted struct{ name, value string }

// find returns the elements below a scope that the query finds, in document
// order. The scope itself, which may be the story, is only found by the text
// that stands in it.
func (q *query) find(d *Document, scope *html.Node) []*html.Node {
	var list []*html.Node
	if q.kind == "text" && (scope != d.root || scope.Type == html.ElementNode) && d.hasText(scope, q.match) && ownText(scope) != "" {
		list = append(list, scope)
	}
	add := func(n *html.Node) {
		if scope == d.root || inside(n, scope) {
			list = append(list, n)
		}
	}
	switch q.kind {
	case "css":
		for i, in := range d.matching(q.selector) {
			if in {
				add(d.elements[i])
			}
		}
	case "label":
		for _, n := range d.labelled(q.match) {
			add(n)
		}
	default:
		for _, n := range d.elements {
			if q.fits(d, n) {
				add(n)
			}
		}
	}
	return list
}

// fits reports whether the query finds an element, wherever it stands.
func (q *query) fits(d *Document, n *html.Node) bool {
	switch q.kind {
	case "role":
		return q.role.fits(d, n)
	case "text":
		return d.hasText(n, q.match)
	case "placeholder":
		return hasAttr(n, "placeholder", q.match)
	case "alt":
		return d.hasAlt(n, q.match)
	case "title":
		return d.hasTitle(n, q.match)
	case "value":
		return d.hasValue(n, q.match)
	case "testid":
		return hasAttr(n, q.attribute, q.match)
	case "id":
		value, given := lookup(n, "id")
		return given && q.match.exactly(value)
	case "class":
		return hasClass(n, q.match)
	case "tag":
		return q.match.exactly(n.Data) || q.match.exactly(strings.ToLower(n.Data))
	}
	return false
}

// exactly is matches for names, in which white space isn't folded.
func (m *matcher) exactly(s string) bool { return m.folded(s) }

// hasClass reports whether one of an element's classes fits.
func hasClass(n *html.Node, m *matcher) bool {
	value, given := lookup(n, "class")
	if !given {
		return false
	}
	for class := range strings.FieldsSeq(value) {
		if m.folded(class) {
			return true
		}
	}
	return false
}

func (r *roleQuery) fits(d *Document, n *html.Node) bool {
	return d.Role(n) == r.role && (r.hidden || !d.Hidden(n)) && r.unlike(d, n, true) == ""
}

// unlike returns in what an element of the role differs from what is asked
// for, or "". In a hurry it only tells whether it does.
func (r *roleQuery) unlike(d *Document, n *html.Node, hurry bool) string {
	var differences []string
	differs := func(format string, args ...any) bool {
		if hurry {
			return true
		}
		differences = append(differences, fmt.Sprintf(format, args...))
		return false
	}
	if r.level != 0 {
		if l := level(n); l != r.level && differs("level: %d", l) {
			return "."
		}
	}
	for _, s := range r.states {
		value := d.State(n, s.name)
		if value == s.value {
			continue
		}
		if value == "" {
			value = "not given"
		}
		if differs("%s: %s", s.name, value) {
			return "."
		}
	}
	if r.name != nil && !r.name.folded(d.Name(n)) && hurry {
		return "."
	}
	if r.description != nil {
		if text := d.Description(n); !r.description.folded(text) && differs("description: %q", shorten(text, 80)) {
			return "."
		}
	}
	return strings.Join(differences, ", ")
}

// String returns what the query asks for, as part of a sentence: `button
// "Save"`.
func (q *query) String() string { return q.noun(1) }

// noun is what count of the query's elements are called.
func (q *query) noun(count int) string {
	s := ""
	element := "element"
	if count != 1 {
		element = "elements"
	}
	switch q.kind {
	case "role":
		s = q.role.noun(count)
	case "label":
		s = element + " labelled " + q.match.String()
	case "css":
		s = fmt.Sprintf("%s for the selector %q", element, q.text)
	case "tag":
		s = fmt.Sprintf("<%s>", strings.Trim(q.match.String(), `"`))
	case "testid":
		s = fmt.Sprintf("%s with the %s %s", element, q.attribute, q.match)
	case "alt":
		s = fmt.Sprintf("%s with the alternative text %s", element, q.match)
	default:
		s = fmt.Sprintf("%s with the %s %s", element, q.kind, q.match)
	}
	if q.within != nil {
		s += " in the " + q.within.noun(1)
	}
	return s
}

func (r *roleQuery) noun(count int) string {
	s := r.written
	switch {
	case r.role == "none" || r.role == "generic":
		s = "element"
		if count != 1 {
			s = "elements"
		}
		s += fmt.Sprintf(" with the role %q", r.written)
	case count != 1:
		s = plural(s)
	}
	switch {
	case r.name == nil:
	case r.name.regexp == nil && r.name.text == "":
		s += " without a name"
	default:
		s += " " + r.name.String()
	}
	var with []string
	if r.level != 0 {
		with = append(with, fmt.Sprintf("level: %d", r.level))
	}
	for _, w := range r.states {
		with = append(with, w.name+": "+w.value)
	}
	if r.description != nil {
		with = append(with, "description: "+r.description.String())
	}
	if with != nil {
		s += " (" + strings.Join(with, ", ") + ")"
	}
	return s
}

func plural(s string) string {
	switch {
	case s == "switch", strings.HasSuffix(s, "s"), strings.HasSuffix(s, "x"), strings.HasSuffix(s, "ch"):
		return s + "es"
	case strings.HasSuffix(s, "ary"):
		return strings.TrimSuffix(s, "y") + "ies"
	}
	return s + "s"
}
