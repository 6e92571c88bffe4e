package serve

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/storytime-dev/storytime/pkg/worker"
)

func TestMain(m *testing.M) {
	worker.Main()
	os.Exit(m.Run())
}

// A testServer is a workshop over a catalog that the test changes.
type testServer struct {
	t    *testing.T
	dir  string // the catalog
	addr string
}

var buttonCatalog = map[string]string{
	"button/button.html":       "<button>{{.text}}</button>\n",
	"button/button.css":        "button { color: red }\n",
	"button/button.stories.md": "## One\n\n```yaml story\nprops: {text: one}\n```\n\n## Two\n\n```yaml story\nprops: {text: two}\n```\n",
	"other/other.html":         "<p>other</p>\n",
}

// startWorkshop serves a catalog of these files, isolated.
func startWorkshop(t *testing.T, files map[string]string, change ...func(*Options)) *testServer {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := &testServer{t: t, dir: filepath.Join(dir, "ui")}
	for name, text := range files {
		s.save(name, text)
	}
	options := Options{Dir: s.dir, Isolate: true, Temp: t.TempDir()}
	for _, f := range change {
		f(&options)
	}
	workshop, err := New(options)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = listener.Addr().String()
	server := NewServer(workshop)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { _ = server.Serve(listener) }()
	go func() { ended <- workshop.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the server ended with %v", err)
		}
		_ = server.Close()
		if left, _ := os.ReadDir(options.Temp); len(left) > 0 {
			t.Errorf("it left %v", left)
		}
	})
	return s
}

func (s *testServer) save(name, text string) {
	s.t.Helper()
	file := filepath.Join(s.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// page returns what a GET is answered with.
func (s *testServer) page(name string) (int, string) {
	s.t.Helper()
	a := get(s.t, s.addr, "/"+name)
	return a.status, a.body
}

// A tab is a client of the socket.
type tab struct {
	t    *testing.T
	conn *websocket.Conn
}

// open connects a client that shows files from a build; 0 for now.
func (s *testServer) open(build int, files ...string) *tab {
	s.t.Helper()
	conn, response, err := websocket.DefaultDialer.Dial("ws://"+s.addr+livePath, nil)
	if err != nil {
		s.t.Fatalf("%v %v", err, response)
	}
	s.t.Cleanup(func() { _ = conn.Close() })
	c := &tab{s.t, conn}
	c.show(build, files...)
	return c
}

func (c *tab) show(build int, files ...string) {
	c.t.Helper()
	if err := c.conn.WriteJSON(map[string]any{"type": "show", "build": build, "files": files}); err != nil {
		c.t.Fatal(err)
	}
}

// received is a message as a client sees it.
type received struct {
	Type     string
	Build    int
	Changed  []string
	Gone     []string
	Problems []problemNote
	HTML     string
}

// next returns the next message.
func (c *tab) next() received {
	c.t.Helper()
	var m received
	_ = c.conn.SetReadDeadline(time.Now().Add(time.Minute))
	_, data, err := c.conn.ReadMessage()
	if err != nil {
		c.t.Fatalf("waiting for a message: %v", err)
	}
	if err := json.Unmarshal(data, &m); err != nil {
		c.t.Fatal(err)
	}
	return m
}

// until returns the next message of a type, others before it left out.
func (c *tab) until(kind string) received {
	c.t.Helper()
	for {
		if m := c.next(); m.Type == kind {
			return m
		}
	}
}

// ready waits for the first build.
func (s *testServer) ready() {
	s.t.Helper()
	c := s.open(0, "index.html")
	for m := c.until("hello"); m.Build == 0; {
		m = c.until("build")
	}
}

func TestASaveIsToldToWhoShowsIt(t *testing.T) {
	for name, isolate := range map[string]bool{"isolated": true, "in process": false} {
		t.Run(name, func(t *testing.T) {
			s := startWorkshop(t, buttonCatalog, func(o *Options) { o.Isolate = isolate })
			s.ready()
			button := s.open(0, "button/one/index.html", "button/button--one.html", "button/button.css")
			other := s.open(0, "other/index.html", "other/other--default.html")
			button.until("hello")
			hello := other.until("hello")

			s.save("button/button.html", "<button><b>{{.text}}</b></button>\n")
			m := button.until("build")
			if want := "button/button--one.html"; !strings.Contains(strings.Join(m.Changed, " "), want) {
				t.Errorf("told %v, want %s", m.Changed, want)
			}
			if _, body := s.page("button/button--one.html"); !strings.Contains(body, "<b>one</b>") {
				t.Errorf("served\n%s", body)
			}
			s.save("button/button.css", "button { color: green }\n")
			if m := button.until("build"); strings.Join(m.Changed, " ") != "button/button.css" {
				t.Errorf("told %v", m.Changed)
			}
			// The other page hears nothing of all this.
			s.save("other/other.html", "<p>changed</p>\n")
			if m := other.next(); m.Type != "build" || m.Build <= hello.Build || !strings.Contains(strings.Join(m.Changed, " "), "other--default") {
				t.Errorf("the other page was told %+v", m)
			}
		})
	}
}

func TestWhoWasAwayIsToldWhatItMissed(t *testing.T) {
	s := startWorkshop(t, buttonCatalog)
	s.ready()
	a := s.open(0, "button/button--one.html", "nothing.html")
	build := a.until("hello").Build
	s.save("button/button.html", "<i>{{.text}}</i>\n")
	a.until("build")
	if err := os.RemoveAll(filepath.Join(s.dir, "other")); err != nil {
		t.Fatal(err)
	}
	b := s.open(build, "button/button--one.html", "button/button.css")
	b.until("hello")
	if m := b.next(); m.Type != "build" || strings.Join(m.Changed, " ") != "button/button--one.html" {
		t.Errorf("told %+v", m)
	}
	c := s.open(build, "other/index.html", "index.html")
	for gone := false; !gone; {
		m := c.until("build")
		gone = strings.Join(m.Gone, " ") == "other/index.html"
	}
	if status, _ := s.page("other/"); status != http.StatusNotFound {
		t.Errorf("the page that is gone is answered with %d", status)
	}
}

func TestProblemsAreToldAndTheyGo(t *testing.T) {
	s := startWorkshop(t, buttonCatalog)
	s.ready()
	c := s.open(0, "button/one/index.html")
	c.until("hello")
	s.save("button/button.html", "<button>{{.text</button>\n")
	for {
		m := c.until("problems")
		if len(m.Problems) == 1 && len(m.Problems[0].Stories) == 2 {
			if p := m.Problems[0]; p.File != "button/button.html" || p.Line != 1 || !strings.Contains(m.HTML, "button/button.html:1") {
				t.Errorf("told %+v", m)
			}
			break
		}
	}
	s.save("button/button.html", "<button>{{.text}}</button>\n")
	for len(c.until("problems").Problems) > 0 {
	}
	// A page that comes while there are some is told at once.
	s.save("storytime.yaml", "titel: x\n")
	c.until("problems")
	d := s.open(0, "index.html")
	d.until("hello")
	if m := d.next(); m.Type != "problems" || len(m.Problems) != 1 {
		t.Errorf("told %+v", m)
	}
}
