//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/storytime-dev/storytime/pkg/build"
)

// A live is the real command, serving a catalog that the test changes.
type live struct {
	t     *testing.T
	dir   string // the catalog
	temp  string // where the server builds
	addr  string
	cmd   *exec.Cmd
	ended chan error

	mutex sync.Mutex
	log   bytes.Buffer
	marks int
}

// serveLive starts `storytime serve --watch` over a catalog of these files.
func serveLive(t *testing.T, files map[string]string, flags ...string) *live {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	l := &live{t: t, dir: filepath.Join(dir, "ui"), temp: t.TempDir(), ended: make(chan error, 1)}
	for name, text := range files {
		l.save(name, text)
	}
	l.cmd = exec.Command(program(t), append([]string{"serve", l.dir, "--watch", "--port", "0"}, flags...)...)
	l.cmd.Env = append(os.Environ(), "TMPDIR="+l.temp, "GORACE=atexit_sleep_ms=0")
	out, in := io.Pipe()
	l.cmd.Stdout, l.cmd.Stderr = in, in
	if err := l.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	found := make(chan string, 1)
	go func() {
		address := regexp.MustCompile(`→ http://([^/]+)/`)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if m := address.FindStringSubmatch(lines.Text()); m != nil {
				found <- m[1]
			}
			l.mutex.Lock()
			fmt.Fprintln(&l.log, lines.Text())
			l.mutex.Unlock()
		}
	}()
	go func() {
		l.ended <- l.cmd.Wait()
		_ = in.Close()
	}()
	select {
	case l.addr = <-found:
	case <-time.After(time.Minute):
		t.Fatalf("the server never says where it is\n%s", l.logged())
	}
	t.Cleanup(func() {
		if l.stop(os.Interrupt); t.Failed() {
			t.Logf("the server said\n%s", l.logged())
		}
	})
	l.settle()
	return l
}

func (l *live) logged() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.log.String()
}

// stop ends the server, if it still runs, and checks that it leaves nothing.
func (l *live) stop(signal os.Signal) {
	l.t.Helper()
	if l.cmd == nil {
		return
	}
	started := descendants(l.cmd.Process.Pid)
	_ = l.cmd.Process.Signal(signal)
	select {
	case <-l.ended:
	case <-time.After(time.Minute):
		l.t.Errorf("it doesn't end after %v", signal)
		_ = l.cmd.Process.Kill()
	}
	for _, pid := range started {
		l.eventually(fmt.Sprintf("process %d has ended", pid), func() bool { return !running(pid) })
	}
	if left, _ := os.ReadDir(l.temp); len(left) > 0 {
		l.t.Errorf("it left %v", left)
	}
	l.cmd = nil
}

func (l *live) save(name, text string) {
	l.t.Helper()
	file := filepath.Join(l.dir, filepath.FromSlash(name))
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(text), 0o644)); err != nil {
		l.t.Fatal(err)
	}
}

// fetch gets a file; the status is 0 if there is no answer.
func (l *live) fetch(name string) (int, string) {
	response, err := http.Get("http://" + l.addr + "/" + name)
	if err != nil {
		return 0, err.Error()
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err.Error()
	}
	return response.StatusCode, string(data)
}

// settle waits until all that was saved before is in what is served: a mark
// that is saved now is in it then. The build that has the first mark may have
// begun, or the files may have been looked through, before something else was
// saved. What has the second one began after that.
func (l *live) settle() {
	l.t.Helper()
	for range 2 {
		l.marks++
		mark := fmt.Sprint("mark ", l.marks)
		l.save("static/mark.txt", mark)
		l.eventually(mark+" is served", func() bool {
			status, text := l.fetch("static/mark.txt")
			return status == http.StatusOK && text == mark
		})
	}
}

// eventually waits for something that nothing tells of.
func (l *live) eventually(what string, holds func() bool) {
	l.t.Helper()
	looks := time.NewTicker(5 * time.Millisecond) // what is waited for needs the processor
	defer looks.Stop()
	for deadline := time.Now().Add(60 * time.Second); !holds(); <-looks.C {
		if time.Now().After(deadline) {
			l.t.Fatalf("never: %s\n%s", what, l.logged())
		}
	}
}

