package check

import (
	"fmt"
	"strings"
	"testing"
)

func TestChecksThatHold(t *testing.T) {
	for _, test := range []struct{ html, checks string }{
		{`Hello <b>you</b>`, "{text: Hello}\n{text: you}\n{text: /^Hel/}\n{text: HELLO, absent: true}\n{text: /HELLO/i}"},
		{`<p>a&nbsp; b</p>`, "{text: a b}\n{text: \"a\u00a0b\"}\n{text: \" a  b \"}\n{tag: p, has: {text: a b}}"},
		{`<p>404</p><p>4.5</p>`, "{text: 404}\n{text: 4.5}\n{tag: p, count: 2}"},
		{`<ul><li>a<li>b<li>c</ul>`, "{role: listitem, count: 3}\n{role: listitem, nth: 0, has: {text: a}}\n{role: listitem, nth: -1, has: {text: c}}\n" +
			"{role: listitem, nth: 2}\n{role: button, count: 0}\n{role: button, absent: true}\n{role: listitem, count: 3, nth: 1, has: {text: b}}\n{role: listitem, count: 3, has: {text: /^.$/}}\n" +
			"{role: listitem, count: 3.0}\n{role: listitem, nth: 2.0}\n{role: button, count: 0.0}"},
		{`<dialog><button>Yes</button></dialog>`, "{role: dialog, absent: true}\n{role: dialog, hidden: true}\n{role: button, absent: true}\n" +
			"{role: button, hidden: true, name: Yes}\n{text: Yes}\n{role: button, hidden: true, within: {role: dialog, hidden: true}}"},
		{`<div role=alert>Wrong</div><p>Wrong</p>`, "{text: Wrong, within: {role: alert}}\n{text: Wrong, count: 2}"},
		{`<nav aria-label=A><a href=#>x</a></nav><nav aria-label=B><a href=#>x</a></nav>`,
			"{role: link, within: {role: navigation, name: B}}\n{role: link, within: {role: navigation, nth: 0}}\n{role: link, count: 2}"},
		{`<section aria-label=S><ul><li><a href=#>x</a></ul></section><ul><li><a href=#>x</a></ul>`, "{role: link, within: {role: list, within: {role: region}}}"},
		{`<button type=submit disabled class="a b" data-n=3>x</button>`,
			"{role: button, has: {attr: {type: submit, disabled: true, hidden: false, data-n: 3}, class: [b, a], text: x}}\n{role: button, has: {class: a}}\n" +
				"{role: button, has: {class: b a}}\n{class: a}\n{class: /^A$/i}\n{tag: BUTTON}\n{tag: button, has: {class: /^a/}}\n{role: button, disabled: true}"},
		{`<button></button>`, `{role: button, name: ""}`},
		{`<button>x</button>`, "{role: button, name: \"\", absent: true}\n{role: button, pressed: false, absent: true}\n{role: button, expanded: false, absent: true}\n" +
			"{role: button, disabled: false}\n{role: button, busy: false}\n{role: button, current: false}"},
		{`<div role=checkbox>x</div>`, `{role: checkbox, checked: false}`},
		{`<button aria-pressed=mixed>x</button>`, "{role: button, pressed: mixed}\n{role: button, pressed: true, absent: true}"},
		{`<div role=checkbox aria-checked=mixed>x</div>`, "{role: checkbox, checked: mixed}"},
		{`<p id=a>1</p><p id=a>2</p>`, "{id: a, count: 2}\n{id: /^a$/, count: 2}\n{id: A, absent: true}"},
		{`<select multiple aria-label=x><option selected>a<option>b<option selected>c</select>`, "{label: x, has: {value: [a, c]}}\n{role: option, selected: true, count: 2}"},
		{`<select aria-label=x><option value=1>a</select>`, "{label: x, has: {value: 1}}\n{value: a}"},
		{`<input type=number aria-label=x value=4>`, "{label: x, has: {value: 4}}\n{value: 4}\n{role: spinbutton, has: {value: \"4\"}}"},
		{`<fieldset disabled><input aria-label=x></fieldset>`, `{role: textbox, disabled: true}`},
		{`<div aria-disabled=true><button>x</button></div>`, `{role: button, disabled: true}`},
		{`<button><img src=x alt=Logo></button>`, "{role: img, name: Logo}\n{role: button, name: Logo}"},
		{`<noscript><p>No</p></noscript>`, "{text: No}\n{role: paragraph}"},
		{`<template><button>x</button></template>`, "{role: button, hidden: true, absent: true}\n{css: button, absent: true}\n{text: x, absent: true}"},
		{`<tr><th scope=row>a</th><td>1</td></tr>`, "{role: row}\n{role: cell, name: 1}\n{role: rowheader}\n{css: tr > td}\n{tag: table, absent: true}"},
		{`<td>1</td>`, `{role: cell}`},
		{`<option>x</option>`, `{role: option, name: x}`},
		{`<!doctype html><html lang=en><body>Loose<p>x</p></body></html>`, "{text: Loose}\n{role: document}\n{css: body > p}\n{tag: html, has: {attr: {lang: en}}}"},
		{`<svg viewBox="0 0 1 1"><linearGradient id=g></linearGradient><use xlink:href="#g"/></svg>`,
			"{tag: linearGradient}\n{css: linearGradient}\n{css: \"[viewBox]\"}\n{css: \"svg > lineargradient#g\"}\n{tag: svg, has: {attr: {viewBox: 0 0 1 1}}}\n{tag: use, has: {attr: {\"xlink:href\": \"#g\"}}}"},
		{`<a href="/reset/x">x</a>`, "{role: link, has: {attr: {href: /reset/}}}\n{role: link, has: {attr: {href: /reset/x}}}"},
		{`<h2 aria-level=4>x</h2><div role=heading>y</div>`, "{role: heading, level: 4}\n{role: heading, level: 2, name: y}"},
		{`<img alt=""><img alt=x>`, "{alt: x}\n{alt: \"\"}\n{role: none}\n{role: presentation}\n{role: image, name: x}"},
	} {
		d := NewDocument(test.html)
		for source := range strings.SplitSeq(test.checks, "\n") {
			if p := parsed(t, source).Run(d); p != nil {
				t.Errorf("%s\n%s: %v\n%s", test.html, source, p, p.Detail)
			}
		}
	}
}

