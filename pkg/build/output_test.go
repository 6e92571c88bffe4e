package build

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
)

func TestADirectoryThatIsNotOursIsRefusedAndUntouched(t *testing.T) {
	dir := t.TempDir()
	home := filepath.Join(dir, "home")
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	ui := writeFiles(t, filepath.Join(dir, "parent", "ui"), shelf)
	mine := filepath.Join(dir, "mine")
	mustBuild(t, Options{Dir: ui, Output: mine})
	writeFiles(t, dir, map[string]string{
		"home/.profile":       "",
		"foreign/letter.txt":  "Dear reader",
		"hidden/.env":         "SECRET=1",
		"file.txt":            "text",
		"mine/deep/notes.txt": "put here by hand",
		// It looks like a site, but holds more than one.
		"almost/_storytime/files.txt": "index.html\n",
		"almost/index.html":           "<p>\n",
		"almost/letter.txt":           "Dear reader",
	})
	if err := os.Mkdir(filepath.Join(dir, "emptyHome"), 0o755); err != nil {
		t.Fatal(err)
	}
	refused := []string{"home", "foreign", "hidden", "file.txt", "mine", "almost", "parent", "parent/ui", "."}
	if runtime.GOOS != "windows" {
		for link, to := range map[string]string{"toHome": home, "toUI": ui, "toNowhere": "gone", "toItself": "toItself", "toForeign": "foreign"} {
			if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
				t.Fatal(err)
			}
			refused = append(refused, link)
		}
		refused = append(refused, "file.txt/below")
	}
	before := contents(t, dir)
	for _, name := range refused {
		output := filepath.Join(dir, name)
		for _, allow := range []bool{false, true} {
			result, err := Site(t.Context(), Options{Dir: ui, Output: output, AllowProblems: allow})
			switch {
			case !errors.Is(err, ErrOutput):
				t.Errorf("%s: the error is %v and the result %+v", name, err, result)
			case !strings.Contains(err.Error(), output) && !strings.Contains(err.Error(), resolved(t, output)):
				t.Errorf("%s: the error doesn't name the directory: %v", name, err)
			case !strings.Contains(err.Error(), "another") && !strings.Contains(err.Error(), "move"):
				t.Errorf("%s: the error doesn't say what to do: %v", name, err)
			}
		}
	}
	wantSame(t, "what was refused", before, contents(t, dir))

	// An empty home directory is one all the same.
	t.Setenv("HOME", filepath.Join(dir, "emptyHome"))
	t.Setenv("USERPROFILE", filepath.Join(dir, "emptyHome"))
	for _, output := range []string{filepath.Join(dir, "emptyHome"), filepath.Join(dir, "emptyHome") + "/", filepath.VolumeName(dir) + string(filepath.Separator)} {
		if _, err := Site(t.Context(), Options{Dir: ui, Output: output}); !errors.Is(err, ErrOutput) {
			t.Errorf("%s: the error is %v", output, err)
		}
	}
	wantSame(t, "what was refused", before, contents(t, dir))
}

// resolved returns a path without symbolic links, as far as it goes.
func resolved(t *testing.T, name string) string {
	t.Helper()
	real, err := filepath.EvalSymlinks(name)
	if err != nil {
		return name
	}
	return real
}

func TestWhatADesktopLeavesInASiteDoesNotMatter(t *testing.T) {
	t.Parallel()
	ui, dist := workspace(t, shelf)
	mustBuild(t, Options{Dir: ui, Output: dist})
	before := contents(t, dist)
	writeFiles(t, dist, map[string]string{".DS_Store": "x", "shelf/Thumbs.db": "x"})
	mustBuild(t, Options{Dir: ui, Output: dist})
	wantSame(t, "the site", before, contents(t, dist))
}

// The stages of builds that were killed, and directories whose names are only
// like theirs.
func TestTheNextBuildRemovesWhatADeadOneLeft(t *testing.T) {
	t.Parallel()
	ui, dist := workspace(t, shelf)
	dir := filepath.Dir(dist)
	mustBuild(t, Options{Dir: ui, Output: dist})
	site := contents(t, dist)
	others := map[string]string{
		".distant.storytime-1/x": "", "dist.storytime-1/x": "", ".other.storytime-1/x": "", ".dist/x": "", ".dist.storytime-file": "",
	}
	writeFiles(t, dir, others)
	leftovers := []string{".dist.storytime-1", ".dist.storytime-22-before", ".dist.storytime-empty"}
	writeFiles(t, dir, map[string]string{".dist.storytime-1/index.html": "half", ".dist.storytime-1/deep/er/x": "", ".dist.storytime-22-before/index.html": ""})
	if err := os.Mkdir(filepath.Join(dir, leftovers[2]), 0o755); err != nil {
		t.Fatal(err)
	}
	mustBuild(t, Options{Dir: ui, Output: dist})
	for _, name := range leftovers {
		if _, err := os.Lstat(filepath.Join(dir, name)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is still there (%v)", name, err)
		}
	}
	for name := range others {
		if _, err := os.Lstat(filepath.Join(dir, name)); err != nil {
			t.Errorf("%s was no stage of this site's, and is gone", name)
		}
	}
	wantSame(t, "the site", site, contents(t, dist))
}