// watchPages opens a socket that shows pages, and reads what it is told.
func (l *live) watchPages(files ...string) {
	l.t.Helper()
	conn, _, err := websocket.DefaultDialer.Dial("ws://"+l.addr+"/_storytime/live", nil)
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { _ = conn.Close() })
	if err := conn.WriteJSON(map[string]any{"type": "show", "files": files}); err != nil {
		l.t.Fatal(err)
	}
	go func() {
		for _, _, err := conn.NextReader(); err == nil; _, _, err = conn.NextReader() {
		}
	}()
}

// running reports whether a process runs; one that only waits to be buried
// doesn't.
func running(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, state, _ := strings.Cut(string(stat), ") ")
	return err != nil || !strings.HasPrefix(state, "Z")
}

// descendants returns the processes that one has started, and those started
// by them.
func descendants(pid int) []int {
	parents := map[int]int{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range stats {
		data, _ := os.ReadFile(name)
		_, rest, _ := strings.Cut(string(data), ") ")
		if fields := strings.Fields(rest); len(fields) > 1 && fields[0] != "Z" {
			child, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
			parents[child], _ = strconv.Atoi(fields[1])
		}
	}
	var all []int
	for child := range parents {
		for up := parents[child]; up > 1; up = parents[up] {
			if up == pid {
				all = append(all, child)
				break
			}
		}
	}
	slices.Sort(all)
	return all
}

// editable is a catalog in which files depend on each other in many ways.
var editable = map[string]string{
	"storytime.yaml":                       "title: Editable\nthemes:\n  light: {data-theme: light}\n  dark: {data-theme: dark}\n",
	"index.md":                             "Welcome. See [the button](forms/button/button.stories.md).\n",
	"layout.html":                          "<main>{{.Children}}</main>\n",
	"forms/index.md":                       "---\ntitle: All forms\n---\nForms.\n",
	"forms/button/button.html":             "<button class=\"{{.kind}}\">{{.text}}</button>\n",
	"forms/button/button.css":              "button { background: url(icon.svg) }\n",
	"forms/button/icon.svg":                "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>",
	"forms/button/button.stories.md":       "---\nprops:\n  text: {type: string, required: true}\n  kind: {type: enum, options: [plain, strong], default: plain}\n---\n\nProse.\n\n## One\n\n```yaml story\nprops: {text: one}\ncheck: [{tag: button, has: {text: one}}]\n```\n\n## Two\n\n```yaml story\nprops: fixtures/two.json\ncheck: [golden: true]\n```\n",
	"forms/button/button--two.golden.html": "<button class=\"plain\">two</button>\n",
	"forms/button/fixtures/two.json":       "{\"text\": \"two\"}\n",
	"forms/form.html":                      "<form>{{component \"button/button.html\" (props \"text\" .label)}}</form>\n",
	"forms/form.stories.md":                "## Filled\n\n```yaml story\nprops: {label: Send}\n```\n",
	"data/table.html":                      "<table><tr><td>{{.cell}}</td></tr></table>\n",
	"data/deep/er/card.html":               "<article>card</article>\n",
}

// An editor makes random edits of a catalog.
type editor struct {
	*live
	random *rand.Rand
	edits  int
}

// files returns the files of the catalog, sorted; dirs its directories.
func (e *editor) tree() (files, dirs []string) {
	_ = filepath.WalkDir(e.dir, func(name string, d os.DirEntry, err error) error {
		rel, _ := filepath.Rel(e.dir, name)
		switch {
		case err != nil || rel == "." || rel == "static" || strings.HasPrefix(rel, "static/"):
		case d.IsDir():
			dirs = append(dirs, rel)
		default:
			files = append(files, rel)
		}
		return nil
	})
	return files, dirs
}

func (e *editor) pick(from []string) string { return from[e.random.IntN(len(from))] }

// edit does one thing to the catalog and says what.
func (e *editor) edit() string {
	e.edits++
	files, dirs := e.tree()
	if len(files) < 6 || e.edits%40 == 0 { // begin anew
		for name, text := range editable {
			e.save(name, text)
		}
		return "bring all back"
	}
	file, stamp := e.pick(files), fmt.Sprint(e.edits)
	full := filepath.Join(e.dir, file)
	switch e.random.IntN(12) {
	case 0, 1, 2: // what its kind of file usually gets
		e.save(file, e.content(file, stamp))
		return "write " + file
	case 3: // as many editors do it
		e.save(path.Dir(file)+"/.swap"+stamp, e.content(file, stamp))
		e.must(os.Rename(filepath.Join(e.dir, path.Dir(file), ".swap"+stamp), full))
		return "replace " + file
	case 4:
		e.save(file, "---\n{{if \x00\xff: [")
		return "break " + file
	case 5:
		if text, known := editable[file]; known {
			e.save(file, text)
		}
		return "mend " + file
	case 6:
		e.must(os.Remove(full))
		return "remove " + file
	case 7:
		to := path.Join(path.Dir(file), "n"+stamp+path.Base(file))
		e.must(os.Rename(full, filepath.Join(e.dir, to)))
		return "rename " + file + " to " + to
	case 8:
		dir := fmt.Sprintf("new%s/in/side", stamp)
		e.save(dir+"/part.html", "<p>part "+stamp+"</p>")
		e.save(dir+"/part.stories.md", "## A "+stamp+"\n\n```yaml story\n```\n")
		return "make " + dir
	case 9:
		if len(dirs) > 2 {
			dir := e.pick(dirs)
			to := path.Join(e.pick([]string{".", "data"}), "moved"+stamp)
			if !strings.HasPrefix(to+"/", dir+"/") && e.isDir(path.Dir(to)) {
				e.must(os.Rename(filepath.Join(e.dir, dir), filepath.Join(e.dir, to)))
				return "move " + dir + " to " + to
			}
		}
	case 10:
		if len(dirs) > 4 {
			dir := e.pick(dirs)
			e.must(os.RemoveAll(filepath.Join(e.dir, dir)))
			return "remove " + dir
		}
	case 11:
		e.must(os.Chmod(full, 0o600))
		e.must(os.Chmod(full, 0o644))
		return "chmod " + file
	}
	e.save(file, e.content(file, stamp))
	return "write " + file
}

func (e *editor) isDir(name string) bool {
	info, err := os.Stat(filepath.Join(e.dir, name))
	return err == nil && info.IsDir()
}

func (e *editor) must(err error) {
	if err != nil {
		e.t.Fatal(err)
	}
}

// content is something that a file of this kind may have.
func (e *editor) content(file, stamp string) string {
	switch {
	case strings.HasSuffix(file, ".stories.md"):
		text := editable["forms/button/button.stories.md"]
		if e.random.IntN(2) == 0 {
			text = "---\ntitle: T " + stamp + "\n---\n\n## S " + stamp + "\n\n```html story\n<p>" + stamp + "</p>\n```\n"
		}
		return strings.Replace(text, "Prose", "Prose "+stamp, 1)
	case path.Base(file) == "layout.html":
		return "<section>" + stamp + "{{.Children}}</section>"
	case strings.HasSuffix(file, ".html"):
		return "<div class=\"{{.kind}}\">" + stamp + " {{.text}} {{.label}}</div>"
	case strings.HasSuffix(file, ".json"):
		return "{\"text\": \"" + stamp + "\"}"
	case strings.HasSuffix(file, ".yaml"):
		return "title: T" + stamp + "\nignore: [\"new" + stamp[:1] + "*\"]\n"
	case strings.HasSuffix(file, ".css"):
		return "/* " + stamp + " */ a { background: url(icon.svg) }"
	}
	return "Text " + stamp + "\n"
}

// TestNeverStale is the first promise of architecture.md.
func TestNeverStale(t *testing.T) {
	for _, flags := range [][]string{nil, {"--isolate=false"}, {"--poll"}} {
		t.Run("serve "+strings.Join(flags, " "), func(t *testing.T) {
			t.Parallel()
			seed := uint64(time.Now().UnixNano())
			t.Logf("seed %d", seed)
			e := &editor{live: serveLive(t, editable, flags...), random: rand.New(rand.NewPCG(seed, 0))}
			rounds := 40
			if len(flags) > 0 || testing.Short() {
				rounds = 15
			}
			before := map[string]string{}
			for range rounds {
				// What is on a screen is made first, so let there be one; but
				// the mark comes with the whole site.
				delete(before, "static/mark.txt")
				e.watchPages(slices.Collect(maps.Keys(before))...)
				var done []string
				for range 1 + e.random.IntN(6) {
					done = append(done, e.edit())
				}
				e.settle()
				before = e.compare(before, done)
				if t.Failed() {
					return
				}
			}
		})
	}
}

// compare compares all that is served with a clean build, and returns that.
func (e *editor) compare(before map[string]string, edits []string) map[string]string {
	e.t.Helper()
	out := filepath.Join(e.t.TempDir(), "clean")
	if _, err := build.Site(context.Background(), build.Options{Dir: e.dir, Output: out, AllowProblems: true}); err != nil {
		e.t.Fatal(err)
	}
	want := files(e.t, out)
	e.must(os.RemoveAll(out))
	for name, text := range want {
		if status, got := e.fetch(addressOf(name)); name != ".nojekyll" && (status != http.StatusOK || got != text) {
			e.t.Errorf("after %q: %s is answered with %d and is not what a clean build makes:\n%s", edits, name, status, firstDifference(got, text))
		}
	}
	for name := range before {
		if _, there := want[name]; there {
			continue
		}
		if status, _ := e.fetch(addressOf(name)); status != http.StatusNotFound {
			e.t.Errorf("after %q: %s is gone, but answered with %d", edits, name, status)
		}
	}
	return want
}

// firstDifference shows the first line in which two texts differ.
func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d\ngot  %.300s\nwant %.300s", i+1, a[i], b[i])
		}
	}
	return fmt.Sprintf("got %d lines, want %d", len(a), len(b))
}

