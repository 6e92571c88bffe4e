package worker

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/storytime-dev/storytime/pkg/build"
	"github.com/storytime-dev/storytime/pkg/problem"
)

// A child is a worker seen from the pool.
type child struct {
	cmd     *exec.Cmd
	orders  lines
	reports chan report   // closed when it has no more to say
	gone    chan struct{} // closed when it and what it started have ended
	group   *group
	marker  string
	stderr  *tail
	state   error // of the process, once it is gone

	mutex   sync.Mutex
	claimed bool   // a job is to be given to it
	trial   *trial // the story that it tries; nil for none
}

// start starts a worker, which then reads ahead.
func start(options Options) (*child, error) {
	executable, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding the program's own file: %w", err)
	}
	if runtime.GOOS == "linux" {
		// It may have been replaced or removed since; this is what runs.
		executable = "/proc/self/exe"
	}
	c := &child{
		reports: make(chan report, 16), gone: make(chan struct{}), stderr: &tail{},
		marker: strconv.Itoa(os.Getpid()) + "." + rand.Text(),
	}
	c.cmd = exec.Command(executable)
	c.cmd.Args = []string{os.Args[0], argument}
	c.cmd.Env = append(os.Environ(), environment+"="+c.marker)
	c.cmd.Stderr = c.stderr
	contain(c.cmd)
	stdin, err := c.cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("starting a worker: %w", err)
	}
	stdout, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("starting a worker: %w", err)
	}
	// What a command left behind may hold the output open.
	c.cmd.WaitDelay = time.Second
	if err := c.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting a worker: %w", err)
	}
	if c.group, err = newGroup(c.cmd, c.marker); err != nil {
		_ = c.cmd.Process.Kill()
		_ = c.cmd.Wait()
		return nil, fmt.Errorf("starting a worker: %w", err)
	}
	c.orders.w = stdin
	go c.listen(stdout)
	_ = c.orders.send(order{Setup: &setup{ // if it is dead already, that shows elsewhere
		Dir: options.Dir, Jobs: options.Jobs, StoryTimeout: options.StoryTimeout,
		Timeout: options.Timeout, Memory: options.Memory, Temp: options.Temp,
	}})
	return c, nil
}

// listen takes the worker's reports until it has ended, and buries it.
func (c *child) listen(stdout io.Reader) {
	_ = receive(stdout, func(r report) { c.reports <- r })
	// Its output has ended, so it has, or will. It hasn't been waited for, so
	// its number is still its own.
	c.group.kill()
	c.state = c.cmd.Wait()
	sweep(c.marker)
	close(c.reports)
	close(c.gone)
}

// end ends the worker and waits until it is gone.
func (c *child) end() {
	select {
	case <-c.gone:
	default:
		killDescendants(c.cmd.Process.Pid)
		_ = c.cmd.Process.Kill() // its output ends with it, and then the rest
	}
	for range c.reports { // it may be waiting to be heard
	}
	<-c.gone
}

// errNotStarted is the error of a worker that died before it took its job.
var errNotStarted = errors.New("the worker did not take its job")

// follow waits for the result of the job that was given to a worker. soon is
// called when the first pages are there, or when it is plain that there won't
// be any.
func (c *child) follow(ctx context.Context, options Options, events Events, soon func()) (*Result, error) {
	const grace = 5 * time.Second // it watches its time itself
	late := time.NewTimer(options.Timeout + grace)
	defer late.Stop()
	started := false
	for {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-late.C:
			return nil, (&limit{Time: options.Timeout}).problem()
		case r, more := <-c.reports:
			switch {
			case !more && !started:
				return nil, errNotStarted
			case !more:
				return nil, c.crashed()
			case r.Started:
				started = true
			case r.Done != nil:
				soon()
				return r.Done, nil
			case r.Failed != "":
				return nil, errors.New(r.Failed)
			case r.Limit != nil:
				return nil, r.Limit.problem()
			case r.First != nil:
				if events.First != nil {
					events.First(r.First)
				}
				soon()
			case r.Progress != nil:
				if begun(r.Progress.Stage) {
					soon()
				}
				if events.Progress != nil {
					events.Progress(*r.Progress)
				}
			}
		}
	}
}

