package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/storytime-dev/storytime/pkg/browser"
)

// lookedAt is the story that the controls are used on. It has one before it
// and one after it.
const lookedAt = "actions/button/secondary/index.html"

// seeing are functions for what is looked for in a page. What a page would
// show outside of itself is noted instead.
const seeing = `
	if (top === window) Object.assign(window, {
		$: (selector) => document.querySelector(selector),
		// Whether something holds in the story; from the disk nobody can look there.
		story: (test) => { const doc = $("#st-frame")?.contentDocument; return doc ? !!doc.body && test(doc, doc.defaultView) : location.protocol === "file:"; },
		pressed: (id) => $("#st-" + id).getAttribute("aria-pressed") === "true",
		seen: (selector) => !!$(selector)?.checkVisibility({checkVisibilityCSS: true}),
		has: (hash) => location.hash === hash,
		at: (path) => decodeURI(location.pathname).replace(/index\.html$/, "").endsWith(path) && document.readyState === "complete",
		// All that an address keeps, as it is seen.
		state: () => JSON.stringify([location.hash, ...["theme", "viewport", "background"].map((id) => $("#st-" + id).value), ...["rotate", "rtl", "outline", "measure"].map(pressed),
			$("#st-zoom-value").textContent, $("#st-size").textContent, document.querySelectorAll(".stage-themes iframe").length, $("[role=tab][aria-selected=true]").id,
			story((doc, view) => [doc.documentElement.dataset.theme, doc.documentElement.dir, view.getComputedStyle(doc.body).backgroundColor, view.innerWidth, doc.adoptedStyleSheets.length])]),
		row: (title) => [...document.querySelectorAll("#st-tree a")].find((one) => one.querySelector(".label").textContent === title),
	});
	if (top === window) Object.defineProperty(navigator, "clipboard", {value: {writeText: async (text) => { window.copied = text; }}});
	Element.prototype.requestFullscreen = async function () { window.full = this.id; };
	window.print = () => { top.printed = true; };
`

// A control is something to use, and what is seen then.
type control struct {
	name string
	from string // what the address has after it
	// do is what is done, each a line of:
	//
	//	SELECTOR                a click, a tap, or the focus and Enter, or Space
	//	choose SELECTOR KEYS    the same, and keys to choose with
	//	drag SELECTOR DX DY     a drag
	//	press KEYS              names of keys, or "Control-" and a letter
	//	type TEXT
	//	see EXPRESSION          waits for it
	do    string
	sees  string
	keeps bool   // in the address: Back and Forward and a link bring it too
	stays bool   // leaves nothing behind but its address and a dialog
	only  string // "mouse", "touch", "keyboard", or some of them; all if it is empty
	side  bool   // is in the sidebar, which on a phone is a drawer
	disk  bool   // is also tried from the disk
}