// addressOf escapes a file's name for an address.
func addressOf(name string) string {
	return strings.NewReplacer("%", "%25", "?", "%3F", "#", "%23", " ", "%20").Replace(name)
}

// hostile are stories that take down what renders them.
var hostile = map[string]string{
	"recurses without end": "{{define \"a\"}}{{template \"a\" .}}{{end}}{{template \"a\" .}}",
	"loops for ever":       "{{range $i := 1000000000}}{{range $j := 1000000000}}{{end}}{{end}}",
	"allocates":            "{{range $i := 1000000000}}{{$a := \"x\"}}{{range $j := 28}}{{$a = print $a $a}}{{end}}{{end}}",
	"writes without end":   "{{range $i := 1000000000}}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{{end}}",
}

func TestNeverDownWhateverStoriesDo(t *testing.T) {
	t.Parallel()
	l := serveLive(t, editable, "--build-memory", "300MiB", "--build-timeout", "3s")
	for name, template := range hostile {
		l.save("hostile.stories.md", "## Hostile\n\n```html story\n"+template+"\n```\n")
		l.save("forms/form.html", "<form>"+name+"</form>\n")
		l.eventually("the server says what is wrong with a story that "+name, func() bool {
			if status, _ := l.fetch("forms/form--filled.html"); status != http.StatusOK {
				t.Errorf("while a story %s: %d", name, status)
			}
			return regexp.MustCompile(`hostile(/hostile|\.stories\.md)`).MatchString(l.logged())
		})
		l.must(os.Remove(filepath.Join(l.dir, "hostile.stories.md")))
		l.settle()
		if _, text := l.fetch("forms/form--filled.html"); !strings.Contains(text, name) {
			t.Errorf("after a story that %s the site is\n%s", name, text)
		}
		l.mutex.Lock()
		l.log.Reset()
		l.mutex.Unlock()
	}
	l.wantWorkers(1)
}

