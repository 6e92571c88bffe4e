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