var controls = []control{
	{name: "theme", stays: true, do: `choose #st-theme ArrowDown`, keeps: true, disk: true,
		sees: `has("#theme=dark") && $("#st-theme").value === "dark" && story((doc) => doc.documentElement.dataset.theme === "dark")`},
	{name: "theme back", stays: true, from: "#theme=dark", do: `choose #st-theme ArrowUp`, keeps: true,
		sees: `has("") && $("#st-theme").value === "light" && story((doc) => doc.documentElement.dataset.theme === "light")`},
	{name: "all themes", stays: true, do: `choose #st-theme End`, keeps: true, disk: true,
		sees: `has("#theme=*") && document.querySelectorAll(".stage-themes iframe").length === 2 && !seen(".stage-fit")`},
	{name: "viewport", stays: true, do: `choose #st-viewport ArrowDown`, keeps: true, disk: true,
		sees: `has("#viewport=phone") && $("#st-size").textContent === "390 × 844" && story((doc, view) => view.innerWidth === 390 && view.innerHeight === 844)`},
	{name: "rotate", stays: true, from: "#viewport=phone", do: `#st-rotate`, keeps: true,
		sees: `has("#viewport=phone&rotate=1") && pressed("rotate") && story((doc, view) => view.innerWidth === 844 && view.innerHeight === 390)`},
	{name: "another viewport", stays: true, from: "#viewport=phone&rotate=1", do: `choose #st-viewport ArrowDown`, keeps: true,
		sees: `has("#viewport=tablet") && !pressed("rotate") && story((doc, view) => view.innerWidth === 820)`},
	{name: "background", stays: true, do: `choose #st-background ArrowDown`, keeps: true,
		sees: `has("#background=paper") && $("#st-background").value === "paper" && story((doc, view) => view.getComputedStyle(doc.body).backgroundColor === "rgb(251, 246, 238)")`},
	{name: "zoom in", stays: true, do: `#st-zoom-in`, keeps: true, disk: true,
		sees: `has("#zoom=1.25") && $("#st-zoom-value").textContent === "125%" && $("#st-frame").getBoundingClientRect().width / $("#st-frame").offsetWidth > 1.2`},
	{name: "zoom out", stays: true, do: `#st-zoom-out`, keeps: true,
		sees: `has("#zoom=0.75") && $("#st-zoom-value").textContent === "75%" && $("#st-frame").getBoundingClientRect().width / $("#st-frame").offsetWidth < 0.8`},
	{name: "zoom in to the end", stays: true, from: "#zoom=2", do: `#st-zoom-in`, sees: `has("#zoom=3") && $("#st-zoom-in").disabled && !$("#st-zoom-out").disabled`},
	{name: "zoom out to the end", stays: true, from: "#zoom=0.5", do: `#st-zoom-out`, sees: `has("#zoom=0.25") && $("#st-zoom-out").disabled && !$("#st-zoom-in").disabled`},
	{name: "zoom reset", stays: true, from: "#outline=1&zoom=2", do: `#st-zoom`,
		sees: `has("#outline=1") && $("#st-zoom-value").textContent === "100%" && !$("#st-frame").style.transform`},
	{name: "outline", stays: true, do: `#st-outline`, keeps: true, disk: true,
		sees: `has("#outline=1") && pressed("outline") && story((doc, view) => view.getComputedStyle(doc.querySelector("button")).outlineStyle === "solid")`},
	{name: "outline by its key", stays: true, only: "keyboard", do: `press o`, sees: `has("#outline=1") && pressed("outline")`},
	{name: "outline off", stays: true, from: "#outline=1", do: `#st-outline`,
		sees: `has("") && !pressed("outline") && story((doc, view) => view.getComputedStyle(doc.querySelector("button")).outlineStyle === "none")`},
	{name: "measure", stays: true, do: `#st-measure`, keeps: true,
		sees: `has("#measure=1") && pressed("measure") && story((doc) => doc.documentElement.lastElementChild.getAttribute("aria-hidden") === "true")`},
	{name: "measure by its key", stays: true, only: "keyboard", do: `press m`, sees: `has("#measure=1") && pressed("measure")`},
	{name: "right to left", stays: true, do: `#st-rtl`, keeps: true, sees: `has("#dir=rtl") && pressed("rtl") && story((doc) => doc.documentElement.dir === "rtl")`},
	{name: "print", stays: true, do: `#st-print`, sees: `window.printed`},
	{name: "copy link", stays: true, from: "#theme=dark&zoom=2", do: `#st-link`, disk: true,
		sees: `window.copied === location.href && copied.endsWith("#theme=dark&zoom=2") && $(".toast").textContent === "Link copied"`},
	{name: "full screen", stays: true, do: `#st-full`, sees: `window.full === "st-stage"`},
	{name: "full screen by its key", stays: true, only: "keyboard", do: `press f`, sees: `window.full === "st-stage"`},
	{name: "open alone", from: "#theme=dark&dir=rtl&zoom=2", do: `#st-alone`, disk: true,
		sees: `at("/actions/button/button--secondary.html") && location.search === "?theme=dark&dir=rtl" && document.documentElement.dataset.theme === "dark" && document.documentElement.dir === "rtl"`},
	{name: "edge of the frame", stays: true, only: "mouse touch", do: `drag .grip -100 0`, keeps: true,
		sees: `/^#viewport=\d+$/.test(location.hash) && $("#st-viewport").value === location.hash.slice(10) && story((doc, view) => view.innerWidth === Number(location.hash.slice(10)))`},

	{name: "variant by a prop", stays: true, do: `choose #st-panel-props select[aria-label=size] ArrowDown`, keeps: true, disk: true,
		sees: `has("#variant=variant%3Dsecondary.size%3Dsmall") && $("#st-panel-props select[aria-label=size]").value === "small" && story((doc) => doc.querySelector("button.button--small.button--secondary"))`},

	{name: "tab of the source", stays: true, do: `#st-tab-source`, keeps: true, disk: true,
		sees: `has("#panel=source") && $("#st-tab-source").ariaSelected === "true" && seen("#st-panel-source") && !seen("#st-panel-props")`},
	{name: "tab of the HTML", stays: true, do: `#st-tab-html`, keeps: true, sees: `has("#panel=html") && seen("#st-panel-html") && !seen("#st-panel-props")`},
	{name: "tab of the checks", stays: true, do: `#st-tab-checks`, keeps: true, sees: `has("#panel=checks") && seen("#st-panel-checks") && !seen("#st-panel-props")`},
	{name: "tab of the props", stays: true, from: "#panel=html", do: `#st-tab-props`, keeps: true, sees: `has("#panel=props") && seen("#st-panel-props") && !seen("#st-panel-html")`},
	{name: "tabs by arrows", stays: true, only: "keyboard", from: "#panel=props", do: "choose #st-tab-props ArrowRight\nsee has(\"#panel=source\")\npress ArrowRight",
		sees: `has("#panel=html") && document.activeElement.id === "st-tab-html" && $("#st-tab-props").tabIndex === -1`},
	{name: "from the first tab to the last", stays: true, only: "keyboard", from: "#panel=props", do: `choose #st-tab-props ArrowLeft`,
		sees: `document.activeElement === $(".tabs").lastElementChild && document.activeElement.ariaSelected === "true"`},
	{name: "first tab by Home", stays: true, only: "keyboard", from: "#panel=html", do: `choose #st-tab-html Home`, sees: `has("#panel=props") && document.activeElement.id === "st-tab-props"`},
	{name: "copy of the HTML", stays: true, from: "#panel=html", do: `#st-panel-html .copy`, sees: `window.copied?.includes("Save for later") && $(".toast").textContent === "Copied"`},
	{name: "height of the panels by dragging", only: "mouse", do: `drag #st-panels .splitter 0 -60`, disk: true,
		sees: `$("#st-panels").offsetHeight === 380 && $(".splitter").ariaValueNow === "380"`},
	{name: "height of the panels by arrows", only: "keyboard", do: `choose .splitter ArrowUp`, sees: `$("#st-panels").offsetHeight === 336 && $(".splitter").ariaValueNow === "336"`},
	{name: "panels folded to their tabs", only: "keyboard", do: `choose .splitter Home`, sees: `$("#st-panels").offsetHeight === 42`},
	{name: "most height of the panels", only: "keyboard", do: `choose .splitter End`, sees: `$("#st-panels").offsetHeight === innerHeight - 256`},

	{name: "width of the sidebar by dragging", only: "mouse", do: `drag #st-edge 60 0`, sees: `$("#st-side").offsetWidth === 340 && $("#st-edge").ariaValueNow === "340"`},
	{name: "width of the sidebar by arrows", only: "keyboard", do: `choose #st-edge ArrowRight`, sees: `$("#st-side").offsetWidth === 296`},
	{name: "hide the sidebar", only: "mouse keyboard", do: `.side [data-does=collapse]`, disk: true,
		sees: `!seen("#st-side") && seen(".show-side") && document.activeElement.matches(".show-side")`},
	{name: "show the sidebar", only: "mouse keyboard", do: ".side [data-does=collapse]\nsee !seen(\"#st-side\")\n.show-side",
		sees: `seen("#st-side") && document.activeElement.matches(".side [data-does=collapse]") && localStorage["storytime:side-hidden"] === "false"`},
	{name: "menu", only: "touch", do: `#st-menu`,
		sees: `seen("#st-side") && $("#st-menu").ariaExpanded === "true" && $(".body").inert && document.activeElement.matches("[data-does=close]")`},
	{name: "close the menu", only: "touch", side: true, do: `[data-does=close]`, sees: `!seen("#st-side") && !$(".body").inert && document.activeElement.id === "st-menu"`},
	{name: "close the menu from outside", only: "touch", side: true, do: `tap 380 600`, sees: `!seen("#st-side") && document.activeElement.id === "st-menu"`},
	{name: "close the menu by its key", only: "touch", side: true, do: `press Escape`, sees: `!seen("#st-side") && document.activeElement.id === "st-menu"`},
	{name: "dark appearance", side: true, do: `[data-does=scheme]`, disk: true,
		sees: `document.documentElement.dataset.theme === "dark" && $("[data-does=scheme]").ariaPressed === "true" && getComputedStyle(document.body).colorScheme === "dark"`},
	{name: "light appearance again", side: true, do: "[data-does=scheme]\nsee $(\"[data-does=scheme]\").ariaPressed === \"true\"\n[data-does=scheme]",
		sees: `!document.documentElement.dataset.theme && $("[data-does=scheme]").ariaPressed === "false" && localStorage["storytime:theme"] === "null"`},

	{name: "tree, a branch opened", only: "mouse touch", side: true, do: `#st-tree a[href$="/feedback/index.html"] .twist`,
		sees: `row("Feedback").ariaExpanded === "true" && seen("#st-tree a[href*='feedback/alert/index.html']") && at("/actions/button/secondary/")`},
	{name: "tree, a story", side: true, do: `#st-tree a[href$="button/quiet/index.html"]`, disk: true,
		sees: `at("/actions/button/quiet/") && $("#st-tree [aria-current=page]")?.textContent.includes("Quiet")`},
	{name: "tree, the next row", stays: true, only: "keyboard", do: `choose #st-tree a[aria-current] ArrowDown`, sees: `document.activeElement === row("Quiet") && row("Quiet").tabIndex === 0 && row("Secondary").tabIndex === -1`},
	{name: "tree, the row before", stays: true, only: "keyboard", do: `choose #st-tree a[aria-current] ArrowUp`, sees: `document.activeElement === row("Primary")`},
	{name: "tree, the row above", stays: true, only: "keyboard", do: `choose #st-tree a[aria-current] ArrowLeft`, sees: `document.activeElement === row("Button")`},
	{name: "tree, a branch closed and opened", only: "keyboard", do: "choose #st-tree a[aria-current] ArrowLeft\npress ArrowLeft\nsee !seen(\"#st-tree a[aria-current]\") && row(\"Button\").ariaExpanded === \"false\"\npress ArrowRight\npress ArrowRight",
		sees: `document.activeElement === row("Primary") && row("Button").ariaExpanded === "true"`},
	{name: "tree, first row", stays: true, only: "keyboard", do: `choose #st-tree a[aria-current] Home`, sees: `document.activeElement === $("#st-tree a")`},
	{name: "tree, last row", stays: true, only: "keyboard", do: `choose #st-tree a[aria-current] End`, sees: `document.activeElement === $("#st-tree > ul > li:last-child > a")`},
	{name: "tree, by a letter", stays: true, only: "keyboard", do: "choose #st-tree a[aria-current] Home\npress n", sees: `document.activeElement === row("Navigation")`},
	{name: "tree, all beside opened", only: "keyboard", do: "choose #st-tree a[aria-current] Home\npress *", sees: `[...document.querySelectorAll("#st-tree > ul > li > a")].every((one) => one.ariaExpanded === "true")`},
	{name: "tree, Space", only: "keyboard", do: "choose #st-tree a[aria-current] ArrowDown\npress Space", sees: `at("/actions/button/quiet/")`},
	{name: "filter by text", side: true, do: "#st-filter\nsee document.activeElement.matches(\"#st-filters [type=search]\")\ntype toast", disk: true,
		sees: `$("#st-filters [role=status]")?.textContent === "1 match" && $("#st-tree mark").textContent === "Toast" && !row("Actions") && $("#st-filter").ariaExpanded === "true"`},
	{name: "filter by a tag", side: true, do: "#st-filter\nsee seen(\"#st-filters\")\n#st-filters label:has([name=tag])",
		sees: `$("#st-filters [name=tag]")?.checked && /^\d+ match/.test($("#st-filters [role=status]").textContent) && $("#st-filter").matches(".active")`},
	{name: "filter ended", side: true, do: "#st-filter\nsee seen(\"#st-filters\")\ntype toast\nsee !row(\"Actions\")\npress Escape",
		sees: `!seen("#st-filters") && $("#st-filters") && row("Actions") && document.activeElement.id === "st-filter"`},

	{name: "search", stays: true, side: true, do: `.side [data-does=search]`, disk: true, sees: `$("#st-finder")?.open && document.activeElement.matches("#st-finder [role=combobox]")`},
	{name: "search from the bar", stays: true, only: "touch", do: `.bar [data-does=search]`, sees: `$("#st-finder")?.open && document.activeElement.matches("#st-finder [role=combobox]")`},
	{name: "search by its key", stays: true, only: "keyboard", do: `press /`, sees: `$("#st-finder")?.open && document.activeElement.matches("#st-finder [role=combobox]")`},
	{name: "search by Control-K", stays: true, only: "keyboard", do: `press Control-k`, sees: `$("#st-finder")?.open && document.activeElement.value === ""`},
	{name: "search while typing", only: "keyboard", do: "#st-filter\nsee seen(\"#st-filters\")\ntype /\npress Control-k", sees: `$("#st-finder")?.open && $("#st-filters [type=search]").value === "/"`},
	{name: "search, a result", side: true, do: "press Control-k\nsee $(\"#st-finder\")?.open\ntype toast\nsee $(\"#st-hits\").children.length > 1\n#st-hits > :nth-child(2)", only: "mouse touch", disk: true,
		sees: `location.pathname.includes("/feedback/toast/") && document.readyState === "complete"`},
	{name: "search by arrows", only: "keyboard", do: "press Control-k\nsee $(\"#st-finder\")?.open\ntype button\nsee $(\"#st-hits\").children.length > 2\npress ArrowDown\npress ArrowDown\npress ArrowUp\n" +
		"see $(\"#st-hits [aria-selected=true]\") === $(\"#st-hits\").children[1] && document.activeElement.getAttribute(\"aria-activedescendant\") === $(\"#st-hits\").children[1].id\npress Enter",
		sees: `/button/.test(location.pathname) && !at("/actions/button/secondary/") && document.readyState === "complete"`},
	{name: "search, from the first to the last", stays: true, only: "keyboard", do: "press Control-k\nsee $(\"#st-finder\")?.open\ntype button\nsee $(\"#st-hits\").children.length > 2\npress ArrowUp",
		sees: `$("#st-hits")?.lastElementChild?.ariaSelected === "true"`},
	{name: "search finds nothing", stays: true, do: "press Control-k\nsee $(\"#st-finder\")?.open\ntype zzzz", sees: `$(".finder-note")?.textContent === "Nothing found" && !$("#st-hits").children.length`},
	{name: "search closed", stays: true, do: "press Control-k\nsee $(\"#st-finder\")?.open\npress Escape", sees: `$("#st-finder")?.open === false`},
	{name: "search closed from outside", stays: true, only: "mouse touch", do: "press Control-k\nsee $(\"#st-finder\")?.open\ntap 5 400", sees: `$("#st-finder")?.open === false`},

	{name: "help", stays: true, do: `press ?`, disk: true, sees: `$("#st-help")?.open && document.activeElement.closest("#st-help")`},
	{name: "help closed", stays: true, do: "press ?\nsee $(\"#st-help\")?.open\n#st-help button", sees: `$("#st-help")?.open === false`},
	{name: "help closed by its key", stays: true, do: "press ?\nsee $(\"#st-help\")?.open\npress Escape", sees: `$("#st-help")?.open === false`},
	{name: "shortcuts off", do: "press ?\nsee $(\"#st-help\")?.open\n#st-help input\nsee localStorage[\"storytime:nokeys\"] === \"true\"\npress Escape\nsee !$(\"#st-help\").open\npress o\npress m\npress ?\npress Control-k",
		sees: `$("#st-finder")?.open && has("") && $("#st-help")?.open === false`},
	{name: "shortcuts on again", do: "press ?\nsee $(\"#st-help\")?.open\n#st-help input\n#st-help input\nsee localStorage[\"storytime:nokeys\"] === \"null\"\npress Escape\nsee !$(\"#st-help\").open\nsee document.activeElement === document.body\npress o", sees: `has("#outline=1")`},

	{name: "next story", do: `main [rel=next]`, disk: true, sees: `at("/actions/button/quiet/")`},
	{name: "previous story", do: `main [rel=prev]`, sees: `at("/actions/button/primary/")`},
	{name: "next story by its key", only: "keyboard", do: `press ]`, sees: `at("/actions/button/quiet/")`},
	{name: "previous story by its key", only: "keyboard", do: `press [`, sees: `at("/actions/button/primary/")`},
	{name: "theme taken along", from: "#theme=dark", do: `main [rel=next]`, sees: `at("/actions/button/quiet/") && has("#theme=dark") && $("#st-theme").value === "dark"`},
	{name: "documentation", do: `main .in-place`, sees: `at("/actions/button/")`},
	{name: "crumbs", do: `.crumbs li:nth-child(2) a`, sees: `at("/actions/")`},
	{name: "skip link", only: "keyboard", from: "#theme=dark", do: "press Tab\nsee document.activeElement.matches(\".skip\") && seen(\".skip\")\npress Enter", sees: `document.activeElement.id === "st-main" && has("#theme=dark")`},
}

