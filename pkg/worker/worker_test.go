//go:build unix

package worker

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/storytime-dev/storytime/pkg/build"
	"github.com/storytime-dev/storytime/pkg/problem"
)

// serverCatalog makes the test's program a server with a pool over the
// catalog that it names, which says "ready" and waits to be killed.
const serverCatalog = "STORYTIME_TEST_SERVER"

func TestMain(m *testing.M) {
	Main()
	if dir := os.Getenv(serverCatalog); dir != "" {
		if _, err := NewPool(Options{Dir: dir}); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("ready")
		select {}
	}
	os.Exit(m.Run())
}

// catalog writes files and returns their directory.
func catalog(t *testing.T, files map[string]string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		save(t, filepath.Join(dir, name), text)
	}
	return dir
}

func save(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

var button = map[string]string{
	"button.html":       "<button>{{.text}}</button>",
	"button.stories.md": "## One\n\n```yaml story\nprops: {text: one}\n```\n",
}

func newPool(t *testing.T, options Options) *Pool {
	t.Helper()
	p, err := NewPool(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// standing waits for the worker that stands by.
func (p *Pool) standing(t *testing.T) *child {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c, err := p.ready(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// mustBuild builds into a new directory.
func (p *Pool) mustBuild(t *testing.T, job Job, events Events) *Result {
	t.Helper()
	if job.Output == "" {
		job.Output = filepath.Join(t.TempDir(), "site")
	}
	r, err := p.Build(t.Context(), job, events)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestABuildInAProcessMakesWhatABuildMakes(t *testing.T) {
	dir := catalog(t, button)
	out, in := filepath.Join(t.TempDir(), "out"), filepath.Join(t.TempDir(), "in")
	r := newPool(t, Options{Dir: dir}).mustBuild(t, Job{Output: out}, Events{})
	if _, err := build.Site(t.Context(), build.Options{Dir: dir, Output: in}); err != nil {
		t.Fatal(err)
	}
	if diff, err := exec.Command("diff", "-r", in, out).CombinedOutput(); err != nil {
		t.Errorf("%s", diff)
	}
	if r.Stories != 1 || len(r.Problems) > 0 || len(r.Changed) == 0 {
		t.Errorf("got %+v", r)
	}
}

func TestThePagesOnAScreenComeFirst(t *testing.T) {
	dir := catalog(t, button)
	local := NewLocal(Options{Dir: dir})
	defer local.Close()
	for name, b := range map[string]interface {
		Build(context.Context, Job, Events) (*Result, error)
	}{"pool": newPool(t, Options{Dir: dir}), "local": local} {
		before, after := filepath.Join(t.TempDir(), "before"), filepath.Join(t.TempDir(), "after")
		if _, err := b.Build(t.Context(), Job{Output: before}, Events{}); err != nil {
			t.Fatal(err)
		}
		save(t, filepath.Join(dir, "button.html"), "<b>"+name+" {{.text}}</b>")
		var first *build.Pages
		r, err := b.Build(t.Context(), Job{
			Output: after, Before: before,
			Changed: []string{filepath.Join(dir, "button.html")}, Shown: []string{"button/one/index.html", "button--one.html"},
		}, Events{First: func(p *build.Pages) { first = p }})
		if err != nil {
			t.Fatal(err)
		}
		if first == nil || !strings.Contains(string(first.Files["button--one.html"]), "<b>"+name+" one</b>") {
			t.Fatalf("%s: first came %v", name, first)
		}
		whole, err := os.ReadFile(filepath.Join(after, "button--one.html"))
		if err != nil || string(whole) != string(first.Files["button--one.html"]) {
			t.Errorf("%s: the page that came first isn't the page of the site: %v", name, err)
		}
		if got := strings.Join(r.Changed, " "); !strings.Contains(got, "button--one.html") || strings.Contains(got, "workshop.css") {
			t.Errorf("%s: changed: %s", name, got)
		}
	}
}

func TestAWorkerThatDiesWhileItStandsByIsReplaced(t *testing.T) {
	p := newPool(t, Options{Dir: catalog(t, button)})
	for range 50 {
		c := p.standing(t)
		_ = c.cmd.Process.Signal(syscall.SIGKILL)
		<-c.gone
		if r := p.mustBuild(t, Job{}, Events{}); r.Stories != 1 {
			t.Fatalf("got %+v", r)
		}
	}
}

func TestAWorkerThatIsKilledWhileItBuildsCostsOneBuild(t *testing.T) {
	dir := catalog(t, button)
	p := newPool(t, Options{Dir: dir})
	save(t, filepath.Join(dir, "storytime.yaml"), "before:\n  - run: kill -KILL $PPID; sleep 100\n")
	_, err := p.Build(t.Context(), Job{Output: filepath.Join(t.TempDir(), "site")}, Events{})
	var wrong *problem.Problem
	if !errors.As(err, &wrong) || wrong.Kind != problem.Worker || !strings.Contains(wrong.Message, "killed") {
		t.Errorf("got %v", err)
	}
	save(t, filepath.Join(dir, "storytime.yaml"), "")
	p.mustBuild(t, Job{}, Events{})
}

func TestABuildThatTakesTooLongIsEndedWithAllThatItStarted(t *testing.T) {
	dir := catalog(t, button)
	pids := filepath.Join(t.TempDir(), "pids")
	// One child in the worker's group; one that leaves it, its parent and its
	// environment.
	save(t, filepath.Join(dir, "storytime.yaml"), fmt.Sprintf(
		"before:\n  - run: 'sleep 1000 & echo $! >> %[1]s; (setsid env -i /bin/sh -c \"echo \\$\\$ >> %[1]s; exec /bin/sleep 1000\" &) ; sleep 1000'\n", pids))
	p := newPool(t, Options{Dir: dir, Timeout: 3 * time.Second})
	_, err := p.Build(t.Context(), Job{Output: filepath.Join(t.TempDir(), "site")}, Events{})
	var wrong *problem.Problem
	if !errors.As(err, &wrong) || !strings.Contains(wrong.Message, "longer than 3s") || wrong.Hint == "" {
		t.Errorf("got %v", err)
	}
	wantGone(t, pids, runtime.GOOS == "linux")
}

// wantGone checks that the processes whose numbers are in a file have ended.
func wantGone(t *testing.T, pids string, all bool) {
	t.Helper()
	data, err := os.ReadFile(pids)
	if err != nil {
		t.Fatal(err)
	}
	numbers := strings.Fields(string(data))
	if len(numbers) != 2 {
		t.Fatalf("the commands started %q", numbers)
	}
	if !all {
		numbers = numbers[:1]
	}
	for _, n := range numbers {
		pid, err := strconv.Atoi(n)
		if err != nil {
			t.Fatal(err)
		}
		eventually(t, "process "+n+" has ended", func() bool { return !alive(pid) })
	}
}

// alive reports whether a process runs; one that only waits to be buried
// doesn't.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, state, _ := strings.Cut(string(stat), ") ")
	return err != nil || !strings.HasPrefix(state, "Z")
}

// eventually waits for what the system does by itself.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	looks := time.NewTicker(5 * time.Millisecond) // the system needs the processor
	defer looks.Stop()
	for deadline := time.Now().Add(time.Minute); !holds(); <-looks.C {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

func TestABuildThatTakesTooMuchMemoryIsEndedAndNamesTheStory(t *testing.T) {
	dir := catalog(t, button)
	// Each list holds two of the one before; printing expands it to 2 GB. Pieces
	// of a megabyte make that quick: a story that takes its time is given up
	// before it has taken the memory.
	save(t, filepath.Join(dir, "greedy.stories.md"), "## Greedy\n\n```html story\n{{$a := printf \"%1000000d\" 1}}"+
		strings.Repeat("{{$a = list $a $a}}", 11)+"{{$a}}\n```\n")
	p := newPool(t, Options{Dir: dir, Memory: 64 << 20})
	_, err := p.Build(t.Context(), Job{Output: filepath.Join(t.TempDir(), "site")}, Events{})
	var wrong *problem.Problem
	if !errors.As(err, &wrong) || !strings.Contains(wrong.Message, "greedy/greedy") || !strings.Contains(wrong.Message, "64 MiB") ||
		len(wrong.Stories) == 0 {
		t.Errorf("got %v", err)
	}
	save(t, filepath.Join(dir, "greedy.stories.md"), "")
	p.mustBuild(t, Job{}, Events{})
}

func TestABuildThatIsCancelledIsGone(t *testing.T) {
	dir := catalog(t, button)
	started := filepath.Join(t.TempDir(), "started")
	if err := syscall.Mkfifo(started, 0o600); err != nil {
		t.Fatal(err)
	}
	save(t, filepath.Join(dir, "storytime.yaml"), "before:\n  - run: 'echo > "+started+"; sleep 1000'\n")
	p := newPool(t, Options{Dir: dir})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := p.Build(ctx, Job{Output: filepath.Join(t.TempDir(), "site")}, Events{})
		ended <- err
	}()
	if _, err := os.ReadFile(started); err != nil {
		t.Fatal(err)
	}
	if n := len(children(t, os.Getpid())); n > 2 {
		t.Errorf("%d workers", n)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	p.Close()
	if left := children(t, os.Getpid()); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// children returns the processes whose parent is one.
func children(t *testing.T, parent int) []int {
	t.Helper()
	var all []int
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range stats {
		data, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		_, rest, _ := strings.Cut(string(data), ") ")
		fields := strings.Fields(rest)
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		if len(fields) > 1 && fields[1] == strconv.Itoa(parent) && fields[0] != "Z" {
			all = append(all, pid)
		}
	}
	return all
}

func TestWorkersAreGoneWhenTheServerIsKilled(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("it reads /proc")
	}
	for range 5 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), serverCatalog+"="+catalog(t, button))
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
			t.Fatalf("%q %v", line, err)
		}
		workers := children(t, cmd.Process.Pid)
		if len(workers) != 1 {
			t.Errorf("%d workers stand by", len(workers))
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		for _, pid := range workers {
			eventually(t, "the worker has ended", func() bool { return !alive(pid) })
		}
	}
}

func TestOnlyAWorkersProcessIsAWorker(t *testing.T) {
	// The argument alone, or the environment alone, make none: then the
	// program goes on, which here means to run a test.
	for name, cmd := range map[string]*exec.Cmd{
		"argument":    exec.Command(os.Args[0], argument),
		"environment": exec.Command(os.Args[0], "-test.run=^$"),
	} {
		cmd.Env = append(os.Environ(), serverCatalog+"="+filepath.Join(t.TempDir(), "missing", "catalog"))
		if name == "environment" {
			cmd.Env = append(os.Environ(), environment+"="+strconv.Itoa(os.Getpid()))
		}
		stdin, err := cmd.StdinPipe() // a worker would wait for orders
		if err != nil {
			t.Fatal(err)
		}
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if line, _ := bufio.NewReader(out).ReadString('\n'); line == "" || strings.HasPrefix(line, "{") {
			t.Errorf("with the %s the program said %q", name, line)
		}
		_ = stdin.Close()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
}

// A worker whose starter is gone must not go on as the program, which would
// start workers of its own, and so on without end.
func TestAWorkerThatComesTooLateEnds(t *testing.T) {
	cmd := exec.Command(os.Args[0], argument)
	cmd.Env = append(os.Environ(), environment+"=1.other", serverCatalog+"="+filepath.Join(t.TempDir(), "missing"))
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != exitOrphan || len(out) > 0 {
		t.Errorf("it ended with %v and said %q", err, out)
	}
}

func TestAStoryIsTriedInTheWorkerThatStandsBy(t *testing.T) {
	p := newPool(t, Options{Dir: catalog(t, button)})
	c := p.standing(t)
	for i := range 5 {
		text := fmt.Sprint("text ", i)
		r, err := p.Try(t.Context(), build.Trial{Story: "button/one", Props: "text: " + text, Given: true})
		if err != nil || !strings.Contains(r.HTML, "<button>"+text+"</button>") {
			t.Fatalf("got %+v, %v", r, err)
		}
	}
	if p.standing(t) != c {
		t.Error("it took several workers")
	}
}

func TestAStoryThatNobodyWaitsForAnyMoreIsEnded(t *testing.T) {
	dir := catalog(t, button)
	save(t, filepath.Join(dir, "loop.stories.md"), "## Loop\n\n```html story\n{{if .on}}{{range $i := 1000000000}}{{range $j := 1000000000}}{{end}}{{end}}{{end}}\n```\n")
	p := newPool(t, Options{Dir: dir})
	c := p.standing(t)
	ctx, cancel := context.WithCancel(t.Context())
	tried := make(chan error, 1)
	go func() {
		_, err := p.Try(ctx, build.Trial{Story: "loop/loop", Props: "on: true", Given: true})
		tried <- err
	}()
	eventually(t, "the story is being tried", func() bool {
		c.mutex.Lock()
		defer c.mutex.Unlock()
		return c.trial != nil
	})
	cancel()
	if err := <-tried; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	r, err := p.Try(t.Context(), build.Trial{Story: "button/one", Props: "text: .inf", Given: true})
	if err != nil || !strings.Contains(r.HTML, "Inf") || r.Props[0].Value != ".inf" {
		t.Errorf("got %+v, %v", r, err)
	}
}

func TestAStoryThatNeverEndsDoesNotKeepABuildWaiting(t *testing.T) {
	dir := catalog(t, button)
	endless := "## Loop\n\n```html story\n{{define \"x\"}}{{range $i := 1000000000}}{{range $j := 1000000000}}{{end}}{{end}}{{end}}{{if .on}}{{template \"x\"}}{{end}}\n```\n"
	save(t, filepath.Join(dir, "loop.stories.md"), endless)
	p := newPool(t, Options{Dir: dir})
	c := p.standing(t)
	tried := make(chan error, 1)
	go func() {
		_, err := p.Try(t.Context(), build.Trial{Story: "loop/loop", Props: "on: true", Given: true})
		tried <- err
	}()
	eventually(t, "the story is being tried", func() bool {
		c.mutex.Lock()
		defer c.mutex.Unlock()
		return c.trial != nil
	})
	if r := p.mustBuild(t, Job{}, Events{}); r.Stories != 2 {
		t.Errorf("got %+v", r)
	}
	var wrong *problem.Problem
	if err := <-tried; !errors.As(err, &wrong) || !strings.Contains(wrong.Message, "loop/loop") {
		t.Errorf("the story that never ends: %v", err)
	}
}
