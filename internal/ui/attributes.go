package ui

import (
	"html/template"
	"strconv"
)

// frameAttributes give a frame the size of a viewport, and name its theme and
// viewport for the scripts. The size is in attributes and not in a style, so
// that it works under a strict policy and gives way to any style.
func (p *Pages) frameAttributes(theme, viewport string) template.HTML {
	return p.themeAttrs[theme] + p.viewportAttrs[viewport]
}

// nameFrameAttributes prepares what frameAttributes joins.
func (p *Pages) nameFrameAttributes() {
	p.themeAttrs = map[string]template.HTML{}
	for _, theme := range p.site.Themes {
		p.themeAttrs[theme.Name] = ` data-theme="` + text(theme.Name) + `"`
	}
	p.viewportAttrs = map[string]template.HTML{}
	for _, v := range p.site.Viewports {
		attrs := ` data-viewport="` + text(v.Name) + `"`
		if v.Width > 0 {
			attrs += template.HTML(` width="` + strconv.Itoa(v.Width) + `"`)
		}
		if v.Height > 0 {
			attrs += template.HTML(` height="` + strconv.Itoa(v.Height) + `"`)
		}
		p.viewportAttrs[v.Name] = attrs
	}
}
