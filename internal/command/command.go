// Package command starts the programs that the settings of a catalog name: the
// commands of `before:` and the renderers. They run in the catalog's
// directory, and end with everything that they have started.
package command

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// New returns a command that is ready to start in a directory, and that is
// killed with ctx. What it starts ends with it, unless the caller's own
// process is contained: then whoever contains that sees to it.
func New(ctx context.Context, dir string, c story.Command, contained bool) *exec.Cmd {
	var cmd *exec.Cmd
	switch {
	case len(c.Args) > 0:
		cmd = exec.CommandContext(ctx, c.Args[0], c.Args[1:]...)
	case runtime.GOOS == "windows":
		cmd = exec.CommandContext(ctx, "cmd", "/C", c.Run)
	default:
		cmd = exec.CommandContext(ctx, "sh", "-c", c.Run)
	}
	cmd.Dir = dir
	cmd.WaitDelay = time.Second // of what it leaves behind with its output open
	if !contained {
		endWithChildren(cmd)
	}
	return cmd
}

// Problem says at the command's place why it has failed: err is that of its
// start or its end, output what it said.
func Problem(c story.Command, err error, output []byte) *problem.Problem {
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
	p := At(c, fmt.Sprintf("%s failed: %s", c.Short(), why), hint)
	p.Detail = strings.TrimSpace(string(shorten(output)))
	return p
}

// At is a problem at the command's place.
func At(c story.Command, message, hint string) *problem.Problem {
	return &problem.Problem{
		Kind: problem.Command, File: story.ConfigFile, Line: c.At.Line, Column: c.At.Column,
		Message: message, Hint: hint,
	}
}

// maxDetail is how much of a command's output a problem shows: its end, where
// the reason usually stands.
const maxDetail = 4 << 10

func shorten(output []byte) []byte {
	text := bytes.ToValidUTF8(output, []byte("\uFFFD"))
	if len(text) > maxDetail {
		text = append([]byte("…"), bytes.ToValidUTF8(text[len(text)-maxDetail:], nil)...)
	}
	return text
}

// A Tail keeps the end of what is written to it. The zero value is empty.
type Tail struct {
	// Max is how many bytes it keeps; zero means as many as problems show.
	Max   int
	mutex sync.Mutex
	data  []byte
}

func (t *Tail) Write(p []byte) (int, error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.data = append(t.data, p...)
	if over := len(t.data) - cmp.Or(t.Max, 2*maxDetail); over > 0 {
		t.data = append([]byte(nil), t.data[over:]...)
	}
	return len(p), nil
}

// Take returns what there is, and forgets it.
func (t *Tail) Take() []byte {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	data := t.data
	t.data = nil
	return data
}
