package check

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Name returns an element's accessible name, white space folded. An element
// that is hidden has the name that it would have if it were shown.
func (d *Document) Name(n *html.Node) string {
	role := d.Role(n)
	if roles[role]&unnamed != 0 {
		return ""
	}
	w := namer{d: d, origin: n, tree: role == "treeitem"}
	return fold(w.text(n, place{top: true, role: role, invisible: d.invisible(n)}))
}

// named reports whether an author gave an element a name, which makes a
// landmark of it. It asks for no other element's role, so that two elements
// that name each other come to an end.
func (d *Document) named(n *html.Node) bool {
	if fold(attr(n, "aria-label")) != "" {
		return true
	}
	for _, e := range d.referenced(n, "aria-labelledby") {
		if fold(textContent(e)) != "" || fold(attr(e, "aria-label")+attr(e, "alt")+attr(e, "title")+attr(e, "value")) != "" ||
			find(e, func(n *html.Node) bool { return fold(attr(n, "aria-label")+attr(n, "alt")+attr(n, "title")) != "" }) != nil {
			return true
		}
	}
	return fold(attr(n, "title")) != ""
}

// invisible reports whether inherited visibility hides an element.
func (d *Document) invisible(n *html.Node) bool {
	for p := n; p != nil; p = p.Parent {
		if v := styleOf(p, "visibility"); v != "" {
			return v == "hidden" || v == "collapse"
		}
	}
	return false
}

// A namer computes one name: the text alternative of accname 1.2, section 4.3,
// whose steps are named in the comments below.
type namer struct {
	d      *Document
	origin *html.Node
	stack  []*html.Node
	size   int // of the text so far
	steps  int // elements and texts looked at
	// untitled leaves out titles, for descriptions.
	untitled bool
	// tree leaves out groups: what is below a treeitem isn't part of its name.
	tree bool
}

// maxName is how many bytes of text go into one name, and maxSteps how many
// elements. No name needs them; they bound what elements can cost that own or
// label each other.
const (
	maxName  = 1 << 16
	maxSteps = 1 << 14
)

// A place is how the computation came to an element.
type place struct {
	top        bool   // it is the one whose name is computed
	referenced bool   // aria-labelledby, aria-describedby or a native label led to it directly
	labelled   bool   // it is part of what aria-labelledby or aria-describedby refers to
	hidden     bool   // what refers to it did so although it is hidden: then all of it counts
	invisible  bool   // visibility: hidden is inherited
	role       string // known already, or ""
}

func (w *namer) text(n *html.Node, at place) string {
	if w.steps++; w.steps > maxSteps {
		return ""
	}
	switch n.Type {
	case html.TextNode:
		if (at.invisible || n.Parent != nil && skipped(n.Parent)) && !at.hidden {
			return ""
		}
		w.size += len(n.Data)
		return n.Data
	case html.ElementNode:
	default:
		return ""
	}
	for _, s := range w.stack {
		if s == n && (!at.referenced || !at.labelled || s != w.origin) {
			return ""
		}
	}
	const deepest = 600
	if len(w.stack) > deepest || w.size > maxName {
		return ""
	}
	w.stack = append(w.stack, n)
	defer func() { w.stack = w.stack[:len(w.stack)-1] }()

	if v := styleOf(n, "visibility"); v != "" && !at.top {
		at.invisible = v == "hidden" || v == "collapse"
	}
	// 2A: hidden.
	if !at.top && !at.referenced && !at.hidden && notShown(n) {
		return ""
	}
	role := at.role
	if role == "" {
		role = w.d.Role(n)
	}
	if w.tree && role == "group" {
		return ""
	}
	// 2B: aria-labelledby, which is followed once.
	if !at.labelled {
		if name := w.references(n, "aria-labelledby"); fold(name) != "" {
			return name
		}
	}
	shown := !at.invisible || at.hidden || at.top || at.referenced
	// 2C: a control within the label of another.
	if !at.top && n != w.origin {
		if text, isControl := w.control(n, role); isControl && shown {
			if label := attr(n, "aria-label"); fold(label) != "" && fold(text) == "" {
				return label
			}
			return text
		}
	}
	// 2D: aria-label.
	if label := attr(n, "aria-label"); fold(label) != "" && shown {
		w.size += len(label)
		return label
	}
	// 2E: what HTML names it by.
	if !(role == "none" && n.DataAtom != atom.Img) {
		if name, done := w.native(n, at); done {
			return name
		}
	}
	// 2F to 2H: what is in it.
	if !at.top || roles[role]&fromContent != 0 {
		if text := w.content(n, at); fold(text) != "" || !at.top && !at.referenced && fold(attr(n, "title")) == "" {
			return text
		}
	}
	// 2I: the tooltip.
	if shown && !(w.untitled && at.top) {
		if title := attr(n, "title"); fold(title) != "" {
			return title
		}
		if p := placeholder(n, role); p != "" {
			return p
		}
	}
	return ""
}

