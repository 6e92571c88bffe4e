//go:build unix

package main

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// watchTests starts `storytime test --watch`, and returns what waits for it to
// say something.
func watchTests(t *testing.T, files map[string]string, flags ...string) (l *live, says func(string)) {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	l = &live{t: t, dir: filepath.Join(dir, "ui"), temp: t.TempDir(), ended: make(chan error, 1)}
	for name, text := range files {
		l.save(name, text)
	}
	l.cmd = exec.Command(program(t), append([]string{"test", ".", "--watch"}, flags...)...)
	l.cmd.Dir = l.dir
	l.cmd.Env = append(os.Environ(), "TMPDIR="+l.temp, "GORACE=atexit_sleep_ms=0")
	l.cmd.Stdout, l.cmd.Stderr = &lockedLog{l}, &lockedLog{l}
	if err := l.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { l.ended <- l.cmd.Wait() }()
	t.Cleanup(func() {
		if l.stop(os.Interrupt); t.Failed() {
			t.Logf("it said\n%s", l.logged())
		}
	})
	read := 0
	return l, func(text string) {
		t.Helper()
		l.eventually("it says "+text, func() bool {
			log := l.logged()
			i := strings.Index(log[read:], text)
			if i >= 0 {
				read += i + len(text)
			}
			return i >= 0
		})
	}
}

var checkedButton = map[string]string{
	"button.html":       "<button type=button>{{.text}}</button>",
	"button.stories.md": "## One\n\n```yaml story\nprops: {text: Save}\ncheck: [{role: button, name: Save}]\n```\n",
}

// TestTestsAreRunAgainWithEachSave is over the real command.
func TestTestsAreRunAgainWithEachSave(t *testing.T) {
	t.Parallel()
	for _, flags := range [][]string{nil, {"--poll", "--stable"}} {
		t.Run("test "+strings.Join(flags, " "), func(t *testing.T) {
			t.Parallel()
			l, says := watchTests(t, checkedButton, flags...)
			says("ok  \t")
			l.save("button.html", "<button type=button>{{.text}} it</button>")
			says(`expected one button "Save", found none`)
			says("FAIL\t")
			l.save("button.html", "<button type=button>{{.text</button>")
			says("bad character")
			l.save("storytime.yaml", "titel: x\n")
			says(`unknown key "titel"`)
			l.save("storytime.yaml", "title: x\nignore: [other]\n")
			l.save("button.html", "<button type=button>{{.text}}</button>")
			says("ok  \t")
			// What is ignored now is passed over; what is looked at is tested.
			l.save("other/x.html", "<p>{{.x</p>")
			l.save("more/x.html", "<img src='data:,'>")
			says("no alternative text")
			l.save("more/x.html", "<img src='data:,' alt=''>")
			says("2 stories")
		})
	}
}

// What a test itself writes into the catalog must not make it run for ever.
func TestWhatATestWritesIsNotASave(t *testing.T) {
	t.Parallel()
	files := maps.Clone(checkedButton)
	files["storytime.yaml"] = "before: [{run: 'date +%N > gen.html'}]\n"
	files["button.stories.md"] = strings.Replace(files["button.stories.md"], "check: [", "check: [golden: true, ", 1)
	l, says := watchTests(t, files, "--update", "--junit", "report.xml")
	says("updated button--one.golden.html")
	says("ok  \t")
	const saves = 5
	for n := range saves {
		l.save("button.html", fmt.Sprintf("<button type=button class=n%d>{{.text}}</button>", n))
		says("updated button--one.golden.html")
		says("ok  \t")
	}
	// The golden file that it has written is a save like any other.
	if runs := strings.Count(l.logged(), "ok  \t"); runs > 2*(saves+1) {
		t.Errorf("%d runs for %d saves", runs, saves)
	}
}

// A lockedLog writes to the log of a command.
type lockedLog struct{ *live }

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.log.Write(p)
}
