package watch

import (
	"hash/maphash"
	"io/fs"
)

// An inode is a file or directory, whatever its name. The zero value is none.
type inode struct{ device, number uint64 }

// stamp returns a number for the state of a file: another one if it has been
// written or replaced, the same if only its permissions are others.
func stamp(seed maphash.Seed, info fs.FileInfo) uint64 {
	return maphash.Comparable(seed, struct {
		size, time int64
		kind       fs.FileMode
		inode      inode
	}{info.Size(), info.ModTime().UnixNano(), info.Mode().Type(), inodeOf(info)})
}