// A manner is a way to use the controls.
type manner struct {
	name string
	view browser.View
	use  func(p *browser.Page, selector string) error
	tap  func(p *browser.Page, x, y float64) error
	drag func(p *browser.Page, selector string, dx, dy float64) error
}

var (
	byMouse = manner{name: "mouse", view: browser.View{}, use: (*browser.Page).Click, tap: (*browser.Page).ClickAt, drag: (*browser.Page).Drag}
	byTouch = manner{name: "touch", view: browser.View{Width: 390, Height: 844, Touch: true}, use: (*browser.Page).Tap, tap: (*browser.Page).TapAt, drag: (*browser.Page).Swipe}
	byKeys  = manner{name: "keyboard", view: browser.View{}, use: useByKeys}
)

// useByKeys gives an element the focus, which TestTabOrder gives it with Tab
// alone, and presses the key that it is used with.
func useByKeys(p *browser.Page, selector string) error {
	box, err := browser.Evaluate[bool](p, fmt.Sprintf(`(one => {
		one = one.querySelector("input[type=checkbox]") ?? one;
		one.focus();
		if (document.activeElement !== one) throw new Error("it takes no focus");
		return one.matches("[type=checkbox]");
	})(document.querySelector(%q))`, selector))
	if err != nil {
		return err
	}
	if box {
		return p.Press(" ")
	}
	return p.Press(kb.Enter)
}

