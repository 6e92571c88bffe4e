package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/storytime-dev/storytime/pkg/browser"
	"github.com/storytime-dev/storytime/pkg/build"
	"github.com/storytime-dev/storytime/pkg/serve"
)

// A builtSite is a site that the tests look at, as a directory.
type builtSite struct {
	dir                         string
	sections, subjects, stories []string // their pages, from nav.js
}

// buildShop builds the example catalog.
func buildShop(t *testing.T) *builtSite {
	t.Helper()
	return buildSite(t, "../../testdata/shop", false)
}

// buildBroken builds a catalog in which each sort of page has a problem.
func buildBroken(t *testing.T) *builtSite {
	t.Helper()
	return buildSite(t, writeFiles(t, map[string]string{
		"storytime.yaml":  "title: Broken\n",
		"index.md":        "[nowhere](nowhere.md)\n",
		"parts/part.html": "<p>{{.text}}",
		"parts/part.stories.md": "---\ndescription: Some of its stories are broken.\nmatrix: {props: {text: [x, \"y\"]}}\n---\n\n## Whole\n\n```yaml story\nprops: {text: x}\n```\n\n" +
			"## Failing\n\n```html story\n<img src=\"data:,\"><p>one</p>\n```\n\n```yaml check\n- {text: one}\n- {text: two}\n```\n\n" +
			"## Broken\n\n```html story\n<p>\n{{component \"gone.html\"}}\n```\n\n[nowhere](gone.png)\n",
		"parts/other.html": "{{if}}",
	}), true)
}

// writeFiles writes files into a new directory, and returns that.
func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func buildSite(t *testing.T, catalog string, broken bool) *builtSite {
	t.Helper()
	s := &builtSite{dir: filepath.Join(t.TempDir(), "the site")}
	result, err := build.Site(t.Context(), build.Options{Dir: catalog, Output: s.dir, AllowProblems: broken})
	if err != nil {
		t.Fatal(err)
	}
	if !broken && len(result.Problems) > 0 {
		t.Fatalf("the catalog has problems: %v", result.Problems)
	}
	s.readNav(t)
	if len(s.stories) != result.Stories {
		t.Errorf("the navigation leads to %d stories of %d", len(s.stories), result.Stories)
	}
	return s
}

// readNav reads the navigation as the workshop's script does; see
// internal/ui/nav.go for its form.
func (s *builtSite) readNav(t *testing.T) {
	t.Helper()
	text := s.read(t, "_storytime/nav.js")
	text = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(text), "storytime.nav("), ");")
	var parts []json.RawMessage
	if err := json.Unmarshal([]byte("["+text+"]"), &parts); err != nil || len(parts) != 2 {
		t.Fatalf("nav.js can't be read: %v", err)
	}
	var visit func(data json.RawMessage, base string)
	visit = func(data json.RawMessage, base string) {
		var nodes [][]json.RawMessage
		if err := json.Unmarshal(data, &nodes); err != nil {
			t.Fatalf("nav.js can't be read: %v", err)
		}
		for _, node := range nodes {
			var flags int
			var address string
			if json.Unmarshal(node[0], &flags) != nil || json.Unmarshal(node[2], &address) != nil {
				t.Fatalf("nav.js can't be read: %s", node)
			}
			if rooted, ok := strings.CutPrefix(address, "/"); ok {
				address = rooted
			} else {
				address = base + address
			}
			list := [...]*[]string{&s.sections, &s.subjects, &s.stories}[flags&3]
			*list = append(*list, pageOf(address))
			if len(node) > 4 {
				visit(node[4], address)
			}
		}
	}
	visit(parts[1], "")
}

// pageOf returns the page that an address in nav.js means.
func pageOf(address string) string {
	if address == "" || strings.HasSuffix(address, "/") {
		return address + "index.html"
	}
	return address
}

