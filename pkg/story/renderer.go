package story

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// A Renderer is a command that renders the components whose files have a
// certain ending.
type Renderer struct {
	Ending string // ".jinja", ".html.twig"
	Command
}

// RendererOf returns the renderer of a file; nil if no command renders it. Of
// several endings that it has, the longest counts.
func (c *Config) RendererOf(file string) *Renderer {
	for i := range c.Renderers {
		if strings.HasSuffix(file, c.Renderers[i].Ending) {
			return &c.Renderers[i]
		}
	}
	return nil
}

// Ending returns the ending of a component's file: ".html", or that of its
// renderer. It is "" if the file can't be a component.
func (c *Config) Ending(file string) string {
	if r := c.RendererOf(file); r != nil {
		return r.Ending
	}
	if path.Ext(file) == ".html" && !IsGolden(file) {
		return ".html"
	}
	return ""
}

// Stem returns a file without its ending. The style sheet of a component bears
// its stem.
func (c *Config) Stem(file string) string {
	if ending := c.Ending(file); ending != "" {
		return strings.TrimSuffix(file, ending)
	}
	return strings.TrimSuffix(file, path.Ext(file))
}

// endings are all that a component's file may have, html/template's first.
func (c *Config) endings() []string {
	all := []string{".html"}
	for _, r := range c.Renderers {
		all = append(all, r.Ending)
	}
	return all
}

// ending is what a renderer's ending must look like; those that have a
// meaning already are left out.
var (
	endingForm     = regexp.MustCompile(`^(\.[A-Za-z0-9_-]+)+$`)
	takenEndings   = []string{".html", ".md", ".css", ".js", ".json", ".yaml", ".yml"}
	endingExamples = "write an ending with its dot, as in `.jinja: python3 render.py`"
)

func readRenderers(f fields) []Renderer {
	var renderers []Renderer
	for _, r := range f.object("renderers") {
		report := func(message, hint string) {
			f.src.Report(problem.Type, r.At, utf8.RuneCountInString(r.Name), message, hint)
		}
		switch {
		case !endingForm.MatchString(r.Name):
			report(fmt.Sprintf("%q isn't the ending of a file", r.Name), endingExamples)
			continue
		case slices.Contains(takenEndings, r.Name):
			report(fmt.Sprintf("%q files have a meaning already", r.Name), "give the components of this renderer another ending, such as .jinja")
			continue
		}
		if c, ok := readCommand(f.src, r.Value, "a renderer"); ok {
			renderers = append(renderers, Renderer{r.Name, c})
		}
	}
	slices.SortStableFunc(renderers, func(a, b Renderer) int { return len(b.Ending) - len(a.Ending) })
	return renderers
}
