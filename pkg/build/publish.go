package build

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// publish puts the stage in the directory's place. Removed are the files of
// the site before that are gone.
func (o *output) publish() (removed []string, err error) {
	slices.Sort(o.files)
	var before map[string]struct{}
	if o.before != "" {
		if before, err = readManifest(o.before); err != nil {
			return nil, o.failed("reading", err)
		}
		delete(before, manifestFile)
		for _, f := range o.files {
			delete(before, f)
		}
	}
	if err := o.write(manifestFile, []byte(strings.Join(o.files, "\n")+"\n")); err != nil {
		return nil, err
	}
	if err := o.replace(); err != nil {
		return nil, err
	}
	o.discard()
	slices.Sort(o.changed)
	return slices.Sorted(maps.Keys(before)), nil
}

// recoverOutput removes the stages of builds that were killed. Where a
// directory can't be exchanged in one step, it also brings back the site of a
// build that was killed between the two.
func recoverOutput(dir string) error {
	parent := filepath.Dir(dir)
	entries, err := os.ReadDir(parent)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !e.IsDir() || !strings.HasPrefix(e.Name(), stagePrefix(dir)) {
			continue
		}
		stale := filepath.Join(parent, e.Name())
		lock, err := lockStage(stale)
		if err != nil {
			continue // it is being written to
		}
		if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) && strings.HasSuffix(e.Name(), asideSuffix) {
			err = os.Rename(stale, dir)
			lock.release()
			if err != nil {
				return err
			}
			continue
		}
		err = os.RemoveAll(stale)
		lock.release()
		if err != nil {
			return err
		}
	}
	return nil
}

// asideSuffix marks a site that has been moved aside for the next one.
const asideSuffix = "-before"

// replace puts the stage in the directory's place, and what was there in the
// place of the stage. Only then, when nothing can be put into it any more, is
// that looked at; if it is more than a site, all is put back.
func (o *output) replace() error {
	err := os.Rename(o.stage, o.dir) // which an empty directory doesn't hinder
	if err == nil {
		return nil
	}
	if _, statErr := os.Lstat(o.dir); statErr != nil {
		return o.failed("publishing to", err)
	}
	// One build publishes after the other, and none cleans up what another
	// has just taken away.
	lock, err := lockDir(o.dir)
	if err != nil {
		return o.failed("publishing to", err)
	}
	o.taken = lock
	if err := exchange(o.stage, o.dir); err == nil {
		if err := o.checkAll(o.stage); err != nil {
			return errors.Join(err, exchange(o.stage, o.dir))
		}
		return nil
	} else if !errors.Is(err, errors.ErrUnsupported) {
		return o.failed("publishing to", err)
	}
	aside := o.stage + asideSuffix
	if err := os.Rename(o.dir, aside); err != nil {
		return o.failed("publishing to", err)
	}
	err = o.checkAll(aside)
	if err == nil {
		err = os.Rename(o.stage, o.dir)
	}
	if err != nil {
		return errors.Join(err, os.Rename(aside, o.dir))
	}
	return os.RemoveAll(aside)
}
