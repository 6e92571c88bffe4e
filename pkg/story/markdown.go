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
			// Alignment by style="…" would not get past a strict policy.
			extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)),
		),
		goldmark.WithParserOptions(parser.WithAutoHeadingID()),
	}, options...)...)
}

// parseProse parses the Markdown in text, which begins at the offset body of
// the file.
func parseProse(md parser.Parser, src *Source, body int) Prose {
	source := []byte(src.Text[body:])
	p := Prose{File: src.Name, Source: source, Line: strings.Count(src.Text[:body], "\n")}
	if strings.TrimSpace(src.Text[body:]) == "" {
		return p
	}
	ids := &anchors{used: map[string]bool{}}
	p.Doc = md.Parse(text.NewReader(source), parser.WithContext(parser.NewContext(parser.WithIDs(ids))))
	return p
}

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
	return strings.TrimSpace(b.String())
}
