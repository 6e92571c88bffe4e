package check

import (
	"strings"
	"testing"
	"time"

	"github.com/storytime-dev/storytime/pkg/story"
)

// FuzzParse reads whatever is a check, and promises: a check, or problems each
// with a place and a hint; never both, never a panic.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`{role: button, name: /^a/i, has: {attr: {a: true, b: 1}, class: [a]}}`, `{css: "a:not(.b) > c:nth-child(2n+1), [d~='e' i]", count: 2}`,
		`{role: nope, level: x, within: {text: y, nth: -1}}`, `{golden: true, absent: false}`, `{text: "/(/", nth: 1, label: z}`,
		`{css: "\\31 a\\:b:has(> c + d ~ e):is(f, g)"}`, `{role: checkbox, checked: mixed, description: ""}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		v, problems := story.ParseProps("a.md", source)
		if len(problems) > 0 {
			return
		}
		c, problems := Parse(v, Options{})
		if (c == nil) == (len(problems) == 0) {
			t.Fatalf("%q: %v and %v", source, c, problems)
		}
		for _, p := range problems {
			if p.Hint == "" || p.Message == "" || p.Kind == "" {
				t.Fatalf("%q: %+v", source, p)
			}
		}
	})
}

// FuzzRun runs whatever is a check on whatever HTML, and promises that it ends
// soon, that what it says can be shown, and that it says the same again.
func FuzzRun(f *testing.F) {
	for _, html := range []string{
		typical, `<a id=a aria-labelledby="b a"><b id=b aria-labelledby=a aria-owns=a>x</b></a>`, `<table><tr><td><table role=none><th>x`,
		`<svg><title>a</title><foreignObject><p>x`, `<select><option>a<optgroup><option selected>b`, `<label for=x><input id=x><label>y`,
		`<pre>`, `<details><summary><summary>`, `<!doctype html><body>x`, `<td>x`, `<col>`, `<caption>x`,
	} {
		for _, c := range []string{
			`{role: button, name: x}`, `{text: x}`, `{label: x}`, `{css: "a *:not(b):has(c)"}`, `{role: region, description: /x/}`, `{value: x, has: {value: [a]}}`,
		} {
			f.Add(html, c)
		}
	}
	f.Fuzz(func(t *testing.T, html, source string) {
		const long = 1 << 14
		v, problems := story.ParseProps("a.md", source)
		if len(problems) > 0 || len(html) > long {
			return
		}
		c, _ := Parse(v, Options{})
		if c == nil {
			return
		}
		start := time.Now()
		d := NewDocument(html)
		p := c.Run(d)
		for _, n := range d.Elements() {
			d.Role(n)
			d.State(n, "disabled")
		}
		d.Roles()
		if took := time.Since(start); took > 5*time.Second {
			t.Fatalf("%q on %q took %v", source, html, took)
		}
		again := c.Run(NewDocument(html))
		if (p == nil) != (again == nil) || p != nil && (p.Message != again.Message || p.Detail != again.Detail) {
			t.Fatalf("%q on %q: %v, then %v", source, html, p, again)
		}
		if p != nil && (p.Hint == "" || strings.Count(p.Detail, "\n") > 2*most) {
			t.Fatalf("%q on %q: %+v", source, html, p)
		}
		if Diff(html, html) != "" {
			t.Fatalf("%q differs from itself", html)
		}
	})
}
