package live_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/storytime-dev/storytime/internal/ui"
	"github.com/storytime-dev/storytime/pkg/browser"
	"github.com/storytime-dev/storytime/pkg/problem"
)

// patience is how long a test waits for what must happen.
const patience = 60 * time.Second

// A server speaks the protocol of the development server over a directory
// that a test changes.
type server struct {
	*testing.T
	dir  string
	http *httptest.Server
	// render answers what the controls ask; nil answers 503.
	render func(story, props string, given bool) any
	// slow is a file that is sent only once until is closed.
	slow  string
	until chan struct{}

	mutex    sync.Mutex
	token    string
	build    int            // 0 answers every page with the waiting page
	version  int            // of the problems
	changed  map[string]int // the build in which a file changed last
	conn     *websocket.Conn
	shown    show
	news     chan struct{} // closed and made anew when shown changes
	away     bool
	requests []string

	tab *browser.Page // the one that is open
}

type show struct {
	Type    string
	Build   int
	Files   []string
	Stories []string
}

func serve(t *testing.T, site string) *server {
	t.Helper()
	s := &server{T: t, dir: t.TempDir(), token: "one", build: 1, changed: map[string]int{}, news: make(chan struct{})}
	if err := os.CopyFS(s.dir, os.DirFS(site)); err != nil {
		t.Fatal(err)
	}
	s.http = httptest.NewServer(s)
	t.Cleanup(func() {
		s.drop()
		s.http.Close()
	})
	return s
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mutex.Lock()
	token, build, away := s.token, s.build, s.away
	s.requests = append(s.requests, r.URL.Path)
	s.mutex.Unlock()
	name := strings.TrimPrefix(r.URL.Path, "/")
	switch {
	case away && r.Header.Get("Upgrade") == "" && strings.HasPrefix(name, "_storytime/live"):
		http.Error(w, "away", http.StatusServiceUnavailable)
	case name == "_storytime/live" && r.Header.Get("Upgrade") != "":
		s.talk(w, r)
	case name == "_storytime/live":
		s.json(w, map[string]any{"token": token, "build": build})
	case name == "_storytime/live.js":
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = w.Write(ui.LiveScript())
	case name == "_storytime/render":
		q := r.URL.Query()
		if s.render == nil || r.Header.Get("X-Storytime") != "1" {
			http.Error(w, "not now", http.StatusServiceUnavailable)
			return
		}
		s.json(w, s.render(q.Get("story"), q.Get("props"), q.Has("props")))
	default:
		s.file(w, name, build)
	}
}

func (s *server) file(w http.ResponseWriter, name string, build int) {
	if name == "" || strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	h := w.Header()
	h.Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	h.Set("Cache-Control", "no-cache")
	s.mutex.Lock()
	version := s.version
	slow := name == s.slow
	s.mutex.Unlock()
	if slow {
		<-s.until
	}
	h.Set("Server-Timing", fmt.Sprintf(`build;desc="%d", problems;desc="%d"`, build, version))
	if build == 0 {
		h.Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusServiceUnavailable)
		_ = ui.Waiting(w, "en")
		return
	}
	s.mutex.Lock()
	data, err := os.ReadFile(filepath.Join(s.dir, filepath.FromSlash(name)))
	s.mutex.Unlock()
	if err != nil {
		h.Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte("<!doctype html><title>404</title><h1>Nothing is here</h1><script src=\"/_storytime/live.js\"></script>"))
		return
	}
	if name == "_storytime/workshop.js" || name == "_storytime/frame.js" {
		data = slices.Concat(data, ui.LiveScript())
	}
	_, _ = w.Write(data)
}

func (s *server) json(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}

// talk keeps the connection of the one page of a test.
func (s *server) talk(w http.ResponseWriter, r *http.Request) {
	conn, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer conn.Close()
	first := true
	for {
		var said show
		if conn.ReadJSON(&said) != nil {
			return
		}
		s.mutex.Lock()
		s.conn, s.shown = conn, said
		close(s.news)
		s.news = make(chan struct{})
		if first {
			first = false
			s.tell(map[string]any{"type": "hello", "build": s.build})
			var since []string
			for file, build := range s.changed {
				if build > said.Build {
					since = append(since, file)
				}
			}
			s.announce(since)
		}
		s.mutex.Unlock()
	}
}

// tell sends a message, if somebody is there. The caller has the mutex.
func (s *server) tell(message any) {
	if s.conn != nil {
		_ = s.conn.WriteJSON(message)
	}
}

func (s *server) send(message any) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.tell(message)
}

// announce says what of these files the page shows.
func (s *server) announce(files []string) {
	changed, gone := []string{}, []string{}
	for _, file := range files {
		if !slices.Contains(s.shown.Files, file) {
			continue
		}
		if _, err := os.Stat(filepath.Join(s.dir, file)); err != nil {
			gone = append(gone, file)
		} else {
			changed = append(changed, file)
		}
	}
	if len(changed)+len(gone) > 0 {
		s.tell(map[string]any{"type": "build", "build": s.build, "changed": changed, "gone": gone})
	}
}

func (s *server) read(name string) string {
	s.Helper()
	data, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		s.Fatal(err)
	}
	return string(data)
}

// edit is a build that changes files; an empty text removes one.
func (s *server) edit(files map[string]string) {
	s.Helper()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.write(files)
	s.announce(slices.Sorted(maps.Keys(files)))
}

// failing is a build that has these problems, which are told first.
func (s *server) failing(problems []*problem.Problem, files map[string]string) {
	s.Helper()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.write(files)
	s.tellProblems(problems)
	s.announce(slices.Sorted(maps.Keys(files)))
}

