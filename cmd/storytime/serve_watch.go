package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/lmittmann/tint"

	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/serve"
)

// runWatch serves the catalog, and builds it whenever something is saved.
func (o *serveOptions) runWatch(ctx context.Context) (err error) {
	listener, err := o.listen(ctx)
	if err != nil {
		return err
	}
	defer listener.Close()
	status := newStatus(o.streams)
	defer status.clear()
	workshop, err := serve.New(serve.Options{
		Dir: o.dir, Hosts: o.hosts(), Isolate: o.isolate, Timeout: o.timeout, Memory: int64(o.memory),
		Poll: o.poll, Editor: o.editor, Progress: status.build,
		Log: slog.New(tint.NewTextHandler(&aboveStatus{o.err, status}, &tint.Options{
			TimeFormat: time.TimeOnly, NoColor: !o.color(o.err),
		})),
		Problems: func(problems problem.List) {
			status.clear()
			_ = printProblems(o.streams, o.dir, problems) // of the terminal's own end there is nobody to tell
		},
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	var failed error
	running.Go(func() {
		defer cancel()
		failed = workshop.Run(ctx)
	})
	o.announce(listener, "watching "+filepath.ToSlash(filepath.Clean(o.dir)))
	err = serveUntil(ctx, listener, workshop)
	cancel()
	running.Wait()
	return errors.Join(err, failed)
}

// aboveStatus writes what stays on the terminal, the status line out of its
// way.
type aboveStatus struct {
	w      io.Writer
	status *status
}

func (w *aboveStatus) Write(p []byte) (int, error) {
	w.status.clear()
	return w.w.Write(p)
}

// A byteSize is a flag for a number of bytes: "512MiB", "1GiB".
type byteSize int64

// byteUnits are the endings, the larger ones first.
var byteUnits = []struct {
	name string
	size int64
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"GB", 1e9}, {"MB", 1e6}}

// String implements pflag.Value.
func (b *byteSize) String() string {
	for _, u := range byteUnits {
		if int64(*b) >= u.size && int64(*b)%u.size == 0 {
			return fmt.Sprintf("%d%s", int64(*b)/u.size, u.name)
		}
	}
	return strconv.FormatInt(int64(*b), 10)
}

// Set implements pflag.Value.
func (b *byteSize) Set(text string) error {
	const least = 64 << 20
	for _, u := range byteUnits {
		number, found := strings.CutSuffix(text, u.name)
		if !found {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if err != nil || n*float64(u.size) < least || n*float64(u.size) > 1<<50 {
			break
		}
		*b = byteSize(n * float64(u.size))
		return nil
	}
	return errors.New("write a size of at least 64MiB, such as 512MiB or 2GiB")
}

// Type implements pflag.Value.
func (b *byteSize) Type() string { return "size" }
