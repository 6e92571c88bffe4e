package build

import (
	"bytes"
	"errors"
	"fmt"
	"io"
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
	named string // as its user calls it
	stage string
	lock  *stageLock
	taken *stageLock // of the site that has been replaced
	old   bool       // dir holds a site

	made    sync.Map // directories of the stage that exist
	mutex   sync.Mutex
	files   []string
	changed atomic.Int64
}

// openOutput checks that dir may hold the site of a catalog, removes what
// killed builds left beside it, and begins a stage.
func openOutput(dir, catalog string) (*output, error) {
	named := dir
	dir, err := checkOutput(dir, catalog)
	if err != nil {
		return nil, err
	}
	o := &output{dir: dir, named: named}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return nil, o.failed("creating", err)
	}
	if err := recoverOutput(dir); err != nil {
		return nil, o.failed("recovering", err)
	}
	if o.old, err = o.checkTop(); err != nil {
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

// checkTop reports whether the directory holds a site, and refuses it if it
// holds anything else, as far as its top level shows. It spares a build that
// could not be published; publish looks at the rest.
func (o *output) checkTop() (old bool, err error) {
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
	mine, err := readManifest(o.dir)
	if err != nil {
		return false, fmt.Errorf("%w: %s isn't empty and wasn't made by Storytime; empty it, or name another with -o", ErrOutput, o.named)
	}
	top := map[string]bool{}
	for f := range mine {
		name, _, _ := strings.Cut(f, "/")
		top[name] = true
	}
	var foreign []string
	for _, e := range entries {
		if !top[e.Name()] && !slices.Contains(litter, e.Name()) {
			foreign = append(foreign, e.Name())
		}
	}
	return true, o.refuse(foreign)
}

// checkAll refuses a directory that holds anything but a site.
func (o *output) checkAll(dir string) error {
	mine, err := readManifest(dir)
	if err != nil {
		mine = nil // then it has to be empty
	}
	var foreign []string
	err = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if _, ok := mine[rel]; !ok && !slices.Contains(litter, d.Name()) {
			foreign = append(foreign, rel)
		}
		return nil
	})
	if err != nil {
		return o.failed("reading", err)
	}
	return o.refuse(foreign)
}

// refuse is the error for files that would be lost.
func (o *output) refuse(foreign []string) error {
	if len(foreign) == 0 {
		return nil
	}
	const most = 3
	names := strings.Join(foreign[:min(most, len(foreign))], ", ")
	if len(foreign) > most {
		names += ", …"
	}
	return fmt.Errorf("%w: %s has files that Storytime didn't put there (%s) and that would be lost; move them away (static files belong into the catalog's static/), or name another directory with -o",
		ErrOutput, o.named, names)
}

// readManifest returns the files of the site in a directory.
func readManifest(dir string) (map[string]struct{}, error) {
	data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(manifestFile)))
	if err != nil {
		return nil, err
	}
	files := map[string]struct{}{manifestFile: {}}
	for line := range strings.Lines(string(data)) {
		files[strings.TrimSuffix(line, "\n")] = struct{}{}
	}
	return files, nil
}

// write puts a file into the stage. A file that is the same in the site
// before is shared with it, so that it keeps its modification time.
func (o *output) write(name string, data []byte) error {
	target, err := o.prepare(name)
	if err != nil {
		return err
	}
	if o.old && share(filepath.Join(o.dir, filepath.FromSlash(name)), target, bytes.NewReader(data)) {
		return nil
	}
	o.changed.Add(1)
	if err := os.WriteFile(target, data, 0o644); err != nil {
		return o.failed("writing", err)
	}
	return nil
}

// share makes target the same file as before if that has the given content,
// or a copy with its time where the file system knows no hard links.
func share(before, target string, data io.ReadSeeker) bool {
	f, err := os.Open(before)
	if err != nil {
		return false
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || !sameContent(f, info.Size(), data) {
		return false
	}
	if os.Link(before, target) == nil {
		// Another build may have put its own site there in the meantime.
		linked, err := os.Lstat(target)
		if err == nil && os.SameFile(info, linked) {
			return true
		}
		_ = os.Remove(target)
		return false
	}
	if _, err := data.Seek(0, io.SeekStart); err != nil {
		return false
	}
	return writeFrom(target, data) == nil && os.Chtimes(target, time.Time{}, info.ModTime()) == nil
}

// sameContent reports whether a file of the given size has the content of
// data.
func sameContent(f io.Reader, size int64, data io.ReadSeeker) bool {
	if end, err := data.Seek(0, io.SeekEnd); err != nil || end != size {
		return false
	}
	if _, err := data.Seek(0, io.SeekStart); err != nil {
		return false
	}
	const most = 64 << 10
	a, b := make([]byte, min(size+1, most)), make([]byte, min(size+1, most))
	for {
		n, errA := io.ReadFull(f, a)
		m, errB := io.ReadFull(data, b)
		if n != m || !bytes.Equal(a[:n], b[:m]) {
			return false
		}
		if errA != nil || errB != nil {
			return errA == errB
		}
	}
}

// writeFrom writes a file from what is read.
func writeFrom(name string, data io.Reader) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, data)
	return errors.Join(err, f.Close())
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
		if before, err = readManifest(o.dir); err != nil {
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
	if err := o.replace(); err != nil {
		return 0, err
	}
	o.discard()
	return len(before), nil
}

// discard removes what stands in the stage: an unfinished site, or after
// publishing the one before.
func (o *output) discard() {
	_ = os.RemoveAll(o.stage)
	o.lock.release()
	if o.taken != nil {
		o.taken.release()
	}
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
	return fmt.Errorf("%s %s: %w", doing, o.named, err)
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
