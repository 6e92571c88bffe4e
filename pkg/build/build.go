// Package build makes a static site of a catalog.
//
// Site is its one function: the command, the worker of the development server
// and other programs all call it. It reads a catalog from disk (pkg/story),
// renders its stories (pkg/render), runs what they promise (pkg/check), makes the pages around them (internal/ui)
// and publishes the result as one directory.
//
// What it promises:
//
//   - Everything is read from disk each time. Nothing that one call parsed is
//     used by the next.
//   - The output is replaced all or nothing. The new site is written beside
//     the old one and takes its place in one step, so that whoever is killed
//     at any moment leaves the old site or the new one; what is left over
//     from that is removed by the next call.
//   - Only a directory that Site made, or an empty one, is replaced, and only
//     if nothing has been put into it since.
//   - The same catalog gives the same bytes, whatever the number of
//     processors, the order of files on disk, and the time. A file that
//     doesn't change keeps its modification time.
//   - Nothing outside the catalog and the directories that its settings name
//     reaches the output.
package build

import (
	"context"
	"errors"
	"time"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// Options are the choices of a build.
type Options struct {
	// Dir is the catalog's directory; "" is the current one.
	Dir string
	// Output is the directory that the site takes; "" is "dist".
	Output string
	// Before is the directory of an earlier build of the same catalog, if the
	// output isn't to replace it: what didn't change is shared with it, and
	// the result says what did. "" is the output itself.
	Before string
	// AllowProblems publishes the site although the catalog has problems,
	// each shown in its place. Otherwise problems leave the output as it is.
	AllowProblems bool
	// NoCheck leaves out what stories promise of their HTML.
	NoCheck bool
	// Jobs is how many stories are rendered at once; zero means one a
	// processor.
	Jobs int
	// StoryTimeout is how long one story may take to render; zero means ten
	// seconds.
	StoryTimeout time.Duration
	// Memory is how many bytes a program of Go components may take; zero
	// means 1 GiB.
	Memory int64
	// Progress, if not nil, is told from time to time how far the build is.
	// It may be called by several goroutines at once.
	Progress func(Progress)
	// Rendering, if not nil, is told the address of each story that is begun,
	// and what it returns is called when that is done. It may be called by
	// several goroutines at once.
	Rendering func(story string) (done func())
	// Contained says that whoever calls ends, with this process, all that its
	// process group has started. Commands of the catalog then stay in that
	// group, instead of getting one of their own.
	Contained bool
}

// A Progress is how far a build is.
type Progress struct {
	Stage       string // what it is doing, such as StageReading
	Done, Total int    // stories; zero where they don't apply
	At          time.Time
}

// The stages of a build, in their order.
const (
	StageCommands   = "running commands" // of the catalog, if it has some
	StageReading    = "reading"
	StageCompiling  = "compiling" // Go components, if there are some
	StageRendering  = "rendering"
	StageWriting    = "writing"
	StagePublishing = "publishing"
)

// A Result says what a build did.
type Result struct {
	// Problems is everything that is wrong in the catalog, sorted.
	Problems problem.List `json:"problems"`
	// Published says that the output now holds what was built.
	Published bool `json:"published"`
	// Output is the directory of the site.
	Output string `json:"output"`

	Stories int `json:"stories"` // in the catalog
	Checks  int `json:"checks"`  // that were run
	Failed  int `json:"failed"`  // of these
	Pages   int `json:"pages"`   // HTML pages, the stories alone included
	Files   int `json:"files"`   // all of the site
	Changed int `json:"changed"` // of these, new or not as before
	Removed int `json:"removed"` // files of the site before that are gone

	ChangedFiles []string `json:"-"` // those that Changed counts, sorted
	RemovedFiles []string `json:"-"` // those that Removed counts, sorted
	// Outside are the directories outside the catalog that it was read from,
	// or would have been if they were there; absolute.
	Outside []string `json:"-"`

	Duration time.Duration `json:"-"`
}

// ErrOutput is wrapped by the error of a build that may not use its output
// directory. The directory is as it was.
var ErrOutput = errors.New("the output directory can't be used")

// Site builds the catalog in options.Dir. The mistakes of a catalog are
// problems of the result and not an error; an error means that the system
// failed (a directory that can't be read, a full disk) or that ctx ended, and
// leaves the output as it was.
func Site(ctx context.Context, options Options) (*Result, error) {
	start := time.Now()
	s, err := open(options)
	if err != nil {
		return nil, err
	}
	defer s.close()
	if err := s.build(ctx); err != nil {
		return nil, err
	}
	s.result.Problems = s.problems.Sort()
	if len(s.result.Problems) == 0 || options.AllowProblems {
		s.progress(StagePublishing, 0)
		if err := s.publish(); err != nil {
			return nil, err
		}
		s.result.Published = true
	}
	s.result.Duration = time.Since(start)
	return &s.result, nil
}
