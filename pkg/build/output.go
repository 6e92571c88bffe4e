package build

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/storytime-dev/storytime/internal/ui"
)

// manifestFile lists the files of a site, one a line, sorted. A directory
// that has it was made by a build; a file that isn't in it was not.
const manifestFile = ui.Dir + "/files.txt"

// An output is the directory of a site while its next version is written
// beside it, in a stage.
type output struct {
	dir   string // absolute, without symbolic links
	stage string
	lock  *stageLock
	old   bool // dir holds a site

	made    sync.Map // directories of the stage that exist
	mutex   sync.Mutex
	files   []string
	changed atomic.Int64
}

// openOutput checks that dir may hold the site of a catalog, removes what
// killed builds left beside it, and begins a stage.
func openOutput(dir, catalog string) (*output, error) {
	dir, err := checkOutput(dir, catalog)
	if err != nil {
		return nil, err
	}
	o := &output{dir: dir}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return nil, o.failed("creating", err)
	}
	if err := recoverOutput(dir); err != nil {
		return nil, o.failed("recovering", err)
	}
	if o.old, err = o.checkContents(); err != nil {
		return nil, err
	}
	if err := o.begin(); err != nil {
		return nil, o.failed("writing beside", err)
	}
	mode := fs.FileMode(0o755)
	if info, err := os.Stat(dir); err == nil {
		mode = info.Mode().Perm()
	}
	if err := os.Chmod(o.stage, mode); err != nil {
		o.discard()
		return nil, o.failed("creating", err)
	}
	return o, nil
}

// begin makes the stage. Until it is locked, another build that cleans up may
// take it for a dead one and remove it; then the next try has better luck.
func (o *output) begin() error {
	const tries = 10
	var err error
	for range tries {
		if o.stage, err = os.MkdirTemp(filepath.Dir(o.dir), stagePrefix(o.dir)+"*"); err != nil {
			return err
		}
		if o.lock, err = lockStage(o.stage); err != nil {
			continue
		}
		if _, err = os.Stat(o.stage); err == nil {
			return nil
		}
		o.lock.release()
	}
	return err
}

// stagePrefix is how the names of the stages beside a directory begin. The
// dot keeps a watcher, and a catalog that they stand in, from seeing them.
func stagePrefix(dir string) string { return "." + filepath.Base(dir) + ".storytime-" }

// checkOutput resolves the directory and refuses those whose loss nobody can
// want.
func checkOutput(dir, catalog string) (string, error) {
	refuse := func(why string) (string, error) {
		return "", fmt.Errorf("%w: %s %s; name another with -o", ErrOutput, dir, why)
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("resolving %s: %w", dir, err)
	}
	real, err := realPath(abs)
	if err != nil {
		return refuse("can't be reached: " + err.Error())
	}
	if info, err := os.Stat(real); err == nil && !info.IsDir() {
		return refuse("is a file")
	}
	home, _ := os.UserHomeDir()
	if home != "" {
		home, _ = realPath(home)
	}
	switch {
	case real == filepath.Dir(real):
		return refuse("is the root directory")
	case real == home:
		return refuse("is your home directory")
	case real == catalog:
		return refuse("is the catalog itself")
	case within(catalog, real):
		return refuse("holds the catalog")
	}
	return real, nil
}

// realPath resolves the symbolic links of a path of which the end need not
// exist.
func realPath(name string) (string, error) {
	real, err := filepath.EvalSymlinks(name)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return real, err
	}
	if _, err := os.Lstat(name); err == nil {
		return "", fmt.Errorf("%s is a link that leads nowhere", name)
	}
	parent, err := realPath(filepath.Dir(name))
	return filepath.Join(parent, filepath.Base(name)), err
}

// within reports whether name lies below dir.
func within(name, dir string) bool {
	rel, err := filepath.Rel(dir, name)
	return err == nil && rel != "." && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// litter is what desktops put into directories by themselves.
var litter = []string{".DS_Store", "Thumbs.db", "desktop.ini"}

// checkContents reports whether the directory holds a site, and refuses it if
// it holds anything else.
func (o *output) checkContents() (old bool, err error) {
	entries, err := os.ReadDir(o.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, o.failed("reading", err)
	}
	if len(entries) == 0 {
		return false, nil
	}
	mine, err := o.manifest()
	if err != nil {
		return false, fmt.Errorf("%w: %s isn't empty and wasn't made by Storytime; empty it, or name another with -o", ErrOutput, o.dir)
	}
	var foreign []string
	err = filepath.WalkDir(o.dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(o.dir, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if _, ok := mine[rel]; !ok && !slices.Contains(litter, d.Name()) {
			foreign = append(foreign, rel)
			if len(foreign) == 3 {
				return fs.SkipAll
			}
		}
		return nil
	})
	if err != nil {
		return false, o.failed("reading", err)
	}
	if len(foreign) > 0 {
		return false, fmt.Errorf("%w: %s has files that Storytime didn't put there (%s) and that would be lost; move them away (static files belong into the catalog's static/), or name another directory with -o",
			ErrOutput, o.dir, strings.Join(foreign, ", "))
	}
	return true, nil
}

// manifest returns the files of the site that is there.
func (o *output) manifest() (map[string]struct{}, error) {
	data, err := os.ReadFile(filepath.Join(o.dir, filepath.FromSlash(manifestFile)))
	if err != nil {
		return nil, err
	}
	files := map[string]struct{}{manifestFile: {}}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		files[lines.Text()] = struct{}{}
	}
	return files, lines.Err()
}