// references returns the texts of what an attribute refers to.
func (w *namer) references(n *html.Node, name string) string {
	refs := w.d.referenced(n, name)
	if refs == nil {
		return ""
	}
	var b strings.Builder
	for i, e := range refs {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.text(e, place{referenced: true, labelled: true, hidden: w.d.Hidden(e)}))
	}
	return b.String()
}

// control returns what a control says within the label of another, and
// whether the element is one.
func (w *namer) control(n *html.Node, role string) (string, bool) {
	switch role {
	case "textbox", "searchbox":
		if v, ok := w.d.value(n); ok {
			return v, true
		}
		return textContent(n), true
	case "combobox", "listbox":
		if n.DataAtom == atom.Select {
			var texts []string
			for _, o := range w.d.options(n) {
				if w.d.optionSelected(o) {
					texts = append(texts, textContent(o))
				}
			}
			return strings.Join(texts, " "), true
		}
		if v, ok := w.d.value(n); ok {
			return v, true
		}
		var texts []string
		var gather func(*html.Node)
		gather = func(n *html.Node) {
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				if c.Type != html.ElementNode {
					continue
				}
				if attr(c, "role") == "option" && attr(c, "aria-selected") == "true" {
					texts = append(texts, w.text(c, place{referenced: true}))
				}
				gather(c)
			}
		}
		gather(n)
		return strings.Join(texts, " "), true
	case "slider", "spinbutton", "scrollbar", "progressbar", "meter":
		for _, name := range []string{"aria-valuetext", "aria-valuenow"} {
			if v := attr(n, name); v != "" {
				return v, true
			}
		}
		v, _ := w.d.value(n)
		return v, true
	}
	return "", false
}

// native returns the name that HTML itself gives an element, and whether it
// has settled the matter.
func (w *namer) native(n *html.Node, at place) (string, bool) {
	if n.Namespace == "svg" {
		if t := svgTitle(n); t != "" {
			return t, true
		}
		return "", n.Data == "title" || n.Data == "desc"
	}
	if labelable(n) {
		if name := w.labels(n); fold(name) != "" {
			return name, true
		}
	}
	switch n.DataAtom {
	case atom.Input:
		return w.input(n)
	case atom.Img, atom.Area:
		alt, given := lookup(n, "alt")
		w.size += len(alt)
		return alt, given && (fold(alt) != "" || n.DataAtom == atom.Img)
	case atom.Fieldset:
		return w.first(n, atom.Legend)
	case atom.Table:
		return w.first(n, atom.Caption)
	case atom.Figure:
		return w.first(n, atom.Figcaption)
	case atom.Optgroup, atom.Option:
		label := attr(n, "label")
		return label, fold(label) != ""
	case atom.Br, atom.Hr:
		return " ", true
	case atom.Iframe, atom.Video, atom.Audio, atom.Textarea:
		return "", false
	}
	return "", false
}

// first returns the text of the first child of a kind, and whether there is
// any.
func (w *namer) first(n *html.Node, a atom.Atom) (string, bool) {
	c := child(n, a)
	if c == nil || w.d.Hidden(c) && !w.d.Hidden(n) {
		return "", false
	}
	text := w.text(c, place{referenced: true, invisible: w.d.invisible(c)})
	return text, fold(text) != ""
}

// labels returns the texts of a form control's label elements.
func (w *namer) labels(n *html.Node) string {
	var b strings.Builder
	for i, l := range w.d.labelsOf(n) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.text(l, place{referenced: true, hidden: w.d.Hidden(l)}))
	}
	return b.String()
}

