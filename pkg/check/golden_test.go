package check

import (
	"strings"
	"testing"

	"github.com/storytime-dev/storytime/pkg/story"
)

func TestNormalizeWritesWhatIsMeant(t *testing.T) {
	for _, test := range []struct{ html, want string }{
		{`<p>x</p>`, "<p>x</p>\n"},
		{"<DIV CLASS='b a  b'\n ID=x><P>x", "<div class=\"a b\" id=\"x\">\n  <p>x</p>\n</div>\n"},
		{"<div> <p> a\n b </p> text </div>", "<div>\n  <p>a b</p>\n  text\n</div>\n"},
		{"<p>a <b> b</b> c</p>", "<p>a <b>b</b> c</p>\n"},
		{"<p>a<b>b</b>c</p>", "<p>a<b>b</b>c</p>\n"},
		{"<p>a<b> b </b>c</p>", "<p>a<b> b </b>c</p>\n"},
		{"<p> <b>a</b> </p>", "<p><b>a</b></p>\n"},
		{"<p>a <br> b</p>", "<p>a<br>b</p>\n"},
		{"<p><!-- c -->a<!-- d --></p>", "<p>a</p>\n"},
		{"<!--[if mso]><p>x</p><![endif]--><p>y</p>", "<!--[if mso]><p>x</p><![endif]-->\n<p>y</p>\n"},
		{"<pre>\n a\n  b </pre>", "<pre> a\n  b </pre>\n"},
		{"<pre>\n\na</pre>", "<pre>\n\na</pre>\n"},
		{"<p><textarea> a\n b </textarea></p>", "<p><textarea> a\n b </textarea></p>\n"},
		{"<p style='white-space: pre'> a  b</p>", "<p style=\"white-space: pre\"> a  b</p>\n"},
		{"<button> <span>a</span> </button> <button>b</button>", "<button><span>a</span></button> <button>b</button>\n"},
		{"<input disabled=''><input disabled=disabled>", "<input disabled><input disabled=\"disabled\">\n"},
		{"<p>&amp;lt; &quot;&nbsp;é</p>", "<p>&amp;lt; \"&nbsp;é</p>\n"},
		{`<a title='"&'>x</a>`, "<a title=\"&quot;&amp;\">x</a>\n"},
		{"<ul><li>a</li>\n<li>b</li></ul>", "<ul>\n  <li>a</li>\n  <li>b</li>\n</ul>\n"},
		{"<tr><td>a</td></tr>", "<tr>\n  <td>a</td>\n</tr>\n"},
		{"<p>a</p>b<i>c</i>", "<p>a</p>\nb<i>c</i>\n"},
		{"<script>a < b && c</script>", "<script>a < b && c</script>\n"},
		{"<svg viewBox='0 0 1 1'> <path d='M0 0'/> <text> a  b </text></svg>", "<svg viewBox=\"0 0 1 1\"><path d=\"M0 0\"></path><text>a b</text></svg>\n"},
		{"<!doctype html><title>t</title><p>x", "<!doctype html>\n<html>\n  <head>\n    <title>t</title>\n  </head>\n  <body>\n    <p>x</p>\n  </body>\n</html>\n"},
		{"<p><i class=icon></i> Text</p>", "<p><i class=\"icon\"></i> Text</p>\n"},
		{"<li><a href=/><img alt=x><h3>T</h3></a></li>", "<li>\n  <a href=\"/\">\n    <img alt=\"x\">\n    <h3>T</h3>\n  </a>\n</li>\n"},
		{"<p>a <b>b</b> <i>c</i><u>d</u></p>", "<p>a <b>b</b> <i>c</i><u>d</u></p>\n"},
		{"<form action=/" + strings.Repeat("x", 80) + "><label>a</label> <input> <input><button>b</button></form>",
			"<form action=\"/" + strings.Repeat("x", 80) + "\">\n  <label>a</label>\n  <input>\n  <input><button>b</button>\n</form>\n"},
		{"<p>x<script></script> y</p>", "<p>\n  x\n  <script></script>\n  y\n</p>\n"},
		{"<p>x<script></script>y</p>", "<p>x<script></script>y</p>\n"},
		{"<b>a</b>\n<dialog> <p>b </dialog>\n<b>c</b>", "<b>a</b>\n<dialog>\n  <p>b</p>\n</dialog>\n<b>c</b>\n"},
		{"<b>a</b><dialog><p>b<p>" + strings.Repeat("c", 100) + "</dialog><b>d</b>", "<b>a</b><dialog>\n  <p>b</p>\n  <p>" + strings.Repeat("c", 100) + "</p>\n</dialog><b>d</b>\n"},
		{"<!DOCTYPE HTML PUBLIC '-//W3C//DTD HTML 4.01//EN' 'http://x/\"'>", "<!doctype html PUBLIC \"-//W3C//DTD HTML 4.01//EN\" 'http://x/\"'>\n<html>\n  <head></head>\n  <body></body>\n</html>\n"},
		{"<!doctype html system 'about:legacy-compat'>", "<!doctype html SYSTEM \"about:legacy-compat\">\n<html>\n  <head></head>\n  <body></body>\n</html>\n"},
		{"&#xfeff;x", "&#xFEFF;x\n"},
		{"<iframe>&lt;</iframe>", "<iframe>&lt;</iframe>\n"},
		{"", ""},
		{" \n", ""},
	} {
		got := Normalize(test.html)
		if got != test.want {
			t.Errorf("%q:\ngot  %q\nwant %q", test.html, got, test.want)
		}
		if again := Normalize(got); again != got {
			t.Errorf("%q:\nonce  %q\ntwice %q", test.html, got, again)
		}
	}
}

