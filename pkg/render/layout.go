package render

import (
	"context"
	"fmt"
	"html/template"
	"strings"
	"unicode/utf8"

	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// A Frame is a layout around the place where a story's HTML belongs.
type Frame struct {
	Before, After string
	// Components are as in Output, the layout itself included.
	Components []string
}

// slot stands for the story while its layout is executed. The layout may be
// put together with the story later, when its own links have been resolved.
const slot = "<!--storytime:story-->"

// Layout executes a layout file for a story. The layout's data are Children,
// the story's HTML; Title, the story's and its subject's; Lang, the catalog's
// language; and Story, with Title, Description, Tags and Theme.
func (r *Templates) Layout(ctx context.Context, layout story.Ref, s *story.Story) (*Frame, problem.List) {
	r.begin(ctx)
	at := layout.At
	if at.Line == 0 {
		at = s.At
	}
	fail := func(p *problem.Problem) (*Frame, problem.List) {
		p.Stories = []string{s.Path()}
		return nil, problem.List{p}
	}
	if !r.catalog.Files[layout.Name] {
		return fail(problemAt(at, utf8.RuneCountInString(s.Layout.Name), problem.Component,
			fmt.Sprintf("there is no layout %q", layout.Name), "create it, or write `layout: none`; it is relative to the file it is written in"))
	}
	t, err := r.ownFile(layout.Name, "")
	if err != nil {
		return fail(placeError(err, at, 1))
	}
	html, p := r.execute(t, map[string]any{
		"Children": template.HTML(slot),
		"Title":    s.Title + " – " + s.Subject.Title,
		"Lang":     r.catalog.Lang,
		"Story": map[string]any{
			"Title": s.Title, "Description": s.Description, "Tags": s.Tags, "Theme": s.Theme,
		},
	})
	if p != nil {
		return fail(placed(p, at)[0])
	}
	before, after, found := strings.Cut(string(html), slot)
	if !found || strings.Contains(after, slot) {
		message, hint := "the layout doesn't show the story", "write {{.Children}} where the story belongs"
		if found {
			message, hint = "the layout shows the story more than once", "write {{.Children}} once"
		}
		return fail(&problem.Problem{Kind: problem.Template, File: layout.Name, Line: 1, Column: 1, Message: message, Hint: hint})
	}
	return &Frame{Before: before, After: after, Components: r.used}, nil
}
