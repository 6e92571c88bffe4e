package check

import (
	"errors"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A Document is the HTML of one story, parsed for checking. The story is the
// root, and text that stands in no element of it belongs to it. A Document is
// used by one goroutine at a time.
type Document struct {
	source string
	// root is what the story's elements stand in. It is no element of the
	// story itself, and has a name that no query asks for where the story
	// isn't a document of its own.
	root *html.Node
	err  error
	// elements are the story's, in document order.
	elements []*html.Node

	// What follows is made when first asked for.
	ids    map[string]*html.Node
	labels map[*html.Node][]*html.Node
	order  *order
}

// errDeep is why a document has no elements: browsers give up later, but no
// story means this.
var errDeep = errors.New("the HTML is nested more than 512 elements deep")

// contexts are the elements that stand nowhere but in others, each with what
// a story that begins with one is taken to stand in.
var contexts = map[string][]string{
	"tr": {"table", "tbody"},
	"td": {"table", "tbody", "tr"}, "th": {"table", "tbody", "tr"},
	"thead": {"table"}, "tbody": {"table"}, "tfoot": {"table"}, "caption": {"table"}, "colgroup": {"table"},
	"col":    {"table", "colgroup"},
	"option": {"select"}, "optgroup": {"select"},
}

// rootName is the name of the root of a fragment. No selector can write it.
const rootName = "#story"

// NewDocument parses a story's HTML: a fragment, or a whole document. It is
// parsed as a browser without scripts does, so that what stands in a noscript
// counts.
func NewDocument(source string) *Document {
	d := &Document{source: source}
	first := firstTag(source)
	switch first {
	case "html", "!doctype":
		root, err := html.ParseWithOptions(strings.NewReader(source), html.ParseOptionEnableScripting(false))
		if err != nil {
			d.fail()
			return d
		}
		d.root = root
	default:
		d.fragment(source, contexts[first])
	}
	d.collect(d.root)
	return d
}

func (d *Document) fail() {
	d.root, d.err = &html.Node{Type: html.ElementNode, Data: rootName}, errDeep
}

func (d *Document) fragment(source string, parents []string) {
	context := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	var outer *html.Node
	for _, name := range parents {
		context = &html.Node{Type: html.ElementNode, Data: name, DataAtom: atom.Lookup([]byte(name))}
		if outer != nil {
			outer.AppendChild(context)
		}
		outer = context
	}
	parent := context.Parent
	if parent != nil { // the parser wants it without
		parent.RemoveChild(context)
	}
	nodes, err := html.ParseFragmentWithOptions(strings.NewReader(source), context, html.ParseOptionEnableScripting(false))
	if parent != nil {
		parent.AppendChild(context)
	}
	if err != nil {
		d.fail()
		return
	}
	d.root = context
	if len(parents) == 0 {
		context.Data, context.DataAtom = rootName, 0
	}
	for _, n := range nodes {
		context.AppendChild(n)
	}
}

// firstTag returns the name of the first tag, "!doctype" for a doctype, and
// "" where the HTML begins with something else. Comments don't count.
func firstTag(source string) string {
	for {
		source = strings.TrimLeft(source, " \t\r\n\f")
		rest, ok := strings.CutPrefix(source, "<")
		if !ok {
			return ""
		}
		if comment, ok := strings.CutPrefix(rest, "!--"); ok {
			_, after, found := strings.Cut(comment, "-->")
			if !found {
				return ""
			}
			source = after
			continue
		}
		end := strings.IndexAny(rest, " \t\r\n\f/>")
		if end < 0 || end > len("!doctype") {
			return ""
		}
		return strings.ToLower(rest[:end])
	}
}

// collect gathers the elements below a node. What a template holds isn't in
// the document.
func (d *Document) collect(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		d.elements = append(d.elements, c)
		if c.DataAtom != atom.Template {
			d.collect(c)
		}
	}
}

// Elements returns the elements of the story, in document order.
func (d *Document) Elements() []*html.Node { return d.elements }

// byID returns the first element with an id.
func (d *Document) byID(id string) *html.Node {
	if d.ids == nil {
		d.ids = map[string]*html.Node{}
		for _, n := range d.elements {
			if id := attr(n, "id"); id != "" && d.ids[id] == nil {
				d.ids[id] = n
			}
		}
	}
	return d.ids[id]
}

// referenced returns the elements that an attribute names by their ids.
func (d *Document) referenced(n *html.Node, name string) []*html.Node {
	value := attr(n, name)
	if value == "" {
		return nil
	}
	var list []*html.Node
	for id := range strings.FieldsSeq(value) {
		if e := d.byID(id); e != nil {
			list = append(list, e)
		}
	}
	return list
}

// labelsOf returns the label elements of a form control, in document order.
func (d *Document) labelsOf(control *html.Node) []*html.Node {
	if d.labels == nil {
		d.labels = map[*html.Node][]*html.Node{}
		for _, n := range d.elements {
			if n.DataAtom == atom.Label && n.Namespace == "" {
				if c := d.controlOf(n); c != nil {
					d.labels[c] = append(d.labels[c], n)
				}
			}
		}
	}
	return d.labels[control]
}

// controlOf returns the form control that a label is for.
func (d *Document) controlOf(label *html.Node) *html.Node {
	if id, ok := lookup(label, "for"); ok {
		if c := d.byID(id); c != nil && labelable(c) {
			return c
		}
		return nil
	}
	return find(label, labelable)
}

func labelable(n *html.Node) bool {
	if n.Namespace != "" {
		return false
	}
	switch n.DataAtom {
	case atom.Button, atom.Meter, atom.Output, atom.Progress, atom.Select, atom.Textarea:
		return true
	case atom.Input:
		return inputType(n) != "hidden"
	}
	return false
}

// find returns the first element below a node that fits.
func find(n *html.Node, fits func(*html.Node) bool) *html.Node {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		if fits(c) {
			return c
		}
		if c.DataAtom == atom.Template {
			continue
		}
		if found := find(c, fits); found != nil {
			return found
		}
	}
	return nil
}

// child returns the first child that is a certain HTML element.
func child(n *html.Node, a atom.Atom) *html.Node {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && c.DataAtom == a {
			return c
		}
	}
	return nil
}

// inside reports whether n stands somewhere in outer.
func inside(n, outer *html.Node) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p == outer {
			return true
		}
	}
	return false
}

// lookup returns the value of an attribute. Names ignore case, as those of
// SVG (viewBox) don't in the tree; xlink:href is written as in the source.
func lookup(n *html.Node, name string) (string, bool) {
	for i := range n.Attr {
		a := &n.Attr[i]
		if a.Namespace == "" {
			if a.Key == name || len(a.Key) == len(name) && n.Namespace != "" && strings.EqualFold(a.Key, name) {
				return a.Val, true
			}
		} else if prefix, key, found := strings.Cut(name, ":"); found && strings.EqualFold(prefix, a.Namespace) && strings.EqualFold(key, a.Key) {
			return a.Val, true
		}
	}
	return "", false
}

func attr(n *html.Node, name string) string {
	value, _ := lookup(n, name)
	return value
}

func has(n *html.Node, name string) bool {
	_, found := lookup(n, name)
	return found
}

// inputType returns the type of an input, in lower case; one that there isn't
// is text.
func inputType(n *html.Node) string {
	t := strings.ToLower(attr(n, "type"))
	switch t {
	case "button", "checkbox", "color", "date", "datetime-local", "email", "file", "hidden", "image", "month", "number",
		"password", "radio", "range", "reset", "search", "submit", "tel", "time", "url", "week":
		return t
	}
	return "text"
}