// A controlTab is a tab with the story that controls are used on.
type controlTab struct {
	*testing.T
	*browser.Page
	manner
	linked *browser.Page // for opening links
	base   string
	row    int  // how often it was loaded
	stayed bool // the control before left nothing behind
}

// TestEveryControl uses each control of a story's page by mouse, with a finger
// on a phone, and by keyboard alone.
func TestEveryControl(t *testing.T) {
	t.Parallel()
	b := startBrowser(t)
	shop := buildShop(t)
	for _, m := range []manner{byMouse, byTouch, byKeys} {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			// Storage is that of an address, so each has its own server.
			useControls(t, b, m, shop.places(t)[1].base, func(c control) bool { return c.only == "" || strings.Contains(c.only, m.name) })
		})
	}
	t.Run("from the disk", func(t *testing.T) {
		t.Parallel()
		useControls(t, b, byMouse, shop.places(t)[0].base, func(c control) bool { return c.disk })
	})
}

func useControls(t *testing.T, b *browser.Browser, m manner, base string, wanted func(control) bool) {
	m.view.Script, m.view.ReducedMotion = seeing, true
	p := open(t, b, base+lookedAt, m.view)
	tab := &controlTab{Page: p, manner: m, base: base}
	if m.name == "mouse" { // a link is the same, however it was made
		tab.linked = open(t, b, base+lookedAt, m.view)
	}
	for _, c := range controls {
		if wanted(c) {
			t.Run(c.name, func(t *testing.T) {
				tab.T = t
				tab.try(c)
			})
		}
	}
	tab.T = t
	wantNoComplaints(t, p, base)
	if tab.linked != nil {
		t.Run("a link to all at once", func(t *testing.T) {
			all := open(t, b, base+lookedAt+"#theme=dark&viewport=phone&rotate=1&background=night&zoom=0.5&dir=rtl&outline=1&measure=1&panel=checks", m.view)
			eventually(t, all, `$("#st-size").textContent === "844 × 390" && $("#st-zoom-value").textContent === "50%" && seen("#st-panel-checks")`)
			eventually(t, all, `["theme", "viewport", "background"].map((id) => $("#st-" + id).value).join() === "dark,phone,night"`)
			eventually(t, all, `["rotate", "rtl", "outline", "measure"].every(pressed)`)
			eventually(t, all, `story((doc, view) => doc.documentElement.dataset.theme === "dark" && doc.documentElement.dir === "rtl" &&
				view.getComputedStyle(doc.body).backgroundColor === "rgb(27, 22, 19)" && doc.adoptedStyleSheets.length === 1)`)
			wantNoComplaints(t, all, base)
		})
	}
}