func TestAFailureSaysWhatWasExpectedFoundAndNear(t *testing.T) {
	for _, test := range []struct{ html, check, message, detail, hint string }{
		{`<button>Safe</button><a href=#>Home</a>`, `{role: button, name: Save}`,
			`expected one button "Save", found none`, "roles and names that are there:\n  button \"Safe\"  <button>\n  link \"Home\"  <a href=\"#\">\n", `did you mean "Safe"?`},
		{`<a href=#>Save</a><button>Other</button>`, `{role: button, name: Save}`, `expected one button "Save", found none`, `link "Save"`, "did you mean `role: link`?"},
		{`<button>Save</button><button>Save</button>`, `{role: button, name: Save}`, `expected one button "Save", found 2`, "found:\n  button \"Save\"", "`nth: 0`"},
		{`<button>a</button><button>b</button>`, `{role: button, absent: true}`, `expected no button, found 2`, "found:\n  button \"a\"  <button>\n  button \"b\"", "take it out"},
		{`<button>a</button>`, `{role: button, count: 0}`, `expected no button, found one`, `button "a"`, "take it out"},
		{`<button>a</button>`, `{role: button, count: 2}`, `expected 2 buttons, found one`, `button "a"`, "`count: 1`"},
		{`<button hidden>Save</button>`, `{role: button, name: Save}`, `expected one button "Save", found none`, `button "Save" (hidden)`, "it is hidden"},
		{`<input type=checkbox aria-label=x>`, `{role: checkbox, checked: true}`, `expected one checkbox (checked: true), found none`, `(checked: false)`, `it is there with checked: false`},
		{`<h2>A</h2>`, `{role: heading, level: 1, name: A}`, `expected one heading "A" (level: 1), found none`, `(level: 2)`, `it is there with level: 2`},
		{`<button>Save the page</button>`, `{role: button, name: Save}`, `expected one button "Save", found none`, `button "Save the page"`, "a name is compared whole"},
		{`<p>Save the page</p>`, `{text: Save}`, `expected one element with the text "Save", found none`, "texts that are there:\n  \"Save the page\"", "it is compared whole"},
		{`<p>Save <b>the</b> page</p>`, `{text: Save the page}`, `expected one element with the text "Save the page", found none`, `"Save page"`, "the text stands in several elements"},
		{`<label>Nane <input></label>`, `{label: Name}`, `expected one element labelled "Name", found none`, `"Nane"`, `did you mean "Nane"?`},
		{`<p class="cart"></p>`, `{class: card}`, `expected one element with the class "card", found none`, `"cart"`, `did you mean "cart"?`},
		{`<p></p>`, `{css: p > a}`, `expected one element for the selector "p > a", found none`, "", "compare the selector"},
		{`<button type=button>x</button>`, `{role: button, has: {attr: {type: submit}}}`, `expected the button to have the attribute "type" as "submit", found "button"`, `in button "x"`, "change the check"},
		{`<button>x</button>`, `{role: button, has: {attr: {disabled: true}, text: y}}`, `expected the button to have the text "y", found "x"`, `expected also the attribute "disabled", found no such attribute`, "change the check"},
		{`<button hidden>x</button>`, `{tag: button, has: {attr: {hidden: false}}}`, `expected the <button> to have no attribute "hidden", found ""`, "", "change the check"},
		{`<p class="a b">x</p>`, `{tag: p, has: {class: c}}`, `expected the <p> to have the class "c", found "a b"`, "", "change the check"},
		{`<input aria-label=x value=1>`, `{label: x, has: {value: 2}}`, `expected the element labelled "x" to have the value "2", found "1"`, "", "change"},
		{`<p>x</p>`, `{tag: p, has: {value: 2}}`, `expected the <p> to have the value "2", found no value`, "", "ask for a form control"},
		{`<li>a</li><li>b</li>`, `{tag: li, count: 2, has: {text: a}}`, `expected <li> number 2 of 2 to have the text "a", found "b"`, "", "change"},
		{`<li>a</li>`, `{tag: li, nth: 1}`, "expected at least 2 <li> for `nth: 1`, found one", "", "`nth: 0`"},
		{`<p>x</p>`, `{text: x, within: {role: dialog}}`, `expected one dialog to look within, found none`, "", ""},
		{`<ul></ul><ul></ul>`, `{text: x, within: {role: list}}`, `expected one list to look within, found 2`, "found:", "nth: 0"},
		{`<ul></ul><p>x</p>`, `{text: x, within: {role: list}}`, `expected one element with the text "x" in the list, found none`, "found elsewhere:\n  paragraph  <p>", "leave out"},
		{`<p>x</p>`, `{role: none}`, `expected one element with the role "none", found none`, "", ""},
		{`<p>x</p>`, `{role: presentation, count: 2}`, `expected 2 elements with the role "presentation", found none`, "", ""},
		{`<div>x</div>`, `{role: generic, count: 0}`, `expected no element with the role "generic", found one`, "<div>", "take it out"},
		{`<div>x</div>`, `{role: generic, has: {text: y}}`, `expected the element with the role "generic" to have the text "y", found "x"`, "<div>", "change"},
		{strings.Repeat(`<a href=#>x</a>`, 12), `{role: button}`, `expected one button, found none`, "\n  and 2 more\n", "change"},
		{strings.Repeat(`<a href=#>x</a>`, 2000), `{role: button}`, `expected one button, found none`, "\n  and more\n", "change"},
		{strings.Repeat(`<a href=#>x</a>`, 1000), `{role: button}`, `expected one button, found none`, "\n  and 990 more\n", "change"},
		{``, `{role: button}`, `expected one button, found none`, "", ""},
	} {
		c := parsed(t, test.check)
		p := c.Run(NewDocument(test.html))
		if p == nil {
			t.Errorf("%s\n%s holds", test.html, test.check)
			continue
		}
		if p.Message != test.message || !strings.Contains(p.Detail, test.detail) || !strings.Contains(p.Hint, test.hint) || p.Hint == "" {
			t.Errorf("%s\n%s\ngot  %s\n%s     %s\nwant %s\n%s     %s", test.html, test.check, p.Message, p.Detail, p.Hint, test.message, test.detail, test.hint)
		}
		if p.File != "a.stories.md" || p.Line != 1 || p.Column != 1 || p.Length == 0 || p.Kind != "check" {
			t.Errorf("%s: the problem is at %v, length %d, of kind %s", test.check, p.Place(), p.Length, p.Kind)
		}
	}
}

