package watch

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

// A Catalog knows of a catalog what a build doesn't read, or writes itself: to
// watch that would cost time, or never end. And it knows which directories
// outside are read.
type Catalog struct {
	dir    string
	config story.Config

	mutex   sync.Mutex
	outside []string // directories that the settings name, absolute
}

// NewCatalog reads the settings of the catalog in dir, which is absolute and
// without links.
func NewCatalog(dir string) *Catalog {
	c := &Catalog{dir: dir, config: story.ReadConfig(os.DirFS(dir))}
	for _, m := range c.config.Static {
		c.add(m.Dir.Name)
	}
	for _, t := range c.config.Templates {
		if base, _ := doublestar.SplitPattern(path.Clean(t.Name)); strings.HasPrefix(base, "..") {
			c.add(base)
		}
	}
	return c
}

// add adds a directory that the settings name.
func (c *Catalog) add(name string) {
	if name = filepath.Join(c.dir, filepath.FromSlash(name)); !slices.Contains(c.outside, name) {
		c.outside = append(c.outside, name)
	}
}

// Same reports whether two of them ignore the same.
func (c *Catalog) Same(other *Catalog) bool {
	writes := func(c *Catalog) [][]string {
		var all [][]string
		for _, command := range c.config.Before {
			all = append(all, command.Writes)
		}
		return all
	}
	return slices.Equal(c.config.Ignore, other.config.Ignore) && reflect.DeepEqual(writes(c), writes(other))
}

// HasCommands reports whether commands run before a build.
func (c *Catalog) HasCommands() bool { return len(c.config.Before) > 0 }

// Outside returns the directories outside the catalog that are read; absolute.
func (c *Catalog) Outside() []string {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.outside
}

// SetOutside says which they are, once a build has told.
func (c *Catalog) SetOutside(dirs []string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.outside = dirs
}

// Ignores is for the Options of a Watcher. Of what lies above a path, that has
// asked before.
func (c *Catalog) Ignores(path string, dir bool) bool {
	rel, inside := below(path, c.dir)
	switch {
	case inside && !dir && c.config.Writes(rel):
		return true
	case c.isOutside(path, inside):
		base := filepath.Base(path)
		return strings.HasPrefix(base, ".") || base == "node_modules"
	case !inside:
		return false
	}
	if dir {
		// A built site, be it the output of another command.
		if _, err := os.Lstat(filepath.Join(path, story.SiteDir)); err == nil {
			return true
		}
	}
	return c.config.Ignores(rel)
}

// isOutside reports whether a path is below a directory that the settings
// name, or that Go components come from. Such a directory may lie in the
// catalog, even where that ignores it; or the catalog in such a directory,
// which then says nothing of it.
func (c *Catalog) isOutside(path string, inside bool) bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return slices.ContainsFunc(c.outside, func(dir string) bool {
		_, found := below(path, dir)
		_, within := below(dir, c.dir)
		return found && (within || !inside)
	})
}

// below returns a path relative to a directory that it lies below, with
// forward slashes.
func below(path, dir string) (string, bool) {
	rel, err := filepath.Rel(dir, path)
	return filepath.ToSlash(rel), err == nil && filepath.IsLocal(rel)
}