// try uses one control on a page that is as new.
func (tab *controlTab) try(c control) {
	tab.stayed = tab.stayed && !c.keeps // what was there before has to be known for sure
	tab.fresh(c.from)
	tab.stayed = false
	drawer := c.side && tab.name == "touch"
	if drawer {
		tab.line("#st-menu")
		tab.sees(`seen("#st-side")`)
	}
	before := ""
	if c.keeps {
		before = evaluate[string](tab.T, tab.Page, "state()")
	}
	lines := strings.Split(c.do, "\n")
	for i, line := range lines {
		if i == len(lines)-1 && evaluate[bool](tab.T, tab.Page, "!!("+c.sees+")") {
			tab.Fatalf("this is so without %s: %s", line, c.sees)
		}
		tab.line(line)
	}
	tab.sees(c.sees)
	tab.stayed = c.stays && !drawer
	if !c.keeps {
		return
	}
	if tab.linked != nil {
		tab.load(tab.linked, evaluate[string](tab.T, tab.Page, "location.hash"))
		eventually(tab.T, tab.linked, c.sees)
	}
	after := evaluate[string](tab.T, tab.Page, "state()")
	evaluate[bool](tab.T, tab.Page, "history.back(), true")
	tab.sees(fmt.Sprintf("state() === %q", before))
	evaluate[bool](tab.T, tab.Page, "history.forward(), true")
	tab.sees(fmt.Sprintf("state() === %q", after))
}

