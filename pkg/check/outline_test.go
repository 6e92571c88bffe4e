package check

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// indented returns the nodes of an outline, each on a line, indented.
func indented(nodes []Node) string {
	var b strings.Builder
	for _, n := range nodes {
		b.WriteString(strings.Repeat("  ", n.Depth))
		if n.Role == "" {
			b.WriteString("text")
		}
		b.WriteString(n.Role)
		if n.Name != "" {
			fmt.Fprintf(&b, " %q", n.Name)
		}
		if n.Description != "" {
			fmt.Fprintf(&b, " described as %q", n.Description)
		}
		if n.Value != "" {
			fmt.Fprintf(&b, " value %q", n.Value)
		}
		for _, s := range n.States {
			b.WriteString(", " + s)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestOutlineIsTheAccessibilityTree(t *testing.T) {
	for html, want := range map[string]string{
		``:                                    ``,
		`a <b>b</b> <span>c</span>`:           `text "a b c"`,
		`<div>a</div>b<div><div>c<br>d</div>`: "text \"a\"\ntext \"b\"\ntext \"c\"\ntext \"d\"",
		`<h3>Speckled <em>mug</em></h3>`:      "heading \"Speckled mug\", level 3\n  emphasis\n    text \"mug\"",
		`<p>One <a href=/>two</a> three</p>`:  "paragraph\n  text \"One\"\n  link \"two\"\n  text \"three\"",
		`<ul><li>a<li>b</ul>`:                 "list\n  listitem\n    text \"a\"\n  listitem\n    text \"b\"",
		`<button type=submit disabled title="It is done">Save <svg><title>x</title><a href=/></a></svg></button>`:                     `button "Save x" described as "It is done", disabled`,
		`<button aria-label=Close aria-pressed=mixed>x</button>`:                                                                      `button "Close", partly pressed`,
		`<div role=checkbox aria-checked=true aria-required=true aria-invalid=true>a</div>`:                                           `checkbox "a", checked, required, invalid`,
		`<input type=checkbox aria-label=a>`:                                                                                          `checkbox "a", not checked`,
		`<label>Name <input value=Ada required readonly></label>`:                                                                     "text \"Name\"\ntextbox \"Name\" value \"Ada\", required, read only",
		`<input type=password aria-label=Key value=1234>`:                                                                             `<input type="password"> "Key"`,
		`<textarea aria-label=a>b</textarea><input type=hidden><input type=number value=3>`:                                           "textbox \"a\" value \"b\"\nspinbutton value \"3\"",
		`<select aria-label=a><option>b<option selected>c</select>`:                                                                   "combobox \"a\" value \"c\", collapsed\n  option \"b\"\n  option \"c\", selected",
		`<meter value=3 aria-label=a>three</meter><iframe title=b></iframe>`:                                                          "meter \"a\" value \"3\"\n<iframe> \"b\"",
		`<details><summary>a</summary>b</details>`:                                                                                    "group\n  button \"a\", collapsed",
		`<details open><summary>a</summary>b</details>`:                                                                               "group\n  button \"a\", expanded\n  text \"b\"",
		`<nav aria-label=Main><a href=/ aria-current=page>a</a></nav>`:                                                                "navigation \"Main\"\n  link \"a\", current page",
		`<fieldset><legend>a</legend><input type=radio aria-label=b checked></fieldset>`:                                              "group \"a\"\n  radio \"b\", checked",
		`<p hidden>a</p><p aria-hidden=true>b</p><p inert>c</p><p style="visibility:hidden">d<b style="visibility:visible">e</b></p>`: `text "e"`,
		`<div tabindex=0>a</div><div tabindex=-1 role=none>b</div>`:                                                                   "generic\n  text \"a\"\ngeneric\n  text \"b\"",
		`<table><tr><th>a<td>b</table>`:                                                                                               "table\n  rowgroup\n    row \"a b\"\n      rowheader \"a\"\n      cell \"b\"",
		`<img src=a alt=""><img src=a alt=b><svg>`:                                                                                    "img \"b\"\nimg",
		`<tr><td>a`: "row \"a\"\n  cell \"a\"",
		`<template>a</template><script>b</script><noscript>c</noscript><style>d</style>`: `text "c"`,
		`<!doctype html><title>a</title><main aria-busy=true>b</main>`:                   "document\n  main, busy\n    text \"b\"",
		`<div role=textbox contenteditable aria-label=a>b <b>c</b></div>`:                `textbox "a" value "b c"`,
	} {
		got := indented(NewDocument(html).Outline(100).Nodes)
		if strings.TrimSpace(got) != want {
			t.Errorf("%s: got\n%swant\n%s", html, got, want)
		}
	}
}

func TestStopsAreWhatTabReachesInItsOrder(t *testing.T) {
	for html, want := range map[string]string{
		`<a href=/>a</a><a>b</a><button>c</button><button disabled>d</button>`:                                                                                             "link \"a\"\nbutton \"c\"",
		`<button>a</button><button tabindex=2>b</button><button tabindex=1>c</button><button tabindex=2>d</button><i tabindex=0 role=tab>e</i>`:                            "button \"c\"\nbutton \"b\"\nbutton \"d\"\nbutton \"a\"\ntab \"e\"",
		`<button tabindex=-1>a</button><div tabindex=0>b</div>`:                                                                                                            "generic",
		`<button hidden>a</button><div inert><button>b</button></div><details><a href=/>c</a></details>`:                                                                   "",
		`<div aria-hidden=true><a href=/>a</a></div>`:                                                                                                                      `link "a", hidden`,
		`<button><a href=/>a</a></button>`:                                                                                                                                 "button \"a\"\nlink \"a\"",
		`<input type=radio name=a aria-label=1><input type=radio name=a aria-label=2 checked><input type=radio name=b aria-label=3><input type=radio name=b aria-label=4>`: "radio \"2\", checked\nradio \"3\", not checked",
		`<form><input type=radio name=a aria-label=1></form><input type=radio name=a aria-label=2><input type=radio aria-label=3>`:                                         "radio \"1\", not checked\nradio \"2\", not checked\nradio \"3\", not checked",
		`<fieldset disabled><legend><input aria-label=a></legend><input aria-label=b></fieldset>`:                                                                          `textbox "a"`,
	} {
		got := indented(NewDocument(html).Outline(100).Stops)
		if strings.TrimSpace(got) != want {
			t.Errorf("%s: got\n%swant\n%s", html, got, want)
		}
	}
}

func TestOutlineSaysWhatItLeavesOut(t *testing.T) {
	o := NewDocument(strings.Repeat("<button>a</button><p>b</p>", 10)).Outline(5)
	if len(o.Nodes) != 5 || o.More != 25 || len(o.Stops) != 5 || o.MoreStops != 5 {
		t.Errorf("%d nodes and %d more, %d stops and %d more", len(o.Nodes), o.More, len(o.Stops), o.MoreStops)
	}
	o = NewDocument(strings.Repeat("<ul><li>", 100) + "a").Outline(500)
	if len(o.Nodes) != maxOutlineDepth+1 || o.More != 200-len(o.Nodes)+1 {
		t.Errorf("%d nodes and %d more", len(o.Nodes), o.More)
	}
	if NewDocument(strings.Repeat("<div>", 1000)).Outline(5) != nil {
		t.Error("an outline of what can't be parsed")
	}
}

// FuzzOutline outlines whatever HTML there is, and promises that it ends soon
// and stays small.
func FuzzOutline(f *testing.F) {
	for _, html := range []string{
		typical, `<a href id=a aria-labelledby="b a"><b id=b aria-labelledby=a aria-owns=a>x</b></a>`, `<table><tr><td tabindex=9><table role=none><th>x`,
		`<svg><title>a</title><foreignObject><p>x<a href>`, `<select><option>a<optgroup><option selected>b`, `<label for=x><input id=x><label>y`,
		`<details><summary><summary>`, `<!doctype html><body>x`, `<td>x`, `<input type=radio name=a form=b><form id=b>`, `<p style="visibility:hidden">a<i style=visibility:visible>`,
	} {
		f.Add(html)
	}
	f.Fuzz(func(t *testing.T, html string) {
		const long, limit = 1 << 14, 20
		if len(html) > long {
			return
		}
		start := time.Now()
		o := NewDocument(html).Outline(limit)
		if took := time.Since(start); took > 5*time.Second {
			t.Fatalf("%q took %v", html, took)
		}
		if o == nil {
			return
		}
		if len(o.Nodes) > limit || len(o.Stops) > limit || o.More < 0 || o.MoreStops < 0 {
			t.Fatalf("%q: %+v", html, o)
		}
		for i, n := range o.Nodes {
			if n.Depth > maxOutlineDepth || i == 0 && n.Depth > 0 || i > 0 && n.Depth > o.Nodes[i-1].Depth+1 {
				t.Fatalf("%q: %s stands nowhere", html, n.Role)
			}
			if n.Role+n.Name == "" || len([]rune(n.Name)) > maxOutlineText || len([]rune(n.Value)) > maxOutlineText {
				t.Fatalf("%q: %+v", html, n)
			}
		}
	})
}
