package ui

import (
	"bytes"
	"html/template"
	"strings"
	"testing"
)

func TestAddressesLeadNowhereElse(t *testing.T) {
	for in, want := range map[string]template.HTML{
		"../a%20b/index.html#c": "../a%20b/index.html#c",
		"a?b=c:d":               "a?b=c:d",
		"./a:b":                 "./a:b",
		`a"b`:                   "a&#34;b",
		"javascript:alert(1)":   "#",
		"JAVASCRIPT:alert(1)":   "#",
		"https://example.com/":  "#",
		"":                      "",
	} {
		if got := address(in); got != want {
			t.Errorf("address(%q) = %q, want %q", in, got, want)
		}
	}
}

// What a stencil writes must be what its template would have written.
func TestStencilsWriteWhatTheirTemplatesDo(t *testing.T) {
	p := New(testSite())
	var b bytes.Buffer
	data := map[string]any{"Title": hostile, "HTML": template.HTML("<b>x</b>")}
	if err := p.templates.ExecuteTemplate(&b, "code", data); err != nil {
		t.Fatal(err)
	}
	if got := string(p.fragments.code.html(text(hostile), "<b>x</b>")); got != b.String() {
		t.Errorf("got  %s\nwant %s", got, b.String())
	}
}

func TestAPageOfNothingFramesNothing(t *testing.T) {
	site := testSite()
	var b bytes.Buffer
	if err := New(site).Story(&b, &Story{Page: testPage(site)}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "<iframe") {
		t.Error("a story without an address has a frame")
	}
}

// A page's bytes depend on nothing but the page: writing others in between,
// from other goroutines, changes nothing.
func TestPagesCanBeWrittenAtOnce(t *testing.T) {
	site := testSite()
	p := New(site)
	var want bytes.Buffer
	if err := p.Story(&want, testStory(site)); err != nil {
		t.Fatal(err)
	}
	done := make(chan string)
	for i := range 8 {
		go func() {
			var b bytes.Buffer
			for depth := range 4 {
				other := testSubject(site)
				other.Root = strings.Repeat("../", depth+i%2)
				_ = p.Subject(&bytes.Buffer{}, other)
			}
			_ = p.Story(&b, testStory(site))
			done <- b.String()
		}()
	}
	for range 8 {
		if got := <-done; got != want.String() {
			t.Error("a page differs when others are written at the same time")
		}
	}
}

func TestASiteMayBearTheNameOfAMark(t *testing.T) {
	site := &Site{Title: "zqstorytimemark0qz", Description: "ZQstorytimemarkx"}
	var b strings.Builder
	if err := New(site).Subject(&b, &Subject{Page: Page{Site: site, Title: "A", Path: "a/", Root: "../"}}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "zqstorytimemark0qz") {
		t.Errorf("the title is not in the page:\n%s", b.String())
	}
}