// fresh brings the page back as it was, with nothing kept from before: by its
// address if that is enough, for to load it takes a while.
func (tab *controlTab) fresh(hash string) {
	tab.Helper()
	if tab.stayed {
		evaluate[bool](tab.T, tab.Page, fmt.Sprintf(`new Promise((done) => {
			localStorage.clear(), sessionStorage.clear();
			window.printed = window.copied = window.full = undefined;
			for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
			document.activeElement.blur();
			// The story answers after it has done what it was told before.
			const asked = () => {
				addEventListener("message", (event) => { if (event.data?.storytime === "box") done(true); });
				$("#st-frame").contentWindow.postMessage({storytime: "box"}, "*");
			};
			if (has(%[1]q)) return asked();
			addEventListener("hashchange", asked, {once: true});
			location.hash = %[1]q;
		})`, hash))
		return
	}
	tab.load(tab.Page, hash)
}

// load goes to the story as one who was never there.
func (tab *controlTab) load(p *browser.Page, hash string) {
	tab.Helper()
	evaluate[bool](tab.T, p, `localStorage.clear(), sessionStorage.clear(), true`)
	tab.row++
	if err := p.Go(fmt.Sprintf("%s%s?%d%s", tab.base, lookedAt, tab.row, hash)); err != nil {
		tab.Fatal(err)
	}
	eventually(tab.T, p, `storytime.nodes?.length && $("#st-panels.ready") && story((doc) => doc.readyState === "complete")`)
}

