package main

import (
	"errors"
	"html"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/storytime-dev/storytime/pkg/browser"
	"github.com/storytime-dev/storytime/pkg/serve"
)

// A bookTab is iframe.html in a browser.
type bookTab struct {
	*testing.T
	page *browser.Page
	base string
}

// inTheBook are functions for what is evaluated in iframe.html.
const inTheBook = `
	const channel = __STORYBOOK_ADDONS_CHANNEL__;
	const $ = (selector) => document.querySelector(selector);
	const ends = ["storyFinished", "storyErrored", "storyThrewException", "storyMissing", "docsRendered"];
	const asked = ["setCurrentStory", "updateStoryArgs", "resetStoryArgs", "updateGlobals"];
	// What happens until a story is there, or why it isn't.
	const until = (act, last = ends) => new Promise((done) => {
		const seen = [];
		const names = Object.values(__STORYBOOK_MODULE_CORE_EVENTS__);
		const hear = Object.fromEntries(names.map((name) => [name, (...args) => {
			if (!asked.includes(name)) seen.push([name, ...args]);
			if (!last.includes(name)) return;
			for (const each of names) channel.off(each, hear[each]);
			done(seen);
		}]));
		for (const name of names) channel.on(name, hear[name]);
		act();
	});
	const show = (storyId, viewMode = "story") => until(() => channel.emit("setCurrentStory", { storyId, viewMode }));
	const names = (events) => events.map(([name]) => name).join(" ");
`

func openBook(t *testing.T, b *browser.Browser, base, query string) *bookTab {
	t.Helper()
	tab := &bookTab{t, open(t, b, base+"iframe.html"+query, browser.View{}), base}
	eventually(t, tab.page, `window.__STORYBOOK_PREVIEW__?.storyStoreValue`)
	return tab
}

// is evaluates statements in the page, and compares what they return.
func (tab *bookTab) is(want, script string) {
	tab.Helper()
	if got := tab.run(script); got != want {
		tab.Errorf("%s\nis   %s\nwant %s", script, got, want)
	}
}

func (tab *bookTab) run(script string) string {
	tab.Helper()
	return evaluate[string](tab.T, tab.page, `(async () => {`+inTheBook+script+`})().then((v) => typeof v === "string" ? v : JSON.stringify(v))`)
}

// serveSite serves a site under a policy that allows no script but its own
// files.
func serveSite(t *testing.T, s *builtSite) string {
	t.Helper()
	root, err := os.OpenRoot(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	site := &serve.Site{Files: root.FS()}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:")
		site.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/"
}

// TestStorybookInABrowser is what Storybook's clients see of a built site.
func TestStorybookInABrowser(t *testing.T) {
	t.Parallel()
	b := startBrowser(t)
	shop := serveSite(t, buildShop(t))
	for _, test := range []struct {
		name, base string
		run        func(*testing.T, *browser.Browser, string)
	}{
		{"every story is shown in turn", shop, showsEveryStory},
		{"a story is what it is alone", shop, showsTheStoryItself},
		{"an address chooses story, args and theme", shop, followsTheAddress},
		{"args are kept where nothing can render", shop, keepsArgs},
		{"a subject is shown", shop, showsDocs},
		{"what there is can be asked for", shop, tellsWhatThereIs},
		{"problems and failing checks are errors", serveSite(t, buildBroken(t)), throwsProblems},
		{"scripts run once a story", serveSite(t, buildLoud(t)), runsScripts},
		{"the window around is answered", serveSite(t, buildLoud(t)), answersTheWindowAround},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, b, test.base) })
	}
}

// A page that leaves the first story stays the same, and complains of nothing
// under a policy that allows only scripts of the site.
func showsEveryStory(t *testing.T, b *browser.Browser, base string) {
	tab := openBook(t, b, base, "")
	tab.is("", `window.same = 1; return $("#storybook-root").innerHTML`)
	tab.is("[]", `
		const wrong = [];
		for (const id of Object.keys(await __STORYBOOK_PREVIEW__.extract())) {
			const seen = names(await show(id));
			if (seen !== "currentStoryWasSet storyPrepared storyRendered storyFinished") wrong.push(id + ": " + seen);
		}
		return wrong`)
	tab.is("1", `return window.same`)
	wantNoComplaints(t, tab.page, base)
}

