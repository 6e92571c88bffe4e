package build

import (
	"bytes"
	"html"
	"path"
	"strings"

	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// HTML that has been rendered doesn't say which line of which file wrote it.
// The functions here look for a reference in the sources that took part; it
// stands there literally nearly always.

// findInProse returns a function that finds where Markdown refers to
// something. Asked for the same reference again it finds the next place.
func findInProse(prose story.Prose) func(ref string) problem.Place {
	next := map[string]int{}
	return func(ref string) problem.Place {
		from := next[ref]
		for _, before := range []string{"](", "](<", "]: ", `="`, ""} {
			if i := bytes.Index(prose.Source[from:], []byte(before+ref)); i >= 0 {
				offset := from + i + len(before)
				next[ref] = offset + 1
				return prose.Place(offset)
			}
		}
		// Markdown has escaped it on the way into the HTML.
		if i := bytes.Index(prose.Source, []byte("](")); i >= 0 {
			return prose.Place(i)
		}
		return prose.Place(0)
	}
}

// findInStory returns a function that finds where a story's HTML got a
// reference from: its block, its components, or, if it was put together, the
// story as a whole.
func findInStory(c *story.Catalog, s *story.Story, components []string) func(ref string) problem.Place {
	return func(ref string) problem.Place {
		for _, form := range []string{ref, html.EscapeString(ref)} {
			if i := strings.Index(s.Block, form); i >= 0 {
				before := s.Block[:i]
				at := problem.Place{File: s.Subject.File, Line: s.At.Line + 1 + strings.Count(before, "\n")}
				line := before[strings.LastIndexByte(before, '\n')+1:]
				at.Column = len([]rune(line)) + s.BodyAt.Column
				return at
			}
			for _, file := range components {
				src := story.ReadSource(c.FS, file)
				if i := strings.Index(src.Text, form); i >= 0 {
					return src.Place(i)
				}
			}
		}
		return s.At
	}
}

// findInFile returns a function that finds a reference in one file.
func findInFile(c *story.Catalog, file string) func(ref string) problem.Place {
	return func(ref string) problem.Place {
		src := story.ReadSource(c.FS, file)
		if i := strings.Index(src.Text, ref); i >= 0 {
			return src.Place(i)
		}
		return problem.Place{File: path.Clean(file), Line: 1, Column: 1}
	}
}