func TestHTMLThatIsTooDeepIsAProblemAndNoPanic(t *testing.T) {
	d := NewDocument(strings.Repeat("<div>", 10_000))
	if p := parsed(t, `{role: button, absent: true}`).Run(d); p == nil || !strings.Contains(p.Message, "512") {
		t.Errorf("got %v", p)
	}
	Normalize(strings.Repeat("<div>", 10_000))
}

func TestElementsThatReferToEachOtherHaveNames(t *testing.T) {
	var b strings.Builder
	for i := range 60 {
		fmt.Fprintf(&b, `<span role=button id=a%d aria-owns="a%d a%d"></span>`, i, i+1, i+1)
		fmt.Fprintf(&b, `<label for=c%d><input type=checkbox id=c%d></label><label for=c%d><input type=checkbox id=d%d></label>`, i, i+1, i, i)
	}
	b.WriteString(`<a href=/ id=x aria-labelledby="y x">X</a><a href=/ id=y aria-labelledby="x y">Y</a>` +
		`<section id=r aria-labelledby=s>R</section><section id=s aria-labelledby=r>S</section>`)
	d := NewDocument(b.String())
	if p := parsed(t, `{role: button, name: x, absent: true}`).Run(d); p != nil {
		t.Error(p)
	}
	if p := parsed(t, `{role: checkbox, name: x, absent: true}`).Run(d); p != nil {
		t.Error(p)
	}
	if p := parsed(t, `{role: link, name: Y X}`).Run(d); p != nil {
		t.Error(p, p.Detail)
	}
	if p := parsed(t, `{role: region, name: S}`).Run(d); p != nil {
		t.Error(p, p.Detail)
	}
}

