// Package live_test looks at live reload in a browser.
package live_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/storytime-dev/storytime/pkg/browser"
	"github.com/storytime-dev/storytime/pkg/build"
	"github.com/storytime-dev/storytime/pkg/problem"
)

const (
	storyPage = "actions/button/primary/index.html"
	frameFile = "actions/button/button--primary.html"
	frameCSS  = "actions/button/button.css"
)

func TestLiveReload(t *testing.T) {
	site := filepath.Join(t.TempDir(), "site")
	if _, err := build.Site(t.Context(), build.Options{Dir: "../../../testdata/shop", Output: site}); err != nil {
		t.Fatal(err)
	}
	b, err := browser.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	for name, test := range map[string]func(*server, *browser.Browser){
		"a style is swapped in place":                   swapsStyles,
		"a story keeps what the reader did":             keepsTheReadersState,
		"a story with scripts is loaded anew":           reloadsScripts,
		"a story keeps the theme of the toolbar":        keepsSettings,
		"a story's page is patched":                     patchesAStory,
		"a story comes before the page around it":       showsTheStoryFirst,
		"a subject's page is patched":                   patchesASubject,
		"the tree is patched":                           patchesTheTree,
		"the panel of problems opens and closes":        showsProblems,
		"problems elsewhere are a pill":                 showsAPill,
		"the last good story stays":                     keepsTheLastGood,
		"a page catches up after a lost connection":     catchesUp,
		"another server is another page":                reloadsForAnotherServer,
		"controls render the story":                     controlsRender,
		"a story alone follows":                         followsAlone,
		"a removed page says so and comes back":         saysWhatIsGone,
		"an image is asked for again":                   refreshesImages,
		"an imported style is swapped":                  swapsImports,
		"controls of a story with scripts":              controlsReload,
		"a frame that is gone":                          reloadsGoneFrames,
		"a section's cards are patched":                 patchesCards,
		"another workshop is another page":              reloadsForTheShell,
		"axe finds nothing":                             breaksNoRuleOfAxe,
		"a page that waits and one that isn't look out": comesByItself,
	} {
		t.Run(name, func(t *testing.T) { test(serve(t, site), b) })
	}
}

func (s *server) story(b *browser.Browser) *tab {
	s.Helper()
	return s.open(b, storyPage, frameCSS, browser.View{})
}

func swapsStyles(s *server, b *browser.Browser) {
	tab := s.story(b)
	shown := s.waitShown("files", func(now show) bool { return slices.Contains(now.Files, "static/css/tokens.css") })
	if shown.Files[0] != storyPage || shown.Build != 1 || !slices.Equal(shown.Stories, []string{"actions/button/primary"}) {
		s.Errorf("it shows %+v", shown)
	}
	links := tab.run(`F().mark = 1; return F().querySelectorAll("link[rel=stylesheet]").length`)
	s.edit(map[string]string{frameCSS: s.read(frameCSS) + "\n.button { outline: 3px solid rgb(1, 2, 3) }\n"})
	tab.wait(`F().defaultView.getComputedStyle($(".button", F())).outlineColor === "rgb(1, 2, 3)"`)
	tab.wait(`F().querySelectorAll("link[rel=stylesheet]").length === ` + links)
	tab.is(`F().mark`, "1")
	tab.calm()
}

const fields = `<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8"><title>One</title>
<script src="../../_storytime/frame.js"></script><link rel="stylesheet" href="button.css"></head><body class="one">
<h1>One</h1><label>Name <input id="name" value="a"></label><label>Untouched <input name="other" value="a"></label>
<textarea>x</textarea><input type="checkbox" name="tick"><select><option>1</option><option>2</option></select>
<details><summary>More</summary>Text</details><details open><summary>Less</summary>Text</details>
<div class="scroller" style="height:50px;overflow:auto"><p style="height:400px">long</p></div><p id="last" style="margin-top:1200px">last</p></body></html>`

func keepsTheReadersState(s *server, b *browser.Browser) {
	s.edit(map[string]string{frameFile: fields})
	tab := s.story(b)
	tab.run(`const d = F(); d.mark = 1;
		for (const e of d.querySelectorAll("*")) e.mark = 1;
		$("textarea", d).value = "typed"; $("[name=tick]", d).checked = true; $("select", d).value = "2";
		for (const e of d.querySelectorAll("details")) e.open = !e.open;
		$(".scroller", d).scrollTop = 77; d.defaultView.scrollTo(0, 300);
		$("#st-frame").focus(); $("#name", d).focus({preventScroll: true}); $("#name", d).value = "hello world"; $("#name", d).setSelectionRange(2, 5)`)
	changed := strings.NewReplacer("<h1>One</h1>", "<h1>Two</h1><p>new</p>", "<title>One", "<title>Two", `value="a"`, `value="b"`,
		`class="one"`, `class="two"`, `>x<`, `>y<`, `<option>1</option>`, `<option>0</option><option>1</option>`, `name="tick"`, `name="tick" title="t"`,
		`>Text<`, `>New text<`, `<p id="last"`, `<p>before the last</p><p id="last"`,
		`<link rel`, `<style>h1 { color: rgb(9, 8, 7) }</style><link rel`).Replace(fields)
	s.edit(map[string]string{frameFile: changed})
	tab.wait(`$("h1", F())?.textContent === "Two"`)
	for expression, want := range map[string]string{
		`F().mark`: "1", `F().title`: "Two", `F().body.className`: "two", `$("#name", F()).value`: "hello world",
		`F().activeElement.id`: "name", `[$("#name", F()).selectionStart, $("#name", F()).selectionEnd]`: "2,5",
		`$("[name=other]", F()).value`: "b", `$("textarea", F()).value`: "typed", `$("[name=tick]", F()).checked`: "true",
		`$("[name=tick]", F()).title`: "t", `$("select", F()).value`: "2", `[...F().querySelectorAll("details")].map(d => d.open)`: "true,false",
		`$(".scroller", F()).scrollTop`: "77", `F().defaultView.scrollY`: "300", `$("#last", F()).mark`: "1", `$("details", F()).mark`: "1",
		`F().defaultView.getComputedStyle($("h1", F())).color`: "rgb(9, 8, 7)",
	} {
		tab.is(expression, want)
	}
	tab.calm()
}

