package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// token returns what a page of the server has.
func (s *testServer) token() string {
	s.t.Helper()
	var answer struct{ Token string }
	if err := json.Unmarshal([]byte(get(s.t, s.addr, livePath).body), &answer); err != nil || answer.Token == "" {
		s.t.Fatalf("no token: %v", err)
	}
	return answer.Token
}

// handshake tries to open a socket and returns the status of the answer.
func (s *testServer) handshake(query string, header http.Header) int {
	s.t.Helper()
	dialer := *websocket.DefaultDialer
	conn, response, err := dialer.Dial("ws://"+s.addr+livePath+query, header)
	if err == nil {
		_ = conn.Close()
	}
	if response == nil {
		s.t.Fatal(err)
	}
	return response.StatusCode
}

func TestTheSocketIsForPagesOfThisServer(t *testing.T) {
	t.Parallel()
	s := startWorkshop(t, buttonCatalog)
	s.ready()
	_, port, _ := strings.Cut(s.addr, ":")
	own, token := "http://"+s.addr, "?token="+s.token()
	for _, test := range []struct {
		name, query string
		header      http.Header
		want        int
	}{
		{"the own origin with its token", token, http.Header{"Origin": {own}}, http.StatusSwitchingProtocols},
		{"a program, which has no origin", "", nil, http.StatusSwitchingProtocols},
		{"no token", "", http.Header{"Origin": {own}}, http.StatusForbidden},
		{"another token", token + "x", http.Header{"Origin": {own}}, http.StatusForbidden},
		{"another site", token, http.Header{"Origin": {"http://evil.example"}}, http.StatusForbidden},
		{"another site, forwarded", token, http.Header{"Origin": {"http://evil.example"}, "X-Forwarded-Host": {"evil.example"}}, http.StatusForbidden},
		{"another port", token, http.Header{"Origin": {"http://127.0.0.1:1"}}, http.StatusForbidden},
		{"another name of this host", token, http.Header{"Origin": {"http://localhost:" + port}}, http.StatusForbidden},
		{"null", token, http.Header{"Origin": {"null"}}, http.StatusForbidden},
		{"a file", token, http.Header{"Origin": {"file://"}}, http.StatusForbidden},
		{"malformed", token, http.Header{"Origin": {"http://[::1"}}, http.StatusForbidden},
		{"two origins", token, http.Header{"Origin": {own, "http://evil.example"}}, http.StatusForbidden},
		{"a user", token, http.Header{"Origin": {"http://x@" + s.addr}}, http.StatusForbidden},
		{"an unknown host", token, http.Header{"Host": {"evil.example"}}, http.StatusForbidden},
		{"a rebound host", token, http.Header{"Host": {"evil.example:" + port}, "Origin": {"http://evil.example:" + port}}, http.StatusForbidden},
		{"cross-site by the browser's word", token, http.Header{"Sec-Fetch-Site": {"cross-site"}}, http.StatusForbidden},
		{"same-site only", token, http.Header{"Sec-Fetch-Site": {"same-site"}}, http.StatusForbidden},
	} {
		if got := s.handshake(test.query, test.header); got != test.want {
			t.Errorf("%s: %d, want %d", test.name, got, test.want)
		}
	}
}