// write puts a file into the stage. A file that is the same in the site
// before is shared with it, so that it keeps its modification time.
func (o *output) write(name string, data []byte) error {
	target, err := o.prepare(name)
	if err != nil {
		return err
	}
	if o.old {
		before := filepath.Join(o.dir, filepath.FromSlash(name))
		if same(before, data) && share(before, target) {
			return nil
		}
	}
	o.changed.Add(1)
	if err := os.WriteFile(target, data, 0o644); err != nil {
		return o.failed("writing", err)
	}
	return nil
}

// same reports whether a file has this content.
func same(name string, data []byte) bool {
	info, err := os.Lstat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() != int64(len(data)) {
		return false
	}
	before, err := os.ReadFile(name)
	return err == nil && bytes.Equal(before, data)
}

// share makes target the same file as before, or a copy with its time where
// the file system knows no hard links.
func share(before, target string) bool {
	if os.Link(before, target) == nil {
		return true
	}
	info, err := os.Stat(before)
	if err != nil {
		return false
	}
	data, err := os.ReadFile(before)
	return err == nil && os.WriteFile(target, data, 0o644) == nil && os.Chtimes(target, time.Time{}, info.ModTime()) == nil
}

// prepare records a file and makes its directory.
func (o *output) prepare(name string) (string, error) {
	o.mutex.Lock()
	o.files = append(o.files, name)
	o.mutex.Unlock()
	if err := o.mkdir(path.Dir(name)); err != nil {
		return "", o.failed("writing", err)
	}
	return o.stage + string(filepath.Separator) + filepath.FromSlash(name), nil
}

// mkdir makes a directory of the stage and those above it. It remembers them:
// asking the system costs as much as writing a small file.
func (o *output) mkdir(dir string) error {
	if dir == "." {
		return nil
	}
	if _, made := o.made.Load(dir); made {
		return nil
	}
	if err := o.mkdir(path.Dir(dir)); err != nil {
		return err
	}
	err := os.Mkdir(filepath.Join(o.stage, filepath.FromSlash(dir)), 0o755)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	o.made.Store(dir, true)
	return nil
}

// publish puts the stage in the directory's place. Removed is how many files
// of the site before are gone.
func (o *output) publish() (removed int, err error) {
	slices.Sort(o.files)
	var before map[string]struct{}
	if o.old {
		if before, err = o.manifest(); err != nil {
			return 0, o.failed("reading", err)
		}
		delete(before, manifestFile)
		for _, f := range o.files {
			delete(before, f)
		}
	}
	if err := o.write(manifestFile, []byte(strings.Join(o.files, "\n")+"\n")); err != nil {
		return 0, err
	}
	if err := replaceDir(o.stage, o.dir); err != nil {
		return 0, o.failed("publishing to", err)
	}
	o.discard()
	return len(before), nil
}

// discard removes what stands in the stage: an unfinished site, or after
// publishing the one before.
func (o *output) discard() {
	_ = os.RemoveAll(o.stage)
	o.lock.release()
}

// failed says what the system did not do, without the stage's name, which
// means nothing to anybody.
func (o *output) failed(doing string, err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		err = link.Err
	}
	return fmt.Errorf("%s %s: %w", doing, o.dir, err)
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

// replaceDir puts the directory stage in the place of dir, and what was there
// in the place of stage, if anything was.
func replaceDir(stage, dir string) error {
	if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
		return os.Rename(stage, dir)
	}
	err := exchange(stage, dir)
	if !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	aside := stage + asideSuffix
	if err := os.Rename(dir, aside); err != nil {
		return err
	}
	if err := os.Rename(stage, dir); err != nil {
		return errors.Join(err, os.Rename(aside, dir))
	}
	return os.RemoveAll(aside)
}
