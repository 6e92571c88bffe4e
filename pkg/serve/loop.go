package serve

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/storytime-dev/storytime/pkg/build"
	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/watch"
	"github.com/storytime-dev/storytime/pkg/worker"
)

// A run is the server at work: all of it is done by one goroutine, but for
// the build itself.
type run struct {
	*Workshop
	watcher *watch.Watcher
	files   *watch.Catalog

	number int // of the build under way, or the last one
	// pending is what changed and is in no build yet; unpublished what
	// changed since the whole site was built.
	pending, unpublished changes
	building             *building     // nil when none is under way
	last                 *building     // the one before
	held                 changes       // until it is known whether they are in a build
	waiting              *time.Timer   // for that
	cancelled            int           // builds, one after the other
	took                 time.Duration // the last whole build
	reported             problem.List
	site                 string // of the last whole build
}

// changes are what happened to the files of the catalog.
type changes struct {
	files []string
	all   bool      // more than these
	since time.Time // zero when nothing happened
}

func (c *changes) add(other changes) {
	if other.since.IsZero() {
		return
	}
	if c.since.IsZero() {
		c.since = other.since
	}
	c.files = append(c.files, other.files...)
	slices.Sort(c.files)
	c.files, c.all = slices.Compact(c.files), c.all || other.all
}

// A building is a build under way.
type building struct {
	catalog string
	cancel  context.CancelFunc
	events  chan event
	started time.Time
	dir     string        // it may write below
	screen  time.Duration // until what is on a screen was there; zero if nothing was
	saved   changes       // what it is about
	told    time.Time     // when progress was last told
	// commands are run; reading is when they had all ended. impatient says
	// that nothing is held back for them any more.
	commands, impatient bool
	reading             time.Time
}

// An event of a build: one of its fields is set, or none of them but err.
type event struct {
	first    *build.Pages
	progress *build.Progress
	result   *worker.Result
	err      error
	ended    bool
}

// loop runs until ctx ends.
func (w *Workshop) loop(ctx context.Context) error {
	r := &run{Workshop: w, files: watch.NewCatalog(w.dir), waiting: time.NewTimer(maxHeld)}
	r.waiting.Stop() // until it is reset
	var err error
	if r.watcher, err = r.watch(); err != nil {
		return err
	}
	defer func() { r.watcher.Close() }()
	r.pending = changes{all: true, since: time.Now()}
	r.start(ctx)
	for {
		var events chan event
		if r.building != nil {
			events = r.building.events
		}
		select {
		case <-ctx.Done():
			r.cancel()
			return nil
		case batch, ok := <-r.watcher.Batches():
			if !ok {
				return errors.New("the watcher has ended")
			}
			r.saved(ctx, batch)
		case <-r.waiting.C:
			if r.building != nil {
				r.building.impatient = true
			}
			r.release(ctx)
		case e := <-events:
			r.happened(ctx, e)
		}
	}
}

// watch begins to watch the catalog and what it was read from beside it.
func (r *run) watch() (*watch.Watcher, error) {
	watcher, err := watch.New(append([]string{r.dir}, r.files.Outside()...), watch.Options{
		Ignore: r.files.Ignores, Poll: r.options.Poll,
		Say: func(text string) { r.options.Log.Warn(text) },
	})
	if err != nil {
		return nil, fmt.Errorf("watching the catalog: %w", err)
	}
	return watcher, nil
}

// saved takes a batch of changes.
func (r *run) saved(ctx context.Context, batch watch.Batch) {
	r.settings()
	r.take(ctx, changes{files: append(batch.Changed, batch.Removed...), all: batch.Rescan, since: time.Now()})
}

// maxHeld is how long changes are held back for commands. One that takes
// longer may be waiting for just these.
const maxHeld = 10 * time.Second

// take sees to it that changes are built.
func (r *run) take(ctx context.Context, news changes) {
	if !news.all && r.building.holdsBack(news.files, r.dir) {
		r.held.add(news)
		r.waiting.Reset(maxHeld)
		return
	}
	news.files = slices.DeleteFunc(news.files, func(file string) bool { return r.building.has(file) || r.last.has(file) })
	if len(news.files) == 0 && !news.all {
		return
	}
	r.pending.add(news)
	if r.building == nil {
		r.start(ctx)
		return
	}
	// What it makes is old already. Only when builds have been cancelled again
	// and again may one end, so that the site is never long behind; but not
	// one that takes much longer than others.
	const most, patience = 4, time.Second
	if r.cancelled < most {
		r.cancelled++
		r.building.cancel()
	} else {
		time.AfterFunc(3*r.took+patience-time.Since(r.building.started), r.building.cancel)
	}
}

// release takes what was held back while commands ran.
func (r *run) release(ctx context.Context) {
	held := r.held
	r.held = changes{}
	if !held.since.IsZero() {
		r.take(ctx, held)
	}
}

