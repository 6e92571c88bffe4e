package main

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// program returns a path under which this test binary is the command: see
// TestMain.
func program(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "storytime")
	if err := os.Symlink(self, name); err != nil {
		t.Fatal(err)
	}
	return name
}

// A killer builds two versions of a catalog to one output.
type killer struct {
	t       *testing.T
	program string
	dir     string // holds nothing but the output and home
	dist    string
	uis     [2]string
	sites   [2]map[string]string // what a build that nobody disturbs makes
}

func newKiller(t *testing.T) *killer {
	t.Helper()
	dir := t.TempDir()
	k := &killer{t: t, program: program(t), dir: filepath.Join(dir, "out"), dist: filepath.Join(dir, "out", "dist")}
	if err := os.Mkdir(k.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for version := range k.uis {
		k.uis[version] = filepath.Join(dir, strconv.Itoa(version), "ui")
		for name, text := range versionOf(version) {
			name = filepath.Join(k.uis[version], name)
			if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o644)); err != nil {
				t.Fatal(err)
			}
		}
		k.mustBuild(version, filepath.Join(dir, strconv.Itoa(version), "dist"))
		k.sites[version] = files(t, filepath.Join(dir, strconv.Itoa(version), "dist"))
	}
	return k
}

// versionOf returns a catalog. The versions have some files in common, some
// that differ, and some that the other has not. Many files make the steps
// before and after publishing long enough to be hit.
func versionOf(version int) map[string]string {
	v := strconv.Itoa(version)
	catalog := map[string]string{"index.md": "Version " + v + ".\n"}
	for i := range 3 {
		n := strconv.Itoa(i)
		catalog["both/part-"+n+".html"] = "<p>" + n + " {{.text}}</p>\n"
		catalog["both/part-"+n+".stories.md"] = "## One\n\n```yaml story\nprops: {text: version " + v + "}\n```\n"
		catalog["only-"+v+"/part-"+n+".html"] = "<p>" + n + "</p>\n"
	}
	for i := range 15 {
		n := strconv.Itoa(i)
		catalog["static/same/"+n+".txt"] = n
		catalog["static/changes/"+n+".txt"] = n + " " + v
		catalog["static/only-"+v+"/"+n+".txt"] = n
	}
	return catalog
}

func (k *killer) command(version int, dist string) *exec.Cmd {
	cmd := exec.Command(k.program, "build", k.uis[version], "-o", dist)
	// A program that looks for data races waits a second before it ends, for
	// more of them; here that would be most of its life.
	cmd.Env = append(os.Environ(), "HOME="+filepath.Dir(k.uis[version]), "GORACE=atexit_sleep_ms=0")
	return cmd
}

func (k *killer) mustBuild(version int, dist string) {
	k.t.Helper()
	if out, err := k.command(version, dist).CombinedOutput(); err != nil {
		k.t.Fatalf("a build that nobody disturbs failed: %v\n%s", err, out)
	}
}

// duration is how long a whole build takes that replaces an old site.
func (k *killer) duration() time.Duration {
	k.t.Helper()
	k.mustBuild(0, k.dist)
	var longest time.Duration
	for version := range 2 {
		start := time.Now()
		k.mustBuild(1-version, k.dist)
		longest = max(longest, time.Since(start))
	}
	return longest
}

// interrupt builds, and after a while does something to the process. It
// returns what the process wrote, and how it ended.
func (k *killer) interrupt(version int, after time.Duration, do func(*os.Process)) (string, *os.ProcessState) {
	k.t.Helper()
	cmd := k.command(version, k.dist)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { do(cmd.Process) })
	defer timer.Stop()
	if err := cmd.Wait(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		k.t.Fatal(err)
	}
	return out.String(), cmd.ProcessState
}

// there returns which version's site is in the output, to the byte.
func (k *killer) there() (version int, found bool) {
	k.t.Helper()
	now := files(k.t, k.dist)
	for version, site := range k.sites {
		if maps.Equal(site, now) {
			return version, true
		}
	}
	for version, site := range k.sites {
		var differ []string
		for name := range site {
			if now[name] != site[name] {
				differ = append(differ, name)
			}
		}
		slices.Sort(differ)
		k.t.Logf("%d of %d files are not as in version %d: %.300s", len(differ), len(site), version, strings.Join(differ, " "))
	}
	return 0, false
}

