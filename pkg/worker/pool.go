package worker

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/storytime-dev/storytime/pkg/build"
	"github.com/storytime-dev/storytime/pkg/problem"
)

// A Pool does builds in processes, one at a time.
type Pool struct {
	options Options

	one sync.Mutex // held while a build is under way

	mutex   sync.Mutex
	standby *child
	closing chan struct{} // closed when the pool is
	deaths  int           // of workers that stood by, one after the other
	changed chan struct{} // closed, and made anew, when standby changes
	trying  chan struct{} // has room for the one story that is tried
	owned   sync.WaitGroup
}

// NewPool starts a pool with one worker that stands by.
func NewPool(options Options) (*Pool, error) {
	if isWorker() {
		return nil, errors.New("a worker can't have workers: call worker.Main first in the program's main")
	}
	p := &Pool{options: options.withDefaults(), changed: make(chan struct{}), closing: make(chan struct{}), trying: make(chan struct{}, 1)}
	if err := p.warm(); err != nil {
		return nil, err
	}
	return p, nil
}

// Close ends all workers and waits until they are gone.
func (p *Pool) Close() {
	if p.closed() {
		return
	}
	p.mutex.Lock()
	close(p.closing)
	c := p.standby
	p.setStandby(nil)
	p.mutex.Unlock()
	if c != nil {
		c.end()
	}
	p.owned.Wait()
}

func (p *Pool) closed() bool {
	select {
	case <-p.closing:
		return true
	default:
		return false
	}
}

// setStandby says who stands by. The caller has the mutex.
func (p *Pool) setStandby(c *child) {
	p.standby = c
	close(p.changed)
	p.changed = make(chan struct{})
}

// warm starts a worker that stands by, if there is none.
func (p *Pool) warm() error {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.closed() || p.standby != nil {
		return nil
	}
	c, err := start(p.options)
	if err != nil {
		return err
	}
	p.setStandby(c)
	p.owned.Go(func() {
		<-c.gone
		p.mutex.Lock()
		died := p.standby == c // and nobody has taken it
		if died {
			p.setStandby(nil)
			p.deaths++
		}
		wait := delay(p.deaths)
		p.mutex.Unlock()
		if !died {
			return
		}
		p.owned.Go(func() { // replace it
			select {
			case <-time.After(wait):
				_ = p.warm()
			case <-p.closing:
			}
		})
	})
	return nil
}

// delay is how long to wait before a worker that died is replaced. The first
// few times that is none at all; a program that can't run its workers must
// not do nothing but start them.
func delay(deaths int) time.Duration {
	const patience, step, longest = 10, 50 * time.Millisecond, time.Second
	return min(longest, step*time.Duration(max(0, deaths-patience)))
}

// take takes the worker that stands by, or starts one.
func (p *Pool) take() (*child, error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.closed() {
		return nil, ErrClosed
	}
	if c := p.standby; c != nil {
		p.setStandby(nil)
		return c, nil
	}
	c, err := start(p.options)
	if err == nil {
		p.owned.Go(func() { <-c.gone })
	}
	return c, err
}

// Build does a job. The error is a *problem.Problem if the worker was at
// fault, and ctx's if that ended; either way the worker and all that it
// started are gone, and nothing uses Job.Output any more.
func (p *Pool) Build(ctx context.Context, job Job, events Events) (*Result, error) {
	p.one.Lock()
	defer p.one.Unlock()
	const tries = 3 // one may die just as it is asked
	for range tries {
		c, err := p.take()
		if err != nil {
			return nil, err
		}
		result, err := p.run(ctx, c, job, events)
		if !errors.Is(err, errNotStarted) || ctx.Err() != nil {
			return result, err
		}
	}
	return nil, &problem.Problem{Kind: problem.Worker, Message: "the processes that build the catalog end before they begin",
		Hint: "restart Storytime; if it goes on, try --isolate=false to see why"}
}

// run gives a job to a worker, and follows it to the worker's end.
func (p *Pool) run(ctx context.Context, c *child, job Job, events Events) (*Result, error) {
	defer c.end()
	if !c.finishTrial() {
		return nil, errNotStarted
	}
	if err := c.orders.send(order{Job: &job}); err != nil {
		return nil, errNotStarted
	}
	// The one that is to stand by next is started once the pages on a screen
	// are there, or this one has read and compiled all: reading ahead takes a
	// processor, and compiles the same.
	const patience = 5 * time.Second
	timer := time.AfterFunc(patience, func() { _ = p.warm() })
	defer timer.Stop()
	return c.follow(ctx, p.options, events, func() {
		p.mutex.Lock()
		p.deaths = 0
		p.mutex.Unlock()
		_ = p.warm()
	})
}

// errTryAgain is the error of a trial that a build has interrupted.
var errTryAgain = errors.New("interrupted by a build")

// Try renders a story with other props. It is done by the worker that stands
// by, one story at a time. A story has a few seconds, and a moment after the
// end of ctx. The error is a *problem.Problem if the story took the worker
// down.
func (p *Pool) Try(ctx context.Context, t build.Trial) (*build.TrialResult, error) {
	select {
	case p.trying <- struct{}{}:
		defer func() { <-p.trying }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	for ctx.Err() == nil {
		c, err := p.ready(ctx)
		if err != nil {
			return nil, err
		}
		result, err := c.try(ctx, t)
		if !errors.Is(err, errTryAgain) {
			return result, err
		}
	}
	return nil, ctx.Err()
}

// ready waits for a worker that stands by.
func (p *Pool) ready(ctx context.Context) (*child, error) {
	for {
		p.mutex.Lock()
		c, changed := p.standby, p.changed
		p.mutex.Unlock()
		if c != nil {
			return c, nil
		}
		select {
		case <-changed:
		case <-p.closing:
			return nil, ErrClosed
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