// settings takes what may have changed in the settings for the watching.
func (r *run) settings() {
	files := watch.NewCatalog(r.dir)
	if files.Same(r.files) {
		return // what is outside, the build tells
	}
	before, old := r.watcher, r.files
	r.files = files
	next, err := r.watch()
	if err != nil {
		r.files = old
		r.options.Log.Error("the settings could not be taken for watching", "reason", err)
		return
	}
	r.watcher = next
	_ = before.Close()
	r.pending.add(changes{all: true, since: time.Now()})
}

// start builds what is pending.
func (r *run) start(ctx context.Context) {
	saved := r.pending
	r.unpublished.add(saved)
	r.pending = changes{}
	r.number++
	ctx, cancel := context.WithCancel(ctx)
	b := &building{
		catalog: r.dir, cancel: cancel, events: make(chan event), started: time.Now(), saved: r.unpublished,
		dir: filepath.Join(r.temp, strconv.Itoa(r.number)),
	}
	r.building = b
	if _, err := os.Stat(r.site); err != nil {
		r.site = "" // somebody has tidied up
	}
	job := worker.Job{Output: filepath.Join(b.dir, "site"), Before: r.site}
	if !r.unpublished.all && r.site != "" {
		job.Changed, job.Shown = r.unpublished.files, r.hub.shown()
	}
	go func() {
		defer cancel()
		if err := os.MkdirAll(b.dir, 0o700); err != nil {
			b.events <- event{err: fmt.Errorf("making a directory for the site: %w", err), ended: true}
			return
		}
		result, err := r.builder.Build(ctx, job, worker.Events{
			First:    func(p *build.Pages) { b.events <- event{first: p} },
			Progress: func(p build.Progress) { b.events <- event{progress: &p} },
		})
		b.events <- event{result: result, err: err, ended: true}
	}()
}

// cancel ends the build under way and waits for it.
func (r *run) cancel() {
	if r.building == nil {
		return
	}
	r.building.cancel()
	for e := range r.building.events {
		if e.ended {
			break
		}
	}
	_ = os.RemoveAll(r.building.dir)
	r.building = nil
}

// happened takes what a build tells.
func (r *run) happened(ctx context.Context, e event) {
	b := r.building
	switch {
	case e.ended:
		r.ended(ctx, e)
	case e.first != nil && !r.pending.all:
		r.publishFirst(e.first)
	case e.progress != nil:
		r.progress(b, *e.progress)
		if !b.reading.IsZero() {
			r.release(ctx)
		}
	}
}

// progress tells how far a build is, once it takes long.
func (r *run) progress(b *building, p build.Progress) {
	const long, every = 2 * time.Second, 250 * time.Millisecond
	switch {
	case p.Stage == build.StageCommands:
		b.commands = true
	case p.Stage == build.StageReading && b.commands && b.reading.IsZero():
		b.reading = p.At
	}
	if r.options.Progress != nil {
		r.options.Progress(p)
	}
	if time.Since(b.started) > long && time.Since(b.told) > every {
		b.told = time.Now()
		r.hub.tell(&p)
	}
}

// ended takes the end of a build, and starts the next if there is one to do.
func (r *run) ended(ctx context.Context, e event) {
	b := r.building
	r.building, r.last = nil, b
	switch {
	case e.err == nil:
		e.err = r.publish(b, e.result)
		r.cancelled, r.took = 0, time.Since(b.started)
	case errors.Is(e.err, context.Canceled) && (ctx.Err() != nil || !r.pending.since.IsZero()):
		_ = os.RemoveAll(b.dir)
		e.err = nil // the next one has it all
	}
	if e.err != nil {
		_ = os.RemoveAll(b.dir)
		r.cancelled = 0
		r.unpublished.since = time.Time{} // nobody has waited from then on
		r.failed(b, e.err)
	}
	r.hub.tell(nil)
	r.release(ctx)
	if r.building != nil {
		return
	}
	if !r.pending.since.IsZero() && ctx.Err() == nil {
		r.start(ctx)
	}
}

// failed shows why a build has not come about. The site stays as it was.
func (r *run) failed(b *building, err error) {
	var wrong *problem.Problem
	if !errors.As(err, &wrong) {
		wrong = &problem.Problem{Kind: problem.Worker, Message: "the catalog can't be built: " + err.Error(),
			Hint: "see to that, and save again; the site is as it was before"}
		if _, err := os.Stat(r.dir); errors.Is(err, fs.ErrNotExist) {
			wrong.Message, wrong.Hint = "the catalog's directory isn't there", "bring it back; the site is as it was before"
		}
	}
	problems := append(slices.Clone(r.hub.problems), wrong)
	problems = slices.DeleteFunc(problems, func(p *problem.Problem) bool { return p.Kind == problem.Worker && p != wrong })
	r.hub.report(problems)
	r.options.Log.Error("not built", "changed", r.summary(b.saved), "after", round(time.Since(b.started)))
	r.print(problems)
}
