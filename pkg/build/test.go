package build

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/storytime-dev/storytime/pkg/check"
	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// TestOptions are the choices of a Test.
type TestOptions struct {
	// Select says which stories are tested.
	Select Selection `json:"select"`
	// Update keeps the HTML of stories that have `golden: true` and are
	// another than before, and removes golden files that no story has any
	// more.
	Update bool `json:"update"`
	// FailFast ends the test with the first story that fails.
	FailFast bool `json:"failFast"`
	// KeepHTML leaves the stories' HTML in the result.
	KeepHTML bool `json:"keepHTML"`
}

// A TestResult is what became of the stories of a catalog.
type TestResult struct {
	// Problems are those that belong to no story.
	Problems problem.List `json:"problems"`
	// Stories are those that were selected and rendered, in the order of the
	// catalog.
	Stories []TestedStory `json:"stories"`
	// Updated and Removed are golden files.
	Updated []string `json:"updated"`
	Removed []string `json:"removed"`
	// Known is how many stories the catalog has, Selected how many of these
	// were to be tested.
	Known    int `json:"known"`
	Selected int `json:"selected"`
	// Outside are as in Result.
	Outside []string `json:"-"`
}

// A TestedStory is what became of a story.
type TestedStory struct {
	Address string `json:"address"`
	Subject string `json:"subject"` // the address of its subject
	Title   string `json:"title"`
	File    string `json:"file"`
	Line    int    `json:"line,omitempty"`
	// Skipped says that its author asked for it not to be rendered, and why.
	Skipped bool   `json:"skipped,omitempty"`
	Reason  string `json:"reason,omitempty"`
	// Problems are why there is no HTML. Then nothing was checked.
	Problems problem.List  `json:"problems"`
	Checks   []TestedCheck `json:"checks"`
	HTML     string        `json:"html,omitempty"`
	// Seconds is how long it took.
	Seconds float64 `json:"seconds"`
}

// A TestedCheck is what became of a promise of a story.
type TestedCheck struct {
	Title    string       `json:"title"`
	Short    string       `json:"short"`
	File     string       `json:"file"`
	Line     int          `json:"line,omitempty"`
	Problems problem.List `json:"problems"` // none if it is kept
}

// Failed reports whether the story can't be rendered, or doesn't keep a
// promise.
func (s *TestedStory) Failed() bool {
	return len(s.Problems) > 0 || s.FailedChecks() > 0
}

// FailedChecks is how many promises the story doesn't keep.
func (s *TestedStory) FailedChecks() int {
	n := 0
	for _, c := range s.Checks {
		if len(c.Problems) > 0 {
			n++
		}
	}
	return n
}

// Failed reports whether anything is wrong.
func (r *TestResult) Failed() bool {
	return len(r.Problems) > 0 || slices.ContainsFunc(r.Stories, func(s TestedStory) bool { return s.Failed() })
}

// AllProblems returns everything that is wrong, sorted.
func (r *TestResult) AllProblems() problem.List {
	all := slices.Clone(r.Problems)
	for _, s := range r.Stories {
		all = append(all, s.Problems...)
		for _, c := range s.Checks {
			all = append(all, c.Problems...)
		}
	}
	return all.Sort()
}