func TestOtherOriginsGetNeitherTokenNorRendering(t *testing.T) {
	t.Parallel()
	s := startWorkshop(t, buttonCatalog)
	s.ready()
	render := renderPath + "?story=button/one"
	for _, target := range []string{livePath, render, scriptPath} {
		for _, headers := range [][]string{
			{"Origin: http://evil.example"}, {"Origin: null"}, {"Sec-Fetch-Site: cross-site"}, {"Sec-Fetch-Site: same-site"},
		} {
			a := get(t, s.addr, target, append(headers, "X-Storytime: 1")...)
			if a.status != http.StatusForbidden || a.header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s with %s: %d", target, headers, a.status)
			}
			if a.header.Get("Cross-Origin-Resource-Policy") != "same-origin" || a.header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s: %v", target, a.header)
			}
		}
		if a := ask(t, s.addr, "POST", target, "X-Storytime: 1"); a.status != http.StatusMethodNotAllowed {
			t.Errorf("POST %s: %d", target, a.status)
		}
	}
	// A page of another origin can't set the header without being asked.
	if a := get(t, s.addr, render); a.status != http.StatusForbidden {
		t.Errorf("without the header: %d", a.status)
	}
	if a := get(t, s.addr, render, "X-Storytime: 1"); a.status != http.StatusOK {
		t.Errorf("with the header: %d", a.status)
	}
}

// A rendering is an answer of the endpoint.
type rendering struct {
	HTML, Markup, YAML, Problems string
	Build                        int
}

func (s *testServer) render(props string) (int, rendering) {
	s.t.Helper()
	a := get(s.t, s.addr, renderPath+"?story=button/one&props="+url.QueryEscape(props), "X-Storytime: 1")
	var r rendering
	_ = json.Unmarshal([]byte(a.body), &r)
	return a.status, r
}

func TestPropsFromAnAddressAreInertAndBounded(t *testing.T) {
	t.Parallel()
	s := startWorkshop(t, buttonCatalog)
	s.ready()
	for props, want := range map[string]string{
		`text: "{{.}}{{component \"x\"}}"`:         "<button>{{.}}{{component &#34;x&#34;}}</button>",
		`text: "\"><script>alert(1)</script>"`:     "<button>&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;</button>",
		`text: javascript:alert(1)`:                "<button>javascript:alert(1)</button>",
		`text: {$file: ../../../../etc/passwd}`:    "<button>map[$file:../../../../etc/passwd]</button>",
		"text: &a [x, x]\nb: &b [*a, *a]\nc: [*b]": "<button>[x x]</button>",
	} {
		if status, r := s.render(props); status != http.StatusOK || !strings.Contains(r.HTML, want) {
			t.Errorf("%s: %d %+v", props, status, r)
		}
	}
	for _, props := range []string{"text: [", "- x", "a: 1\na: 2", "text: *missing", "\x00", "<script>alert(1)</script>: ["} {
		status, r := s.render(props)
		if status != http.StatusOK || r.HTML != "" || r.Problems == "" || strings.Contains(r.Problems, "<script>") {
			t.Errorf("%q: %d %+v", props, status, r)
		}
	}
	var many strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&many, "k%d: 1\n", i)
	}
	for _, props := range []string{many.String(), "text: " + strings.Repeat("x", 1<<20)} {
		a := get(t, s.addr, renderPath+"?story=button/one&props="+url.QueryEscape(props), "X-Storytime: 1")
		if a.status < 400 || a.status >= 500 {
			t.Errorf("%d bytes of props: %d", len(props), a.status)
		}
	}
	if _, r := s.render("text: still here"); !strings.Contains(r.HTML, "still here") {
		t.Errorf("afterwards: %+v", r)
	}
}

func TestRenderingReadsTheFilesAsTheyAre(t *testing.T) {
	t.Parallel()
	s := startWorkshop(t, buttonCatalog)
	s.ready()
	c := s.open(0, "button/button--one.html")
	c.until("hello")
	s.save("button/button.html", "<i>{{.text}}</i>\n")
	c.until("build")
	if _, r := s.render("text: x"); !strings.Contains(r.HTML, "<i>x</i>") || r.YAML != "props: {text: x}" || !strings.Contains(r.Markup, "x") {
		t.Errorf("rendered %+v", r)
	}
	// With its own props it is the page that is served, to the byte.
	_, page := s.page("button/button--one.html")
	if _, r := s.render("text: one"); r.HTML != page {
		t.Errorf("rendered\n%s\nserved\n%s", r.HTML, page)
	}
}

