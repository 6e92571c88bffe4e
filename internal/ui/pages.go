package ui

import (
	"bytes"
	"html/template"
	"io"
	"sync"
)

// Pages writes the pages of one site. It is safe for concurrent use.
type Pages struct {
	site      *Site
	words     words
	templates *template.Template
	version   string
	mark      string // see stencil

	// What stands on many pages is prepared once, or as far as it goes.
	fragments     fragments
	story         storyStencils
	subject       subjectStencils
	checks        checkStencils
	accessibility accessibilityStencils
	themeAttrs    map[string]template.HTML
	viewportAttrs map[string]template.HTML

	tops sync.Map // from a page's Root to the stencil of its top
}

// New returns what writes the pages of a site. The site's settings are taken
// as they are now.
func New(site *Site) *Pages {
	w := wordsIn(site.Lang)
	p := &Pages{site: site, words: w, version: version(site.Brand.Accent, w), mark: markFor(site)}
	p.templates = template.Must(template.New("ui").Funcs(template.FuncMap{
		"t":       w.say,
		"count":   w.count,
		"excerpt": excerpt,
		"tags":    p.fragments.tagList,
	}).ParseFS(embedded, "*/*.html"))
	p.fragments = p.newFragments()
	p.story = p.storyStencils()
	p.subject = p.subjectStencils()
	p.checks = p.checkStencils()
	p.accessibility = p.accessibilityStencils()
	p.nameFrameAttributes()
	return p
}

// Say returns one of the workshop's own texts in the language of the site, with
// what stands in the places of "{}".
func (p *Pages) Say(english string, args ...string) string { return p.words.say(english, args...) }

// fragment executes a template that becomes part of a page.
func (p *Pages) fragment(name string, data any) template.HTML {
	var b bytes.Buffer
	if err := p.templates.ExecuteTemplate(&b, name, data); err != nil {
		panic(err) // bytes.Buffer does not fail, and the templates are ours
	}
	return template.HTML(b.String())
}

// Home writes the page at the root of the site.
func (p *Pages) Home(w io.Writer, l *Listing) error { return p.listing(w, l) }

// Section writes the page of a section.
func (p *Pages) Section(w io.Writer, l *Listing) error { return p.listing(w, l) }

func (p *Pages) listing(w io.Writer, l *Listing) error {
	home := l.Path == ""
	return p.templates.ExecuteTemplate(w, "listing", struct {
		Top, Crumbs        template.HTML
		Page               *Page
		Listing            *Listing
		Sections, Subjects []Card
		Empty              bool
	}{
		Top:      p.top(&l.Page),
		Crumbs:   p.fragments.breadcrumbs(&l.Page),
		Page:     &l.Page,
		Listing:  l,
		Sections: brokenFirst(l.Sections),
		Subjects: brokenFirst(l.Subjects),
		Empty:    home && l.Stories == 0 && len(l.Sections)+len(l.Subjects) == 0,
	})
}

// NotFound writes the page for addresses that lead nowhere. A server answers
// with it at any depth, so it loads nothing.
func (p *Pages) NotFound(w io.Writer, page *Page) error {
	return p.templates.ExecuteTemplate(w, "notfound", p.bare(page))
}

// Broken writes the document that stands in for a story with problems, where
// the story alone would be.
func (p *Pages) Broken(w io.Writer, page *Page) error {
	return p.templates.ExecuteTemplate(w, "broken", p.bare(page))
}

// bare is what pages without the shell are made from.
func (p *Pages) bare(page *Page) any {
	return struct {
		*Page
		Site    *Site
		Lang    string
		Dir     template.HTMLAttr
		Icon    template.HTMLAttr
		Version string
	}{page, p.site, language(p.site.Lang), direction(p.site.Lang), p.icon(page.Root), p.version}
}
