package ui

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// hostile is what a title can be: markup, quotes, a word that never ends,
// both directions, an emoji.
const hostile = `</title></script><script>alert(1)</script><img src=x onerror=alert(1)> "quoted" 'single' & {{.X}} ` +
	`Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft` + " שלום مرحبا 🚢"

func testSite() *Site {
	return &Site{
		Title:       hostile,
		Description: hostile,
		Themes: []Theme{
			{Name: "light", Attributes: []Attribute{{"data-theme", "light"}}},
			{Name: hostile, Attributes: []Attribute{{"class", "dark"}, {"data-theme", "</script>"}}},
		},
		Viewports:   []Viewport{{"Phone", 390, 844}, {hostile, 1280, 0}},
		Backgrounds: []Background{{hostile, "#123456"}},
	}
}

func testProblem() *problem.Problem {
	p := &problem.Problem{
		Kind: problem.Prop, File: hostile, Line: 3, Column: 3, Length: 2,
		Message: hostile, Hint: hostile, Detail: "one\n" + hostile,
		Related: []problem.Place{{File: hostile, Line: 1}},
	}
	return p.WithExcerpt("a\nb\n\t漢" + hostile + "\nd\n")
}

func testProps(n int) []Prop {
	var props []Prop
	for i := range n {
		props = append(props, Prop{
			Name: fmt.Sprintf("prop%d", i), Type: "enum", Required: i == 0, Default: "primary",
			Options: []string{"primary", hostile}, Description: hostile, Value: "- a\n- " + hostile, Given: i%2 == 0,
		})
	}
	return props
}

func testCode() Code {
	return Code{Title: hostile, Lang: "yaml", HTML: `<span class="n">text</span>: Save`}
}

func testPage(site *Site) Page {
	return Page{
		Site: site, Root: "../../../", Path: "forms/bu%20tton/a/", Title: hostile,
		Tags:   []string{"stable", hostile},
		Crumbs: []Link{{hostile, "../../index.html"}, {"Button", "../index.html"}},
	}
}

func testStory(site *Site) *Story {
	return &Story{
		Page: testPage(site), Description: hostile, Frame: "../button--a%20b.html",
		Theme: "light", Viewport: "Phone", Props: testProps(4),
		Source: []Code{testCode(), testCode()}, Markup: testCode(),
		Subject: Link{hostile, "../index.html#a"}, Prev: &Link{hostile, "../b/index.html"}, Next: &Link{hostile, "../c/index.html"},
		Place: hostile, Accessibility: testAccessibility(),
	}
}

func testCards() []Card {
	return []Card{
		{Link: Link{hostile, "a/index.html"}, Description: hostile, Tags: []string{hostile}, Frame: "a/a--b.html", Tally: Tally{Stories: 3}},
		{Link: Link{"Broken", "b/index.html"}, Tally: Tally{Stories: 1, Broken: 1}},
	}
}

func testSubject(site *Site) *Subject {
	inline := func(id string) *Inline {
		return &Inline{ID: id, Link: Link{hostile, "a/index.html"}, Description: hostile, Frame: "a.html", Theme: "light", Viewport: "Phone", Tags: []string{hostile}, Source: testCode()}
	}
	broken, skipped := inline("b"), inline("")
	broken.Problems = []*problem.Problem{testProblem(), testProblem()}
	skipped.Skipped = true
	return &Subject{
		Page: testPage(site), Description: hostile, Source: hostile,
		Parts: []Part{
			{HTML: `<h2 id="h">Heading</h2><ol><li><p>In a list:</p>`},
			{Story: inline("a")},
			{HTML: `</li></ol>`},
			{Story: broken}, {Story: skipped},
		},
		Contents: []Heading{{2, "h", hostile}, {3, "a", hostile}},
		Tables:   []Table{{Component: hostile, Props: testProps(3)}, {Component: "Button", Props: testProps(1)}},
		Nested:   testCards(),
	}
}

