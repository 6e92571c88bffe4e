package check

import "testing"

func TestWhatIsNotStableIsNamed(t *testing.T) {
	for _, test := range []struct{ first, second, want string }{
		{`<p>a</p>`, `<p>a</p>`, ""},
		{`<input id="f-31">`, `<input id="f-77">`, `the attribute "id" of <input> is "f-31", then "f-77"` + "\n"},
		{`<p class="a b">x</p>`, `<p class="b a">x</p>`, `the classes of <p> are in another order: "a b", then "b a"` + "\n"},
		{`<p class="a b">x</p>`, `<p class="b c">x</p>`, `the attribute "class" of <p> is "a b", then "b c"` + "\n"},
		{`<p a="1" b="2">x</p>`, `<p b="2" a="1">x</p>`, "the attributes of <p> are in another order\n"},
		{`<p>one</p>`, `<p>two</p>`, `a text is "one", then "two"` + "\n"},
		{`<p hidden>x</p>`, `<p>x</p>`, `<p> has the attribute "hidden", and then hasn't` + "\n"},
		{`<p>x</p>`, `<p hidden>x</p>`, `<p> hasn't the attribute "hidden", and then has it` + "\n"},
		{`<ul><li>a</li></ul>`, `<ul><li>a</li><li>b</li></ul>`, "  <ul>\n    <li>a</li>\n+   <li>b</li>\n  </ul>\n"},
		{`<p >x</p>`, `<p>x</p>`, "white space, comments or the way it is written\n"},
	} {
		if got := Unstable([]string{test.first, test.first, test.second}); got != test.want {
			t.Errorf("%s and %s: %q, want %q", test.first, test.second, got, test.want)
		}
	}
	if got := Unstable(nil); got != "" {
		t.Errorf("nothing at all: %q", got)
	}
}
