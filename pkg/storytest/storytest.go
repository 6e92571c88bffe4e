// Package storytest makes the stories of a catalog part of `go test`.
//
// Run runs what they promise, each story and each check a subtest:
//
//	func TestStories(t *testing.T) {
//		storytest.Run(t, "../ui")
//	}
//
// The subtests are named by the addresses of the stories and the queries of
// their checks, so that
//
//	go test -run TestStories/forms/button
//
// runs those of the buttons. Stories run in parallel, and only those that
// -run asks for are rendered. A failure names the line of the Markdown file
// that makes the promise.
//
// Render hands the HTML of a story to a test of something else, for which the
// story is a fixture:
//
//	html := storytest.Render(t, "../ui", "forms/button/primary")
//
// Directories are relative to the package's own, where `go test` runs its
// tests. The catalog is read anew by each call; the commands of its `before:`
// are run with it.
package storytest

import (
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/storytime-dev/storytime/pkg/build"
	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// Run runs what the stories of the catalog in dir promise, as subtests of t.
// What is wrong in the catalog and belongs to no story fails t itself.
func Run(t *testing.T, dir string) {
	t.Helper()
	s := open(t, dir)
	s.fail(t, append(s.tester.Problems(), s.tester.Orphans()...))
	for _, st := range s.tester.Stories() {
		t.Run(st.Path(), func(t *testing.T) {
			t.Parallel()
			s.story(t, st)
		})
	}
}

// Render returns the HTML of a story, without its layout. It ends the test if
// there is no such story, or if it can't be rendered; its checks are not run.
func Render(t testing.TB, dir, address string) string {
	t.Helper()
	s := open(t, dir, func(o *build.Options) { o.NoCheck = true })
	var known []string
	for _, st := range s.tester.Stories() {
		known = append(known, st.Path())
		if st.Path() != address {
			continue
		}
		r, err := s.tester.Run(t.Context(), st)
		if err != nil {
			t.Fatalf("rendering %s: %v", address, err)
		}
		if r.Skipped {
			t.Fatalf("%s is skipped, so there is no HTML of it", address)
		}
		if len(r.Problems) > 0 {
			s.fail(t, r.Problems)
			t.FailNow()
		}
		return r.HTML
	}
	t.Fatalf("there is no story %q in %s; %s", address, dir, problem.DidYouMean(address, known))
	return ""
}

// A suite is a catalog under test.
type suite struct {
	dir    string
	tester *build.Tester
}

// open reads the catalog. It stays open until the test and its subtests have
// ended.
func open(t testing.TB, dir string, change ...func(*build.Options)) *suite {
	t.Helper()
	options := build.Options{Dir: filepath.FromSlash(dir)}
	for _, f := range change {
		f(&options)
	}
	tester, err := build.OpenTester(t.Context(), options)
	if err != nil {
		t.Fatalf("opening the catalog in %s: %v", dir, err)
	}
	t.Cleanup(tester.Close)
	return &suite{filepath.ToSlash(dir), tester}
}

// story runs one story.
func (s *suite) story(t *testing.T, st *story.Story) {
	t.Helper()
	r, err := s.tester.Run(t.Context(), st)
	switch {
	case err != nil:
		t.Fatalf("rendering %s: %v", st.Path(), err)
	case r.Skipped:
		t.Skip("skipped by its author: " + r.Reason)
	case len(r.Problems) > 0:
		s.fail(t, r.Problems)
		return
	}
	for _, c := range r.Checks {
		// A slash would make two levels of one.
		t.Run(strings.ReplaceAll(c.Short, "/", ""), func(t *testing.T) {
			t.Helper()
			s.fail(t, c.Problems)
		})
	}
}

// fail fails a test for each problem, as the command would print it, with the
// place first on a line of its own, where editors look for it.
func (s *suite) fail(t testing.TB, problems problem.List) {
	t.Helper()
	for _, p := range problems {
		var b strings.Builder
		printer := problem.Printer{W: &b, Dir: path.Clean(s.dir)}
		_ = printer.Print(p) // into memory
		t.Errorf("\n%s", strings.TrimRight(b.String(), "\n"))
	}
}