// pages is each sort of page there is, in its edge cases.
func pages(p *Pages, site *Site) map[string]func(io.Writer) error {
	broken := testPage(site)
	broken.Problems = []*problem.Problem{testProblem(), {Message: "only a message"}}
	stopped := testStory(site)
	stopped.Problems, stopped.Markup = broken.Problems, Code{}
	skipped := testStory(site)
	skipped.Skipped = true
	home := &Listing{Page: Page{Site: site, Title: hostile}, Description: hostile, Prose: "<p>x</p>", Sections: testCards(), Subjects: testCards(), Tally: Tally{Stories: 8, Broken: 2}}
	section := &Listing{Page: broken, Subjects: testCards(), Tally: Tally{Stories: 4, Broken: 1}}
	return map[string]func(io.Writer) error{
		"home":           func(w io.Writer) error { return p.Home(w, home) },
		"empty home":     func(w io.Writer) error { return p.Home(w, &Listing{Page: Page{Site: site}}) },
		"section":        func(w io.Writer) error { return p.Section(w, section) },
		"subject":        func(w io.Writer) error { return p.Subject(w, testSubject(site)) },
		"empty subject":  func(w io.Writer) error { return p.Subject(w, &Subject{Page: testPage(site)}) },
		"story":          func(w io.Writer) error { return p.Story(w, testStory(site)) },
		"bare story":     func(w io.Writer) error { return p.Story(w, &Story{Page: testPage(site)}) },
		"stopped story":  func(w io.Writer) error { return p.Story(w, stopped) },
		"skipped story":  func(w io.Writer) error { return p.Story(w, skipped) },
		"not found":      func(w io.Writer) error { return p.NotFound(w, &broken) },
		"broken":         func(w io.Writer) error { return p.Broken(w, &broken) },
		"without a path": func(w io.Writer) error { return p.Broken(w, &Page{Site: site}) },
	}
}

// render returns each sort of page, for a site with all settings and one
// with none.
func render(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for kind, site := range map[string]*Site{"": testSite(), "bare site, ": {Lang: "ar"}} {
		for name, write := range pages(New(site), site) {
			var b bytes.Buffer
			if err := write(&b); err != nil {
				t.Errorf("%s%s: %v", kind, name, err)
			}
			out[kind+name] = b.String()
		}
	}
	return out
}

func TestPagesAreWellFormed(t *testing.T) {
	for name, page := range render(t) {
		t.Run(name, func(t *testing.T) { checkBalance(t, page) })
	}
}

// checkBalance reports elements that are closed in another order than they
// were opened, and ids and attributes that stand twice.
func checkBalance(t *testing.T, page string) {
	t.Helper()
	void := []string{"meta", "link", "img", "br", "hr", "input", "rect", "circle", "path"}
	var open []string
	ids := map[string]bool{}
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if z.Err() != io.EOF {
				t.Error(z.Err())
			}
			if len(open) > 0 {
				t.Errorf("left open: %v", open)
			}
			return
		case html.StartTagToken:
			token := z.Token()
			seen := map[string]bool{}
			for _, a := range token.Attr {
				if seen[a.Key] {
					t.Errorf("<%s> has %q twice", token.Data, a.Key)
				}
				seen[a.Key] = true
				if strings.ContainsAny(a.Key, "\"'<{") {
					t.Errorf("<%s> has an attribute %q", token.Data, a.Key)
				}
				if a.Key == "id" && ids[a.Val] {
					t.Errorf("id %q stands twice", a.Val)
				}
				if a.Key == "id" {
					ids[a.Val] = true
				}
			}
			if !slices.Contains(void, token.Data) {
				open = append(open, token.Data)
			}
		case html.EndTagToken:
			name := z.Token().Data
			if len(open) == 0 || open[len(open)-1] != name {
				t.Fatalf("</%s> closes %v", name, open)
			}
			open = open[:len(open)-1]
		}
	}
}

// A browser must read a page as it was written: what the parser moves or adds
// shows as a difference in the order of the elements.
func TestParserRepairsNothing(t *testing.T) {
	for name, page := range render(t) {
		doc, err := html.Parse(strings.NewReader(page))
		if err != nil {
			t.Fatal(err)
		}
		var parsed []string
		for node := range doc.Descendants() {
			if node.Type == html.ElementNode {
				parsed = append(parsed, node.Data)
			}
		}
		var written []string
		z := html.NewTokenizer(strings.NewReader(page))
		for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
			if kind == html.StartTagToken || kind == html.SelfClosingTagToken {
				written = append(written, z.Token().Data)
			}
		}
		if !slices.Equal(parsed, written) {
			t.Errorf("%s: written %v\nparsed %v", name, written, parsed)
		}
	}
}

func TestPagesHoldNothingInline(t *testing.T) {
	for name, page := range render(t) {
		if strings.HasSuffix(name, "not found") {
			continue // it has to bring all it needs
		}
		z := html.NewTokenizer(strings.NewReader(page))
		for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
			if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
				continue
			}
			token := z.Token()
			attrs := map[string]string{}
			for _, a := range token.Attr {
				attrs[a.Key] = a.Val
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("%s: <%s %s=%q>", name, token.Data, a.Key, a.Val)
				}
				if (a.Key == "src" || a.Key == "href") && (strings.Contains(a.Val, ":") || strings.HasPrefix(a.Val, "/")) {
					t.Errorf("%s: %q leaves the site", name, a.Val)
				}
			}
			if token.Data == "style" || token.Data == "img" || (token.Data == "script" && attrs["src"] == "") {
				t.Errorf("%s: <%s> within the page", name, token.Data)
			}
			if token.Data == "iframe" && attrs["title"] == "" {
				t.Errorf("%s: a frame without a title", name)
			}
		}
	}
}

