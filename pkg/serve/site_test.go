package serve

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The tests follow the list of flaws that servers like this one have had:
// which requests a development server has to withstand.

const secret = "SECRET"

// writeSite makes a site with all that must not be seen beside it and in it.
func writeSite(t *testing.T) *os.Root {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"site/index.html":          "<h1>Home</h1>",
		"site/404.html":            "<h1>Nothing is here</h1>",
		"site/a/index.html":        "<h1>A</h1>",
		"site/a/a--b.html":         "<p>alone</p>",
		"site/a b/ü%.html":         "<p>odd</p>",
		"site/style.css":           "body {}",
		"site/script.js":           "let x;",
		"site/image.svg":           "<svg/>",
		"site/data.json":           "{}",
		"site/page.html.txt":       "text",
		"site/UPPER.PNG":           "png",
		"site/font.woff2":          "woff",
		"site/unknown.zzzz":        "<script>alert(1)</script>",
		"site/none":                "<script>alert(1)</script>",
		"site/empty/x.txt":         "a directory without index",
		"site/long.txt":            strings.Repeat("0123456789", 10),
		"site/.env":                secret,
		"site/.git/config":         secret,
		"site/a/.hidden/x.html":    secret,
		"site/a/.htaccess":         secret,
		"site/evil.example/x.html": "x",
		"site-secret/index.html":   secret,
		"secret.txt":               secret,
		"index.html":               secret,
	} {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{
		"out.txt": "../secret.txt", "outside": "../site-secret", "absolute.txt": filepath.Join(dir, "secret.txt"), "loop": "loop", "up": "..",
	} {
		if err := os.Symlink(to, filepath.Join(dir, "site", link)); err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(filepath.Join(dir, "site"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	return root
}

// start serves the site and returns the address to dial.
func start(t *testing.T, hosts ...string) string {
	t.Helper()
	return startHandler(t, &Site{Files: writeSite(t).FS(), Hosts: hosts})
}

func startHandler(t *testing.T, handler http.Handler) string {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	server.Config = NewServer(handler)
	server.Start()
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

// An answer is a response that has been read.
type answer struct {
	status int
	header http.Header
	body   string
}

// send sends bytes as they are, and reads one answer.
func send(t *testing.T, addr, request string) answer {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	method, _, _ := strings.Cut(request, " ")
	response, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		t.Fatalf("%.80q: %v", request, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("%.80q: %v", request, err)
	}
	return answer{response.StatusCode, response.Header, string(body)}
}

// get asks for a target, which need not be a well-formed one.
func get(t *testing.T, addr, target string, headers ...string) answer {
	t.Helper()
	return ask(t, addr, "GET", target, headers...)
}

func ask(t *testing.T, addr, method, target string, headers ...string) answer {
	t.Helper()
	return send(t, addr, fmt.Sprintf("%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n", method, target, lines(headers)))
}

func lines(headers []string) string {
	var b strings.Builder
	for _, h := range headers {
		b.WriteString(h + "\r\n")
	}
	return b.String()
}

// wantAlive fails if the server doesn't answer any more.
func wantAlive(t *testing.T, addr string) {
	t.Helper()
	if a := get(t, addr, "/"); a.status != http.StatusOK || a.body != "<h1>Home</h1>" {
		t.Fatalf("the server answers with %d %q", a.status, a.body)
	}
}

func TestOnlyKnownHostsAreAnswered(t *testing.T) {
	t.Parallel()
	addr := start(t, "workshop.local")
	known := []string{
		"localhost", "localhost:6007", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:6007", "127.9.9.9", "[::1]", "[::1]:6007",
		"workshop.local", "Workshop.Local:6007",
	}
	for _, host := range known {
		a := send(t, addr, "GET / HTTP/1.1\r\nHost: "+host+"\r\nConnection: close\r\n\r\n")
		if a.status != http.StatusOK {
			t.Errorf("Host %q: status %d, want 200", host, a.status)
		}
	}
	unknown := []string{
		"evil.example", "evil.example:6007", "localhost.evil.example", "evil.localhost.example", "127.0.0.1.nip.io", "127.0.0.1.nip.io:6007",
		"xlocalhost", "localhostx", "workshop.local.evil.example", "evil.workshop.local", "other-workshop.local",
		"", " ", "[::1", "::1]", "[::1]x", "a b", "localhost evil.example", "localhost:6007:1", "localhost:port", ":6007", ":",
		"localhost@evil.example", "evil.example@localhost", "localhost/evil", `localhost\evil`, "localhost#evil",
		"0.0.0.0", "0.0.0.0:6007", "[::]", "128.0.0.1", "127.1", "2130706433", "0x7f000001", "localhost\x00", "local\thost",
		"*", "[evil.example]", "evil.example:80, localhost", "localhost]", "[localhost]", "[[::1]]", "[127.0.0.1]",
	}
	for _, host := range unknown {
		a := send(t, addr, "GET / HTTP/1.1\r\nHost: "+host+"\r\nConnection: close\r\n\r\n")
		if a.status < 400 || a.status >= 500 || strings.Contains(a.body, "Home") {
			t.Errorf("Host %q: %d %q, want a refusal", host, a.status, a.body)
		}
	}
	for what, request := range map[string]string{
		"no host":                    "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
		"no host in HTTP/1.0":        "GET / HTTP/1.0\r\n\r\n",
		"two hosts":                  "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
		"another host in the target": "GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
		"a host that was forwarded":  "GET / HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: localhost\r\nForwarded: host=localhost\r\nConnection: close\r\n\r\n",
	} {
		if a := send(t, addr, request); a.status < 400 || a.status >= 500 || strings.Contains(a.body, "Home") {
			t.Errorf("%s: %d %q, want a refusal", what, a.status, a.body)
		}
	}
	wantAlive(t, addr)

	everyone := start(t, "*")
	if a := send(t, everyone, "GET / HTTP/1.1\r\nHost: any.example\r\nConnection: close\r\n\r\n"); a.status != http.StatusOK {
		t.Errorf("with every host allowed: status %d", a.status)
	}
}

func TestOtherOriginsGetNoPermission(t *testing.T) {
	t.Parallel()
	addr := start(t)
	for _, origin := range []string{"http://evil.example", "null", "http://localhost:1", "::::", "http://localhost"} {
		for _, method := range []string{"GET", "HEAD", "OPTIONS"} {
			a := ask(t, addr, method, "/", "Origin: "+origin, "Access-Control-Request-Method: GET", "Access-Control-Request-Private-Network: true")
			for name := range a.header {
				if strings.HasPrefix(name, "Access-Control-Allow") {
					t.Errorf("%s with origin %q: the answer has %s: %s", method, origin, name, a.header.Get(name))
				}
			}
		}
	}
}

func TestEveryAnswerForbidsOtherOriginsToUseIt(t *testing.T) {
	t.Parallel()
	addr := start(t)
	etag := get(t, addr, "/").header.Get("ETag")
	for what, a := range map[string]answer{
		"a page":         get(t, addr, "/"),
		"a script":       get(t, addr, "/script.js"),
		"a redirect":     get(t, addr, "/a"),
		"nothing there":  get(t, addr, "/nothing"),
		"a path trick":   get(t, addr, "/%2e%2e/secret.txt"),
		"a method":       ask(t, addr, "POST", "/"),
		"a head":         ask(t, addr, "HEAD", "/"),
		"an unknown one": send(t, addr, "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"),
		"not modified":   get(t, addr, "/", "If-None-Match: "+etag),
		"a range":        get(t, addr, "/", "Range: bytes=0-3"),
		"a wrong range":  get(t, addr, "/", "Range: bytes=900-"),
	} {
		if got := a.header.Get("Cross-Origin-Resource-Policy"); got != "same-origin" {
			t.Errorf("%s (%d): Cross-Origin-Resource-Policy is %q", what, a.status, got)
		}
		if got := a.header.Get("X-Content-Type-Options"); got != "nosniff" {
			t.Errorf("%s (%d): X-Content-Type-Options is %q", what, a.status, got)
		}
	}
}

func TestPathTricksLeakNothing(t *testing.T) {
	t.Parallel()
	addr := start(t)
	for _, target := range []string{
		"/../secret.txt", "/../../../../etc/passwd", "/a/../../secret.txt", "/a/../.env", "/./.env", "/%2e%2e/secret.txt", "/%2e%2e%2fsecret.txt",
		"/..%2fsecret.txt", "/a/%2e%2e/%2e%2e/secret.txt", "/%252e%252e/secret.txt", "/..;/secret.txt", "/.../secret.txt",
		`/..\secret.txt`, `/a\..\..\secret.txt`, "/..%5csecret.txt", "/%5c..%5csecret.txt", "/%5c", "/a%5ca--b.html", "/a%5c..%5c.env",
		"//", "//secret.txt", "//../secret.txt", "//evil.example/x", "///", "/a//a--b.html", "/a//", "//localhost/", "/%2f", "/%2fetc/passwd", "/%2f%2fevil.example",
		"/../site-secret/index.html", "/../site-secret/", "-secret/index.html", "/..%2fsite-secret%2findex.html",
		"/index.html%00", "/index.html%00.txt", "/%00", "/.env%00.html", "/index.html%00/../../secret.txt",
		"/.env", "/%2eenv", "/.git/config", "/.git/", "/.git", "/a/.hidden/x.html", "/a/.hidden/", "/a/.htaccess", "/a/%2ehtaccess",
		"/.env?raw??", "/.env?raw", "/.env?import&raw??", "/@fs/etc/passwd", "/@fs/../secret.txt", "/#/../.env", "/a#/../../secret.txt",
		"/out.txt", "/outside/index.html", "/outside/", "/outside", "/absolute.txt", "/loop", "/loop/", "/up/secret.txt", "/up/", "/up/index.html",
		"/C:/Windows/win.ini", "/c:%5cWindows", "/a/:$DATA", "/index.html/", "/index.html/..", "/style.css/x",
		"/empty/", "/empty", "/%", "/%zz", "/%c0%ae%c0%ae/secret.txt", "/%ff", "/\x80", "/..%c0%af", "*", "secret.txt", "http://localhost/../secret.txt",
		"/" + strings.Repeat("a/", 20000), "/" + strings.Repeat("x", 30000),
	} {
		a := get(t, addr, target)
		if a.status < 400 || a.status >= 500 {
			t.Errorf("%.80q: status %d (to %q), want a refusal", target, a.status, a.header.Get("Location"))
		}
		if strings.Contains(a.body, secret) || strings.Contains(a.body, "root:") || strings.Contains(a.body, "x.txt") {
			t.Errorf("%.80q: the answer has what it must not: %q", target, a.body)
		}
		if len(target) > 8 && strings.Contains(a.body, target) {
			t.Errorf("%.80q: the answer repeats what was asked for: %q", target, a.body)
		}
	}
	// These look like tricks, and are names.
	for target, want := range map[string]string{
		"/a%20b/%C3%BC%25.html": "<p>odd</p>", "/?/../.env&x=%00": "<h1>Home</h1>", "/a/?raw??": "<h1>A</h1>", "/a/a--b%2ehtml": "<p>alone</p>",
		"http://localhost/a/": "<h1>A</h1>",
	} {
		if a := get(t, addr, target); a.status != http.StatusOK || a.body != want {
			t.Errorf("%s: %d %q, want %q", target, a.status, a.body, want)
		}
	}
	wantAlive(t, addr)
}

func TestADirectoryIsNeverListed(t *testing.T) {
	t.Parallel()
	addr := start(t)
	for _, target := range []string{"/empty/", "/empty", "/a b/", "/a%20b/", "/a%20b"} {
		if a := get(t, addr, target); a.status < 400 || strings.Contains(a.body, "x.txt") || strings.Contains(a.body, ".html\"") {
			t.Errorf("%s: %d %q", target, a.status, a.body)
		}
	}
}

func TestOnlyGetAndHeadAreAnswered(t *testing.T) {
	t.Parallel()
	addr := start(t)
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get", "CONNECT"} {
		target := "/"
		if method == "CONNECT" {
			target = "localhost:80"
		}
		a := ask(t, addr, method, target, "Content-Length: 0")
		if a.status != http.StatusMethodNotAllowed && (method != "CONNECT" || a.status < 400) {
			t.Errorf("%s: status %d, want 405", method, a.status)
		}
		if allow := a.header.Get("Allow"); a.status == http.StatusMethodNotAllowed && allow != "GET, HEAD" {
			t.Errorf("%s: Allow is %q", method, allow)
		}
		if strings.Contains(a.body, "Home") {
			t.Errorf("%s: the answer is the page", method)
		}
	}
	for _, target := range []string{"/", "/a", "/nothing", "/long.txt"} {
		full, head := get(t, addr, target), ask(t, addr, "HEAD", target)
		if head.status != full.status || head.body != "" {
			t.Errorf("HEAD %s: %d %q, but GET has %d", target, head.status, head.body, full.status)
		}
		for _, name := range []string{"Content-Type", "ETag", "Location", "Cache-Control"} {
			if head.header.Get(name) != full.header.Get(name) {
				t.Errorf("HEAD %s: %s is %q, but GET has %q", target, name, head.header.Get(name), full.header.Get(name))
			}
		}
	}
}

func TestARedirectNeverLeadsToAnotherHost(t *testing.T) {
	t.Parallel()
	addr := start(t)
	for target, want := range map[string]string{
		"/a":                         "/a/",
		"/a?x=1&y=%2F%2F":            "/a/?x=1&y=%2F%2F",
		"/a?//evil.example":          "/a/?//evil.example",
		"/a?" + "%0d%0aSet-Cookie:x": "/a/?%0d%0aSet-Cookie:x",
		"/%61":                       "/%61/",
	} {
		a := get(t, addr, target)
		if a.status != http.StatusMovedPermanently || a.header.Get("Location") != want {
			t.Errorf("%s: %d to %q, want 301 to %q", target, a.status, a.header.Get("Location"), want)
		}
	}
	for _, target := range []string{
		"//a", "///a", "//evil.example/a", "//evil.example/..%2fa", "/%2fa", "/%2f%2fevil.example/a", "/%5cevil.example", `/\evil.example`, `/\a`, "/%5ca",
		"/a/..//evil.example", "//evil.example", "/evil.example", "/a%0d%0aX: y", "/.//a", "/a%00", "/a;", "/@evil.example",
		"http://localhost//evil.example", "/a%3f", "/a%23",
	} {
		a := get(t, addr, target)
		to := a.header.Get("Location")
		if a.status < 300 || a.status >= 500 {
			t.Errorf("%s: status %d", target, a.status)
		}
		if to == "" {
			continue
		}
		// One slash, and then no other and no backslash: a browser stays where it is.
		if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, `/\`) || strings.Contains(to, "evil") {
			t.Errorf("%s leads to %q", target, to)
		}
	}
}

func TestFilesHaveTheirContentType(t *testing.T) {
	t.Parallel()
	addr := start(t)
	for target, want := range map[string]string{
		"/":              "text/html; charset=utf-8",
		"/a/":            "text/html; charset=utf-8",
		"/a/a--b.html":   "text/html; charset=utf-8",
		"/style.css":     "text/css; charset=utf-8",
		"/script.js":     "text/javascript; charset=utf-8",
		"/image.svg":     "image/svg+xml",
		"/data.json":     "application/json",
		"/page.html.txt": "text/plain; charset=utf-8",
		"/UPPER.PNG":     "image/png",
		"/font.woff2":    "font/woff2",
		"/unknown.zzzz":  "application/octet-stream",
		"/none":          "application/octet-stream",
	} {
		if a := get(t, addr, target); a.status != http.StatusOK || a.header.Get("Content-Type") != want {
			t.Errorf("%s: %d, content type %q, want %q", target, a.status, a.header.Get("Content-Type"), want)
		}
	}
}

func TestWhatIsNotThereIsAnsweredWithTheSitesOwnPage(t *testing.T) {
	t.Parallel()
	addr := start(t)
	for _, target := range []string{"/nothing", "/nothing/", "/a/nothing.html", "/empty/", "/.env", "/%3Cscript%3Ealert(1)%3C/script%3E"} {
		a := get(t, addr, target)
		if a.status != http.StatusNotFound || a.body != "<h1>Nothing is here</h1>" || a.header.Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("%s: %d %q %q", target, a.status, a.header.Get("Content-Type"), a.body)
		}
		if a.header.Get("ETag") != "" || a.header.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: the page could be kept: %v", target, a.header)
		}
	}
	// Asked for under its own name it is a page like others.
	if a := get(t, addr, "/404.html"); a.status != http.StatusOK {
		t.Errorf("/404.html: status %d", a.status)
	}

	empty, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer empty.Close()
	if a := get(t, startHandler(t, &Site{Files: empty.FS()}), "/%3Cscript%3E"); a.status != http.StatusNotFound || strings.Contains(a.body, "<") {
		t.Errorf("a site without such a page: %d %q", a.status, a.body)
	}
}

func TestUnchangedFilesAreNotSentAgain(t *testing.T) {
	t.Parallel()
	root := writeSite(t)
	addr := startHandler(t, &Site{Files: root.FS()})
	first := get(t, addr, "/long.txt")
	tag := first.header.Get("ETag")
	if tag == "" || first.header.Get("Cache-Control") != "no-cache" {
		t.Fatalf("the answer can't be asked for again: %v", first.header)
	}
	for _, header := range []string{tag, `"x", ` + tag, "W/" + tag, "*"} {
		if a := get(t, addr, "/long.txt", "If-None-Match: "+header); a.status != http.StatusNotModified || a.body != "" || a.header.Get("ETag") != tag {
			t.Errorf("If-None-Match %s: %d %q", header, a.status, a.body)
		}
	}
	if a := get(t, addr, "/long.txt", `If-None-Match: "x"`); a.status != http.StatusOK || a.body != first.body {
		t.Errorf("with another tag: %d", a.status)
	}
	if err := root.WriteFile("long.txt", []byte("new"), 0o644); err != nil {
		t.Fatal(err)
	}
	if a := get(t, addr, "/long.txt", "If-None-Match: "+tag); a.status != http.StatusOK || a.body != "new" || a.header.Get("ETag") == tag {
		t.Errorf("after a change: %d %q", a.status, a.body)
	}
}

func TestPartsOfAFileCanBeAskedFor(t *testing.T) {
	t.Parallel()
	addr := start(t)
	whole := strings.Repeat("0123456789", 10)
	tag := get(t, addr, "/long.txt").header.Get("ETag")
	for header, want := range map[string]string{"bytes=0-9": whole[:10], "bytes=95-": whole[95:], "bytes=-3": whole[97:]} {
		a := get(t, addr, "/long.txt", "Range: "+header)
		if a.status != http.StatusPartialContent || a.body != want {
			t.Errorf("%s: %d %q, want %q", header, a.status, a.body, want)
		}
	}
	if a := get(t, addr, "/long.txt", "Range: bytes=5-6", "If-Range: "+tag); a.status != http.StatusPartialContent || a.body != "56" {
		t.Errorf("If-Range with the tag: %d %q", a.status, a.body)
	}
	if a := get(t, addr, "/long.txt", "Range: bytes=5-6", `If-Range: "x"`); a.status != http.StatusOK || a.body != whole {
		t.Errorf("If-Range with another tag: %d %q", a.status, a.body)
	}
	if a := get(t, addr, "/long.txt", "Range: bytes=200-"); a.status != http.StatusRequestedRangeNotSatisfiable {
		t.Errorf("a range after the end: %d", a.status)
	}
	// Many overlapping parts must not make an answer larger than the file.
	if a := get(t, addr, "/long.txt", "Range: bytes="+strings.Repeat("0-99,", 500)+"0-99"); len(a.body) > 2*len(whole) {
		t.Errorf("many ranges: %d with %d bytes", a.status, len(a.body))
	}
}

func TestLargeRequestsAreRefused(t *testing.T) {
	t.Parallel()
	addr := start(t)
	a := get(t, addr, "/", "X: "+strings.Repeat("x", 100<<10))
	if a.status != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("headers of 100 KB: status %d", a.status)
	}
	// Ten thousand keys are nothing to a server that doesn't read them.
	if a := get(t, addr, "/?"+strings.Repeat("k={{&", 10000)); a.status != http.StatusOK || strings.Contains(a.body, "{{") {
		t.Errorf("ten thousand keys: %d %q", a.status, a.body)
	}
	wantAlive(t, addr)
}

func TestNobodyIsWaitedForWithoutEnd(t *testing.T) {
	t.Parallel()
	server := NewServer(http.NotFoundHandler())
	for name, limit := range map[string]time.Duration{
		"headers": server.ReadHeaderTimeout, "requests": server.ReadTimeout, "answers": server.WriteTimeout, "idle connections": server.IdleTimeout,
	} {
		if limit <= 0 || limit > 5*time.Minute {
			t.Errorf("the limit for %s is %v", name, limit)
		}
	}
}

func TestAHalfSentRequestIsClosed(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(nil)
	server.Config = NewServer(&Site{Files: writeSite(t).FS()})
	server.Config.ReadHeaderTimeout /= 200 // the test has less patience
	server.Start()
	t.Cleanup(server.Close)
	addr := server.Listener.Addr().String()
	for _, half := range []string{"", "GET / HT", "GET / HTTP/1.1\r\nHost: localhost\r\nX: "} {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, half); err != nil {
			t.Fatal(err)
		}
		if half == "" {
			continue // it is open while the others are
		}
		// It ends when the server closes the connection.
		if rest, err := io.ReadAll(conn); err == nil && bytes.Contains(rest, []byte("200 OK")) {
			t.Errorf("%q was answered: %q", half, rest)
		}
	}
	wantAlive(t, addr)
}

func TestWhoNeverReadsCostsOthersNothing(t *testing.T) {
	t.Parallel()
	root := writeSite(t)
	if err := root.WriteFile("large.bin", bytes.Repeat([]byte("x"), 8<<20), 0o644); err != nil {
		t.Fatal(err)
	}
	addr := startHandler(t, &Site{Files: root.FS()})
	for range 8 {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, "GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
	}
	wantAlive(t, addr)
}
