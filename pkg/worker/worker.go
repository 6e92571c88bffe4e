// Package worker does builds in processes of their own, each of which is then
// thrown away.
//
// A component that loops without end, eats memory or takes its process down
// costs one build and not the server. And as nothing survives the process
// that read it, nothing stale can come out of the next build.
//
// # Two processes
//
// A Pool has at most two workers: one that builds, and one that stands by. The
// one that stands by has read the catalog ahead (build.ReadAhead), so that
// the pages on somebody's screen are there at once when a file is saved;
// after them it builds the whole site with build.Site, which reads everything
// anew, and is gone. Another has been started in the meantime. One that dies
// while it stands by is replaced; work is never handed to it.
//
// While it stands by, a worker renders single stories with other props
// (build.Trial).
//
// # How a worker lives and ends
//
// A worker is the program's own executable, started again with one argument
// that nobody would type and the server's process ID in its environment.
// Main, the first statement of the program's main, looks for both; a worker
// never gets beyond it, so it can't start workers. Without both, Main does
// nothing, whatever else the arguments and the environment say; with both, but
// the server gone, it ends the process.
//
// It takes orders from its standard input and reports on its standard output,
// both in JSON lines (protocol.go). When its input ends, because the server
// has ended in whatever way, it ends too. When it takes too long, or too much
// memory, it says in which story and ends; if it can't do even that, it is
// killed. With it goes all that it has started: its process group, and on
// Linux also what has left that.
package worker

import (
	"context"
	"errors"
	"time"

	"github.com/storytime-dev/storytime/pkg/build"
	"github.com/storytime-dev/storytime/pkg/problem"
)

// Options are the choices of a pool.
type Options struct {
	// Dir is the catalog's directory.
	Dir string
	// Jobs and StoryTimeout are as in build.Options.
	Jobs         int
	StoryTimeout time.Duration
	// Temp is a directory that is of no use without the pool's process: if
	// that is killed, a worker removes it. "" is none.
	Temp string
	// Timeout is how long one build may take; zero means two minutes.
	Timeout time.Duration
	// Memory is how many bytes one build may take; zero means 1 GiB.
	Memory int64
}

func (o Options) withDefaults() Options {
	if o.Timeout <= 0 {
		o.Timeout = 2 * time.Minute
	}
	if o.Memory <= 0 {
		o.Memory = 1 << 30
	}
	return o
}

// A Job is one build, or one test.
type Job struct {
	// Test, if not nil, says what to test; nothing is built then.
	Test *build.TestOptions `json:"test,omitempty"`

	// Output is the directory for the new site; it isn't there yet.
	Output string `json:"output"`
	// Before is the directory of the site that it follows; "" for none.
	Before string `json:"before"`
	// Changed are the files that changed since that was built, with their
	// absolute paths. Nil means that this isn't known.
	Changed []string `json:"changed"`
	// Shown are the files of the site that are on a screen, what matters most
	// first.
	Shown []string `json:"shown"`
}

// Events are told how a build goes on. Each may be nil. They are called one
// at a time.
type Events struct {
	// First gets the pages on a screen, before the whole site is there.
	First    func(*build.Pages)
	Progress func(build.Progress)
}

// A Result says what a build did. The site stands in Job.Output.
type Result struct {
	Problems problem.List `json:"problems"`
	Stories  int          `json:"stories"`
	// Changed and Removed are files of the site, in comparison with
	// Job.Before.
	Changed []string `json:"changed"`
	Removed []string `json:"removed"`
	// Outside are the directories outside the catalog that it was read from.
	Outside []string `json:"outside"`
	// Tested is what came of a test.
	Tested *build.TestResult `json:"tested,omitempty"`
}

// ErrClosed is the error of a pool that has been closed.
var ErrClosed = errors.New("the pool of workers is closed")

// do does a job with what was read ahead, if anything was. It is what both a
// process and a Local do.
func do(ctx context.Context, draft *build.Draft, options build.Options, job Job, events Events) (*Result, error) {
	if draft != nil {
		pages, err := draft.Pages(ctx, job.Changed, job.Shown)
		draft.Close()
		if err == nil && pages != nil && events.First != nil {
			events.First(pages)
		}
	}
	if job.Test != nil {
		options.Progress = events.Progress
		tested, err := build.Test(ctx, options, *job.Test)
		if err != nil {
			return nil, err
		}
		return &Result{Tested: tested, Outside: tested.Outside}, nil
	}
	options.Output, options.Before = job.Output, job.Before
	options.AllowProblems, options.Progress = true, events.Progress
	r, err := build.Site(ctx, options)
	if err != nil {
		return nil, err
	}
	return &Result{
		Problems: r.Problems, Stories: r.Stories,
		Changed: r.ChangedFiles, Removed: r.RemovedFiles, Outside: r.Outside,
	}, nil
}

// wantsDraft reports whether what was read ahead can be of use for a job.
func (j *Job) wantsDraft() bool { return len(j.Changed) > 0 && len(j.Shown) > 0 }