func reloadsScripts(s *server, b *browser.Browser) {
	scripted := strings.Replace(fields, "</head>", `<script defer src="own.js"></script></head>`, 1)
	s.edit(map[string]string{frameFile: scripted, "actions/button/own.js": "document.body.dataset.ran = 1"})
	tab := s.story(b)
	tab.run(`const d = F(); d.mark = 1; $("textarea", d).value = "typed"; d.defaultView.scrollTo(0, 200);
		$("#st-frame").focus(); $("#name", d).focus({preventScroll: true}); $("#name", d).value = "hello"; $("#name", d).setSelectionRange(1, 2)`)
	s.edit(map[string]string{"actions/button/own.js": "document.body.dataset.ran = 2"})
	tab.wait(`F().body?.dataset.ran === "2" && $("textarea", F()).value === "typed" && F().activeElement.id === "name"`)
	tab.is(`[F().mark, $("#name", F()).value, $("#name", F()).selectionStart, F().defaultView.scrollY]`, ",hello,1,200")
	s.replace(frameFile, "<h1>One</h1>", "<h1>Two</h1>")
	tab.wait(`$("h1", F())?.textContent === "Two" && $("#name", F()).value === "hello"`)
	tab.calm()
}

func keepsSettings(s *server, b *browser.Browser) {
	tab := s.open(b, storyPage+"#theme=dark&dir=rtl", frameCSS, browser.View{})
	tab.wait(`F().documentElement.dataset.theme === "dark" && F().documentElement.dir === "rtl"`)
	tab.run(`F().mark = 1; window.seen = []; new MutationObserver(() => window.seen.push(F().documentElement.dataset.theme)).observe(F().documentElement, {attributes: true})`)
	s.edit(map[string]string{frameFile: strings.NewReplacer(`lang="en"`, `lang="de" class="x"`, "Add to basket", "Dazu").Replace(s.read(frameFile))})
	tab.wait(`F().body.textContent.includes("Dazu")`)
	tab.is(`[F().mark, F().documentElement.dataset.theme, F().documentElement.dir, F().documentElement.lang, F().documentElement.className]`, "1,dark,rtl,de,x")
	tab.is(`window.seen.every(theme => theme === "dark")`, "true")
	tab.run(`$("#st-theme").value = "light"; $("#st-theme").dispatchEvent(new Event("change"))`)
	tab.wait(`F().documentElement.dataset.theme === "light"`)
	tab.calm()
}

func patchesAStory(s *server, b *browser.Browser) {
	tab := s.open(b, storyPage+"#panel=source", frameCSS, browser.View{})
	tab.run(`window.mark = 1; F().mark = 1; $("#st-tab-source").focus(); window.box = $("#st-panel-source .code-box")`)
	page := strings.NewReplacer("<h1>Primary</h1>", "<h1>Primary two</h1>", `<span class="count">11</span>`, `<span class="count">12</span>`,
		`<p class="place">`, `<p class="place">NEW `, "actions/button/button.html</figcaption>", "changed.html</figcaption>",
		"What happens: a verb first", "What happens: now", "<title>", "<title>New ").Replace(s.read(storyPage))
	s.edit(map[string]string{storyPage: page})
	tab.wait(`$("h1").textContent === "Primary two"`)
	for expression, want := range map[string]string{
		`[window.mark, F().mark]`: "1,1", `document.title.startsWith("New ")`: "true", `$(".tab .count").textContent`: "12",
		`$("#st-tab-source").getAttribute("aria-selected")`: "true", `document.activeElement.id`: "st-tab-source",
		`$("#st-panel-source").hidden + " " + $("#st-panel-props").hidden`: "false true", `$("#st-panel-source").getAttribute("role")`: "tabpanel",
		`document.querySelectorAll("#st-panel-source .copy").length`: "2", `$("#st-panel-source .code-box") === window.box`: "true",
		`$("#st-panel-props").textContent.includes("What happens: now")`: "true", `$(".splitter") !== null`: "true",
	} {
		tab.is(expression, want)
	}
	// What can't be patched is loaded anew, and stays at its tab.
	s.replace(storyPage, `src="../button--primary.html"`, `src="../button--danger.html" data-theme="dark"`)
	tab.wait(`window.mark !== 1 && $("#st-frame")?.dataset.theme === "dark"`)
	tab.is(`location.hash`, "#panel=source")
	tab.calm()
}

