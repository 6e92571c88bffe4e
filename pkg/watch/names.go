package watch

import (
	"os"
	"path/filepath"
)

// names tells by which name each directory is watched.
//
// A directory that is moved into a new one may be found there before the
// event that it has left its old place has been read (mkdir new && mv old
// new). fsnotify would then go on to know it by its old name only, and lose
// its watch when that is removed.
type names struct {
	of    map[inode]string
	inode map[string]inode
}

func newNames() names { return names{map[inode]string{}, map[string]inode{}} }

func (n names) set(dir string, id inode) {
	n.drop(dir)
	n.of[id], n.inode[dir] = dir, id
}

func (n names) drop(dir string) {
	delete(n.of, n.inode[dir])
	delete(n.inode, dir)
}

// claim makes sure that a directory is not watched by another name, unless it
// really has two, as below a link.
func (t *tree) claim(dir string) {
	id := idOf(dir)
	if id == (inode{}) {
		return
	}
	if before, known := t.names.of[id]; known && before != dir {
		if idOf(before) == id {
			return
		}
		t.leave(t.dirs[filepath.Dir(before)], before)
		t.forget(before)
		t.unanchor(before)
		t.moved = true
	}
	t.names.set(dir, id)
}

func idOf(dir string) inode {
	info, err := os.Stat(dir)
	if err != nil {
		return inode{}
	}
	return inodeOf(info)
}
