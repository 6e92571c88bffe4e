package serve

import (
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/storytime-dev/storytime/pkg/story"
)

// A filter knows what a build doesn't read, or writes itself: to watch it
// would cost time, or never end.
type filter struct {
	dir    string
	config story.Config

	mutex   sync.Mutex
	outside []string // directories that the settings name, absolute
}

func newFilter(dir string) *filter {
	f := &filter{dir: dir, config: story.ReadConfig(os.DirFS(dir))}
	for _, m := range f.config.Static {
		f.add(m.Dir.Name)
	}
	for _, t := range f.config.Templates {
		if base, _ := doublestar.SplitPattern(path.Clean(t.Name)); strings.HasPrefix(base, "..") {
			f.add(base)
		}
	}
	return f
}

// add adds a directory that the settings name.
func (f *filter) add(name string) {
	if name = filepath.Join(f.dir, filepath.FromSlash(name)); !slices.Contains(f.outside, name) {
		f.outside = append(f.outside, name)
	}
}

// same reports whether two filters ignore the same.
func (f *filter) same(other *filter) bool {
	writes := func(f *filter) [][]string {
		var all [][]string
		for _, c := range f.config.Before {
			all = append(all, c.Writes)
		}
		return all
	}
	return slices.Equal(f.config.Ignore, other.config.Ignore) && reflect.DeepEqual(writes(f), writes(other))
}

func (f *filter) setOutside(dirs []string) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.outside = dirs
}

// ignores is what the watcher asks. Of what lies above a path, it has asked
// before.
func (f *filter) ignores(path string, dir bool) bool {
	rel, inside := below(path, f.dir)
	switch {
	case inside && !dir && f.config.Writes(rel):
		return true
	case f.isOutside(path):
		return strings.HasPrefix(filepath.Base(path), ".")
	case !inside:
		return false
	}
	if dir {
		// A built site, be it the output of another command.
		if _, err := os.Lstat(filepath.Join(path, story.SiteDir)); err == nil {
			return true
		}
	}
	return f.config.Ignores(rel)
}

// isOutside reports whether a path is below a directory that the settings
// name. Such a directory may lie in the catalog, even where that ignores it.
func (f *filter) isOutside(path string) bool {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return slices.ContainsFunc(f.outside, func(dir string) bool {
		_, found := below(path, dir)
		return found
	})
}

// below returns a path relative to a directory that it lies below, with
// forward slashes.
func below(path, dir string) (string, bool) {
	rel, err := filepath.Rel(dir, path)
	return filepath.ToSlash(rel), err == nil && filepath.IsLocal(rel)
}
