// Package render turns one story into HTML.
//
// A Renderer gets a story as its author wrote it and returns the HTML of the
// component or block, or the problems that stop it. What a story's document
// looks like around that HTML is pkg/build's business.
//
// Templates is the renderer for html/template. A prop's value is data in it:
// it is never parsed as a template, and html/template escapes it for the
// place where it stands.
package render

import (
	"context"

	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// A Renderer renders the stories of one catalog. It is used by one goroutine
// at a time.
type Renderer interface {
	// Render returns a story's HTML, or why there is none.
	Render(ctx context.Context, s *story.Story) (*Output, problem.List)
}

// An Output is a rendered story.
type Output struct {
	HTML string
	// Components are the files of the components that took part, those that
	// another is made of before it. Their style sheets and scripts belong to
	// the story.
	Components []string
}

var _ Renderer = (*Templates)(nil)
