package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

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
	if err := w.open(); err != nil {
		return err
	}
	defer func() { _ = w.watcher.Close() }()
	fmt.Fprintf(o.err, "watching %s (Ctrl-C ends it)\n", filepath.ToSlash(filepath.Clean(o.dir)))
	for {
		testing, cancel := context.WithCancel(ctx)
		done := make(chan error, 1)
		go func() { done <- w.once(testing, pool, status) }()
		saved := false
		for running := true; running; {
			select {
			case err := <-done:
				running = false
				if err != nil && !errors.Is(err, context.Canceled) {
					cancel()
					return err
				}
			case batch := <-w.watcher.Batches(): // what is being tested is old
				saved = saved || len(batch.Changed)+len(batch.Removed) > 0 || batch.Rescan
				cancel()
			}
		}
		cancel()
		if !saved {
			select {
			case <-ctx.Done():
			case <-w.watcher.Batches():
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

// A testWatch tests what is watched.
type testWatch struct {
	*testOptions
	dir     string
	files   *watch.Catalog
	watcher *watch.Watcher
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
	r, err := w.test(ctx, pool, status)
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
