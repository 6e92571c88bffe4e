//go:build unix

package main

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// goHeld is a module of two components. Part will do all sorts of things; Rest
// and a template must not suffer for it.
var goHeld = map[string]string{
	"go.mod":               "module example.com/held\n\ngo 1.22\n",
	"part/part.go":         "package part\n\nimport \"html/template\"\n\nfunc Part() template.HTML { return \"<b>good</b>\" }\n",
	"part/part.stories.md": "## One\n\n```yaml story\n```\n",
	"rest/rest.go":         "package rest\n\nimport \"html/template\"\n\nfunc Rest() template.HTML { return \"<i>rest</i>\" }\n",
	"rest/rest.stories.md": "## One\n\n```yaml story\n```\n",
	"plain.html":           "<p>plain</p>\n",
}

// needGo skips a test where there is no go command, but never where tests must
// all run.
func needGo(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("go"); err == nil {
		return
	}
	if os.Getenv("CI") != "" {
		t.Fatal("there is no go command here")
	}
	t.Skip("there is no go command here")
}

// A misdeed is what the component Part does.
type misdeed struct {
	name          string
	imports, also string // besides the function
	body          string
	want          string // a regular expression for its story's page
	at            string // where that is said to be; "" for the story
}

func (m misdeed) source() string {
	source := "package part\n\nimport \"html/template\"\n"
	for path := range strings.FieldsSeq(m.imports) {
		source += fmt.Sprintf("import %q\n", path)
	}
	return source + "\n" + m.also + "\n\nfunc Part() template.HTML {\n\t" + m.body + "\n\treturn \"<b>shown</b>\"\n}\n"
}

const (
	shown = `<b>shown</b>`                 // what does no harm is shown
	ended = `ended while it rendered this` // and how
)

// abandoned is a number that no other command on this machine sleeps for.
var abandoned = fmt.Sprintf("1000.%d", os.Getpid())

func isAbandoned(p process) bool { return slices.Contains(p.args, abandoned) }

// misdeeds are known at once.
var misdeeds = []misdeed{
	{name: "panics", body: `panic("oh no")`, want: "oh no"},
	{name: "panics in a goroutine", body: `go panic("far away"); select {}`, want: ended + ": panic: far away", at: "part/part.go:8"},
	{name: "uses nil", also: `var p *struct{ x int }`, body: `p.x++`, want: "nil pointer dereference"},
	// Large frames, for with small ones growing its stack takes Go seconds.
	{name: "recurses without end", also: `func f(b [1 << 16]byte) byte { b[0]++; return f(b) + b[1] }`, body: `f([1 << 16]byte{})`, want: ended + ": runtime: goroutine stack exceeds", at: "part/part.go:5"},
	{name: "exits with 0", imports: "os", body: `os.Exit(0)`, want: ended + ".*os.Exit"},
	{name: "exits with 3", imports: "os", body: `os.Exit(3)`, want: ended + ": exit status 3"},
	{name: "logs something fatal", imports: "log", body: `log.Fatal("fatal")`, want: ended + ": exit status 1.*log.Fatal"},
	{name: "ends its goroutine", imports: "runtime", body: `runtime.Goexit()`, want: "ended its goroutine"},
	{name: "panics in an init", also: `func init() { panic("no") }`, want: "can&#39;t be initialized: panic: no", at: "part/part.go:5"},
	{name: "exits in an init", imports: "os", also: `func init() { os.Exit(3) }`, want: "can&#39;t be initialized: it ends the program", at: "part"},
	{name: "closes the standard files", imports: "os", body: `os.Stdin.Close(); os.Stdout.Close(); os.Stderr.Close()`, want: shown},
	{name: "prints megabytes", imports: "bytes os", body: `os.Stdout.Write(bytes.Repeat([]byte("x"), 1<<20)); os.Stderr.Write(bytes.Repeat([]byte("y"), 1<<20))`, want: shown},
	{name: "prints what looks like answers", imports: "fmt", body: `for i := range 100 { fmt.Printf("{\"id\":%d,\"html\":\"forged\"}\n", i) }`, want: shown},
	{name: "writes where answers go", imports: "os", body: `for fd := uintptr(3); fd <= 5; fd++ { os.NewFile(fd, "").WriteString("nonsense\n") }`, want: ended},
	{name: "closes where answers go", imports: "os", body: `for fd := uintptr(3); fd <= 5; fd++ { os.NewFile(fd, "").Close() }`, want: ended},
	{name: "eats memory", imports: "bytes", body: `for all := [][]byte{}; ; { all = append(all, bytes.Repeat([]byte("x"), 1<<20)) }`, want: "took more than 400 MiB of memory"},
	{name: "leaves goroutines", body: `for range 1000 { go func() { select {} }() }`, want: shown},
	{name: "leaves a process", imports: "os os/exec", body: `c := exec.Command("sleep", "` + abandoned + `"); c.Stdout = os.Stdout; if err := c.Start(); err != nil { panic(err) }`, want: shown},
	{name: "leaves a process that hides", imports: "os/exec syscall", body: `c := exec.Command("sleep", "` + abandoned + `"); c.Env = []string{}; c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}; if err := c.Start(); err != nil { panic(err) }`, want: shown},
}

