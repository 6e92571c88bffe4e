package check

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Normalize returns HTML in one form that all HTML with the same meaning has,
// for a golden file and for people: a line for each block with its children
// below it, attributes sorted, classes sorted and named once, white space
// folded where it doesn't show and kept where it does, comments and a byte
// order mark left out. It is HTML again.
func Normalize(source string) string {
	source = strings.TrimLeft(source, byteOrderMark)
	d := NewDocument(source)
	if d.err != nil {
		return source
	}
	p := printer{space: foldSpace(d.root)}
	p.children(d.root, 0)
	return p.b.String()
}

const byteOrderMark = "\ufeff"

// A printer writes elements in their normal form. It adds white space only
// where none shows.
type printer struct {
	b     strings.Builder
	space *space
}

// children writes what is in an element, one block or one run of text to a
// line.
func (p *printer) children(n *html.Node, depth int) {
	var run []*html.Node
	flush := func() {
		text := p.run(run, depth)
		run = nil
		// The end of the line is the space that shows there, if one does.
		if text = strings.TrimRight(text, " "+between); text != "" {
			p.lines(depth, text)
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if !p.ownLine(c) {
			run = append(run, c)
			continue
		}
		flush()
		switch c.Type {
		case html.DoctypeNode:
			p.line(depth, doctype(c))
		case html.CommentNode:
			p.line(depth, "<!--"+c.Data+"-->")
		default:
			p.block(c, depth)
		}
	}
	flush()
}

// ownLine reports whether a node is written on lines of its own.
func (p *printer) ownLine(n *html.Node) bool {
	s := p.space
	if n.Type == html.TextNode || !s.free[before(n)] || !s.free[after(n)] {
		return false
	}
	if n.Type != html.ElementNode {
		return true
	}
	switch s.kinds[n] {
	case block, apart:
		return true
	case box:
		return false
	}
	// A link around a card, say.
	return s.wraps[n] && s.free[start(n)] && s.free[end(n)]
}

func (p *printer) line(depth int, text string) {
	p.b.WriteString(strings.Repeat("  ", depth))
	p.b.WriteString(text)
	p.b.WriteByte('\n')
}

// between stands for a space that shows after an element of a run. In a run
// that is long, each begins a line. No text has it: a parser replaces it.
const between = "\x00"

// long is how many bytes a line with such spaces may have.
const long = 100

// lines writes a run of text.
func (p *printer) lines(depth int, text string) {
	if len(text) <= long {
		text = strings.ReplaceAll(text, between, " ")
	}
	for line := range strings.SplitSeq(text, between) {
		p.line(depth, line)
	}
}

// block writes an element on lines of its own: on one where nothing in it has
// its own, and with its children below it otherwise.
func (p *printer) block(n *html.Node, depth int) {
	tag := startTag(n)
	switch {
	case isVoid(n):
		p.line(depth, tag)
	case isVerbatim(n):
		p.line(depth, tag+verbatim(n)+endTag(n))
	case !slices.ContainsFunc(childrenOf(n), p.ownLine):
		text := p.run(childrenOf(n), depth)
		if len(tag+text) > long && strings.Contains(text, between) {
			p.line(depth, tag)
			for line := range strings.SplitSeq(text, between) {
				p.line(depth+1, line)
			}
			p.line(depth, endTag(n))
			return
		}
		p.line(depth, tag+strings.ReplaceAll(text, between, " ")+endTag(n))
	default:
		p.line(depth, tag)
		p.children(n, depth+1)
		p.line(depth, endTag(n))
	}
}

func childrenOf(n *html.Node) []*html.Node {
	var list []*html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		list = append(list, c)
	}
	return list
}

// run writes what flows in one line.
func (p *printer) run(nodes []*html.Node, depth int) string {
	w := inliner{space: p.space, indent: depth}
	for _, n := range nodes {
		w.node(n)
	}
	return w.b.String()
}

// An inliner writes what flows in lines.
type inliner struct {
	b      strings.Builder
	space  *space
	indent int  // of the line
	depth  int  // of elements around
	ended  bool // the last thing written is an element of the run itself
	flat   bool // no line is broken
}

func (w *inliner) node(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		s := n.Data
		if rest, found := strings.CutPrefix(s, " "); found && w.ended && w.depth == 0 {
			w.b.WriteString(between)
			s = rest
		}
		w.b.WriteString(escapeText(s))
		w.ended = false
	case html.CommentNode:
		w.b.WriteString("<!--" + n.Data + "-->")
	case html.ElementNode:
		w.element(n)
		w.ended = true
	}
}

func (w *inliner) element(n *html.Node) {
	w.b.WriteString(startTag(n))
	if isVoid(n) {
		return
	}
	switch kind := w.space.kinds[n]; {
	case isVerbatim(n):
		w.b.WriteString(verbatim(n))
	case kind == inline || kind == unsure || kind == custom || w.flat:
		w.within(n)
	default:
		w.b.WriteString(w.contents(n))
	}
	w.b.WriteString(endTag(n))
}

func (w *inliner) within(n *html.Node) {
	w.depth++
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c)
	}
	w.depth--
}

