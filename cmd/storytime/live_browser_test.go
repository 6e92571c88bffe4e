//go:build unix

package main

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/storytime-dev/storytime/pkg/browser"
)

// lively is a small catalog with one of each kind of file.
var lively = map[string]string{
	"storytime.yaml":            "title: Lively\nthemes:\n  light: {data-theme: light}\n  dark: {data-theme: dark}\n",
	"index.md":                  "Welcome. See [the form](forms/form.stories.md).\n",
	"layout.html":               "<main class=\"layout\">{{.Children}}</main>\n",
	"forms/face.svg":            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"10\"/>\n",
	"forms/form.html":           "<form>\n<img src=\"face.svg\" alt=\"\">\n<label>Name <input id=\"name\" name=\"name\" value=\"{{.name}}\"></label>\n<p class=\"note\">{{.note}}</p>\n{{component \"/actions/button/button.html\" (props \"text\" \"Send\")}}\n</form>\n",
	"forms/form.stories.md":     "---\ndescription: A whole form.\nprops:\n  name: {type: string, default: \"\"}\n  note: {type: string, required: true}\n---\n\nThe prose of the form.\n\n## Plain\n\n```yaml story\nprops: {note: The first note}\n```\n\n## Filled\n\n```yaml story\nprops: fixtures/alice.json\n```\n",
	"forms/fixtures/alice.json": "{\"name\": \"Alice\", \"note\": \"From a file\"}\n",
	"actions/button/button.html": "<button class=\"button\" type=\"button\" style=\"color: {{.tone}}\" {{if .disabled}}disabled{{end}}>{{.text}} {{.count}}</button>\n" +
		"<p>{{.kind}} {{.day}} {{range .items}}<i>{{.}}</i>{{end}} {{.anything}} {{with .data}}<b>{{.deep}}</b>{{end}}</p>\n",
	"actions/button/button.css": ".button { padding: 8px; outline: 1px solid rgb(1, 1, 1) }\n",
	"actions/button/button.stories.md": `---
props:
  text:     {type: string, required: true, doc: What happens.}
  kind:     {type: enum, options: [plain, strong], default: plain}
  disabled: {type: boolean, default: false}
  count:    {type: integer}
  weight:   {type: number, default: 1.5}
  tone:     {type: color, default: "#2350bd"}
  day:      {type: date, default: "2026-11-22"}
  items:    {type: list}
  data:     {type: object}
  icon:     {type: component}
  anything: {type: any}
---

## Primary

` + "```yaml story\nprops: {text: Save, items: [one, two], data: {deep: down}}\n```\n",
}

const (
	plainPage   = "forms/form/plain/index.html"
	filledPage  = "forms/form/filled/index.html"
	plainAlone  = "forms/form--plain.html"
	primaryPage = "actions/button/primary/index.html"
)

// A liveTab is a page in a browser, of the real server.
type liveTab struct {
	*live
	page *browser.Page
}

// lookAt runs a test of the server, which may change the catalog: afterwards
// it is as it was.
func (l *live) lookAt(t *testing.T, name string, test func(*live)) {
	t.Run(name, func(t *testing.T) {
		whole := l.t
		l.t = t
		defer func() {
			l.restore()
			l.t = whole
		}()
		test(l)
	})
}

// restore brings the catalog back, and touches what is as it was no more than
// a person would.
func (l *live) restore() {
	l.t.Helper()
	for name, text := range files(l.t, l.dir) {
		if want, known := lively[name]; !known && !strings.HasPrefix(name, "static/") {
			l.remove(name)
		} else if known && text != want {
			l.save(name, want)
		}
	}
	for name, text := range lively {
		if _, err := os.Stat(filepath.Join(l.dir, name)); err != nil {
			l.save(name, text)
		}
	}
	l.settle()
}

// open shows a page, which is closed with the test.
func (l *live) open(b *browser.Browser, address string, view browser.View) *liveTab {
	l.t.Helper()
	p, err := b.Open("http://"+l.addr+"/"+address, view)
	l.must(err)
	tab, t := &liveTab{l, p}, l.t
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the console of %s: %q", address, p.Console())
		}
		p.Close()
	})
	return tab
}

// openStory shows a story's page, which is marked together with the document
// in its frame.
func (l *live) openStory(b *browser.Browser, address string) *liveTab {
	l.t.Helper()
	tab := l.open(b, address, browser.View{})
	tab.mark()
	return tab
}

// inTheTab are functions for what is evaluated in a page.
const inTheTab = `
	const $ = (selector, of = document) => of.querySelector(selector);
	const F = () => $("#st-frame")?.contentDocument;
	const L = () => $("storytime-live")?.shadowRoot;
	const seen = (part) => { const found = L()?.querySelector(part); return found && !found.hidden ? found : null; };
	const panel = () => seen(".panel");
	const pill = () => seen(".pill")?.textContent ?? "";
	const notice = () => seen(".notice")?.textContent ?? "";
	const row = (title) => [...document.querySelectorAll("#st-tree a")].find((a) => a.textContent.trim().startsWith(title));
	const style = (selector, name) => F().defaultView.getComputedStyle($(selector, F()))[name];
	const control = (name) => $("#st-panel-props [aria-label='" + name + "']");
	const button = (text) => [...document.querySelectorAll("#st-panel-props button")].find((one) => one.textContent === text);
`