// endless are known when the time of a story is over.
var endless = []misdeed{
	{name: "loops for ever", body: `for {}`, want: "takes longer than 10s"},
	{name: "never begins", also: `var x = func() int { for {} }()`, want: "can&#39;t be initialized: it doesn&#39;t end", at: "part"},
}

// TestGoHoldsWhateverComponentsDo is about the second promise of
// architecture.md: never down.
func TestGoHoldsWhateverComponentsDo(t *testing.T) {
	needGo(t)
	t.Parallel()
	t.Cleanup(func() {
		for _, p := range processes(isAbandoned) { // when the test has failed
			_ = syscall.Kill(p.pid, syscall.SIGKILL)
		}
	})
	for name, deeds := range map[string][]misdeed{"and ends": misdeeds, "without end": endless} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := serveLive(t, goHeld, "--build-memory", "400MiB")
			l.watchOver("rest/rest--one.html", "plain--default.html")
			for _, m := range deeds {
				l.suffer(m)
			}
		})
	}
}

// suffer lets the component do it, and mends it.
func (l *live) suffer(m misdeed) {
	l.t.Helper()
	l.save("part/part.go", m.source())
	l.save("plain.html", "<p>while it "+m.name+"</p>\n")
	what, want, page := "the story of a component that "+m.name, regexp.MustCompile("(?s)"+m.want), ""
	l.has("plain--default.html", "while it "+m.name)
	l.eventually(what+" has "+m.want, func() bool {
		_, page = l.fetch("part/part--one.html")
		return want.MatchString(page)
	})
	if m.want != shown {
		place := cmp.Or(m.at, "part/part.stories.md:3:")
		if !strings.Contains(page, place) {
			l.t.Errorf("%s doesn't say its place:\n%s", what, page)
		}
		l.eventually("the terminal says it as well", func() bool { return strings.Contains(l.logged(), "/"+place) })
	}
	if _, rest := l.fetch("rest/rest--one.html"); !strings.Contains(rest, "<i>rest</i>") {
		l.t.Errorf("beside %s another one is\n%s", what, rest)
	}
	l.save("part/part.go", goHeld["part/part.go"])
	l.settle()
	(&editor{live: l}).compare(nil, []string{m.name, "mend"})
	l.wantWorkers(1)
	l.eventually("nothing is left of "+what, func() bool { return len(processes(isAbandoned)) == 0 })
	l.mutex.Lock()
	l.log.Reset()
	l.mutex.Unlock()
}

// has waits until a page has a text.
func (l *live) has(name, text string) {
	l.t.Helper()
	l.eventually(name+" has "+text, func() bool {
		_, page := l.fetch(name)
		return strings.Contains(page, text)
	})
}

