package build

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/storytime-dev/storytime/internal/ui"
	"github.com/storytime-dev/storytime/pkg/check"
	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// A grid is a matrix whose variants have been rendered.
type grid struct {
	*story.Grid                         // nil if it can't be laid out
	problems    map[string]problem.List // of each variant, by its file
}

// grid renders the variants of a matrix with render, which returns what is
// wrong with one and the checks made unasked. What came of it is a check of
// the story that is varied: all of them render, and none fails.
func (s *site) grid(m *story.Matrix, render func(*story.Story) (problem.List, []check.Outcome, error)) (grid, check.Outcome, error) {
	g := grid{problems: map[string]problem.List{}}
	outcome := check.Outcome{Title: "matrix: " + matrixTitle(m), Short: "matrix", At: m.At}
	g.Grid, outcome.Problems = m.Grid(s.propsOf(m.Story.Subject, m.Story.Component))
	if g.Grid == nil {
		return g, outcome, nil
	}
	said := map[string]bool{}
	for _, row := range g.Cells {
		for _, v := range row {
			file := v.Story.Alone()
			if _, done := g.problems[file]; done || v.Story == m.Story {
				continue
			}
			problems, outcomes, err := render(v.Story)
			if err != nil {
				return g, outcome, err
			}
			g.problems[file] = problems
			for _, o := range outcomes {
				problems = append(problems, o.Problems...)
			}
			for _, p := range problems {
				// What is wrong in one is often wrong in all.
				what := fmt.Sprint(p.File, p.Line, p.Column, p.Message)
				if said[what] {
					continue
				}
				said[what] = true
				p.Message = fmt.Sprintf("%s: %s", v.Label, p.Message)
				outcome.Problems = append(outcome.Problems, p)
			}
		}
	}
	return g, outcome, nil
}

// matrixTitle says what a matrix shows, for a report.
func matrixTitle(m *story.Matrix) string {
	var names []string
	for _, a := range m.Axes {
		names = append(names, a.Name())
	}
	return m.Story.Title + " by " + strings.Join(names, " and ")
}

// grids makes the variants of a story's matrices.
func (w *worker) grids(ctx context.Context, v *view) error {
	if v.broken || v.story.Skip {
		return nil // its variants would say the same once more
	}
	for _, m := range v.story.Matrices() {
		g, outcome, err := w.grid(m, func(st *story.Story) (problem.List, []check.Outcome, error) {
			variant, err := w.alone(ctx, st)
			if err != nil {
				return nil, nil, err
			}
			return variant.problems, variant.outcomes, ctx.Err()
		})
		if err != nil {
			return err
		}
		if v.grids == nil {
			v.grids = map[*story.Matrix]grid{}
		}
		v.grids[m] = g
		v.checks = append(v.checks, shownCheck(outcome))
	}
	return nil
}

// shownGrid is a matrix on the page of its subject.
func (w *worker) shownGrid(page string, m *story.Matrix, v *view) *ui.Grid {
	shown := &ui.Grid{Title: m.Title, Story: *storyLink(page, m.Story)}
	g := v.grids[m]
	if g.Grid == nil {
		shown.Title = cmp.Or(shown.Title, m.Story.Title)
		return shown
	}
	shown.Down, shown.Across, shown.Columns = w.axisName(g.Down), w.axisName(g.Across), g.Columns
	switch {
	case shown.Title != "":
	case shown.Down == "":
		shown.Title = w.pages.Say("{} by {}", m.Story.Title, shown.Across)
	default:
		shown.Title = w.pages.Say("{} by {} and {}", m.Story.Title, shown.Down, shown.Across)
	}
	for i, cells := range g.Cells {
		row := ui.GridRow{Title: g.Rows[i]}
		for _, cell := range cells {
			c := ui.GridCell{
				Title: m.Story.Title + ": " + cell.Label, Frame: relativeURL(page, cell.Story.Alone()),
				Theme: cell.Theme, Viewport: cell.Viewport, Problems: g.problems[cell.Story.Alone()],
			}
			if cell.Story == m.Story {
				c.Problems = v.problems
			}
			if cell.Theme != "" {
				c.Frame += "?theme=" + url.QueryEscape(cell.Theme)
			}
			row.Cells = append(row.Cells, c)
		}
		shown.Rows = append(shown.Rows, row)
	}
	return shown
}

// axisName is what an axis is called on a page.
func (w *worker) axisName(name string) string {
	switch name {
	case story.AxisTheme, story.AxisViewport:
		return w.pages.Say(name)
	}
	return name
}

// variants are those of a story that its page can show instead of it.
func (v *view) variants() []ui.Variant {
	var all []ui.Variant
	for _, cell := range v.shownVariants() {
		one := ui.Variant{Suffix: cell.Suffix, Props: map[string]string{}}
		for _, f := range cell.Props {
			one.Props[f.Name] = f.Value.String()
		}
		all = append(all, one)
	}
	return all
}

// shownVariants are the variants of a story that have documents of their own,
// without those that have problems.
func (v *view) shownVariants() []story.Variant {
	var all []story.Variant
	for _, m := range v.story.Matrices() {
		g := v.grids[m]
		if g.Grid == nil {
			continue
		}
		for _, row := range g.Cells {
			for _, cell := range row {
				if cell.Suffix != "" && len(g.problems[cell.Story.Alone()]) == 0 {
					all = append(all, cell)
				}
			}
		}
	}
	return all
}
