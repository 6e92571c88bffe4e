package watch

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
)

// limited lets only so many watches be added.
type limited struct {
	notifier
	left atomic.Int32
	err  error // of the others
}

func (l *limited) Add(dir string) error {
	if l.left.Add(-1) < 0 {
		return l.err
	}
	return l.notifier.Add(dir)
}

// openLimited returns how to open a source that gives an error for all
// watches after the first.
func openLimited(watches int32, err error) func() (*source, error) {
	return func() (*source, error) {
		w, openErr := fsnotify.NewWatcher()
		if openErr != nil {
			return nil, openErr
		}
		l := &limited{notifier: w, err: err}
		l.left.Store(watches)
		return newSource(l, w.Events, w.Errors), nil
	}
}

// sayings records what a Watcher says.
type sayings struct {
	mutex sync.Mutex
	texts []string
}

func (s *sayings) say(text string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.texts = append(s.texts, text)
}

// once checks that one thing was said, with a remedy.
func (s *sayings) once(t *testing.T, remedy string) {
	t.Helper()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if len(s.texts) != 1 || !strings.Contains(s.texts[0], remedy) {
		t.Errorf("said %q, want one text with %q", s.texts, remedy)
	}
}

func saying(s *sayings) Options {
	return Options{Ignore: ignore, Every: 5 * time.Millisecond, Say: s.say}
}

func TestPollsIfThereAreNoWatchesFromTheStart(t *testing.T) {
	for _, test := range []struct {
		name   string
		open   func() (*source, error)
		remedy string
	}{
		{"none can be opened", func() (*source, error) { return nil, syscall.EMFILE }, "sysctl fs.inotify.max_user_instances="},
		{"the first fails", openLimited(0, syscall.ENOSPC), "sysctl fs.inotify.max_user_watches=524288"},
		{"the third fails", openLimited(2, syscall.ENOSPC), "sysctl fs.inotify.max_user_watches=524288"},
		{"there are no events", func() (*source, error) { return nil, errors.New("no such call") }, "no such call"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var s sayings
			p := newPlaceWith(t, saying(&s), test.open)
			p.write("forms/deep/select.md", "a/b/new.md")
			p.remove("button.md")
			p.tells("forms/deep/select.md a/b/new.md", "button.md")
			s.once(t, test.remedy)
		})
	}
}

func TestPollsAndRescansIfNewDirectoriesExhaustTheWatches(t *testing.T) {
	var s sayings
	p := newPlaceWith(t, saying(&s), openLimited(4, syscall.ENOSPC))
	p.write("forms/input.md")
	p.tells("forms/input.md", "")
	p.write("a/b/c/new.md")
	p.untilRescan()
	p.before = p.files()
	p.write("a/b/c/new.md")
	p.tells("a/b/c/new.md", "")
	s.once(t, "max_user_watches")
}

func TestPollsAndRescansIfWatchExhaustsTheWatches(t *testing.T) {
	var s sayings
	p := newPlaceWith(t, saying(&s), openLimited(3, syscall.ENOSPC))
	p.must(p.w.Watch(p.paths([]string{".", "../outside"})))
	p.untilRescan()
	p.write("../outside/other/there.md")
	p.tells("../outside/other/there.md", "")
	s.once(t, "max_user_watches")
}

func TestADirectoryThatMayNotBeWatchedStopsNothing(t *testing.T) {
	p := newPlaceWith(t, withEvents(t), openLimited(3, fs.ErrPermission))
	p.rename("../outside/other", "closed")
	p.write("forms/deep/select.md")
	p.tells("closed/there.md forms/deep/select.md", "")
}

// deaf hears no events, only errors.
type deaf struct {
	notifier
	events chan fsnotify.Event
}

func (d deaf) Close() error {
	close(d.events)
	return d.notifier.Close()
}

func TestLostEventsAskForARescanAndWatchEverythingAnew(t *testing.T) {
	errs := make(chan error)
	var opened atomic.Int32
	p := newPlaceWith(t, withEvents(t), func() (*source, error) {
		w, err := fsnotify.NewWatcher()
		if err != nil || opened.Add(1) > 1 {
			return newSource(w, w.Events, w.Errors), err
		}
		d := deaf{w, make(chan fsnotify.Event)}
		return newSource(d, d.events, errs), nil
	})
	p.write("a/b/new.md")
	p.rename("forms", "fields")
	errs <- fsnotify.ErrEventOverflow
	p.untilRescan()
	p.before = p.files()
	p.write("a/b/new.md", "fields/deep/select.md")
	p.remove("fields/input.md")
	p.tells("a/b/new.md fields/deep/select.md", "fields/input.md")
}

func TestMoreEventsThanAreKeptAreLostEvents(t *testing.T) {
	var n news
	for i := range longestNews {
		n.add(fsnotify.Event{Name: "a", Op: fsnotify.Op(1 << (i % 2))})
	}
	if n.err != nil || len(n.events) != longestNews {
		t.Fatalf("%d events, %v", len(n.events), n.err)
	}
	n.add(fsnotify.Event{Name: "b"})
	n.add(fsnotify.Event{Name: "c"})
	if !errors.Is(n.err, fsnotify.ErrEventOverflow) || n.events != nil {
		t.Errorf("%d events, %v", len(n.events), n.err)
	}
	n.fail(syscall.ENOSPC)
	n.fail(fsnotify.ErrEventOverflow)
	if !exhausted(n.err) {
		t.Errorf("the worst error is not kept: %v", n.err)
	}
}

func TestErrorsOfWhatIsGoneLoseNothing(t *testing.T) {
	n := news{events: []fsnotify.Event{{Name: "a"}}}
	for _, err := range []error{nil, fs.ErrNotExist, syscall.EACCES} {
		n.fail(err)
	}
	if n.err != nil || !slices.Equal(n.events, []fsnotify.Event{{Name: "a"}}) {
		t.Errorf("%v, %v", n.events, n.err)
	}
}
