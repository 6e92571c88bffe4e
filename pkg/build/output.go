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
	"sync"
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
	// before is the directory of the site that this one follows; "" for none.
	before string

	made    sync.Map // directories of the stage that exist
	mutex   sync.Mutex
	files   []string
	changed []string // of these, new or not as before
}

// openOutput checks that dir may hold the site of a catalog, removes what
// killed builds left beside it, and begins a stage. before is where the site
// is that this one follows, if that isn't dir.
func openOutput(dir, before, catalog string) (*output, error) {
	named := dir
	dir, err := checkOutput(dir, catalog)
	if err != nil {
		return nil, err
	}
	o := &output{dir: dir, named: named, before: before}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return nil, o.failed("creating", err)
	}
	if err := recoverOutput(dir); err != nil {
		return nil, o.failed("recovering", err)
	}
	old, err := o.checkTop()
	if err != nil {
		return nil, err
	}
	if old && before == "" {
		o.before = dir
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

// write puts a file into the stage. A file that is the same in the site
// before is shared with it, so that it keeps its modification time.
func (o *output) write(name string, data []byte) error {
	target, err := o.prepare(name)
	if err != nil {
		return err
	}
	if o.before != "" && share(filepath.Join(o.before, filepath.FromSlash(name)), target, bytes.NewReader(data)) {
		return nil
	}
	o.change(name)
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

// change records that a file is new, or not as before.
func (o *output) change(name string) {
	o.mutex.Lock()
	o.changed = append(o.changed, name)
	o.mutex.Unlock()
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
