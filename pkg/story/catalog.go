// Package story says what a catalog is, and reads one.
//
// A catalog is a directory tree: sections are its directories, subjects its
// Markdown files named X.stories.md (or components without one), and stories
// the fenced blocks in these whose info string has the word "story". Read
// takes an fs.FS and returns a *Catalog together with everything that is
// wrong in it; it keeps nothing, so that the next Read sees the files anew.
//
// The package knows nothing of HTML pages, renderers or processes. What it
// settles is the format: which files count, what their settings mean, which
// address each thing has, and where in which file each of them was written,
// so that whoever finds a mistake later can point to its line and column.
//
// All paths are relative to the catalog's root and use forward slashes.
package story

import (
	"bytes"
	"io/fs"
	"slices"
	"unicode/utf8"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// A Catalog is what one Read found.
type Catalog struct {
	Config
	// Root is the section that the catalog's directory is.
	Root *Section
	// FS is what the catalog was read from.
	FS fs.FS
	// Files are the regular files of the catalog that are neither hidden nor
	// ignored, including those below static/.
	Files map[string]bool
	// Dirs are the directories that hold them.
	Dirs map[string]bool
	// TemplateSet is the files that `templates:` names, in a stable order.
	TemplateSet []TemplateFile
	// Goldens are the files that stories are compared with, sorted, among them
	// those that no story has any more.
	Goldens []string

	lintRules []string
	goDirs    map[string]bool // that have Go in them
}

// A Section is a directory with subjects or sections in it, or with an
// index.md.
type Section struct {
	Dir         string // "" for the root
	Title       string
	Description string
	Order       Order
	// Prose is the text of its index.md, if it has one.
	Prose Prose
	// Lead is the subject that bears the directory's name and therefore takes
	// its address: forms/button/button.stories.md is forms/button/.
	Lead *Subject
	// Sections and Subjects are what stands directly in it, each in the order
	// they are shown in, Lead left out.
	Sections []*Section
	Subjects []*Subject
	// NoPage says that something else has its address.
	NoPage bool
	// Problems are those of its index.md.
	Problems problem.List
}

// A Subject is one Markdown file with its stories, or a component that has
// none.
type Subject struct {
	Section *Section
	// File is the Markdown file; of an Implicit subject, the component.
	File string
	// Implicit says that no file was written for this subject: it shows a
	// component as it is.
	Implicit    bool
	Slug        string
	Title       string
	Description string
	Order       Order
	Tags        []string
	Lint        Lint
	// Components are those that it is about; the first is the default of its
	// stories.
	Components []Ref
	// Props are what its component takes, as far as the front matter says so.
	Props   Props
	Prose   Prose
	Stories []*Story
	// Matrix is what the front matter says to show after the prose, if anything.
	Matrix *Matrix
	// Imports are Go packages that its stories name.
	Imports []Import
	// Reads are the files that its props are taken from.
	Reads []string
	// Problems are those of the file that stop no single story.
	Problems problem.List

	leads bool // it bears the name of its directory
	path  string
}

// A Story is one state of a component.
type Story struct {
	Subject     *Subject
	Title       string
	Description string
	Slug        string
	Tags        []string
	// Language is the first word of the block's info string.
	Language string
	// Body is the block without its settings: the template of an html story,
	// nothing for a yaml story. BodyAt is where it begins.
	Body   string
	BodyAt problem.Place
	// Block is the whole block, At where its fence stands.
	Block string
	At    problem.Place

	Component Ref
	Props     Value
	Children  Value
	Layout    Ref
	Theme     string
	Viewport  string
	Checks    []Value
	Lint      Lint
	Skip      bool
	// Variant says which one of a matrix it is; "" for the story itself.
	Variant string
	// SkipReason is what `skip:` says when it is text.
	SkipReason string

	// Problems stop this story, and only it.
	Problems problem.List

	path, alone string
}

// A Ref names something, at a place.
type Ref struct {
	Name string
	At   problem.Place
}

// An Order is the place among siblings that its author gave something. Those
// with one come first, the rest follows by title.
type Order struct {
	Value float64
	Given bool
}

// Prose is Markdown: the text of a file after its front matter.
//
// It doesn't keep its syntax tree. The trees of a large catalog would be most
// of its memory, and to parse a text again costs less than to have the
// collector look at its tree a few times.
type Prose struct {
	File     string
	Source   []byte
	Line     int // how many lines of the file come before Source
	Headings []Heading
	// Stories are those that stand in it, by the offset of their info string.
	Stories map[int]*Story
	// Matrices are those that stand in it, likewise.
	Matrices map[int]*Matrix
	// Checks are the offsets of the blocks that have checks and aren't shown.
	Checks map[int]bool
}

// Empty reports whether there is nothing to read in it.
func (p Prose) Empty() bool { return len(bytes.TrimSpace(p.Source)) == 0 }

// Place returns where an offset of the prose is in its file.
func (p Prose) Place(offset int) problem.Place {
	before := p.Source[:max(0, min(offset, len(p.Source)))]
	line := bytes.LastIndexByte(before, '\n') + 1
	return problem.Place{
		File:   p.File,
		Line:   p.Line + bytes.Count(before, []byte("\n")) + 1,
		Column: utf8.RuneCount(before[line:]) + 1,
	}
}

// A Heading is a heading of the prose. ID is its anchor.
type Heading struct {
	Level     int
	ID, Title string
}

// A TemplateFile is a file that `templates:` names: FS is the directory that
// was opened for it, Path its path in there, and Name its path from the
// catalog's root, which may begin with "../".
type TemplateFile struct {
	FS   fs.FS
	Path string
	Name string
}

// Each calls f for every section of the catalog, parents first.
func (c *Catalog) Each(f func(*Section)) { c.Root.each(f) }

func (s *Section) each(f func(*Section)) {
	f(s)
	for _, child := range s.Sections {
		child.each(f)
	}
}

// AllSubjects returns the subject that leads the section, if any, and those
// that stand in it.
func (s *Section) AllSubjects() []*Subject {
	if s.Lead == nil {
		return s.Subjects
	}
	return append([]*Subject{s.Lead}, s.Subjects...)
}

// An Item is a section or a subject: one of the two is nil.
type Item struct {
	Section *Section
	Subject *Subject
}

// Items returns the sections and subjects that stand directly in the section,
// Lead left out, in the one order that they are shown in.
func (s *Section) Items() []Item {
	items := make([]Item, 0, len(s.Sections)+len(s.Subjects))
	subjects := s.Subjects
	for _, child := range s.Sections {
		for len(subjects) > 0 && subjectFirst(subjects[0], child) {
			items = append(items, Item{Subject: subjects[0]})
			subjects = subjects[1:]
		}
		items = append(items, Item{Section: child})
	}
	for _, u := range subjects {
		items = append(items, Item{Subject: u})
	}
	return items
}

// Subjects returns all subjects of the catalog, in the order they are shown.
func (c *Catalog) Subjects() []*Subject { return c.Root.appendSubjects(nil) }

func (s *Section) appendSubjects(all []*Subject) []*Subject {
	if s.Lead != nil {
		all = append(all, s.Lead)
	}
	for _, item := range s.Items() {
		if item.Subject != nil {
			all = append(all, item.Subject)
		} else {
			all = item.Section.appendSubjects(all)
		}
	}
	return all
}

// AllTags returns the tags of the story's subject and then its own.
func (s *Story) AllTags() []string {
	all := slices.Clone(s.Subject.Tags)
	for _, t := range s.Tags {
		if !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	return all
}

// CountStories returns how many stories the section has, at any depth.
func (s *Section) CountStories() int {
	n := 0
	s.each(func(s *Section) {
		for _, u := range s.AllSubjects() {
			n += len(u.Stories)
		}
	})
	return n
}
