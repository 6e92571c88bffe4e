package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/storytime-dev/storytime/pkg/browser"
)

// goLatency measures saves in a Go module: of a story file as latency does, and
// of a templ file until the new text is in the document that a browser shows,
// in turn with templ's own server.
func (b *bench) goLatency(n, edits int) error {
	ours := filepath.Join(b.temp, fmt.Sprintf("go-%d", n))
	if err := writeGo(ours, n); err != nil {
		return err
	}
	// What is compiled the first time would make the server late.
	if _, err := timed(ours, b.program, "build", ours, "-o", filepath.Join(b.temp, "site")); err != nil {
		return err
	}
	i := n / storiesPerSubject / 2
	server, err := serveCommand(ours, regexp.MustCompile(`→ http://([^/]+)/`), b.program, "serve", "--watch", "--port", "0")
	if err != nil {
		return err
	}
	defer server.stop()
	if err := server.wait("built"); err != nil {
		return err
	}
	pkg, file := goPart(i)
	base, story := fmt.Sprintf("%s/part-%05d", pkg, i), fmt.Sprintf("plain-%d", i)
	page := base + "/" + story + "/index.html"
	shown := []string{page, base + "--" + story + ".html", base + ".css", "_storytime/nav.js"}
	stories, err := os.ReadFile(filepath.Join(ours, base+".stories.md"))
	if err != nil {
		return err
	}
	if err := server.measure(b, fmt.Sprintf("storytime, %d Go stories, story file", n), ours, edited{
		"story file", base + ".stories.md", func(s string) string {
			return strings.Replace(string(stories), "props: {title: Part 0", "props: {title: "+s+" Part 0", 1)
		}, shown[1], shown,
	}, edits); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(ours, base+".stories.md"), stories, 0o644); err != nil {
		return err
	}
	if err := server.wait("built"); err != nil {
		return err
	}
	chromium, err := browser.Start(context.Background())
	if err != nil {
		return err
	}
	defer chromium.Close()
	tabs := []*tab{{server: server, name: "storytime", dir: ours, built: "built", document: `document.getElementById("st-frame").contentDocument`}}
	addresses := []string{page}
	if b.templ != "" {
		theirs := filepath.Join(b.temp, fmt.Sprintf("templ-%d", n))
		if err := writeGo(theirs, n); err != nil {
			return err
		}
		server, err := b.templServer(theirs)
		if err != nil {
			return err
		}
		defer server.stop()
		tabs = append(tabs, &tab{server: server, name: "templ", dir: theirs, built: "processing", document: "document"})
		addresses = append(addresses, fmt.Sprintf("part-%05d", i))
	}
	for at, one := range tabs {
		if one.page, err = chromium.Open("http://"+one.addr+"/"+addresses[at], browser.View{}); err != nil {
			return err
		}
		defer one.page.Close()
		if _, err := one.sees("Part 0 of", time.Now()); err != nil {
			return err
		}
	}
	source, err := os.ReadFile(filepath.Join(ours, pkg, file))
	if err != nil {
		return err
	}
	for _, e := range []struct{ what, to string }{
		{"text", "<h3>{ title } %s</h3>"},
		{"code", "<h3>{ title + %q }</h3>"},
	} {
		seen := make([][]measure, len(tabs))
		for count := range edits + 1 {
			stamp := fmt.Sprintf("stamp%s%dx%d", e.what, os.Getpid(), count)
			text := strings.Replace(string(source), "<h3>{ title }</h3>", fmt.Sprintf(e.to, stamp), 1)
			for at, one := range tabs {
				took, err := one.save(filepath.Join(pkg, file), text, stamp, b.pause)
				if err != nil {
					return err
				}
				if count > 0 { // the first warms up
					seen[at] = append(seen[at], measure{wall: took})
				}
			}
		}
		for at, one := range tabs {
			all := make([]time.Duration, len(seen[at]))
			for i, m := range seen[at] {
				all[i] = m.wall
			}
			fmt.Printf("%-48s on the screen %4d ms (95%%: %4d)\n", fmt.Sprintf("%s, %d Go stories, %s of a templ file", one.name, n, e.what),
				quantile(all, 0.5), quantile(all, 0.95))
		}
		if len(tabs) > 1 {
			fmt.Printf("%-48s %.2f× of templ's time (edit by edit: %s)\n", "", ratio(seen[0], seen[1]), ratios(seen[0], seen[1]))
		}
	}
	fmt.Printf("%-48s server %d MiB\n", "", server.memory()>>20)
	return nil
}

// templServer starts templ's watcher with the module's own program, and waits
// until that answers.
func (b *bench) templServer(dir string) (*server, error) {
	app, err := freePort()
	if err != nil {
		return nil, err
	}
	proxy, err := freePort()
	if err != nil {
		return nil, err
	}
	return serveCommand(dir, regexp.MustCompile(`from=http://([^ ]+)`), b.templ, "generate", "--watch", "--open-browser=false",
		"--proxy=http://127.0.0.1:"+app, "--proxyport="+proxy, "--cmd=go run . -addr 127.0.0.1:"+app)
}

// freePort finds a port for a program that can't choose one itself.
func freePort() (string, error) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(free.Addr().String())
	_ = free.Close()
	return port, err
}

// A tab shows in a browser what a server has. Nobody loads its page again but
// the server.
type tab struct {
	*server
	name, dir string
	built     string // is in the log after an edit
	document  string // is the one with the component
	page      *browser.Page
}

// save writes a file, and returns how long it took until the stamp was in the
// document. Then it waits until all has settled.
func (t *tab) save(file, text, stamp string, pause time.Duration) (time.Duration, error) {
	for len(t.lines) > 0 {
		<-t.lines
	}
	asked := len(t.page.Requests())
	start := time.Now()
	if err := os.WriteFile(filepath.Join(t.dir, file), []byte(text), 0o644); err != nil {
		return 0, err
	}
	took, err := t.sees(stamp, start)
	if err != nil {
		return 0, err
	}
	if len(t.page.Requests()) == asked {
		return 0, fmt.Errorf("the page of %s has not asked for anything new", t.name)
	}
	if err := t.wait(t.built); err != nil {
		return 0, err
	}
	for quiet := false; !quiet; {
		select {
		case <-t.lines:
		case <-time.After(pause):
			quiet = true
		}
	}
	return took, nil
}

// sees asks the page until its document has a text. Between two documents there
// is none to ask, so an error is only one when it lasts.
func (t *tab) sees(text string, start time.Time) (time.Duration, error) {
	for {
		there, err := browser.Evaluate[bool](t.page, fmt.Sprintf(`(%s?.body?.textContent ?? "").includes(%q)`, t.document, text))
		if there {
			return time.Since(start), nil
		}
		if time.Since(start) > time.Minute {
			return 0, fmt.Errorf("%s never shows %q: %w", t.name, text, err)
		}
		time.Sleep(time.Millisecond)
	}
}