func TestAddressesStayAsTheyAre(t *testing.T) {
	site := testSite()
	var b bytes.Buffer
	if err := New(site).Story(&b, testStory(site)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`src="../button--a%20b.html"`, `href="../index.html#a"`, `data-path="forms/bu%20tton/a/"`,
		`src="../../../_storytime/nav.js"`, `width="390" height="844"`,
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %s in the page", want)
		}
	}
}

func TestBrokenCardsComeFirst(t *testing.T) {
	cards := testCards()
	got := brokenFirst(cards)
	if got[0].Title != "Broken" || cards[0].Title == "Broken" {
		t.Errorf("got %q first, given list has %q first", got[0].Title, cards[0].Title)
	}
}

func TestDirectionFollowsTheLanguage(t *testing.T) {
	for lang, want := range map[string]template.HTMLAttr{"": "", "en": "", "de-CH": "", "ar": ` dir="rtl"`, "he-IL": ` dir="rtl"`} {
		if got := direction(lang); got != want {
			t.Errorf("direction(%q) = %q, want %q", lang, got, want)
		}
	}
}

func TestCaretsStandBelowTheirPlace(t *testing.T) {
	for _, test := range []struct {
		text           string
		column, length int
		want           string
	}{
		{"abc", 1, 0, "^"},
		{"abc", 3, 1, "  ^"},
		{"\tabc", 2, 3, "\t^^^"},
		{"漢字x", 3, 1, "\u3000\u3000^"},
		{"e\u0301x", 3, 1, " ^"},
		{"ab", 2, 100, " ^"},
		{"ab", 9, 2, "  ^"},
		{"", 1, 1, "^"},
	} {
		if got := carets(test.text, test.column, test.length); got != test.want {
			t.Errorf("carets(%q, %d, %d) = %q, want %q", test.text, test.column, test.length, got, test.want)
		}
	}
}

func benchSite() *Site {
	return &Site{
		Title:     "Shop",
		Themes:    []Theme{{Name: "light"}, {Name: "dark"}},
		Viewports: []Viewport{{"Phone", 390, 844}, {"Tablet", 820, 1180}},
	}
}

func benchProps() []Prop {
	return []Prop{
		{Name: "text", Type: "string", Required: true, Description: "The label.", Value: "Save", Given: true},
		{Name: "variant", Type: "enum", Options: []string{"primary", "danger"}, Default: "primary", Value: "primary", Given: true},
	}
}

func BenchmarkStory(b *testing.B) {
	site := benchSite()
	p := New(site)
	story := testStory(site)
	story.Page = Page{Site: site, Root: "../../../", Path: "forms/button/primary/", Title: "Primary", Crumbs: []Link{{"Forms", "../../index.html"}, {"Button", "../index.html"}}}
	story.Description, story.Place, story.Props = "", "forms/button/button.stories.md:21", benchProps()
	story.Prev, story.Next = &Link{"Quiet", "../quiet/index.html"}, &Link{"Danger", "../danger/index.html"}
	story.Subject = Link{"Button", "../index.html"}
	story.Frame, story.Markup.Title = "../button--primary.html", "HTML"
	story.Source = []Code{{Title: "forms/button/button.stories.md", HTML: "text: Save"}}
	benchmark(b, func(w io.Writer) error { return p.Story(w, story) })
}

func BenchmarkSubject(b *testing.B) {
	site := benchSite()
	p := New(site)
	subject := &Subject{
		Page:   Page{Site: site, Root: "../../", Path: "forms/button/", Title: "Button", Tags: []string{"stable"}, Crumbs: []Link{{"Forms", "../index.html"}}},
		Tables: []Table{{Props: benchProps()}}, Source: "forms/button/button.stories.md",
	}
	for i := range 5 {
		title := fmt.Sprintf("Story %d", i)
		subject.Parts = append(subject.Parts, Part{HTML: "<h2>Title</h2><p>Prose.</p>"},
			Part{Story: &Inline{Link: Link{title, "a/index.html"}, Frame: "button--a.html", Source: Code{HTML: "props: {}"}}})
		subject.Contents = append(subject.Contents, Heading{2, fmt.Sprintf("h%d", i), title})
	}
	benchmark(b, func(w io.Writer) error { return p.Subject(w, subject) })
}

func benchmark(b *testing.B, write func(io.Writer) error) {
	b.ReportAllocs()
	var page bytes.Buffer
	for b.Loop() {
		page.Reset()
		if err := write(&page); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(page.Len()))
}

func BenchmarkNew(b *testing.B) {
	site := benchSite()
	for b.Loop() {
		New(site)
	}
}
