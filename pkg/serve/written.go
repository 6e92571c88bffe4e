package serve

import (
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/storytime-dev/storytime/pkg/build"
	"github.com/storytime-dev/storytime/pkg/story"
)

// Commands of the catalog write files, and that must not start the next build:
// it would never end. Those that the settings name aren't watched. Of the
// others the time tells: the catalog is read after all commands have ended, so
// what changed before is in that build, whoever changed it.

// holdsBack reports whether what has changed can wait until the commands of a
// build have ended: then it is known whether it is in it. What can't wait are
// the settings, for they may have a command that never ends.
func (b *building) holdsBack(files []string, dir string) bool {
	return b != nil && b.commands && !b.impatient && b.reading.IsZero() && !slices.Contains(files, filepath.Join(dir, story.ConfigFile))
}

// has reports whether a build that has commands read a file after its last
// change.
func (b *building) has(file string) bool {
	if b == nil || b.reading.IsZero() {
		return false
	}
	settled := b.reading.Add(-build.Settled)
	info, err := os.Lstat(file)
	if err != nil || !info.Mode().IsRegular() || !within(info, b.started, settled) {
		return false
	}
	// Neither may a directory above it have been moved here since.
	for dir := filepath.Dir(file); ; dir = filepath.Dir(dir) {
		info, err := os.Lstat(dir)
		if err != nil || !changedAt(info).Before(settled) {
			return false
		}
		if rel, err := filepath.Rel(b.catalog, dir); err != nil || rel == "." || !filepath.IsLocal(rel) {
			return true
		}
	}
}

func within(info os.FileInfo, from, to time.Time) bool {
	at := changedAt(info)
	return at.After(from.Add(-build.Settled)) && at.Before(to)
}