func showsTheStoryFirst(s *server, b *browser.Browser) {
	tab := s.story(b)
	s.mutex.Lock()
	s.slow, s.until = storyPage, make(chan struct{})
	s.mutex.Unlock()
	send := sync.OnceFunc(func() { close(s.until) })
	s.Cleanup(send)
	s.edit(map[string]string{
		frameFile: strings.Replace(s.read(frameFile), "</body>", "<p id=new>new</p></body>", 1),
		storyPage: strings.Replace(s.read(storyPage), "<title>", "<title>New ", 1),
	})
	tab.wait(`$("#new", F())?.textContent === "new"`)
	tab.is(`document.title.startsWith("New")`, "false")
	send()
	tab.wait(`document.title.startsWith("New")`)
	tab.calm()
}

func patchesASubject(s *server, b *browser.Browser) {
	const page = "actions/button/index.html"
	tab := s.open(b, page, page, browser.View{})
	tab.wait(`$(".inline iframe").contentDocument.querySelector(".button")`)
	tab.run(`window.mark = 1; for (const f of [...document.querySelectorAll(".inline iframe")].slice(0, 2)) f.contentDocument.mark = 1;
		$(".inline-source").open = true; scrollTo(0, 150)`)
	text := s.read(page)
	start := strings.Index(text, `<h2 id="primary">`)
	s.edit(map[string]string{page: text[:start] + "<p id=fresh>A new paragraph.</p><pre class=\"code\"><code>x</code></pre>" + text[start:]})
	tab.wait(`$("#fresh")`)
	for expression, want := range map[string]string{
		`window.mark`: "1", `[...document.querySelectorAll(".inline iframe")].slice(0, 2).map(f => f.contentDocument.mark)`: "1,1",
		`$(".inline-source").open`: "true", `$("#fresh + .code-box .copy") !== null`: "true", `$(".toc a[aria-current]") !== null`: "true",
	} {
		tab.is(expression, want)
	}
	// Within the page a story is morphed like any other.
	s.replace(frameFile, "Add to basket", "Buy")
	tab.wait(`$(".inline iframe").contentDocument.querySelector(".button").textContent.includes("Buy")`)
	tab.is(`$(".inline iframe").contentDocument.mark`, "1")
	tab.calm()
}

func patchesTheTree(s *server, b *browser.Browser) {
	tab := s.open(b, storyPage, frameCSS, browser.View{Width: 1280, Height: 400})
	tab.run(`const row = (title) => [...document.querySelectorAll("#st-tree a")].find((a) => a.textContent.startsWith(title));
		window.row = row; window.mark = 1;
		row("Forms").querySelector(".twist").click(); row("Button").querySelector(".twist").click(); row("Forms").focus(); $("#st-tree").scrollTop = 5`)
	tab.is(`row("Button").getAttribute("aria-expanded")`, "false")
	nav := s.read("_storytime/nav.js")
	s.edit(map[string]string{"_storytime/nav.js": strings.NewReplacer(`"Primary"`, `"Main one"`, `"Content"`, `"Contents"`).Replace(nav)})
	tab.wait(`row("Contents")`)
	tab.is(`[window.mark, document.activeElement === row("Forms"), row("Forms").getAttribute("aria-expanded"), row("Button").getAttribute("aria-expanded"), $("#st-tree").scrollTop]`,
		"1,true,true,false,5")
	// With a filter on, and after it.
	tab.run(`$("#st-filter").click(); const text = $("#st-filters [type=search]"); text.value = "select"; text.dispatchEvent(new Event("input", {bubbles: true}))`)
	rows := tab.run(`return document.querySelectorAll("#st-tree a").length`)
	s.edit(map[string]string{"_storytime/nav.js": strings.ReplaceAll(nav, `"Select"`, `"Selected"`)})
	tab.wait(`[...document.querySelectorAll("#st-tree a")].some((a) => a.textContent.startsWith("Selected"))`)
	tab.is(`document.querySelectorAll("#st-tree a").length`, rows)
	tab.run(`const text = $("#st-filters [type=search]"); text.value = ""; text.dispatchEvent(new Event("input", {bubbles: true}))`)
	tab.is(`[row("Forms").getAttribute("aria-expanded"), row("Button").getAttribute("aria-expanded"), row("Content").textContent]`, "true,false,Content")
	tab.calm()
}

func broken(stories ...string) *problem.Problem {
	p := &problem.Problem{
		Kind: problem.Template, File: "actions/button/button <img src=x onerror=alert(1)>.html", Line: 3, Column: 5, Length: 8,
		Message: `the template calls "componnt", which is no function </script><script>document.body.dataset.bad=1</script>`,
		Hint:    `did you mean "component"?`, Stories: stories,
		Detail:  "template: button.html:3: function \"componnt\" not defined",
		Related: []problem.Place{{File: "actions/button/button.stories.md", Line: 27, Column: 1}},
	}
	return p.WithExcerpt("{{- if .href -}}\n<a class=\"button button--{{.variant}} button--{{.size}}{{if .wide}} button--wide{{end}}\" href=\"{{.href}}\">\n  {{componnt \"/foundations/icon/icon.html\" (props \"name\" .icon \"size\" \"small\")}}\n  <span class=\"button__text\">{{.text}}</span>\n</a>\n")
}