func (l *live) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

// wantWorkers waits until the server has as many processes as that.
func (l *live) wantWorkers(n int) {
	l.t.Helper()
	if runtime.GOOS == "linux" {
		l.eventually(fmt.Sprint(n, " workers"), func() bool { return len(descendants(l.cmd.Process.Pid)) == n })
	}
}

func TestNeverDownWhoeverKillsItsWorkers(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("it finds the workers in /proc")
	}
	t.Parallel()
	l := serveLive(t, editable)
	l.wantWorkers(1)
	for i := range 50 {
		if i%2 == 0 { // one that builds, mostly
			l.save("forms/form.html", fmt.Sprint("<form>", i, "</form>\n"))
			l.eventually("a second worker, or the end of the build", func() bool {
				_, text := l.fetch("forms/form--filled.html")
				return len(descendants(l.cmd.Process.Pid)) == 2 || strings.Contains(text, fmt.Sprint("<form>", i, "</form>"))
			})
		}
		workers := descendants(l.cmd.Process.Pid)
		if len(workers) > 2 {
			t.Errorf("%d workers", len(workers))
		}
		for _, pid := range workers {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		if status, _ := l.fetch("index.html"); status != http.StatusOK {
			t.Errorf("answered with %d", status)
		}
		l.save("forms/form.html", fmt.Sprint("<form>after ", i, "</form>\n"))
		l.settle()
		if _, text := l.fetch("forms/form--filled.html"); !strings.Contains(text, fmt.Sprint("after ", i)) {
			t.Fatalf("the next save is not served:\n%s", text)
		}
	}
	l.wantWorkers(1)
}

