package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/storytime-dev/storytime/pkg/worker"
)

// The scripts in testdata/script are the promises of the format and of the
// commands, each tested over the real program. They are txtar files: a script
// (see testscript's documentation) and the files it runs over. To take what
// the program prints now for what it should print, run
//
//	go test ./cmd/storytime -run Script -update
//
// and read the difference.
var update = flag.Bool("update", false, "rewrite the expected output in testdata/script")

func TestMain(m *testing.M) {
	worker.Main() // as in main
	testscript.Main(m, map[string]func(){"storytime": storytime})
}

func TestScriptFormat(t *testing.T)    { scripts(t, "format") }
func TestScriptProblems(t *testing.T)  { scripts(t, "problems") }
func TestScriptOutput(t *testing.T)    { scripts(t, "output") }
func TestScriptChecks(t *testing.T)    { scripts(t, "checks") }
func TestScriptGolang(t *testing.T)    { scripts(t, "golang") }
func TestScriptRenderers(t *testing.T) { scripts(t, "renderers") }
func TestScriptCommands(t *testing.T)  { scripts(t, "commands") }

// scripts runs those in one directory. The commands that they have beside
// testscript's own are documented where they are defined.
func scripts(t *testing.T, dir string) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                "../../testdata/script/" + dir,
		UpdateScripts:      *update,
		RequireUniqueNames: true,
		Setup: func(e *testscript.Env) error {
			home := filepath.Join(e.WorkDir, ".home")
			e.Setenv("HOME", home)
			e.Setenv("TERM", "dumb")
			e.Setenv("TZ", "UTC")
			testdata, err := filepath.Abs("../../testdata")
			if err != nil {
				return err
			}
			e.Setenv("TESTDATA", testdata)
			// What the go command has compiled and downloaded is shared.
			for name, value := range goCaches() {
				e.Setenv(name, value)
			}
			// Under -race a program sleeps for a second at its end, by default.
			e.Setenv("GORACE", "atexit_sleep_ms=0")
			return os.Mkdir(home, 0o755)
		},
		Condition: condition,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"body":   scriptBody,
			"bytes":  scriptBytes,
			"exits":  scriptExits,
			"repeat": scriptRepeat,
			"same":   scriptSame,
		},
	})
}

// goCaches are the directories that the go command keeps things in.
var goCaches = sync.OnceValue(func() map[string]string {
	caches := map[string]string{"GOFLAGS": "", "GOTOOLCHAIN": "local"}
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPROXY"} {
		if out, err := exec.Command("go", "env", name).Output(); err == nil {
			caches[name] = strings.TrimSpace(string(out))
		}
	}
	return caches
})

// condition adds to testscript's own conditions [root], where permissions keep
// nobody out, and [race], where all takes ten times as long.
func condition(name string) (bool, error) {
	switch name {
	case "root":
		return os.Geteuid() == 0, nil
	case "race":
		info, _ := debug.ReadBuildInfo()
		return info != nil && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}), nil
	}
	return false, fmt.Errorf("unknown condition %q", name)
}

// storytime is main, but for the time that a build takes, which is different
// each time and reads "0s".
func storytime() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	code := run(ctx, streams{in: os.Stdin, out: timeless{os.Stdout}, err: timeless{os.Stderr}, env: os.LookupEnv}, os.Args[1:])
	os.Exit(code)
}

type timeless struct{ w io.Writer }

var taken = regexp.MustCompile(`( in |\t|\()[0-9.]+(µs|ms|s|m[0-9.]+s)\b`)

func (t timeless) Write(p []byte) (int, error) {
	if _, err := t.w.Write(taken.ReplaceAll(p, []byte("${1}0s"))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// scriptExits runs a program that must end with an exit code:
//
//	exits code program [args...]
func scriptExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code program [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// scriptBytes writes a file whose text, with Go's escapes, may be anything:
//
//	bytes file text
func scriptBytes(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: bytes file text")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(unescape(ts, args[1])), 0o644))
}

// scriptRepeat appends a text, with Go's escapes, to a file many times; in it
// {n} is the number, from 1:
//
//	repeat file times text
func scriptRepeat(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: repeat file times text")
	}
	times, err := strconv.Atoi(args[1])
	ts.Check(err)
	text := unescape(ts, args[2])
	var b strings.Builder
	for n := range times {
		b.WriteString(strings.ReplaceAll(text, "{n}", strconv.Itoa(n+1)))
	}
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	ts.Check(err)
	_, err = f.WriteString(b.String())
	ts.Check(errors.Join(err, f.Close()))
}

func unescape(ts *testscript.TestScript, text string) string {
	s, err := strconv.Unquote(`"` + strings.ReplaceAll(text, `"`, `\"`) + `"`)
	if err != nil {
		ts.Fatalf("%s: %v", text, err)
	}
	return s
}

// scriptBody prints what a page has between <body> and </body>:
//
//	body file...
func scriptBody(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: body file...")
	}
	for _, name := range args {
		page := ts.ReadFile(name)
		_, body, opened := strings.Cut(page, "<body>")
		body, _, closed := strings.Cut(body, "</body>")
		if !opened || !closed {
			ts.Fatalf("%s has no plain <body>:\n%s", name, page)
		}
		fmt.Fprintln(ts.Stdout(), strings.TrimSpace(body))
	}
}

// scriptSame compares two directories, names and contents to the byte:
//
//	[!] same dir dir
func scriptSame(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: [!] same dir dir")
	}
	a, b := tree(ts, args[0]), tree(ts, args[1])
	var differ []string
	for name, data := range a {
		if other, found := b[name]; !found || other != data {
			differ = append(differ, name)
		}
	}
	for name := range b {
		if _, found := a[name]; !found {
			differ = append(differ, name)
		}
	}
	slices.Sort(differ)
	switch {
	case neg && len(differ) == 0:
		ts.Fatalf("%s and %s are the same", args[0], args[1])
	case !neg && len(differ) > 0:
		ts.Fatalf("%s and %s differ in %s", args[0], args[1], strings.Join(differ, ", "))
	}
}

// tree returns what is in a directory, by path; a directory ends in a slash.
func tree(ts *testscript.TestScript, dir string) map[string]string {
	files := map[string]string{}
	root := ts.MkAbs(dir)
	ts.Check(filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil || d.IsDir() {
			files[rel+"/"] = ""
			return err
		}
		data, err := os.ReadFile(name)
		files[rel] = string(data)
		return err
	}))
	return files
}