// begun reports whether a build is past what the next worker would do as well
// while it reads ahead: two compilers of one host take longer than one.
func begun(stage string) bool {
	return stage == build.StageRendering || stage == build.StageWriting
}

// maxTrial is how long a story may be tried.
const maxTrial = 5 * time.Second

// A trial under way: whoever needs its worker closes interrupted, and its
// owner closes done.
type trial struct{ interrupted, done chan struct{} }

// try renders a story in a worker that stands by.
func (c *child) try(ctx context.Context, t build.Trial) (*build.TrialResult, error) {
	own := &trial{make(chan struct{}), make(chan struct{})}
	c.mutex.Lock()
	if c.claimed { // and no longer the one that stands by
		c.mutex.Unlock()
		return nil, errTryAgain
	}
	c.trial = own
	c.mutex.Unlock()
	defer func() {
		c.mutex.Lock()
		c.trial = nil
		c.mutex.Unlock()
		close(own.done)
	}()
	if err := c.orders.send(order{Try: &t}); err != nil {
		<-c.gone
		return nil, errTryAgain
	}
	const moment = 250 * time.Millisecond
	timer := time.NewTimer(maxTrial)
	defer timer.Stop()
	given := ctx.Done()
	for {
		select {
		case <-given: // most stories are done before anybody is sorry
			given = nil
			timer.Reset(moment)
		case r, more := <-c.reports:
			switch {
			case !more:
				return nil, c.crashed()
			case r.Tried != nil:
				return r.Tried, nil
			case r.Limit != nil:
				return nil, r.Limit.problem()
			case r.Failed != "":
				return nil, errors.New(r.Failed)
			}
		case <-own.interrupted:
			return nil, errTryAgain
		case <-timer.C: // it may go on for ever
			c.end()
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return nil, (&limit{Time: maxTrial, Stories: []string{t.Story}}).problem()
		}
	}
}

// finishTrial claims the worker for a job: a story that is being tried gets a
// moment to end. It reports false if that takes longer, and the worker is no
// longer of use.
func (c *child) finishTrial() bool {
	const moment = 50 * time.Millisecond
	c.mutex.Lock()
	c.claimed = true
	t := c.trial
	c.mutex.Unlock()
	if t == nil {
		return true
	}
	select {
	case <-t.done:
		return true
	case <-time.After(moment):
		close(t.interrupted)
		<-t.done
		return false
	}
}

// crashed is the problem of a worker that has ended without a word.
func (c *child) crashed() *problem.Problem {
	why := "it ended"
	if c.state != nil {
		why = c.state.Error()
	}
	return &problem.Problem{
		Kind:    problem.Worker,
		Message: "the process that built the catalog ended before it was done: " + why,
		Hint:    "save again to build again; the site is as it was before",
		Detail:  c.stderr.String(),
	}
}

// problem says which limit was reached, and where.
func (l *limit) problem() *problem.Problem {
	p := &problem.Problem{Kind: problem.Worker, Stories: l.Stories}
	where := "the build"
	if len(l.Stories) > 0 {
		where = "rendering " + strings.Join(l.Stories, ", ")
	}
	if l.Memory > 0 {
		p.Message = fmt.Sprintf("%s took more than %s of memory and was ended", where, size(l.Memory))
		p.Hint = "let what repeats in it end; --build-memory gives it more"
		return p
	}
	p.Message = fmt.Sprintf("%s took longer than %s and was ended", where, l.Time)
	p.Hint = "let what repeats in it end; --build-timeout gives it longer"
	return p
}

// size is a number of bytes as people write it.
func size(bytes int64) string {
	const mebi, gibi = 1 << 20, 1 << 30
	if bytes >= gibi && bytes%gibi == 0 {
		return fmt.Sprintf("%d GiB", bytes/gibi)
	}
	return fmt.Sprintf("%d MiB", bytes/mebi)
}

// A tail keeps the end of what is written to it.
type tail struct {
	mutex sync.Mutex
	data  []byte
}

const maxTail = 4 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.data = append(t.data, p...)
	if over := len(t.data) - maxTail; over > 0 {
		t.data = append([]byte(nil), t.data[over:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return strings.TrimSpace(string(bytes.ToValidUTF8(t.data, nil)))
}