func TestDiffComparesAsHTML(t *testing.T) {
	for _, test := range []struct{ a, b string }{
		{`<p class="a b" id=x>t</p>`, `<p id="x" class="b  a">t</p>`},
		{"<ul>\n  <li>a</li>\n</ul>\n", "<ul><li>a</li></ul>"},
		{"<p>a\n  b</p>", "<p>a b</p>"},
		{"<br/>", "<br>"},
		{"<p>&copy;</p>", "<p>©</p>"},
		{"<p>a</p><!-- x -->", "<p>a</p>"},
		{"\ufeff<p>a</p>", "<p>a</p>"},
		{"\ufeff<!doctype html><p>a", "<!doctype html><p>a"},
		{"\ufeff<tr><td>a", "<tr><td>a"},
		{"<li><a href=\"#a\">\n  Go\n</a></li>", "<li><a href=\"#a\">Go</a></li>"},
		{"<li><a href=\"#a\"><b>\n  Go\n</b> </a> <!-- x --> </li>", "<li><a href=\"#a\"><b>Go</b></a></li>"},
		{"<p><a> Go </a><br> <i> on </i></p>", "<p><a>Go</a><br><i>on</i></p>"},
		{"<p>a<button> <b> b </b> </button>c</p>", "<p>a<button><b>b</b></button>c</p>"},
		{"<p>x <script></script> y</p>", "<p>x<script></script> y</p>"},
		{"<p>x <script></script>y</p>", "<p>x<script></script> y</p>"},
		{"<p>x <!-- a --> y</p>", "<p>x<!-- a --> y</p>"},
		{"<p> <template></template> y <link> </p>", "<p><template></template>y<link></p>"},
		{"<div>x <p>y</p> z</div>", "<div>x<p>y</p>z</div>"},
		{"<a> <div>y</div> </a> z", "<a><div>y</div></a>z"},
		{"<p>a <span style='display: block'> b </span> c</p>", "<p>a<span style='display: block'>b</span>c</p>"},
		{"<svg> <text> a\n b </text> </svg>", "<svg><text>a b</text></svg>"},
	} {
		if d := Diff(test.a, test.b); d != "" {
			t.Errorf("%q and %q differ:\n%s", test.a, test.b, d)
		}
	}
	for _, test := range []struct{ a, b string }{
		{"<p>a b</p>", "<p>ab</p>"},
		{"<b>a</b> <b>b</b>", "<b>a</b><b>b</b>"},
		{"<pre>a b</pre>", "<pre>a  b</pre>"},
		{"<p>a&nbsp;b</p>", "<p>a b</p>"},
		{"<p id=a>", "<p id=b>"},
		{"<p class=a>", "<p>"},
		{"<textarea>a\n</textarea>", "<textarea>a</textarea>"},
		{"<span> a</span>b", "<span>a </span>b"},
		{"<p>x<script></script> y</p>", "<p>x<script></script>y</p>"},
		{"<p>x<template></template> y</p>", "<p>x<template></template>y</p>"},
		{"<p>x<style></style> y</p>", "<p>x<style></style>y</p>"},
		{"<p>x<link rel=stylesheet> y</p>", "<p>x<link rel=stylesheet>y</p>"},
		{"<p>x<!-- a --> y</p>", "<p>x<!-- a -->y</p>"},
		{"<p>x<!-- a --><script></script><!-- b --> y</p>", "<p>x<!-- a --><script></script><!-- b -->y</p>"},
		{"<p>x<!--[if mso]>a<![endif]--> y</p>", "<p>x<!--[if mso]>a<![endif]-->y</p>"},
		{"<b>a</b> <script></script><b>b</b>", "<b>a</b><script></script><b>b</b>"},
		{"x<dialog>d</dialog> y", "x<dialog>d</dialog>y"},
		{"x<div hidden>d</div> y", "x<div hidden>d</div>y"},
		{"<a>Go </a>there", "<a>Go</a>there"},
		{"<a>Go</a> there", "<a>Go</a>there"},
		{"<b>a</b> <button>b</button>", "<b>a</b><button>b</button>"},
		{"<img alt=a> b", "<img alt=a>b"},
		{"<b>a</b> <img alt=b>", "<b>a</b><img alt=b>"},
		{"a<picture> <img></picture>", "a<picture><img></picture>"},
		{"a <select></select> b", "a <select></select>b"},
		{"<label>a </label><input>", "<label>a</label><input>"},
		{"<b>a</b><span style='display:inline-block'>b </span> c", "<b>a</b><span style='display:inline-block'>b</span>c"},
		{"<div style='display: inline'>a</div> <div style='display: inline'>b</div>", "<div style='display: inline'>a</div><div style='display: inline'>b</div>"},
		{"<li style='display:inline-block'>a</li> <li style='display:inline-block'>b</li>", "<li style='display:inline-block'>a</li><li style='display:inline-block'>b</li>"},
		{"x<div style='float:left'>a</div> y", "x<div style='float:left'>a</div>y"},
		{"<p>x<span style='position:absolute'>a </span> y</p>", "<p>x<span style='position:absolute'>a </span>y</p>"},
		{"<p style='white-space: pre-wrap'>a  b</p>", "<p style='white-space: pre-wrap'>a b</p>"},
		{"<p style='white-space: pre-line'>a\nb</p>", "<p style='white-space: pre-line'>a b</p>"},
		{"<p style='white-space:break-spaces'>a </p>", "<p style='white-space:break-spaces'>a</p>"},
		{"<p>a<b style='white-space: PRE'> b</b></p>", "<p>a<b style='white-space: PRE'>b</b></p>"},
		{"<p style='white-space: pre; white-space: none'>a  b</p>", "<p style='white-space: pre; white-space: none'>a b</p>"},
		{"<svg><text xml:space='preserve'>a  b</text></svg>", "<svg><text xml:space='preserve'>a b</text></svg>"},
		{"<svg><text>a<title>t</title> b</text></svg>", "<svg><text>a<title>t</title>b</text></svg>"},
		{"<svg><script>// a\nb()</script></svg>", "<svg><script>// a b()</script></svg>"},
		{"<!doctype html><p>a", "<p>a"},
		{"<!doctype html><p>a", `<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd"><p>a`},
		{`<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN"><p>a`, `<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd"><p>a`},
		{"a&#xfeff;b", "ab"},
	} {
		if d := Diff(test.a, test.b); d == "" {
			t.Errorf("%q and %q don't differ", test.a, test.b)
		}
	}
}

