package build

import (
	"html"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	nethtml "golang.org/x/net/html"
)

// markupSeeds are HTML as people write it, and as they don't.
var markupSeeds = []string{
	"", " ", "text", "a < b & c", "<p>one</p>", "<p>one<p>two", "</p>", "<", "</", "<a", "<a ", "<a b", "<a b=", "<a b='", `<a b="c`, "<a/", "<a/>",
	`<a href="x.html">x</a>`, `<a href=x.html>x</a>`, `<a href='x.html' href="y.html">`, `<A HREF = "x">`, `<a href="">`, `<a href>`, `<a href="a&amp;b">`,
	`<a href="a&b=1">`, `<a = href="x">`, `<a "href"="x">`, `<a href="x"src="y">`, `<a/href="x"/src=y/>`, "<a\nhref\n=\n\"x\"\n>", "<a\r\nhref=\"x\r\ny\">",
	`<img srcset="a.png, b.png 2x,c.png 3x" src=a.png>`, `<img srcset=" a.png 1x ,  b.png ">`, `<img srcset="data:image/png;base64,AA== 1x, b.png 2x">`,
	`<svg><use xlink:href="#a"/></svg>`, `<object data="x.svg"></object>`, `<p data="x">`, `<form action="/x"><button formaction="y">z</button></form>`,
	`<video poster="a.png"><source src=a.mp4></video>`, `<p style="background: url(a.png)">`, `<p style='background: url("a.png")'>`, "<style>@import 'a.css'; p { background: url( a.png ) }</style>",
	"<style>a</style", "<style><!-- url(a) --></style>", "<script>let a = '<a href=\"x\">'</script>", "<textarea><a href=x></textarea>", "<title><a href=x></title>",
	"<!-- <a href=x> -->", "<!--", "<!-->", "<!--->", "<!doctype html>", "<?xml version='1.0'?>", "<![CDATA[ <a href=x> ]]>", "<plaintext><a href=x>", "<noscript><img src=a></noscript>",
	"<pre>\n  a\n</pre>", "<p>a<b>b</b> c</p>", "<ul><li>a<li>b</ul>", "<table><tr><td>a</table>", "<br>a<br/>b", "<p>\n\n  a \t b\n</p>", "<iframe src=a>x</iframe>",
	"a\x00b<a href=\"\x00\">", "\xff<a href=\xfe>", "<a href=\"\xff\">", "<ä href=x>", "<a ä=x href=y>", "<p>漢字🚢</p>", "<a href=\u00a0x>", "\ufeff<p>",
	"{{if .x}}<a href=\"{{.y}}\">{{end}}", "<{{.tag}} a=b>", "<a {{if .x}}href=\"x\"{{end}}>", "{{/* <a href=x> */}}", "{{", "<a b=\"{{printf \"%s\" .x}}\">",
	strings.Repeat("<div>", 200) + "url(",
}

// seedsFromCatalog adds the example catalog's files with an ending.
func seedsFromCatalog(f *testing.F, ending string, add func(text string)) {
	f.Helper()
	names, err := filepath.Glob("../../testdata/shop/*/*/*" + ending)
	if err != nil || len(names) == 0 {
		f.Fatalf("the example has no %s files (%v)", ending, err)
	}
	for _, name := range names[:min(len(names), 10)] {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		add(string(data))
	}
}

func FuzzRewriteHTMLChangesNothingByItself(f *testing.F) {
	for _, s := range markupSeeds {
		f.Add(s)
		f.Add(s + "<a href=x>")
	}
	seedsFromCatalog(f, ".html", func(text string) { f.Add(text) })
	f.Fuzz(func(t *testing.T, source string) {
		if got := rewriteHTML(source, func(r reference) string { return r.value }); got != source {
			t.Errorf("got  %q\nwant %q", got, source)
		}
	})
}