func prop(stories ...string) *problem.Problem {
	p := &problem.Problem{
		Kind: problem.Prop, File: "forms/field/field.stories.md", Line: 2, Column: 9, Length: 5,
		Message: `unknown prop "lable" of "field.html"`, Hint: `did you mean "label"?`, Stories: stories,
	}
	return p.WithExcerpt("```yaml story\nprops: {lable: Name}\n```\n")
}

func showsProblems(s *server, b *browser.Browser) {
	tab := s.story(b)
	tab.run(`window.mark = 1; F().mark = 1`)
	s.fail(prop("forms/field/plain"), broken("actions/button/primary"))
	tab.wait(`panel()`)
	for expression, want := range map[string]string{
		`$(".title", L()).textContent`: "2 problems", `L().querySelectorAll(".problem").length`: "2", `L().querySelectorAll("script, img").length`: "0",
		`document.body.dataset.bad`: "undefined", `$(".problem-message", L()).textContent.includes("componnt")`: "true",
		`$(".problem-place a", L()).href.startsWith("vscode://file/catalog/actions/button/button")`: "true",
		`$(".carets", L()).textContent.trim().endsWith("^^^^^^^^")`:                                 "true", `pill()`: "",
	} {
		tab.is(expression, want)
	}
	if err := tab.page.Press("\x1b"); err != nil {
		s.Fatal(err)
	}
	tab.wait(`!panel()`)
	tab.is(`pill()`, "2 problems")
	// It stays closed until there are others.
	s.fail(prop("forms/field/plain"), broken("actions/button/primary"))
	s.fail(broken("actions/button/primary"))
	tab.wait(`panel() && $(".title", L()).textContent === "1 problem"`)
	tab.run(`$(".close", L()).click()`)
	tab.wait(`!panel()`)
	tab.run(`$(".pill", L()).click()`)
	tab.wait(`panel()`)
	s.fail()
	tab.wait(`!panel() && pill() === ""`)
	tab.is(`[window.mark, F().mark]`, "1,1")
	// One that stops no story stands everywhere.
	s.fail(&problem.Problem{Message: "storytime.yaml can't be read", Hint: "look at it"})
	tab.wait(`panel()`)
	tab.calm()
}

func showsAPill(s *server, b *browser.Browser) {
	tab := s.story(b)
	s.fail(prop("forms/field/plain"), prop("forms/field/other"))
	tab.wait(`pill() === "2 problems elsewhere"`)
	tab.is(`panel()`, "null")
	tab.shoot("pill")
	tab.run(`$(".pill", L()).click()`)
	tab.wait(`panel()`)
	tab.calm()
}

func keepsTheLastGood(s *server, b *browser.Browser) {
	tab := s.story(b)
	good, goodPage := s.read(frameFile), s.read(storyPage)
	bad := `<!doctype html><html lang="en"><head><title>x</title><script src="../../_storytime/frame.js"></script></head><body><h1>Broken</h1></body></html>`
	badPage := strings.Replace(goodPage, `<iframe id="st-frame"`, `<iframe id="st-broken"`, 1)
	tab.run(`window.mark = 1; F().mark = 1`)
	// With a style in the same build one sees that the rest was applied.
	style := "\n.button { outline: 3px solid rgb(1, 2, 3) }\n"
	bads := []*problem.Problem{broken("actions/button/primary")}
	s.failing(bads, map[string]string{frameFile: bad, storyPage: badPage, frameCSS: s.read(frameCSS) + style})
	tab.wait(`panel() && F().defaultView.getComputedStyle($(".button", F())).outlineColor === "rgb(1, 2, 3)"`)
	tab.is(`[window.mark, F().mark, $(".button", F()) !== null]`, "1,1,true")
	// Mended: the panel goes, and the page follows.
	s.failing(nil, map[string]string{frameFile: strings.Replace(good, "Add to basket", "Mended", 1), storyPage: goodPage})
	tab.wait(`!panel() && F().body.textContent.includes("Mended")`)
	tab.is(`[window.mark, F().mark]`, "1,1")
	// Broken again, and the reader wants to see it in its place.
	s.failing(bads, map[string]string{frameFile: bad, frameCSS: s.read(frameCSS) + "\n.button { outline-color: rgb(3, 2, 1) }\n"})
	tab.wait(`panel() && F().defaultView.getComputedStyle($(".button", F())).outlineColor === "rgb(3, 2, 1)"`)
	tab.run(`$(".close", L()).click()`)
	tab.wait(`$("h1", F())?.textContent === "Broken"`)
	tab.calm()

	// In its subject's page the figure stays, and the rest is patched.
	s.edit(map[string]string{frameFile: good})
	const page = "actions/button/index.html"
	tab = s.open(b, page, page, browser.View{})
	tab.wait(`$(".inline iframe").contentDocument.querySelector(".button")`)
	tab.run(`window.mark = 1; $(".inline iframe").contentDocument.mark = 1`)
	text := s.read(page)
	start := strings.Index(text, `<div class="inline-stage">`)
	end := start + strings.Index(text[start:], "</div>") + len("</div>")
	s.failing([]*problem.Problem{prop("actions/button/primary")}, map[string]string{page: strings.Replace(text[:start]+`<div class="problems">in its place</div>`+text[end:], "One primary button a view.", "One changed sentence.", 1)})
	tab.wait(`$(".prose").textContent.includes("One changed sentence.")`)
	tab.is(`[window.mark, $(".inline iframe").contentDocument.mark, $(".inline .problems")]`, "1,1,")
	tab.run(`$(".close", L()).click()`)
	tab.wait(`$(".inline .problems")`)
	tab.is(`window.mark`, "1")
	tab.calm()
}