func TestAMessageThatIsTooLargeClosesTheSocket(t *testing.T) {
	t.Parallel()
	s := startWorkshop(t, buttonCatalog)
	s.ready()
	c := s.open(0, "index.html")
	c.until("hello")
	_ = c.conn.WriteMessage(websocket.TextMessage, []byte(`{"type": "show", "files": ["`+strings.Repeat("x", maxMessage)+`"]}`))
	_ = c.conn.SetReadDeadline(time.Now().Add(time.Minute))
	for {
		if _, _, err := c.conn.ReadMessage(); err != nil {
			var closed *websocket.CloseError
			if !errors.As(err, &closed) && !strings.Contains(err.Error(), "reset") {
				t.Errorf("it ended with %v", err)
			}
			break
		}
	}
	// What isn't understood is passed over.
	d := s.open(0, "index.html")
	for _, text := range []string{"", "{", "[]", `{"type": 1}`, `{"type": "show", "files": [1]}`, `{"type": "other"}`} {
		if err := d.conn.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	d.until("hello")
}

func TestTheReloadScriptIsInNoFile(t *testing.T) {
	t.Parallel()
	s := startWorkshop(t, buttonCatalog)
	s.ready()
	for _, name := range []string{"_storytime/workshop.js", "_storytime/frame.js"} {
		plain := get(t, s.addr, "/"+name)
		asPage := get(t, s.addr, "/"+name+"?v=1", "Referer: http://"+s.addr+"/")
		asScript := get(t, s.addr, "/"+name, "Sec-Fetch-Dest: script")
		if strings.Contains(plain.body, "WebSocket") || asPage.body != asScript.body ||
			!strings.HasPrefix(asScript.body, plain.body) || !strings.Contains(asScript.body, "WebSocket") {
			t.Errorf("%s: %d bytes, as a script %d", name, len(plain.body), len(asScript.body))
		}
		if plain.header.Get("ETag") == asScript.header.Get("ETag") {
			t.Errorf("%s has one ETag with the reload script and without", name)
		}
	}
	if a := get(t, s.addr, "/nowhere"); a.status != http.StatusNotFound || !strings.HasSuffix(a.body, `<script src="/_storytime/live.js"></script>`+"\n") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := get(t, s.addr, "/index.html"); a.header.Get("Server-Timing") != `build;desc="1", problems;desc="0"` {
		t.Errorf("%v", a.header)
	}
}

func TestAllAreAnsweredBeforeTheFirstBuild(t *testing.T) {
	t.Parallel()
	s := startWorkshop(t, map[string]string{
		"storytime.yaml": "before:\n  - run: sleep 1000\n",
		"a.html":         "<p>a</p>",
	})
	for _, target := range []string{"/", "/index.html", "/a/"} {
		if a := get(t, s.addr, target); a.status != http.StatusServiceUnavailable || !strings.Contains(a.body, `<script src="/_storytime/live.js">`) {
			t.Errorf("%s: %d %s", target, a.status, a.body)
		}
	}
}

func TestProblemsArePrintedOnce(t *testing.T) {
	t.Parallel()
	printed := make(chan problem.List, 10)
	s := startWorkshop(t, buttonCatalog, func(o *Options) { o.Problems = func(list problem.List) { printed <- list } })
	s.ready()
	c := s.open(0, "other/other--default.html")
	c.until("hello")
	s.save("button/button.html", "<button>{{.text | shout}}</button>\n")
	if list := <-printed; len(list) != 1 {
		t.Fatalf("printed %v", list)
	}
	for _, text := range []string{"<p>another</p>\n", "<p>and another</p>\n"} {
		s.save("other/other.html", text)
		c.until("build")
	}
	s.save("button/button.html", "<button>{{.text}}</button>\n")
	if list := <-printed; len(list) != 0 {
		t.Errorf("printed again: %v", list)
	}
}