func (tab *controlTab) sees(expression string) {
	tab.Helper()
	eventually(tab.T, tab.Page, expression)
}

// keys are the names of those that have no character.
var keys = map[string]string{
	"Enter": kb.Enter, "Escape": kb.Escape, "Tab": kb.Tab, "Home": kb.Home, "End": kb.End, "Space": " ",
	"ArrowUp": kb.ArrowUp, "ArrowDown": kb.ArrowDown, "ArrowLeft": kb.ArrowLeft, "ArrowRight": kb.ArrowRight,
}

// line does what one line of a control says.
func (tab *controlTab) line(line string) {
	tab.Helper()
	verb, rest, _ := strings.Cut(line, " ")
	var err error
	switch verb {
	case "see":
		tab.sees(rest)
	case "type":
		err = tab.Press(rest)
	case "press":
		err = tab.pressNamed(rest)
	case "choose":
		selector, key := cutLast(rest)
		err = tab.choose(selector, key)
	case "drag":
		var dx, dy float64
		rest, y := cutLast(rest)
		selector, x := cutLast(rest)
		if _, err = fmt.Sscan(x, &dx); err == nil {
			_, err = fmt.Sscan(y, &dy)
		}
		if err == nil {
			err = tab.drag(tab.Page, selector, dx, dy)
		}
	case "tap":
		var x, y float64
		if _, err = fmt.Sscan(rest, &x, &y); err == nil {
			err = tab.tap(tab.Page, x, y)
		}
	default:
		err = tab.use(tab.Page, line)
	}
	if err != nil {
		tab.Fatalf("%s: %v", line, err)
	}
}

