//go:build unix

package watch

import (
	"io/fs"
	"syscall"
)

func inodeOf(info fs.FileInfo) inode {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return inode{uint64(s.Dev), uint64(s.Ino)}
	}
	return inode{}
}