// run evaluates statements in the page.
func (tab *liveTab) run(script string) string {
	tab.t.Helper()
	value, err := browser.Evaluate[string](tab.page, `(async () => {`+inTheTab+script+`})().then(String)`)
	tab.must(err)
	return value
}

// wait waits until an expression is true, also of the page that comes after
// this one.
func (tab *liveTab) wait(expression string) {
	tab.t.Helper()
	const patience = 60 * time.Second
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		holds, err := browser.Evaluate[bool](tab.page, fmt.Sprintf(`new Promise((done) => {
			const end = performance.now() + %d;
			const ask = () => {
				let is = false;
				try { is = (() => { %s return !!(%s); })(); } catch {}
				if (is || performance.now() > end) done(is);
				else setTimeout(ask, 4);
			};
			ask();
		})`, time.Until(deadline).Milliseconds(), inTheTab, expression))
		if err == nil && holds {
			return
		}
	}
	shown, _ := browser.Evaluate[string](tab.page, `(() => {`+inTheTab+`
		return [location.href, panel()?.textContent, pill(), notice(), (F() ?? document).documentElement?.outerHTML.slice(0, 3000)].join("\n");
	})()`)
	tab.t.Fatalf("never: %s\nit is %s", expression, shown)
}

// is checks the values of expressions.
func (tab *liveTab) is(want string, expressions ...string) {
	tab.t.Helper()
	for _, e := range expressions {
		if got := tab.run("return " + e); got != want {
			tab.t.Errorf("%s is %q, want %q", e, got, want)
		}
	}
}

// mark makes the documents known again, and what is in them.
func (tab *liveTab) mark() {
	tab.t.Helper()
	tab.wait(`document.readyState === "complete" && (!$("#st-frame") || F().readyState === "complete" && F().URL !== "about:blank")`)
	tab.run(`window.__same = 1; const d = F(); if (d) d.__same = 1`)
}

// same checks that no document was loaded anew.
func (tab *liveTab) same() {
	tab.t.Helper()
	tab.is("1", `window.__same`, `F() ? F().__same : 1`)
}

// calm checks that nothing was wrong in the console.
func (tab *liveTab) calm() {
	tab.t.Helper()
	for _, line := range tab.page.Console() {
		if strings.HasPrefix(line, "exception") || strings.HasPrefix(line, "error") && strings.Contains(line, "storytime") {
			tab.t.Errorf("in the console: %s", line)
		}
	}
}

// replace saves a file of the catalog with one thing changed.
func (l *live) replace(name, old, text string) {
	l.t.Helper()
	if !strings.Contains(lively[name], old) {
		l.t.Fatalf("no %q in %s", old, name)
	}
	l.save(name, strings.ReplaceAll(lively[name], old, text))
}

func (l *live) rename(from, to string) {
	l.t.Helper()
	l.must(os.Rename(filepath.Join(l.dir, from), filepath.Join(l.dir, to)))
}

func (l *live) remove(name string) {
	l.t.Helper()
	l.must(os.RemoveAll(filepath.Join(l.dir, name)))
}

// TestLiveInABrowser is what somebody sees who edits a catalog: the real
// command, and a real browser. What the scripts do in detail is tested in
// internal/ui/live.
func TestLiveInABrowser(t *testing.T) {
	t.Parallel()
	b := startBrowser(t)
	l := serveLive(t, lively)
	for _, test := range []struct {
		name string
		run  func(*live, *browser.Browser)
	}{
		{"every edit is shown and what was typed stays", showsEveryEdit},
		{"ten rapid saves end in the last", endsInTheLastSave},
		{"a story alone follows", followsAStoryAlone},
		{"the settings are followed", followsTheSettings},
		{"the navigation follows what is added, renamed and removed", followsTheTree},
		{"checks follow each save, and cover nothing", followsTheChecks},
		{"the page of what is removed says so", saysWhatIsRemoved},
		{"whom nothing concerns is left alone", leavesOthersAlone},
		{"each kind of file is broken and mended", breaksAndMends},
		{"problems of elsewhere are a pill", hintsAtProblemsElsewhere},
		{"hostile text is only text", showsHostileText},
		{"controls render the story", controlsARealStory},
		{"how long it takes until a save is seen", measuresASave},
		{"pictures", takesPictures},
	} {
		l.lookAt(t, test.name, func(l *live) { test.run(l, b) })
	}
}