// contents returns what is in an element that has lines of its own, but
// stands in one: in that line, or below it where that would be too much.
func (w *inliner) contents(n *html.Node) string {
	flat := inliner{space: w.space, flat: true}
	flat.within(n)
	p := printer{space: w.space}
	if flat.b.Len() <= long || !slices.ContainsFunc(childrenOf(n), p.ownLine) {
		return flat.b.String()
	}
	p.b.WriteByte('\n')
	p.children(n, w.indent+1)
	return p.b.String() + strings.Repeat("  ", w.indent)
}

// isVerbatim reports whether all white space in an element counts.
func isVerbatim(n *html.Node) bool {
	switch {
	case n.Namespace == "" && (isRaw(n) || n.DataAtom == atom.Pre || n.DataAtom == atom.Textarea || n.DataAtom == atom.Listing):
		return true
	case n.Namespace == "svg" && (n.Data == "script" || n.Data == "style" || attr(n, "xml:space") == "preserve"):
		return true
	}
	return keepsSpace(n)
}

// isRaw reports whether a parser takes what is in an element as it is.
func isRaw(n *html.Node) bool {
	if n.Namespace != "" {
		return false
	}
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Xmp, atom.Plaintext, atom.Iframe, atom.Noembed, atom.Noframes:
		return true
	}
	return false
}

// verbatim returns what is in an element as it is, with the attributes in
// their order.
func verbatim(n *html.Node) string {
	var b strings.Builder
	raw := isRaw(n)
	if c := n.FirstChild; n.Namespace == "" && (n.DataAtom == atom.Pre || n.DataAtom == atom.Textarea || n.DataAtom == atom.Listing) && c != nil &&
		c.Type == html.TextNode && strings.HasPrefix(c.Data, "\n") {
		b.WriteByte('\n') // the parser drops the first
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode && raw:
			b.WriteString(c.Data)
		case c.Type == html.TextNode:
			b.WriteString(escapeText(c.Data))
		case c.Type == html.ElementNode && isVoid(c):
			b.WriteString(startTag(c))
		case c.Type == html.ElementNode:
			b.WriteString(startTag(c) + verbatim(c) + endTag(c))
		}
	}
	return b.String()
}

// doctype returns a doctype with its ids: they choose how the page is laid
// out.
func doctype(n *html.Node) string {
	s := "<!doctype " + strings.ToLower(n.Data)
	public, isPublic := lookup(n, "public")
	system, isSystem := lookup(n, "system")
	switch {
	case isPublic:
		s += " PUBLIC " + doctypeID(public)
	case isSystem:
		s += " SYSTEM"
	}
	if isSystem {
		s += " " + doctypeID(system)
	}
	return s + ">"
}

func doctypeID(id string) string {
	if strings.Contains(id, `"`) {
		return "'" + id + "'"
	}
	return `"` + id + `"`
}

// isConditional reports whether a comment is one that some readers of mail
// obey.
func isConditional(n *html.Node) bool {
	return strings.HasPrefix(n.Data, "[if") || strings.HasSuffix(n.Data, "[endif]")
}

func isVoid(n *html.Node) bool {
	if n.Namespace != "" {
		return false
	}
	switch n.DataAtom {
	case atom.Area, atom.Base, atom.Br, atom.Col, atom.Embed, atom.Hr, atom.Img, atom.Input, atom.Link, atom.Meta, atom.Param,
		atom.Source, atom.Track, atom.Wbr:
		return true
	}
	return false
}

// startTag returns the tag with its attributes sorted.
func startTag(n *html.Node) string {
	attributes := slices.Clone(n.Attr)
	slices.SortStableFunc(attributes, func(a, b html.Attribute) int {
		return strings.Compare(a.Namespace+":"+a.Key, b.Namespace+":"+b.Key)
	})
	var b strings.Builder
	b.WriteString("<" + n.Data)
	for _, a := range attributes {
		if a.Key == "class" && a.Namespace == "" {
			classes := strings.Fields(a.Val)
			slices.Sort(classes)
			a.Val = strings.Join(slices.Compact(classes), " ")
		}
		b.WriteString(" " + attributeSource(a, -1))
	}
	return b.String() + ">"
}

func endTag(n *html.Node) string { return "</" + n.Data + ">" }

// attributeSource returns an attribute as it is written; most limits its
// value, -1 doesn't.
func attributeSource(a html.Attribute, most int) string {
	name := a.Key
	if a.Namespace != "" {
		name = a.Namespace + ":" + name
	}
	if a.Val == "" {
		return name
	}
	value := a.Val
	if most >= 0 {
		value = shorten(fold(value), most)
	}
	return name + `="` + attributeEscapes.Replace(value) + `"`
}

var (
	attributeEscapes = strings.NewReplacer("&", "&amp;", `"`, "&quot;", "\u00a0", "&nbsp;", "\r", "&#13;")
	textEscapes      = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\u00a0", "&nbsp;", "\r", "&#13;", byteOrderMark, "&#xFEFF;")
)

func escapeText(s string) string {
	if !strings.ContainsAny(s, "&<>\u00a0\r"+byteOrderMark) {
		return s
	}
	return textEscapes.Replace(s)
}
