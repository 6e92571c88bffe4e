package check

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// This file says what is there instead of what was asked for.

// most is how many elements a failure lists.
const most = 10

// show returns an element as a failure shows it: its role and name, or its
// tag.
func (d *Document) show(n *html.Node) string {
	if n == d.root {
		return "the story itself"
	}
	role := d.Role(n)
	switch role {
	case "", "generic", "none":
		return tagOf(n)
	}
	s := role
	if name := d.Name(n); name != "" {
		s += " " + quoted(name)
	}
	if d.Hidden(n) {
		s += " (hidden)"
	}
	return s + "  " + tagOf(n)
}

// tagOf returns the start tag of an element, abridged.
func tagOf(n *html.Node) string {
	var b strings.Builder
	b.WriteString("<" + n.Data)
	for _, a := range n.Attr {
		if b.Len() > 80 {
			b.WriteString(" …")
			break
		}
		b.WriteString(" " + attributeSource(a, 40))
	}
	return b.String() + ">"
}

// listing returns elements under a heading, or "".
func (d *Document) listing(heading string, list []*html.Node) string {
	if len(list) == 0 {
		return ""
	}
	lines := make([]string, 0, most)
	for _, n := range list[:min(most, len(list))] {
		lines = append(lines, d.show(n))
	}
	return under(heading, lines, len(list)-len(lines))
}

// under writes lines under a heading, and how many more there are.
func under(heading string, lines []string, more int) string {
	return listed(heading, lines, more, false)
}

// listed is under for a list that may be capped, so that nobody knows how
// many more there are.
func listed(heading string, lines []string, more int, capped bool) string {
	s := heading + "\n  " + strings.Join(lines, "\n  ") + "\n"
	switch {
	case capped:
		s += "  and more\n"
	case more > 0:
		s += fmt.Sprintf("  and %d more\n", more)
	}
	return s
}

// nearest returns what comes nearest to a query that finds nothing, and what
// to do about it.
func (d *Document) nearest(q *query, scope *html.Node) (detail, hint string) {
	if q.within != nil && scope != d.root {
		if elsewhere := q.find(d, d.root); len(elsewhere) > 0 {
			return d.listing("found elsewhere:", elsewhere), "look in the whole story: leave out \"within\", or name another"
		}
	}
	if q.kind == "role" {
		return d.nearestRole(&q.role, scope)
	}
	if q.kind == "css" {
		return "", "compare the selector with the story's HTML"
	}
	texts := d.texts(q, scope)
	if len(texts) == 0 {
		return "", changeOne
	}
	want := ""
	if q.match.regexp == nil {
		want = q.match.text
	}
	hint = changeOne
	near := sortedByNearness(want, texts)
	if want != "" {
		if n := problem.Nearest(want, texts); n != "" {
			hint = fmt.Sprintf("did you mean %q?", shorten(n, 80))
		} else if i := slices.IndexFunc(near, func(t string) bool { return strings.Contains(t, want) }); i >= 0 && q.kind != "id" && q.kind != "tag" {
			hint = "it is compared whole; for a part of it write a regular expression, as in \"/" + shorten(quoteMeta(want), 60) + "/\""
		}
	}
	if q.kind == "text" && d.brokenUp(q.match, scope) {
		hint = "the text stands in several elements: ask for one of them, or write `has: {text: …}`"
	}
	lines := make([]string, 0, most)
	for _, t := range near[:min(most, len(near))] {
		lines = append(lines, quoted(t))
	}
	return listed(heading(q), lines, len(near)-len(lines), len(texts) == enoughTexts), hint
}

func heading(q *query) string {
	switch q.kind {
	case "text":
		return "texts that are there:"
	case "label":
		return "labels that are there:"
	case "tag":
		return "elements that are there:"
	case "class":
		return "classes that are there:"
	case "alt":
		return "alternative texts that are there:"
	case "testid":
		return fmt.Sprintf("values of %s that are there:", q.attribute)
	}
	return q.kind + "s that are there:"
}

// brokenUp reports whether the text is there, but not in one element.
func (d *Document) brokenUp(m *matcher, scope *html.Node) bool {
	if m.matches(textContent(scope)) {
		return true
	}
	return slices.ContainsFunc(d.elements, func(n *html.Node) bool {
		return (scope == d.root || inside(n, scope)) && m.matches(textContent(n))
	})
}

// enoughTexts and enoughRoles are how many of a story's are compared with
// what is wanted.
const (
	enoughTexts = 500
	enoughRoles = 1000
)

// texts returns what the elements of a scope have of what the query asks for,
// each once.
func (d *Document) texts(q *query, scope *html.Node) []string {
	var list []string
	seen := map[string]bool{}
	add := func(s string) {
		if s = fold(s); s != "" && !seen[s] && len(list) < enoughTexts {
			seen[s] = true
			list = append(list, s)
		}
	}
	if q.kind == "text" {
		add(ownText(scope))
	}
	for _, n := range d.elements {
		if scope != d.root && !inside(n, scope) {
			continue
		}
		switch q.kind {
		case "text":
			if !isCode(n) {
				add(ownText(n))
			}
		case "label":
			add(attr(n, "aria-label"))
			texts, _ := d.labelTexts(n)
			for _, t := range texts {
				add(t)
			}
		case "value":
			if isField(n) {
				v, _ := d.value(n)
				for _, o := range d.options(n) {
					if d.optionSelected(o) {
						v = ownText(o)
					}
				}
				add(v)
			}
		case "class":
			for class := range strings.FieldsSeq(attr(n, "class")) {
				add(class)
			}
		case "tag":
			add(n.Data)
		case "testid":
			add(attr(n, q.attribute))
		default:
			add(attr(n, q.kind))
		}
	}
	return list
}