// What is put into the place of a reference arrives there, and nothing else
// changes: the same tags with the same attributes.
func FuzzRewriteHTMLKeepsTheTags(f *testing.F) {
	for _, s := range markupSeeds {
		f.Add(s, "../x.html")
		f.Add(s, `"><script>&amp;'`)
	}
	f.Fuzz(func(t *testing.T, source, url string) {
		if strings.ContainsAny(url, "\r\x00") || !utf8.ValidString(url) {
			return // the tokenizer itself changes these
		}
		got := rewriteHTML(source, func(r reference) string { return url })
		before, after := tags(source), tags(got)
		if len(before) != len(after) {
			t.Fatalf("%q became %q: %d tags became %d", source, got, len(before), len(after))
		}
		for i, a := range before {
			b := after[i]
			if a.Data != b.Data || len(a.Attr) != len(b.Attr) {
				t.Fatalf("%q became %q: the tag %v became %v", source, got, a, b)
			}
			for j := range a.Attr {
				if a.Attr[j].Key != b.Attr[j].Key {
					t.Fatalf("%q became %q: the attribute %v became %v", source, got, a.Attr[j], b.Attr[j])
				}
				if (b.Attr[j].Key == "src" || b.Attr[j].Key == "action") && a.Attr[j].Val != "" && b.Attr[j].Val != url {
					t.Fatalf("%q became %q: %s is %q", source, got, b.Attr[j].Key, b.Attr[j].Val)
				}
			}
		}
	})
}

func tags(source string) []nethtml.Token {
	var all []nethtml.Token
	z := nethtml.NewTokenizer(strings.NewReader(source))
	for {
		switch z.Next() {
		case nethtml.ErrorToken:
			return all
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken, nethtml.EndTagToken:
			all = append(all, z.Token())
		}
	}
}

func FuzzRewriteCSSChangesNothingByItself(f *testing.F) {
	for _, s := range []string{
		"", "p { color: red }", "p { background: url(a.png) }", "p { background: URL( 'a.png' ) no-repeat, url(\"b.png\") }", "@import 'a.css';", `@import url("a.css") screen;`, "@IMPORT \"a",
		"url(", "url('", "url(\"", "url(a", "url( ", "url()", "url('')", "url(a\\)b)", "url('a\\'b')", "/* url(a) */ url(b)", "/*", "/* /", "'url(a)'", "\"url(", "'a\\", "'a\nurl(b)",
		"@import", "@import ", "@import a", "@import '", "@importx 'a'", "src: url(a) format('woff2'), url(b)", "a:hover{background:url(data:image/svg+xml;utf8,<svg xmlns='x'/>)}", "\\", "u\\rl(a)", "漢 url(漢)", "\xffurl(\xff)", "url(\x00)",
		"myurl(a)", "image-set('a.png' 1x, url(b.png) 2x)",
	} {
		f.Add(s)
	}
	seedsFromCatalog(f, ".css", func(text string) { f.Add(text) })
	f.Fuzz(func(t *testing.T, source string) {
		last := -1
		got := rewriteCSS(source, func(offset int, url string) string {
			if offset < 0 || offset+len(url) > len(source) || source[offset:offset+len(url)] != url {
				t.Fatalf("%q: %q isn't at %d", source, url, offset)
			}
			if offset <= last {
				t.Fatalf("%q: %d comes after %d", source, offset, last)
			}
			last = offset
			return url
		})
		if got != source {
			t.Errorf("got  %q\nwant %q", got, source)
		}
	})
}

// languages are all that highlight knows, and some that it doesn't.
func languages() []string {
	all := []string{"", "unknown", "yaml", "yml", "html", "xml", "vue", "gohtml", "diff", "patch", "HTML", "Go"}
	for name := range grammars {
		all = append(all, name)
	}
	for name := range aliases {
		all = append(all, name)
	}
	return all
}

