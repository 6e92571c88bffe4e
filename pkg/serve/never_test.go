package serve

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/storytime-dev/storytime/pkg/build"
)

// versions is a catalog in which one number stands many times: twice in each
// page, and in many pages.
func versions(n int) map[string]string {
	files := map[string]string{}
	for i := range 5 {
		name := fmt.Sprintf("part%d", i)
		files[name+".html"] = "<p>{{component \"_version.html\"}}{{component \"_version.html\"}}</p>"
	}
	files["_version.html"] = fmt.Sprintf("<b>v%d</b>%s<i>v%[1]d</i>", n, strings.Repeat("<!-- long -->", 500))
	return files
}

// TestNeverHalf is the third promise of architecture.md.
// STORYTIME_TEST_BUILDS=1000 makes it as many builds.
func TestNeverHalf(t *testing.T) {
	builds := 200
	if n, err := strconv.Atoi(os.Getenv("STORYTIME_TEST_BUILDS")); err == nil {
		builds = n
	}
	for _, test := range []struct {
		name    string
		isolate bool
		builds  int
	}{{"isolated", true, builds / 4}, {"in process", false, builds}} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := startWorkshop(t, versions(0), func(o *Options) { o.Isolate = test.isolate })
			s.ready()
			pages := []string{"part0--default.html", "part1/index.html", "part3--default.html", "part4/default/index.html", "_storytime/nav.js"}
			c := s.open(0, "part0--default.html", "part1--default.html")
			c.until("hello")
			stop := make(chan struct{})
			var answers atomic.Int64
			var clients sync.WaitGroup
			for i := range 4 {
				clients.Go(func() {
					client := &http.Client{}
					for last := 0; ; {
						select {
						case <-stop:
							return
						default:
						}
						name := pages[(last+i)%len(pages)]
						last++
						if wrong := whole(client, "http://"+s.addr+"/"+name, name); wrong != "" {
							t.Error(wrong)
							return
						}
						answers.Add(1)
					}
				})
			}
			goroutines, before := 0, 0
			for n := 1; n <= test.builds && !t.Failed(); n++ {
				// In one step, for what a build reads may be half as well.
				s.save(".version", versions(n)["_version.html"])
				if err := os.Rename(filepath.Join(s.dir, ".version"), filepath.Join(s.dir, "_version.html")); err != nil {
					t.Fatal(err)
				}
				for want := fmt.Sprintf("<b>v%d</b>", n); ; {
					c.until("build")
					if _, body := s.page("part0--default.html"); strings.Contains(body, want) {
						break
					}
				}
				switch n {
				case test.builds / 10:
					goroutines, before = runtime.NumGoroutine(), openFiles()
				case test.builds:
					if now := runtime.NumGoroutine(); now > goroutines+20 {
						t.Errorf("%d goroutines, %d before", now, goroutines)
					}
					if now := openFiles(); now > before+20 {
						t.Errorf("%d open files, %d before", now, before)
					}
				}
			}
			close(stop)
			clients.Wait()
			t.Logf("%d answers during %d builds", answers.Load(), test.builds)
		})
	}
}

var versionIn = regexp.MustCompile(`<[bi]>v(\d+)</[bi]>`)

// whole says what is wrong with an answer: it must be one page of one build.
func whole(client *http.Client, address, name string) string {
	response, err := client.Get(address)
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	body := string(data)
	switch {
	case err != nil:
		return name + ": " + err.Error()
	case response.StatusCode != http.StatusOK:
		return fmt.Sprintf("%s is answered with %s", name, response.Status)
	case strings.HasSuffix(name, ".js"):
		if !strings.HasPrefix(body, "storytime.nav(") || !strings.HasSuffix(body, ");\n") {
			return name + " is torn"
		}
	case !strings.HasSuffix(body, "</html>\n"):
		return name + " is torn"
	}
	found := versionIn.FindAllStringSubmatch(body, -1)
	for _, m := range found {
		if m[1] != found[0][1] {
			return fmt.Sprintf("%s is of %s and of %s", name, found[0][0], m[0])
		}
	}
	if strings.Contains(name, "--") && len(found) != 4 {
		return fmt.Sprintf("%s has %d versions", name, len(found))
	}
	return ""
}

// openFiles counts the files that this process has open, where that can be
// known.
func openFiles() int {
	entries, _ := os.ReadDir("/proc/self/fd")
	return len(entries)
}

