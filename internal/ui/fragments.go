package ui

import (
	"bytes"
	"html/template"
	"strconv"
)

// fragments are the parts that stand on a page many times.
type fragments struct {
	tags, tag                  stencil
	crumbs, crumb              stencil
	code, codeTitle            stencil
	storyProps, subjectProps   stencil
	storyProp, subjectProp     stencil
	required, unset, noDefault template.HTML
	propValue, propType        stencil
	propOptions, propOption    stencil
	propDefault                stencil
	inline, inlineID           stencil
	inlineAlone, inlineText    stencil
	inlineFrame, inlineCode    stencil
	inlineSkipped              template.HTML
}

func (p *Pages) newFragments() fragments {
	return fragments{
		tags:          p.stencil("tags", "Tags"),
		tag:           p.stencil("tag", "Tag"),
		crumbs:        p.stencil("crumbs", "Home", "Crumbs"),
		crumb:         p.stencil("crumb", "Href", "Title"),
		code:          p.stencil("code", "Title", "HTML"),
		codeTitle:     p.stencil("code-title", "Title"),
		storyProps:    p.stencil("story-props", "Rows"),
		subjectProps:  p.stencil("subject-props", "Rows"),
		storyProp:     p.stencil("story-prop", "Name", "Required", "Value", "Type", "Default", "Description"),
		subjectProp:   p.stencil("subject-prop", "Name", "Required", "Type", "Default", "Description"),
		required:      p.fragment("prop-required", nil),
		propValue:     p.stencil("prop-value", "Value"),
		unset:         p.fragment("prop-unset", nil),
		propType:      p.stencil("prop-type", "Type"),
		propOptions:   p.stencil("prop-options", "Type", "Options"),
		propOption:    p.stencil("prop-option", "Option"),
		propDefault:   p.stencil("prop-default", "Default"),
		noDefault:     p.fragment("prop-no-default", nil),
		inline:        p.stencil("inline", "ID", "Href", "Title", "Tags", "Alone", "Text", "Stage", "Code"),
		inlineID:      p.stencil("inline-id", "ID"),
		inlineAlone:   p.stencil("inline-alone", "Frame", "Title"),
		inlineText:    p.stencil("inline-text", "Text"),
		inlineFrame:   p.stencil("inline-frame", "Title", "Frame", "Attributes"),
		inlineCode:    p.stencil("inline-code", "Code"),
		inlineSkipped: p.fragment("inline-skipped", nil),
	}
}

// tagList is the tags of something, as badges.
func (f *fragments) tagList(tags []string) template.HTML {
	if len(tags) == 0 {
		return ""
	}
	var b bytes.Buffer
	for _, tag := range tags {
		f.tag.fill(&b, text(tag))
	}
	return f.tags.html(template.HTML(b.String()))
}

// breadcrumbs lead from home to a page's parent.
func (f *fragments) breadcrumbs(page *Page) template.HTML {
	var b bytes.Buffer
	for _, crumb := range page.Crumbs {
		f.crumb.fill(&b, address(crumb.Href), text(crumb.Title))
	}
	return f.crumbs.html(address(home(page.Root)), template.HTML(b.String()))
}

// codeBlock is a piece of source with its title.
func (f *fragments) codeBlock(code Code) template.HTML {
	if code.HTML == "" {
		return ""
	}
	var title template.HTML
	if code.Title != "" {
		title = f.codeTitle.html(text(code.Title))
	}
	return f.code.html(title, code.HTML)
}

func (f *fragments) codeBlocks(blocks []Code) template.HTML {
	var all template.HTML
	for _, code := range blocks {
		all += f.codeBlock(code)
	}
	return all
}

// storyTable is the props of a component, with what a story gives them.
func (f *fragments) storyTable(props []Prop) template.HTML {
	return f.table(f.storyProps, props, func(b *bytes.Buffer, prop *Prop) {
		value := f.unset
		if prop.Given {
			value = f.propValue.html(text(prop.Value))
		}
		f.storyProp.fill(b, text(prop.Name), f.mark(prop), value, f.kind(prop), f.fallback(prop), text(prop.Description))
	})
}

// subjectTable is the props of a component.
func (f *fragments) subjectTable(props []Prop) template.HTML {
	return f.table(f.subjectProps, props, func(b *bytes.Buffer, prop *Prop) {
		f.subjectProp.fill(b, text(prop.Name), f.mark(prop), f.kind(prop), f.fallback(prop), text(prop.Description))
	})
}

func (f *fragments) table(table stencil, props []Prop, row func(*bytes.Buffer, *Prop)) template.HTML {
	if len(props) == 0 {
		return ""
	}
	var b bytes.Buffer
	for i := range props {
		row(&b, &props[i])
	}
	return table.html(template.HTML(b.String()))
}

func (f *fragments) mark(prop *Prop) template.HTML {
	if prop.Required {
		return f.required
	}
	return ""
}

func (f *fragments) kind(prop *Prop) template.HTML {
	if len(prop.Options) == 0 {
		return f.propType.html(text(prop.Type))
	}
	var b bytes.Buffer
	for _, option := range prop.Options {
		f.propOption.fill(&b, text(option))
	}
	return f.propOptions.html(text(prop.Type), template.HTML(b.String()))
}

func (f *fragments) fallback(prop *Prop) template.HTML {
	if prop.Default == "" {
		return f.noDefault
	}
	return f.propDefault.html(text(prop.Default))
}

// figure is a story within its subject's page.
func (p *Pages) figure(s *Inline) template.HTML {
	f := &p.fragments
	var id, alone, about, stage, code template.HTML
	if s.ID != "" {
		id = f.inlineID.html(text(s.ID))
	}
	if s.Description != "" {
		about = f.inlineText.html(text(s.Description))
	}
	switch {
	case len(s.Problems) > 0:
		stage = p.fragment("problems", s.Problems)
	case s.Skipped:
		stage = f.inlineSkipped
	default:
		alone = f.inlineAlone.html(address(s.Frame), text(s.Title))
		stage = f.inlineFrame.html(text(s.Title), address(s.Frame), template.HTML(p.frameAttributes(s.Theme, s.Viewport)))
	}
	if s.Source.HTML != "" {
		code = f.inlineCode.html(f.codeBlock(s.Source))
	}
	return f.inline.html(id, address(s.Href), text(s.Title), f.tagList(s.Tags), alone, about, stage, code)
}

// frameAttributes give a frame the size of a viewport, and name its theme and
// viewport for the scripts. The size is in attributes and not in a style, so
// that it works under a strict policy and gives way to any style.
func (p *Pages) frameAttributes(theme, viewport string) template.HTMLAttr {
	return p.themeAttrs[theme] + p.viewportAttrs[viewport]
}

// nameFrameAttributes prepares what frameAttributes joins.
func (p *Pages) nameFrameAttributes() {
	p.themeAttrs = map[string]template.HTMLAttr{}
	for _, theme := range p.site.Themes {
		p.themeAttrs[theme.Name] = template.HTMLAttr(` data-theme="` + text(theme.Name) + `"`)
	}
	p.viewportAttrs = map[string]template.HTMLAttr{}
	for _, v := range p.site.Viewports {
		attrs := ` data-viewport="` + template.HTMLAttr(text(v.Name)) + `"`
		if v.Width > 0 {
			attrs += template.HTMLAttr(` width="` + strconv.Itoa(v.Width) + `"`)
		}
		if v.Height > 0 {
			attrs += template.HTMLAttr(` height="` + strconv.Itoa(v.Height) + `"`)
		}
		p.viewportAttrs[v.Name] = attrs
	}
}
