// Package watch turns what happens to the files of some directories into
// settled batches of changes.
//
// A Watcher is given directories and tells, in a Batch, which files in and
// below them are new or have been written, and which are gone. It waits until
// nothing has happened for a moment, but not for ever, so that what belongs
// together comes together: however an editor replaces a file, the file has
// changed, and nothing is told of its temporary ones. A batch names regular
// files and symbolic links, never directories: of a directory that appears,
// goes or moves it names every file. A symbolic link counts by itself; what
// it leads to is not watched. A directory that is asked for may be a link, but
// one that is asked for by two names is told of by one of them. Changes of
// nothing but permissions are none. That a directory above all the watched
// ones gets another name goes unseen, as it would in a shell.
//
// Batches wait for their reader. Those that it has not taken become one, and
// nothing is lost with that: a file that was told of and then went is told of
// again, and one that came and went unseen is not told of at all.
//
// The system's events are used where there are any. Where they are exhausted,
// or the file system has none, the Watcher says so and looks at the files
// again and again instead. Where events were lost, it begins anew and asks
// for a Rescan. It keeps the names of the files, to tell a file that is gone
// from one that nobody has seen, and nothing else of them.
//
// A Catalog says what of a catalog's directory to watch.
//
// One goroutine owns all this: events, looks, calls of Watch and the moments
// when a batch has settled come to it one after the other.
package watch

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// Options are the choices of a Watcher.
type Options struct {
	// Ignore reports whether what a path names is of no interest; dir tells
	// whether that is a directory. What is below an ignored directory is not
	// looked at. The watched directories themselves are not asked about. nil
	// ignores nothing. It is called from one goroutine at a time.
	Ignore func(path string, dir bool) bool
	// Poll looks at the files again and again instead of waiting for events.
	Poll bool
	// Quiet is how long nothing must happen before a batch is settled; zero
	// means 15 ms.
	Quiet time.Duration
	// Longest is after how long a batch is settled although something still
	// happens; zero means 250 ms.
	Longest time.Duration
	// Every is how long polling waits between two looks; zero means ten times
	// as long as a look takes, and between 300 ms and 5 s.
	Every time.Duration
	// Say is told, once, that the watcher polls although it was not asked to:
	// why, and what to do about it. It must not call the watcher. nil says
	// nothing.
	Say func(text string)
}

// A Batch is what has changed since the one before it. Its paths are absolute
// and sorted.
type Batch struct {
	Changed []string // files that are new or have been written
	Removed []string // files that are gone
	Rescan  bool     // events were lost: anything else may have changed too
}

// A Watcher watches directories.
type Watcher struct {
	options Options
	open    func() (*source, error)
	tree    *tree
	said    bool

	batches  chan Batch
	requests chan request
	stop     chan struct{}
	stopOnce sync.Once
	done     chan struct{}

	settled *time.Timer // fires when the changes of the tree are a batch
	since   time.Time   // when the first of them was noted; zero if there is none
	look    *time.Timer // fires when polling looks again
}

// A request is a call of Watch.
type request struct {
	dirs   []string
	answer chan<- error
}

// New returns a Watcher of the directories and of all below them. It sees
// what happens after New has returned. The directories are absolute paths, as
// in Watch.
func New(dirs []string, o Options) (*Watcher, error) {
	return newWatcher(dirs, o, openSource)
}

func newWatcher(dirs []string, o Options, open func() (*source, error)) (*Watcher, error) {
	roots, err := checkRoots(dirs)
	if err != nil {
		return nil, err
	}
	if o.Quiet <= 0 {
		o.Quiet = 15 * time.Millisecond
	}
	if o.Longest <= 0 {
		o.Longest = 250 * time.Millisecond
	}
	w := &Watcher{
		options:  o,
		open:     open,
		tree:     newTree(roots, o.Ignore),
		batches:  make(chan Batch),
		requests: make(chan request),
		stop:     make(chan struct{}),
		done:     make(chan struct{}),
		settled:  stoppedTimer(),
		look:     stoppedTimer(),
	}
	w.begin()
	go w.run()
	return w, nil
}

// checkRoots returns the directories clean, sorted and once each.
func checkRoots(dirs []string) ([]string, error) {
	var roots []string
	for _, dir := range dirs {
		if !filepath.IsAbs(dir) {
			return nil, fmt.Errorf("watching %s: not an absolute path", dir)
		}
		roots = append(roots, filepath.Clean(dir))
	}
	slices.Sort(roots)
	return slices.Compact(roots), nil
}

