package check

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// This file folds white space as browsers do (CSS Text 3, section 4.1):
// across the borders of inline elements, the first space of several stays
// where it stands, and none at the beginning and the end of a line. Style
// sheets don't count, inline styles do; where they leave it open how an
// element is laid out, white space is kept.

// A kind is how an element is laid out, as far as white space goes.
type kind uint8

const (
	inline kind = iota
	// block begins and ends a line.
	block
	// box stands in a line and has lines of its own.
	box
	// apart stands in no line, as a script or what floats: white space around
	// it is like that around a comment.
	apart
	// custom is an inline element that a style may well have made a box.
	custom
	// unsure may be anything.
	unsure
)

// A space is what is known of the white space in a tree.
type space struct {
	kinds map[*html.Node]kind
	// wraps are the elements in a line that have blocks in them.
	wraps map[*html.Node]bool
	// free are the points at which more white space wouldn't show.
	free map[point]bool
}

// A point is a place between nodes.
type point struct {
	n    *html.Node
	last bool // at the end in n, not before n
}

func before(n *html.Node) point { return point{n, false} }
func end(n *html.Node) point    { return point{n, true} }

func after(n *html.Node) point {
	if n.NextSibling != nil {
		return before(n.NextSibling)
	}
	return end(n.Parent)
}

func start(n *html.Node) point {
	if n.FirstChild != nil {
		return before(n.FirstChild)
	}
	return end(n)
}

// foldSpace removes comments and all white space that doesn't show from a
// tree.
func foldSpace(root *html.Node) *space {
	s := &space{map[*html.Node]kind{}, map[*html.Node]bool{}, map[point]bool{}}
	s.prepare(root)
	s.apart(root)
	return s
}

// prepare takes the comments out, joins texts, and notes the kinds.
func (s *space) prepare(n *html.Node) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		prev := c.PrevSibling
		switch {
		case c.Type == html.CommentNode && !isConditional(c):
			n.RemoveChild(c)
		case c.Type == html.TextNode && prev != nil && prev.Type == html.TextNode:
			prev.Data += c.Data
			n.RemoveChild(c)
		case c.Type == html.ElementNode:
			s.prepare(c)
			s.kinds[c] = kindOfLayout(c)
			if s.kinds[c] == block || s.kinds[c] != box && s.kinds[c] != apart && s.wraps[c] {
				s.wraps[n] = true
			}
		}
		c = next
	}
}

// apart folds what stands in lines of its own.
func (s *space) apart(n *html.Node) {
	f := folder{space: s}
	f.children(n)
	f.breakLine()
}

// A folder folds what flows together, from left to right.
type folder struct {
	*space
	open bool // white space here isn't at the beginning of a line, nor after other
	// What follows is since the last that shows, and is free of white space
	// if a line ends here.
	texts  []*html.Node
	points []point
}

func (f *folder) pass(p point) {
	if !f.open {
		f.free[p] = true
		return
	}
	f.points = append(f.points, p)
}

func (f *folder) breakLine() {
	for _, t := range f.texts {
		t.Data = strings.TrimSuffix(t.Data, " ")
	}
	for _, p := range f.points {
		f.free[p] = true
	}
	f.open, f.texts, f.points = false, nil, nil
}

// shows passes what shows.
func (f *folder) shows() { f.open, f.texts, f.points = true, nil, nil }

func (f *folder) children(n *html.Node) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		f.pass(before(c))
		switch c.Type {
		case html.TextNode:
			f.text(c)
		case html.ElementNode:
			f.element(c)
		}
		c = next
	}
	f.pass(end(n))
}

func (f *folder) text(t *html.Node) {
	s := t.Data
	var b strings.Builder
	for len(s) > 0 {
		word := s
		if i := strings.IndexAny(s, whiteSpace); i >= 0 {
			word = s[:i]
		}
		if word != "" {
			b.WriteString(word)
			f.shows()
		}
		s = s[len(word):]
		rest := strings.TrimLeft(s, whiteSpace)
		if len(rest) < len(s) && f.open {
			f.open = false
			if b.Len() > 0 || !f.moveBack(t) {
				b.WriteByte(' ')
				f.texts = append(f.texts, t)
			}
		}
		s = rest
	}
	t.Data = b.String()
}

// moveBack puts the space at the beginning of a text before all that stands
// apart there, where it shows the same.
func (f *folder) moveBack(t *html.Node) bool {
	first := t
	for p := t.PrevSibling; p != nil && (p.Type == html.CommentNode || p.Type == html.ElementNode && f.kinds[p] == apart || p.Type == html.TextNode && p.Data == ""); p = p.PrevSibling {
		first = p
	}
	if first == t {
		return false
	}
	space := first.PrevSibling
	if space == nil || space.Type != html.TextNode {
		space = &html.Node{Type: html.TextNode}
		t.Parent.InsertBefore(space, first)
		f.points = append(f.points, before(space))
	}
	space.Data += " "
	f.texts = append(f.texts, space)
	for n := first; n != t; n = n.NextSibling {
		f.free[before(n)] = true
	}
	f.free[before(t)] = true
	return true
}

func (f *folder) element(n *html.Node) {
	verbatim := isVerbatim(n)
	switch kind := f.kinds[n]; {
	case n.DataAtom == atom.Br && kind == inline:
		f.breakLine()
	case kind == block:
		f.breakLine()
		if !verbatim {
			f.children(n)
			f.breakLine()
		}
	case kind == apart:
		if !verbatim {
			f.apart(n)
		}
	case kind == box:
		f.shows()
		if !verbatim {
			f.apart(n)
		}
	case verbatim || isVoid(n):
		f.shows()
	case kind == unsure || isEmpty(n): // one that is empty may well show something
		f.shows()
		f.children(n)
		f.shows()
	default:
		f.children(n)
		if kind == custom {
			f.open = true
		}
	}
}

