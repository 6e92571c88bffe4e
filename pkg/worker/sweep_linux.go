package worker

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// adopt makes this process, a worker, the parent of what its commands leave
// without one, so that killDescendants finds it.
func adopt() { _ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }

// killDescendants kills all that a process has started, and what that has
// started, be it in other process groups by now.
func killDescendants(pid int) {
	const rounds = 5 // some may start others meanwhile
	for range rounds {
		all := descendants(pid)
		for _, child := range all {
			_ = syscall.Kill(child, syscall.SIGKILL)
		}
		if len(all) == 0 {
			return
		}
	}
}

func descendants(pid int) []int {
	parents := map[int]int{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range stats {
		data, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		// The name of the program, in brackets, may have anything in it.
		_, rest, _ := strings.Cut(string(data[bytes.LastIndexByte(data, ')')+1:]), " ")
		state, rest, _ := strings.Cut(rest, " ")
		parent, _, _ := strings.Cut(rest, " ")
		child, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		if state != "Z" {
			parents[child], _ = strconv.Atoi(parent)
		}
	}
	var all []int
	for child, up := range parents {
		for up > 1 && up != pid {
			up = parents[up]
		}
		if up == pid && child != pid {
			all = append(all, child)
		}
	}
	return all
}

// sweep kills the processes that have the marker of a worker in their
// environment, wherever they are by now: a command of the catalog may have
// left the process group, and have lost its parent. The calling process
// stays.
func sweep(marker string) {
	if marker == "" {
		return
	}
	want := []byte(environment + "=" + marker + "\x00")
	own := os.Getpid()
	environs, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, name := range environs {
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		if err != nil || pid == own {
			continue
		}
		if data, err := os.ReadFile(name); err == nil && bytes.Contains(append(data, 0), want) {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}
