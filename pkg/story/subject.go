package story

import (
	"fmt"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// Suffix is how the name of a subject's Markdown file ends.
const Suffix = ".stories.md"

var subjectKeys = []string{"title", "component", "description", "order", "tags", "props", "slug", "lint", "imports", "matrix"}

// A subjectReader reads the files of one catalog.
type subjectReader struct {
	config   *Config
	rules    lintReader
	fixtures *fixtures
	// exists says whether the catalog has a file, hasGo whether a directory
	// has Go.
	exists func(name string) bool
	hasGo  func(dir string) bool
}

// read parses a subject's file. It always returns a subject, with as much in
// it as could be understood.
func (r *subjectReader) read(src *Source) *Subject {
	s := &Subject{File: src.Name}
	name := strings.TrimSuffix(path.Base(src.Name), Suffix)
	front, body := r.frontMatter(src)
	f := newFields(src, front, "front matter", subjectKeys)
	s.Title, s.Description = f.text("title"), f.text("description")
	s.Order, s.Tags = f.order("order"), f.texts("tags")
	s.Components = f.refs("component")
	s.Props = readProps(src, f.object("props"))
	s.Slug = r.slug(src, f.ref("slug"), name)
	s.Lint = r.rules.lint(f, r.config.Lint)
	s.Imports = readImports(f)
	if s.Title == "" {
		s.Title = titleFromName(name)
	}
	for _, ending := range r.config.endings() {
		if len(s.Components) == 0 && r.exists(path.Join(path.Dir(src.Name), name+ending)) {
			s.Components = []Ref{{Name: name + ending}}
		}
	}
	if len(s.Components) == 0 && r.hasGo(path.Dir(src.Name)) {
		s.Components = []Ref{{Name: GoNameOf(name)}}
	}
	prose, doc := newProse(src, body)
	s.Prose = prose
	b := blockReader{subjectReader: r, subject: s, src: src, body: body}
	b.readBlocks(doc)
	matrices := matrixReader{subjectReader: r, subject: s, src: src}
	for _, m := range b.matrices {
		d := decoder{src: src, line: m.block.start.Line - 1, column: m.block.start.Column - 1}
		v, _ := d.decode(m.block.text)
		if s.Prose.Matrices == nil {
			s.Prose.Matrices = map[int]*Matrix{}
		}
		if read := matrices.matrix(v, m.block.fence); read != nil { // else it is shown as code
			s.Prose.Matrices[m.offset] = read
		}
	}
	if v, found := f.get("matrix"); found {
		field, _ := f.all.Get("matrix")
		s.Matrix = matrices.matrix(v, field.At)
	}
	if len(s.Stories) == 0 && len(src.Problems) == 0 {
		src.Report(problem.Story, src.Place(body), 1, "the file has no story",
			"add a fenced block that begins with ```yaml story")
	}
	s.Problems, s.Reads = src.Problems, src.Reads
	return s
}

// slug takes the address that is written, or makes one from a title or name.
func (r *subjectReader) slug(src *Source, given Ref, title string) string {
	slug := Slug(title)
	if given.Name == "" {
		return slug
	}
	if want := Slug(given.Name); want != given.Name {
		hint := "use letters, digits and hyphens"
		if want != "" {
			hint = fmt.Sprintf("write `slug: %s`", want)
		}
		src.Report(problem.Address, given.At, utf8.RuneCountInString(given.Name),
			fmt.Sprintf("%q can't be an address", given.Name), hint)
		return slug
	}
	return given.Name
}

// frontMatter reads the YAML between --- lines at the top of a file, and
// returns where the rest begins.
func (r *subjectReader) frontMatter(src *Source) (Value, int) {
	first, rest, found := strings.Cut(src.Text, "\n")
	if !found || strings.TrimRight(first, " \t\r") != "---" {
		return Value{}, 0
	}
	start := len(src.Text) - len(rest)
	for offset := start; offset < len(src.Text); {
		line, _, _ := strings.Cut(src.Text[offset:], "\n")
		end := min(offset+len(line)+1, len(src.Text))
		if mark := strings.TrimRight(line, " \t\r"); mark == "---" || mark == "..." {
			d := decoder{src: src, line: 1}
			v, _ := d.decode(src.Text[start:offset])
			return v, end
		}
		offset = end
	}
	src.Report(problem.YAML, problem.Place{Line: 1, Column: 1}, 3, "the front matter has no end",
		"close it with a line `---`")
	return Value{}, len(src.Text)
}

// Anchor is the ID of the story's figure in its subject's page. A heading's
// anchor can't have a colon, so the two never meet.
func (s *Story) Anchor() string { return "story:" + s.Slug }

// indexKeys are the front matter of a section's index.md.
var indexKeys = []string{"title", "order", "description"}

// readIndex reads the index.md of a section into it.
func (r *subjectReader) readIndex(src *Source, s *Section) {
	front, body := r.frontMatter(src)
	f := newFields(src, front, "the front matter of index.md", indexKeys)
	if title := f.text("title"); title != "" {
		s.Title = title
	}
	s.Description, s.Order = f.text("description"), f.order("order")
	s.Prose, _ = newProse(src, body)
	s.Problems = src.Problems
}