// Where directories can't be exchanged in one step, a build may be killed when
// the old site has gone and the new one has not come.
func TestASiteThatWasMovedAsideIsBroughtBack(t *testing.T) {
	t.Parallel()
	ui, dist := workspace(t, shelf)
	mustBuild(t, Options{Dir: ui, Output: dist})
	site := contents(t, dist)
	if err := os.Rename(dist, filepath.Join(filepath.Dir(dist), ".dist.storytime-123-before")); err != nil {
		t.Fatal(err)
	}
	writeFiles(t, ui, map[string]string{"index.md": "[nowhere](nowhere.md)\n"})
	if _, err := Site(t.Context(), Options{Dir: ui, Output: dist}); err != nil {
		t.Fatal(err)
	}
	wantSame(t, "the site", site, contents(t, dist))
	wantNothingBeside(t, filepath.Dir(dist), "ui", "dist")
}

func TestTheStageOfALivingBuildStays(t *testing.T) {
	t.Parallel()
	ui, dist := workspace(t, shelf)
	halfway, proceed := make(chan struct{}), make(chan struct{})
	done := make(chan error, 1)
	go func() {
		var once sync.Once
		_, err := Site(t.Context(), Options{Dir: ui, Output: dist, Progress: func(p Progress) {
			if p.Stage == "writing" {
				once.Do(func() { close(halfway); <-proceed })
			}
		}})
		done <- err
	}()
	select {
	case <-halfway:
	case err := <-done:
		t.Fatalf("the first build ended early: %v", err)
	}
	stages, err := filepath.Glob(filepath.Join(filepath.Dir(dist), stagePrefix(dist)+"*"))
	if err != nil || len(stages) != 1 {
		t.Errorf("the first build writes to %v (%v)", stages, err)
	}
	mustBuild(t, Options{Dir: ui, Output: dist})
	site := contents(t, dist)
	for _, stage := range stages {
		if _, err := os.Stat(stage); err != nil {
			t.Errorf("the second build removed what the first was writing to: %v", err)
		}
	}
	close(proceed)
	if err := <-done; err != nil {
		t.Errorf("the first build failed: %v", err)
	}
	wantSame(t, "the site", site, contents(t, dist))
	wantNothingBeside(t, filepath.Dir(dist), "ui", "dist")
}

// Two builds come to publishing at the same moment, with an old site and
// without one. Both catalogs are right, so either may win.
func TestTwoBuildsAtOnceBothSucceedAndLeaveOneSite(t *testing.T) {
	t.Parallel()
	catalogs := []map[string]string{
		shelf,
		with(shelf, map[string]string{"index.md": "Another home.\n", "static/large.bin": "", "shelf/more.html": "<p>more</p>"}),
	}
	var uis []string
	var sites []map[string]string
	for _, catalog := range catalogs {
		ui, dist := workspace(t, catalog)
		mustBuild(t, Options{Dir: ui, Output: dist})
		uis, sites = append(uis, ui), append(sites, contents(t, dist))
	}
	for _, old := range []bool{false, true} {
		for range 4 {
			dir := t.TempDir()
			dist := filepath.Join(dir, "dist")
			if old {
				mustBuild(t, Options{Dir: uis[0], Output: dist})
			}
			results, errs := buildTogether(t, uis, dist)
			if err := errors.Join(errs...); err != nil {
				t.Fatalf("old site %v: %v", old, err)
			}
			for _, r := range results {
				if !r.Published {
					t.Errorf("old site %v: a build says it published nothing", old)
				}
			}
			after := contents(t, dist)
			if len(difference(after, sites[0])) > 0 && len(difference(after, sites[1])) > 0 {
				t.Errorf("old site %v: what is there is neither site: %v", old, difference(after, sites[0]))
			}
			wantNothingBeside(t, dir, "dist")
		}
	}
}