func (tab *controlTab) pressNamed(name string) error {
	if letter, held := strings.CutPrefix(name, "Control-"); held {
		return tab.Press(letter, browser.Control)
	}
	if key, known := keys[name]; known {
		return tab.Press(key)
	}
	return tab.Press(name)
}

// choose gives a list the focus and presses a key. By pointer the list opens,
// and what was chosen has to be taken.
func (tab *controlTab) choose(selector, key string) error {
	if tab.name == "keyboard" {
		evaluate[bool](tab.T, tab.Page, fmt.Sprintf(`document.querySelector(%q).focus(), true`, selector))
		return tab.pressNamed(key)
	}
	if err := tab.use(tab.Page, selector); err != nil {
		return err
	}
	tab.sees(fmt.Sprintf(`document.activeElement === document.querySelector(%q)`, selector))
	if err := tab.pressNamed(key); err != nil {
		return err
	}
	return tab.Press(kb.Enter)
}

func cutLast(s string) (before, last string) {
	i := strings.LastIndex(s, " ")
	return s[:i], s[i+1:]
}

// TestTabOrder walks through a story's page with Tab alone, and back again.
func TestTabOrder(t *testing.T) {
	t.Parallel()
	b := startBrowser(t)
	p := open(t, b, buildShop(t).places(t)[1].base+lookedAt+"#viewport=phone", browser.View{Script: seeing, ReducedMotion: true})
	eventually(t, p, `storytime.nodes?.length && $("#st-panels.ready") && !$("#st-rotate").disabled`)
	// The name of the element that has the focus, none for the page as a whole.
	const focused = `(one => one === document.body ? "" : one.id || one.dataset.does || one.rel || one.className || one.textContent.trim())(document.activeElement)`
	walk := func(held ...chromedp.Modifier) (stops []string) {
		for range 80 {
			if err := p.Press(kb.Tab, held...); err != nil {
				t.Fatal(err)
			}
			switch stop := evaluate[string](t, p, focused); {
			case slices.Contains(stops, stop), stop == "" && len(stops) > 0:
				return stops
			case stop != "":
				stops = append(stops, stop)
			}
		}
		return stops
	}
	got := walk()
	// Only these have to be there, in this order. Of the tree and of the tabs
	// Tab gets to one; the story in the frame has stops of its own.
	rest := got
	for want := range strings.FieldsSeq(`skip brand scheme collapse search st-filter story st-edge Home Actions Button in-place prev next
		st-theme st-viewport st-rotate st-background st-zoom-out st-zoom st-zoom-in st-outline st-measure st-rtl st-print st-link st-full st-alone
		st-stage st-frame st-tab-props st-panel-props splitter`) {
		i := slices.Index(rest, want)
		if i < 0 {
			t.Fatalf("Tab doesn't get to %s after what is before it, but to\n%v", want, got)
		}
		rest = rest[i+1:]
	}
	evaluate[bool](t, p, `$(".skip").focus(), true`)
	back := walk(browser.Shift)
	slices.Reverse(back)
	if !slices.Equal(back, got) {
		t.Errorf("backwards it is another way:\n%v\n%v", got, back)
	}
}
