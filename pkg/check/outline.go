package check

import (
	"bytes"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// An Outline is what assistive technology is given of a story's HTML, as far
// as the HTML alone tells: the accessibility tree without what is hidden and
// what has no meaning, and the way that the Tab key takes.
type Outline struct {
	// Nodes are the tree, in document order.
	Nodes []Node
	// More is how many nodes there are beyond those.
	More int
	// Stops are the elements that the Tab key reaches, in its order; their
	// depth is 0. MoreStops is how many there are beyond those.
	Stops     []Node
	MoreStops int
}

// A Node is an element of an Outline, or a text that is no element's name.
type Node struct {
	// Depth is how many nodes it stands in.
	Depth int
	// Role is "" for a text; for an element that ARIA has no role for it is
	// the tag: <iframe>.
	Role string
	// Name is the accessible name, or the text. What is longer than a line
	// or two is cut, here as in the other texts.
	Name        string
	Description string
	// Value is what a field or a gauge is set to.
	Value string
	// States are words for people: "level 2", "not checked", "disabled". A
	// stop that assistive technology knows nothing of is "hidden".
	States []string
}

// Nothing of an outline is longer, and nothing stands in more nodes.
const (
	maxOutlineText  = 160
	maxOutlineDepth = 40
)

// Outline returns the outline of the story, of at most so many nodes, and as
// many stops. It is nil if the HTML couldn't be parsed. Elements are not
// moved to those that own them by aria-owns.
func (d *Document) Outline(limit int) *Outline {
	if d.err != nil {
		return nil
	}
	o := outliner{d: d, limit: limit}
	o.out.Nodes = make([]Node, 0, min(limit, len(d.elements)))
	o.children(d.root, where{})
	o.text(where{})
	o.tabOrder()
	shortenAll(o.out.Nodes)
	shortenAll(o.out.Stops)
	return &o.out
}

func shortenAll(nodes []Node) {
	for i := range nodes {
		n := &nodes[i]
		for _, text := range []*string{&n.Role, &n.Name, &n.Description, &n.Value} {
			*text = shorten(*text, maxOutlineText)
		}
	}
}

// An outliner makes one outline.
type outliner struct {
	d       *Document
	limit   int
	out     Outline
	pending []byte // text that isn't in the outline yet
	stops   []stop
}

// where says what an element or a text stands in.
type where struct {
	depth     int
	said      [2]string // name and value of the node that it stands in
	mute      bool      // that node's texts are its name, or nothing
	closed    bool      // that node has no others in it
	hidden    bool      // from assistive technology
	invisible bool
}

func (o *outliner) children(n *html.Node, at where) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.ElementNode:
			o.element(c, at)
		case c.Type == html.TextNode && !at.mute && !at.hidden && !at.invisible && !skipped(n):
			o.pending = append(o.pending, c.Data...)
		}
	}
}

func (o *outliner) element(n *html.Node, at where) {
	if away(n) || n.Namespace == "svg" && (n.Data == "title" || n.Data == "desc") {
		return
	}
	at.hidden = at.hidden || ariaHidden(n)
	if v := styleOf(n, "visibility"); v != "" {
		at.invisible = v == "hidden" || v == "collapse"
	}
	role, reached := o.d.Role(n), focusable(n)
	listed := -1
	inner := at
	switch {
	case at.hidden || at.invisible || at.closed:
	case reached || meaningful(n, role):
		o.text(at)
		listed = o.list(n, role, at.depth)
		inner = o.inside(n, role, listed, at)
	}
	if reached && !at.invisible {
		o.stop(n, role, listed, at.hidden)
	}
	if isLeaf(n) {
		return
	}
	apart := isBlock(n) || n.DataAtom == atom.Br
	if apart {
		o.text(at)
	}
	o.children(n, inner)
	if apart || inner.depth > at.depth {
		o.text(inner)
	}
}

// meaningful reports whether assistive technology is told of an element.
func meaningful(n *html.Node, role string) bool {
	if role != "" {
		return role != "generic" && role != "none"
	}
	switch n.DataAtom {
	case atom.Input, atom.Iframe, atom.Audio, atom.Video, atom.Canvas, atom.Object, atom.Embed:
		return n.Namespace == ""
	}
	return false
}