func catchesUp(s *server, b *browser.Browser) {
	tab := s.story(b)
	tab.run(`window.mark = 1; F().mark = 1`)
	s.mutex.Lock()
	s.away = true
	s.mutex.Unlock()
	s.drop()
	tab.wait(`notice().startsWith("Connection lost")`)
	tab.shoot("lost")
	s.replace(frameFile, "Add to basket", "Meanwhile")
	s.mutex.Lock()
	s.away = false
	s.mutex.Unlock()
	tab.run(`dispatchEvent(new Event("online"))`)
	tab.wait(`F().body.textContent.includes("Meanwhile") && notice() === ""`)
	tab.is(`[window.mark, F().mark]`, "1,1")
	s.send(map[string]any{"type": "progress", "stage": "rendering", "done": 1200, "total": 10000})
	tab.wait(`L().querySelector(".progress")?.textContent === "Rendering 1,200 of 10,000"`)
	tab.shoot("progress")
	s.send(map[string]any{"type": "progress", "stage": ""})
	tab.wait(`L().querySelector(".progress").hidden`)
	tab.calm()
}

func reloadsForAnotherServer(s *server, b *browser.Browser) {
	tab := s.story(b)
	tab.run(`window.mark = 1`)
	s.mutex.Lock()
	s.token = "two"
	s.mutex.Unlock()
	s.drop()
	tab.wait(`window.mark !== 1 && document.readyState === "complete"`)
	s.waitShown("it again", func(now show) bool { return slices.Contains(now.Files, frameCSS) })
	tab.run(`window.mark = 1`)
	s.send(map[string]any{"type": "reload"})
	tab.wait(`window.mark !== 1 && document.readyState === "complete"`)
}