// showsEveryEdit edits what a story is made of, while somebody types into it.
func showsEveryEdit(l *live, b *browser.Browser) {
	tab := l.openStory(b, plainPage)
	tab.run(`$("#st-frame").focus(); $("#name", F()).focus()`)
	l.must(tab.page.Press("half a na"))
	tab.run(`$("#name", F()).setSelectionRange(2, 5)`)
	for _, edit := range []struct{ file, old, text, shown string }{
		{"forms/form.html", `<p class="note">`, `<h2>New</h2><p class="note">`, `$("h2", F())?.textContent === "New"`},
		{"forms/form.stories.md", "The first note", "The second note", `$(".note", F()).textContent === "The second note"`},
		{"actions/button/button.html", "{{.text}}", "{{.text}} now", `$(".button", F()).textContent.includes("Send now")`},
		{"actions/button/button.css", "rgb(1, 1, 1)", "rgb(9, 8, 7)", `style(".button", "outlineColor") === "rgb(9, 8, 7)"`},
		{"layout.html", `class="layout"`, `class="layout" id="other"><h1>Around</h1`, `$("main#other h1", F())?.textContent === "Around"`},
		{"forms/form.stories.md", "## Plain", "## Plain\n\nWhat one should know.", `$("#st-panel-source") && document.title.includes("Plain")`},
	} {
		l.replace(edit.file, edit.old, edit.text)
		tab.wait(edit.shown)
		tab.same()
		tab.is("half a na", `$("#name", F()).value`)
		tab.is("name 2 5", `[F().activeElement.id, F().activeElement.selectionStart, F().activeElement.selectionEnd].join(" ")`)
		tab.is("st-frame", `document.activeElement.id`)
	}
	l.must(tab.page.Press("!")) // in place of what is selected
	tab.is("ha!a na", `$("#name", F()).value`)
	tab.calm()
}

func endsInTheLastSave(l *live, b *browser.Browser) {
	tab := l.openStory(b, plainPage)
	tab.run(`F().defaultView.__seen = []; new MutationObserver(() => F().defaultView.__seen.push($("h2", F())?.textContent)).observe(F().body, {subtree: true, childList: true, characterData: true})`)
	for i := 1; i <= 10; i++ {
		l.replace("forms/form.html", `<p class="note">`, fmt.Sprintf(`<h2>%d</h2><p class="note">`, i))
		l.replace("actions/button/button.css", "rgb(1, 1, 1)", fmt.Sprintf("rgb(%d, %d, %d)", i, i, i))
	}
	tab.wait(`$("h2", F())?.textContent === "10" && style(".button", "outlineColor") === "rgb(10, 10, 10)"`)
	// Nothing comes after it, and nothing came twice or in another order.
	l.settle()
	l.replace("forms/form.stories.md", "The first note", "The end")
	l.save("forms/form.html", strings.Replace(lively["forms/form.html"], `<p class="note">`, `<h2>10</h2><p class="note">`, 1))
	tab.wait(`$(".note", F()).textContent === "The end"`)
	tab.is("true", `$("h2", F()).textContent === "10"`,
		`F().defaultView.__seen.map(Number).every((n, i, all) => i === 0 || isNaN(all[i - 1]) || n >= all[i - 1])`)
	tab.same()
	tab.calm()
}

func followsAStoryAlone(l *live, b *browser.Browser) {
	tab := l.open(b, plainAlone, browser.View{})
	tab.mark()
	tab.run(`$("#name").focus()`)
	l.must(tab.page.Press("typed"))
	l.replace("forms/form.stories.md", "The first note", "Alone")
	tab.wait(`$(".note").textContent === "Alone"`)
	l.replace("actions/button/button.css", "rgb(1, 1, 1)", "rgb(4, 5, 6)")
	tab.wait(`getComputedStyle($(".button")).outlineColor === "rgb(4, 5, 6)"`)
	l.replace("layout.html", `"layout"`, `"layout wide"`)
	tab.wait(`$("main.wide")`)
	tab.is("typed", `$("#name").value`)
	tab.is("name", `document.activeElement.id`)
	tab.same()
	l.replace("forms/form.html", "{{.note}}", "{{.note")
	tab.wait(`panel()?.textContent.includes("form.html")`)
	tab.is("true", `$(".note").textContent === "Alone"`)
	l.replace("forms/form.html", "{{.note}}", "mended")
	tab.wait(`!panel() && $(".note").textContent === "mended"`)
	tab.same()
	tab.calm()
}

func followsTheChecks(l *live, b *browser.Browser) {
	tab := l.openStory(b, plainPage+"#panel=checks")
	checked := func(note string) string {
		return strings.Replace(lively["forms/form.stories.md"], "props: {note: The first note}",
			"props: {note: The first note}\ncheck:\n  - {text: "+note+"}", 1)
	}
	tab.wait(`!$("#st-panel-checks").hidden && $("#st-panel-checks li")`)
	tab.is("1 check", `$(".head .kept").parentNode.textContent.slice(2)`)
	l.save("forms/form.stories.md", checked("Another note"))
	tab.wait(`$("#st-panel-checks").textContent.includes('expected one element with the text "Another note", found none')`)
	tab.is("1 failed check", `$(".head a.broken").textContent`)
	tab.is("Checks 2", `$("#st-tab-checks").textContent`)
	tab.wait(`$(".dot", row("Plain"))?.textContent === "1" && $(".dot", row("Forms"))?.textContent === "1"`)
	// The story is there to be looked at, and no panel covers it.
	tab.is("true", `!panel() && !pill()`, `$(".note", F()).textContent === "The first note"`)
	l.replace("forms/form.html", "{{.note}}", "Another note")
	tab.wait(`$(".note", F()).textContent === "Another note" && $(".head .kept") && !$("#st-panel-checks .problem")`)
	tab.wait(`!$(".dot", row("Plain")) && !$(".dot", row("Forms"))`)
	// What nobody asked for is found as well.
	l.replace("forms/form.html", ` alt=""`, "")
	tab.wait(`$("#st-panel-checks").textContent.includes("no alternative text")`)
	tab.is("false", `$("#st-panel-checks").hidden`)
	tab.is("true", `$("#st-panel-checks .problem a").href.startsWith("https://www.w3.org/")`)
	tab.is("true", `$("#st-panel-accessibility .checks").textContent.includes("no alternative text")`,
		`[...$("#st-panel-accessibility").querySelectorAll(".outline li")].some((one) => one.textContent === "img")`)
	tab.same()
	tab.calm()
}