func FuzzHighlightLosesNoText(f *testing.F) {
	for _, s := range markupSeeds {
		f.Add(s)
	}
	for _, s := range []string{
		"a: b\n- c: 'd'\n  e: \"f\\\"g\" # h\n", "a:\r\n  - b\r\n", "'", "\"", "a: 'b", "a: \"b\\", "key: |\n  text: 'x\n", "&a *b !c", "{a: [1, -2.5e3], b: ~}", "#", " #", "a #b#c", "a: b: c", "? a\n: b", "- - -", ":", "'a\n'",
		"func x() { return `a\nb` } // c", "/* a", "*/", "\"a\\", "`", "0x1F + 1.5e-3", "a.b.c(1)", "Type[T]", "#fff", "--color: #123456;", "$x @y", "-a", "--", "-", "a-b: c", "SELECT 'a''b' FROM t -- c",
		"+ a\n- b\n@@ c\n d", "+", "\n\n", "漢字: 漢字", "ü", "\xff", "a\xff\xfe", "// \xff", "'\xff", "\x00", "\u2028", "&lt;", "&amp;amp;", "<span class=\"k\">", "</span>",
	} {
		f.Add(s)
	}
	seedsFromCatalog(f, ".stories.md", func(text string) { f.Add(text) })
	names := languages()
	f.Fuzz(func(t *testing.T, source string) {
		for _, name := range names {
			want := pictures(source)
			if got := plainText(t, string(highlight(name, source))); got != want {
				t.Errorf("%s: got  %q\nwant %q", name, got, want)
			}
		}
	})
}

// pictures puts in the place of the characters that HTML may not have those
// that stand for them.
func pictures(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c < ' ' && strings.IndexByte("\t\n\r\f", c) < 0 {
			b.WriteRune(0x2400 + rune(c))
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// plainText takes the highlighter's tags away. It knows those only that the
// highlighter may write, so that no other can come through.
func plainText(t *testing.T, code string) string {
	t.Helper()
	for _, class := range []string{classKeyword, className, classAttr, classString, classNumber, classComment, classFunction, classPunct, classAction} {
		code = strings.ReplaceAll(code, `<span class="`+class+`">`, "\x01")
	}
	if strings.Count(code, "\x01") > 0 && strings.Count(code, "</span>") == 0 {
		t.Errorf("a class is never closed in %q", code)
	}
	code = strings.ReplaceAll(strings.ReplaceAll(code, "\x01", ""), "</span>", "")
	if strings.ContainsAny(code, "<>") {
		t.Errorf("markup came through: %q", code)
	}
	return html.UnescapeString(code)
}

// Formatting is for reading: it may move white space, and nothing else.
func FuzzFormatHTMLKeepsAllButSpace(f *testing.F) {
	for _, s := range markupSeeds {
		f.Add(s)
	}
	seedsFromCatalog(f, ".html", func(text string) { f.Add(text) })
	f.Fuzz(func(t *testing.T, source string) {
		formatted := formatHTML(source)
		if got, want := withoutSpace(formatted), withoutSpace(source); got != want {
			t.Errorf("%q became %q", source, formatted)
		}
		if !strings.HasSuffix(formatted, "\n") {
			t.Errorf("%q became %q, without a line's end", source, formatted)
		}
	})
}

func withoutSpace(s string) string { return strings.Join(strings.Fields(s), "") }

func FuzzAttributeSpansAreThoseOfTheTokenizer(f *testing.F) {
	for _, s := range markupSeeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		z := nethtml.NewTokenizer(strings.NewReader(source))
		for {
			kind := z.Next()
			if kind == nethtml.ErrorToken {
				return
			}
			if kind != nethtml.StartTagToken && kind != nethtml.SelfClosingTagToken {
				continue
			}
			raw := string(z.Raw())
			spans := attributeSpans(raw)
			_, more := z.TagName()
			i := 0
			for ; more; i++ {
				var key, value []byte
				key, value, more = z.TagAttr()
				if i >= len(spans) {
					continue
				}
				s := spans[i]
				if s.start > s.end || s.end > len(raw) {
					t.Fatalf("%q: the span of %q is %+v", raw, key, s)
				}
				written := raw[s.start:s.end]
				if len(written) > 1 && (written[0] == '"' || written[0] == '\'') && written[len(written)-1] == written[0] {
					written = written[1 : len(written)-1]
				}
				// Line ends and entities are all that a tokenizer changes.
				if plain := string(value); !strings.ContainsAny(raw, "\r&\x00") && written != plain {
					t.Errorf("%q: the value of %q is %q, the span has %q", raw, key, plain, written)
				}
			}
			if i != len(spans) {
				t.Errorf("%q: the tokenizer finds %d attributes, and there are %d spans", raw, i, len(spans))
			}
		}
	})
}