func TestAThousandClientsAndSomeThatNeverRead(t *testing.T) {
	t.Parallel()
	s := startWorkshop(t, buttonCatalog)
	s.ready()
	const reading, silent = 900, 100
	for range silent {
		conn, _, err := websocket.DefaultDialer.Dial("ws://"+s.addr+livePath, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if err := conn.WriteJSON(map[string]any{"type": "show", "files": []string{"button/button--one.html"}}); err != nil {
			t.Fatal(err)
		}
	}
	tabs := make([]*tab, reading)
	for i := range tabs {
		tabs[i] = s.open(0, "button/button--one.html", "button/one/index.html")
	}
	for _, c := range tabs {
		c.until("hello")
	}
	for n := range 3 {
		s.save("button/button.html", fmt.Sprintf("<button>%d {{.text}}</button>\n", n))
		first := tabs[0].until("build").Build
		start := time.Now()
		for _, c := range tabs[1:] {
			if m := c.until("build"); m.Build < first {
				t.Errorf("told of build %d after %d", m.Build, first)
			}
		}
		t.Logf("all were told within %s of the first", time.Since(start))
		// The whole site changes nothing any more for them.
		s.save("other/other.html", fmt.Sprintf("<p>%d</p>\n", n))
		o := s.open(1, "other/other--default.html")
		for strings.Join(o.until("build").Changed, "") == "" {
		}
		_ = o.conn.Close()
	}
}

func TestManySavesEndInTheLast(t *testing.T) {
	t.Parallel()
	s := startWorkshop(t, buttonCatalog)
	s.ready()
	c := s.open(0, "button/button--one.html")
	c.until("hello")
	for n := range 10 {
		s.save("button/button.html", fmt.Sprintf("<button>%d</button>\n", n))
	}
	for {
		c.until("build")
		if _, body := s.page("button/button--one.html"); strings.Contains(body, "<button>9</button>") {
			return
		}
	}
}

// A counter counts the lines of a log.
type counter struct{ n atomic.Int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n.Add(1)
	return len(p), nil
}

func TestWhatCommandsWriteStartsNoBuild(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]string{
		"declared":          "before:\n  - {run: 'date +%N > out.css', writes: [out.css]}\n",
		"undeclared":        "before:\n  - run: 'date +%N > out.css'\n",
		"slow":              "before:\n  - run: 'date +%N > out.css; sleep 0.1; date +%N > out.css'\n",
		"below static:":     "static: {/assets: gen}\nbefore:\n  - {run: 'mkdir -p gen; date +%N > gen/app.css', writes: [gen/app.css]}\n",
		"undeclared beside": "static: {/assets: ../gen}\nbefore:\n  - run: 'mkdir -p ../gen; date +%N > ../gen/app.css'\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var builds counter
			s := startWorkshop(t, map[string]string{
				"storytime.yaml": config, "a.html": "<p>a</p>", "out.css": "", "gen/.keep": "", "../gen/.keep": "", "static/mark.txt": "0",
			}, func(o *Options) { o.Log = slog.New(slog.NewTextHandler(&builds, nil)) })
			s.ready()
			const saves = 6
			for n := range saves {
				s.save("static/mark.txt", fmt.Sprint("save ", n))
				for body := ""; body != fmt.Sprint("save ", n); {
					_, body = s.page("static/mark.txt")
				}
			}
			// At the start the mounted directory may be new.
			if n := builds.n.Load(); n > saves+3 {
				t.Errorf("%d builds for %d saves", n, saves)
			}
		})
	}
}

func TestWhatMovesIntoPlaceDuringABuildIsBuilt(t *testing.T) {
	dir := t.TempDir()
	old := filepath.Join(dir, "old")
	if err := os.WriteFile(old, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	b := &building{catalog: dir, started: now.Add(-time.Minute), commands: true, reading: now.Add(time.Minute)}
	if !b.has(old) {
		t.Error("a file that was there before the reading isn't in the build")
	}
	b.reading = now
	for changedAtLeast := now.Add(build.Settled); !time.Now().After(changedAtLeast); {
		runtime.Gosched() // until the clock of files has gone on
	}
	moved := filepath.Join(dir, "moved")
	if err := os.Rename(old, moved); err != nil {
		t.Fatal(err)
	}
	if b.has(moved) {
		t.Error("a file that was moved into place after the reading is taken for read")
	}
}

func TestACommandThatNeverEndsIsMended(t *testing.T) {
	t.Parallel()
	s := startWorkshop(t, map[string]string{"a.html": "<p>a</p>", "static/mark.txt": "0"})
	s.ready()
	s.save("storytime.yaml", "before: [sleep 1000]\n")
	c := s.open(0, "a--default.html")
	c.until("hello")
	for n := range 8 {
		s.save("storytime.yaml", fmt.Sprintf("title: T%d\nbefore: [sleep 1000]\n", n))
		s.save("a.html", fmt.Sprintf("<p>%d</p>", n))
	}
	s.save("storytime.yaml", "title: Mended\n")
	for {
		if _, body := s.page("index.html"); strings.Contains(body, "Mended") {
			break
		}
	}
	if _, body := s.page("a--default.html"); !strings.Contains(body, "<p>7</p>") {
		t.Errorf("served\n%s", body)
	}
}

func TestWhatWasReadOutsideIsWatched(t *testing.T) {
	t.Parallel()
	s := startWorkshop(t, map[string]string{
		"storytime.yaml":         "static: {/assets: ../web}\ntemplates: ['../views/*.html']\n",
		"part.stories.md":        "---\ncomponent: \"#cart\"\n---\n\n## One\n\n```yaml story\n```\n",
		"../web/app.css":         "p { color: red }",
		"../views/cart.html":     "{{define \"cart\"}}<p>cart</p>{{end}}",
		"../views/.hidden/x.txt": "",
	})
	s.ready()
	c := s.open(0, "assets/app.css", "part--one.html")
	c.until("hello")
	s.save("../web/app.css", "p { color: blue }")
	if m := c.until("build"); strings.Join(m.Changed, " ") != "assets/app.css" {
		t.Errorf("told %+v", m)
	}
	s.save("../views/cart.html", "{{define \"cart\"}}<p>other cart</p>{{end}}")
	if m := c.until("build"); strings.Join(m.Changed, " ") != "part--one.html" {
		t.Errorf("told %+v", m)
	}
	s.save("../web/new.css", "p { color: green }")
	for status := 0; status != http.StatusOK; {
		status, _ = s.page("assets/new.css")
	}
}
