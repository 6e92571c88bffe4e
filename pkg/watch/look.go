package watch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// look compares a directory and all below it with what is known of it. It is
// watched before it is listed, so that nothing is missed in between; what
// both tell of counts once. With learn, what is in directories that nothing
// was known of counts as known.
func (t *tree) look(dir string, learn bool) error {
	if err := t.watch(dir); err != nil {
		return err
	}
	list, err := os.ReadDir(dir)
	if err != nil {
		t.cannotRead(dir, err)
		return nil
	}
	known, found := t.dirs[dir], make(entries, len(list))
	learn = learn && known == nil
	for _, d := range list {
		if e, ok := t.entry(filepath.Join(dir, d.Name()), d); ok {
			found[d.Name()] = e
		}
	}
	for name, before := range known {
		if now, ok := found[name]; !ok || now.dir != before.dir {
			t.leave(known, filepath.Join(dir, name))
		}
	}
	t.dirs[dir] = found
	delete(t.anchors, dir)
	for name, now := range found {
		path := filepath.Join(dir, name)
		if now.dir {
			if err := t.look(path, learn); err != nil {
				return err
			}
		} else if before, was := known[name]; !learn && (!was || before != now) {
			t.changes.note(path, was, true)
		}
	}
	return nil
}

// watch asks for the events of a directory. Only exhaustion is an error: if
// the directory is gone or may not be read, listing it tells so too.
func (t *tree) watch(dir string) error {
	if t.source == nil {
		return nil
	}
	t.claim(dir)
	if err := t.source.Add(dir); exhausted(err) {
		return err
	}
	return nil
}

// cannotRead drops a directory that is gone or was never read. What is known
// of another one stands: a server that is away for a moment has lost nothing.
func (t *tree) cannotRead(dir string, err error) {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		t.forget(dir)
	}
	if t.dirs[dir] == nil {
		t.unwatch(dir)
	}
}

// entry returns what is to be known of a path, if anything.
func (t *tree) entry(path string, d fs.DirEntry) (entry, bool) {
	if d.Type()&(fs.ModeNamedPipe|fs.ModeSocket|fs.ModeDevice) != 0 || t.ignore(path, d.IsDir()) {
		return entry{}, false
	}
	if d.IsDir() || t.source != nil {
		return entry{dir: d.IsDir()}, true
	}
	info, err := d.Info()
	if err != nil {
		return entry{}, false // gone since it was listed
	}
	return entry{stamp: stamp(t.seed, info)}, true
}
