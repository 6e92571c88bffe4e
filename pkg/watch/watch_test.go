package watch

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A place is a directory with a Watcher. What is done in it is compared with
// what is told.
type place struct {
	*testing.T
	dir     string // watched
	outside string // not watched, on the same file system
	w       *Watcher
	before  map[string]bool // files when they were last compared
	markers int
}

// first are the files that each place has from the start.
var first = []string{"button.md", "forms/input.md", "forms/deep/select.md", "ignored/draft.md", "note.skip"}

func ignore(path string, dir bool) bool {
	return dir && filepath.Base(path) == "ignored" || !dir && strings.HasSuffix(path, ".skip")
}

func withEvents(t *testing.T) Options {
	return Options{Ignore: ignore, Say: func(text string) { t.Error(text) }}
}

func fastPolling() Options { return Options{Poll: true, Every: 10 * time.Millisecond, Ignore: ignore} }

// newPlace starts a Watcher of the directories, by default of the place.
func newPlace(t *testing.T, o Options, dirs ...string) *place {
	t.Helper()
	return newPlaceWith(t, o, openSource, dirs...)
}

// newPlaceWith does so with events from elsewhere.
func newPlaceWith(t *testing.T, o Options, open func() (*source, error), dirs ...string) *place {
	t.Helper()
	top := t.TempDir()
	p := &place{T: t, dir: filepath.Join(top, "catalog"), outside: filepath.Join(top, "outside")}
	p.write("../outside/other/there.md")
	p.write(first...)
	p.age()
	if len(dirs) == 0 {
		dirs = []string{"."}
	}
	w, err := newWatcher(p.paths(dirs), o, open)
	p.must(err)
	p.w = w
	t.Cleanup(func() { p.must(w.Close()) })
	p.before = p.files()
	return p
}

// age gives the files an old time, so that polling sees each write by it.
func (p *place) age() {
	for name := range p.files() {
		old := time.Now().Add(-time.Hour)
		p.must(os.Chtimes(p.path(name), old, old))
	}
}

func (p *place) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

func (p *place) path(name string) string { return filepath.Join(p.dir, filepath.FromSlash(name)) }

func (p *place) paths(names []string) []string {
	var paths []string
	for _, name := range names {
		paths = append(paths, p.path(name))
	}
	return paths
}

func (p *place) write(names ...string) {
	p.Helper()
	for _, name := range names {
		p.mkdir(filepath.Dir(name))
		p.must(os.WriteFile(p.path(name), []byte("text"), 0o644))
	}
}

func (p *place) mkdir(name string)      { p.must(os.MkdirAll(p.path(name), 0o755)) }
func (p *place) remove(name string)     { p.must(os.RemoveAll(p.path(name))) }
func (p *place) rename(from, to string) { p.must(os.Rename(p.path(from), p.path(to))) }

// files are those of the place, markers excepted.
func (p *place) files() map[string]bool {
	files := map[string]bool{}
	p.must(filepath.WalkDir(p.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.Contains(d.Name(), "marker") {
			files[p.name(path)] = true
		}
		return nil
	}))
	return files
}

func (p *place) name(path string) string {
	name, err := filepath.Rel(p.dir, path)
	p.must(err)
	return filepath.ToSlash(name)
}

// next returns the next batch.
func (p *place) next() Batch {
	p.Helper()
	select {
	case b, open := <-p.w.Batches():
		if !open {
			p.Fatal("the batches have ended")
		}
		return b
	case <-time.After(time.Minute):
		p.Fatal("no batch came")
		return Batch{}
	}
}

// tells compares what has been told since the last time, separated by spaces,
// and nothing else. A file that is written last marks the end.
func (p *place) tells(changed, removed string) {
	p.Helper()
	p.tellsAt(".", changed, removed)
}

// tellsAt does so with the mark in a directory.
func (p *place) tellsAt(dir, changed, removed string) {
	p.Helper()
	p.markers++
	marker := p.path(dir + "/marker" + strconv.Itoa(p.markers))
	p.must(os.WriteFile(marker, nil, 0o644))
	there := map[string]bool{}
	for found := false; !found; {
		b := p.next()
		if b.Rescan {
			p.Error("asked for a rescan")
		}
		for _, path := range b.Changed {
			there[p.name(path)] = true
		}
		for _, path := range b.Removed {
			there[p.name(path)] = false
		}
		found = slices.Contains(b.Changed, marker)
	}
	p.compare(there, changed, removed)
	p.before = p.files()
}