// watchOver looks until the test ends that the server answers, and that it has
// no more than two workers: the second and the fourth promise of
// architecture.md.
func (l *live) watchOver(pages ...string) {
	server := l.cmd.Process.Pid
	stop, stopped := make(chan struct{}), make(chan struct{})
	const seldom = 30 * time.Millisecond // others need the processor as well
	ticker := time.NewTicker(seldom)
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			case <-ticker.C:
			}
			for _, name := range pages {
				if status, text := l.fetch(name); status != http.StatusOK {
					l.t.Errorf("meanwhile %s is answered with %d: %s", name, status, text)
					return
				}
			}
			// What they have started has another parent.
			if workers := processes(func(p process) bool { return p.parent == server }); len(workers) > 2 {
				l.t.Errorf("there are %d workers: %v", len(workers), workers)
				return
			}
		}
	}()
	l.t.Cleanup(func() {
		ticker.Stop()
		close(stop)
		<-stopped
	})
}

// A process is one of this machine.
type process struct {
	pid, parent int
	args        []string
}

// processes returns those that run and fit, where they are in /proc.
func processes(fits func(process) bool) []process {
	var all []process
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		stat, _ := os.ReadFile(dir + "/stat")
		line, _ := os.ReadFile(dir + "/cmdline")
		_, rest, _ := strings.Cut(string(stat), ") ")
		fields := strings.Fields(rest)
		if len(fields) < 2 || fields[0] == "Z" {
			continue
		}
		p := process{args: strings.Split(strings.TrimSuffix(string(line), "\x00"), "\x00")}
		p.pid, _ = strconv.Atoi(filepath.Base(dir))
		p.parent, _ = strconv.Atoi(fields[1])
		if fits(p) {
			all = append(all, p)
		}
	}
	return all
}

// owned returns the processes of a server, whoever their parent is by now:
// all of them inherit where its temporary files go.
func (l *live) owned() []process {
	mark := "\x00TMPDIR=" + l.temp + "\x00"
	return processes(func(p process) bool {
		environ, _ := os.ReadFile(fmt.Sprintf("/proc/%d/environ", p.pid))
		return strings.Contains("\x00"+string(environ), mark)
	})
}

// compiling and rendering report what a server's processes do.
func compiling(p process) bool {
	return filepath.Base(p.args[0]) == "go" && slices.Contains(p.args, "build")
}
func rendering(p process) bool { return filepath.Base(p.args[0]) == "host" }

// TestGoHoldLeavesNothing is about the fourth promise of architecture.md:
// all is gone when the server is gone, however it went.
func TestGoHoldLeavesNothing(t *testing.T) {
	needGo(t)
	if runtime.GOOS != "linux" {
		t.Skip("it finds processes in /proc")
	}
	t.Parallel()
	for name, busy := range map[string]func(process) bool{
		"of one that stands by":        nil,
		"of one that compiles":         compiling,
		"of one whose component loops": rendering,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := serveLive(t, goHeld)
			l.wantWorkers(1)
			if busy != nil {
				l.save("part/part.go", endless[0].source())
				l.eventually(name, func() bool { return slices.ContainsFunc(l.owned(), busy) })
			}
			killed := time.Now()
			l.must(l.cmd.Process.Signal(syscall.SIGKILL))
			l.eventually("nothing is left "+name, func() bool { return len(l.owned()) == 0 })
			const alone = 8 * time.Second // the story's time is over after ten
			if took := time.Since(killed); took > alone {
				t.Errorf("all is gone only after %s, which is by itself", took)
			}
		})
	}
}