func stoppedTimer() *time.Timer {
	t := time.NewTimer(time.Hour)
	t.Stop()
	return t
}

// Batches returns the channel of what has changed. Close closes it.
func (w *Watcher) Batches() <-chan Batch { return w.batches }

// Watch sets the watched directories anew: those not named any more are
// dropped, and what is in new ones now counts as known. A directory that does
// not exist is waited for, and all that it has when it appears is told.
func (w *Watcher) Watch(dirs []string) error {
	roots, err := checkRoots(dirs)
	if err != nil {
		return err
	}
	answer := make(chan error, 1)
	select {
	case w.requests <- request{roots, answer}:
		return <-answer
	case <-w.done:
		return fmt.Errorf("watching: %w", fs.ErrClosed)
	}
}

// Close ends the watching. When it returns, nothing of the Watcher runs any
// more.
func (w *Watcher) Close() error {
	w.stopOnce.Do(func() { close(w.stop) })
	<-w.done
	return nil
}

// run is the Watcher's goroutine.
func (w *Watcher) run() {
	defer close(w.done)
	defer close(w.batches)
	defer w.tree.close()
	var ready changes // settled, but not read yet
	var batch Batch   // what they come to
	var out chan<- Batch
	for {
		count := w.tree.changes.count
		select {
		case news := <-w.tree.news():
			w.heed(news)
		case <-w.look.C:
			w.poll(func() error { return w.tree.place(w.tree.roots) })
		case r := <-w.requests:
			w.rewatch(r.dirs)
			r.answer <- nil
		case <-w.settled.C:
			ready.merge(&w.tree.changes)
			w.tree.changes, w.since, count = changes{}, time.Time{}, 0
			if batch, out = ready.batch(), nil; !ready.empty() {
				out = w.batches
			}
		case out <- batch:
			ready, batch, out = changes{}, Batch{}, nil
		case <-w.stop:
			return
		}
		if w.tree.changes.count != count {
			w.debounce()
		}
	}
}

// debounce lets a batch settle when nothing more has happened for a while, or
// when its first change has waited long enough.
func (w *Watcher) debounce() {
	now := time.Now()
	if w.since.IsZero() {
		w.since = now
	}
	w.settled.Reset(min(w.options.Quiet, max(0, w.since.Add(w.options.Longest).Sub(now))))
}

// begin watches everything from the start: by events if it can.
func (w *Watcher) begin() {
	if w.options.Poll {
		w.startPolling()
		return
	}
	if text := eventless(w.tree.roots); text != "" {
		w.fallBack(text)
		return
	}
	s, err := w.open()
	if err == nil {
		err = w.tree.begin(s)
	}
	if err != nil {
		w.fallBack(remedy(err))
	}
}

// fallBack goes over to polling, and says so.
func (w *Watcher) fallBack(text string) {
	if w.options.Say != nil && !w.said {
		w.options.Say(text)
	}
	w.said = true
	w.startPolling()
}

func (w *Watcher) startPolling() {
	w.poll(func() error { return w.tree.begin(nil) })
}

// poll looks at the files and sets the time of the next look.
func (w *Watcher) poll(look func() error) {
	start := time.Now()
	_ = look() // only events can be exhausted
	every := w.options.Every
	if every <= 0 {
		every = min(max(10*time.Since(start), 300*time.Millisecond), 5*time.Second)
	}
	w.look.Reset(every)
}

// heed does what events ask for. When some were lost, or there can be no more
// of them, it begins anew.
func (w *Watcher) heed(n news) {
	err := n.err
	for i := 0; i < len(n.events) && err == nil; i++ {
		err = w.tree.heed(n.events[i])
	}
	switch {
	case err == nil:
		return
	case exhausted(err):
		w.fallBack(remedy(err))
	default:
		w.begin()
	}
	w.tree.changes.lose()
}

// rewatch is Watch, in the goroutine that owns the tree.
func (w *Watcher) rewatch(roots []string) {
	err := w.tree.replant(roots)
	if w.tree.source == nil {
		return
	}
	text := eventless(roots)
	if err != nil {
		text = remedy(err)
	}
	if text != "" {
		w.fallBack(text)
		w.tree.changes.lose()
	}
}
