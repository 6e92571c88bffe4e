package ui

import (
	"encoding/json"
	"html/template"
	"io"
	"strconv"
)

// storyStencils are the parts of a story's page.
type storyStencils struct {
	page                      stencil
	documentation, prev, next stencil
	stage, problems           stencil
	skipped                   template.HTML
	count, place              stencil
	noProps, noHTML           template.HTML
}

func (p *Pages) storyStencils() storyStencils {
	return storyStencils{
		page: p.stencil("story", "Top", "Crumbs", "Title", "Tags", "Verdict", "Documentation", "Prev", "Next",
			"Lead", "Stage", "Count", "CheckCount", "Variants", "Props", "Source", "Place", "Markup", "Checks", "Accessibility"),
		documentation: p.stencil("documentation", "Href"),
		prev:          p.stencil("prev", "Href", "Title"),
		next:          p.stencil("next", "Href", "Title"),
		stage:         p.stencil("stage", "Frame", "Title", "Attributes"),
		problems:      p.stencil("stage-problems", "Problems"),
		skipped:       p.fragment("stage-skipped", nil),
		count:         p.stencil("tab-count", "Count"),
		place:         p.stencil("place", "Place"),
		noProps:       p.fragment("no-props", nil),
		noHTML:        p.fragment("no-html", nil),
	}
}

// Story writes the page of a story.
func (p *Pages) Story(w io.Writer, s *Story) error {
	t, f := &p.story, &p.fragments
	var documentation, prev, next, count, checkCount, place template.HTML
	if s.Subject.Href != "" {
		documentation = t.documentation.html(address(s.Subject.Href))
	}
	if s.Prev != nil {
		prev = t.prev.html(address(s.Prev.Href), text(s.Prev.Title))
	}
	if s.Next != nil {
		next = t.next.html(address(s.Next.Href), text(s.Next.Title))
	}
	if len(s.Props) > 0 {
		count = t.count.html(template.HTML(strconv.Itoa(len(s.Props))))
	}
	if len(s.Checks) > 0 {
		checkCount = t.count.html(template.HTML(strconv.Itoa(len(s.Checks))))
	}
	if s.Place != "" {
		place = t.place.html(text(s.Place))
	}
	props, markup := f.storyTable(s.Props), f.codeBlock(s.Markup)
	if props == "" {
		props = t.noProps
	}
	if markup == "" {
		markup = t.noHTML
	}
	accessibility := t.noHTML
	if s.Accessibility != nil {
		accessibility = p.accessibility.panelOf(s.Accessibility)
	}
	return t.page.write(w, p.top(&s.Page), f.breadcrumbs(&s.Page), text(s.Title), f.tagList(s.Tags),
		p.checks.verdict(s.Checks), documentation, prev, next, f.leadText(s.Description), p.stage(s), count, checkCount, variants(s.Variants), props,
		f.codeBlocks(s.Source), place, markup, p.checkList(s.Checks), accessibility)
}

// variants are the other documents that the page can show, for its script.
func variants(all []Variant) template.HTML {
	if len(all) == 0 {
		return ""
	}
	data, err := json.Marshal(all)
	if err != nil {
		panic(err) // they are text
	}
	return ` data-variants="` + text(string(data)) + `"`
}

// stage is a story's frame with its toolbar, or what stands in its place.
func (p *Pages) stage(s *Story) template.HTML {
	switch {
	case len(s.Problems) > 0:
		return p.story.problems.html(p.fragment("problems", s.Problems))
	case s.Skipped, s.Frame == "": // an empty address would frame the page itself
		return p.story.skipped
	}
	return p.story.stage.html(address(s.Frame), text(s.Title), p.frameAttributes(s.Theme, s.Viewport))
}