func (p *place) compare(there map[string]bool, changed, removed string) {
	p.Helper()
	var haveChanged, haveRemoved []string
	for _, name := range slices.Sorted(maps.Keys(there)) {
		switch {
		case strings.Contains(name, "marker"):
		case there[name]:
			haveChanged = append(haveChanged, name)
		case p.before[name]: // otherwise it came and went in two batches
			haveRemoved = append(haveRemoved, name)
		}
	}
	wantChanged, wantRemoved := strings.Fields(changed), strings.Fields(removed)
	slices.Sort(wantChanged)
	slices.Sort(wantRemoved)
	if !slices.Equal(haveChanged, wantChanged) {
		p.Errorf("changed: %q, want %q", haveChanged, wantChanged)
	}
	if !slices.Equal(haveRemoved, wantRemoved) {
		p.Errorf("removed: %q, want %q", haveRemoved, wantRemoved)
	}
}

// until reads batches up to one that is as wanted.
func (p *place) until(wanted func(Batch) bool) {
	p.Helper()
	for !wanted(p.next()) {
	}
}

func (p *place) untilRescan() { p.Helper(); p.until(func(b Batch) bool { return b.Rescan }) }

func TestPromisesOfEventsAndPolling(t *testing.T) {
	for _, promise := range promises {
		t.Run(promise.name, func(t *testing.T) {
			t.Run("events", func(t *testing.T) {
				t.Parallel()
				promise.test(newPlace(t, withEvents(t)))
			})
			t.Run("polling", func(t *testing.T) {
				t.Parallel()
				promise.test(newPlace(t, fastPolling()))
			})
		})
	}
}

