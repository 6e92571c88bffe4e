package watch

import (
	"errors"
	"io/fs"
	"runtime"
	"syscall"

	"github.com/fsnotify/fsnotify"
)

// notifier is what is needed of an fsnotify.Watcher besides its channels. The
// tests put their own before it, to exhaust what a machine has plenty of.
type notifier interface {
	Add(dir string) error
	Remove(dir string) error
	Close() error
}

// news are events in their order. With an error, others are missing.
type news struct {
	events []fsnotify.Event
	err    error
}

// A source of events reads them as they come and keeps them until they are
// wanted. fsnotify asks for this: some of its systems can't add a watch while
// an event or an error waits to be read. And the system's own queue is short.
type source struct {
	notifier
	news chan news
	done chan struct{}
}

// longestNews is how many events are kept. Reading all the directories again
// is cheaper than more of them.
const longestNews = 1 << 16

func openSource() (*source, error) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	return newSource(w, w.Events, w.Errors), nil
}

func newSource(n notifier, events <-chan fsnotify.Event, errs <-chan error) *source {
	s := &source{notifier: n, news: make(chan news), done: make(chan struct{})}
	go s.read(events, errs)
	return s
}

// read takes events and errors until the notifier is closed.
func (s *source) read(events <-chan fsnotify.Event, errs <-chan error) {
	defer close(s.done)
	var n news
	var out chan<- news
	for {
		select {
		case e, open := <-events:
			if !open {
				return
			}
			n.add(e)
		case err, open := <-errs:
			if !open {
				errs = nil
			}
			n.fail(err)
		case out <- n:
			n = news{}
		}
		if out = nil; len(n.events) > 0 || n.err != nil {
			out = s.news
		}
	}
}

func (n *news) add(e fsnotify.Event) {
	last := len(n.events) - 1
	if n.err != nil || last >= 0 && n.events[last] == e {
		return
	}
	if len(n.events) == longestNews {
		n.fail(fsnotify.ErrEventOverflow)
		return
	}
	n.events = append(n.events, e)
}

// fail keeps an error instead of the events. That a file was gone or may not
// be read before it could be watched is none.
func (n *news) fail(err error) {
	if err == nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return
	}
	if !exhausted(n.err) {
		n.err = err
	}
	n.events = nil
}

// close ends the notifier and waits for the goroutine.
func (s *source) close() {
	_ = s.Close()
	<-s.done
}

// exhausted reports whether an error means that the system has no more
// watches to give.
func exhausted(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
}

// remedy says why there are no events, and what to do about it.
func remedy(err error) string {
	const instead = " so the files are looked at again and again instead."
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return "The system lets no more directories be watched," + instead +
			" Allow more with: sudo sysctl fs.inotify.max_user_watches=524288"
	case exhausted(err) && runtime.GOOS == "linux":
		return "The system lets no more programs watch files," + instead +
			" Allow more with: sudo sysctl fs.inotify.max_user_instances=1024"
	case exhausted(err):
		return "No more files can be open," + instead + " Allow more before starting again with: ulimit -n 10240"
	}
	return "The system can't tell of changes (" + err.Error() + ")," + instead + " Choose polling to expect that."
}
