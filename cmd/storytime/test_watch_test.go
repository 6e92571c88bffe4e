//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestTestsAreRunAgainWithEachSave is over the real command.
func TestTestsAreRunAgainWithEachSave(t *testing.T) {
	t.Parallel()
	for _, flags := range [][]string{nil, {"--poll", "--stable"}} {
		t.Run("test "+strings.Join(flags, " "), func(t *testing.T) {
			t.Parallel()
			dir, err := filepath.EvalSymlinks(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			l := &live{t: t, dir: filepath.Join(dir, "ui"), temp: t.TempDir(), ended: make(chan error, 1)}
			l.save("button.html", "<button type=button>{{.text}}</button>")
			l.save("button.stories.md", "## One\n\n```yaml story\nprops: {text: Save}\ncheck: [{role: button, name: Save}]\n```\n")
			l.cmd = exec.Command(program(t), append([]string{"test", l.dir, "--watch"}, flags...)...)
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
			says := func(text string) {
				t.Helper()
				l.eventually("it says "+text, func() bool {
					l.mutex.Lock()
					defer l.mutex.Unlock()
					_, after, found := strings.Cut(l.log.String(), text)
					if found {
						l.log.Reset()
						l.log.WriteString(after)
					}
					return found
				})
			}
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

// A lockedLog writes to the log of a command.
type lockedLog struct{ *live }

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.log.Write(p)
}
