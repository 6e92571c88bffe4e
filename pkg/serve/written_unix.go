//go:build linux || darwin

package serve

import (
	"io/fs"
	"syscall"
	"time"
)

// changedAt is when a file was written, moved to its name, or otherwise
// changed. Unlike the time of its content nobody can set it.
func changedAt(info fs.FileInfo) time.Time {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return time.Now()
	}
	return changeTime(stat)
}