func TestSelectorsFindWhatTheyFindInABrowser(t *testing.T) {
	const page = `<main id=m><h1 class="a b">T</h1><ul><li>1<li class=x>2<li>3<li class="x y">4</ul><p>p<a href=#>l</a></p><p></p><p> </p>` +
		`<input type=checkbox checked required><select><option>o<option>q</select><button disabled>d</button><button>e</button>` +
		`<div lang=en data-v="A b"><div><span>s</span></div></div></main>`
	for selector, want := range map[string]int{
		"*": 20, "li": 4, "LI": 4, "ul > li": 4, "main li": 4, "main > li": 0, "li.x": 2, "li.x.y": 1, ".a.b": 1, "#m": 1, "li + li": 3, "li ~ li.x": 2,
		"h1, li": 5, "li:first-child": 1, "li:last-child": 1, "li:nth-child(2)": 1, "li:nth-child(odd)": 2, "li:nth-child(2n)": 2, "li:nth-child( -n + 2 )": 2,
		"li:nth-last-child(1)": 1, "p:first-of-type": 1, "p:nth-of-type(2)": 1, "p:empty": 1, "p:not(:empty)": 2, "li:not(.x)": 2, "li:not(.x, :first-child)": 1,
		":is(h1, li)": 5, "main :where(.x)": 2, "p:has(a)": 1, "p:has(> a)": 1, "main:has(span)": 1, "main:has(> span)": 0, "li:has(+ li)": 3, "ul:has(~ p)": 1,
		"h1:has(~ div span)": 1, ":checked": 2, ":disabled": 1, "button:enabled": 1, ":required": 1, "select:optional": 1, "a:link": 1, "[data-v]": 1,
		"[data-v='A b']": 1, "[data-v~=b]": 1, "[data-v^=A]": 1, "[data-v$=b]": 1, "[data-v*=' ']": 1, "[data-v='a B' i]": 1, "[lang|=en]": 1, "[type=checkbox]": 1,
		"div div span": 1, "main * span": 1, "div > span": 1, "div span:only-child": 1, "li:only-of-type": 0, "h1:only-of-type": 1, "body": 0, "main:first-child": 1,
	} {
		sel, err := parseSelector(selector)
		if err != nil {
			t.Errorf("%s: %v", selector, err)
			continue
		}
		got := 0
		for _, in := range NewDocument(page).matching(sel) {
			if in {
				got++
			}
		}
		if got != want {
			t.Errorf("%s finds %d, want %d", selector, got, want)
		}
	}
}

func TestAHostileSelectorOrExpressionDoesNotHang(t *testing.T) {
	page := strings.Repeat("<div>", 400) + strings.Repeat("<i></i>", 3000)
	d := NewDocument(page)
	for _, selector := range []string{
		strings.Repeat("* ", 490) + "x", strings.Repeat("div ", 240) + "b", strings.Repeat("i ~ ", 240) + "b",
		strings.Repeat(":has(", 19) + "b" + strings.Repeat(")", 19), strings.Repeat(":not(", 19) + "b" + strings.Repeat(")", 19),
		strings.Repeat(":nth-child(2n+1)", 60),
	} {
		parsed(t, `{css: "`+selector+`", count: 0}`).Run(d)
	}
	if p := parsed(t, `{text: "/^(a+)+$/", absent: true}`).Run(NewDocument(strings.Repeat("a", 100_000) + "b")); p != nil {
		t.Error(p.Message)
	}
}
