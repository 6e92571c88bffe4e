package build

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"path"
	"slices"
	"strings"

	"github.com/storytime-dev/storytime/internal/ui"
	"github.com/storytime-dev/storytime/pkg/check"
	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// A worker makes the pages of one subject after the other.
type worker struct {
	*site
	patient *patient
	buffer  bytes.Buffer
}

// A view is what the pages show of a story.
type view struct {
	story    *story.Story
	problems problem.List
	broken   bool // there is no HTML
	checks   []ui.Check
	document *check.Document // until the story's page is made
	source   ui.Code
	markup   ui.Code
	outcomes []check.Outcome // of which checks shows
	grids    map[*story.Matrix]grid
}

// subject makes the pages of a subject: each story alone, each story in the
// workshop, and the subject itself.
func (w *worker) subject(ctx context.Context, u *story.Subject) error {
	w.report(u.Problems...)
	views := make(map[*story.Story]*view, len(u.Stories))
	for _, st := range u.Stories {
		v, err := w.alone(ctx, st)
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.grids(ctx, v); err != nil {
			return err
		}
		w.keep(v)
		views[st] = v
	}
	for i, st := range u.Stories {
		declared := w.propsOf(u, st.Component)
		if err := w.keepForStorybook(views[st], declared); err != nil {
			return err
		}
		if err := w.storyPage(views[st], propDocs(declared), neighbour(u, i-1), neighbour(u, i+1)); err != nil {
			return err
		}
	}
	if u.Section.Lead == u && len(u.Section.Items()) > 0 {
		// Its cards count the problems of subjects that may not be made yet.
		w.mutex.Lock()
		defer w.mutex.Unlock()
		w.later = append(w.later, func() error { return (&worker{site: w.site}).subjectPage(u, views) })
		return nil
	}
	return w.subjectPage(u, views)
}