func followsTheSettings(l *live, b *browser.Browser) {
	tab := l.openStory(b, plainPage)
	l.replace("storytime.yaml", "Lively", "Livelier")
	tab.wait(`[...document.querySelectorAll(".brand")].every((one) => one.textContent === "Livelier")`)
	tab.same()
	// What the toolbar offers is wired to scripts: the page comes anew.
	l.replace("storytime.yaml", "  dark:", "  dusk: {data-theme: dusk}\n  dark:")
	tab.wait(`[...document.querySelectorAll("#st-theme option")].some((one) => one.value === "dusk") && $(".note", F())`)
	l.save("storytime.yaml", lively["storytime.yaml"]+"before:\n  - {run: \"echo '<i class=made>made</i>' > forms/made.html\", writes: [forms/made.html]}\n")
	l.replace("forms/form.html", "{{.note}}", `{{component "made.html"}}`)
	tab.wait(`$("i.made", F())?.textContent === "made"`)
	tab.calm()
}

func followsTheTree(l *live, b *browser.Browser) {
	tab := l.openStory(b, plainPage)
	tab.wait(`row("Plain") && row("Actions")`)
	tab.run(`for (const title of ["Actions", "Button"]) { const a = row(title); if (a.getAttribute("aria-expanded") !== "true") a.querySelector(".twist").click(); }`)
	tab.wait(`row("Primary")`)
	open := func() {
		l.t.Helper()
		tab.is("true", `["Forms", "Form", "Actions"].every((title) => row(title)?.getAttribute("aria-expanded") === "true")`)
		tab.same()
	}
	open()
	const button = "actions/button/button.stories.md"
	for _, step := range []struct {
		does  func()
		shown string
	}{
		{func() { l.save(button, lively[button]+"\n## Second\n\n```yaml story\nprops: {text: Two}\n```\n") }, `row("Second") && row("Primary")`},
		{func() { l.save(button, lively[button]+"\n## Other\n\n```yaml story\nprops: {text: Two}\n```\n") }, `row("Other") && !row("Second")`},
		{func() { l.save(button, lively[button]) }, `!row("Other") && row("Primary")`},
		{func() {
			l.save("actions/link.html", "<a href=\"#\">link</a>\n")
			l.save("actions/link.stories.md", "## Blue\n\n```yaml story\n```\n")
		}, `row("Link")`},
		{func() {
			l.rename("actions/link.stories.md", "actions/jump.stories.md")
			l.rename("actions/link.html", "actions/jump.html")
		}, `row("Jump") && !row("Link")`},
		{func() { l.remove("actions/jump.stories.md"); l.remove("actions/jump.html") }, `!row("Jump")`},
		{func() {
			l.save("data/table/table.html", "<table></table>\n")
			l.save("data/index.md", "---\ntitle: Data\n---\n")
		}, `row("Data")`},
		{func() { l.save("data/index.md", "---\ntitle: Figures\n---\n") }, `row("Figures") && !row("Data")`},
		{func() { l.rename("data", "numbers"); l.remove("numbers/index.md") }, `row("Numbers") && !row("Figures")`},
		{func() { l.remove("numbers") }, `!row("Numbers")`},
		{func() { l.rename("actions/button", "actions/knob") }, `row("Knob")`},
		{func() { l.rename("actions/knob", "actions/button") }, `row("Button") && !row("Knob")`},
	} {
		step.does()
		tab.wait(step.shown)
		open()
	}
	// What is new can be gone to.
	l.save("actions/link.html", "<a href=\"#\">a new link</a>\n")
	tab.wait(`row("Link")`)
	tab.run(`setTimeout(() => row("Link").click())`)
	tab.wait(`window.__same !== 1 && $("h1")?.textContent === "Link"`)
	tab.calm()
}

func saysWhatIsRemoved(l *live, b *browser.Browser) {
	tab := l.openStory(b, plainPage)
	l.replace("forms/form.stories.md", "## Plain", "## Simple")
	tab.wait(`notice().startsWith("This page was removed or renamed") && row("Simple")`)
	tab.same()
	tab.is("The first note", `$(".note", F()).textContent`) // what one was looking at
	l.replace("forms/form.stories.md", "The first note", "Back again")
	tab.wait(`notice() === "" && $(".note", F()).textContent === "Back again"`)
	l.save("index.md", "Welcome.\n") // a link that leads nowhere would be what is said
	l.rename("forms", "sheets")
	tab.wait(`notice() && row("Sheets")`)
	l.rename("sheets", "forms")
	tab.wait(`!notice() && row("Forms")`)
	// One waits at an address for its story to be written.
	other := l.open(b, "forms/form/later/index.html", browser.View{})
	other.wait(`document.title && !$("#st-frame")`)
	l.save("forms/form.stories.md", lively["forms/form.stories.md"]+"\n## Later\n\n```yaml story\nprops: {note: It is there}\n```\n")
	other.wait(`$(".note", F())?.textContent === "It is there"`)
	tab.calm()
}