func controlsRender(s *server, b *browser.Browser) {
	good := s.read(frameFile)
	label := "Add to basket"
	var asked []string
	s.render = func(_, props string, given bool) any {
		s.mutex.Lock()
		defer s.mutex.Unlock()
		text, problems := label, ""
		if given {
			asked = append(asked, props)
			text = props
		}
		if strings.Contains(props, "wrong") {
			problems = `<div class="problems"><article class="problem"><p class="problem-message">wrong is wrong</p></article></div>`
		}
		return map[string]any{
			"build": s.build, "html": strings.ReplaceAll(good, "Add to basket", text), "markup": "<b>" + text + "</b>", "yaml": "props: {text: " + text + "}\n", "problems": problems,
			"props": []map[string]any{
				{"name": "text", "type": "string", "required": true, "value": label},
				{"name": "variant", "type": "enum", "options": []string{"primary", "quiet"}, "default": "primary"},
				{"name": "disabled", "type": "bool", "default": false},
				{"name": "count", "type": "int", "default": 3},
				{"name": "tone", "type": "color", "value": "#2350bd"},
				{"name": "day", "type": "date", "value": "2026-11-22"},
				{"name": "items", "type": "list", "value": []any{map[string]any{"title": "One: two", "tags": []string{"a", "yes"}}, "plain"}},
			},
		}
	}
	tab := s.open(b, storyPage+"#panel=props", frameCSS, browser.View{Width: 390, Height: 844})
	tab.wait(`$("[aria-label=variant]")`)
	tab.run(`$("#st-panels").scrollIntoView()`)
	tab.shoot("controls-390")
	tab = s.open(b, storyPage+"#panel=props", frameCSS, browser.View{})
	tab.wait(`$("[aria-label=variant]")`)
	tab.shoot("controls")
	tab.run(`F().mark = 1; window.mark = 1`)
	tab.is(`$("[aria-label=text]").value`, label)
	tab.is(`$("[aria-label=items]").value`, "- tags:\n    - a\n    - \"yes\"\n  title: \"One: two\"\n- plain")
	tab.is(`$("[aria-label=variant]").selectedOptions[0].text`, "primary (default)")
	tab.is(`[...document.querySelectorAll("#st-panel-props :is(input, select, textarea)")].every((e) => e.ariaLabel)`, "true")
	if err := tab.page.Click("[aria-label=text]"); err != nil {
		s.Fatal(err)
	}
	if err := tab.page.Press("!"); err != nil {
		s.Fatal(err)
	}
	tab.run(`const v = $("[aria-label=variant]"); v.value = '"quiet"'; v.dispatchEvent(new Event("input", {bubbles: true}));
		$("[aria-label=disabled]").click()`)
	tab.wait(`F().body.textContent.includes('"disabled": true')`)
	tab.is(`[F().mark, document.activeElement.ariaLabel, $("#st-panel-html code b") !== null]`, "1,text,true")
	s.mutex.Lock()
	last := asked[len(asked)-1]
	s.mutex.Unlock()
	for _, want := range []string{"\"variant\": \"quiet\"\n", "\"disabled\": true\n", "\"items\": \n  - tags:\n", "\"tone\": \"#2350bd\"\n"} {
		if !strings.Contains(strings.ReplaceAll(last, ":\n  - tags", ": \n  - tags"), want) {
			s.Errorf("it asked for\n%s\nwithout %q", last, want)
		}
	}
	if strings.Contains(last, "count") {
		s.Errorf("it set what is not set: %s", last)
	}
	// A problem leaves the frame, and what was typed, as they are.
	tab.run(`const t = $("[aria-label=text]"); t.value = "wrong"; t.dispatchEvent(new Event("input", {bubbles: true}))`)
	tab.wait(`$("#st-panel-props .problem")`)
	tab.is(`[$("[aria-label=text]").value, F().body.textContent.includes("wrong")]`, "wrong,false")
	tab.shoot("controls-problem")
	tab.run(`const t = $("[aria-label=text]"); t.value = "right"; t.dispatchEvent(new Event("input", {bubbles: true}))`)
	tab.wait(`!$("#st-panel-props .problem") && F().body.textContent.includes("right")`)
	// A build in between: what is set stays set.
	s.mutex.Lock()
	label = "Other"
	s.mutex.Unlock()
	s.replace(frameFile, "Add to basket", "Other")
	s.replace(storyPage, "<h1>Primary</h1>", "<h1>Primary two</h1>")
	tab.wait(`$("h1").textContent === "Primary two" && F().body.textContent.includes("right")`)
	tab.is(`$("[aria-label=text]").value`, "right")
	// Unset, and back to what is written.
	tab.run(`$("[aria-label='Unset variant']").click()`)
	tab.wait(`!F().body.textContent.includes("quiet")`)
	tab.run(`[...document.querySelectorAll(".live-bar button")].find((one) => one.textContent === "Reset").click()`)
	tab.wait(`$("[aria-label=text]").value === "Other" && F().querySelector(".button").textContent.trim() === "Other"`)
	// Untouched, they follow.
	s.mutex.Lock()
	label = "Third"
	s.mutex.Unlock()
	s.replace(frameFile, "Other", "Third")
	tab.wait(`$("[aria-label=text]").value === "Third"`)
	// The server is away.
	s.mutex.Lock()
	s.render = nil
	s.mutex.Unlock()
	tab.run(`const t = $("[aria-label=text]"); t.value = "x"; t.dispatchEvent(new Event("input", {bubbles: true}))`)
	tab.wait(`$(".live-status").textContent.includes("does not answer")`)
	tab.is(`[window.mark, F().mark]`, "1,1")
	tab.calm()
}

func followsAlone(s *server, b *browser.Browser) {
	tab := s.open(b, frameFile, frameFile, browser.View{})
	tab.run(`window.mark = 1`)
	s.replace(frameFile, "Add to basket", "Alone")
	tab.wait(`document.body.textContent.includes("Alone")`)
	s.edit(map[string]string{frameCSS: s.read(frameCSS) + "\n* { color: red !important; display: block !important; font-size: 40px !important } .button { outline: 3px solid rgb(1, 2, 3) }\n"})
	tab.wait(`getComputedStyle($(".button")).outlineColor === "rgb(1, 2, 3)"`)
	s.fail(broken("actions/button/primary"))
	tab.wait(`panel()`)
	tab.is(`[window.mark, getComputedStyle($(".title", L())).fontSize]`, "1,14px")
	tab.shoot("alone")
	if err := tab.page.Press("\x1b"); err != nil {
		s.Fatal(err)
	}
	tab.wait(`!panel()`)
	tab.calm()
}

func saysWhatIsGone(s *server, b *browser.Browser) {
	tab := s.story(b)
	tab.run(`window.mark = 1`)
	text := s.read(storyPage)
	s.edit(map[string]string{storyPage: ""})
	tab.wait(`notice().startsWith("This page was removed or renamed")`)
	tab.is(`$(".notice a", L()).pathname`, "/index.html")
	tab.shoot("gone")
	s.edit(map[string]string{storyPage: strings.Replace(text, "<h1>Primary</h1>", "<h1>Back</h1>", 1)})
	tab.wait(`notice() === "" && $("h1").textContent === "Back"`)
	tab.is(`window.mark`, "1")
	tab.calm()
}

