package check

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// This file finds what the queries of @testing-library/dom 10 find.

// ownText returns the text that stands directly in an element; of buttons
// that are inputs, what they show.
func ownText(n *html.Node) string {
	if n.DataAtom == atom.Input && n.Namespace == "" {
		switch inputType(n) {
		case "submit", "button", "reset":
			return attr(n, "value")
		}
	}
	first := n.FirstChild
	if first == nil || n.DataAtom == atom.Template {
		return ""
	}
	if first.NextSibling == nil {
		if first.Type == html.TextNode {
			return first.Data
		}
		return ""
	}
	var b strings.Builder
	for c := first; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// hasText reports whether a text query finds an element.
func (d *Document) hasText(n *html.Node, m *matcher) bool {
	return n.DataAtom != atom.Script && n.DataAtom != atom.Style && m.matches(ownText(n))
}

// altTags are the elements that may have an alternative text.
var altTags = regexp.MustCompile(`(?i)^(img|input|area|.+-.+)$`)

func (d *Document) hasAlt(n *html.Node, m *matcher) bool {
	alt, given := lookup(n, "alt")
	return given && altTags.MatchString(n.Data) && m.matches(alt)
}

func (d *Document) hasTitle(n *html.Node, m *matcher) bool {
	if title, given := lookup(n, "title"); given && m.matches(title) {
		return true
	}
	return n.Data == "title" && n.Parent != nil && n.Parent.Data == "svg" && m.matches(ownText(n))
}

func hasAttr(n *html.Node, name string, m *matcher) bool {
	value, given := lookup(n, name)
	return given && m.matches(value)
}

// hasValue reports whether what a control shows as its value fits.
func (d *Document) hasValue(n *html.Node, m *matcher) bool {
	if n.Namespace != "" {
		return false
	}
	switch n.DataAtom {
	case atom.Select:
		for _, o := range d.options(n) {
			if d.optionSelected(o) && m.matches(ownText(o)) {
				return true
			}
		}
	case atom.Input:
		return m.matches(inputValue(n))
	case atom.Textarea:
		return m.matches(textContent(n))
	}
	return false
}

// labelText returns what a label says: its text without that of the controls
// in it.
func labelText(label *html.Node) string {
	var b strings.Builder
	var gather func(*html.Node)
	gather = func(n *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case c.Type == html.TextNode:
				b.WriteString(c.Data)
			case c.Type != html.ElementNode, isControl(c), c.DataAtom == atom.Template:
			default:
				gather(c)
			}
		}
	}
	gather(label)
	return b.String()
}

func isControl(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Button, atom.Meter, atom.Output, atom.Progress, atom.Select, atom.Textarea, atom.Input:
		return true
	}
	return false
}

// labelled returns the elements that a label query finds, in document order.
func (d *Document) labelled(m *matcher) []*html.Node {
	found := map[*html.Node]bool{}
	for _, n := range d.elements {
		if hasAttr(n, "aria-label", m) {
			found[n] = true
		}
		texts, controls := d.labelTexts(n)
		if texts == nil {
			continue
		}
		for i, c := range controls {
			if c != nil && m.matches(texts[i]) {
				found[c] = true
			}
		}
		if anyLabel(texts, m) {
			found[n] = true
		}
	}
	var list []*html.Node
	for _, n := range d.elements {
		if found[n] {
			list = append(list, n)
		}
	}
	return list
}

// anyLabel reports whether all labels together, one of them, or all but one
// fit.
func anyLabel(texts []string, m *matcher) bool {
	var filled []string
	for _, t := range texts {
		if t != "" {
			filled = append(filled, t)
		}
	}
	if m.matches(strings.Join(filled, " ")) {
		return true
	}
	const most = 50 // of labels of one element, so that this stays cheap
	if len(filled) < 2 || len(filled) > most {
		return false
	}
	for i, t := range filled {
		if m.matches(t) {
			return true
		}
		if len(filled) > 2 {
			rest := append(append([]string(nil), filled[:i]...), filled[i+1:]...)
			if m.matches(strings.Join(rest, " ")) {
				return true
			}
		}
	}
	return false
}

// labelTexts returns what labels an element: the texts of what
// aria-labelledby refers to, or else of its label elements, those each with
// the first control in it. It is nil for what can't have a label.
func (d *Document) labelTexts(n *html.Node) (texts []string, controls []*html.Node) {
	by, given := lookup(n, "aria-labelledby")
	if by != "" {
		for id := range strings.SplitSeq(by, " ") {
			text := ""
			if e := d.byID(id); e != nil {
				text = d.referencedText(e)
			}
			texts = append(texts, text)
		}
		return texts, nil
	}
	if labelable(n) {
		for _, l := range d.labelsOf(n) {
			texts = append(texts, labelText(l))
			controls = append(controls, find(l, isControl))
		}
	}
	if given && texts == nil {
		texts = []string{}
	}
	return texts, controls
}

// referencedText is the text of what aria-labelledby refers to.
func (d *Document) referencedText(n *html.Node) string {
	if n.DataAtom == atom.Label {
		return labelText(n)
	}
	switch n.DataAtom {
	case atom.Input, atom.Textarea, atom.Select, atom.Button, atom.Option, atom.Output, atom.Data, atom.Param:
		if v, _ := d.value(n); v != "" {
			return v
		}
	}
	return rawText(n)
}

// rawText is the DOM's textContent.
func rawText(n *html.Node) string {
	var b strings.Builder
	var gather func(*html.Node)
	gather = func(n *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case c.Type == html.TextNode:
				b.WriteString(c.Data)
			case c.Type == html.ElementNode && c.DataAtom != atom.Template:
				gather(c)
			}
		}
	}
	gather(n)
	return b.String()
}
