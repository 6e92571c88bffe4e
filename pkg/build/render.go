package build

import (
	"context"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/storytime-dev/storytime/pkg/check"
	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/render"
	"github.com/storytime-dev/storytime/pkg/story"
)

// A patient renders and checks stories one after the other, and can be given
// up.
//
// A template can loop without end. If it writes something, the end of its
// context stops it; if it writes nothing, nothing can. So the renderer runs in
// a goroutine of its own. When a story takes too long, that goroutine is left
// behind together with its renderer, the story has a problem, and the rest
// goes on with another. (One goroutine for all stories, as its stack has grown
// already.)
type patient struct {
	stories chan *story.Story
	results chan rendered
	timer   *time.Timer
	cancel  context.CancelFunc
	busy    bool          // with a story
	ended   chan struct{} // closed when all that it started has ended
}

// rendered is a story's HTML, the same parsed, what became of its promises, and the layout
// around it; or why there is none.
type rendered struct {
	out      *render.Output
	document *check.Document
	outcomes []check.Outcome
	frame    *render.Frame
	problems problem.List
}

// newPatient starts one. Without a suite it checks nothing.
func newPatient(ctx context.Context, c *story.Catalog, programs render.Programs, suite *check.Suite) *patient {
	ctx, cancel := context.WithCancel(ctx)
	p := &patient{
		stories: make(chan *story.Story), results: make(chan rendered, 1), // with room, so that one that was given up can end
		timer: time.NewTimer(time.Hour), cancel: cancel, ended: make(chan struct{}),
	}
	go func() {
		defer close(p.ended)
		renderer := render.New(c, programs)
		defer renderer.Close()
		for st := range p.stories {
			var r rendered
			if r.out, r.problems = renderer.Render(ctx, st); r.problems == nil {
				r.document = check.NewDocument(r.out.HTML)
				if suite != nil {
					r.outcomes = suite.Run(st, r.document)
				}
				if layout := c.LayoutOf(st); layout.Name != "" {
					r.frame, r.problems = renderer.Layout(ctx, layout, st)
				}
			}
			p.results <- r
		}
	}()
	return p
}

// end lets the goroutine end, and waits for the programs that it has started.
// One that is busy may never end; it is told to, and left behind.
func (p *patient) end() {
	p.timer.Stop()
	close(p.stories)
	if p.busy {
		p.cancel()
		const moment = 100 * time.Millisecond // for programs to be killed
		select {
		case <-p.ended:
		case <-time.After(moment):
		}
		return
	}
	<-p.ended
	p.cancel()
}

// render renders a story within the time that one may take.
func (w *worker) render(ctx context.Context, st *story.Story) (rendered, error) {
	if w.options.Rendering != nil {
		defer w.options.Rendering(st.Path())()
	}
	w.patient.timer.Reset(w.options.StoryTimeout)
	w.patient.stories <- st
	w.patient.busy = true
	select {
	case r := <-w.patient.results:
		w.patient.busy = false
		return r, ctx.Err()
	case <-ctx.Done():
		return rendered{}, ctx.Err()
	case <-w.patient.timer.C:
	}
	w.patient.end()
	w.patient = newPatient(ctx, w.catalog, w.programs(), w.suite)
	return rendered{problems: problem.List{{
		Kind: problem.Template, File: st.At.File, Line: st.At.Line, Column: st.At.Column,
		Length:  utf8.RuneCountInString(st.Language) + len(" story"),
		Message: fmt.Sprintf("the story takes longer than %s", w.options.StoryTimeout),
		Hint:    "let what repeats in it end",
		Stories: []string{st.Path()},
	}}}, nil
}
