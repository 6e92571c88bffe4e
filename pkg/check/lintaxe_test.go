package check

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/storytime-dev/storytime/pkg/browser"
)

// axeNames are the rules of axe that say what a rule here says, where the
// names differ.
var axeNames = map[string]string{
	"duplicate-id-active": "duplicate-id", "duplicate-id-aria": "duplicate-id", "html-lang-valid": "valid-lang",
}

// axeDiffers is why axe finds something else in a fragment, by the fragment
// and the rule.
var axeDiffers = func() map[string]string {
	m := map[string]string{}
	add := func(reason, rule string, fragments ...string) {
		for _, f := range fragments {
			m[f+" | "+rule] = reason
		}
	}
	add("ARIA requires a name of these roles, whoever gives them", "aria-progressbar-name", `<progress value=1></progress>`)
	add("ARIA requires a name of these roles, whoever gives them", "aria-meter-name", `<meter value=1></meter>`)
	add("here no-missing-references says so", "aria-valid-attr-value",
		`<button aria-controls=x>Menu</button>`, `<button aria-controls=x aria-expanded=true>Menu</button>`)
	add("ARIA forbids it, whatever else is there; axe leaves it to people where there is text", "aria-prohibited-attr",
		`<span aria-label="4.5">★★★★</span>`)
	add("the page may have the parent", "aria-required-parent", `<div role=row><div>x</div></div>`, `<div role=tab>x</div>`)
	add("the page may have the list", "listitem", `<li>x</li>`, `<li>x</li><li>y</li>`)
	add("the page may have the list", "dlitem", `<dt>a</dt><dd>b</dd>`, `<div><dt>a</dt><dd>b</dd></div>`)
	add("HTML allows no control in a link; axe looks at what hides its content", "nested-interactive",
		`<a href=/><button>x</button></a>`, `<a href=/><span tabindex=0>x</span></a>`)
	add("what a custom element is, its script says", "list", `<ul><my-item>x</my-item></ul>`)
	add("what a custom element is, its script says", "listitem", `<my-list><li>x</li></my-list>`)
	return m
}()

// beyondAxe are the rules that axe doesn't have.
var beyondAxe = []string{"attr-name", "multiple-labeled-controls", "nesting", "no-dup-attr", "no-missing-references", "valid-id"}

// TestTheRulesFindWhatAxeFinds runs axe on each fragment of the table, in
// Chromium.
func TestTheRulesFindWhatAxeFinds(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	script, err := os.ReadFile("../../node_modules/axe-core/axe.min.js")
	if os.IsNotExist(err) {
		message := "axe-core isn't installed: run `npm ci`"
		if os.Getenv("CI") != "" {
			t.Fatal(message)
		}
		t.Skip(message)
	}
	if err != nil {
		t.Fatal(err)
	}
	b, err := browser.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	p, err := b.Open("data:text/html,<!doctype html><html lang=en><title>t</title><body>", browser.View{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	if _, err := browser.Evaluate[bool](p, string(script)+"\n;true"); err != nil {
		t.Fatal(err)
	}

	var ask []string
	for name := range rules {
		if !slices.Contains(beyondAxe, name) {
			ask = append(ask, name)
		}
	}
	for name := range axeNames {
		ask = append(ask, name)
	}
	var list []linted
	for _, x := range lintTable {
		if d := NewDocument(x.html); d.root.Data == rootName && !strings.Contains(x.rules, "nesting") && !strings.Contains(x.html, "noscript") {
			list = append(list, x)
		}
	}
	var sources []string
	for _, x := range list {
		sources = append(sources, x.html)
	}
	input, err := json.Marshal([]any{ask, sources})
	if err != nil {
		t.Fatal(err)
	}
	found, err := browser.Evaluate[[][]string](p, `(async ([rules, sources]) => {
		const all = [];
		for (const source of sources) {
			document.body.innerHTML = source;
			const result = await axe.run(document, {iframes: false, resultTypes: ['violations'], runOnly: {type: 'rule', values: rules}});
			all.push(result.violations.map(v => v.id));
		}
		return all;
	})(`+string(input)+`)`)
	if err != nil {
		t.Fatal(err)
	}
	unused := map[string]bool{}
	for key := range axeDiffers {
		unused[key] = true
	}
	compared := 0
	for i, x := range list {
		axe := map[string]bool{}
		for _, id := range found[i] {
			if name := axeNames[id]; name != "" {
				id = name
			}
			axe[id] = true
		}
		ours := map[string]bool{}
		for name := range strings.FieldsSeq(x.rules) {
			if !slices.Contains(beyondAxe, name) {
				ours[name] = true
			}
		}
		for name := range rules {
			if slices.Contains(beyondAxe, name) {
				continue
			}
			compared++
			if axe[name] == ours[name] {
				continue
			}
			key := x.html + " | " + name
			if axeDiffers[key] == "" {
				t.Errorf("%s: axe %v, found %v", key, axe[name], ours[name])
			}
			delete(unused, key)
		}
	}
	for key := range unused {
		t.Errorf("this difference is none any more: %s", key)
	}
	t.Logf("%d fragments, %d verdicts", len(list), compared)
}