func showsTheStoryItself(t *testing.T, b *browser.Browser, base string) {
	tab := openBook(t, b, base, "")
	tab.is("true", `
		const seen = await show("actions-button--primary");
		const [set, prepared, rendered, finished] = seen.map(([, what]) => what);
		return set.storyId === "actions-button--primary" && set.viewMode === "story" && prepared.id === set.storyId
			&& prepared.args.text === "Add to basket" && prepared.initialArgs.text === prepared.args.text
			&& prepared.argTypes.variant.control.type === "select" && prepared.argTypes.variant.options.length === 4
			&& prepared.argTypes.text.type.required && prepared.parameters.fileName === "./actions/button/button.stories.md"
			&& rendered === set.storyId && finished.storyId === set.storyId && finished.status === "success"`)
	for _, id := range []string{"content-product-card--primary", "pages-product-page--in-stock", "actions-button--primary"} {
		tab.is("same", `
			const id = `+strconv.Quote(id)+`;
			await show(id);
			const { stories } = await (await fetch(new URL("_storytime/storybook.json", "`+base+`"))).json();
			const alone = document.createElement("iframe");
			alone.src = new URL(stories[id].file, "`+base+`");
			alone.style.cssText = "width:" + innerWidth + "px;height:" + innerHeight + "px;position:absolute;visibility:hidden";
			document.documentElement.append(alone);
			await new Promise((done) => { alone.onload = done; });
			const there = alone.contentDocument;
			const look = (of) => [...of.body.querySelectorAll("*")].filter((one) => one.id !== "storybook-root" && one.id !== "storybook-docs")
				.map((one) => [one.localName, one.currentSrc ?? one.href?.toString(), getComputedStyle(one).color, getComputedStyle(one).fontSize, getComputedStyle(one).backgroundColor].join());
			const [here, want] = [look(document), look(there)];
			const attributes = (of) => of.documentElement.getAttributeNames().map((name) => name + of.documentElement.getAttribute(name)).join();
			const same = attributes(document) === attributes(there) && document.title === there.title && here.length > 0;
			alone.remove();
			return same && here.join("\n") === want.join("\n") ? "same" : id + ":\n" + here.join("\n") + "\n\n" + want.join("\n")`)
	}
	wantNoComplaints(t, tab.page, base)
}

func followsTheAddress(t *testing.T, b *browser.Browser, base string) {
	for query, want := range map[string]string{
		"?id=actions-button--primary&viewMode=story":                       "actions-button--primary||Add to basket",
		"?path=/story/actions-button--danger&globals=theme:dark":           "actions-button--danger|dark|Delete address",
		"?id=actions-button--primary&globals=theme:nonsense;x.__proto__:y": "actions-button--primary||Add to basket",
	} {
		tab := openBook(t, b, base, query)
		eventually(t, tab.page, `document.querySelector("#storybook-root .button")`)
		tab.is(want, `return [__STORYBOOK_PREVIEW__.currentRender.story.id, $("html").dataset.theme === "dark" ? "dark" : "", $(".button").textContent.trim()].join("|")`)
		wantNoComplaints(t, tab.page, base)
	}
	tab := openBook(t, b, base, "?id=actions-button--primary&args=text:Buy+now;disabled:!true;wide:true;size:!undefined;nonsense:1;value:%213&globals=theme:dark")
	eventually(t, tab.page, `document.querySelector("#storybook-root .button")`)
	tab.is(`{"text":"Buy now","disabled":true,"wide":true,"value":"!3"}`, `return __STORYBOOK_PREVIEW__.currentRender.story.args`)
	// A theme that is chosen later, and none.
	tab.is("light", `channel.emit("updateGlobals", { globals: { theme: "light" } }); await 0; await 0; return $("html").dataset.theme`)
	tab.is("dark", `await until(() => channel.emit("updateGlobals", { globals: { theme: "dark" } }), ["globalsUpdated"]); await show("actions-button--danger"); return $("html").dataset.theme`)
	tab.is("light", `await until(() => channel.emit("updateGlobals", { globals: { theme: undefined } }), ["globalsUpdated"]); return $("html").dataset.theme`)
	wantNoComplaints(t, tab.page, base)
}

