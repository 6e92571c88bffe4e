package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/storytime-dev/storytime/pkg/build"
	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/watch"
	"github.com/storytime-dev/storytime/pkg/worker"
)

// runWatch tests now, and again whenever something is saved, until ctx ends.
// Each test has a process of its own, so no story can end the watching.
func (o *testOptions) runWatch(ctx context.Context) error {
	dir, err := filepath.Abs(o.dir)
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err != nil {
		return fmt.Errorf("opening the catalog: %w", err)
	}
	status := newStatus(o.streams)
	defer status.clear()
	pool, err := worker.NewPool(worker.Options{Dir: o.dir, Jobs: o.jobs})
	if err != nil {
		return err
	}
	defer pool.Close()
	w := &testWatch{testOptions: o, dir: dir, files: watch.NewCatalog(dir)}
	if w.reportFile, err = filepath.Abs(o.junit); err != nil {
		return fmt.Errorf("finding the JUnit report: %w", err)
	}
	if err := w.open(); err != nil {
		return err
	}
	defer func() { _ = w.watcher.Close() }()
	fmt.Fprintf(o.err, "watching %s (Ctrl-C ends it)\n", filepath.ToSlash(filepath.Clean(o.dir)))
	for {
		again, err := w.round(ctx, pool, status)
		if err != nil {
			return err
		}
		for !again && ctx.Err() == nil {
			select {
			case <-ctx.Done():
			case batch := <-w.watcher.Batches():
				again = w.concerns(batch)
			}
		}
		if ctx.Err() != nil {
			return nil // that is how it ends
		}
		if err := w.settings(); err != nil {
			return err
		}
	}
}

// round tests once. It reports whether what was tested is old already. Then it
// has been given up, unless it writes golden files, or runs commands, which
// may have written what has changed.
func (w *testWatch) round(ctx context.Context, pool *worker.Pool, status *status) (old bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- w.once(ctx, pool, status) }()
	var meanwhile []watch.Batch
	for {
		select {
		case err := <-done:
			if errors.Is(err, context.Canceled) {
				err = nil
			}
			for _, batch := range meanwhile {
				old = old || w.concerns(batch)
			}
			return old, err
		case batch := <-w.watcher.Batches():
			meanwhile = append(meanwhile, batch)
			if !w.update && !w.files.HasCommands() && w.concerns(batch) {
				cancel()
			}
		}
	}
}

// concerns reports whether a batch has what has not been tested yet: neither
// the report, nor what was written before the catalog was read.
func (w *testWatch) concerns(batch watch.Batch) bool {
	w.mutex.Lock()
	reading := w.reading
	w.mutex.Unlock()
	tested := func(file string) bool {
		if file == w.reportFile {
			return true
		}
		info, err := os.Lstat(file)
		return err == nil && w.files.HasCommands() && info.ModTime().Before(reading)
	}
	return batch.Rescan || slices.ContainsFunc(append(batch.Changed, batch.Removed...), func(file string) bool { return !tested(file) })
}

// A testWatch tests what is watched.
type testWatch struct {
	*testOptions
	dir     string
	files   *watch.Catalog
	watcher *watch.Watcher

	reportFile string // absolute

	mutex   sync.Mutex
	reading time.Time // when the catalog was last read
}

func (w *testWatch) open() (err error) {
	w.watcher, err = watch.New(append([]string{w.dir}, w.files.Outside()...), watch.Options{
		Ignore: w.files.Ignores, Poll: w.poll,
		Say: func(text string) { fmt.Fprintln(w.err, problem.Clean(text)) },
	})
	if err != nil {
		return fmt.Errorf("watching the catalog: %w", err)
	}
	return nil
}

// settings takes what may have changed in the settings for the watching.
func (w *testWatch) settings() error {
	files := watch.NewCatalog(w.dir)
	if files.Same(w.files) {
		return nil
	}
	before := w.watcher
	w.files = files
	if err := w.open(); err != nil {
		return err
	}
	return before.Close()
}

// once tests, and tells what came of it. What is wrong with the catalog or the
// selection now may be mended with the next save.
func (w *testWatch) once(ctx context.Context, pool *worker.Pool, status *status) error {
	r, err := w.test(ctx, pool, func(p build.Progress) {
		if p.Stage == build.StageReading {
			w.mutex.Lock()
			w.reading = p.At
			w.mutex.Unlock()
		}
		status.build(p)
	})
	status.clear()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		fmt.Fprintf(w.err, "storytime: %v\n", err)
		return nil
	}
	if r.Outside != nil {
		w.files.SetOutside(r.Outside)
		if err := w.watcher.Watch(append([]string{w.dir}, r.Outside...)); err != nil {
			return fmt.Errorf("watching the catalog: %w", err)
		}
	}
	return w.report(r)
}