// leavesOthersAlone looks at a page while something that it doesn't show is
// edited.
func leavesOthersAlone(l *live, b *browser.Browser) {
	tab := l.openStory(b, primaryPage)
	tab.wait(`control("text")`)
	// From the first edit that it shows one knows that it is connected.
	l.replace("actions/button/button.css", "8px", "9px")
	tab.wait(`style(".button", "paddingTop") === "9px"`)
	tab.run(`window.__seen = [];
		const note = (records) => window.__seen.push(...records.map((one) => one.type + " " + one.target.nodeName + " " + (one.addedNodes[0]?.nodeName ?? one.attributeName)));
		for (const doc of [document, F()]) new MutationObserver(note).observe(doc, {subtree: true, childList: true, attributes: true, characterData: true})`)
	before := len(tab.page.Requests())
	l.replace("forms/form.html", "{{.note}}", "unrelated")
	l.replace("forms/fixtures/alice.json", "Alice", "Bob")
	l.settle()
	// All that it might have been told came before this.
	l.replace("actions/button/button.css", "8px", "10px")
	tab.wait(`style(".button", "paddingTop") === "10px"`)
	l.eventually("its request is told", func() bool { return len(tab.page.Requests()) > before })
	if asked := tab.page.Requests()[before:]; len(asked) != 1 || !strings.Contains(asked[0], "/button.css?live=") {
		l.t.Errorf("it has asked for %q", asked)
	}
	tab.is("childList HEAD LINK", `window.__seen.filter((one) => one !== "childList HEAD undefined" && one !== "childList HEAD null").join(", ")`)
	tab.same()
	tab.calm()
}

// breaksAndMends breaks one file after the other. Each time the panel says
// which one it is, over the last good page, and goes when it is mended.
func breaksAndMends(l *live, b *browser.Browser) {
	plain, filled := l.openStory(b, plainPage), l.openStory(b, filledPage)
	home := l.open(b, "index.html", browser.View{})
	home.mark()
	const command = "title: H\nbefore:\n  - run: \"echo no such luck >&2; exit 3\"\n"
	for _, kind := range []struct {
		what        string
		tab         *liveTab
		file        string
		old, broken string // what breaks it
		mended      string // what stands there then
		says, shown string
	}{
		{"a component", plain, "forms/form.html", "{{.note}}", "{{if}}", "a", "forms/form.html:4", `$(".note", F()).textContent === "a"`},
		{"what a component is made of", plain, "actions/button/button.html", "{{.text}}", "{{.text", "b", "actions/button/button.html:1", `$(".button", F()).textContent.includes("b")`},
		{"the YAML of a story", plain, "forms/form.stories.md", "The first note", "[The", "c", "forms/form.stories.md:13", `$(".note", F()).textContent === "c"`},
		{"a prop of a story", plain, "forms/form.stories.md", "{note: The first note}", "{noet: d}", "{note: d}", "did you mean \"note\"?", `$(".note", F()).textContent === "d"`},
		{"a front matter", plain, "forms/form.stories.md", "{type: string, required: true}", "{type: string", "{type: string, doc: New.}", "forms/form.stories.md:", `$("#st-panel-props").textContent.includes("New.")`},
		{"a fixture", filled, "forms/fixtures/alice.json", ": \"From a file", " \"From a file", ": \"e", "forms/fixtures/alice.json:1", `$(".note", F()).textContent === "e"`},
		{"a layout", plain, "layout.html", "{{.Children}}", "{{.Children}}{{end}}", "{{.Children}}<hr>", "layout.html:1", `$("main.layout > hr", F())`},
		{"a link", home, "index.md", "(forms/form.stories.md)", "(gone.md)", "(forms/form.stories.md#plain)", "index.md:1", `$(".prose a").hash === "#plain"`},
		{"a key of the settings", home, "storytime.yaml", "title: Lively", "titel: Lively", "title: G", "did you mean \"title\"?", `$(".brand").textContent === "G"`},
		{"a command", plain, "storytime.yaml", "title: Lively\n", command, "title: H\n", "no such luck", `$(".brand").textContent === "H"`},
	} {
		l.lookAt(l.t, kind.what, func(l *live) {
			tab := kind.tab
			l.replace(kind.file, kind.old, kind.broken)
			tab.wait(`panel()?.textContent.includes(` + strconv.Quote(kind.says) + `)`)
			tab.is("true", `$(".problem-hint", panel()).textContent.length > 0`)
			l.settle()       // with the whole site what only this story uses is gone
			if tab != home { // the last good one is beneath it
				tab.is("true", `$("main.layout form .button", F()) !== null && $(".note", F()).textContent !== ""`,
					`style(".button", "paddingTop") === "8px"`, `$("img", F()).complete && $("img", F()).naturalWidth > 0`)
			}
			tab.same()
			l.replace(kind.file, kind.old, kind.mended)
			tab.wait(`!panel() && pill() === "" && ` + kind.shown)
			tab.same()
		})
	}
	for _, tab := range []*liveTab{plain, filled, home} {
		tab.wait(`!panel() && pill() === ""`)
		tab.same()
		tab.calm()
	}
	// Settings that can't be read at all leave no themes: the page comes anew.
	l.replace("storytime.yaml", "title: Lively", "title: [Lively")
	plain.wait(`panel()?.textContent.includes("storytime.yaml:1") && $(".note", F()).textContent === "The first note"`)
	l.replace("storytime.yaml", "title: Lively", "title: I")
	plain.wait(`!panel() && pill() === "" && $(".brand").textContent === "I" && $("#st-theme").value === "light" && $(".note", F())`)
}