// isEmpty reports whether an element has no elements and no text in it.
func isEmpty(n *html.Node) bool {
	return !slices.ContainsFunc(childrenOf(n), func(c *html.Node) bool {
		return c.Type == html.ElementNode || c.Type == html.TextNode && strings.Trim(c.Data, whiteSpace) != ""
	})
}

// kindOfLayout returns how an element is laid out.
func kindOfLayout(n *html.Node) kind {
	tag := kindOfTag(n)
	if n.Namespace != "" && tag != inline {
		return tag
	}
	if tag == apart && n.DataAtom == atom.Dialog || neverShown(n) && n.DataAtom != atom.Col && n.DataAtom != atom.Colgroup {
		return apart
	}
	display, float, position := declared(n, "display"), declared(n, "float"), declared(n, "position")
	if has(n, "popover") {
		return apart
	}
	switch {
	case float == undecided, position == undecided:
		return unsure
	case position == "absolute", position == "fixed", float != "" && float != "none":
		return apart
	case has(n, "hidden"), display == "none":
		if tag == block {
			return apart
		}
		if tag != apart {
			return unsure
		}
	}
	switch display {
	case "", "none":
		return tag
	case "inline":
		if tag == box { // a button keeps its lines
			return box
		}
		return inline
	case "contents":
		if tag == box {
			return unsure
		}
		return inline
	case "inline-block", "inline-flex", "inline-grid", "inline-table":
		return box
	case "block", "flex", "grid", "list-item", "flow-root", "table":
		return block
	}
	if tag == block && strings.HasPrefix(display, "table-") {
		return block
	}
	return unsure
}

// kindOfTag returns how an element is laid out without any style.
func kindOfTag(n *html.Node) kind {
	switch n.Namespace {
	case "svg":
		return kindInSVG(n)
	case "math":
		if n.Data == "mi" { // Chromium slants <mi>x</mi>, and not <mi> x </mi>
			return unsure
		}
		return box
	}
	switch {
	case n.DataAtom == atom.Noscript, n.DataAtom == atom.Ruby, n.DataAtom == atom.Rt, n.DataAtom == atom.Rp, n.DataAtom == atom.Object:
		return unsure
	case n.DataAtom == atom.Dialog, n.Parent != nil && n.Parent.DataAtom != atom.Head && showNothing[n.DataAtom]:
		return apart
	case blocks[n.DataAtom], showNothing[n.DataAtom], n.Data == "search", n.DataAtom == atom.Optgroup:
		return block
	case inlineBlocks[n.DataAtom], otherBoxes[n.DataAtom]:
		return box
	case isCustom(n):
		return custom
	}
	return inline
}

// kindInSVG: outside of a text, white space doesn't show in SVG.
func kindInSVG(n *html.Node) kind {
	switch p := n.Parent; {
	case p == nil || p.Namespace == "":
		return box
	case n.Data == "title", n.Data == "desc", n.Data == "metadata", n.Data == "script", n.Data == "style":
		return apart
	case inSVGText(n):
		return inline
	}
	return block
}

// inSVGText reports whether an SVG element is part of a text.
func inSVGText(n *html.Node) bool {
	for p := n.Parent; p != nil && p.Namespace == "svg"; p = p.Parent {
		if p.Data == "text" || p.Data == "foreignObject" {
			return true
		}
	}
	return false
}

// showNothing are elements that never show where they stand.
var showNothing = set(
	atom.Script, atom.Style, atom.Template, atom.Link, atom.Meta, atom.Base, atom.Title, atom.Source, atom.Track, atom.Param,
	atom.Datalist, atom.Noembed, atom.Noframes, atom.Area,
)

// otherBoxes are the boxes in a line that are images to accessible names.
var otherBoxes = set(atom.Img, atom.Embed, atom.Canvas, atom.Marquee, atom.Image)

// undecided is a value that can't be told from the inline style alone.
const undecided = "?"

// declared returns what the inline style of an element says of a property in
// plain words: "" when it says nothing.
func declared(n *html.Node, property string) string {
	style := strings.ToLower(attr(n, "style"))
	if !strings.Contains(style, property) {
		return ""
	}
	if strings.ContainsAny(style, `\"'`) || strings.Contains(style, "/*") {
		return undecided
	}
	value := ""
	for declaration := range strings.SplitSeq(style, ";") {
		name, v, _ := strings.Cut(declaration, ":")
		if strings.TrimSpace(name) != property {
			continue
		}
		v, _ = strings.CutSuffix(strings.TrimSpace(v), "!important")
		if v = strings.TrimSpace(v); value != "" && value != v || strings.Trim(v, "abcdefghijklmnopqrstuvwxyz-") != "" {
			return undecided
		}
		value = v
	}
	switch value {
	case "inherit", "initial", "unset", "revert", "revert-layer":
		return undecided
	}
	return value
}

// keepingSpace finds white-space: pre, pre-wrap, pre-line and break-spaces,
// and their longhand, white-space-collapse: preserve.
var keepingSpace = regexp.MustCompile(`white-space[^;:]*:[^;]*(?:pre|break-spaces|var\()`)

// keepsSpace reports whether the inline style of an element keeps the white
// space in it.
func keepsSpace(n *html.Node) bool {
	style := attr(n, "style")
	return len(style) > len("white-space:") && keepingSpace.MatchString(strings.ToLower(style))
}