func keepsArgs(t *testing.T, b *browser.Browser, base string) {
	tab := openBook(t, b, base, "")
	tab.run(`return names(await show("actions-button--secondary"))`)
	tab.is(`storyArgsUpdated storyRendered storyFinished|Buy|Save for later`, `
		const seen = await until(() => channel.emit("updateStoryArgs", { storyId: "actions-button--secondary", updatedArgs: { text: "Buy" } }));
		return [names(seen), seen[0][1].args.text, $(".button").textContent.trim()].join("|")`)
	tab.is(`storyArgsUpdated storyRendered storyFinished|Save for later`, `
		const seen = await until(() => channel.emit("resetStoryArgs", { storyId: "actions-button--secondary" }));
		return [names(seen), seen[0][1].args.text].join("|")`)
	// A matrix has rendered some others; what isn't given has its default.
	for args, want := range map[string]string{
		`variant: "danger", size: "small"`:  "button--danger button--small",
		`variant: "danger"`:                 "button--danger button--medium",
		`variant: "danger", icon: "basket"`: "button--secondary button--medium",
		`variant: "danger", text: "Buy"`:    "button--secondary button--medium",
		`size: "huge"`:                      "button--secondary button--medium",
	} {
		tab.is("button "+want, `
			await until(() => channel.emit("updateStoryArgs", { storyId: "actions-button--secondary", updatedArgs: { `+args+` } }));
			const shown = $(".button").className;
			await until(() => channel.emit("resetStoryArgs", { storyId: "actions-button--secondary" }));
			return shown`)
	}
	wantNoComplaints(t, tab.page, base)
	tab = openBook(t, b, base, "?id=actions-button--secondary&args=variant:quiet;size:large")
	eventually(t, tab.page, `document.querySelector("#storybook-root .button--quiet.button--large")`)
	wantNoComplaints(t, tab.page, base)
}

func showsDocs(t *testing.T, b *browser.Browser, base string) {
	tab := openBook(t, b, base, "")
	tab.is(`storyFinished`, `return (await show("actions-button--primary")).at(-1)[0]`)
	tab.is(`currentStoryWasSet docsPrepared docsRendered|actions-button--docs|Button|`, `
		const seen = await show("actions-button--docs", "docs");
		return [names(seen), seen.at(-1)[1], $("iframe").contentDocument.querySelector("h1").textContent, $("#storybook-root").innerHTML].join("|")`)
	tab.is(`storyFinished|true|0`, `
		const last = (await show("actions-button--primary")).at(-1)[0];
		return [last, $("#storybook-docs").hidden, document.querySelectorAll("iframe").length].join("|")`)
	wantNoComplaints(t, tab.page, base)
}

