package main

import (
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/storytime-dev/storytime/pkg/build"
	"github.com/storytime-dev/storytime/pkg/problem"
)

// totals are what a test comes to.
type totals struct{ stories, skipped, checks, failedStories, failedChecks int }

func (r *testRun) totals() totals {
	var t totals
	for i := range r.Stories {
		s := &r.Stories[i]
		if s.Skipped {
			t.skipped++
			continue
		}
		t.stories++
		t.checks += len(s.Checks)
		t.failedChecks += s.FailedChecks()
		if s.Failed() {
			t.failedStories++
		}
	}
	return t
}

// print writes the result in the style of `go test`: a line if all is well,
// and otherwise the stories that fail, each problem once.
func (o *testOptions) print(r *testRun) error {
	w := &testPrinter{told: map[string]string{}}
	w.printer = problem.Printer{W: &w.text, Color: o.color(o.out), Dir: o.place("")}
	for i := range r.Stories {
		w.story(&r.Stories[i], o.verbose)
	}
	rest := slices.DeleteFunc(slices.Clone(r.Problems), func(p *problem.Problem) bool { return w.told[told(p)] != "" })
	if len(rest) > 0 && len(w.told) > 0 {
		w.linef("--- FAIL: the catalog\n")
	}
	for _, p := range rest {
		w.problem(p, "the catalog")
	}
	for _, name := range r.Updated {
		w.linef("updated %s\n", problem.Clean(o.place(name)))
	}
	for _, name := range r.Removed {
		w.linef("removed %s\n", problem.Clean(o.place(name)))
	}
	w.linef("%s\n", o.summary(r))
	_, err := io.WriteString(o.out, w.text.String())
	return err
}

// place returns a file of the catalog as seen from where the command runs.
func (o *testOptions) place(name string) string {
	dir := filepath.ToSlash(filepath.Clean(o.dir))
	if dir == "." {
		return name
	}
	return path.Join(dir, name)
}

func (o *testOptions) summary(r *testRun) string {
	t := r.totals()
	parts := []string{count(t.stories, "story", "stories"), count(t.checks, "check", "checks")}
	if t.skipped > 0 {
		parts = append(parts, count(t.skipped, "skipped", "skipped"))
	}
	if left := r.Selected - len(r.Stories); left > 0 {
		parts = append(parts, fmt.Sprintf("%d not tested", left))
	}
	verdict := "ok  "
	if r.Failed() {
		verdict = "FAIL"
		if t.failedStories > 0 {
			parts = append(parts, count(t.failedStories, "story fails", "stories fail"))
		}
		if n := len(r.AllProblems()); n > 0 {
			parts = append(parts, count(n, "problem", "problems"))
		}
	}
	if r.Selected == 0 && o.changed != "" && !r.Failed() {
		parts = []string{fmt.Sprintf("no story is made of what changed since %s", o.changed)}
	}
	return fmt.Sprintf("%s\t%s\t%s\t%s", verdict, problem.Clean(filepath.ToSlash(o.dir)), strings.Join(parts, ", "), round(r.took))
}

// A testPrinter writes what became of stories.
type testPrinter struct {
	text    strings.Builder
	printer problem.Printer
	told    map[string]string // a problem → where it was printed
}

func (w *testPrinter) linef(format string, args ...any) { fmt.Fprintf(&w.text, format, args...) }

func (w *testPrinter) story(s *build.TestedStory, verbose bool) {
	verdict := "PASS"
	switch {
	case s.Failed():
		verdict = "FAIL"
	case !verbose:
		return
	case s.Skipped:
		verdict = "SKIP"
	}
	w.linef("--- %s: %s", verdict, problem.Clean(s.Address))
	if verbose {
		w.linef(" (%.2fs)", s.Seconds)
	}
	w.linef("\n")
	if s.Reason != "" {
		w.linef("    %s\n", problem.Clean(s.Reason))
	}
	for _, p := range s.Problems {
		w.problem(p, s.Address)
	}
	for _, c := range s.Checks {
		switch {
		case len(c.Problems) > 0:
			w.linef("    --- FAIL: %s\n", problem.Clean(c.Title))
			for _, p := range c.Problems {
				w.problem(p, s.Address)
			}
		case verbose:
			w.linef("    --- PASS: %s\n", problem.Clean(c.Title))
		}
	}
}

// told is what a problem is known by.
func told(p *problem.Problem) string {
	return p.Place().String() + "\n" + p.Message + "\n" + p.Detail
}

// problem prints a problem, or where it was printed already: one mistake in a
// component may stop many stories.
func (w *testPrinter) problem(p *problem.Problem, where string) {
	key := told(p)
	if before, found := w.told[key]; found {
		w.linef("    %s (see %s)\n", problem.Clean(p.Message), problem.Clean(before))
		return
	}
	w.told[key] = where
	_ = w.printer.Print(p) // into memory
}