// Test renders the stories of the catalog in options.Dir as Site does, and
// runs what they promise, but makes no pages. What is wrong is in the result;
// an error means that the system failed, that the selection can't be read, or
// that ctx ended. options.Output and what concerns it is not used.
func Test(ctx context.Context, options Options, test TestOptions) (*TestResult, error) {
	wanted, err := test.Select.compile()
	if err != nil {
		return nil, err
	}
	t, err := OpenTester(ctx, options)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	stories := t.Stories()
	if err := wanted.check(stories); err != nil {
		return nil, err
	}
	wanted.locate(t.site)
	result := &TestResult{Known: len(stories), Problems: t.Problems(), Updated: []string{}, Removed: []string{}}
	stories = slices.DeleteFunc(stories, func(st *story.Story) bool { return !wanted.story(st) })
	t.site.total = len(stories)
	tested, err := t.all(ctx, stories, test, wanted)
	if err = errors.Join(err, ctx.Err()); err != nil {
		return nil, err
	}
	result.Stories = []TestedStory{}
	for _, s := range tested {
		if s == nil {
			continue
		}
		if test.Update && slices.ContainsFunc(s.outcomes, needsUpdate) {
			t.keep(s, result) // from here on it isn't interrupted, so that what is told is so
		}
		result.Stories = append(result.Stories, s.result(test.KeepHTML))
	}
	result.Selected = len(stories)
	if wanted.Changed != nil {
		result.Selected = len(result.Stories)
	}
	if wanted.everything() && test.Update && len(result.Problems) == 0 {
		if err := t.removeOrphans(result); err != nil {
			return nil, err
		}
	} else if wanted.everything() {
		result.Problems = append(result.Problems, t.site.orphanProblems()...)
	}
	result.Problems = append(problem.List{}, result.Problems.Sort()...)
	t.addExcerpts(result)
	result.Outside = t.site.outside
	return result, nil
}

// all tests stories in parallel, in their order.
func (t *Tester) all(ctx context.Context, stories []*story.Story, test TestOptions, wanted *selector) ([]*tested, error) {
	results := make([]*tested, len(stories))
	group, groupCtx := errgroup.WithContext(ctx)
	var next atomic.Int64
	var failed atomic.Bool
	for range min(t.site.options.Jobs, len(stories)) {
		group.Go(func() error {
			for !failed.Load() {
				i := int(next.Add(1)) - 1
				if i >= len(stories) {
					return nil
				}
				s, err := t.run(groupCtx, stories[i])
				if err != nil {
					return err
				}
				if !wanted.made(s) {
					continue
				}
				results[i] = s
				if test.FailFast && s.failed(test.Update) {
					failed.Store(true)
				}
				t.site.progress(StageRendering, int(t.site.done.Add(1)))
			}
			return nil
		})
	}
	return results, group.Wait()
}

// A Tester renders the stories of a catalog one by one, for a test. Several
// goroutines may use it at once.
type Tester struct {
	site    *site
	ctx     context.Context
	mutex   sync.Mutex
	resting []*worker
}

// OpenTester runs the commands of the catalog in options.Dir and reads it.
func OpenTester(ctx context.Context, options Options) (*Tester, error) {
	options.AllowProblems = true
	s, err := openCatalog(options)
	if err != nil {
		return nil, err
	}
	t := &Tester{site: s, ctx: ctx}
	if err := s.prepare(ctx); err != nil {
		t.Close()
		return nil, err
	}
	return t, nil
}

// Close gives everything back.
func (t *Tester) Close() {
	for _, w := range t.resting {
		w.patient.end()
	}
	t.site.close()
}

// Stories returns the stories of the catalog, in their order.
func (t *Tester) Stories() []*story.Story {
	var stories []*story.Story
	for _, u := range t.site.catalog.Subjects() {
		stories = append(stories, u.Stories...)
	}
	return stories
}

// Problems returns what is wrong in the catalog and belongs to no story.
func (t *Tester) Problems() problem.List {
	problems := slices.Clone(t.site.problems)
	t.site.catalog.Each(func(c *story.Section) {
		problems = append(problems, c.Problems...)
		for _, u := range c.AllSubjects() {
			problems = append(problems, u.Problems...)
		}
	})
	return problems.Sort()
}

// Orphans returns a problem for each golden file that no story has any more.
func (t *Tester) Orphans() problem.List { return t.site.orphanProblems() }

// Run renders a story and runs what it promises.
func (t *Tester) Run(ctx context.Context, st *story.Story) (TestedStory, error) {
	s, err := t.run(ctx, st)
	if err != nil {
		return TestedStory{}, err
	}
	result := s.result(true)
	excerpts := newExcerpts(t.site.catalog.FS)
	excerpts.of(result.Problems)
	for _, c := range result.Checks {
		excerpts.of(c.Problems)
	}
	return result, nil
}

// tested is a story that was tested.
type tested struct {
	story    *story.Story
	html     string
	outcomes []check.Outcome
	problems problem.List
	files    []string // what it was made of, as far as its rendering tells
	took     time.Duration
}

