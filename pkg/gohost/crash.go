package gohost

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// MaxLog is how much of what a host writes is kept: all of the stack that it
// prints when it panics.
const MaxLog = 64 << 10

// A crash is what the output of a host tells that has ended without being
// asked to.
type crash struct {
	// message is what the run-time part of Go says, such as "panic: boom"; ""
	// if the program ended itself.
	message string
	// frames are the user's own of the goroutine that it was in, innermost
	// first.
	frames []crashFrame
}

type crashFrame struct {
	function string
	path     string
	line     int
}

var (
	crashMessage = regexp.MustCompile(`(?m)^(panic: .*|fatal error: .*|runtime: goroutine stack exceeds .*|SIGQUIT: quit)$`)
	crashStack   = regexp.MustCompile(`(?m)^goroutine \d+ .*\[running.*\]:$`)
	crashCode    = regexp.MustCompile(`(?m)^(\S+)\(.*\)\n\t(.+\.go):(\d+)`)
)

// readCrash reads what a host has written to its standard error.
func (m *Module) readCrash(output string) crash {
	var c crash
	first := crashMessage.FindStringIndex(output)
	if first == nil {
		return c
	}
	c.message = strings.TrimSuffix(output[first[0]:first[1]], " [recovered]")
	rest := output[first[1]:]
	running := crashStack.FindStringIndex(rest)
	if running == nil {
		return c
	}
	// Other goroutines may follow, each after an empty line.
	stack, _, _ := strings.Cut(rest[running[1]:], "\n\n")
	for _, f := range crashCode.FindAllStringSubmatch(stack, -1) {
		function, path := f[1], m.onDisk(f[2])
		_, own := m.memberOf(path)
		if !own || strings.Contains(path, "/.storytime_") || strings.Contains(function, "/.storytime_") {
			continue
		}
		line, _ := strconv.Atoi(f[3])
		c.frames = append(c.frames, crashFrame{function, path, line})
	}
	return c
}

// packageOf returns the import path in the name of a function.
func packageOf(function string) string {
	slash := strings.LastIndexByte(function, '/') + 1
	pkg, _, _ := strings.Cut(function[slash:], ".")
	// A dot within the last element of a path is written so.
	return function[:slash] + strings.ReplaceAll(pkg, "%2e", ".")
}

// A Crash is why a host has ended, as far as it has told.
type Crash struct {
	// Message is that of a panic, or of Go's run-time part; "" if the program
	// ended itself.
	Message string
	// Place is where that was in the user's source, and Trace the way there.
	Place problem.Place
	Trace string
}

// Crash reads what the host has written before it ended.
func (h *Host) Crash(output string) Crash {
	read := h.module.readCrash(output)
	c := Crash{Message: read.message, Trace: h.module.trace(read)}
	if len(read.frames) > 0 {
		c.Place = h.module.locate(nil, read.frames[0].path, read.frames[0].line, 0).Place
	}
	return c
}

// trace writes the user's frames of a crash; of a deep recursion not all.
func (m *Module) trace(c crash) string {
	const most = 20
	var b strings.Builder
	for i, f := range c.frames {
		if i == most {
			fmt.Fprintf(&b, "(%d more)\n", len(c.frames)-most)
			break
		}
		b.WriteString(f.function + "\n\t" + m.locate(nil, f.path, f.line, 0).Place.String() + "\n")
	}
	return b.String()
}
