package build

import (
	"context"
	"fmt"
	"io/fs"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/storytime-dev/storytime/internal/command"
	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// Settled is how long a build that watches its commands waits after the last
// of them: what that wrote can then be told by its time from what is written
// later. The clocks of file systems tick every few milliseconds.
const Settled = 20 * time.Millisecond

// runBefore runs the commands that the catalog wants before a build, in their
// order, in its directory. One that fails is a problem, and so is one that
// doesn't write what it promises; the rest then isn't run.
func runBefore(ctx context.Context, dir string, fsys fs.FS, commands []story.Command, contained bool) (*problem.Problem, error) {
	for _, c := range commands {
		if p := runCommand(ctx, dir, c, contained); p != nil {
			return p, ctx.Err()
		}
		for _, glob := range c.Writes {
			if matches, err := doublestar.Glob(fsys, glob); err != nil || len(matches) == 0 {
				return command.At(c, fmt.Sprintf("%s wrote no file %q", c.Short(), glob), "correct `writes:`, or the command"), nil
			}
		}
	}
	if contained {
		time.Sleep(Settled)
	}
	return nil, ctx.Err()
}

func runCommand(ctx context.Context, dir string, c story.Command, contained bool) *problem.Problem {
	cmd := command.New(ctx, dir, c, contained)
	output, err := cmd.CombinedOutput()
	if err != nil {
		return command.Problem(c, err, output)
	}
	return nil
}