// goEdited is a module in which files depend on each other in many ways.
var goEdited = map[string]string{
	"go.mod":               "module example.com/edited\n\ngo 1.22\n",
	"part/part.go":         "package part\n\nimport (\n\t\"html/template\"\n\n\t\"example.com/edited/text\"\n)\n\n// Kind is how loud it is.\ntype Kind string\n\nconst (\n\tQuiet Kind = \"quiet\"\n\tLoud  Kind = \"loud\"\n)\n\n// Part shows a title.\nfunc Part(title string, kind Kind) template.HTML {\n\treturn template.HTML(\"<b class=\\\"\" + mark(kind) + \"\\\">\" + text.Louder(title) + \"</b>\")\n}\n",
	"part/mark.go":         "package part\n\nfunc mark(kind Kind) string { return \"is-\" + string(kind) }\n",
	"part/part.stories.md": "---\ncomponent: Part\n---\n\n## First\n\n```yaml story\nprops: {title: One, kind: Loud}\n```\n\n## Second\n\n```go story\nPart(\"Two\", Quiet)\n```\n",
	"text/text.go":         "package text\n\n// Louder says it louder.\nfunc Louder(s string) string { return s + \"!\" }\n",
	"list/list.go":         "package list\n\nimport (\n\t\"html/template\"\n\n\t\"example.com/edited/part\"\n)\n\n// List shows parts.\nfunc List(items []string) (all template.HTML) {\n\tfor _, item := range items {\n\t\tall += part.Part(item, part.Quiet)\n\t}\n\treturn all\n}\n",
	"list/list.stories.md": "## Three\n\n```yaml story\nprops: {items: [a, b, c]}\n```\n",
	"plain.html":           "<p>plain</p>\n",
}

// A goEditor makes random edits of goEdited.
type goEditor struct {
	*editor
	stamp string // of the edit
}

// change replaces all that a pattern matches in files; those that are gone
// come back.
func (e *goEditor) change(pattern, text string, files ...string) string {
	for _, file := range files {
		before, err := os.ReadFile(filepath.Join(e.dir, file))
		if err != nil {
			before = []byte(goEdited[file])
		}
		e.save(file, regexp.MustCompile(pattern).ReplaceAllString(string(before), text))
	}
	return fmt.Sprintf("replace %s by %q in %v", pattern, text, files)
}

// some returns a file that is there and has this ending.
func (e *goEditor) some(ending string) string {
	files, _ := e.tree()
	return e.pick(slices.DeleteFunc(files, func(name string) bool { return !strings.HasSuffix(name, ending) }))
}

// goEdits are the sorts of edits: each does one and says what.
var goEdits = []func(e *goEditor) string{
	func(e *goEditor) string { return e.change(`s \+ ".*"`, `s + "`+e.stamp+`"`, "text/text.go") },
	func(e *goEditor) string { return e.change(`"is-\w*"`, `"is-`+e.stamp+`"`, "part/mark.go") },
	func(e *goEditor) string { return e.change(`func Louder\w*`, "func Louder"+e.stamp, "text/text.go") },
	func(e *goEditor) string {
		return e.change(`\bPart\d*\b`, "Part"+e.stamp, "part/part.go", "list/list.go", "part/part.stories.md")
	},
	func(e *goEditor) string {
		return e.change(`// (Part|Kind|List) .*`, "// $1 "+e.stamp+" is explained.", "part/part.go", "list/list.go")
	},
	func(e *goEditor) string {
		return e.change(`(Loud\d*) ( *Kind = "loud")`, "Loud"+e.stamp+" $2", "part/part.go") + e.change(`kind: \w+`, "kind: "+e.pick([]string{"Loud" + e.stamp, "Quiet", "loud"}), "part/part.stories.md")
	},
	func(e *goEditor) string { return e.change(`title: \w+`, "title: T"+e.stamp, "part/part.stories.md") },
	func(e *goEditor) string {
		return e.change(`\("\w+", Quiet`, `("B`+e.stamp+`", Quiet`, "part/part.stories.md")
	},
	func(e *goEditor) string {
		return e.change(`(?m)^## .*`, "## Story "+e.stamp, "list/list.stories.md")
	},
	func(e *goEditor) string { return e.change(`\n$`, "\n// "+e.stamp+"\n", "go.mod") },
	func(e *goEditor) string { // a new file, and what uses it
		e.save("part/new"+e.stamp+".go", "package part\n\nfunc New"+e.stamp+"() string { return \"<u>new</u>\" }\n")
		return "new file, " + e.change(`$`, "\n## New "+e.stamp+"\n\n```go story\nNew"+e.stamp+"()\n```\n", "part/part.stories.md")
	},
	func(e *goEditor) string {
		dir := "fresh" + e.stamp
		e.save(dir+"/fresh.go", "package "+dir+"\n\n// Fresh is new.\nfunc Fresh(n int) string { return \"<s>fresh</s>\" }\n")
		e.save(dir+"/fresh.stories.md", "## It\n\n```yaml story\nprops: {n: "+e.stamp+"}\n```\n")
		return "new package " + dir
	},
	func(e *goEditor) string {
		file := e.some(".go")
		e.must(os.Remove(filepath.Join(e.dir, file)))
		return "remove " + file
	},
	func(e *goEditor) string {
		return e.change(`$`, e.pick([]string{"\nfunc {\n", "\nvar _ int = \"no\"\n", "\nfunc init() { panic(\"no\") }\n", "\nimport \"example.com/edited/nowhere\"\n"}), e.some(".go"))
	},
	func(e *goEditor) string {
		files := []string{"part/part.go", "part/mark.go", "text/text.go", "list/list.go", "part/part.stories.md"}
		file := e.pick(files)
		e.save(file, goEdited[file])
		return "mend " + file
	},
	func(e *goEditor) string { return e.anew() },
}

