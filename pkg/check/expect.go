package check

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// An expectation is what a check says of the elements that its query finds.
type expectation struct {
	count      int // -1: one, unless nth says which of several
	nth        *int
	text       *matcher
	value      *matcher
	values     []*matcher // of a multiple select
	classes    []*matcher
	attributes []attribute
}

// An attribute is what one attribute must be.
type attribute struct {
	name    string
	present bool
	value   *matcher // nil: whatever it is
}

// A failure is why a document doesn't keep a promise.
type failure struct{ message, detail, hint string }

// run looks whether the document keeps the promise.
func (c *Check) run(d *Document) *failure {
	if d.err != nil {
		return &failure{"the story can't be checked: " + d.err.Error(), "", "look for a component that contains itself"}
	}
	scope, f := c.query.scope(d)
	if f != nil {
		return f
	}
	found := c.query.find(d, scope)
	e := &c.expect
	switch {
	case e.count >= 0 && len(found) != e.count:
		return c.miscounted(d, scope, found)
	case e.nth != nil:
		n, ok := pick(found, *e.nth)
		if !ok {
			return c.outOfRange(d, scope, found)
		}
		return c.lacks(d, found, []*html.Node{n})
	case e.count < 0 && len(found) != 1:
		return c.miscounted(d, scope, found)
	}
	return c.lacks(d, found, found)
}

// pick returns the element that nth speaks of; negative ones count from the
// end.
func pick(found []*html.Node, nth int) (*html.Node, bool) {
	if nth < 0 {
		nth += len(found)
	}
	if nth < 0 || nth >= len(found) {
		return nil, false
	}
	return found[nth], true
}

// scope returns what the query looks in.
func (q *query) scope(d *Document) (*html.Node, *failure) {
	w := q.within
	if w == nil {
		return d.root, nil
	}
	outer, f := w.scope(d)
	if f != nil {
		return nil, f
	}
	found := w.find(d, outer)
	if w.nth != nil {
		if n, ok := pick(found, *w.nth); ok {
			return n, nil
		}
	} else if len(found) == 1 {
		return found[0], nil
	}
	expected := "one"
	if w.nth != nil {
		expected = fmt.Sprintf("number %d (from zero) of the", *w.nth)
	}
	f = &failure{
		message: fmt.Sprintf("expected %s %s to look within, found %s", expected, w, amount(len(found))),
		detail:  d.listing("found:", found),
		hint:    "say more exactly which one is meant, or add `nth: 0` to \"within\"",
	}
	if len(found) == 0 {
		f.detail, f.hint = d.nearest(w, outer)
	}
	return nil, f
}

func amount(n int) string {
	switch n {
	case 0:
		return "none"
	case 1:
		return "one"
	}
	return strconv.Itoa(n)
}

func (c *Check) miscounted(d *Document, scope *html.Node, found []*html.Node) *failure {
	expected := "one " + c.query.noun(1)
	switch n := c.expect.count; {
	case n == 0:
		expected = "no " + c.query.noun(1)
	case n > 1:
		expected = fmt.Sprintf("%d %s", n, c.query.noun(n))
	}
	f := &failure{message: fmt.Sprintf("expected %s, found %s", expected, amount(len(found)))}
	switch {
	case len(found) == 0:
		f.detail, f.hint = d.nearest(c.query, scope)
	case c.expect.count == 0:
		f.detail, f.hint = d.listing("found:", found), "take it out of the story, or the check"
	case c.expect.count > 0:
		f.detail = d.listing("found:", found)
		f.hint = fmt.Sprintf("write `count: %d` if that is right", len(found))
	default:
		f.detail = d.listing("found:", found)
		f.hint = fmt.Sprintf("say more exactly which one is meant, or add `count: %d`, `nth: 0` or `within: {…}`", len(found))
	}
	return f
}

func (c *Check) outOfRange(d *Document, scope *html.Node, found []*html.Node) *failure {
	nth := *c.expect.nth
	needed := nth + 1
	if nth < 0 {
		needed = -nth
	}
	f := &failure{message: fmt.Sprintf("expected at least %d %s for `nth: %d`, found %s", needed, c.query.noun(needed), nth, amount(len(found)))}
	if len(found) == 0 {
		f.detail, f.hint = d.nearest(c.query, scope)
		return f
	}
	f.detail = d.listing("found:", found)
	f.hint = fmt.Sprintf("the first is `nth: 0`, the last `nth: %d` or `nth: -1`", len(found)-1)
	return f
}

