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
// folded where it doesn't show and kept where it does, comments left out. It
// is HTML again.
func Normalize(source string) string {
	d := NewDocument(source)
	if d.err != nil {
		return source
	}
	p := printer{}
	root := d.root
	p.children(root, 0)
	return strings.TrimLeft(p.b.String(), "\n")
}

// A printer writes elements in their normal form.
type printer struct{ b strings.Builder }

// children writes what is in an element, one block or one run of text to a
// line.
func (p *printer) children(n *html.Node, depth int) {
	var run []*html.Node
	flush := func() {
		text := inlineRun(run)
		run = nil
		if text != "" {
			p.lines(depth, text)
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.DoctypeNode:
			p.line(depth, "<!doctype "+strings.ToLower(c.Data)+">")
		case c.Type == html.CommentNode && !isConditional(c):
		case c.Type == html.CommentNode && stands(n):
			flush()
			p.line(depth, "<!--"+c.Data+"-->")
		case c.Type == html.ElementNode && (standsAlone(c) || wraps(c)):
			flush()
			p.block(c, depth)
		default:
			run = append(run, c)
		}
	}
	flush()
}

func stands(n *html.Node) bool { return n.Type == html.DocumentNode || standsAlone(n) }

func (p *printer) line(depth int, text string) {
	p.b.WriteString(strings.Repeat("  ", depth))
	p.b.WriteString(text)
	p.b.WriteByte('\n')
}

// between stands for a space that shows between two elements of a run. In a
// run that is long, each begins a line. No text has it: a parser replaces it.
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

// block writes an element that stands apart: on one line where nothing in it
// does, and with its children below it otherwise.
func (p *printer) block(n *html.Node, depth int) {
	start := startTag(n)
	switch {
	case isVoid(n):
		p.line(depth, start)
	case isVerbatim(n):
		p.line(depth, start+verbatim(n)+endTag(n))
	case !slices.ContainsFunc(childrenOf(n), func(c *html.Node) bool {
		return c.Type == html.ElementNode && (standsAlone(c) || wraps(c)) || c.Type == html.CommentNode && isConditional(c)
	}):
		text := inlineRun(childrenOf(n))
		if len(start+text) > long && strings.Contains(text, between) {
			p.line(depth, start)
			for line := range strings.SplitSeq(text, between) {
				p.line(depth+1, line)
			}
			p.line(depth, endTag(n))
			return
		}
		p.line(depth, start+strings.ReplaceAll(text, between, " ")+endTag(n))
	default:
		p.line(depth, start)
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

// An inliner writes what flows in lines, and folds white space across the
// borders of elements, as a browser does.
type inliner struct {
	b     strings.Builder
	space bool // one is due before the next text
	start bool // nothing shows yet in this line
	depth int  // of inline elements
	ended bool // the last thing written is an element of the run itself
}

func inlineRun(nodes []*html.Node) string {
	w := inliner{start: true}
	for _, n := range nodes {
		w.node(n)
	}
	return w.b.String()
}

func (w *inliner) node(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		w.text(n.Data)
	case html.CommentNode:
		if isConditional(n) {
			w.b.WriteString("<!--" + n.Data + "-->")
		}
	case html.ElementNode:
		w.element(n)
	}
}

// text writes a text. The space at its end is due with what follows, and
// falls away at the end of the line.
func (w *inliner) text(s string) {
	for len(s) > 0 {
		i := strings.IndexAny(s, " \t\r\n\f")
		word := s
		if i >= 0 {
			word, s = s[:i], s[i+1:]
		} else {
			s = ""
		}
		if word != "" {
			w.ended = false
			w.pending()
			w.b.WriteString(escapeText(word))
			w.start = false
		}
		if i >= 0 {
			w.space = !w.start
		}
	}
}

func (w *inliner) pending() {
	if w.space && !w.start {
		if w.ended && w.depth == 0 {
			w.b.WriteString(between)
		} else {
			w.b.WriteByte(' ')
		}
		w.start = true
	}
	w.space = false
}

func (w *inliner) element(n *html.Node) {
	w.tag(n)
	w.ended = w.depth == 0
}

func (w *inliner) tag(n *html.Node) {
	start := startTag(n)
	switch {
	case n.DataAtom == atom.Br && n.Namespace == "":
		w.space = false // none shows before it, nor after it
		w.b.WriteString(start)
		w.start = true
	case isVoid(n):
		w.pending()
		w.b.WriteString(start)
		w.start = false
	case isVerbatim(n):
		if n.DataAtom == atom.Script || n.DataAtom == atom.Style {
			w.b.WriteString(start + verbatim(n) + endTag(n))
			return
		}
		w.pending()
		w.b.WriteString(start + verbatim(n) + endTag(n))
		w.start = false
	case standsAlone(n):
		// A block within something inline: a line of its own.
		w.space = false
		w.b.WriteString(start + blockRun(n) + endTag(n))
		w.start = true
	case isBox(n):
		w.pending()
		w.b.WriteString(start + blockRun(n) + endTag(n))
		w.start = false
	default:
		w.pending()
		w.b.WriteString(start)
		before := w.b.Len()
		w.depth++
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			w.node(c)
		}
		w.depth--
		if w.b.Len() == before {
			w.start = false // an empty element may well show something
		}
		if w.space && !w.start {
			// The space stays due outside: it shows the same there unless
			// the element shows its border, so it is written here.
			w.b.WriteByte(' ')
			w.space = false
			w.b.WriteString(endTag(n))
			w.start = true
			return
		}
		w.b.WriteString(endTag(n))
	}
}

