package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// Settled is how long a build that watches its commands waits after the last
// of them: what that wrote can then be told by its time from what is written
// later. The clocks of file systems tick every few milliseconds.
const Settled = 20 * time.Millisecond

// maxDetail is how much of a command's output a problem shows: its end, where
// the reason usually stands.
const maxDetail = 4 << 10

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
				return commandProblem(c, fmt.Sprintf("%s wrote no file %q", c.Short(), glob), "correct `writes:`, or the command"), nil
			}
		}
	}
	if contained {
		time.Sleep(Settled)
	}
	return nil, ctx.Err()
}

func runCommand(ctx context.Context, dir string, c story.Command, contained bool) *problem.Problem {
	var cmd *exec.Cmd
	switch {
	case len(c.Args) > 0:
		cmd = exec.CommandContext(ctx, c.Args[0], c.Args[1:]...)
	case runtime.GOOS == "windows":
		cmd = exec.CommandContext(ctx, "cmd", "/C", c.Run)
	default:
		cmd = exec.CommandContext(ctx, "sh", "-c", c.Run)
	}
	var output bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &output, &output
	cmd.WaitDelay = time.Second // of what it leaves behind with its output open
	if !contained {
		endWithChildren(cmd)
	}
	err := cmd.Run()
	if err == nil {
		return nil
	}
	text := bytes.ToValidUTF8(output.Bytes(), []byte("\uFFFD"))
	if len(text) > maxDetail {
		text = append([]byte("…"), bytes.ToValidUTF8(text[len(text)-maxDetail:], nil)...)
	}
	hint := "run it in the catalog's directory to see why"
	var exit *exec.ExitError
	const notFound = 127 // POSIX, 2.8.2: the shell's code for it
	switch {
	case errors.As(err, &exit) && exit.ExitCode() == notFound, errors.Is(err, exec.ErrNotFound):
		hint = "install the program, or correct its name"
	}
	why := err.Error()
	if exit != nil && exit.ExitCode() >= 0 {
		why = fmt.Sprintf("exit code %d", exit.ExitCode())
	}
	p := commandProblem(c, fmt.Sprintf("%s failed: %s", c.Short(), why), hint)
	p.Detail = strings.TrimSpace(string(text))
	return p
}

func commandProblem(c story.Command, message, hint string) *problem.Problem {
	return &problem.Problem{
		Kind: problem.Command, File: story.ConfigFile, Line: c.At.Line, Column: c.At.Column,
		Message: message, Hint: hint,
	}
}