func hintsAtProblemsElsewhere(l *live, b *browser.Browser) {
	tab := l.openStory(b, primaryPage)
	l.replace("forms/form.html", "{{.note}}", "{{.note")
	tab.wait(`pill() === "1 problem elsewhere"`)
	tab.is("null", `panel()`)
	tab.run(`seen(".pill").click()`)
	tab.wait(`panel()?.textContent.includes("form.html")`)
	l.must(tab.page.Press("\x1b"))
	tab.wait(`!panel() && pill()`)
	// Of its own there is more to say.
	l.replace("actions/button/button.html", "{{.text}}", "{{.text")
	tab.wait(`panel() && $(".problem", panel()).textContent.includes("button.html")`)
	l.restore()
	tab.wait(`!panel() && !pill()`)
	tab.same()
	tab.calm()
}

func showsHostileText(l *live, b *browser.Browser) {
	const name = "<img src=x onerror=alert(1)>"
	const markup = `</pre><script>alert(2)</script><img src=x onerror=alert(3)>`
	tab := l.openStory(b, plainPage)
	tab.run(`window.alert = F().defaultView.alert = (what) => { window.__ran = what; }; document.addEventListener("securitypolicyviolation", (e) => { window.__ran = e; })`)
	for _, hostile := range []map[string]string{
		{"forms/" + name + ".html": "{{if " + markup},
		{"forms/form.stories.md": strings.Replace(lively["forms/form.stories.md"], "{note:", `{"`+markup+`": 1, note:`, 1)},
		{"forms/form.stories.md": strings.Replace(lively["forms/form.stories.md"], "description: A whole form.", "title: \""+markup+"\"\n\""+markup+"\": 1", 1)},
		{"storytime.yaml": strings.Replace(lively["storytime.yaml"], "Lively", `"`+markup+"\"\n\""+markup+`": 1`, 1)},
		{"storytime.yaml": lively["storytime.yaml"] + "before:\n  - run: \"echo '" + markup + "'; exit 1\"\n"},
		{"forms/fixtures/alice.json": `{"` + markup + `": "` + markup + `", "name": ` + markup},
	} {
		for file, text := range hostile {
			l.save(file, text)
		}
		tab.wait(`panel() || pill()`)
		tab.run(`seen(".pill")?.click(); for (const one of L().querySelectorAll("details")) one.open = true`)
		tab.wait(`panel()?.textContent.includes("onerror=alert(")`)
		tab.is("0", `L().querySelectorAll("img, script, [onerror]").length`, `document.querySelectorAll("img, [onerror]").length`)
		tab.is("undefined", `window.__ran`)
		l.restore()
		tab.wait(`!panel() && !pill()`)
	}
	for _, asked := range tab.page.Requests() {
		if strings.HasSuffix(asked, "/x") {
			l.t.Errorf("it has asked for %s", asked)
		}
	}
	tab.calm()
}