// blockRun is what is in a block or box that stands on a line with others.
func blockRun(n *html.Node) string {
	return strings.ReplaceAll(inlineRun(childrenOf(n)), between, " ")
}

// wraps reports whether an element that flows in a line has blocks in it, as a
// link around a card has, and neither text nor another such element beside it: white
// space around it shows as little as around a block.
func wraps(n *html.Node) bool {
	if n.Namespace != "" || standsAlone(n) || isBox(n) || isVerbatim(n) || isVoid(n) {
		return false
	}
	apart := func(c *html.Node, step func(*html.Node) *html.Node) bool {
		for c = step(c); c != nil; c = step(c) {
			switch {
			case c.Type == html.TextNode && strings.Trim(c.Data, " \t\r\n\f") != "":
				return false
			case c.Type == html.ElementNode:
				return standsAlone(c)
			}
		}
		return true
	}
	if !apart(n, func(n *html.Node) *html.Node { return n.NextSibling }) || !apart(n, func(n *html.Node) *html.Node { return n.PrevSibling }) {
		return false
	}
	return slices.ContainsFunc(childrenOf(n), func(c *html.Node) bool { return c.Type == html.ElementNode && standsAlone(c) })
}

// standsAlone reports whether white space around an element never shows.
func standsAlone(n *html.Node) bool {
	if n.Namespace == "svg" || n.Namespace == "math" {
		p := n.Parent
		return p != nil && p.Namespace != "" && !inSVGText(n)
	}
	return blocks[n.DataAtom] || ownLine[n.DataAtom] || n.Data == "search"
}

// ownLine are elements that show nothing where they stand, or that stand in
// something that knows no text.
var ownLine = set(atom.Script, atom.Style, atom.Template, atom.Base, atom.Source, atom.Track, atom.Param, atom.Noscript)

// inSVGText reports whether an SVG element is part of a text.
func inSVGText(n *html.Node) bool {
	for p := n.Parent; p != nil && p.Namespace == "svg"; p = p.Parent {
		if p.Data == "text" || p.Data == "foreignObject" {
			return true
		}
	}
	return n.Namespace == "math"
}

// isBox reports whether an element stands in a line and has lines of its own.
func isBox(n *html.Node) bool {
	if n.Namespace == "svg" {
		return true
	}
	return n.Namespace == "" && (inlineBlocks[n.DataAtom] || n.DataAtom == atom.Object || n.DataAtom == atom.Canvas || n.DataAtom == atom.Picture)
}

// isVerbatim reports whether all white space in an element counts.
func isVerbatim(n *html.Node) bool {
	if n.Namespace != "" {
		return false
	}
	switch n.DataAtom {
	case atom.Pre, atom.Textarea, atom.Script, atom.Style, atom.Listing, atom.Plaintext, atom.Xmp:
		return true
	}
	return strings.HasPrefix(styleOf(n, "white-space"), "pre") || strings.HasPrefix(styleOf(n, "white-space"), "break-spaces")
}

// verbatim returns what is in an element as it is, with the attributes in
// their order.
func verbatim(n *html.Node) string {
	var b strings.Builder
	raw := n.DataAtom == atom.Script || n.DataAtom == atom.Style || n.DataAtom == atom.Xmp || n.DataAtom == atom.Plaintext
	if c := n.FirstChild; (n.DataAtom == atom.Pre || n.DataAtom == atom.Textarea || n.DataAtom == atom.Listing) && c != nil &&
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
	textEscapes      = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\u00a0", "&nbsp;", "\r", "&#13;")
)

func escapeText(s string) string {
	if !strings.ContainsAny(s, "&<>\u00a0\r") {
		return s
	}
	return textEscapes.Replace(s)
}
