package build

import (
	"bytes"
	"cmp"
	"fmt"
	"html"
	"html/template"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"

	"github.com/storytime-dev/storytime/internal/ui"
	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// overview makes the pages that show what is in the catalog: home, sections,
// the page for addresses that lead nowhere, and the workshop's own files with
// the navigation and the search index, and what Storybook's clients load.
func (s *site) overview() error {
	w := &worker{site: s}
	var err error
	s.catalog.Each(func(c *story.Section) {
		if err == nil {
			err = w.sectionPage(c)
		}
	})
	if err != nil {
		return err
	}
	// GitHub Pages leaves out directories that begin with an underscore, unless
	// it is told that the site needs no Jekyll.
	if err := s.write(".nojekyll", nil); err != nil {
		return err
	}
	notFound := s.page("404.html", "Page not found")
	if err := w.writePage("404.html", func(b *bytes.Buffer) error { return s.pages.NotFound(b, &notFound) }); err != nil {
		return err
	}
	index := searchIndex{site: s}
	index.section(s.catalog.Root, nil)
	for _, f := range ui.Files(s.ui, s.nodes(s.catalog.Root), index.entries) {
		if err := s.write(f.Path, f.Data); err != nil {
			return err
		}
	}
	return w.writeStorybook()
}

// brandFile is where a file of the brand's is in the site.
func brandFile(r story.Ref) string {
	if r.Name == "" {
		return ""
	}
	file, _ := story.ComponentPath("", r.Name)
	return (&url.URL{Path: file}).EscapedPath()
}

// checkBrand reports files of the brand's that aren't there; those that are
// will be copied.
func (s *site) checkBrand() {
	for _, r := range s.catalog.Brand.Files() {
		if s.catalog.Files[s.ownFile(r.Name)] {
			continue
		}
		var images []string
		for file := range s.catalog.Files {
			if path.Ext(file) == path.Ext(r.Name) {
				images = append(images, file)
			}
		}
		slices.Sort(images)
		s.report(&problem.Problem{
			Kind: problem.File, File: story.ConfigFile, Line: r.At.Line, Column: r.At.Column, Length: utf8.RuneCountInString(r.Name),
			Message: fmt.Sprintf("there is no file %q", r.Name),
			Hint:    cmp.Or(problem.DidYouMean(r.Name, images), "create it, or correct the name; it is relative to the catalog's root"),
		})
	}
}

// uiSite returns the settings that the pages show.
func uiSite(c *story.Catalog) *ui.Site {
	site := &ui.Site{Title: c.Title, Description: c.Description, Lang: c.Lang}
	for _, t := range c.Themes {
		theme := ui.Theme{Name: t.Name}
		for _, a := range t.Attributes {
			theme.Attributes = append(theme.Attributes, ui.Attribute(a))
		}
		site.Themes = append(site.Themes, theme)
	}
	for _, v := range c.Viewports {
		site.Viewports = append(site.Viewports, ui.Viewport(v))
	}
	for _, b := range c.Backgrounds {
		site.Backgrounds = append(site.Backgrounds, ui.Background(b))
	}
	b := c.Brand
	site.Brand = ui.Brand{Accent: b.Accent, Footer: b.Footer,
		Logo: brandFile(b.Logo), DarkLogo: brandFile(b.DarkLogo), Favicon: brandFile(b.Favicon), Style: brandFile(b.Style)}
	for _, l := range b.Links {
		site.Brand.Links = append(site.Brand.Links, ui.Link{Title: l.Title, Href: l.Href})
	}
	return site
}

// sectionPage makes the page of a section, home among them, unless a subject
// has its address.
func (w *worker) sectionPage(c *story.Section) error {
	w.report(c.Problems...)
	if c.Lead != nil || c.NoPage {
		return nil
	}
	file := path.Join(c.Path(), "index.html")
	page := &ui.Listing{Page: w.page(file, c.Title), Description: c.Description, Tally: w.sectionTally(c).shown()}
	if c.Dir != "" {
		page.Crumbs = w.crumbs(file, c)
		page.Crumbs = page.Crumbs[:len(page.Crumbs)-1]
	} else {
		page.Description = w.catalog.Description
	}
	problems := c.Problems[:len(c.Problems):len(c.Problems)]
	parts, err := w.prose.render(c.Prose.Parse(), c.Prose, file, w.links, nil, func(p *problem.Problem) {
		problems = append(problems, p)
		w.report(p)
	})
	if err != nil {
		return err
	}
	page.Problems = problems
	for _, p := range parts {
		page.Prose += p.HTML
	}
	for _, item := range c.Items() {
		child := item.Section
		switch {
		case child == nil:
			page.Subjects = append(page.Subjects, w.subjectCard(file, item.Subject))
		case child.Lead != nil && len(child.Items()) == 0:
			page.Subjects = append(page.Subjects, w.subjectCard(file, child.Lead))
		default:
			page.Sections = append(page.Sections, w.sectionCard(file, child))
		}
	}
	if c.Dir == "" { // all of its stories would be those of the catalog
		return w.writePage(file, func(b *bytes.Buffer) error { return w.pages.Home(b, page) })
	}
	if page.Stories > 0 {
		page.All = allStories
		if err := w.allStories(c); err != nil {
			return err
		}
	}
	return w.writePage(file, func(b *bytes.Buffer) error { return w.pages.Section(b, page) })
}

// allStories is the page of a section with each story in it, to review or to
// print.
const allStories = "all-stories.html"

func (w *worker) allStories(c *story.Section) error {
	file := path.Join(c.Path(), allStories)
	page := &ui.Subject{Page: w.page(file, w.pages.Say("All stories")), Description: w.pages.Say("Every story of {}, one below the other.", c.Title)}
	page.Crumbs = w.crumbs(file, c)
	var add func(c *story.Section)
	add = func(c *story.Section) {
		for _, u := range c.AllSubjects() {
			id := "st-" + story.Slug(u.Path())
			page.Contents = append(page.Contents, ui.Heading{Level: 2, ID: id, Title: u.Title})
			page.Parts = append(page.Parts, ui.Part{HTML: template.HTML(fmt.Sprintf("<h2 id=\"%s\">%s</h2>\n", html.EscapeString(id), html.EscapeString(u.Title)))})
			for _, st := range u.Stories {
				page.Parts = append(page.Parts, ui.Part{Story: &ui.Inline{
					Link: *storyLink(file, st), Description: st.Description, Frame: relativeURL(file, st.Alone()),
					Theme: st.Theme, Viewport: st.Viewport, Tags: st.Tags, Skipped: st.Skip, Failed: w.tallyOf(st).failed,
				}})
			}
		}
		for _, child := range c.Sections {
			add(child)
		}
	}
	add(c)
	return w.writePage(file, func(b *bytes.Buffer) error { return w.pages.Subject(b, page) })
}

// A tally counts stories, those with problems, what was checked, and what of
// that failed.
type tally struct{ stories, broken, checks, failed int }

func (t *tally) add(other tally) {
	t.stories += other.stories
	t.broken += other.broken
	t.checks += other.checks
	t.failed += other.failed
}

func (t tally) shown() ui.Tally {
	return ui.Tally{Stories: t.stories, Broken: t.broken, Checks: t.checks, Failed: t.failed}
}

// sectionTally counts what is in a section, at any depth.
func (s *site) sectionTally(c *story.Section) tally {
	var t tally
	for _, u := range c.AllSubjects() {
		t.add(s.subjectTally(u))
	}
	for _, child := range c.Sections {
		t.add(s.sectionTally(child))
	}
	return t
}

func (s *site) subjectTally(u *story.Subject) tally {
	var t tally
	for _, st := range u.Stories {
		t.add(s.tallyOf(st))
	}
	return t
}

func (s *site) tallyOf(st *story.Story) tally {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.became[st]
}

func (s *site) subjectCard(from string, u *story.Subject) ui.Card {
	card := ui.Card{
		Link:        ui.Link{Title: u.Title, Href: relativeURL(from, path.Join(u.Path(), "index.html"))},
		Description: u.Description, Tags: u.Tags,
		Tally: s.subjectTally(u).shown(),
	}
	if st := shownStory(u); st != nil {
		card.Frame, card.FrameTitle = relativeURL(from, st.Alone()), u.Title+": "+st.Title
	}
	return card
}

func (s *site) sectionCard(from string, c *story.Section) ui.Card {
	card := ui.Card{
		Link:        ui.Link{Title: s.titles()[c.Dir], Href: relativeURL(from, path.Join(c.Path(), "index.html"))},
		Description: c.Description,
		Tally:       s.sectionTally(c).shown(),
	}
	if c.Lead != nil {
		card.Description, card.Tags = c.Lead.Description, c.Lead.Tags
	}
	if st := firstStory(c); st != nil {
		card.Frame, card.FrameTitle = relativeURL(from, st.Alone()), st.Subject.Title+": "+st.Title
	}
	return card
}

// shownStory returns the story that stands for a subject: its first that is
// shown.
func shownStory(u *story.Subject) *story.Story {
	for _, st := range u.Stories {
		if !st.Skip {
			return st
		}
	}
	return nil
}

func firstStory(c *story.Section) *story.Story {
	for _, u := range c.AllSubjects() {
		if st := shownStory(u); st != nil {
			return st
		}
	}
	for _, child := range c.Sections {
		if st := firstStory(child); st != nil {
			return st
		}
	}
	return nil
}

// nodes returns what stands below a section in the navigation.
func (s *site) nodes(c *story.Section) []*ui.Node {
	var nodes []*ui.Node
	for _, item := range c.Items() {
		if item.Subject != nil {
			nodes = append(nodes, s.subjectNode(item.Subject))
		} else {
			nodes = append(nodes, s.sectionNode(item.Section))
		}
	}
	return nodes
}

// sectionNode is a section's place in the navigation; a section that a
// subject leads is the subject, with what else is in the section below it.
func (s *site) sectionNode(c *story.Section) *ui.Node {
	if c.Lead == nil {
		return &ui.Node{Kind: ui.KindSection, Title: c.Title, Href: pathURL(path.Join(c.Path(), "index.html")), Children: s.nodes(c)}
	}
	node := s.subjectNode(c.Lead)
	node.Children = append(node.Children, s.nodes(c)...)
	return node
}

func (s *site) subjectNode(u *story.Subject) *ui.Node {
	node := &ui.Node{
		Kind: ui.KindSubject, Title: u.Title, Href: pathURL(path.Join(u.Path(), "index.html")),
		Tags: u.Tags, Broken: len(u.Problems) > 0,
	}
	for _, st := range u.Stories {
		t := s.tallyOf(st)
		node.Children = append(node.Children, &ui.Node{
			Kind: ui.KindStory, Title: st.Title, Href: pathURL(path.Join(st.Path(), "index.html")),
			Tags: st.Tags, Broken: t.broken > 0, Failed: t.failed,
		})
	}
	return node
}

// A searchIndex gathers what a search can find.
type searchIndex struct {
	*site
	entries []ui.Entry
}

// maxSearchText is how much of a text the index keeps, in bytes.
const maxSearchText = 2000

func (x *searchIndex) section(c *story.Section, trail []string) {
	if c.Lead == nil {
		x.entries = append(x.entries, ui.Entry{
			Kind: ui.KindSection, Title: c.Title, Path: strings.Join(trail, " › "),
			Href: pathURL(path.Join(c.Path(), "index.html")), Description: c.Description, Text: searchText(c.Prose.Parse(), c.Prose.Source),
		})
	}
	below := trail
	if c.Dir != "" {
		below = append(trail[:len(trail):len(trail)], x.titles()[c.Dir])
	}
	for _, u := range c.AllSubjects() {
		if u == c.Lead {
			x.subject(u, trail)
		} else {
			x.subject(u, below)
		}
	}
	for _, child := range c.Sections {
		x.section(child, below)
	}
}

func (x *searchIndex) subject(u *story.Subject, trail []string) {
	x.entries = append(x.entries, ui.Entry{
		Kind: ui.KindSubject, Title: u.Title, Path: strings.Join(trail, " › "),
		Href:        pathURL(path.Join(u.Path(), "index.html")),
		Description: u.Description, Tags: u.Tags, Text: x.searchTexts[u],
	})
	where := strings.Join(append(trail[:len(trail):len(trail)], u.Title), " › ")
	for _, st := range u.Stories {
		x.entries = append(x.entries, ui.Entry{
			Kind: ui.KindStory, Title: st.Title, Path: where,
			Href: pathURL(path.Join(st.Path(), "index.html")), Description: st.Description, Tags: st.Tags,
		})
	}
}

// keepSearchText remembers the text of a subject for the index.
func (s *site) keepSearchText(u *story.Subject, text string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.searchTexts[u] = text
}

// searchText returns the plain text of a prose, headings left out: those are
// the titles of stories mostly.
func searchText(doc ast.Node, source []byte) string {
	var b strings.Builder
	for n := doc.FirstChild(); n != nil && b.Len() < maxSearchText; n = n.NextSibling() {
		if n.Kind() == ast.KindHeading {
			continue
		}
		if text := story.Text(n, source); text != "" {
			b.WriteString(text)
			b.WriteByte(' ')
		}
	}
	text := b.String()
	if len(text) > maxSearchText {
		text = strings.ToValidUTF8(text[:maxSearchText], "")
	}
	return strings.TrimSpace(text)
}