// isLeaf reports whether what an element contains is no part of the page.
func isLeaf(n *html.Node) bool {
	if n.Namespace != "" {
		return false
	}
	switch n.DataAtom {
	case atom.Iframe, atom.Audio, atom.Video, atom.Meter, atom.Progress, atom.Textarea:
		return true
	}
	return false
}

// inside is where the children of a node stand.
func (o *outliner) inside(n *html.Node, role string, listed int, at where) where {
	at.depth++
	at.said = [2]string{}
	// HTML makes a button of a summary and an image of an svg, and both show
	// what is in them.
	at.closed = containsWord(withoutContent, role) && (has(n, "role") || n.DataAtom != atom.Summary && n.Namespace == "")
	at.mute = at.closed || listed < 0 && roles[role]&fromContent != 0
	if listed >= 0 {
		node := &o.out.Nodes[listed]
		at.said = [2]string{node.Name, node.Value}
	}
	return at
}

// list adds an element to the outline, and returns its place there, or -1 if
// there is no more room.
func (o *outliner) list(n *html.Node, role string, depth int) int {
	if len(o.out.Nodes) >= o.limit || depth > maxOutlineDepth {
		o.out.More++
		return -1
	}
	node := o.d.node(n, role)
	node.Depth = depth
	o.out.Nodes = append(o.out.Nodes, node)
	return len(o.out.Nodes) - 1
}

// text adds the text so far, unless the node that it stands in says so
// already.
func (o *outliner) text(at where) {
	text := ""
	if trimmed := bytes.Trim(o.pending, whiteSpace); len(trimmed) > 0 {
		text = fold(string(trimmed))
	}
	o.pending = o.pending[:0]
	switch {
	case text == "" || strings.Contains(at.said[0], text) || strings.Contains(at.said[1], text):
	case len(o.out.Nodes) >= o.limit || at.depth > maxOutlineDepth:
		o.out.More++
	default:
		o.out.Nodes = append(o.out.Nodes, Node{Depth: at.depth, Name: text})
	}
}

// node describes an element.
func (d *Document) node(n *html.Node, role string) Node {
	w := namer{d: d, origin: n}
	value, _ := w.control(n, role)
	if role == "listbox" {
		value = "" // its options tell
	}
	node := Node{Role: role, Name: d.Name(n), Description: d.Description(n), Value: fold(value), States: d.states(n, role)}
	if role == "" {
		node.Role = "<" + n.Data + ">"
		if n.DataAtom == atom.Input {
			node.Role = `<input type="` + inputType(n) + `">`
		}
	}
	return node
}

// states returns what there is to say of the states of an element.
func (d *Document) states(n *html.Node, role string) []string {
	var states []string
	say := func(value, yes, no string) {
		switch value {
		case "true":
			states = append(states, yes)
		case "mixed":
			states = append(states, "partly "+yes)
		case "false":
			if no != "" {
				states = append(states, no)
			}
		}
	}
	t := roles[role]
	if role == "heading" {
		states = append(states, "level "+strconv.Itoa(level(n)))
	}
	if t&checkable != 0 {
		say(d.checked(n, role), "checked", "not checked")
	}
	if t&selectable != 0 {
		say(d.selected(n, role), "selected", "")
	}
	if t&expandable != 0 {
		say(d.expanded(n, role), "expanded", "collapsed")
	}
	if t&pressable != 0 {
		say(d.State(n, "pressed"), "pressed", "not pressed")
	}
	if c := current(n); c == "true" {
		states = append(states, "current")
	} else if c != "false" {
		states = append(states, "current "+c)
	}
	field := n.Namespace == "" && (n.DataAtom == atom.Input || n.DataAtom == atom.Select || n.DataAtom == atom.Textarea)
	given := func(native, name string) bool { return field && has(n, native) || token(n, name, "true") != "" }
	if given("required", "aria-required") {
		states = append(states, "required")
	}
	if given("readonly", "aria-readonly") {
		states = append(states, "read only")
	}
	if token(n, "aria-invalid", "true", "grammar", "spelling") != "" {
		states = append(states, "invalid")
	}
	if (t&disableable != 0 || field) && d.disabled(n) {
		states = append(states, "disabled")
	}
	if attr(n, "aria-busy") == "true" {
		states = append(states, "busy")
	}
	return states
}
