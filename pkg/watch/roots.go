package watch

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/fsnotify/fsnotify"
)

// place looks at the roots: when polling at all of them, otherwise at those
// that are not watched yet. A root that is missing is waited for. What is in
// those that were none before counts as known.
func (t *tree) place(before []string) error {
	anchors := map[string]bool{}
	for _, root := range t.roots {
		var err error
		_, old := slices.BinarySearch(before, root)
		if t.source == nil {
			err = t.pollRoot(root, !old)
		} else if t.dirs[root] == nil {
			err = t.watchRoot(root, !old, anchors)
		}
		if err != nil {
			return err
		}
	}
	for dir := range t.anchors {
		if !anchors[dir] {
			t.unanchor(dir)
		}
	}
	return nil
}

func (t *tree) pollRoot(root string, learn bool) error {
	if in := t.dirs[filepath.Dir(root)]; in[filepath.Base(root)].dir {
		return nil // has been looked at with the one that it is in
	}
	return t.look(root, learn)
}

// watchRoot watches a root or, if it is missing, the nearest directory above
// it. It ends when nothing has come or gone while it did so.
func (t *tree) watchRoot(root string, learn bool, anchors map[string]bool) error {
	for {
		if isDir(root) {
			if err := t.look(root, learn); err != nil {
				return err
			}
			if t.dirs[root] != nil || isDir(root) { // watched, or not readable
				return nil
			}
		}
		dir := nearest(root)
		if t.dirs[dir] == nil {
			if err := t.watch(dir); err != nil {
				return err
			}
			anchors[dir], t.anchors[dir] = true, true
		}
		if !isDir(root) && nearest(root) == dir {
			return nil
		}
	}
}

// touchRoots looks for the roots that an event may have brought or taken: what
// it names is a root, or above one.
func (t *tree) touchRoots(e fsnotify.Event) error {
	concerned := t.anchors[e.Name] || t.moved
	t.moved = false
	t.unanchor(e.Name)
	for _, root := range t.roots {
		if within(root, e.Name) {
			concerned = true
			t.forget(root)
		}
	}
	if !concerned {
		return nil
	}
	return t.place(t.roots)
}

// unanchor doesn't wait in a directory any more. If it is watched for itself,
// it was no anchor.
func (t *tree) unanchor(dir string) {
	if t.anchors[dir] {
		delete(t.anchors, dir)
		t.unwatch(dir)
	}
}

// replant sets the roots anew. What stays is not touched, so that none of its
// events are lost.
func (t *tree) replant(roots []string) error {
	before := t.roots
	t.roots = roots
	for _, root := range before {
		if in := t.dirs[filepath.Dir(root)]; !in[filepath.Base(root)].dir {
			t.prune(root)
		}
	}
	return t.place(before)
}

// prune drops a directory and those below it, except for roots.
func (t *tree) prune(dir string) {
	in := t.dirs[dir]
	if in == nil || t.isRoot(dir) {
		return
	}
	t.unwatch(dir)
	for name, e := range in {
		if e.dir {
			t.prune(filepath.Join(dir, name))
		}
	}
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// nearest returns the nearest directory above a path.
func nearest(path string) string {
	for {
		up := filepath.Dir(path)
		if up == path || isDir(up) {
			return up
		}
		path = up
	}
}

// isRoot reports whether a directory was asked for by name.
func (t *tree) isRoot(dir string) bool {
	_, found := slices.BinarySearch(t.roots, dir)
	return found
}

// within reports whether a path is a directory or lies below it.
func within(path, dir string) bool {
	rest, ok := strings.CutPrefix(path, dir)
	return ok && (rest == "" || os.IsPathSeparator(rest[0]) || os.IsPathSeparator(dir[len(dir)-1]))
}