func (t *Tester) run(ctx context.Context, st *story.Story) (*tested, error) {
	s := &tested{story: st, problems: slices.Clone(st.Problems)}
	for _, p := range s.problems {
		p.Stories = []string{st.Path()}
	}
	if len(s.problems) > 0 || st.Skip {
		return s, ctx.Err()
	}
	w := t.take()
	defer t.rest(w)
	start := time.Now()
	r, err := w.render(ctx, st)
	if err != nil {
		return nil, err
	}
	s.took = time.Since(start)
	if s.problems = r.problems; len(s.problems) > 0 {
		return s, nil
	}
	s.html, s.outcomes, s.files = r.out.HTML, r.outcomes, r.out.Components
	if r.frame != nil {
		s.files = slices.Concat(s.files, r.frame.Components)
	}
	return s, t.variants(ctx, w, s)
}

// variants tests the matrices of a story, each as one more check of it.
func (t *Tester) variants(ctx context.Context, w *worker, s *tested) error {
	for _, m := range s.story.Matrices() {
		_, outcome, err := t.site.grid(m, func(st *story.Story) (problem.List, []check.Outcome, error) {
			r, err := w.render(ctx, st)
			return r.problems, r.outcomes, err
		})
		if err != nil {
			return err
		}
		s.outcomes = append(s.outcomes, outcome)
	}
	return nil
}

func (t *Tester) take() *worker {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if n := len(t.resting); n > 0 {
		w := t.resting[n-1]
		t.resting = t.resting[:n-1]
		return w
	}
	return &worker{site: t.site, patient: newPatient(t.ctx, t.site.catalog, t.site.programs(), t.site.suite)}
}

func (t *Tester) rest(w *worker) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.resting = append(t.resting, w)
}

// failed reports whether anything is wrong that an update doesn't mend.
func (s *tested) failed(update bool) bool {
	return len(s.problems) > 0 || slices.ContainsFunc(s.outcomes, func(o check.Outcome) bool {
		return !o.Kept() && !(update && needsUpdate(o))
	})
}

func (s *tested) result(keepHTML bool) TestedStory {
	r := TestedStory{
		Address: s.story.Path(), Subject: s.story.Subject.Path(), Title: s.story.Title,
		File: s.story.Subject.File, Line: s.story.At.Line,
		Skipped: s.story.Skip && len(s.problems) == 0, Reason: s.story.SkipReason,
		Problems: append(problem.List{}, s.problems...), Checks: []TestedCheck{}, Seconds: s.took.Seconds(),
	}
	if keepHTML {
		r.HTML = s.html
	}
	for _, o := range s.outcomes {
		r.Checks = append(r.Checks, TestedCheck{
			Title: o.Title, Short: o.Short, File: o.At.File, Line: o.At.Line, Problems: append(problem.List{}, o.Problems...),
		})
	}
	return r
}

// addExcerpts gives each problem the lines around its place.
func (t *Tester) addExcerpts(r *TestResult) {
	excerpts := newExcerpts(t.site.catalog.FS)
	excerpts.of(r.Problems)
	for _, s := range r.Stories {
		excerpts.of(s.Problems)
		for _, c := range s.Checks {
			excerpts.of(c.Problems)
		}
	}
}

// excerpts reads the files that problems are in, each once.
type excerpts struct {
	files   fs.FS
	sources map[string]string
}

func newExcerpts(files fs.FS) *excerpts { return &excerpts{files, map[string]string{}} }

// of gives problems that have a place the lines around it.
func (e *excerpts) of(problems problem.List) {
	for _, p := range problems {
		if p.Line == 0 || p.Excerpt != nil {
			continue
		}
		text, read := e.sources[p.File]
		if !read {
			text = story.ReadSource(e.files, p.File).Text
			e.sources[p.File] = text
		}
		p.WithExcerpt(text)
	}
}

// ErrSelection is wrapped by the error of a Test that can't know which
// stories are meant.
var ErrSelection = errors.New("the selection of stories can't be used")

func wrongSelection(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrSelection, fmt.Sprintf(format, args...))
}
