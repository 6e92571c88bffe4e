package build

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/storytime-dev/storytime/internal/ui"
	"github.com/storytime-dev/storytime/pkg/check"
	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/render"
	"github.com/storytime-dev/storytime/pkg/story"
)

// A site is one build under way.
type site struct {
	options Options
	dir     string // the catalog's, absolute
	root    *os.Root
	others  []*os.Root // directories outside it that its settings name
	outside []string   // their names, absolute
	out     *output
	put     func(name string, data []byte) error // where files go

	catalog *story.Catalog
	suite   *check.Suite // nil if nothing is to be checked
	links   *links
	golang  golang
	pages   *ui.Pages
	ui      *ui.Site
	prose   *proseRenderer
	sources sync.Map // component file → its highlighted source
	titles  func() map[string]string

	mutex    sync.Mutex
	problems problem.List
	became   map[*story.Story]tally
	book     map[*story.Story]*bookStory
	// searchTexts is what each subject adds to the search index.
	searchTexts map[*story.Subject]string
	later       []func() error // pages that show what became of other subjects
	doomed      atomic.Bool    // nothing will be published, so nothing need be written
	done        atomic.Int64
	total       int
	html        atomic.Int64 // pages written
	result      Result
}

// open prepares a build: the catalog's directory and the output's.
func open(options Options) (*site, error) {
	s, err := openCatalog(options)
	if err != nil {
		return nil, err
	}
	if options.Output == "" {
		options.Output = "dist"
	}
	if s.out, err = openOutput(options.Output, options.Before, s.dir); err != nil {
		_ = s.root.Close()
		return nil, err
	}
	s.put = s.out.write
	s.result.Output = options.Output
	return s, nil
}

// openCatalog prepares for reading a catalog.
func openCatalog(options Options) (*site, error) {
	if options.Dir == "" {
		options.Dir = "."
	}
	if options.Jobs <= 0 {
		options.Jobs = runtime.GOMAXPROCS(0)
	}
	if options.StoryTimeout <= 0 {
		options.StoryTimeout = 10 * time.Second
	}
	s := &site{options: options, became: map[*story.Story]tally{}, book: map[*story.Story]*bookStory{}, searchTexts: map[*story.Subject]string{}}
	abs, err := filepath.Abs(options.Dir)
	if err != nil {
		return nil, fmt.Errorf("resolving the catalog's directory: %w", err)
	}
	if s.dir, err = filepath.EvalSymlinks(abs); err != nil {
		return nil, fmt.Errorf("opening the catalog: %w", err)
	}
	if s.root, err = os.OpenRoot(s.dir); err != nil {
		return nil, fmt.Errorf("opening the catalog: %w", err)
	}
	return s, nil
}

// close gives everything back. After publish it does no more to the output.
func (s *site) close() {
	if s.out != nil {
		s.out.discard()
	}
	for _, r := range s.others {
		_ = r.Close()
	}
	_ = s.root.Close()
}

// openOutside opens a directory that the settings name relative to the
// catalog.
func (s *site) openOutside(dir string) (fs.FS, error) {
	name := filepath.Join(s.dir, filepath.FromSlash(dir))
	if !slices.Contains(s.outside, name) {
		s.outside = append(s.outside, name) // also when it isn't there: it may come
	}
	r, err := os.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	s.others = append(s.others, r)
	return r.FS(), nil
}

// report adds problems to the result.
func (s *site) report(list ...*problem.Problem) {
	if len(list) == 0 {
		return
	}
	s.mutex.Lock()
	s.problems = append(s.problems, list...)
	s.mutex.Unlock()
	if !s.options.AllowProblems {
		s.doomed.Store(true)
	}
}

func (s *site) progress(stage string, done int) {
	if s.options.Progress != nil {
		s.options.Progress(Progress{Stage: stage, Done: done, Total: s.total, At: time.Now()})
	}
}

// write puts a file into the new site.
func (s *site) write(name string, data []byte) error {
	if s.doomed.Load() {
		return nil
	}
	return s.put(name, data)
}