func TestDiffIsReadable(t *testing.T) {
	got := Diff("<ul><li>a<li>b<li>c<li>d<li>e<li>f<li>g<li>h<li>i</ul>", "<ul><li>a<li>B<li>c<li>d<li>e<li>f<li>g<li>h<li>i<li>j</ul>")
	want := "  <ul>\n    <li>a</li>\n-   <li>b</li>\n+   <li>B</li>\n    <li>c</li>\n    <li>d</li>\n    <li>e</li>\n  …\n" +
		"    <li>g</li>\n    <li>h</li>\n    <li>i</li>\n+   <li>j</li>\n  </ul>\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	long := Diff(strings.Repeat("<p>a</p>", 5000), strings.Repeat("<p>b</p>", 5000))
	if n := strings.Count(long, "\n"); n > maxDiff+1 || !strings.Contains(long, "more lines that differ") {
		t.Errorf("%d lines", n)
	}
	wide := Diff("<p>"+strings.Repeat("a ", 500)+"x</p>", "<p>"+strings.Repeat("a ", 500)+"y</p>")
	if !strings.Contains(wide, "x</p>") || !strings.Contains(wide, "y</p>") || len(wide) > 400 {
		t.Errorf("got %s", wide)
	}
}

func TestTheNormalFormOfTheShopIsItsOwn(t *testing.T) {
	eachStory(t, func(s *story.Story, html string) {
		once := Normalize(html)
		if twice := Normalize(once); twice != once {
			t.Errorf("%s: %s", s.Title, diffLines(split(once), split(twice)))
		}
		if Diff(html, html) != "" || Diff(once, html) != "" {
			t.Errorf("%s differs from itself", s.Title)
		}
	})
}