func (s *server) write(files map[string]string) {
	s.Helper()
	s.build++
	for name, text := range files {
		s.changed[name] = s.build
		full := filepath.Join(s.dir, name)
		err := os.MkdirAll(filepath.Dir(full), 0o755)
		if text == "" {
			err = os.Remove(full)
		} else if err == nil {
			err = os.WriteFile(full, []byte(text), 0o644)
		}
		if err != nil {
			s.Fatal(err)
		}
	}
}

// replace is an edit of one file.
func (s *server) replace(name, old, text string) {
	s.Helper()
	before := s.read(name)
	if !strings.Contains(before, old) {
		s.Fatalf("no %q in %s", old, name)
	}
	s.edit(map[string]string{name: strings.ReplaceAll(before, old, text)})
}

// fail tells of problems.
func (s *server) fail(problems ...*problem.Problem) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.tellProblems(problems)
}

func (s *server) tellProblems(problems []*problem.Problem) {
	s.version++
	html := ui.ProblemPanel(problems, func(p problem.Place) string {
		return "vscode://file/catalog/" + strings.ReplaceAll(p.String(), " ", "%20")
	})
	s.tell(map[string]any{"type": "problems", "build": s.build, "version": s.version, "problems": append([]*problem.Problem{}, problems...), "html": html})
}

// drop ends the connection, as a server that stops does.
func (s *server) drop() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.conn != nil {
		_ = s.conn.Close()
		s.conn = nil
	}
}

// waitShown waits until the page says that it shows something.
func (s *server) waitShown(what string, is func(show) bool) show {
	s.Helper()
	deadline := time.After(patience)
	for {
		s.mutex.Lock()
		shown, news, there := s.shown, s.news, s.conn != nil
		s.mutex.Unlock()
		if there && is(shown) {
			return shown
		}
		select {
		case <-news:
		case <-deadline:
			s.Fatalf("the page never says that it shows %s; it says %+v; it asked for %q", what, shown, s.requests)
		}
	}
}

// A tab is a page that a test looks at.
type tab struct {
	*testing.T
	page *browser.Page
}

// open opens a page of the server, the only one, and waits until it is
// connected and says that it shows the file.
func (s *server) open(b *browser.Browser, address, file string, view browser.View) *tab {
	s.Helper()
	if s.tab != nil {
		s.tab.Close()
		s.drop()
		s.mutex.Lock()
		s.shown = show{}
		s.mutex.Unlock()
	}
	p, err := b.Open(s.http.URL+"/"+address, view)
	if err != nil {
		s.Fatal(err)
	}
	tab := &tab{s.T, p}
	s.tab = p
	s.Cleanup(func() {
		if s.Failed() {
			s.Logf("console: %q", p.Console())
		}
		p.Close()
	})
	s.waitShown(file, func(now show) bool { return slices.Contains(now.Files, file) })
	return tab
}

// run evaluates statements; they see the helpers below.
func (tab *tab) run(script string) string {
	tab.Helper()
	value, err := browser.Evaluate[string](tab.page, `(async () => {`+helpers+script+`})().then(v => String(v))`)
	if err != nil {
		tab.Fatal(err)
	}
	return value
}

const helpers = `
	const $ = (s, d = document) => d.querySelector(s);
	const F = () => $("#st-frame")?.contentDocument;
	const L = () => $("storytime-live")?.shadowRoot;
	const panel = () => { const p = L()?.querySelector(".panel"); return p && !p.hidden ? p : null; };
	const pill = () => { const p = L()?.querySelector(".pill"); return p && !p.hidden ? p.textContent : ""; };
	const notice = () => { const p = L()?.querySelector(".notice"); return p && !p.hidden ? p.textContent : ""; };
`

// wait waits until an expression is true, also over a reload of the page.
func (tab *tab) wait(expression string) {
	tab.Helper()
	deadline := time.Now().Add(patience)
	for time.Now().Before(deadline) {
		ok, err := browser.Evaluate[bool](tab.page, `new Promise(done => {
			const end = Date.now() + 30000;
			const ask = () => {
				let is = false;
				try { is = (() => { `+helpers+` return !!(`+expression+`); })(); } catch {}
				if (is || Date.now() > end) done(is);
				else setTimeout(ask, 5);
			};
			ask();
		})`)
		if err == nil && ok {
			return
		}
		if err == nil {
			break
		}
	}
	shown, _ := browser.Evaluate[string](tab.page, `(() => {`+helpers+` return [panel()?.textContent.slice(0, 80), pill(), notice(), F()?.documentElement.outerHTML, document.documentElement.outerHTML.slice(0, 600)].join("\n"); })()`)
	tab.Fatalf("never: %s\nconsole: %q\n%s", expression, tab.page.Console(), shown)
}

// is fails unless an expression has a value.
func (tab *tab) is(expression, want string) {
	tab.Helper()
	if got := tab.run("return " + expression); got != want {
		tab.Errorf("%s is %q, want %q", expression, got, want)
	}
}

// calm fails when the page has complained.
func (tab *tab) calm() {
	tab.Helper()
	for _, line := range tab.page.Console() {
		if strings.HasPrefix(line, "error") && strings.Contains(line, "storytime") || strings.HasPrefix(line, "exception") {
			tab.Errorf("in the console: %s", line)
		}
	}
}

// shoot takes a picture for people to look at, where SHOTS names a directory.
func (tab *tab) shoot(name string) {
	tab.Helper()
	dir := os.Getenv("SHOTS")
	if dir == "" {
		return
	}
	data, err := tab.page.Screenshot()
	if err != nil {
		tab.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), bytes.Clone(data), 0o644); err != nil {
		tab.Fatal(err)
	}
}
