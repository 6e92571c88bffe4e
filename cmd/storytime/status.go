package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/storytime-dev/storytime/pkg/build"
	"github.com/storytime-dev/storytime/pkg/problem"
)

// A status is one line at the bottom of a terminal that shows how far the
// work is. Where there is no terminal it is silent.
type status struct {
	streams
	enabled bool
	mutex   sync.Mutex
	last    time.Time
	shown   bool
}

// How often the line changes, and how long work may take before it appears:
// what is done at once needs no progress.
const (
	statusEvery = 80 * time.Millisecond
	statusAfter = 150 * time.Millisecond
)

func newStatus(s streams) *status {
	dumb, _ := s.env("TERM")
	return &status{streams: s, enabled: isTerminal(s.err) && dumb != "dumb", last: time.Now().Add(statusAfter - statusEvery)}
}

// build shows the progress of a build.
func (s *status) build(p build.Progress) {
	if !s.enabled {
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if time.Since(s.last) < statusEvery {
		return
	}
	s.last, s.shown = time.Now(), true
	line := p.Stage + "…"
	if p.Total > 0 && p.Done > 0 {
		line = fmt.Sprintf("%s… %d of %d stories", p.Stage, p.Done, p.Total)
	}
	fmt.Fprintf(s.err, "\r\x1b[K%s", line)
}

// clear removes the line.
func (s *status) clear() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.shown {
		fmt.Fprint(s.err, "\r\x1b[K")
		s.shown = false
	}
}

// printProblems shows the problems of the catalog in dir, with places that
// can be opened from where the user is.
func printProblems(s streams, dir string, problems problem.List) error {
	prefix := filepath.ToSlash(filepath.Clean(dir)) + "/"
	if prefix == "./" {
		prefix = ""
	}
	printer := problem.Printer{W: s.err, Color: s.color(s.err), Dir: strings.TrimPrefix(prefix, "./")}
	for _, p := range problems {
		if err := printer.Print(p); err != nil {
			return err
		}
	}
	return nil
}
