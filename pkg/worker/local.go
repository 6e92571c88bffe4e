package worker

import (
	"context"
	"sync"

	"github.com/storytime-dev/storytime/pkg/build"
)

// A Local does what a Pool does in the process itself, without its limits:
// for debugging, and for programs that can't call Main.
type Local struct {
	options build.Options

	one   sync.Mutex // held while something is rendered
	ahead chan *build.Draft
	stop  context.CancelFunc // of the reading ahead
}

// NewLocal returns a Local that reads ahead already.
func NewLocal(options Options) *Local {
	l := &Local{options: build.Options{Dir: options.Dir, Jobs: options.Jobs, StoryTimeout: options.StoryTimeout}}
	l.readAhead()
	return l
}

func (l *Local) readAhead() {
	ctx, stop := context.WithCancel(context.Background())
	ahead := make(chan *build.Draft, 1)
	l.ahead, l.stop = ahead, stop
	go func() {
		draft, err := build.ReadAhead(ctx, l.options)
		if err != nil {
			draft = nil
		}
		ahead <- draft
	}()
}

// Build does a job.
func (l *Local) Build(ctx context.Context, job Job, events Events) (*Result, error) {
	l.one.Lock()
	defer l.one.Unlock()
	if !job.wantsDraft() {
		l.stop()
	}
	draft := <-l.ahead
	l.stop()
	if draft != nil && !job.wantsDraft() {
		draft.Close()
		draft = nil
	}
	// What is read from now on has all that this job is about.
	ahead := sync.OnceFunc(l.readAhead)
	defer ahead()
	first := events.First
	events.First = func(pages *build.Pages) {
		if first != nil {
			first(pages)
		}
		ahead()
	}
	return do(ctx, draft, l.options, job, events)
}

// Try renders a story with other props.
func (l *Local) Try(ctx context.Context, t build.Trial) (*build.TrialResult, error) {
	l.one.Lock()
	defer l.one.Unlock()
	draft := <-l.ahead
	if draft == nil {
		l.readAhead()
		draft = <-l.ahead
	}
	l.ahead <- draft
	if draft == nil {
		return nil, errTryAgain
	}
	ctx, cancel := context.WithTimeout(ctx, maxTrial)
	defer cancel()
	return draft.Try(ctx, t)
}

// Close gives back what was read ahead.
func (l *Local) Close() {
	l.one.Lock()
	defer l.one.Unlock()
	l.stop()
	if draft := <-l.ahead; draft != nil {
		draft.Close()
	}
	l.ahead <- nil
}
