package build

import (
	"bytes"
	"html"
	"net/url"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// HTML that has been rendered doesn't say which line of which file wrote it.
// The functions here look for a reference in the sources that took part; it
// stands there literally nearly always, or without the escapes that Markdown
// and html/template put into it.

// forms are the ways in which the author of a reference may have written it.
func forms(ref string) []string {
	all := []string{ref}
	if plain, err := url.PathUnescape(ref); err == nil && plain != ref {
		all = append(all, plain)
	}
	if escaped := html.EscapeString(ref); escaped != ref {
		all = append(all, escaped)
	}
	return all
}

// findInProse returns a function that finds where Markdown refers to
// something. Asked for the same reference again it finds the next place.
func findInProse(prose story.Prose) func(ref string) (problem.Place, string) {
	next := map[string]int{}
	return func(ref string) (problem.Place, string) {
		for _, form := range forms(ref) {
			from := next[form]
			for _, before := range []string{"](", "](<", "]: ", `="`, ""} {
				if i := bytes.Index(prose.Source[from:], []byte(before+form)); i >= 0 {
					offset := from + i + len(before)
					next[form] = offset + 1
					return prose.Place(offset), form
				}
			}
		}
		return prose.Place(0), ref
	}
}

// findInStory returns a function that finds where a story's HTML got a
// reference from: its block, its components, or, if it was put together, the
// story as a whole.
func findInStory(c *story.Catalog, s *story.Story, components []string) func(ref string) (problem.Place, string) {
	return func(ref string) (problem.Place, string) {
		for _, form := range forms(ref) {
			if i := strings.Index(s.Block, form); i >= 0 {
				before := s.Block[:i]
				at := problem.Place{File: s.Subject.File, Line: s.At.Line + 1 + strings.Count(before, "\n")}
				line := before[strings.LastIndexByte(before, '\n')+1:]
				at.Column = utf8.RuneCountInString(line) + s.BodyAt.Column
				return at, form
			}
			for _, file := range components {
				src := story.ReadSource(c.FS, file)
				if i := strings.Index(src.Text, form); i >= 0 {
					return src.Place(i), form
				}
			}
		}
		return s.At, ref
	}
}

// findInFile returns a function that finds a reference in one file.
func findInFile(c *story.Catalog, file string) func(ref string) (problem.Place, string) {
	return func(ref string) (problem.Place, string) {
		src := story.ReadSource(c.FS, file)
		for _, form := range forms(ref) {
			if i := strings.Index(src.Text, form); i >= 0 {
				return src.Place(i), form
			}
		}
		return problem.Place{File: path.Clean(file), Line: 1, Column: 1}, ref
	}
}
