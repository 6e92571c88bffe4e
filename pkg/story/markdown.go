package story

import (
	"bytes"
	"strconv"
	"strings"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Markdown returns the dialect that prose is written in: CommonMark with
// GitHub's tables, strikethrough, autolinks and task lists, and with
// footnotes. Headings get anchors by GitHub's rule. Whoever renders a Prose
// adds renderer options to the same dialect.
func Markdown(options ...goldmark.Option) goldmark.Markdown {
	return goldmark.New(append([]goldmark.Option{
		goldmark.WithExtensions(
			extension.Linkify, extension.Strikethrough, extension.TaskList, extension.Footnote,
			extension.Table,
		),
		goldmark.WithParserOptions(parser.WithAutoHeadingID()),
	}, options...)...)
}

// newProse returns the Markdown that begins at the offset body of the file,
// and its syntax tree.
func newProse(src *Source, body int) (Prose, ast.Node) {
	p := Prose{File: src.Name, Source: []byte(src.Text[body:]), Line: strings.Count(src.Text[:body], "\n")}
	doc := p.Parse()
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		h, ok := n.(*ast.Heading)
		if !ok || !entering {
			return ast.WalkContinue, nil
		}
		id, _ := h.AttributeString("id")
		if id, ok := id.([]byte); ok {
			p.Headings = append(p.Headings, Heading{h.Level, string(id), Text(h, p.Source)})
		}
		return ast.WalkSkipChildren, nil
	})
	return p, doc
}

// Parse returns the syntax tree of the prose. Its offsets are those of
// Source, and its headings have the anchors of Headings.
func (p Prose) Parse() ast.Node {
	ids := &anchors{used: map[string]bool{}}
	return proseParser().Parse(text.NewReader(p.Source), parser.WithContext(parser.NewContext(parser.WithIDs(ids))))
}

// proseParser is made when the first text is parsed.
var proseParser = sync.OnceValue(func() parser.Parser { return Markdown().Parser() })

// anchors makes the IDs of headings. A repeated title gets a number, as on
// GitHub.
type anchors struct{ used map[string]bool }

// Generate implements parser.IDs.
func (a *anchors) Generate(value []byte, _ ast.NodeKind) []byte {
	slug := Slug(headingText(value))
	if slug == "" {
		slug = "heading"
	}
	id := slug
	for n := 1; a.used[id]; n++ {
		id = slug + "-" + strconv.Itoa(n)
	}
	a.used[id] = true
	return []byte(id)
}

// Put implements parser.IDs.
func (a *anchors) Put(value []byte) { a.used[string(value)] = true }

// headingText returns the text of a heading's line of Markdown. The parser
// asks for the heading's anchor before it has parsed what is in it.
func headingText(line []byte) string {
	if !bytes.ContainsAny(line, "&\\[]`*<") {
		return string(line)
	}
	return Text(inlineParser().Parse(text.NewReader(line)), line)
}

// inlineParser parses what stands in a heading, and never asks for anchors.
var inlineParser = sync.OnceValue(func() parser.Parser {
	return goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser()
})

// Text returns the text of a Markdown node and of all in it, without marks.
func Text(n ast.Node, source []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			if n.Type() == ast.TypeBlock && b.Len() > 0 {
				b.WriteByte(' ')
			}
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			b.Write(util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(n.Segment.Value(source)))))
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(n.Value)
		case *ast.AutoLink:
			b.Write(n.Label(source))
		case *ast.FencedCodeBlock, *ast.CodeBlock, *ast.HTMLBlock:
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil
	})
	return strings.TrimSpace(clean(b.String()))
}
