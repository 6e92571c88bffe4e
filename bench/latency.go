package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// latency measures how long it takes from the write of a file until the
// browser is told, and until the new HTML can be fetched.
func (b *bench) latency(n, edits int) error {
	catalog := filepath.Join(b.temp, fmt.Sprintf("catalog-%d", n))
	for _, isolate := range []string{"true", "false"} {
		if err := writeCatalog(catalog, n); err != nil {
			return err
		}
		if err := b.ours(catalog, n, edits, isolate); err != nil {
			return err
		}
	}
	if b.hugo == "" {
		return nil
	}
	pages := filepath.Join(b.temp, fmt.Sprintf("hugo-%d", n))
	if err := writeHugo(pages, n); err != nil {
		return err
	}
	return b.theirs(pages, n, edits)
}

// An edited is one file that is edited again and again, and what changes in
// the browser.
type edited struct {
	what  string
	file  string
	write func(stamp string) string // its content
	page  string                    // is fetched until it has the stamp
	shown []string                  // is on the screen
}

// ours measures Storytime with one page on the screen: a story of the subject
// in the middle of the catalog.
func (b *bench) ours(catalog string, n, edits int, isolate string) error {
	server, err := serveCommand(catalog, regexp.MustCompile(`→ http://([^/]+)/`), b.program, "serve", "--watch", "--port", "0", "--isolate="+isolate)
	if err != nil {
		return err
	}
	defer server.stop()
	i := n / storiesPerSubject / 2
	dir := fmt.Sprintf("section-%02d/part-%05d/", i/subjectsPerSection, i)
	base := dir + fmt.Sprintf("part-%05d", i)
	story := fmt.Sprintf("plain-%d", i)
	shown := []string{dir + story + "/index.html", base + "--" + story + ".html", base + ".css", "_storytime/nav.js"}
	read := func(name string) string {
		data, _ := os.ReadFile(filepath.Join(catalog, name))
		return string(data)
	}
	component, stories, style := read(base+".html"), read(base+".stories.md"), read(base+".css")
	if err := server.wait("built"); err != nil {
		return err
	}
	for _, e := range []edited{
		{"component", base + ".html", func(s string) string { return "<b>" + s + "</b>" + component }, shown[1], shown},
		{"story file", base + ".stories.md", func(s string) string {
			return strings.Replace(stories, "props: {title: Part 0", "props: {title: "+s+" Part 0", 1)
		}, shown[1], shown},
		{"style sheet", base + ".css", func(s string) string { return style + "/* " + s + " */\n" }, shown[2], shown},
	} {
		if err := server.measure(b, fmt.Sprintf("storytime, %d, isolate=%s, %s", n, isolate, e.what), catalog, e, edits); err != nil {
			return err
		}
	}
	fmt.Printf("%-48s server %d MiB\n", "", server.memory()>>20)
	return nil
}

// theirs measures Hugo with a page of the section in the middle.
func (b *bench) theirs(pages string, n, edits int) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	server, err := serveCommand(pages, regexp.MustCompile(`available at http://([^/]+)/`), b.hugo, "server", "--port", port, "--renderToMemory=false", "--destination", filepath.Join(b.temp, "hugo-served"))
	if err != nil {
		return err
	}
	defer server.stop()
	i := n / 2
	name := fmt.Sprintf("section-%03d/page-%05d", i/100, i)
	file := "content/" + name + ".md"
	data, err := os.ReadFile(filepath.Join(pages, file))
	if err != nil {
		return err
	}
	return server.measure(b, fmt.Sprintf("hugo, %d, page", n), pages, edited{
		"page", file, func(s string) string { return string(data) + "\n" + s + "\n" }, name + "/index.html", nil,
	}, min(edits, 20))
}

// A server is a program that serves a directory.
type server struct {
	cmd   *exec.Cmd
	addr  string
	lines chan string
}

