package worker

import (
	"cmp"
	"context"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/storytime-dev/storytime/pkg/build"
)

// What tells a worker that it is one: its only argument, and the process that
// it was started by.
const (
	argument    = "__storytime_worker__"
	environment = "STORYTIME_WORKER"
)

// Main does the work of a worker and doesn't return, if this process is one.
// It must be the first statement of a program's main that uses a Pool.
//
// A worker whose starter has died before it came here is still one: it cleans
// up and ends. If it went on as the program, that would start workers, of which
// some might again be too late, without end.
func Main() {
	switch {
	case isWorker():
		adopt()
		code := work(os.Stdin, os.Stdout)
		killDescendants(os.Getpid())
		os.Exit(code)
	case wasToBeWorker():
		removeTemp(os.Stdin)
		os.Exit(exitOrphan)
	}
}

// exitOrphan is the exit code of a worker that came too late.
const exitOrphan = 2

func isWorker() bool {
	parent, _, _ := strings.Cut(os.Getenv(environment), ".")
	return wasToBeWorker() && parent == strconv.Itoa(os.Getppid())
}

// wasToBeWorker reports whether this process was started as a worker, be its
// starter still there or not.
func wasToBeWorker() bool {
	return len(os.Args) == 2 && os.Args[1] == argument && os.Getenv(environment) != ""
}

// A process is a worker seen from within.
type process struct {
	reports lines
	setup   setup
	orders  chan order

	mutex     sync.Mutex
	rendering map[string]int // stories, and how many times
	idle      atomic.Bool    // it stands by, with all read
	ended     chan struct{}  // closed when it builds nothing any more
}

// work is the life of a worker: it reads ahead, does what it is told, and
// returns its exit code.
func work(in io.Reader, out io.Writer) int {
	p := &process{reports: lines{w: out}, orders: make(chan order), rendering: map[string]int{}, ended: make(chan struct{})}
	// A report that nobody hears any more must not end it before it has cleaned
	// up. Notify, not Ignore, which what it starts would inherit.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	alone, orphaned := context.WithCancel(context.Background())
	go func() {
		var temp string
		_ = receive(in, func(o order) {
			if o.Setup != nil {
				temp = o.Setup.Temp // now: what follows it may be the end
			}
			p.orders <- o
		})
		orphaned()
		p.orphaned(temp)
	}()
	defer func() {
		close(p.ended)
		if alone.Err() != nil {
			select {} // it is ended when it has cleaned up
		}
	}()
	first := <-p.orders
	if first.Setup == nil {
		return 2
	}
	p.setup = *first.Setup
	go p.watchMemory()

	// What was read ahead is given up when a job comes that needs none.
	ctx, cancel := context.WithCancel(alone)
	defer cancel()
	drafts := make(chan *build.Draft, 1)
	go func() {
		draft, err := build.ReadAhead(ctx, p.options())
		if err != nil {
			draft = nil // the build will say why
		}
		drafts <- draft
	}()
	job, draft, err := p.standBy(alone, drafts)
	if err != nil {
		return exitOrphan
	}
	p.idle.Store(false)
	_ = p.reports.send(report{Started: true})
	time.AfterFunc(p.setup.Timeout, func() { p.give(limit{Time: p.setup.Timeout}) })
	switch {
	case !job.wantsDraft():
		cancel()
		draft = nil
	case draft == nil:
		draft = <-drafts
	}
	return p.build(alone, draft, job)
}

// orphaned ends the worker: nobody is there any more to work for. It removes
// temp first, which what it builds would make again; a story that doesn't end
// writes nothing.
func (p *process) orphaned(temp string) {
	const patience = time.Second
	select {
	case <-p.ended:
	case <-time.After(patience):
	}
	removeAll(temp)
	endAll()
}

// removeTemp removes the directory that a worker's orders name, for one that
// came too late to do anything else.
func removeTemp(in io.Reader) {
	_ = receive(in, func(o order) {
		if o.Setup != nil {
			removeAll(o.Setup.Temp)
		}
	})
}

// removeAll removes a directory, which another worker may still write to.
func removeAll(dir string) {
	const tries, pause = 50, 20 * time.Millisecond
	for range tries {
		if dir == "" || os.RemoveAll(dir) == nil {
			return
		}
		time.Sleep(pause)
	}
}