func TestRelativeURL(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ from, to, want string }{
		{"index.html", "index.html", "index.html"},
		{"index.html", "a/index.html", "a/index.html"},
		{"a/index.html", "index.html", "../index.html"},
		{"a/index.html", "a/x.html", "x.html"},
		{"a/b/c/index.html", "a/x/y.html", "../../x/y.html"},
		{"a/b/index.html", "ab/index.html", "../../ab/index.html"},
		{"a/a/a.html", "a/a.html", "../a.html"},
		{"a/b.html", "a/b/c.html", "b/c.html"},
		{"a b/x.html", "a b/ü ?.html", "%C3%BC%20%3F.html"},
		{"x.html", "a:b/c.html", "a%3Ab/c.html"},
		{"x/y.html", "100%/#.html", "../100%25/%23.html"},
	} {
		if got := relativeURL(test.from, test.to); got != test.want {
			t.Errorf("from %s to %s: got %s, want %s", test.from, test.to, got, test.want)
		}
	}
}

func TestPathURL(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"": "", "a/b-c_d.html": "a/b-c_d.html", "a b": "a%20b", "a%20b": "a%2520b", "a?b#c": "a%3Fb%23c", "javascript:x": "javascript%3Ax",
		`a\b`: "a%5Cb", `"'<>&`: "%22%27%3C%3E&", "漢": "%E6%BC%A2", "a+b=c,d;e": "a+b=c,d%3Be", "../x": "../x",
	} {
		got := pathURL(name)
		unescaped, err := url.PathUnescape(got)
		// What url.PathEscape leaves is its own affair; that it is the same
		// file again is ours.
		if err != nil || strings.ContainsAny(got, " \"<>\\?#:") || unescaped != name {
			t.Errorf("%q: got %q, such as %q", name, got, want)
		}
	}
	if got := fragmentURL("story:a b"); got != "story:a%20b" {
		t.Errorf("a fragment: got %q", got)
	}
}

func TestInParent(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"<p>x</p>":                   "<p>x</p>",
		"text <td>":                  "text <td>",
		"":                           "",
		"<":                          "<",
		"<tr><td>x</td></tr>":        "<table><tbody><tr><td>x</td></tr></tbody></table>",
		"<TD>x":                      "<table><tbody><tr><TD>x</tr></tbody></table>",
		"\n <th scope=row>x</th>":    "<table><tbody><tr>\n <th scope=row>x</th></tr></tbody></table>",
		"<!-- a --><!-- b -->\n<td>": "<table><tbody><tr><!-- a --><!-- b -->\n<td></tr></tbody></table>",
		"<!-- never closed":          "<!-- never closed",
		"<tbody></tbody>":            "<table><tbody></tbody></table>",
		"<thead></thead>":            "<table><thead></thead></table>",
		"<caption>x</caption>":       "<table><caption>x</caption></table>",
		"<col>":                      "<table><colgroup><col></colgroup></table>",
		"<option>x":                  "<select><option>x</select>",
		"<table><tr>":                "<table><tr>",
		"<tracker-x>":                "<tracker-x>",
		"<trx>":                      "<trx>",
		"<template>":                 "<template>",
	} {
		if got := inParent(body); got != want {
			t.Errorf("%q: got %q, want %q", body, got, want)
		}
	}
}