// lacks says what the first of the elements lacks that doesn't have what all
// must have.
func (c *Check) lacks(d *Document, found, speaksOf []*html.Node) *failure {
	for _, n := range speaksOf {
		differences := c.expect.differences(d, n)
		if differences == nil {
			continue
		}
		which := "the " + c.query.String()
		if len(found) > 1 {
			for i, f := range found {
				if f == n {
					which = fmt.Sprintf("%s number %d of %d", c.query, i+1, len(found))
				}
			}
		}
		f := &failure{
			message: fmt.Sprintf("expected %s to have %s, found %s", which, differences[0].want, differences[0].got),
			hint:    differences[0].hint,
		}
		var b strings.Builder
		for _, other := range differences[1:] {
			fmt.Fprintf(&b, "expected also %s, found %s\n", other.want, other.got)
		}
		fmt.Fprintf(&b, "in %s\n", d.show(n))
		f.detail = b.String()
		return f
	}
	return nil
}

// A difference is one thing that an element should have.
type difference struct{ want, got, hint string }

const changeOne = "change the check, or what the story renders"

func (e *expectation) differences(d *Document, n *html.Node) []difference {
	var list []difference
	if e.text != nil {
		if text := fold(textContent(n)); !e.text.folded(text) {
			hint := changeOne
			if e.text.regexp == nil && e.text.text != "" && strings.Contains(text, e.text.text) {
				hint = "a text is compared whole; for a part of it write a regular expression, as in \"/" + shorten(quoteMeta(e.text.text), 60) + "/\""
			}
			list = append(list, difference{"the text " + e.text.String(), quoted(text), hint})
		}
	}
	for _, a := range e.attributes {
		value, given := lookup(n, a.name)
		switch {
		case a.present && !given:
			want := fmt.Sprintf("the attribute %q", a.name)
			if a.value != nil {
				want += " as " + a.value.String()
			}
			list = append(list, difference{want, "no such attribute", d.nearAttribute(n, a.name)})
		case !a.present && given:
			list = append(list, difference{fmt.Sprintf("no attribute %q", a.name), quoted(value), changeOne})
		case a.value != nil && !a.value.matches(value):
			list = append(list, difference{fmt.Sprintf("the attribute %q as %s", a.name, a.value), quoted(value), changeOne})
		}
	}
	for _, m := range e.classes {
		if !hasClass(n, m) {
			list = append(list, difference{"the class " + m.String(), foundClass(n), nearClass(n, m)})
		}
	}
	return append(list, e.valueDifferences(d, n)...)
}

func (e *expectation) valueDifferences(d *Document, n *html.Node) []difference {
	if e.value == nil && e.values == nil {
		return nil
	}
	value, given := d.value(n)
	isMultiple := n.DataAtom == atom.Select && has(n, "multiple")
	if e.values == nil && !(isMultiple && len(d.values(n)) > 1) {
		switch {
		case !given:
			return []difference{{"the value " + e.value.String(), "no value", "ask for a form control, or for `has: {text: …}`"}}
		case !e.value.matches(value):
			return []difference{{"the value " + e.value.String(), quoted(value), changeOne}}
		}
		return nil
	}
	wanted := e.values
	if wanted == nil {
		wanted = []*matcher{e.value}
	}
	var values, wants []string
	for _, m := range wanted {
		wants = append(wants, m.String())
	}
	if isMultiple {
		values = d.values(n)
	} else if given {
		values = []string{value}
	}
	fits := len(values) == len(wanted)
	for i := 0; fits && i < len(values); i++ {
		fits = wanted[i].matches(values[i])
	}
	if fits {
		return nil
	}
	for i, v := range values {
		values[i] = quoted(v)
	}
	return []difference{{"the values [" + strings.Join(wants, ", ") + "]", "[" + strings.Join(values, ", ") + "]", "write the values of all selected options, in their order"}}
}

func quoted(s string) string { return strconv.Quote(shorten(s, 160)) }

func foundClass(n *html.Node) string {
	class, given := lookup(n, "class")
	if !given {
		return "no class"
	}
	return quoted(fold(class))
}
