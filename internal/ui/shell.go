package ui

import (
	"html/template"
	"slices"
	"strings"
)

// top is what a page begins with, up to its own content.
func (p *Pages) top(page *Page) template.HTML {
	cached, ok := p.tops.Load(page.Root)
	if !ok {
		cached, _ = p.tops.LoadOrStore(page.Root, p.stencilOf("top", map[string]any{
			"Site":    p.site,
			"Lang":    language(p.site.Lang),
			"Dir":     direction(p.site.Lang),
			"Root":    page.Root,
			"Home":    home(page.Root),
			"Version": p.version,
			"Icon":    p.icon(page.Root),
		}, "Path", "Title"))
	}
	return cached.(stencil).html(text(page.Path), text(p.docTitle(page)))
}

// docTitle names a page in a browser's tab and history: what is special to it
// comes first.
func (p *Pages) docTitle(page *Page) string {
	parts := []string{page.Title}
	if n := len(page.Crumbs); n > 0 {
		parts = append(parts, page.Crumbs[n-1].Title)
	}
	if page.Path != "" || page.Title != p.site.Title {
		parts = append(parts, p.site.Title)
	}
	return strings.Join(slices.Compact(parts), " · ")
}

// icon is the attributes of the link to the pages' icon.
func (p *Pages) icon(root string) template.HTMLAttr {
	file, mediaType := IconOf(p.site)
	return template.HTMLAttr(`type="` + mediaType + `" href="` + template.HTMLEscapeString(root+file) + `"`)
}

// home leads to the home page. The file is named, because from file:// a
// directory's address shows a list of its files.
func home(root string) string { return root + "index.html" }

// language is the language of the page.
func language(lang string) string {
	if lang == "" {
		return "en"
	}
	return lang
}

// RightToLeft reports whether a language is written from right to left.
func RightToLeft(lang string) bool {
	primary, _, _ := strings.Cut(strings.ToLower(lang), "-")
	switch primary {
	case "ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi":
		return true
	}
	return false
}

// direction is the attribute that mirrors the workshop for such languages.
func direction(lang string) template.HTMLAttr {
	if RightToLeft(lang) {
		return ` dir="rtl"`
	}
	return ""
}