// input returns the name that the buttons among the inputs have of their own.
func (w *namer) input(n *html.Node) (string, bool) {
	value, given := lookup(n, "value")
	switch inputType(n) {
	case "submit":
		if !given {
			return "Submit", true
		}
		return value, fold(value) != ""
	case "reset":
		if !given {
			return "Reset", true
		}
		return value, fold(value) != ""
	case "button":
		return value, fold(value) != ""
	case "image":
		for _, name := range []string{"alt", "value"} {
			if v := attr(n, name); fold(v) != "" {
				return v, true
			}
		}
		return "Submit", fold(attr(n, "title")) == ""
	}
	return "", false
}

func placeholder(n *html.Node, role string) string {
	switch role {
	case "textbox", "searchbox", "combobox", "spinbutton":
	default:
		if n.DataAtom != atom.Input {
			return ""
		}
	}
	if p := attr(n, "placeholder"); fold(p) != "" {
		return p
	}
	return attr(n, "aria-placeholder")
}

// svgTitle returns the text of an SVG element's own title.
func svgTitle(n *html.Node) string {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && c.Data == "title" {
			return textContent(c)
		}
	}
	return ""
}

// content returns the texts of what an element contains, one after the other;
// what begins a line of its own is set off by a space.
func (w *namer) content(n *html.Node, at place) string {
	at = place{labelled: at.labelled, hidden: at.hidden, invisible: at.invisible && !at.top}
	if n.FirstChild != nil && n.FirstChild.NextSibling == nil && !has(n, "aria-owns") {
		return w.text(n.FirstChild, at) // spares a copy
	}
	var b strings.Builder
	add := func(c *html.Node, at place) {
		text := w.text(c, at)
		if text == "" {
			if isBlock(c) {
				b.WriteByte(' ')
			}
			return
		}
		if isBlock(c) || c.Type == html.ElementNode && w.d.Role(c) == "img" {
			b.WriteByte(' ')
			b.WriteString(text)
			b.WriteByte(' ')
			return
		}
		b.WriteString(text)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		add(c, at)
	}
	for _, owned := range w.d.referenced(n, "aria-owns") {
		b.WriteByte(' ')
		add(owned, at)
	}
	return b.String()
}

// isBlock reports whether an element stands apart from the text around it.
func isBlock(n *html.Node) bool {
	if n.Type != html.ElementNode || n.Namespace != "" {
		return false
	}
	switch display := styleOf(n, "display"); display {
	case "":
	case "inline", "contents", "ruby":
		return false
	default:
		return true
	}
	if f := styleOf(n, "float"); f != "" && f != "none" {
		return true
	}
	if p := styleOf(n, "position"); p == "absolute" || p == "fixed" {
		return true
	}
	return blocks[n.DataAtom] || inlineBlocks[n.DataAtom] || n.Data == "search"
}

// blocks are the elements that stand apart without any style sheet.
var blocks = set(
	atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Body, atom.Caption, atom.Center, atom.Col, atom.Colgroup, atom.Dd,
	atom.Details, atom.Dialog, atom.Dir, atom.Div, atom.Dl, atom.Dt, atom.Fieldset, atom.Figcaption, atom.Figure, atom.Footer, atom.Form,
	atom.Frame, atom.Frameset, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Head, atom.Header, atom.Hgroup, atom.Hr,
	atom.Html, atom.Legend, atom.Li, atom.Link, atom.Listing, atom.Main, atom.Menu, atom.Meta, atom.Nav, atom.Ol, atom.Optgroup,
	atom.Option, atom.P, atom.Plaintext, atom.Pre, atom.Section, atom.Summary, atom.Table, atom.Tbody, atom.Td, atom.Tfoot, atom.Th,
	atom.Thead, atom.Title, atom.Tr, atom.Ul, atom.Xmp,
)

// inlineBlocks stand in a line, and what stands in them doesn't.
var inlineBlocks = set(atom.Button, atom.Input, atom.Select, atom.Textarea, atom.Meter, atom.Progress, atom.Iframe, atom.Video, atom.Audio)

func set(list ...atom.Atom) map[atom.Atom]bool {
	m := make(map[atom.Atom]bool, len(list))
	for _, a := range list {
		m[a] = true
	}
	return m
}
