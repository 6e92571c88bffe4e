package watch

import (
	"hash/maphash"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/fsnotify/fsnotify"
)

// A tree is what is known of the watched directories. It compares that with
// what is there, where an event or polling tells it to look, and notes the
// difference.
//
// Events only tell where to look, never what is there: they come late, and
// what they tell of may have been replaced twice since. The last event of a
// path comes after the last change of it, so the last look is right.
//
// Watches belong to directories, but fsnotify knows them by path. So whatever
// happens to the name of a directory, its watches and those of all below it
// are removed, and what has the name now is watched from the start.
type tree struct {
	roots   []string // sorted
	ignore  func(path string, dir bool) bool
	source  *source // nil when polling
	seed    maphash.Seed
	dirs    map[string]entries // by path, those that can be read
	anchors map[string]bool    // watched only for what is missing below
	names   names
	moved   bool // a directory was found elsewhere: roots may be missing
	changes changes
}

// entries are what is of interest in a directory, by name.
type entries map[string]entry

// An entry is a directory or a file.
type entry struct {
	dir   bool
	stamp uint64 // when polling, differs when a file has been written
}

func newTree(roots []string, ignore func(string, bool) bool) *tree {
	if ignore == nil {
		ignore = func(string, bool) bool { return false }
	}
	return &tree{roots: roots, ignore: ignore, seed: maphash.MakeSeed()}
}

// begin learns everything from the start. Without a source it polls. An error
// means, here and below, that there are no more watches to be had.
func (t *tree) begin(s *source) error {
	t.close()
	t.source, t.dirs, t.anchors, t.names = s, map[string]entries{}, map[string]bool{}, newNames()
	return t.place(nil)
}

func (t *tree) close() {
	if t.source != nil {
		t.source.close()
		t.source = nil
	}
}

// news returns the channel of events, nil when polling.
func (t *tree) news() <-chan news {
	if t.source == nil {
		return nil
	}
	return t.source.news
}

// heed looks where an event tells to.
func (t *tree) heed(e fsnotify.Event) error {
	if in := t.dirs[filepath.Dir(e.Name)]; in != nil {
		if err := t.touch(in, e); err != nil {
			return err
		}
	}
	if !e.Has(fsnotify.Create | fsnotify.Remove | fsnotify.Rename) {
		return nil
	}
	return t.touchRoots(e)
}

// touch compares what an event names with what is known of it.
func (t *tree) touch(in entries, e fsnotify.Event) error {
	name := filepath.Base(e.Name)
	before, known := in[name]
	switch {
	case e.Op == fsnotify.Chmod:
		if before.dir && t.dirs[e.Name] == nil { // perhaps it can be read now
			return t.look(e.Name, false)
		}
		return nil
	case !e.Has(fsnotify.Create | fsnotify.Remove | fsnotify.Rename):
		if before.dir {
			return nil // some systems tell so that something is new in it
		}
		if known {
			t.changes.note(e.Name, true, true)
			return nil
		}
	}
	t.leave(in, e.Name)
	info, err := os.Lstat(e.Name)
	if err != nil {
		return nil
	}
	now, ok := t.entry(e.Name, fs.FileInfoToDirEntry(info))
	if !ok {
		return nil
	}
	in[strings.Clone(name)] = now
	if now.dir {
		return t.look(e.Name, false)
	}
	t.changes.note(e.Name, false, true)
	return nil
}

// leave forgets what is known of a path in a directory, as if it were gone.
func (t *tree) leave(in entries, path string) {
	name := filepath.Base(path)
	before, known := in[name]
	delete(in, name)
	if before.dir {
		t.forget(path)
	} else if known {
		t.changes.note(path, true, false)
	}
}

// forget does the same for all that is in a directory.
func (t *tree) forget(dir string) {
	in := t.dirs[dir]
	if in == nil {
		return
	}
	t.unwatch(dir)
	for name := range in {
		t.leave(in, filepath.Join(dir, name))
	}
}

// unwatch drops a directory, not those below it.
func (t *tree) unwatch(dir string) {
	delete(t.dirs, dir)
	t.names.drop(dir)
	if t.source != nil {
		_ = t.source.Remove(dir) // the system may have done so already
	}
}