// serveCommand starts a server and waits until it says where it is.
func serveCommand(dir string, address *regexp.Regexp, program string, args ...string) (*server, error) {
	s := &server{cmd: exec.Command(program, args...), lines: make(chan string, 1000)}
	s.cmd.Dir = dir
	out, w := io.Pipe()
	s.cmd.Stdout, s.cmd.Stderr = w, w
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	found := make(chan string, 1)
	go func() {
		for scanner := bufio.NewScanner(out); scanner.Scan(); {
			line := scanner.Text()
			if m := address.FindStringSubmatch(line); m != nil {
				select {
				case found <- m[1]:
				default:
				}
			}
			select {
			case s.lines <- line:
			default:
			}
		}
	}()
	select {
	case s.addr = <-found:
		return s, nil
	case <-time.After(2 * time.Minute):
		s.stop()
		return nil, errors.New("the server doesn't say where it is")
	}
}

func (s *server) stop() {
	_ = s.cmd.Process.Signal(os.Interrupt)
	_ = s.cmd.Wait()
}

// wait waits for a line of the server's log.
func (s *server) wait(text string) error {
	for {
		select {
		case line := <-s.lines:
			if strings.Contains(line, text) {
				return nil
			}
		case <-time.After(time.Minute):
			return fmt.Errorf("the server never says %q", text)
		}
	}
}

// measure edits a file again and again, each time after all has settled.
func (s *server) measure(b *bench, name, dir string, e edited, edits int) error {
	conn, err := s.dial(e)
	if err != nil {
		return err
	}
	defer conn.Close()
	messages := make(chan time.Time, 1000)
	go func() {
		for {
			var m struct{ Type, Command string }
			if conn.ReadJSON(&m) != nil {
				return
			}
			if m.Type == "build" || m.Command == "reload" {
				messages <- time.Now()
			}
		}
	}()
	var told, fetched []time.Duration
	for i := range edits {
		stamp := fmt.Sprintf("stamp%dx%d", os.Getpid(), i)
		for len(messages) > 0 {
			<-messages
		}
		for len(s.lines) > 0 {
			<-s.lines
		}
		start := time.Now()
		if err := os.WriteFile(filepath.Join(dir, e.file), []byte(e.write(stamp)), 0o644); err != nil {
			return err
		}
		there := make(chan time.Duration, 1)
		go func() { there <- s.fetch(e.page, stamp, start) }()
		select {
		case at := <-messages:
			told = append(told, at.Sub(start))
		case <-time.After(time.Minute):
			return fmt.Errorf("%s: nobody was told", name)
		}
		fetched = append(fetched, <-there)
		if e.shown != nil {
			if err := s.wait("built"); err != nil {
				return err
			}
		}
		time.Sleep(b.pause)
	}
	fmt.Printf("%-48s message %4d ms (95%%: %4d)   HTML %4d ms (95%%: %4d)\n", name,
		quantile(told, 0.5), quantile(told, 0.95), quantile(fetched, 0.5), quantile(fetched, 0.95))
	return nil
}

// dial connects to the socket of a server: ours, or one of LiveReload's
// protocol.
func (s *server) dial(e edited) (*websocket.Conn, error) {
	path, hello := "/_storytime/live", any(map[string]any{"type": "show", "build": 0, "files": e.shown})
	if e.shown == nil {
		path, hello = "/livereload", map[string]any{"command": "hello", "protocols": []string{"http://livereload.com/protocols/official-7"}}
	}
	conn, _, err := websocket.DefaultDialer.Dial("ws://"+s.addr+path, nil)
	if err != nil {
		return nil, err
	}
	if err := conn.WriteJSON(hello); err != nil {
		return nil, err
	}
	_, _, err = conn.ReadMessage() // it is welcome
	return conn, err
}

// fetch asks for a page until it has the stamp.
func (s *server) fetch(page, stamp string, start time.Time) time.Duration {
	for time.Since(start) < time.Minute {
		if response, err := http.Get("http://" + s.addr + "/" + page); err == nil {
			data, _ := io.ReadAll(response.Body)
			_ = response.Body.Close()
			if strings.Contains(string(data), stamp) {
				break
			}
		}
		time.Sleep(time.Millisecond)
	}
	return time.Since(start)
}

// memory is what the server's own process has in memory.
func (s *server) memory() int64 {
	data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	_, rest, _ := strings.Cut(string(data), "VmRSS:")
	var kib int64
	_, _ = fmt.Sscan(rest, &kib)
	return kib << 10
}

func quantile(all []time.Duration, q float64) int64 {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))].Milliseconds()
}