func comesByItself(s *server, b *browser.Browser) {
	s.mutex.Lock()
	s.build = 0
	s.mutex.Unlock()
	tab := s.open(b, storyPage, storyPage, browser.View{})
	tab.is(`$("h1").textContent`, "Building…")
	s.fail(broken("actions/button/primary"))
	tab.wait(`panel()`)
	tab.shoot("waiting")
	s.edit(map[string]string{storyPage: s.read(storyPage)})
	tab.wait(`$("h1")?.textContent === "Primary"`)

	tab = s.open(b, "new/index.html", "new/index.html", browser.View{})
	tab.is(`document.title`, "404")
	s.edit(map[string]string{"new/index.html": s.read("index.html")})
	tab.wait(`document.title !== "404" && document.title !== ""`)
}

const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="10"/>`

func refreshesImages(s *server, b *browser.Browser) {
	s.edit(map[string]string{
		frameFile:              strings.Replace(fields, "<h1>", `<img id="i" src="i.svg" srcset="i.svg 1x"><div id="b" style="background: url(b.svg)">b</div><h1>`, 1),
		"actions/button/i.svg": fmt.Sprintf(svg, 10), "actions/button/b.svg": fmt.Sprintf(svg, 10),
	})
	tab := s.story(b)
	s.waitShown("images", func(now show) bool {
		return slices.Contains(now.Files, "actions/button/i.svg") && slices.Contains(now.Files, "actions/button/b.svg")
	})
	tab.run(`F().mark = 1; $("#name", F()).value = "typed"`)
	s.edit(map[string]string{"actions/button/i.svg": fmt.Sprintf(svg, 30)})
	tab.wait(`$("#i", F()).complete && $("#i", F()).naturalWidth === 30`)
	tab.is(`F().mark`, "1")
	// The mark in its address is no change for the next morph.
	s.replace(frameFile, "<h1>One", "<h1>Two")
	tab.wait(`$("h1", F()).textContent === "Two" && $("#i", F()).naturalWidth === 30`)
	tab.is(`[F().mark, /live=/.test($("#i", F()).src)]`, "1,true")
	// In a style it is in no element: the frame is loaded anew.
	s.edit(map[string]string{"actions/button/b.svg": fmt.Sprintf(svg, 30)})
	tab.wait(`F().mark !== 1 && $("#name", F())?.value === "typed"`)
	tab.calm()
}

func swapsImports(s *server, b *browser.Browser) {
	s.edit(map[string]string{
		frameCSS:                   "@import \"inner.css\";\n" + s.read(frameCSS),
		"actions/button/inner.css": "body { color: rgb(1, 1, 1) }",
		frameFile:                  strings.Replace(s.read(frameFile), "</head>", "<style>h1 { color: red }</style></head>", 1),
	})
	tab := s.open(b, storyPage, "actions/button/inner.css", browser.View{})
	tab.run(`F().mark = 1`)
	s.edit(map[string]string{"actions/button/inner.css": "html body { color: rgb(2, 2, 2) }"})
	tab.wait(`F().defaultView.getComputedStyle(F().body).color === "rgb(2, 2, 2)"`)
	tab.is(`F().mark`, "1")
	// A sheet that the story has only now is there before its HTML is.
	s.edit(map[string]string{
		"actions/button/late.css": "html body { color: rgb(3, 3, 3) }",
		frameFile:                 strings.NewReplacer("</head>", `<link rel="stylesheet" href="late.css"></head>`, "Add to basket", "Late").Replace(s.read(frameFile)),
	})
	tab.wait(`F().body.textContent.includes("Late")`)
	tab.is(`[F().mark, F().defaultView.getComputedStyle(F().body).color]`, "1,rgb(3, 3, 3)")
	tab.calm()
}

func controlsReload(s *server, b *browser.Browser) {
	s.edit(map[string]string{
		frameFile:               strings.Replace(s.read(frameFile), "</head>", `<script defer src="own.js"></script></head>`, 1),
		"actions/button/own.js": "document.body.dataset.ran = document.querySelector('.button').textContent.trim()",
	})
	good := s.read(frameFile)
	s.render = func(_, props string, given bool) any {
		text := "Add to basket"
		if given {
			text = strings.TrimSpace(props)
		}
		return map[string]any{"html": strings.ReplaceAll(good, "Add to basket", text), "markup": "", "yaml": "", "problems": "",
			"props": []map[string]any{{"name": "text", "type": "string", "required": true, "value": "Add to basket"}}}
	}
	tab := s.open(b, storyPage+"#theme=dark", frameCSS, browser.View{})
	tab.wait(`$("[aria-label=text]")`)
	tab.run(`const t = $("[aria-label=text]"); t.focus(); t.value = "Anew"; t.dispatchEvent(new Event("input", {bubbles: true}))`)
	tab.wait(`F().body?.dataset.ran === '"text": "Anew"' && F().documentElement.dataset.theme === "dark"`)
	tab.is(`[document.activeElement.ariaLabel, F().defaultView.getComputedStyle($(".button", F())).borderRadius !== "0px"]`, "text,true")
	s.waitShown("the style still", func(now show) bool {
		return slices.Contains(now.Files, frameCSS) && slices.Contains(now.Files, frameFile)
	})
	tab.run(`[...document.querySelectorAll(".live-bar button")].find((one) => one.textContent === "Reset").click()`)
	tab.wait(`F().body?.dataset.ran === "Add to basket" && F().URL.endsWith("button--primary.html")`)
	tab.calm()
}

func reloadsGoneFrames(s *server, b *browser.Browser) {
	tab := s.story(b)
	tab.run(`F().mark = 1`)
	s.edit(map[string]string{frameFile: ""})
	tab.wait(`F().title === "404"`)
	tab.is(`notice()`, "")
	// When its page goes with it, both stay.
	tab = s.open(b, "actions/button/danger/index.html", frameCSS, browser.View{})
	tab.run(`F().mark = 1`)
	s.edit(map[string]string{
		"actions/button/danger/index.html": "", "actions/button/button--danger.html": "", frameCSS: s.read(frameCSS) + "\n.button { outline: 3px solid rgb(1, 2, 3) }\n",
	})
	tab.wait(`notice() && F().defaultView.getComputedStyle($(".button", F())).outlineColor === "rgb(1, 2, 3)"`)
	tab.is(`F().mark`, "1")
}

func patchesCards(s *server, b *browser.Browser) {
	const page = "actions/index.html"
	tab := s.open(b, page, page, browser.View{})
	tab.wait(`[...document.querySelectorAll(".thumb iframe")].every(f => f.contentDocument?.readyState === "complete" && f.contentDocument.body.childElementCount)`)
	tab.run(`window.mark = 1; for (const f of document.querySelectorAll(".thumb iframe")) { f.mark = 1; f.contentDocument.mark = 1; }`)
	// The last card comes first, as one with problems does.
	text := s.read(page)
	start, last, end := strings.Index(text, `<li class="card">`), strings.LastIndex(text, `<li class="card">`), strings.LastIndex(text, "</ul>")
	s.edit(map[string]string{page: text[:start] + strings.Replace(text[last:end], "</h3>", `</h3><p>now first</p>`, 1) + text[start:last] + text[end:]})
	tab.wait(`$(".card").textContent.includes("now first")`)
	tab.is(`[window.mark, ...[...document.querySelectorAll(".thumb iframe")].map(f => f.mark)].join("")`, strings.Repeat("1", 1+strings.Count(text, `<li class="card">`)))
	tab.wait(`[...document.querySelectorAll(".thumb iframe")].every(f => f.contentDocument.mark === 1)`)
	tab.calm()
}

func reloadsForTheShell(s *server, b *browser.Browser) {
	tab := s.story(b)
	tab.run(`window.mark = 1`)
	s.edit(map[string]string{"_storytime/workshop.css": s.read("_storytime/workshop.css") + "/**/"})
	tab.wait(`window.mark !== 1 && $("h1")`)
}

func breaksNoRuleOfAxe(s *server, b *browser.Browser) {
	script, err := os.ReadFile("../../../node_modules/axe-core/axe.min.js")
	if err != nil {
		s.Fatalf("axe isn't there; run make test, which installs it: %v", err)
	}
	value := func(kind string, value any) map[string]any {
		return map[string]any{"name": kind, "type": kind, "value": value}
	}
	s.render = func(_, _ string, _ bool) any {
		return map[string]any{"yaml": "", "html": "", "problems": "", "props": []map[string]any{
			value("string", "a"), value("html", "<b>a</b>"), value("int", 1), value("bool", true), value("color", "#abc"), value("date", "2026-11-22"),
			value("list", []int{1}), {"name": "unset", "type": "string", "default": "x"}, {"name": "choice", "type": "enum", "options": []int{1, 2}, "default": 1},
		}}
	}
	for _, dark := range []bool{false, true} {
		tab := s.open(b, storyPage+"#panel=props", frameCSS, browser.View{Dark: dark, ReducedMotion: true, Width: 1400, Height: 1000})
		tab.wait(`$("[aria-label=choice]")`)
		s.fail(prop("forms/field/plain"))
		tab.wait(`pill()`)
		check := func() {
			violations, err := tab.page.Axe(string(script))
			if err != nil {
				s.Fatal(err)
			}
			for _, v := range violations {
				s.Errorf("dark %v: %v", dark, v)
			}
		}
		check()
		tab.run(`$("#st-panel-props").scrollTop = 9999`)
		tab.shoot(fmt.Sprintf("all-controls-%v", dark))
		s.fail(broken("actions/button/primary"), prop("forms/field/plain"))
		tab.wait(`panel()`)
		check()
		s.fail()
		tab.wait(`!panel()`)
	}
}

// Pictures of the panel, for people to look at.
func TestPictures(t *testing.T) {
	if os.Getenv("SHOTS") == "" {
		t.Skip("SHOTS names no directory for them")
	}
	site := filepath.Join(t.TempDir(), "site")
	if _, err := build.Site(t.Context(), build.Options{Dir: "../../../testdata/shop", Output: site}); err != nil {
		t.Fatal(err)
	}
	b, err := browser.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	for _, width := range []int{390, 1600} {
		for _, dark := range []bool{false, true} {
			s := serve(t, site)
			tab := s.open(b, storyPage, frameCSS, browser.View{Width: width, Height: 900, Dark: dark})
			s.fail(broken("actions/button/primary"), prop("forms/field/plain"))
			tab.wait(`panel()`)
			tab.shoot(fmt.Sprintf("panel-%d-%v", width, dark))
			tab.calm()
		}
	}
}