func (s *builtSite) read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(s.dir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// names returns the files of the site.
func (s *builtSite) names(t *testing.T) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(os.DirFS(s.dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// A crawler follows the references of a site.
type crawler struct {
	*testing.T
	site  *builtSite
	files map[string]bool
	pages map[string]*html.Node
	ids   map[string]map[string]bool
}

func TestEveryReferenceOfTheExampleLeadsSomewhere(t *testing.T) {
	t.Parallel()
	c := &crawler{T: t, site: buildShop(t), files: map[string]bool{}, pages: map[string]*html.Node{}, ids: map[string]map[string]bool{}}
	for _, name := range c.site.names(t) {
		c.files[name] = true
		if path.Ext(name) == ".html" {
			c.parse(name)
		}
	}
	references := 0
	for name := range c.files {
		switch path.Ext(name) {
		case ".html":
			references += c.page(name)
		case ".css":
			references += c.css(name, "url()", c.site.read(t, name))
		}
	}
	if len(c.pages) < 400 || references < 10*len(c.pages) {
		t.Errorf("only %d references in %d pages were found", references, len(c.pages))
	}
	for _, list := range [][]string{c.site.sections, c.site.subjects, c.site.stories} {
		if len(list) == 0 {
			t.Error("the navigation is missing something")
		}
		for _, page := range list {
			c.follow("_storytime/nav.js", "../"+page, "address", false)
		}
	}
	c.search()
}

// parse reads a page, and what fragments may name in it.
func (c *crawler) parse(name string) {
	doc, err := html.Parse(strings.NewReader(c.site.read(c.T, name)))
	if err != nil {
		c.Fatalf("%s: %v", name, err)
	}
	ids := map[string]bool{"": true, "top": true}
	for n := range doc.Descendants() {
		id := attribute(n, "id")
		if n.Type != html.ElementNode || id == "" {
			continue
		}
		if ids[id] && !isAlone(name) {
			c.Errorf("%s: the id %q is there twice", name, id)
		}
		ids[id] = true
	}
	c.pages[name], c.ids[name] = doc, ids
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// isAlone reports whether a file is a story's own document, which its author
// wrote, and not a page of the workshop.
func isAlone(name string) bool { return strings.Contains(path.Base(name), "--") }

// page follows the references of a page and returns how many there are.
func (c *crawler) page(name string) int {
	n := 0
	for node := range c.pages[name].Descendants() {
		if node.Type == html.TextNode && node.Parent.Data == "style" {
			n += c.css(name, "<style>", node.Data)
		}
		if node.Type != html.ElementNode {
			continue
		}
		for _, a := range node.Attr {
			// What a person follows, the author may have meant for the
			// application that the stories are of.
			navigates := node.Data == "a" || node.Data == "area" || node.Data == "form" || a.Key == "formaction"
			what := "<" + node.Data + " " + a.Key + ">"
			switch a.Key {
			case "href", "src", "poster", "action", "formaction":
				n++
				c.follow(name, a.Val, what, navigates)
			case "data":
				if node.Data == "object" {
					n++
					c.follow(name, a.Val, what, false)
				}
			case "srcset", "imagesrcset":
				for candidate := range strings.SplitSeq(a.Val, ",") {
					if fields := strings.Fields(candidate); len(fields) > 0 {
						n++
						c.follow(name, fields[0], what, false)
					}
				}
			case "style":
				n += c.css(name, what, a.Val)
			}
		}
	}
	return n
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssURL     = regexp.MustCompile(`(?i)(?:url\(\s*|@import\s+)(?:"([^"]*)"|'([^']*)'|([^\s"')]+))`)
)

func (c *crawler) css(name, what, text string) int {
	matches := cssURL.FindAllStringSubmatch(cssComment.ReplaceAllString(text, ""), -1)
	for _, m := range matches {
		c.follow(name, m[1]+m[2]+m[3], what, false)
	}
	return len(matches)
}

// follow fails unless a reference leads to a file of the site, and to an ID in
// it, wherever the site is.
func (c *crawler) follow(from, reference, what string, navigates bool) {
	const origin, prefix = "http://site.example", "/a/b/"
	base, err := url.Parse(origin + prefix + (&url.URL{Path: from}).EscapedPath())
	if err != nil {
		c.Fatal(err)
	}
	ref, err := url.Parse(strings.TrimSpace(reference))
	if err != nil {
		c.Errorf("%s: %s %q: %v", from, what, reference, err)
		return
	}
	switch {
	case ref.Scheme == "data":
		return
	case ref.Scheme == "mailto" || ref.Scheme == "tel":
		if !navigates {
			c.Errorf("%s: %s %q is no file", from, what, reference)
		}
		return
	case ref.Scheme != "" || ref.Host != "":
		if !navigates || ref.Scheme != "https" && ref.Scheme != "http" {
			c.Errorf("%s: %s %q leaves the site", from, what, reference)
		}
		return
	case strings.HasPrefix(ref.Path, "/"):
		if !navigates || !isAlone(from) {
			c.Errorf("%s: %s %q works at the root of a server only", from, what, reference)
		}
		return
	case reference == "":
		if what != "<form action>" {
			c.Errorf("%s: %s is empty", from, what)
		}
		return
	}
	to := base.ResolveReference(ref)
	name, below := strings.CutPrefix(to.Path, prefix)
	if !below {
		c.Errorf("%s: %s %q leaves the prefix", from, what, reference)
		return
	}
	if name == "" || strings.HasSuffix(name, "/") {
		c.Errorf("%s: %s %q leads to a directory, which from the disk is a list of files", from, what, reference)
		return
	}
	if !c.files[name] {
		c.Errorf("%s: %s %q leads nowhere", from, what, reference)
		return
	}
	if isAlone(from) && navigates && ref.Path == "" {
		return // a component that leads to another of the same page, which here stands alone
	}
	if ids := c.ids[name]; ids != nil && ref.Fragment != "" && !ids[ref.Fragment] {
		c.Errorf("%s: %s %q leads to no element", from, what, reference)
	}
}

// search follows the addresses of the search index.
func (c *crawler) search() {
	text := strings.TrimSpace(c.site.read(c.T, "_storytime/search.js"))
	text = strings.TrimSuffix(strings.TrimPrefix(text, "storytime.index("), ");")
	var entries [][]string
	if err := json.Unmarshal([]byte(text), &entries); err != nil {
		c.Fatalf("search.js can't be read: %v", err)
	}
	for _, e := range entries {
		c.follow("_storytime/search.js", "../"+pageOf(e[0]), "address", false)
	}
	if len(entries) < len(c.site.subjects) {
		c.Errorf("the search index has %d entries", len(entries))
	}
}

// A place is where a site can be looked at.
type place struct {
	name string
	base string // with a slash at its end
}

// places are the ways to open a site: from the disk, at the root of a server,
// and below a path of one.
func (s *builtSite) places(t *testing.T) []place {
	t.Helper()
	root, err := os.OpenRoot(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	ours := httptest.NewServer(&serve.Site{Files: root.FS()})
	t.Cleanup(ours.Close)
	mux := http.NewServeMux()
	mux.Handle("/a/b/", http.StripPrefix("/a/b/", http.FileServer(http.Dir(s.dir))))
	other := httptest.NewServer(mux)
	t.Cleanup(other.Close)
	return []place{
		{"from the disk", (&url.URL{Scheme: "file", Path: filepath.ToSlash(s.dir) + "/"}).String()},
		{"from a server", ours.URL + "/"},
		{"below a path of a server", other.URL + "/a/b/"},
	}
}

// A browser takes a second to start, so it is one for all that is looked at
// in it.
func TestInABrowser(t *testing.T) {
	t.Parallel()
	b := startBrowser(t)
	shop := buildShop(t)
	places := shop.places(t)
	t.Run("the test sees complaints", func(t *testing.T) { seesComplaints(t, b) })
	t.Run("pages", func(t *testing.T) {
		// From the disk is where most can go wrong. That the subjects' pages are
		// as good on a server is seen with some of them on each.
		var some [2][]string
		for i, subject := range shop.subjects {
			if i%2 == 0 {
				some[i/2%2] = append(some[i/2%2], subject)
			}
		}
		for i, subjects := range [][]string{shop.subjects, some[0], some[1]} {
			t.Run(places[i].name, func(t *testing.T) { showsPages(t, b, shop, places[i], subjects) })
		}
	})
	t.Run("not found", func(t *testing.T) { findsHome(t, b, places) })
	for _, p := range places[:2] {
		t.Run("without scripts "+p.name, func(t *testing.T) { worksWithoutScripts(t, b, p) })
		t.Run("search "+p.name, func(t *testing.T) { findsAStory(t, b, p) })
		t.Run("theme "+p.name, func(t *testing.T) { keepsTheTheme(t, b, p) })
	}
	t.Run("axe", func(t *testing.T) { breaksNoRuleOfAxe(t, b, shop, places[1]) })
}

// startBrowser starts a browser, which ends with the test.
func startBrowser(t *testing.T) *browser.Browser {
	t.Helper()
	b, err := browser.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

// open opens a page, which is closed with the test.
func open(t *testing.T, b *browser.Browser, address string, view browser.View) *browser.Page {
	t.Helper()
	p, err := b.Open(address, view)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func evaluate[T any](t *testing.T, p *browser.Page, expression string) T {
	t.Helper()
	v, err := browser.Evaluate[T](p, expression)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// eventually waits until an expression is true, also in a page that is left
// for another meanwhile.
func eventually(t *testing.T, p *browser.Page, expression string) {
	t.Helper()
	patience := fmt.Sprintf("Date.now() > %d", time.Now().Add(30*time.Second).UnixMilli())
	var err error
	for range 20 {
		if err = p.WaitFor(patience + " || (" + expression + ")"); err != nil {
			continue // the page it was asked of is gone
		}
		if evaluate[bool](t, p, "!!("+expression+")") {
			return
		}
	}
	where, _ := browser.Evaluate[string](p, "location.href")
	t.Fatalf("%s: it never came to this: %s (%v)", where, expression, err)
}

// complaints returns what is wrong with what a page has done since it was
// opened: a request that failed or left the site, a warning or an error.
func complaints(p *browser.Page, base string) ([]string, error) {
	// What the page says now comes after all that it has said. Each answer
	// gives its words time to arrive.
	for n := 0; ; n++ {
		end := fmt.Sprintf("end of the test %d", n)
		if _, err := browser.Evaluate[bool](p, `console.debug("`+end+`"), true`); err != nil {
			return nil, err
		}
		if n > 0 && slices.ContainsFunc(p.Console(), func(line string) bool { return strings.Contains(line, end) }) {
			break
		}
	}
	var wrong []string
	for _, line := range p.Console() {
		if level, _, _ := strings.Cut(line, ":"); slices.Contains([]string{"warning", "error", "exception", "assert"}, level) {
			wrong = append(wrong, line)
		}
	}
	for _, line := range p.Failed() {
		wrong = append(wrong, "failed: "+line)
	}
	for _, address := range p.Requests() {
		if !strings.HasPrefix(address, base) && !strings.HasPrefix(address, "data:") {
			wrong = append(wrong, "left the site: "+address)
		}
	}
	return wrong, nil
}

// wantNoComplaints fails if a page has any.
func wantNoComplaints(t *testing.T, p *browser.Page, base string) {
	t.Helper()
	wrong, err := complaints(p, base)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range wrong {
		t.Error(line)
	}
}

// seesComplaints makes sure that the other tests would notice.
func seesComplaints(t *testing.T, b *browser.Browser) {
	files := map[string]string{
		"/frame.html": `<script>console.error("in a frame")</script>`,
		"/index.html": `<!doctype html><script>console.warn("a warning"); console.log("a log"); setTimeout(() => { thrown() })</script><img src="gone.png">` +
			`<iframe loading="lazy" style="margin-top: 9000px" src="frame.html"></iframe><link rel=stylesheet href="http://127.0.0.1:1/x.css">`,
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, found := files[r.URL.Path]
		if !found {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(text))
	}))
	defer server.Close()
	p := open(t, b, server.URL+"/index.html", browser.View{})
	evaluate[bool](t, p, loadFrames)
	wrong, err := complaints(p, server.URL)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(wrong, "\n")
	for _, want := range []string{"warning: \"a warning\"", "exception: ", "404 " + server.URL + "/gone.png", "error: \"in a frame\"", "left the site: http://127.0.0.1:1/x.css"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q went unnoticed; these did not:\n%s", want, got)
		}
	}
	if strings.Contains(got, "a log") {
		t.Errorf("a log is no complaint:\n%s", got)
	}
}

// loadFrames makes a page load its frames, those too that are out of view, and
// waits until all are there. From the disk nobody can look into them; then it
// is enough that what is in them is not to be seen any more.
const loadFrames = `(frames => new Promise(done => {
	for (const frame of frames) frame.loading = "eager";
	const loaded = page => !page || page.URL !== "about:blank" && page.readyState === "complete";
	const ask = () => frames.every(frame => loaded(frame.contentDocument)) ? done(true) : requestAnimationFrame(ask);
	ask();
}))([...document.querySelectorAll("iframe")])`

// showsPages opens home, all sections, the given subjects, and some stories:
// their pages are all alike, and the stories are in the subjects' pages too.
func showsPages(t *testing.T, b *browser.Browser, shop *builtSite, where place, subjects []string) {
	pages := slices.Concat([]string{"index.html", "404.html"}, shop.sections, subjects)
	for i := 0; i < len(shop.stories); i += len(shop.stories)/4 + 1 {
		pages = append(pages, shop.stories[i])
	}
	next := make(chan string)
	var tabs sync.WaitGroup
	for range 2 {
		p := open(t, b, where.base+"index.html", browser.View{ReducedMotion: true})
		tabs.Go(func() {
			said := map[string]bool{}
			for page := range next {
				for _, line := range look(p, where.base+page, where.base) {
					if !said[line] {
						t.Errorf("%s: %s", page, line)
					}
					said[line] = true
				}
			}
		})
	}
	for _, page := range pages {
		next <- page
	}
	close(next)
	tabs.Wait()
}

// look goes to a page and returns what is wrong with it, and what was wrong
// with those that the tab has shown before.
func look(p *browser.Page, address, base string) []string {
	if err := p.Go(address); err != nil {
		return []string{err.Error()}
	}
	var wrong []string
	if _, err := browser.Evaluate[bool](p, loadFrames); err != nil {
		wrong = append(wrong, err.Error())
	}
	if wide, err := browser.Evaluate[bool](p, "document.documentElement.scrollWidth > innerWidth"); err != nil || wide {
		wrong = append(wrong, fmt.Sprintf("the page is wider than the window (%v)", err))
	}
	more, err := complaints(p, base)
	if err != nil {
		wrong = append(wrong, err.Error())
	}
	return append(wrong, more...)
}

// findsHome opens addresses that lead nowhere: the page that says so finds
// the way to the site's home from any depth.
func findsHome(t *testing.T, b *browser.Browser, places []place) {
	for _, where := range places {
		p := open(t, b, where.base+"404.html", browser.View{})
		if home := evaluate[string](t, p, `document.getElementById("home").href`); home != where.base+"index.html" {
			t.Errorf("%s: home is %s", where.name, home)
		}
		wantNoComplaints(t, p, where.base)
	}
	server := places[1].base
	for _, address := range []string{"nothing", "no/such/page/", "actions/nothing.html"} {
		p := open(t, b, server+address, browser.View{})
		if title := evaluate[string](t, p, `document.querySelector("h1").textContent`); title != "Nothing is here" {
			t.Errorf("%s: the heading is %q", address, title)
		}
		eventually(t, p, `document.getElementById("home").href === "`+server+`"`)
		for _, asked := range p.Requests() {
			if !strings.HasPrefix(asked, server) && !strings.HasPrefix(asked, "data:") {
				t.Errorf("%s: it asked for %s", address, asked)
			}
		}
	}
}

// visible is a JavaScript function that tells whether all elements that a
// selector finds, at least one, can be seen.
const visible = `(selector => {
	const all = [...document.querySelectorAll(selector)];
	return all.length > 0 && all.every(one => one.checkVisibility({checkOpacity: true, checkVisibilityCSS: true}) && one.getBoundingClientRect().height > 0);
})`

func worksWithoutScripts(t *testing.T, b *browser.Browser, where place) {
	for page, selectors := range map[string][]string{
		"index.html":                        {"h1", ".prose p", ".card a[href]", "main"},
		"actions/index.html":                {"h1", ".crumbs a", ".card a[href]"},
		"actions/button/index.html":         {"h1", ".prose p", ".inline-stage iframe[src]", ".inline-title[href]", "#st-props", "section table"},
		"actions/button/primary/index.html": {"h1", ".crumbs a", "#st-frame[src]", "#st-panel-props", "#st-panel-source", "#st-panel-html", "#st-panel-html code", "#st-alone"},
		"404.html":                          {"h1", "#home"},
	} {
		p := open(t, b, where.base+page, browser.View{NoScript: true})
		for _, selector := range selectors {
			if !evaluate[bool](t, p, visible+`("`+strings.ReplaceAll(selector, `"`, `\"`)+`")`) {
				t.Errorf("%s: without scripts, %s can't be seen", page, selector)
			}
		}
		if evaluate[bool](t, p, `[...document.querySelectorAll(".needs-js")].some(one => one.checkVisibility())`) {
			t.Errorf("%s: without scripts, something is shown that needs them", page)
		}
		if evaluate[bool](t, p, `document.documentElement.classList.contains("js")`) {
			t.Errorf("%s: the scripts have run", page)
		}
		wantNoComplaints(t, p, where.base)
	}
}

func press(t *testing.T, p *browser.Page, keys string) {
	t.Helper()
	if err := p.Press(keys); err != nil {
		t.Fatal(err)
	}
}

// findsAStory uses the keyboard alone.
func findsAStory(t *testing.T, b *browser.Browser, where place) {
	p := open(t, b, where.base+"content/rating/index.html", browser.View{})
	eventually(t, p, `storytime.nodes?.length > 0`)
	press(t, p, "/")
	eventually(t, p, `document.activeElement.matches("dialog[open] [role=combobox]")`)
	// A page that takes a key doesn't get its character as well; this one does,
	// for chromedp sends both by themselves.
	evaluate[bool](t, p, `document.activeElement.value = "", true`)
	press(t, p, "button right to")
	eventually(t, p, `document.querySelector("[role=option][aria-selected=true] b")?.textContent === "Right to left"`)
	eventually(t, p, `/Button/.test(document.querySelector("[role=option][aria-selected=true]").textContent)`)
	press(t, p, "\r")
	// Some servers lead from index.html to its directory.
	eventually(t, p, `location.href.replace(/(index\.html)?(#.*)?$/, "") === "`+where.base+`actions/button/right-to-left/" && document.readyState === "complete"`)
	eventually(t, p, `document.querySelector("h1")?.textContent === "Right to left"`)
	wantNoComplaints(t, p, where.base)
}

// keepsTheTheme chooses a theme on a story's page, reloads the page, and
// opens its address in another tab.
func keepsTheTheme(t *testing.T, b *browser.Browser, where place) {
	address := where.base + "actions/button/primary/index.html"
	p := open(t, b, address, browser.View{})
	eventually(t, p, `document.getElementById("st-theme").value === "light"`)
	eventually(t, p, isDark(t, p, where, false))
	evaluate[bool](t, p, `(select => { select.value = "dark"; select.dispatchEvent(new Event("change", {bubbles: true})); return true; })(document.getElementById("st-theme"))`)
	if hash := evaluate[string](t, p, "location.hash"); hash != "#theme=dark" {
		t.Errorf("the address keeps %q", hash)
	}
	eventually(t, p, isDark(t, p, where, true))
	_, _ = browser.Evaluate[bool](p, `window.old = true, location.reload(), true`)
	eventually(t, p, `!window.old && document.readyState === "complete" && document.getElementById("st-theme").value === "dark"`)
	eventually(t, p, isDark(t, p, where, true))
	wantNoComplaints(t, p, where.base)

	other := open(t, b, address+"#theme=dark", browser.View{})
	eventually(t, other, `document.getElementById("st-theme").value === "dark"`)
	eventually(t, other, isDark(t, other, where, true))

	// The link to the story alone takes the theme along.
	alone := open(t, b, evaluate[string](t, other, `document.getElementById("st-alone").href`), browser.View{})
	if theme := evaluate[string](t, alone, `document.documentElement.getAttribute("data-theme")`); theme != "dark" {
		t.Errorf("alone, the story has the theme %q", theme)
	}
}

// isDark returns an expression that says whether the story of a page is shown
// in the dark theme. From the disk nobody can look into a frame; there the
// picture tells.
func isDark(t *testing.T, p *browser.Page, where place, dark bool) string {
	t.Helper()
	if !strings.HasPrefix(where.base, "file:") {
		return fmt.Sprintf(`(document.getElementById("st-frame").contentDocument?.documentElement.getAttribute("data-theme") === "dark") === %v`, dark)
	}
	var light uint32
	for range 200 {
		if light = brightness(t, p); (light < 0x8000) == dark {
			return "true"
		}
	}
	t.Errorf("the story has the brightness %#x, want dark: %v", light, dark)
	return "true"
}

// brightness is that of the lower right corner of a story's frame, which the
// story leaves free.
func brightness(t *testing.T, p *browser.Page) uint32 {
	t.Helper()
	corner := evaluate[[]float64](t, p, `(box => [box.right - 20, box.bottom - 20])(document.getElementById("st-frame").getBoundingClientRect())`)
	data, err := p.Screenshot()
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	red, green, blue, _ := picture.At(int(corner[0]), int(corner[1])).RGBA()
	return (red + green + blue) / 3
}

// breaksNoRuleOfAxe runs axe on one page of each sort, and on what can be
// opened in them.
func breaksNoRuleOfAxe(t *testing.T, b *browser.Browser, shop *builtSite, where place) {
	script, err := os.ReadFile("../../node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe isn't there; run make test, which installs it: %v", err)
	}
	broken := buildBroken(t).places(t)[1].base
	home, story := where.base+"index.html", where.base+"actions/button/primary/index.html"
	type sight struct{ address, keys, opened string }
	sights := []sight{
		{address: home}, {address: where.base + "actions/index.html"}, {address: where.base + "actions/button/index.html"},
		{address: where.base + "404.html"}, {address: where.base + "actions/all-stories.html"},
		{address: broken + "index.html"}, {address: broken + "parts/part/index.html"}, {address: broken + "parts/part/broken/index.html"},
		{address: broken + "parts/part/part--broken.html"}, {address: broken + "parts/part/failing/index.html#panel=checks"},
		{story, "", `document.querySelectorAll("[role=tab]").length > 0`},
		{story + "#panel=source", "", `document.getElementById("st-panel-source").checkVisibility()`},
		{story + "#panel=html", "", `document.getElementById("st-panel-html").checkVisibility()`},
		{story + "#panel=checks", "", `document.getElementById("st-panel-checks").checkVisibility()`},
		{broken + "parts/part/failing/index.html#panel=accessibility", "", `document.getElementById("st-panel-accessibility").checkVisibility()`},
		{where.base + "pages/product/in-stock/index.html#panel=accessibility", "", `document.getElementById("st-panel-accessibility").checkVisibility()`},
		{story + "#theme=*", "", `document.querySelector(".stage-themes")`},
		{home, "/", `document.activeElement.matches("#st-finder input")`},
		{story, "?", `document.querySelector("#st-help[open]")`},
	}
	type tab struct {
		sight
		dark bool
	}
	next := make(chan tab)
	var tabs sync.WaitGroup
	for range 2 {
		tabs.Go(func() {
			for now := range next {
				p, err := b.Open(now.address, browser.View{Dark: now.dark, ReducedMotion: true})
				if err != nil {
					t.Error(err)
					continue
				}
				var violations []browser.Violation
				if now.keys != "" {
					err = errors.Join(p.WaitFor(`window.storytime?.nodes?.length`), p.Press(now.keys))
				}
				if err == nil && now.opened != "" {
					err = p.WaitFor(now.opened)
				}
				if err == nil && now.keys == "/" { // and what is found
					err = errors.Join(p.Press("button"), p.WaitFor(`document.querySelectorAll("#st-hits b").length > 5`))
				}
				if err == nil {
					violations, err = p.Axe(string(script))
				}
				if err != nil {
					t.Errorf("%s: %v", now.address, err)
				}
				for _, v := range violations {
					t.Errorf("%s%s, dark %v: %v", now.address, now.keys, now.dark, v)
				}
				p.Close()
			}
		})
	}
	for _, one := range sights {
		for _, dark := range []bool{false, true} {
			next <- tab{one, dark}
		}
	}
	close(next)
	tabs.Wait()
}

// The address that the command announces is one that only this machine has.
func TestServeAnswersThisMachineOnly(t *testing.T) {
	t.Parallel()
	// Without --host it listens on the loopback address.
	if host := newServe(streams{}).Flags().Lookup("host").DefValue; host != "localhost" {
		t.Errorf("the default host is %q", host)
	}
	o := &serveOptions{host: "localhost", port: 0, portGiven: true}
	listener, err := o.listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	if ip := listener.Addr().(*net.TCPAddr).IP; !ip.IsLoopback() {
		t.Errorf("it listens on %v", ip)
	}
}
