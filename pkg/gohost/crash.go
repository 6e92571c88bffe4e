package gohost

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/storytime-dev/storytime/pkg/problem"
)

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
	crashMessage = regexp.MustCompile(`(?m)^(panic: .*|fatal error: .*|runtime: goroutine stack exceeds .*)$`)
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
	// Other goroutines may follow, each after an empty line.
	_, stack, _ := strings.Cut(output[first[1]:], "[running]")
	stack, _, _ = strings.Cut(stack, "\n\n")
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
	c := Crash{Message: read.message}
	for i, f := range read.frames {
		at := h.module.locate(nil, f.path, f.line, 0).Place
		if i == 0 {
			c.Place = at
		}
		c.Trace += f.function + "\n\t" + at.String() + "\n"
	}
	return c
}