// keep takes what became of a story into the result.
func (w *worker) keep(v *view) {
	w.report(v.problems...)
	t := tally{stories: 1, checks: len(v.checks)}
	if len(v.problems) > 0 {
		t.broken = 1
	}
	for _, c := range v.checks {
		if len(c.Problems) > 0 {
			t.failed++
			w.report(c.Problems...)
		}
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.became[v.story] = t
}

func neighbour(u *story.Subject, i int) *story.Story {
	if i < 0 || i >= len(u.Stories) {
		return nil
	}
	return u.Stories[i]
}

// alone renders a story and writes its document.
func (w *worker) alone(ctx context.Context, st *story.Story) (*view, error) {
	v := &view{story: st, problems: slices.Clone(st.Problems)}
	language, source := st.Language, st.Block
	v.source = ui.Code{Title: path.Base(st.Subject.File), Lang: language, HTML: highlight(language, source)}
	for _, p := range v.problems {
		p.Stories = []string{st.Path()}
	}
	if st.Skip {
		return v, nil
	}
	var r rendered
	if len(v.problems) == 0 {
		var err error
		if r, err = w.render(ctx, st); err != nil {
			return nil, err
		}
		v.problems = r.problems
	}
	v.outcomes = r.outcomes
	for _, o := range r.outcomes {
		v.checks = append(v.checks, shownCheck(o))
	}
	out, frame := r.out, r.frame
	if len(v.problems) > 0 {
		v.broken = true
		return v, w.brokenDocument(st, v.problems)
	}
	v.document = r.document
	body := rewriteHTML(out.HTML, w.resolver(v, findInStory(w.catalog, st, out.Components), path.Dir(st.Subject.File)))
	if frame != nil {
		find := findInFile(w.catalog, w.catalog.LayoutOf(st).Name)
		resolve := w.resolver(v, find, path.Dir(w.catalog.LayoutOf(st).Name))
		frame.Before, frame.After = rewriteHTML(frame.Before, resolve), rewriteHTML(frame.After, resolve)
	}
	v.markup = ui.Code{Title: "HTML", Lang: "html", HTML: highlightMarkup(formatHTML(out.HTML))}
	w.html.Add(1)
	return v, w.write(st.Alone(), []byte(w.document(st, out, frame, body).html()))
}

func shownCheck(o check.Outcome) ui.Check {
	return ui.Check{Title: o.Title, Place: lineOf(o.At), Problems: o.Problems}
}

// resolver returns what resolves the references in a story's HTML, which are
// relative to dir.
func (w *worker) resolver(v *view, find func(string) (problem.Place, string), dir string) func(reference) string {
	c := &linkContext{dir: dir, page: v.story.Alone(), find: find, report: func(p *problem.Problem) {
		p.Stories = []string{v.story.Path()}
		v.problems = append(v.problems, p)
	}}
	return func(r reference) string { return w.links.resolve(c, r) }
}

// brokenDocument writes what stands in for a story that has no HTML.
func (w *worker) brokenDocument(st *story.Story, problems problem.List) error {
	page := w.page(st.Alone(), st.Title)
	page.Problems = problems
	return w.writePage(st.Alone(), func(b *bytes.Buffer) error { return w.pages.Broken(b, &page) })
}

func (w *worker) writePage(name string, page func(*bytes.Buffer) error) error {
	if w.doomed.Load() {
		return nil
	}
	w.buffer.Reset()
	if err := page(&w.buffer); err != nil {
		return fmt.Errorf("making the page %s: %w", name, err)
	}
	w.site.html.Add(1)
	return w.write(name, w.buffer.Bytes())
}

// page returns what all pages have.
func (s *site) page(file, title string) ui.Page {
	page := strings.TrimSuffix(file, "index.html")
	return ui.Page{
		Site: s.ui, Root: strings.Repeat("../", strings.Count(file, "/")), Path: page, Title: title,
	}
}

// crumbs lead to the page of a section, itself included.
func (s *site) crumbs(from string, section *story.Section) []ui.Link {
	var crumbs []ui.Link
	for dir := section.Dir; dir != "" && dir != "."; dir = path.Dir(dir) {
		title, found := s.titles()[dir]
		if found {
			crumbs = append(crumbs, ui.Link{Title: title, Href: relativeURL(from, path.Join(dir, "index.html"))})
		}
	}
	slices.Reverse(crumbs)
	return crumbs
}

// sectionTitles returns the title of each section, by directory. A section
// that a subject leads has the subject's.
func sectionTitles(c *story.Catalog) map[string]string {
	titles := map[string]string{}
	c.Each(func(s *story.Section) {
		titles[s.Dir] = s.Title
		if s.Lead != nil {
			titles[s.Dir] = s.Lead.Title
		}
	})
	return titles
}

// subjectCrumbs lead to the parent of a subject's page.
func (s *site) subjectCrumbs(from string, u *story.Subject) []ui.Link {
	crumbs := s.crumbs(from, u.Section)
	if u.Section.Lead == u && len(crumbs) > 0 {
		crumbs = crumbs[:len(crumbs)-1]
	}
	return crumbs
}

func (w *worker) storyPage(v *view, docs []ui.Prop, prev, next *story.Story) error {
	st, u := v.story, v.story.Subject
	file := path.Join(st.Path(), "index.html")
	subject := ui.Link{Title: u.Title, Href: relativeURL(file, path.Join(u.Path(), "index.html"))}
	page := &ui.Story{
		Page:        w.page(file, st.Title),
		Description: st.Description, Frame: relativeURL(file, st.Alone()),
		Theme: st.Theme, Viewport: st.Viewport, Skipped: st.Skip,
		Props: storyProps(st, docs), Variants: v.variants(),
		Checks:        v.checks,
		Source:        []ui.Code{v.source},
		Markup:        v.markup,
		Accessibility: v.accessibility(),
		Subject:       ui.Link{Title: u.Title, Href: subject.Href + "#" + fragmentURL(st.Anchor())},
		Prev:          storyLink(file, prev), Next: storyLink(file, next),
		Place: lineOf(st.At),
	}
	v.document = nil
	page.Tags = st.AllTags()
	page.Crumbs = append(w.subjectCrumbs(file, u), subject)
	page.Problems = v.problems
	if code, ok := w.componentSource(st); ok {
		if u.Implicit {
			page.Source = nil // its block is empty
		}
		page.Source = append(page.Source, code)
	}
	return w.writePage(file, func(b *bytes.Buffer) error { return w.pages.Story(b, page) })
}

// lineOf returns a place without its column.
func lineOf(at problem.Place) string { return problem.Place{File: at.File, Line: at.Line}.String() }

func storyLink(from string, st *story.Story) *ui.Link {
	if st == nil {
		return nil
	}
	return &ui.Link{Title: st.Title, Href: relativeURL(from, path.Join(st.Path(), "index.html"))}
}

// componentSource returns the source of the component of a yaml story.
func (w *worker) componentSource(st *story.Story) (ui.Code, bool) {
	switch {
	case st.Language != "yaml" || st.Component.Name == "":
		return ui.Code{}, false
	case story.IsGo(st.Component.Name):
		return w.goSource(st)
	}
	file, _ := story.ComponentPath(path.Dir(st.Subject.File), st.Component.Name)
	if !w.catalog.Files[file] {
		return ui.Code{}, false
	}
	return w.highlighted(file, "html"), true
}

// highlighted returns a file of the catalog with its words in colour.
func (w *worker) highlighted(file, language string) ui.Code {
	code, found := w.sources.Load(file)
	if !found {
		code = highlight(language, story.ReadSource(w.catalog.FS, file).Text)
		w.sources.Store(file, code)
	}
	return ui.Code{Title: file, Lang: language, HTML: code.(template.HTML)}
}

// storyProps documents the component's props with the values that a story
// gives them. What it gives and nothing documents comes last.
func storyProps(st *story.Story, docs []ui.Prop) []ui.Prop {
	given, _ := st.Props.Data.(story.Map)
	props := slices.Clone(docs)
	if st.Subject.Props != nil && len(st.Subject.Components) > 0 && st.Component.Name != st.Subject.Components[0].Name {
		props = nil // it is another component's story
	}
	places := make(map[string]int, len(props)) // Go's names may be written in several ways
	for i := range props {
		places[foldName(props[i].Name)] = i
	}
	for _, f := range given {
		if i, found := places[foldName(f.Name)]; found {
			props[i].Value, props[i].Given = f.Value.String(), true
		} else {
			props = append(props, ui.Prop{Name: f.Name, Value: f.Value.String(), Given: true})
		}
	}
	if st.Children.Data != nil {
		props = append(props, ui.Prop{Name: "children", Value: st.Children.String(), Given: true})
	}
	return props
}

// foldName makes one of all ways to write a name.
func foldName(name string) string {
	return strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(name, "-", ""), "_", ""))
}

