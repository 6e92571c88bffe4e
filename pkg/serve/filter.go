package serve

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/storytime-dev/storytime/pkg/story"
)

// A filter knows what a build doesn't read, or writes itself: to watch it
// would cost time, or never end.
type filter struct {
	dir    string
	config story.Config

	mutex   sync.Mutex
	outside []string // directories beside the catalog
}

func newFilter(dir string) *filter {
	return &filter{dir: dir, config: story.ReadConfig(os.DirFS(dir))}
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

// ignores is what the watcher asks. Of what lies above a path in the catalog
// it has been asked before.
func (f *filter) ignores(path string, dir bool) bool {
	rel, err := filepath.Rel(f.dir, path)
	rel = filepath.ToSlash(rel)
	if err != nil || rel == ".." || strings.HasPrefix(rel, "../") {
		return f.ignoresOutside(path)
	}
	if dir {
		// A built site, be it the output of another command.
		if _, err := os.Lstat(filepath.Join(path, story.SiteDir)); err == nil {
			return true
		}
	}
	return f.config.Ignores(rel) || !dir && f.config.Writes(rel)
}

// ignoresOutside passes over what is hidden below a directory that the
// settings name. The directory itself may be anywhere.
func (f *filter) ignoresOutside(path string) bool {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	for _, dir := range f.outside {
		rel, err := filepath.Rel(dir, path)
		if err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			return strings.HasPrefix(filepath.Base(path), ".")
		}
	}
	return false
}