func (k *killer) wantNothingBeside(when any) {
	k.t.Helper()
	entries, err := os.ReadDir(k.dir)
	if err != nil {
		k.t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != filepath.Base(k.dist) {
			k.t.Errorf("%v: %s was left beside the output", when, e.Name())
		}
	}
}

// files returns the files in a directory by name, with their bytes.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		files[name[len(dir)+1:]] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestKilledAtAnyMomentABuildLeavesTheOldSiteOrTheNew(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds a hundred times")
	}
	t.Parallel()
	k := newKiller(t)
	whole := k.duration()
	const kills = 40
	old, killed := 0, 0
	k.mustBuild(old, k.dist)
	for i := range kills {
		// The process needs a while before it does anything that matters, so
		// most of the kills are in the second half.
		after := whole * time.Duration(kills/4+i) / (kills * 5 / 4)
		_, state := k.interrupt(1-old, after, func(p *os.Process) { _ = p.Kill() })
		if !state.Exited() {
			killed++
		}
		version, found := k.there()
		if !found {
			t.Fatalf("killed after %v of %v: what is there is neither the old site nor the new", after, whole)
		}
		if state.Success() && version == old {
			t.Errorf("the build was done, but the old site is there")
		}
		k.mustBuild(1-old, k.dist)
		if version, found := k.there(); !found || version == old {
			t.Fatalf("killed after %v of %v: the next build left another site than it should have", after, whole)
		}
		k.wantNothingBeside(after)
		old = 1 - old
	}
	if killed < kills/4 {
		t.Errorf("only %d of %d processes were killed before they ended by themselves", killed, kills)
	}
}

func TestInterruptedABuildEndsInGoodOrder(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process can't be interrupted by another one here")
	}
	t.Parallel()
	k := newKiller(t)
	whole := k.duration()
	const times = 8
	interrupted := 0
	for i := range times {
		k.mustBuild(0, k.dist)
		after := whole * time.Duration(times/2+i) / (times * 3 / 2)
		out, state := k.interrupt(1, after, func(p *os.Process) { _ = p.Signal(os.Interrupt) })
		version, found := k.there()
		switch {
		case !found:
			t.Errorf("interrupted after %v of %v: what is there is neither the old site nor the new", after, whole)
		case state.Success() && version != 1, !state.Success() && version != 0:
			t.Errorf("interrupted after %v of %v: it ended with %v, but version %d is there", after, whole, state, version)
		case state.Exited() && !state.Success():
			interrupted++
			if state.ExitCode() != exitFailed || !strings.Contains(out, "interrupted") {
				t.Errorf("interrupted after %v of %v: it ended with %v and said %q", after, whole, state, out)
			}
		}
		k.wantNothingBeside(after)
	}
	t.Logf("%d of %d processes were interrupted while they were building", interrupted, times)
}

// The catalog's own command interrupts the build, so that it is certain when.
func TestInterruptedInACommandABuildEndsWithItsCommand(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process can't be interrupted by another one here")
	}
	t.Parallel()
	k := newKiller(t)
	k.mustBuild(0, k.dist)
	config := "before:\n  - run: kill -INT $PPID; exec tail -f /dev/null\n"
	if err := os.WriteFile(filepath.Join(k.uis[1], "storytime.yaml"), []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := k.command(1, k.dist).CombinedOutput()
	if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || exit.ExitCode() != exitFailed {
		t.Errorf("it ended with %v, want exit code %d", err, exitFailed)
	}
	if want := "storytime: interrupted; nothing was changed\n"; string(out) != want {
		t.Errorf("it said %q, want %q", out, want)
	}
	if version, found := k.there(); !found || version != 0 {
		t.Errorf("the old site isn't there any more")
	}
	k.wantNothingBeside("in a command")
}