// controlsARealStory sets props in the panel, and takes what comes out into
// the catalog.
func controlsARealStory(l *live, b *browser.Browser) {
	tab := l.open(b, primaryPage+"#panel=props", browser.View{})
	tab.mark()
	tab.wait(`control("text")`)
	for name, want := range map[string]string{
		"text": "input text Save", "kind": "select select-one ", "disabled": "input checkbox on", "count": "input number ",
		"weight": "input number ", "tone": "input text ", "Pick tone": "input color #2350bd", "day": "input date ",
		"items": "textarea textarea - one\n- two", "data": "textarea textarea deep: down", "icon": "textarea textarea ", "anything": "textarea textarea ",
	} {
		tab.is(want, `(one => [one.localName, one.type, one.value].join(" "))(control("`+name+`"))`)
	}
	tab.is("1 any 1.5", `[control("count").step, control("weight").step, control("weight").placeholder].join(" ")`)
	tab.is("plain (default),plain,strong", `[...control("kind").options].map((one) => one.text)`)

	// As one types.
	l.must(tab.page.Click(`#st-panel-props [aria-label="text"]`))
	l.must(tab.page.Press("\ue010!")) // the end of the line
	tab.wait(`$(".button", F()).textContent.includes("!")`)
	tab.is("text", `document.activeElement.ariaLabel`)
	l.must(tab.page.Click(`#st-panel-props [aria-label="disabled"]`))
	set := func(name, value string) {
		l.t.Helper()
		tab.run(fmt.Sprintf(`const one = control(%q); one.focus(); one.value = %q; one.dispatchEvent(new Event("input", {bubbles: true}))`, name, value))
	}
	set("kind", `"strong"`)
	set("count", "7")
	set("Pick tone", "#aa0011")
	set("day", "2026-12-24")
	set("items", "- three\n- four: 4")
	set("data", "{deep: <b>er}")
	set("anything", "yes")
	tab.wait(`F().body.textContent.includes("2026-12-24") && $("b", F()).textContent === "<b>er" && F().body.textContent.includes("yes")`)
	tab.is("true", `$(".button", F()).disabled`, `$(".button", F()).textContent.trim().endsWith("7")`,
		`F().body.textContent.includes("strong")`, `$("#st-panel-html code").textContent.includes("three")`)
	tab.is("rgb(170, 0, 17)", `style(".button", "color")`)
	tab.same()

	// What is wrong is said below, and the frame keeps the story.
	set("items", "[")
	tab.wait(`$("#st-panel-props .problem-message")`)
	tab.is("[", `control("items").value`)
	tab.is("true", `$(".button", F()).disabled`)
	set("items", "[<img src=x onerror=alert(1)>]")
	tab.wait(`!$("#st-panel-props .problem") && $("i", F()).textContent === "<img src=x onerror=alert(1)>"`)

	// An edit of the component leaves what was set.
	l.replace("actions/button/button.html", "</button>", " edited</button>")
	tab.wait(`$(".button", F()).textContent.includes("7 edited") && control("items").value.startsWith("[<img")`)

	// Copied and pasted, it is the story.
	tab.run(`Object.defineProperty(navigator, "clipboard", {value: {writeText: async (text) => { window.__copied = text; }}})`)
	tab.run(`button("Copy as YAML").focus()`)
	l.must(tab.page.Press("\r"))
	tab.wait(`window.__copied`)
	copied := tab.run(`return window.__copied`)
	shown := tab.run(`return F().body.innerHTML`)
	story := regexp.MustCompile(`(?s)props: \{text: Save.*?\n`).ReplaceAllLiteralString(lively["actions/button/button.stories.md"], copied)
	l.save("actions/button/button.stories.md", story)
	l.settle()
	other := l.openStory(b, primaryPage)
	other.wait(`$(".button", F())?.disabled`)
	if got := other.run(`return F().body.innerHTML`); got != shown {
		l.t.Errorf("it is copied as\n%s\nwhich makes\n%s\ninstead of\n%s", copied, got, shown)
	}
	l.save("actions/button/button.stories.md", lively["actions/button/button.stories.md"])
	other.wait(`!$(".button", F()).disabled`)
	tab.run(`button("Reset").click()`)
	tab.wait(`control("text").value === "Save" && !$(".button", F()).disabled && $(".button", F()).textContent.startsWith("Save")`)
	tab.same()
	tab.calm()
}

// measuresASave says how long it takes from a save until the document in the
// browser is another. It is no test: a machine may be busy.
func measuresASave(l *live, b *browser.Browser) {
	tab := l.openStory(b, plainPage)
	save := func(i int) time.Duration {
		tab.run(`window.__seen = new Promise((done) => new MutationObserver((_, observer) => {
			if ($("h2", F())?.textContent !== "` + fmt.Sprint(i) + `") return;
			observer.disconnect();
			done(performance.timeOrigin + performance.now());
		}).observe(F(), {subtree: true, childList: true, characterData: true}))`)
		before := time.Now()
		l.replace("forms/form.html", `<p class="note">`, fmt.Sprintf(`<h2>%d</h2><p class="note">`, i))
		var at float64
		_, err := fmt.Sscan(tab.run(`return await window.__seen`), &at)
		l.must(err)
		// The next one finds the server as somebody does who thinks a moment: the
		// whole site is there, and the next build is prepared.
		l.settle()
		tab.run(`await fetch("/_storytime/render?story=forms/form/plain", {headers: {"X-Storytime": "1"}})`)
		return time.UnixMicro(int64(at * 1000)).Sub(before)
	}
	save(0) // the page may not be connected yet
	took := make([]time.Duration, 20)
	for i := range took {
		took[i] = save(i + 1)
	}
	slices.Sort(took)
	l.t.Logf("from a save until the document in the browser has changed: %s in the median of %d, at least %s, at most %s",
		round(took[len(took)/2]), len(took), round(took[0]), round(took[len(took)-1]))
}

