package watch

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fsnotify/fsnotify"
)

// told is a notifier whose events the test sends.
type told struct{ events chan fsnotify.Event }

func (told) Add(string) error    { return nil }
func (told) Remove(string) error { return nil }
func (n told) Close() error      { close(n.events); return nil }

// inBubble runs a test with a clock that stands still while anything works.
// event changes a file and tells of it.
func inBubble(t *testing.T, o Options, test func(w *Watcher, event func(name string, op fsnotify.Op))) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "old"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		events := make(chan fsnotify.Event)
		w, err := newWatcher([]string{dir}, o, func() (*source, error) {
			return newSource(told{events}, events, nil), nil
		})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		test(w, func(name string, op fsnotify.Op) {
			path := filepath.Join(dir, name)
			if op == fsnotify.Remove {
				err = os.Remove(path)
			} else {
				err = os.WriteFile(path, nil, 0o644)
			}
			if err != nil {
				t.Fatal(err)
			}
			events <- fsnotify.Event{Name: path, Op: op}
		})
	})
}

func (b Batch) bases() (changed, removed []string) {
	for _, path := range b.Changed {
		changed = append(changed, filepath.Base(path))
	}
	for _, path := range b.Removed {
		removed = append(removed, filepath.Base(path))
	}
	return changed, removed
}

func TestABatchSettlesWhenNothingHasHappenedForAWhile(t *testing.T) {
	inBubble(t, Options{}, func(w *Watcher, event func(string, fsnotify.Op)) {
		start := time.Now()
		for range 5 {
			time.Sleep(10 * time.Millisecond)
			event("old", fsnotify.Write)
		}
		<-w.Batches()
		if took := time.Since(start); took != 65*time.Millisecond {
			t.Errorf("after %v, want 50 ms of events and 15 ms of none", took)
		}
	})
}

func TestABatchSettlesAlthoughSomethingStillHappens(t *testing.T) {
	inBubble(t, Options{}, func(w *Watcher, event func(string, fsnotify.Op)) {
		start := time.Now()
		done := make(chan bool)
		go func() {
			for range 100 {
				event("old", fsnotify.Write)
				time.Sleep(10 * time.Millisecond)
			}
			close(done)
		}()
		<-w.Batches()
		if took := time.Since(start); took != 250*time.Millisecond {
			t.Errorf("after %v, want 250 ms", took)
		}
		for reading := true; reading; {
			select {
			case <-w.Batches():
			case <-done:
				reading = false
			}
		}
	})
}

func TestIgnoredEventsDoNotDelayABatch(t *testing.T) {
	inBubble(t, Options{Ignore: ignore}, func(w *Watcher, event func(string, fsnotify.Op)) {
		start := time.Now()
		event("old", fsnotify.Write)
		time.Sleep(10 * time.Millisecond)
		event("log.skip", fsnotify.Write)
		<-w.Batches()
		if took := time.Since(start); took != 15*time.Millisecond {
			t.Errorf("after %v, want 15 ms", took)
		}
	})
}

func TestUnreadBatchesBecomeOneThatComparesTheFirstStateWithTheLast(t *testing.T) {
	inBubble(t, Options{}, func(w *Watcher, event func(string, fsnotify.Op)) {
		for _, e := range []struct {
			name string
			op   fsnotify.Op
		}{
			{"new", fsnotify.Create}, {"temporary", fsnotify.Create}, {"old", fsnotify.Remove},
			{"temporary", fsnotify.Remove}, {"old", fsnotify.Create}, {"gone", fsnotify.Create},
			{"new", fsnotify.Write}, {"gone", fsnotify.Remove},
		} {
			event(e.name, e.op)
			time.Sleep(time.Second) // a batch of its own
		}
		changed, removed := (<-w.Batches()).bases()
		if !slices.Equal(changed, []string{"new", "old"}) || removed != nil {
			t.Errorf("changed %q, removed %q, want only new and old to have changed", changed, removed)
		}
		synctest.Wait()
		select {
		case b := <-w.Batches():
			t.Errorf("another batch: %v", b)
		case <-time.After(time.Minute):
		}
	})
}

func TestWhatCameAndWentMakesNoBatch(t *testing.T) {
	inBubble(t, Options{}, func(w *Watcher, event func(string, fsnotify.Op)) {
		event("4913", fsnotify.Create)
		event("4913", fsnotify.Remove)
		select {
		case b := <-w.Batches():
			t.Errorf("a batch: %v", b)
		case <-time.After(time.Minute):
		}
	})
}

func TestAFileThatWasToldOfAndWentIsToldOfAgain(t *testing.T) {
	inBubble(t, Options{}, func(w *Watcher, event func(string, fsnotify.Op)) {
		event("new", fsnotify.Create)
		if changed, _ := (<-w.Batches()).bases(); !slices.Equal(changed, []string{"new"}) {
			t.Errorf("changed %q", changed)
		}
		event("new", fsnotify.Remove)
		if _, removed := (<-w.Batches()).bases(); !slices.Equal(removed, []string{"new"}) {
			t.Errorf("removed %q", removed)
		}
	})
}

func TestPollingWaitsTenTimesAsLongAsALookTakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		took := time.Duration(0)
		o := Options{Poll: true, Ignore: func(string, bool) bool { time.Sleep(took); return false }}
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "old"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		for _, test := range []struct{ look, wait time.Duration }{
			{time.Millisecond, 300 * time.Millisecond},
			{100 * time.Millisecond, time.Second},
			{time.Second, 5 * time.Second},
		} {
			took = test.look
			w, err := New([]string{dir}, o)
			if err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			if err := os.WriteFile(filepath.Join(dir, "old"), []byte(test.look.String()), 0o644); err != nil {
				t.Fatal(err)
			}
			<-w.Batches()
			if waited := time.Since(start); waited != test.wait+test.look+15*time.Millisecond {
				t.Errorf("a look of %v: waited %v, want %v", test.look, waited, test.wait)
			}
			if err := w.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}
