package ui

import (
	"html/template"
	"strings"
)

// fragments are the parts that stand on a page many times.
type fragments struct {
	lead                       stencil
	tags, tag                  stencil
	crumbs, crumb              stencil
	code, codeTitle            stencil
	storyProps, subjectProps   stencil
	storyProp, subjectProp     stencil
	required, unset, noDefault template.HTML
	propValue, propType        stencil
	propOptions, propOption    stencil
	propDefault                stencil
}

func (p *Pages) newFragments() fragments {
	return fragments{
		lead:         p.stencil("lead", "Lead"),
		tags:         p.stencil("tags", "Tags"),
		tag:          p.stencil("tag", "Tag"),
		crumbs:       p.stencil("crumbs", "Home", "Crumbs"),
		crumb:        p.stencil("crumb", "Href", "Title"),
		code:         p.stencil("code", "Title", "HTML"),
		codeTitle:    p.stencil("code-title", "Title"),
		storyProps:   p.stencil("story-props", "Rows"),
		subjectProps: p.stencil("subject-props", "Rows"),
		storyProp:    p.stencil("story-prop", "Name", "Required", "Value", "Type", "Default", "Description"),
		subjectProp:  p.stencil("subject-prop", "Name", "Required", "Type", "Default", "Description"),
		required:     p.fragment("prop-required", nil),
		propValue:    p.stencil("prop-value", "Value"),
		unset:        p.fragment("prop-unset", nil),
		propType:     p.stencil("prop-type", "Type"),
		propOptions:  p.stencil("prop-options", "Type", "Options"),
		propOption:   p.stencil("prop-option", "Option"),
		propDefault:  p.stencil("prop-default", "Default"),
		noDefault:    p.fragment("prop-no-default", nil),
	}
}

// leadText is a description below a title.
func (f *fragments) leadText(description string) template.HTML {
	if description == "" {
		return ""
	}
	return f.lead.html(text(description))
}

// tagList is the tags of something, as badges.
func (f *fragments) tagList(tags []string) template.HTML {
	if len(tags) == 0 {
		return ""
	}
	var b strings.Builder
	for _, tag := range tags {
		f.tag.fill(&b, text(tag))
	}
	return f.tags.html(template.HTML(b.String()))
}

// breadcrumbs lead from home to a page's parent.
func (f *fragments) breadcrumbs(page *Page) template.HTML {
	var b strings.Builder
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
	return f.table(f.storyProps, props, func(b *strings.Builder, prop *Prop) {
		value := f.unset
		if prop.Given {
			value = f.propValue.html(text(prop.Value))
		}
		f.storyProp.fill(b, text(prop.Name), f.mark(prop), value, f.kind(prop), f.fallback(prop), text(prop.Description))
	})
}

// subjectTable is the props of a component.
func (f *fragments) subjectTable(props []Prop) template.HTML {
	return f.table(f.subjectProps, props, func(b *strings.Builder, prop *Prop) {
		f.subjectProp.fill(b, text(prop.Name), f.mark(prop), f.kind(prop), f.fallback(prop), text(prop.Description))
	})
}

func (f *fragments) table(table stencil, props []Prop, row func(*strings.Builder, *Prop)) template.HTML {
	if len(props) == 0 {
		return ""
	}
	var b strings.Builder
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
	var b strings.Builder
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