func tellsWhatThereIs(t *testing.T, b *browser.Browser, base string) {
	tab := openBook(t, b, base, "")
	tab.is("true", `
		const preview = __STORYBOOK_PREVIEW__;
		await preview.ready();
		const { entries } = await (await fetch("index.json")).json();
		const ids = Object.keys(entries).filter((id) => entries[id].type === "story");
		const { storyStoreValue: store } = preview;
		await store.cacheAllCSFFiles();
		const same = (list) => list.join() === ids.join();
		return ids.length > 100 && same(Object.keys(await preview.extract())) && same(Object.keys(await store.extract()))
			&& same(preview.storyStore.raw().map((one) => one.id)) && Object.keys(store.cachedCSFFiles).includes("./actions/button/button.stories.md")
			&& (await preview.storyStore.loadStory({ storyId: ids[0] })).id === ids[0] && preview.storyStore.fromId("nonsense") === null`)
	tab.is("storyRendered docsRendered setCurrentStory storyThrewException",
		`const { STORY_RENDERED, DOCS_RENDERED, SET_CURRENT_STORY, STORY_THREW_EXCEPTION } = __STORYBOOK_MODULE_CORE_EVENTS__;
		return [STORY_RENDERED, DOCS_RENDERED, SET_CURRENT_STORY, STORY_THREW_EXCEPTION].join(" ")`)
	// A listener that throws keeps no other from hearing.
	tab.is("1 1 0", `
		let [a, b] = [0, 0];
		const count = () => { a++; };
		channel.on("mine", count);
		channel.once("mine", () => { b++; });
		channel.emit("mine");
		channel.off("mine", count);
		channel.emit("mine");
		return [a, b, channel.listenerCount("mine")].join(" ")`)
	wantNoComplaints(t, tab.page, base)
}

func throwsProblems(t *testing.T, b *browser.Browser, base string) {
	tab := openBook(t, b, base, "")
	tab.is(`currentStoryWasSet storyPrepared storyErrored|true|true`, `
		const seen = await show("parts-part--broken");
		const { title, description } = seen.at(-1)[1];
		return [names(seen), title.includes("Parts/Part: Broken"), description.includes("parts/part.stories.md:") && description.includes("gone.html")].join("|")`)
	tab.is(`currentStoryWasSet storyPrepared storyThrewException|CheckFailed|true|one`, `
		const seen = await show("parts-part--failing");
		const { name, message } = seen.at(-1)[1];
		return [names(seen), name, message.includes('"two"') && message.includes("hint"), $("#storybook-root p").textContent].join("|")`)
	tab.is(`currentStoryWasSet storyPrepared storyRendered storyFinished`, `return names(await show("parts-part--whole"))`)
	tab.is(`storyErrored`, `return (await show("parts-other--default")).at(-1)[0]`)
	tab.is(`[["storyMissing","parts-part--gone"]]`, `return (await show("parts-part--gone"))`)
	tab.is(`[["storyMissing","constructor"]]`, `return (await show("constructor"))`)
	// The last that is asked for is the one that comes.
	tab.is(`parts-part--whole`, `
		channel.emit("setCurrentStory", { storyId: "parts-part--failing" });
		channel.emit("setCurrentStory", { storyId: "parts-part--broken" });
		const seen = await show("parts-part--whole");
		return seen.filter(([name]) => name !== "currentStoryWasSet" && name !== "storyPrepared").at(0)[1]`)
}

// buildLoud builds a catalog with scripts.
func buildLoud(t *testing.T) *builtSite {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"loud.html": "<p id=\"text\">{{.text}}</p><a href=\"#text\">up</a>",
		"loud.js": "const count = (name) => { document.body.dataset[name] = Number(document.body.dataset[name] ?? 0) + 1; };\n" +
			"document.addEventListener(\"click\", () => count(\"clicks\"));\n" +
			"addEventListener(\"load\", { handleEvent: () => count(\"loads\") });\n" +
			"document.addEventListener(\"DOMContentLoaded\", () => count(\"ready\"));\n" +
			"window.runs = (window.runs ?? 0) + 1;\nparent.postMessage(\"loud\", \"*\");\n",
		"own/mod.js": "window.modules = (window.modules ?? 0) + 1;\n",
		"loud.stories.md": "## One\n\n```yaml story\nprops: {text: one}\n```\n\n## Two\n\n```yaml story\nprops: {text: two}\n```\n\n" +
			"## Module\n\n```html story\n<p>m</p><script type=\"module\" src=\"own/mod.js\"></script><script type=\"application/json\">{}</script><noscript><img src=\"gone.png\"></noscript>\n```\n",
	} {
		name = filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return buildSite(t, dir, true)
}