var promises = []struct {
	name string
	test func(p *place)
}{
	{"a new file has changed", func(p *place) {
		p.write("new.md", "forms/new.md")
		p.tells("new.md forms/new.md", "")
	}},
	{"a written file has changed, with the same content too", func(p *place) {
		p.write("button.md", "forms/deep/select.md")
		p.tells("button.md forms/deep/select.md", "")
	}},
	{"a deleted file is removed", func(p *place) {
		p.remove("button.md")
		p.remove("forms/input.md")
		p.tells("", "button.md forms/input.md")
	}},
	{"a renamed file is removed and the new name has changed", func(p *place) {
		p.rename("button.md", "forms/button.md")
		p.tells("forms/button.md", "button.md")
	}},
	{"a file that was removed and is back has changed", func(p *place) {
		p.remove("button.md")
		p.write("button.md")
		p.tells("button.md", "")
	}},
	{"a temporary file is in neither list", func(p *place) {
		p.write("4913", "forms/4913")
		p.remove("4913")
		p.remove("forms/4913")
		p.tells("", "")
	}},
	{"vim saves by probe, backup and new file", func(p *place) {
		p.write("4913")
		p.remove("4913")
		p.rename("button.md", "button.md~")
		p.write("button.md")
		p.must(os.Chmod(p.path("button.md"), 0o640))
		p.remove("button.md~")
		p.tells("button.md", "")
	}},
	{"VS Code truncates and writes", func(p *place) {
		f, err := os.OpenFile(p.path("button.md"), os.O_WRONLY|os.O_TRUNC, 0)
		p.must(err)
		_, err = f.WriteString("new")
		p.must(err)
		p.must(f.Close())
		p.tells("button.md", "")
	}},
	{"JetBrains writes a new file and moves the old one away", func(p *place) {
		p.write("button.md___jb_tmp___")
		p.rename("button.md", "button.md___jb_old___")
		p.rename("button.md___jb_tmp___", "button.md")
		p.remove("button.md___jb_old___")
		p.tells("button.md", "")
	}},
	{"sed -i renames a new file over the old one", func(p *place) {
		p.write("forms/sedAbC123")
		p.rename("forms/sedAbC123", "forms/input.md")
		p.tells("forms/input.md", "")
	}},
	{"a file that was renamed over and then deleted is removed", func(p *place) {
		p.write("new")
		p.rename("new", "button.md")
		p.remove("button.md")
		p.tells("", "button.md")
	}},
	{"nested directories that are new have all their files told", func(p *place) {
		p.write("a/1.md", "a/b/2.md", "a/b/c/3.md", "a/b/c/d/e/4.md")
		p.tells("a/1.md a/b/2.md a/b/c/3.md a/b/c/d/e/4.md", "")
		p.write("a/b/c/d/e/4.md", "a/b/5.md")
		p.tells("a/b/5.md a/b/c/d/e/4.md", "")
	}},
	{"a directory that was moved in has all its files told", func(p *place) {
		p.rename("../outside/other", "forms/other")
		p.tells("forms/other/there.md", "")
		p.write("forms/other/there.md")
		p.tells("forms/other/there.md", "")
	}},
	{"a deleted directory has all its files removed", func(p *place) {
		p.remove("forms")
		p.tells("", "forms/input.md forms/deep/select.md")
	}},
	{"a directory that was deleted and made again is watched", func(p *place) {
		p.remove("forms")
		p.write("forms/deep/new.md")
		p.tells("forms/deep/new.md", "forms/input.md forms/deep/select.md")
		p.write("forms/deep/new.md", "forms/input.md")
		p.tells("forms/deep/new.md forms/input.md", "")
	}},
	{"a renamed directory is watched under its new name", func(p *place) {
		p.rename("forms", "fields")
		p.tells("fields/input.md fields/deep/select.md", "forms/input.md forms/deep/select.md")
		p.write("fields/deep/select.md", "fields/deep/new/new.md")
		p.remove("fields/input.md")
		p.tells("fields/deep/select.md fields/deep/new/new.md", "fields/input.md")
	}},
	{"a directory that was moved into a new one is watched there", func(p *place) {
		p.mkdir("all")
		p.rename("forms", "all/forms")
		p.tells("all/forms/input.md all/forms/deep/select.md", "forms/input.md forms/deep/select.md")
		p.write("all/forms/input.md", "all/forms/deep/select.md")
		p.tells("all/forms/input.md all/forms/deep/select.md", "")
	}},
	{"a directory that was renamed and renamed back is still watched", func(p *place) {
		p.rename("forms", "fields")
		p.rename("fields", "forms")
		p.write("forms/input.md", "forms/deep/select.md")
		p.tells("forms/input.md forms/deep/select.md", "")
		p.write("forms/input.md")
		p.remove("forms/deep/select.md")
		p.tells("forms/input.md", "forms/deep/select.md")
	}},
	{"a directory that replaced another one is the one that is watched", func(p *place) {
		p.rename("forms", "../outside/forms")
		p.rename("../outside/other", "forms")
		p.write("../outside/forms/input.md", "../outside/forms/new.md")
		p.tells("forms/there.md", "forms/input.md forms/deep/select.md")
		p.write("forms/there.md", "../outside/forms/deep/select.md")
		p.tells("forms/there.md", "")
	}},
	{"directories that changed places are watched under their names", func(p *place) {
		p.write("one/1.md", "two/2.md")
		p.tells("one/1.md two/2.md", "")
		p.rename("one", "three")
		p.rename("two", "one")
		p.rename("three", "two")
		p.tells("one/2.md two/1.md", "one/1.md two/2.md")
		p.write("one/2.md")
		p.tells("one/2.md", "")
		p.write("two/1.md")
		p.tells("two/1.md", "")
	}},
	{"a directory that was moved out does not tell what happens there", func(p *place) {
		p.rename("forms", "../outside/forms")
		p.tells("", "forms/input.md forms/deep/select.md")
		p.write("../outside/forms/input.md", "../outside/forms/deep/new.md")
		p.remove("../outside/forms/deep/select.md")
		p.tells("", "")
	}},
	{"a directory may become a file and a file a directory", func(p *place) {
		p.remove("forms")
		p.write("forms")
		p.tells("forms", "forms/input.md forms/deep/select.md")
		p.remove("forms")
		p.write("forms/again.md")
		p.tells("forms/again.md", "forms")
	}},
	{"a chmod alone makes no batch", func(p *place) {
		p.must(os.Chmod(p.path("button.md"), 0o600))
		p.must(os.Chmod(p.path("forms"), 0o700))
		p.tells("", "")
	}},
	{"an empty directory makes no batch", func(p *place) {
		p.mkdir("a/b")
		p.tells("", "")
		p.remove("a")
		p.tells("", "")
	}},
	{"ignored files and what is in ignored directories make no batch", func(p *place) {
		p.write("note.skip", "new.skip", "ignored/draft.md", "ignored/a/new.md", "forms/ignored/new.md")
		p.remove("note.skip")
		p.tells("", "")
	}},
	{"a file that gets an ignored name is removed", func(p *place) {
		p.rename("button.md", "button.skip")
		p.tells("", "button.md")
		p.rename("button.skip", "button.md")
		p.tells("button.md", "")
	}},
	{"links count by themselves and are not followed", func(p *place) {
		p.must(os.Symlink(p.outside, p.path("link")))
		p.must(os.Symlink("button.md", p.path("file")))
		p.tells("link file", "")
		p.write("../outside/other/there.md", "link/new.md")
		p.tells("", "")
		p.remove("link")
		p.must(os.Symlink(p.path("forms"), p.path("link")))
		p.tells("link", "")
	}},
	{"a checkout of a thousand files is told entirely", checkout},
	{"batches that nobody reads become one", func(p *place) {
		p.write("new.md", "other.md")
		other, err := New([]string{p.dir}, Options{})
		p.must(err)
		p.write("button.md")
		<-other.Batches() // time enough for a batch to be ready
		p.must(other.Close())
		p.remove("new.md")
		p.remove("button.md")
		p.write("other.md")
		p.tells("other.md", "button.md")
	}},
	{"a directory that is not watched any more is silent", func(p *place) {
		p.must(p.w.Watch(p.paths([]string{".", "../outside/other"})))
		p.write("../outside/other/there.md", "../outside/no.md")
		p.tells("../outside/other/there.md", "")
		p.must(p.w.Watch(p.paths([]string{"."})))
		p.write("../outside/other/there.md")
		p.tells("", "")
	}},
	{"what a new directory of Watch already has is known", func(p *place) {
		p.must(p.w.Watch(p.paths([]string{"../outside", "."})))
		p.tells("", "")
		p.write("../outside/other/there.md")
		p.tells("../outside/other/there.md", "")
	}},
	{"what happened before Watch is told although its directories change", func(p *place) {
		p.write("forms/input.md", "new/new.md")
		p.remove("button.md")
		p.must(p.w.Watch(p.paths([]string{"..", "."})))
		p.tells("forms/input.md new/new.md", "button.md")
	}},
	{"a directory that is watched for itself may be in an ignored one", func(p *place) {
		p.must(p.w.Watch(p.paths([]string{".", "ignored/used"})))
		p.write("ignored/used/new.md", "ignored/new.md")
		p.tells("ignored/used/new.md", "")
		p.rename("ignored", "../outside/ignored")
		p.before["ignored/used/new.md"] = true
		p.tells("", "ignored/used/new.md")
		p.rename("../outside/ignored", "ignored")
		p.tells("ignored/used/new.md", "")
		p.write("ignored/used/new.md")
		p.tells("ignored/used/new.md", "")
	}},
	{"a directory within another one goes on when that is dropped, and the other way", func(p *place) {
		p.must(p.w.Watch(p.paths([]string{".", "forms"})))
		p.write("forms/input.md")
		p.tells("forms/input.md", "")
		p.must(p.w.Watch(p.paths([]string{"forms"})))
		p.write("forms/deep/select.md", "button.md")
		p.tellsAt("forms", "forms/deep/select.md", "")
		p.must(p.w.Watch(p.paths([]string{".", "forms"})))
		p.must(p.w.Watch(p.paths([]string{"."})))
		p.write("forms/deep/select.md", "button.md")
		p.tells("forms/deep/select.md button.md", "")
	}},
	{"a directory that does not exist is waited for", func(p *place) {
		p.must(p.w.Watch(p.paths([]string{".", "../outside/a/b/c", "../outside/a/b/d"})))
		p.write("../outside/a/no.md", "../outside/a/b/no.md", "../outside/a/b/c/yes.md")
		p.tells("../outside/a/b/c/yes.md", "")
		p.write("../outside/a/b/c/more/more.md", "../outside/a/b/d/yes.md")
		p.tells("../outside/a/b/c/more/more.md ../outside/a/b/d/yes.md", "")
		p.before["../outside/a/b/c/yes.md"] = true
		p.before["../outside/a/b/c/more/more.md"] = true
		p.before["../outside/a/b/d/yes.md"] = true
		p.remove("../outside/a")
		p.tells("", "../outside/a/b/c/yes.md ../outside/a/b/c/more/more.md ../outside/a/b/d/yes.md")
		p.write("../outside/a/b/c/yes.md")
		p.tells("../outside/a/b/c/yes.md", "")
	}},
	{"the directory itself may be deleted and come back", func(p *place) {
		p.remove(".")
		p.until(func(b Batch) bool { return len(b.Removed) > 0 })
		p.write("forms/new.md")
		p.until(func(b Batch) bool { return slices.Contains(b.Changed, p.path("forms/new.md")) })
		p.before = p.files()
		p.write("forms/new.md")
		p.tells("forms/new.md", "")
	}},
	{"the directory itself may be renamed and another one put in its place", func(p *place) {
		p.rename(".", "../before")
		p.write("new.md")
		p.tells("new.md", "button.md forms/input.md forms/deep/select.md")
		p.write("../before/button.md", "forms/new.md")
		p.tells("forms/new.md", "")
	}},
	{"a watched directory that moved into another one leaves its name", func(p *place) {
		p.must(p.w.Watch(p.paths([]string{".", "../outside/other"})))
		p.rename("../outside/other", "other")
		p.before["../outside/other/there.md"] = true
		p.tells("other/there.md", "../outside/other/there.md")
		p.write("other/there.md")
		p.tells("other/there.md", "")
		p.write("../outside/other/new.md")
		p.tells("../outside/other/new.md", "")
	}},
	{"a directory that may not be read stops nothing", func(p *place) {
		if os.Geteuid() == 0 || runtime.GOOS == "windows" {
			p.Skip("this user may read everything")
		}
		p.mkdir("shut")
		p.must(os.Chmod(p.path("shut"), 0))
		p.Cleanup(func() { _ = os.Chmod(p.path("shut"), 0o755) })
		p.write("forms/input.md")
		p.tells("forms/input.md", "")
		p.must(os.Chmod(p.path("shut"), 0o755))
		p.write("shut/open.md")
		p.tells("shut/open.md", "")
	}},
}

func checkout(p *place) {
	var all, odd, even []string
	for i := range 1000 {
		name := "d" + strconv.Itoa(i%40) + "/e" + strconv.Itoa(i%7) + "/" + strconv.Itoa(i) + ".md"
		all = append(all, name)
		if i%2 == 0 {
			even = append(even, name)
		} else {
			odd = append(odd, name)
		}
	}
	p.write(all...)
	p.tells(strings.Join(all, " "), "")
	for i, name := range odd {
		p.remove(name)
		p.remove(even[i])
		p.write(even[i])
	}
	p.tells(strings.Join(even, " "), strings.Join(odd, " "))
}

func TestCloseEndsTheBatches(t *testing.T) {
	for _, o := range []Options{{}, fastPolling()} {
		w, err := New([]string{t.TempDir()}, o)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := w.Close(); err != nil {
				t.Error(err)
			}
		}
		if _, open := <-w.Batches(); open {
			t.Error("a batch came after Close")
		}
		if w.Watch(nil) == nil {
			t.Error("Watch does not say that the watcher is closed")
		}
	}
}

func TestARelativePathIsAnError(t *testing.T) {
	if _, err := New([]string{"catalog"}, Options{}); err == nil {
		t.Error("New takes a relative path")
	}
}
