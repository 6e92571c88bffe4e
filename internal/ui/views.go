package ui

import (
	"bytes"
	"html/template"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// The templates of the pages that a catalog has thousands of get a struct
// with one field for each thing they use. Looking up a field in an embedded
// struct takes text/template ten times as long.

type storyView struct {
	Top, Crumbs, Tags  template.HTML
	Title, Description string
	Subject, Frame     string
	Prev, Next         *Link
	Problems           []*problem.Problem
	Skipped            bool
	Toolbar            template.HTML
	Attributes         template.HTMLAttr
	PropCount          int
	Props, Source      template.HTML
	Markup             template.HTML
	Place              string
}

func (p *Pages) storyView(s *Story) *storyView {
	f := &p.fragments
	return &storyView{
		Top:         p.top(&s.Page),
		Crumbs:      f.breadcrumbs(&s.Page),
		Tags:        f.tagList(s.Tags),
		Title:       s.Title,
		Description: s.Description,
		Subject:     s.Subject.Href,
		Frame:       s.Frame,
		Prev:        s.Prev,
		Next:        s.Next,
		Problems:    s.Problems,
		Skipped:     s.Skipped,
		Toolbar:     p.toolbar,
		Attributes:  p.frameAttributes(s.Theme, s.Viewport),
		PropCount:   len(s.Props),
		Props:       f.storyTable(s.Props),
		Source:      f.codeBlocks(s.Source),
		Markup:      f.codeBlock(s.Markup),
		Place:       s.Place,
	}
}

type subjectView struct {
	Top, Crumbs, Tags  template.HTML
	Title, Description string
	ThemeSelect        template.HTML
	Problems           []*problem.Problem
	Outline            []Heading
	Prose, Props       template.HTML
	Nested             []Card
	Source             string
}

func (p *Pages) subjectView(s *Subject) *subjectView {
	f := &p.fragments
	var prose bytes.Buffer
	for _, part := range s.Parts {
		prose.WriteString(string(part.HTML))
		if part.Story != nil {
			prose.WriteString(string(p.figure(part.Story)))
		}
	}
	return &subjectView{
		Top:         p.top(&s.Page),
		Crumbs:      f.breadcrumbs(&s.Page),
		Tags:        f.tagList(s.Tags),
		Title:       s.Title,
		Description: s.Description,
		ThemeSelect: p.themeSelect,
		Problems:    s.Problems,
		Outline:     outline(s),
		Prose:       template.HTML(prose.String()),
		Props:       f.subjectTable(s.Props),
		Nested:      s.Nested,
		Source:      s.Source,
	}
}
