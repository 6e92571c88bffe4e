package ui

import (
	"html/template"
	"strconv"
	"strings"
)

// accessibilityStencils are what the panel of accessibility is made of.
type accessibilityStencils struct {
	panel, findings, finding stencil
	role, text, name, rest   stencil
	value, description, more stencil
	noFindings, off          template.HTML
	empty, unread, noStops   template.HTML
}

func (p *Pages) accessibilityStencils() accessibilityStencils {
	return accessibilityStencils{
		panel:       p.stencil("accessibility", "Findings", "Tree", "Stops"),
		findings:    p.stencil("findings", "Rows"),
		finding:     p.stencil("finding", "Message"),
		role:        p.stencil("outline-role", "Role"),
		text:        p.stencil("outline-text", "Name"),
		name:        p.stencil("outline-name", "Name"),
		rest:        p.stencil("outline-rest", "Rest"),
		value:       p.stencil("outline-value", "Value"),
		description: p.stencil("outline-description", "Description"),
		more:        p.stencil("outline-more", "Count"),
		noFindings:  p.fragment("findings-none", nil),
		off:         p.fragment("findings-off", nil),
		empty:       p.fragment("outline-empty", nil),
		unread:      p.fragment("outline-unread", nil),
		noStops:     p.fragment("stops-none", nil),
	}
}

// panelOf is the panel of a story that has HTML.
func (t *accessibilityStencils) panelOf(a *Accessibility) template.HTML {
	tree, stops := t.tree(a), t.stops(a)
	if a.Unread {
		tree, stops = t.unread, t.unread
	}
	return t.panel.html(t.found(a), tree, stops)
}

// found is the mistakes that nobody asked for.
func (t *accessibilityStencils) found(a *Accessibility) template.HTML {
	switch {
	case !a.Searched:
		return t.off
	case len(a.Findings) == 0:
		return t.noFindings
	}
	var rows strings.Builder
	for _, p := range a.Findings {
		t.finding.fill(&rows, text(p.Message))
	}
	return t.findings.html(template.HTML(rows.String()))
}

// tree is a list of lists.
func (t *accessibilityStencils) tree(a *Accessibility) template.HTML {
	if len(a.Nodes) == 0 {
		return t.empty
	}
	var b strings.Builder
	b.Grow(64 * len(a.Nodes))
	depth := -1
	for i := range a.Nodes {
		n := &a.Nodes[i]
		if n.Depth > depth {
			b.WriteString("<ul><li>")
			depth++
		} else {
			b.WriteString(strings.Repeat("</li></ul>", depth-n.Depth) + "</li>\n<li>")
			depth = n.Depth
		}
		t.writeNode(&b, n)
	}
	b.WriteString(strings.Repeat("</li></ul>", depth+1) + "\n")
	return template.HTML(b.String()) + t.others(a.More)
}

// stops is the order of the Tab key.
func (t *accessibilityStencils) stops(a *Accessibility) template.HTML {
	if len(a.Stops) == 0 {
		return t.noStops
	}
	var b strings.Builder
	b.Grow(64 * len(a.Stops))
	b.WriteString("<ol>")
	for i := range a.Stops {
		b.WriteString("<li>")
		t.writeNode(&b, &a.Stops[i])
		b.WriteString("</li>\n")
	}
	b.WriteString("</ol>\n")
	return template.HTML(b.String()) + t.others(a.MoreStops)
}

func (t *accessibilityStencils) others(count int) template.HTML {
	if count == 0 {
		return ""
	}
	return t.more.html(template.HTML(strconv.Itoa(count)))
}

func (t *accessibilityStencils) writeNode(b *strings.Builder, n *Exposed) {
	if n.Role == "" {
		t.text.fill(b, text(n.Name))
		return
	}
	t.role.fill(b, text(n.Role))
	if n.Name != "" {
		t.name.fill(b, text(n.Name))
	}
	if n.Description == "" && n.Value == "" && len(n.States) == 0 {
		return
	}
	parts := make([]string, 0, 2+len(n.States))
	if n.Description != "" {
		parts = append(parts, string(t.description.html(text(n.Description))))
	}
	if n.Value != "" {
		parts = append(parts, string(t.value.html(text(n.Value))))
	}
	for _, s := range n.States {
		parts = append(parts, string(text(s)))
	}
	t.rest.fill(b, template.HTML(strings.Join(parts, ", ")))
}