// standBy waits for a job, and renders stories until then. Its error is ctx's.
func (p *process) standBy(ctx context.Context, drafts <-chan *build.Draft) (Job, *build.Draft, error) {
	var draft *build.Draft
	for {
		select {
		case <-ctx.Done():
			return Job{}, nil, ctx.Err()
		case draft = <-drafts:
			drafts = nil
			debug.FreeOSMemory() // it may stand for hours
			p.idle.Store(true)
			_ = p.reports.send(report{Ready: true})
		case o := <-p.orders:
			if o.Job != nil {
				return *o.Job, draft, nil
			}
			if o.Try != nil {
				if draft == nil && drafts != nil {
					draft, drafts = <-drafts, nil
				}
				p.idle.Store(false)
				p.try(draft, *o.Try)
				p.idle.Store(true)
			}
		}
	}
}

// try renders one story.
func (p *process) try(draft *build.Draft, t build.Trial) {
	if draft == nil {
		_ = p.reports.send(report{Failed: "the catalog can't be read"})
		return
	}
	result, err := draft.Try(context.Background(), t)
	if err != nil {
		_ = p.reports.send(report{Failed: err.Error()})
		return
	}
	if err := p.reports.send(report{Tried: result}); err != nil {
		_ = p.reports.send(report{Failed: err.Error()})
	}
}

func (p *process) build(ctx context.Context, draft *build.Draft, job Job) int {
	budget := build.BudgetMemory(func(progress build.Progress) { _ = p.reports.send(report{Progress: &progress}) })
	result, err := do(ctx, draft, p.options(), job, Events{
		First:    func(pages *build.Pages) { _ = p.reports.send(report{First: pages}) },
		Progress: seldom(budget),
	})
	if err != nil {
		_ = p.reports.send(report{Failed: err.Error()})
		return 1
	}
	if err := p.reports.send(report{Done: result}); err != nil {
		_ = p.reports.send(report{Failed: err.Error()})
		return 1
	}
	return 0
}

// seldom passes on a new stage, and within one a few calls a second.
func seldom(progress func(build.Progress)) func(build.Progress) {
	const every = 100 * time.Millisecond
	var mutex sync.Mutex
	var stage string
	var last time.Time
	return func(p build.Progress) {
		mutex.Lock()
		defer mutex.Unlock()
		if p.Stage == stage && time.Since(last) < every {
			return
		}
		stage, last = p.Stage, time.Now()
		progress(p)
	}
}

func (p *process) options() build.Options {
	return build.Options{
		Dir: p.setup.Dir, Jobs: p.setup.Jobs, StoryTimeout: p.setup.StoryTimeout,
		Contained: true, Memory: p.setup.Memory, Rendering: p.render,
	}
}

// render remembers which stories are being rendered.
func (p *process) render(story string) (done func()) {
	p.mutex.Lock()
	p.rendering[story]++
	p.mutex.Unlock()
	return func() {
		p.mutex.Lock()
		defer p.mutex.Unlock()
		if p.rendering[story]--; p.rendering[story] == 0 {
			delete(p.rendering, story)
		}
	}
}

// watchMemory ends the process when it takes more memory than it may.
//
// The system could refuse it the memory, but then nobody would know why, and
// Go reserves more than it uses.
func (p *process) watchMemory() {
	const busy, idle = 20 * time.Millisecond, time.Second
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	for {
		if p.idle.Load() {
			time.Sleep(idle)
			continue
		}
		time.Sleep(busy)
		metrics.Read(samples)
		if used := samples[0].Value.Uint64() - samples[1].Value.Uint64(); used > uint64(p.setup.Memory) {
			p.give(limit{Memory: p.setup.Memory})
		}
	}
}

// give gives up: a limit has been reached.
func (p *process) give(l limit) {
	// What holds the lock now is done at once.
	p.mutex.Lock()
	for story := range p.rendering {
		l.Stories = append(l.Stories, story)
	}
	p.mutex.Unlock()
	slices.SortFunc(l.Stories, cmp.Compare[string])
	_ = p.reports.send(report{Limit: &l})
	endAll()
}