// propDocs documents what a component takes.
func propDocs(props story.Props) []ui.Prop {
	docs := make([]ui.Prop, 0, len(props))
	for _, p := range props {
		doc := ui.Prop{Name: p.Name, Type: string(p.Type), Required: p.Required, Description: p.Doc}
		if p.Default != nil {
			doc.Default = p.Default.String()
		}
		for _, o := range p.Options {
			doc.Options = append(doc.Options, o.String())
		}
		docs = append(docs, doc)
	}
	return docs
}

// tables document what the components of a subject take.
func (w *worker) tables(u *story.Subject) []ui.Table {
	if len(u.Components) == 0 && u.Props != nil {
		return []ui.Table{{Props: propDocs(u.Props)}}
	}
	var tables []ui.Table
	for i, ref := range u.Components {
		if i > 0 && !slices.ContainsFunc(u.Stories, func(st *story.Story) bool { return st.Component.Name == ref.Name }) {
			w.report(w.unknownGo(u, ref)...) // no story does
		}
		if props := w.propsOf(u, ref); len(props) > 0 {
			tables = append(tables, ui.Table{Component: ref.Name, Props: propDocs(props)})
		}
	}
	return tables
}

func (w *worker) subjectPage(u *story.Subject, views map[*story.Story]*view) error {
	file := path.Join(u.Path(), "index.html")
	page := &ui.Subject{
		Page:        w.page(file, u.Title),
		Description: w.describe(u), Tables: w.tables(u), Source: u.File,
	}
	page.Tags, page.Crumbs = u.Tags, w.subjectCrumbs(file, u)
	inline := func(st *story.Story) *ui.Inline {
		v := views[st]
		return &ui.Inline{
			ID: st.Anchor(), Link: *storyLink(file, st), Description: st.Description,
			Frame: relativeURL(file, st.Alone()), Theme: st.Theme, Viewport: st.Viewport,
			Tags: st.Tags, Source: v.source, Problems: v.problems, Skipped: st.Skip,
			Failed: w.tallyOf(st).failed,
		}
	}
	var proseProblems problem.List
	doc := u.Prose.Parse()
	w.keepSearchText(u, searchText(doc, u.Prose.Source))
	gridOf := func(m *story.Matrix) *ui.Grid { return w.shownGrid(file, m, views[m.Story]) }
	place := func(offset int) (ui.Part, bool) {
		if st := u.Prose.Stories[offset]; st != nil {
			return ui.Part{Story: inline(st)}, true
		}
		if m := u.Prose.Matrices[offset]; m != nil {
			return ui.Part{Grid: gridOf(m)}, true
		}
		return ui.Part{}, u.Prose.Checks[offset]
	}
	parts, err := w.prose.render(doc, u.Prose, file, w.links, place, func(p *problem.Problem) {
		proseProblems = append(proseProblems, p)
	})
	if err != nil {
		return err
	}
	w.report(proseProblems...)
	page.Problems = append(slices.Clone(u.Problems), proseProblems...)
	page.Parts = parts
	if u.Implicit {
		for _, st := range u.Stories {
			page.Parts = append(page.Parts, ui.Part{Story: inline(st)})
		}
	}
	for _, h := range u.Prose.Headings {
		if h.Level == 2 || h.Level == 3 {
			page.Contents = append(page.Contents, ui.Heading{Level: h.Level, ID: h.ID, Title: h.Title})
		}
	}
	if u.Matrix != nil {
		page.Grid = gridOf(u.Matrix)
	}
	if u.Section.Lead == u {
		for _, item := range u.Section.Items() {
			if item.Subject != nil {
				page.Nested = append(page.Nested, w.subjectCard(file, item.Subject))
			} else {
				page.Nested = append(page.Nested, w.sectionCard(file, item.Section))
			}
		}
	}
	return w.writePage(file, func(b *bytes.Buffer) error { return w.pages.Subject(b, page) })
}
