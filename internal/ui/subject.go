package ui

import (
	"html/template"
	"io"
	"strconv"
	"strings"
)

// subjectStencils are the parts of a subject's page.
type subjectStencils struct {
	page                                   stencil
	contents, line, table, foot            stencil
	figure, id, alone, text, frame, source stencil
	skipped                                template.HTML
}

func (p *Pages) subjectStencils() subjectStencils {
	return subjectStencils{
		page: p.stencil("subject", "Top", "Crumbs", "Title", "Tags", "Lead", "Problems", "Contents",
			"Prose", "Grid", "Props", "Nested", "Foot"),
		contents: p.stencil("contents", "Lines"),
		line:     p.stencil("contents-line", "Level", "ID", "Title"),
		table:    p.stencil("subject-table", "ID", "Title", "Table"),
		foot:     p.stencil("foot", "Source"),
		figure:   p.stencil("inline", "ID", "Href", "Title", "Tags", "Failed", "Alone", "Text", "Stage", "Code"),
		id:       p.stencil("inline-id", "ID"),
		alone:    p.stencil("inline-alone", "Frame", "Title"),
		text:     p.stencil("inline-text", "Text"),
		frame:    p.stencil("inline-frame", "Title", "Frame", "Attributes"),
		source:   p.stencil("inline-code", "Code"),
		skipped:  p.fragment("inline-skipped", nil),
	}
}

// Subject writes the page of a subject.
func (p *Pages) Subject(w io.Writer, s *Subject) error {
	t, f := &p.subject, &p.fragments
	var problems, grid, props, nested, foot template.HTML
	if len(s.Problems) > 0 {
		problems = p.fragment("problems", s.Problems)
	}
	if s.Grid != nil {
		grid = p.fragment("grid-section", gridData{p, s.Grid})
	}
	for i, one := range s.Tables {
		h := p.tableHeading(s, i)
		props += t.table.html(text(h.ID), text(h.Title), f.subjectTable(one.Props))
	}
	if len(s.Nested) > 0 {
		nested = p.fragment("nested", s.Nested)
	}
	if s.Source != "" {
		foot = t.foot.html(text(s.Source))
	}
	return t.page.write(w, p.top(&s.Page), f.breadcrumbs(&s.Page), text(s.Title), f.tagList(s.Tags),
		f.leadText(s.Description), problems, p.outline(s), p.prose(s.Parts), grid, props, nested, foot)
}

// tableHeading is what stands above a table.
func (p *Pages) tableHeading(s *Subject, i int) Heading {
	h := Heading{2, "st-props", p.Say("Props")}
	if i > 0 {
		h.ID += "-" + strconv.Itoa(i+1)
	}
	if len(s.Tables) > 1 {
		h.Title = p.Say("Props of {}", s.Tables[i].Component)
	}
	return h
}

// outline is a subject's table of contents: its headings, and then the parts
// that the page itself adds. A page of one heading needs none.
func (p *Pages) outline(s *Subject) template.HTML {
	t := &p.subject
	headings := s.Contents[:len(s.Contents):len(s.Contents)]
	if s.Grid != nil {
		headings = append(headings, Heading{2, "st-variants", p.Say("Variants")})
	}
	for i := range s.Tables {
		headings = append(headings, p.tableHeading(s, i))
	}
	if len(s.Nested) > 0 {
		headings = append(headings, Heading{2, "st-nested", p.Say("Below this")})
	}
	if len(headings) < 2 {
		return ""
	}
	var lines strings.Builder
	for _, h := range headings {
		t.line.fill(&lines, template.HTML(strconv.Itoa(h.Level)), text(h.ID), text(h.Title))
	}
	return t.contents.html(template.HTML(lines.String()))
}

// prose is a subject's text, its stories in their places.
func (p *Pages) prose(parts []Part) template.HTML {
	var b strings.Builder
	for _, part := range parts {
		b.WriteString(string(part.HTML))
		if part.Story != nil {
			b.WriteString(string(p.figure(part.Story)))
		}
		if part.Grid != nil {
			b.WriteString(string(p.fragment("grid", gridData{p, part.Grid})))
		}
	}
	return template.HTML(b.String())
}

// gridData is what a grid's template is executed with.
type gridData struct {
	pages *Pages
	*Grid
}

// Attributes are those of a cell's frame.
func (d gridData) Attributes(c GridCell) template.HTMLAttr {
	return template.HTMLAttr(d.pages.frameAttributes(c.Theme, c.Viewport))
}

// figure is a story within its subject's page.
func (p *Pages) figure(s *Inline) template.HTML {
	t, f := &p.subject, &p.fragments
	var id, alone, about, stage, source template.HTML
	if s.ID != "" {
		id = t.id.html(text(s.ID))
	}
	if s.Description != "" {
		about = t.text.html(text(s.Description))
	}
	switch {
	case len(s.Problems) > 0:
		stage = p.fragment("problems", s.Problems)
	case s.Skipped, s.Frame == "":
		stage = t.skipped
	default:
		alone = t.alone.html(address(s.Frame), text(s.Title))
		stage = t.frame.html(text(s.Title), address(s.Frame), p.frameAttributes(s.Theme, s.Viewport))
	}
	if s.Source.HTML != "" {
		source = t.source.html(f.codeBlock(s.Source))
	}
	return t.figure.html(id, address(s.Href), text(s.Title), f.tagList(s.Tags), p.checks.failure(s.Href, s.Failed), alone, about, stage, source)
}