// prepare runs the commands of the catalog and reads it.
func (s *site) prepare(ctx context.Context) error {
	fsys := s.root.FS()
	if commands := story.ReadConfig(fsys).Before; len(commands) > 0 {
		s.progress(StageCommands, 0)
		p, err := runBefore(ctx, s.dir, fsys, commands, s.options.Contained)
		if err != nil {
			return err
		}
		if p != nil {
			s.report(p)
		}
	}
	s.progress(StageReading, 0)
	return s.read(ctx, fsys)
}

// build does all but publish.
func (s *site) build(ctx context.Context) error {
	if err := s.prepare(ctx); err != nil {
		return err
	}
	subjects := s.catalog.Subjects()
	if len(subjects) == 0 {
		s.report(&problem.Problem{
			Kind: problem.Story, Message: "the catalog has no story and no component",
			Hint: "name the directory that has your components; an .html file is enough to start",
		})
	}
	for _, u := range subjects {
		s.total += len(u.Stories)
	}
	s.result.Stories = s.total
	s.progress(StageRendering, 0)
	if err := s.subjects(ctx, subjects); err != nil {
		return err
	}
	counted := s.sectionTally(s.catalog.Root)
	s.result.Checks, s.result.Failed = counted.checks, counted.failed
	for _, page := range s.later {
		if err := page(); err != nil {
			return err
		}
	}
	s.progress(StageWriting, s.total)
	if err := s.overview(); err != nil {
		return err
	}
	if err := s.copyFiles(ctx); err != nil {
		return err
	}
	if s.suite != nil {
		s.report(s.orphanProblems()...)
	}
	s.addExcerpts()
	return ctx.Err()
}

// read reads the catalog, and prepares what its pages are made with.
func (s *site) read(ctx context.Context, fsys fs.FS) error {
	catalog, problems, err := story.Read(ctx, fsys, story.Options{Open: s.openOutside, LintRules: check.RuleNames(), Jobs: s.options.Jobs})
	if err != nil {
		return err
	}
	s.catalog = catalog
	if !s.options.NoCheck {
		s.suite = check.NewSuite(catalog)
	}
	s.titles = sync.OnceValue(func() map[string]string { return sectionTitles(catalog) })
	s.report(problems...)
	s.links = newLinks(catalog, s.openMounts())
	s.ui = uiSite(catalog)
	s.checkBrand()
	s.pages = ui.New(s.ui)
	s.prose = newProseRenderer(catalog.RawHTML, s.pages)
	return s.buildHost(ctx)
}

// subjects makes the pages of all subjects, in parallel. A renderer serves
// one goroutine, so each has its own.
func (s *site) subjects(ctx context.Context, subjects []*story.Subject) error {
	group, ctx := errgroup.WithContext(ctx)
	var next atomic.Int64
	for range min(s.options.Jobs, len(subjects)) {
		group.Go(func() error {
			w := &worker{site: s, patient: newPatient(ctx, s.catalog, s.programs(), s.suite)}
			defer func() { w.patient.end() }()
			for {
				i := int(next.Add(1)) - 1
				if i >= len(subjects) {
					return nil
				}
				if err := w.subject(ctx, subjects[i]); err != nil {
					return err
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				s.progress(StageRendering, int(s.done.Add(int64(len(subjects[i].Stories)))))
			}
		})
	}
	return group.Wait()
}

// programs are the commands that render.
func (s *site) programs() render.Programs {
	return render.Programs{Dir: s.dir, Contained: s.options.Contained, Memory: s.options.Memory, Go: s.golang.host, NoGo: s.golang.none}
}

// publish puts the new site in the place of the old.
func (s *site) publish() error {
	removed, err := s.out.publish()
	if err != nil {
		return err
	}
	s.result.Pages = int(s.html.Load())
	s.result.Files = len(s.out.files)
	s.result.Changed, s.result.ChangedFiles = len(s.out.changed), s.out.changed
	s.result.Removed, s.result.RemovedFiles = len(removed), removed
	s.result.Outside = s.outside
	return nil
}

// addExcerpts gives each problem that has a place the lines around it.
func (s *site) addExcerpts() { newExcerpts(s.catalog.FS).of(s.problems) }
