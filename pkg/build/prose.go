package build

import (
	"bytes"
	"fmt"
	"html/template"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"

	"github.com/storytime-dev/storytime/internal/ui"
	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// A proseRenderer makes HTML of the catalog's Markdown.
type proseRenderer struct {
	markdown renderer.Renderer
	raw      bool   // HTML in prose is let through
	anchor   string // what the link of a heading to itself says
}

func newProseRenderer(raw bool, pages *ui.Pages) *proseRenderer {
	p := &proseRenderer{raw: raw, anchor: template.HTMLEscapeString(pages.Say("Link to this heading"))}
	var options []renderer.Option
	if raw {
		options = append(options, html.WithUnsafe())
	}
	options = append(options, renderer.WithNodeRenderers(util.Prioritized(p, 100)))
	p.markdown = story.Markdown(goldmark.WithRendererOptions(options...)).Renderer()
	return p
}

// RegisterFuncs implements goldmark's renderer.NodeRenderer.
func (p *proseRenderer) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindFencedCodeBlock, p.fencedBlock)
	r.Register(ast.KindHeading, p.heading)
	r.Register(extast.KindTaskCheckBox, checkbox)
	r.Register(extast.KindTableCell, tableCell)
	if !p.raw {
		drop := func(util.BufWriter, []byte, ast.Node, bool) (ast.WalkStatus, error) { return ast.WalkSkipChildren, nil }
		r.Register(ast.KindHTMLBlock, drop)
		r.Register(ast.KindRawHTML, drop)
	}
}

// cut marks where a story stands in the HTML of the prose. Markdown can't
// have made it: a NUL in a text becomes another character.
const cut = "\x00"

// storyAttribute on a fenced block says that a story stands in its place.
const storyAttribute = "storytime-cut"

func (p *proseRenderer) fencedBlock(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	if mark, ok := n.AttributeString(storyAttribute); ok {
		_, _ = w.WriteString(mark.(string))
		return ast.WalkSkipChildren, nil
	}
	block := n.(*ast.FencedCodeBlock)
	_, _ = w.WriteString(`<pre class="code"><code>`)
	_, _ = w.WriteString(string(highlight(string(block.Language(source)), string(block.Lines().Value(source)))))
	_, _ = w.WriteString("</code></pre>\n")
	return ast.WalkSkipChildren, nil
}

// heading writes a heading with a link to itself.
func (p *proseRenderer) heading(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	h := n.(*ast.Heading)
	id, _ := h.AttributeString("id")
	name, _ := id.([]byte)
	if entering {
		fmt.Fprintf(w, `<h%d id="%s">`, h.Level, template.HTMLEscapeString(string(name)))
		return ast.WalkContinue, nil
	}
	fmt.Fprintf(w, ` <a class="anchor" href="#%s" aria-label="%s"></a></h%d>`+"\n", fragmentURL(string(name)), p.anchor, h.Level)
	return ast.WalkContinue, nil
}

// tableCell writes a cell whose alignment is a class: a style would not get
// past a strict policy, and the attribute is obsolete.
func tableCell(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	tag := "td"
	if n.Parent().Kind() == extast.KindTableHeader {
		tag = "th"
	}
	if !entering {
		fmt.Fprintf(w, "</%s>\n", tag)
		return ast.WalkContinue, nil
	}
	switch n.(*extast.TableCell).Alignment {
	case extast.AlignCenter:
		tag += ` class="align-center"`
	case extast.AlignRight:
		tag += ` class="align-end"`
	}
	fmt.Fprintf(w, "<%s>", tag)
	return ast.WalkContinue, nil
}

// checkbox writes the box of a task list. Its label is the text beside it,
// which Markdown leaves outside of any element that could say so.
func checkbox(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		checked := ""
		if n.(*extast.TaskCheckBox).IsChecked {
			checked = " checked"
		}
		fmt.Fprintf(w, `<input type="checkbox" disabled%s aria-label="%s"> `, checked, template.HTMLEscapeString(story.Text(n.Parent(), source)))
	}
	return ast.WalkContinue, nil
}

// render returns the prose of a file, of which doc is the syntax tree, as it
// stands in the given page. place returns what stands in the place of the
// block whose info string is at an offset, which may be nothing, and whether
// the block is one that something stands for; nil knows of none.
func (p *proseRenderer) render(doc ast.Node, prose story.Prose, page string, l *links, place func(offset int) (ui.Part, bool), report func(*problem.Problem)) ([]ui.Part, error) {
	p.reportRaw(doc, prose, report)
	var placed []ui.Part
	for block := range allFencedBlocks(doc) {
		if block.Info == nil || place == nil {
			continue
		}
		switch part, found := place(block.Info.Segment.Start); {
		case !found:
		case part == ui.Part{}:
			block.SetAttributeString(storyAttribute, "")
		default:
			placed = append(placed, part)
			block.SetAttributeString(storyAttribute, cut)
		}
	}
	var out bytes.Buffer
	if err := p.markdown.Render(&out, prose.Source, doc); err != nil {
		return nil, fmt.Errorf("rendering %s: %w", prose.File, err)
	}
	context := &linkContext{dir: path.Dir(prose.File), page: page, prose: prose.File, find: findInProse(prose), report: report}
	text := rewriteHTML(out.String(), func(r reference) string { return l.resolve(context, r) })

	var parts []ui.Part
	for i, piece := range strings.Split(text, cut) {
		if strings.TrimSpace(piece) != "" {
			parts = append(parts, ui.Part{HTML: template.HTML(piece)})
		}
		if i < len(placed) {
			parts = append(parts, placed[i])
		}
	}
	return parts, nil
}

// allFencedBlocks yields the fenced blocks of a document in their order.
func allFencedBlocks(doc ast.Node) func(func(*ast.FencedCodeBlock) bool) {
	return func(yield func(*ast.FencedCodeBlock) bool) {
		_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
			if n.Type() == ast.TypeInline {
				return ast.WalkSkipChildren, nil
			}
			if block, ok := n.(*ast.FencedCodeBlock); ok && entering && !yield(block) {
				return ast.WalkStop, nil
			}
			return ast.WalkContinue, nil
		})
	}
}

// reportRaw says that HTML in prose isn't shown. Comments are for the reader
// of the file and are left out without a word.
func (p *proseRenderer) reportRaw(doc ast.Node, prose story.Prose, report func(*problem.Problem)) {
	if p.raw || !bytes.ContainsRune(prose.Source, '<') {
		return
	}
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		offset, text := -1, ""
		switch n := n.(type) {
		case *ast.HTMLBlock:
			offset, text = n.Lines().At(0).Start, string(n.Lines().Value(prose.Source))
		case *ast.RawHTML:
			offset, text = n.Segments.At(0).Start, string(n.Segments.Value(prose.Source))
		}
		text = strings.TrimSpace(text)
		if offset < 0 || strings.HasPrefix(text, "<!--") || strings.HasPrefix(text, "</") {
			return ast.WalkContinue, nil
		}
		first, _, _ := strings.Cut(text, "\n")
		at := prose.Place(offset)
		report(&problem.Problem{
			Kind: problem.Story, File: prose.File, Line: at.Line, Column: at.Column, Length: utf8.RuneCountInString(first),
			Message: "HTML in prose isn't shown",
			Hint:    "write Markdown, make it an `html story`, or add `rawHTML: true` to " + story.ConfigFile,
		})
		return ast.WalkContinue, nil
	})
}