func TestNothingIsLeftOfAServer(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("it finds processes in /proc")
	}
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM, os.Kill} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			l := serveLive(t, editable)
			l.watchPages("index.html")
			started := time.Now()
			l.stop(signal)
			t.Logf("it ended after %s", time.Since(started))
		})
	}
}

// TestNeverGrows is about what a server holds: processes, files and memory
// are, after many builds, what they were after a few. STORYTIME_TEST_BUILDS
// says how many.
func TestNeverGrows(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("it counts in /proc")
	}
	t.Parallel()
	l := serveLive(t, editable)
	l.watchPages("forms/form--filled.html", "forms/form/filled/index.html")
	builds := func(n int) (files, memory int) {
		for i := range n {
			l.save("forms/form.html", fmt.Sprint("<form>", n, " ", i, "</form>\n"))
			l.settle()
		}
		l.wantWorkers(1)
		fds, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", l.cmd.Process.Pid))
		l.must(err)
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", l.cmd.Process.Pid))
		l.must(err)
		_, rest, _ := strings.Cut(string(status), "VmRSS:")
		_, err = fmt.Sscan(rest, &memory)
		l.must(err)
		return len(fds), memory
	}
	count := 100
	if s := os.Getenv("STORYTIME_TEST_BUILDS"); s != "" {
		var err error
		count, err = strconv.Atoi(s)
		l.must(err)
	}
	files, memory := builds(20)
	filesLater, memoryLater := builds(count)
	t.Logf("after 20 builds %d files, %d KiB; after %d more %d files, %d KiB", files, memory, count, filesLater, memoryLater)
	if filesLater > files+8 { // connections of the test's client
		t.Errorf("%d files are open, %d before", filesLater, files)
	}
	const slack = 32 << 10 // KiB: what the race detector keeps settles late
	if memoryLater > memory*3/2+slack {
		t.Errorf("%d KiB of memory, %d before", memoryLater, memory)
	}
	if left, _ := os.ReadDir(l.temp); len(left) != 1 {
		t.Errorf("in its directory are %v", left)
	} else if sites, _ := os.ReadDir(filepath.Join(l.temp, left[0].Name())); len(sites) > 2 {
		t.Errorf("it keeps %d sites", len(sites))
	}
}