// takesPictures is for people to look at, where SHOTS names a directory.
func takesPictures(l *live, b *browser.Browser) {
	dir := os.Getenv("SHOTS")
	if dir == "" {
		l.t.Skip("SHOTS names no directory for them")
	}
	for _, width := range []int{390, 1600} {
		for _, dark := range []bool{false, true} {
			shoot := func(tab *liveTab, name string) {
				l.t.Helper()
				data, err := tab.page.Screenshot()
				l.must(err)
				scheme := map[bool]string{false: "light", true: "dark"}[dark]
				l.must(os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d-%s.png", name, width, scheme)), data, 0o644))
			}
			tab := l.open(b, primaryPage+"#panel=props", browser.View{Width: width, Height: 900, Dark: dark, Touch: width < 600, ReducedMotion: true})
			tab.mark()
			tab.wait(`control("anything")`)
			shoot(tab, "controls")
			tab.run(`control("items").scrollIntoView()`)
			shoot(tab, "controls-more")
			tab.run(`const one = control("items"); one.value = "["; one.dispatchEvent(new Event("input", {bubbles: true}))`)
			tab.wait(`$("#st-panel-props .problem-message")`)
			tab.run(`$("#st-panel-props").scrollTop = 0; $("#st-panel-props .problem").scrollIntoView({block: "center"})`)
			shoot(tab, "controls-problem")
			tab.run(`scrollTo(0, 0)`)
			l.replace("actions/button/button.html", "{{.text}}", "{{.text | shout}}")
			tab.wait(`panel()`)
			l.replace("forms/form.html", "{{.note}}", "{{if .note}}")
			tab.wait(`$(".title", panel()).textContent === "2 problems"`)
			shoot(tab, "panel")
			l.must(tab.page.Press("\x1b"))
			tab.wait(`!panel() && pill() && $(".stage-problem")`) // it comes anew, for it has no toolbar now
			shoot(tab, "pill")
			l.restore()
			tab.wait(`!pill()`)
			tab.page.Close()
		}
	}
}

// TestLiveInABrowserOverWhatStoriesDo breaks the processes that build.
func TestLiveInABrowserOverWhatStoriesDo(t *testing.T) {
	t.Parallel()
	b := startBrowser(t)
	l := serveLive(t, lively, "--build-timeout", "8s", "--build-memory", "200MiB")
	tab := l.openStory(b, plainPage)
	says := map[string]string{"loops for ever": "took longer than 8s", "allocates": "took more than 200 MiB"}
	for _, name := range slices.Sorted(maps.Keys(hostile)) {
		l.lookAt(t, "a story "+name, func(l *live) {
			l.replace("forms/form.html", "{{.note}}", "before")
			tab.wait(`$(".note", F()).textContent === "before"`)
			l.save("hostile.stories.md", "## Hostile\n\n```html story\n"+hostile[name]+"\n```\n")
			tab.wait(`panel() || pill()`)
			tab.run(`seen(".pill")?.click()`)
			tab.wait(`/hostile/.test(panel()?.textContent) && panel().textContent.includes("` + says[name] + `")`)
			tab.is("before", `$(".note", F()).textContent`)
			tab.same()
			l.remove("hostile.stories.md")
			l.replace("forms/form.html", "{{.note}}", "after")
			tab.wait(`!panel() && !pill() && $(".note", F()).textContent === "after"`)
			tab.same()
		})
		// On the very story that is looked at.
		l.lookAt(t, "the story itself "+name, func(l *live) {
			l.replace("forms/form.html", "{{.note}}", "before")
			tab.wait(`$(".note", F()).textContent === "before"`)
			l.replace("forms/form.html", "{{.note}}", hostile[name])
			tab.wait(`panel()?.textContent.includes("` + says[name] + `")`)
			tab.is("before", `$(".note", F()).textContent`)
			tab.same()
			l.replace("forms/form.html", "{{.note}}", "after")
			tab.wait(`!panel() && !pill() && $(".note", F()).textContent === "after"`)
			tab.same()
		})
	}
	l.lookAt(t, "a process that crashes", func(l *live) {
		l.replace("forms/form.html", "{{.note}}", "before")
		tab.wait(`$(".note", F()).textContent === "before"`)
		l.save("storytime.yaml", lively["storytime.yaml"]+"before:\n  - run: kill -9 $PPID\n")
		tab.wait(`panel()?.textContent.includes("ended before it was done")`)
		tab.is("before", `$(".note", F()).textContent`)
		l.save("storytime.yaml", lively["storytime.yaml"])
		l.replace("forms/form.html", "{{.note}}", "after")
		tab.wait(`!panel() && !pill() && $(".note", F()).textContent === "after"`)
		tab.same()
	})
	tab.calm()
}

// TestLiveInABrowserOverARestart ends the server under an open page.
func TestLiveInABrowserOverARestart(t *testing.T) {
	t.Parallel()
	b := startBrowser(t)
	// Nobody else takes a port of this address meanwhile.
	host := "localhost"
	if runtime.GOOS == "linux" {
		host = "127.0.0.86"
	}
	first := serveLive(t, lively, "--host", host)
	tab, alone := first.openStory(b, plainPage), first.open(b, plainAlone, browser.View{})
	alone.mark()
	first.replace("forms/form.html", "{{.note}}", "connected")
	tab.wait(`$(".note", F()).textContent === "connected"`)
	first.stop(os.Interrupt)
	tab.wait(`notice().startsWith("Connection lost")`)
	alone.wait(`notice().startsWith("Connection lost")`)
	tab.is("connected", `$(".note", F()).textContent`)
	tab.same()
	later := maps.Clone(lively)
	later["forms/form.html"] = strings.Replace(later["forms/form.html"], "{{.note}}", "another server", 1)
	_, port, _ := strings.Cut(first.addr, ":")
	second := serveLive(t, later, "--host", host, "--port", cmp.Or(port, "0"))
	tab.wait(`window.__same !== 1 && notice() === "" && $(".note", F())?.textContent === "another server"`)
	alone.wait(`window.__same !== 1 && notice() === "" && $(".note")?.textContent === "another server"`)
	// And it follows that one.
	tab.mark()
	second.replace("forms/form.html", "{{.note}}", "and its edits")
	tab.wait(`$(".note", F()).textContent === "and its edits"`)
	alone.wait(`$(".note").textContent === "and its edits"`)
	tab.same()
}