// buildTogether builds catalogs to one output. No build publishes before all
// of them are ready to.
func buildTogether(t *testing.T, uis []string, dist string) ([]*Result, []error) {
	t.Helper()
	results, errs := make([]*Result, len(uis)), make([]error, len(uis))
	var ready, all sync.WaitGroup
	ready.Add(len(uis))
	for i, ui := range uis {
		all.Go(func() {
			var arrive sync.Once
			here := func() { arrive.Do(ready.Done) }
			defer here() // also of a build that fails before
			results[i], errs[i] = Site(t.Context(), Options{Dir: ui, Output: dist, Progress: func(p Progress) {
				if p.Stage == "publishing" {
					here()
					ready.Wait()
				}
			}})
		})
	}
	all.Wait()
	return results, errs
}

// Builds start while others are publishing, so that each step of one meets
// each step of the others.
func TestManyBuildsAtOnceLeaveOneCompleteSite(t *testing.T) {
	t.Parallel()
	catalogs := []map[string]string{shelf, with(shelf, map[string]string{
		"index.md": "Another home.\n", "shelf/more/more.html": "<p>more</p>", "static/base.css": "body { margin: 1px; background: url(paper.svg) }\n",
	})}
	var uis []string
	var sites []map[string]string
	for _, catalog := range catalogs {
		ui, dist := workspace(t, catalog)
		mustBuild(t, Options{Dir: ui, Output: dist})
		uis, sites = append(uis, ui), append(sites, contents(t, dist))
	}
	dir := t.TempDir()
	dist := filepath.Join(dir, "dist")
	var builders sync.WaitGroup
	for i := range 4 {
		builders.Go(func() {
			for range 5 {
				if _, err := Site(t.Context(), Options{Dir: uis[i%2], Output: dist, Jobs: 1}); err != nil {
					t.Errorf("a build among others failed: %v", err)
					return
				}
			}
		})
	}
	builders.Wait()
	after := contents(t, dist)
	if len(difference(after, sites[0])) > 0 && len(difference(after, sites[1])) > 0 {
		t.Errorf("what is there is neither site: it differs from one in %v, from the other in %v",
			difference(after, sites[0]), difference(after, sites[1]))
	}
	mustBuild(t, Options{Dir: uis[0], Output: dist})
	wantSame(t, "after one more build, the site", sites[0], contents(t, dist))
	wantNothingBeside(t, dir, "dist")
}

// Nobody can have meant to lose what came into the directory while the site
// was being made.
func TestWhatIsPutIntoTheOutputDuringABuildIsNotLost(t *testing.T) {
	t.Parallel()
	for _, old := range []bool{false, true} {
		ui, dist := workspace(t, shelf)
		if old {
			mustBuild(t, Options{Dir: ui, Output: dist})
		}
		_, err := Site(t.Context(), Options{Dir: ui, Output: dist, Progress: func(p Progress) {
			if p.Stage == "publishing" {
				writeFiles(t, dist, map[string]string{"letter.txt": "Dear reader"})
			}
		}})
		if !errors.Is(err, ErrOutput) {
			t.Errorf("old site %v: the error is %v", old, err)
		}
		if contents(t, dist)["letter.txt"] != "Dear reader" {
			t.Errorf("old site %v: the file is lost", old)
		}
		wantNothingBeside(t, filepath.Dir(dist), "ui", "dist")
	}
}

// A volume is a file system of a test's own.
type volume struct{ dir string }

// newVolume mounts a small file system. Where that isn't permitted it returns
// nil: then a test does what it can without.
func newVolume(t *testing.T, options string) *volume {
	t.Helper()
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		return nil
	}
	v := &volume{filepath.Join(t.TempDir(), "volume")}
	if err := os.Mkdir(v.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", options, "tmpfs", v.dir).CombinedOutput(); err != nil {
		t.Logf("a file system can't be mounted here, so this test does without: %v: %s", err, out)
		return nil
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", v.dir).CombinedOutput(); err != nil {
			t.Errorf("unmounting: %v: %s", err, out)
		}
	})
	return v
}

func (v *volume) remount(t *testing.T, options string) {
	t.Helper()
	if out, err := exec.Command("mount", "-o", "remount,"+options, v.dir).CombinedOutput(); err != nil {
		t.Fatalf("remounting: %v: %s", err, out)
	}
}