func runsScripts(t *testing.T, b *browser.Browser, base string) {
	tab := openBook(t, b, base, "")
	state := `return [window.runs, document.body.dataset.clicks, document.body.dataset.loads, document.body.dataset.ready].join()`
	tab.is("1,1,1,1", `await show("loud--one"); $("#text").click(); `+state)
	// Its names can't be declared again, but what it did listens no more.
	tab.is("1,,,", `await show("loud--two"); $("#text").click(); `+state)
	tab.is("1 false", `await show("loud--module"); return [window.modules, [...document.querySelectorAll("noscript")].some((one) => one.firstElementChild)].join(" ")`)
	tab.is("2", `await show("loud--module"); return window.modules`)
	// A place in the story is a place in this page.
	tab.is("#text", `await show("loud--one"); window.same = 1; $("a").click(); return window.same && location.hash`)
}

// A page that Storybook frames a story in hears of it, if it is of this
// machine as the story is.
func answersTheWindowAround(t *testing.T, b *browser.Browser, base string) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<!doctype html><script>
			heard = []; at = [];
			addEventListener("message", (e) => {
				heard.push(typeof e.data === "string" && e.data[0] === "{" ? JSON.parse(e.data) : e.data);
				at.push(performance.now());
			})
			said = () => heard.filter((one) => one !== "loud").map((one) => one.key + one.refId + one.event.type).join(" ").replaceAll("storybook-channelmine", "");
			</script><iframe src="` + base + `iframe.html?` + html.EscapeString(r.URL.RawQuery) + `&refId=mine"></iframe>`))
	}))
	defer server.Close()
	p := open(t, b, server.URL+"/?id=loud--one", browser.View{})
	eventually(t, p, `heard.includes("loud") && heard.some((one) => one.event?.type === "storyFinished")`)
	got, want := evaluate[string](t, p, `said()`), "channelCreated setGlobals previewInitialized currentStoryWasSet storyPrepared setIndex currentStoryWasSet "
	if !strings.HasPrefix(got, want) {
		t.Errorf("the window around heard %q, want %q first", got, want)
	}
	// Storybook's page forgets the first of two that it hears before it has drawn.
	if got := evaluate[string](t, p, `heard.map((one, i) => [one.event?.type, at[i]])
		.filter(([type]) => ["currentStoryWasSet", "storyPrepared", "setIndex"].includes(type))
		.filter(([, when], i, all) => i && when - all[i - 1][1] < 20).join()`); got != "" {
		t.Errorf("too soon after another came %s", got)
	}
	// Of a ref's globals it complains.
	if got := evaluate[string](t, p, `JSON.stringify(heard.find((one) => one.event?.type === "setGlobals").event.args)`); got != `[{"globals":{},"globalTypes":{}}]` {
		t.Errorf("the window around heard of globals: %s", got)
	}
	// Where no story is chosen yet, it waits to hear that none is there.
	none := open(t, b, server.URL+"/?id=*&viewMode=story", browser.View{})
	eventually(t, none, `said().startsWith("channelCreated setGlobals previewInitialized setIndex storyMissing setIndex storyMissing")`)
	for _, form := range []string{"", "JSON.stringify"} {
		evaluate[bool](t, p, `heard.length = 0, frames[0].postMessage(`+form+`({key: "storybook-channel", event: {type: "setCurrentStory", args: [{storyId: "loud--two"}], from: "x"}}), "*"), true`)
		eventually(t, p, `heard.some((one) => one.event?.type === "storyFinished" && one.event.args[0].storyId === "loud--two")`)
	}

	// Any page of the web may frame what a machine serves to itself, and then
	// hears what the story itself says, but not what there is.
	stranger := open(t, b, strings.Replace(server.URL, "127.0.0.1", "stranger.localhost", 1)+"/?id=loud--one", browser.View{})
	eventually(t, stranger, `heard.length > 0`)
	if got := evaluate[string](t, stranger, `JSON.stringify(heard)`); got != `["loud"]` {
		t.Errorf("a stranger heard %s", got)
	}
}
