package ui

import (
	"html/template"
	"strings"
)

// checkStencils are the checks of a story on its page, and what they come to.
type checkStencils struct {
	words                      words
	list, kept, failed         stencil
	verdictKept, verdictFailed stencil
	none                       template.HTML
}

func (p *Pages) checkStencils() checkStencils {
	return checkStencils{
		words:         p.words,
		list:          p.stencil("checks", "Rows"),
		kept:          p.stencil("check-kept", "Title", "Place"),
		failed:        p.stencil("check-failed", "Title", "Place", "Problems"),
		verdictKept:   p.stencil("verdict-kept", "Count"),
		verdictFailed: p.stencil("verdict-failed", "Href", "Count"),
		none:          p.fragment("no-checks", nil),
	}
}

// checkList is the panel of a story's checks.
func (p *Pages) checkList(checks []Check) template.HTML {
	t := &p.checks
	if len(checks) == 0 {
		return t.none
	}
	var rows strings.Builder
	for _, c := range checks {
		if len(c.Problems) == 0 {
			t.kept.fill(&rows, text(c.Title), text(c.Place))
		} else {
			t.failed.fill(&rows, text(c.Title), text(c.Place), p.fragment("problems", c.Problems))
		}
	}
	return t.list.html(template.HTML(rows.String()))
}

// verdict is what the checks of a story come to, and leads to them.
func (t *checkStencils) verdict(checks []Check) template.HTML {
	failed := 0
	for _, c := range checks {
		if len(c.Problems) > 0 {
			failed++
		}
	}
	switch {
	case failed > 0:
		return t.failure("", failed)
	case len(checks) > 0:
		return t.verdictKept.html(text(t.words.count(len(checks), "check", "checks")))
	}
	return ""
}

// failure leads to the checks on the page of a story some of which failed.
func (t *checkStencils) failure(href string, failed int) template.HTML {
	if failed == 0 {
		return ""
	}
	return t.verdictFailed.html(address(href), text(t.words.count(failed, "failed check", "failed checks")))
}