// wantSystemError fails unless a build was stopped by the system, and says
// where.
func wantSystemError(t *testing.T, ui, dist string, want error) {
	t.Helper()
	result, err := Site(t.Context(), Options{Dir: ui, Output: dist})
	switch {
	case err == nil:
		t.Errorf("no error, and the result %+v", result)
	case want != nil && !errors.Is(err, want):
		t.Errorf("the error is %v, want %v", err, want)
	case !strings.Contains(err.Error(), dist):
		t.Errorf("the error doesn't name the directory %s: %v", dist, err)
	case strings.Contains(err.Error(), ".storytime-"):
		t.Errorf("the error names a directory that the user has never heard of: %v", err)
	}
}

func TestAReadOnlyFileSystemIsAnErrorAndStaysAsItIs(t *testing.T) {
	t.Parallel()
	ui, _ := workspace(t, shelf)
	if v := newVolume(t, "size=16m"); v != nil {
		dist := filepath.Join(v.dir, "dist")
		mustBuild(t, Options{Dir: ui, Output: dist})
		if err := os.Mkdir(filepath.Join(v.dir, "empty"), 0o755); err != nil {
			t.Fatal(err)
		}
		before := contents(t, v.dir)
		v.remount(t, "ro")
		for _, name := range []string{"dist", "empty", "new", "new/deeper"} {
			wantSystemError(t, ui, filepath.Join(v.dir, name), syscall.EROFS)
		}
		wantSame(t, "the file system", before, contents(t, v.dir))
		return
	}
	dist := filepath.Join(unwritable(t), "dist")
	wantSystemError(t, ui, dist, nil)
	if files := contents(t, dist); len(files) > 0 {
		t.Errorf("something was written: %v", slices.Sorted(maps.Keys(files)))
	}
}

// unwritable returns a directory in which nobody who runs this test can make
// another.
func unwritable(t *testing.T) string {
	t.Helper()
	if os.Geteuid() == 0 { // permissions keep root from nothing
		return "/proc/self"
	}
	dir := filepath.Join(t.TempDir(), "locked")
	if err := os.Mkdir(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestAFullFileSystemIsAnErrorAndKeepsTheOldSite(t *testing.T) {
	t.Parallel()
	if newVolume(t, "size=1m") == nil {
		// Nothing else fills up for one test alone; a directory that takes no
		// file at all is the nearest.
		ui, _ := workspace(t, shelf)
		wantSystemError(t, ui, filepath.Join(unwritable(t), "dist"), nil)
		return
	}
	small := with(shelf, map[string]string{"static/large.bin": ""})
	for name, test := range map[string]struct {
		volume  string
		changes map[string]string
	}{
		"by a small file":  {"size=512k", map[string]string{"static/data.txt": strings.Repeat("0123456789abcdef", 60<<10)}},
		"by a large file":  {"size=512k", map[string]string{"static/large.bin": shelf["static/large.bin"]}},
		"by many files":    {"nr_inodes=90", manyFiles(100)},
		"by many subjects": {"size=512k", benchCatalog(200)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVolume(t, test.volume)
			dist := filepath.Join(v.dir, "dist")
			ui, _ := workspace(t, with(small, test.changes))

			// Without an old site nothing is there afterwards.
			wantSystemError(t, ui, dist, syscall.ENOSPC)
			wantNothingBeside(t, v.dir)

			ui, _ = workspace(t, small)
			mustBuild(t, Options{Dir: ui, Output: dist})
			before := contents(t, dist)
			age(t, dist)
			writeFiles(t, ui, test.changes)
			wantSystemError(t, ui, dist, syscall.ENOSPC)
			wantSame(t, "the old site", before, contents(t, dist))
			if names := young(t, dist); len(names) > 0 {
				t.Errorf("files were written: %v", names)
			}
			wantNothingBeside(t, v.dir, "dist")
		})
	}
}

func manyFiles(n int) map[string]string {
	files := map[string]string{}
	for i := range n {
		files[fmt.Sprintf("static/%d.txt", i)] = "x"
	}
	return files
}

// A site is on another file system than the temporary directory, and its
// parent allows nothing to be made beside it.
func TestAnOutputThatIsAMountPointIsAnErrorThatNamesIt(t *testing.T) {
	t.Parallel()
	v := newVolume(t, "size=16m")
	if v == nil {
		t.Skip("a mount point needs mounting, which is for root on Linux")
	}
	ui, _ := workspace(t, shelf)
	wantSystemError(t, ui, v.dir, nil)
	wantNothingBeside(t, v.dir)
	wantNothingBeside(t, filepath.Dir(v.dir), "volume")
}