func TestIsDocument(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]bool{
		"":                               false,
		"<p>x</p>":                       false,
		"<!doctype html><p>":             true,
		"<!DOCTYPE HTML>":                true,
		" \n<!-- a -->\n<!doctype html>": true,
		"<html lang=de>":                 true,
		"<Html>":                         true,
		"<HTML>":                         true,
		"<!-- a -->\n<html>":             true,
		"<!-- a --><html>":               true,
		"<!-- <html> --><p>":             false,
		"text <html>":                    false,
		"<p><html>":                      false,
		"<htmlx>":                        false,
		"<html-part>":                    false,
		"<head></head>":                  false,
		"<!-- a -->":                     false,
		"&lt;html>":                      false,
		"<pre>&lt;!doctype html></pre><!-- end -->": false,
	} {
		if got := isDocument(source); got != want {
			t.Errorf("%q: got %v, want %v", source, got, want)
		}
	}
}

func TestRewriteHTMLFindsTheReferences(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		`<a href="x">`:                         `a:x`,
		`<area HREF='x'>`:                      `a:x`,
		`<link href=x>`:                        `x`,
		`<use xlink:href="x"/>`:                `x`,
		`<img src=" x " srcset="y 1x, z 2x">`:  ` x |y|z`,
		`<img src="x&amp;y">`:                  `x&y`,
		`<object data=x><p data=y>`:            `x`,
		`<form action=x><button formaction=y>`: `a:x|a:y`,
		`<video poster=x src=y>`:               `x|y`,
		`<p style="background:url('x')">`:      `x`,
		`<style>p{background:url(x)}</style>`:  `x`,
		`<script>"<a href=x>"</script><!-- <a href=y> --><textarea><a href=z></textarea>`: ``,
		`<link rel=preload as=image imagesrcset="x 1x, y 2x">`:                            `x|y`,
	} {
		var got []string
		rewriteHTML(source, func(r reference) string {
			if r.navigates {
				got = append(got, "a:"+r.value)
			} else {
				got = append(got, r.value)
			}
			return r.value
		})
		if strings.Join(got, "|") != want {
			t.Errorf("%s: got %q, want %q", source, strings.Join(got, "|"), want)
		}
	}
}

func TestRewriteHTMLReplacesInPlace(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		`<a  href = x  class=y>`:           `<a  href = "R"  class=y>`,
		`<a title="x" TITLE="y" href="z">`: `<a title="x" TITLE="y" href="R">`,
		`<a href='x' title='a "b"'>`:       `<a href="R" title='a "b"'>`,
		// The second is none.
		`<a href="x" href="y">`:                       `<a href="R" href="y">`,
		`<img srcset="x 1x, y 2x">`:                   `<img srcset="R 1x, R 2x">`,
		`<img srcset="data:a,b 1x, y">`:               `<img srcset="R 1x, R">`,
		`<p style="background: url(x), url( 'y' )">z`: `<p style="background: url(R), url( &#39;R&#39; )">z`,
		`<style>@import "x"; a{b:url(y)}</style>`:     `<style>@import "R"; a{b:url(R)}</style>`,
	} {
		if got := rewriteHTML(source, func(reference) string { return "R" }); got != want {
			t.Errorf("%s: got %s, want %s", source, got, want)
		}
	}
}

func TestFormatHTML(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"":                                  "\n",
		"<p>one</p><p>two</p>":              "<p>one</p>\n<p>two</p>\n",
		"<ul><li>a</li><li>b</li></ul>":     "<ul>\n  <li>a</li>\n  <li>b</li>\n</ul>\n",
		"<p>a\n   <b>b</b>\n c</p>":         "<p>a <b>b</b> c</p>\n",
		"<pre>\n a\n  b</pre>":              "<pre>\n a\n  b</pre>\n",
		"<p\n  class=\"a\n b\"\n  id=x\n>":  "<p class=\"a\n b\" id=x>\n",
		"<div><p>a</p></div>":               "<div>\n  <p>a</p>\n</div>\n",
		"<button><svg></svg> Save</button>": "<button>\n  <svg></svg>\n  Save</button>\n",
	} {
		if got := formatHTML(source); strings.TrimSpace(got) != strings.TrimSpace(want) {
			t.Errorf("%q:\ngot\n%swant\n%s", source, got, want)
		}
	}
}