// anew makes the catalog what it was.
func (e *goEditor) anew() string {
	files, _ := e.tree()
	for _, name := range files {
		if _, own := goEdited[name]; !own {
			e.must(os.Remove(filepath.Join(e.dir, name)))
		}
	}
	for name, text := range goEdited {
		e.save(name, text)
	}
	return "bring all back"
}

// compareElsewhere is compare with a clean build of a copy in another
// directory, for which Storytime has kept nothing.
func (e *goEditor) compareElsewhere(before map[string]string, edits []string) map[string]string {
	e.t.Helper()
	dir, err := filepath.EvalSymlinks(e.t.TempDir())
	e.must(err)
	dir = filepath.Join(dir, filepath.Base(e.dir))
	e.must(os.CopyFS(dir, os.DirFS(e.dir)))
	return (&editor{live: &live{t: e.t, dir: dir, addr: e.addr}}).compare(before, edits)
}

// TestGoHoldIsNeverStale is the first promise of architecture.md.
func TestGoHoldIsNeverStale(t *testing.T) {
	needGo(t)
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	l := serveLive(t, goEdited)
	l.watchOver("plain--default.html")
	e := &goEditor{editor: &editor{live: l, random: rand.New(rand.NewPCG(seed, 0))}}
	var before map[string]string
	var done []string
	const rounds, each = 2, 5
	for range rounds {
		for _, sort := range e.random.Perm(len(goEdits)) {
			e.edits++
			e.stamp = fmt.Sprint(e.edits)
			done = append(done, goEdits[sort](e))
			switch {
			case e.edits%each == 0:
				l.settle()
				before = e.compareElsewhere(before, done)
				if t.Failed() {
					return
				}
				done = nil
			case e.random.IntN(2) == 0: // let the next edit come while this one is compiled
				l.settleOr(func() bool { return slices.ContainsFunc(l.owned(), compiling) })
			}
		}
	}
	done = append(done, e.anew())
	l.has("part/part--second.html", "<b class=\"is-quiet\">Two!</b>")
	l.settle()
	e.compareElsewhere(before, done)
	l.wantWorkers(1)
}

// settleOr waits until what was saved is served, or something else holds.
func (l *live) settleOr(holds func() bool) {
	l.t.Helper()
	l.marks++
	mark := fmt.Sprint("mark ", l.marks)
	l.save("static/mark.txt", mark)
	l.eventually("it is compiled, or "+mark+" is served", func() bool {
		_, text := l.fetch("static/mark.txt")
		return text == mark || holds()
	})
}