// sortedByNearness puts what resembles a text first, and keeps the order of
// the rest.
func sortedByNearness(want string, texts []string) []string {
	texts = slices.Clone(texts)
	if want != "" {
		slices.SortStableFunc(texts, func(a, b string) int { return cmp.Compare(farness(want, a), farness(want, b)) })
	}
	return texts
}

// farness is 0 for what is the same but for case, and grows.
func farness(want, s string) int {
	w, t := strings.ToLower(want), strings.ToLower(s)
	switch {
	case w == t:
		return 0
	case t == "":
		return 5
	case problem.Nearest(want, []string{s}) != "":
		return 1
	case strings.Contains(t, w), strings.Contains(w, t):
		return 2
	}
	words := strings.Fields(w)
	for _, word := range words[:min(len(words), 20)] {
		if len(word) > 2 && strings.Contains(t, word) {
			return 3
		}
	}
	return 4
}

// A candidate is an element that might have been meant.
type candidate struct {
	n          *html.Node
	role, name string
	far        int
}

// nearestRole returns the roles and names that are there, what resembles the
// query first.
func (d *Document) nearestRole(r *roleQuery, scope *html.Node) (detail, hint string) {
	var list []candidate
	want := ""
	if r.name != nil && r.name.regexp == nil {
		want = r.name.text
	}
	capped := false
	for _, n := range d.elements {
		if scope != d.root && !inside(n, scope) {
			continue
		}
		role := d.Role(n)
		if role == "" || role == "none" || role == "generic" && r.role != "generic" || role == "paragraph" && r.role != role {
			continue
		}
		if capped = len(list) == enoughRoles; capped {
			break
		}
		c := candidate{n: n, role: role, name: d.Name(n)}
		fits := r.name != nil && r.name.folded(c.name)
		switch {
		case role == r.role && (fits || r.name == nil):
			c.far = 0
		case role == r.role:
			c.far = 1 + farness(want, c.name)
		case fits:
			c.far = 3
		default:
			c.far = 10
			if want != "" {
				c.far += farness(want, c.name)
			}
		}
		list = append(list, c)
	}
	if len(list) == 0 {
		return "", "nothing that is there has a role: add one, or ask by text, label or css"
	}
	slices.SortStableFunc(list, func(a, b candidate) int { return cmp.Compare(a.far, b.far) })
	lines := make([]string, 0, most)
	for _, c := range list[:min(most, len(list))] {
		line := d.show(c.n)
		if c.role == r.role {
			if differences := r.unlike(d, c.n, false); differences != "" {
				line += "  (" + differences + ")"
			}
		}
		lines = append(lines, line)
	}
	return listed("roles and names that are there:", lines, len(list)-len(lines), capped), d.roleHint(r, list[0], list)
}

// roleHint says what to do when no element has the role, name and states.
func (d *Document) roleHint(r *roleQuery, best candidate, list []candidate) string {
	switch {
	case best.far == 0 && !r.hidden && d.Hidden(best.n):
		return "it is hidden: add `hidden: true` to find hidden elements as well"
	case best.far == 0:
		if differences := r.unlike(d, best.n, false); differences != "" {
			return "it is there with " + differences + ": " + changeOne
		}
		return changeOne
	case best.role == r.role && r.name != nil:
		var names []string
		for _, c := range list {
			if c.role == r.role {
				names = append(names, c.name)
			}
		}
		if r.name.regexp == nil {
			if near := problem.Nearest(r.name.text, names); near != "" {
				return fmt.Sprintf("did you mean %q?", shorten(near, 80))
			}
			for _, name := range names {
				if r.name.text != "" && strings.Contains(name, r.name.text) {
					return "a name is compared whole; for a part of it write a regular expression, as in \"/" + shorten(quoteMeta(r.name.text), 60) + "/\""
				}
			}
		}
		return changeOne
	case best.far == 3:
		return fmt.Sprintf("did you mean `role: %s`?", best.role)
	}
	return changeOne
}

// nearAttribute is a hint for an attribute that isn't there.
func (d *Document) nearAttribute(n *html.Node, name string) string {
	var names []string
	for _, a := range n.Attr {
		names = append(names, a.Key)
	}
	if near := problem.Nearest(name, names); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return changeOne
}

func nearClass(n *html.Node, m *matcher) string {
	if m.regexp == nil {
		if near := problem.Nearest(m.text, strings.Fields(attr(n, "class"))); near != "" {
			return fmt.Sprintf("did you mean %q?", near)
		}
	}
	return changeOne
}

func quoteMeta(s string) string { return regexp.QuoteMeta(s) }

// An Item is an element with a role, for those who list what is there.
type Item struct {
	Node       *html.Node
	Role, Name string
	Hidden     bool
}

// Roles returns the elements that have a role worth naming, in document
// order: not those that are generic or presentational.
func (d *Document) Roles() []Item {
	var list []Item
	for _, n := range d.elements {
		switch role := d.Role(n); role {
		case "", "generic", "none":
		default:
			list = append(list, Item{n, role, d.Name(n), d.Hidden(n)})
		}
	}
	return list
}
