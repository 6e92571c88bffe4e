package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/storytime-dev/storytime/pkg/browser"
)

// TestToolsOfAStory uses what the toolbar and the keyboard offer to look at a
// story, on a server and from the disk, where nobody can look into a frame.
func TestToolsOfAStory(t *testing.T) {
	t.Parallel()
	b := startBrowser(t)
	shop := buildShop(t)
	for _, where := range shop.places(t)[:2] {
		t.Run(where.name, func(t *testing.T) {
			inside := !strings.HasPrefix(where.base, "file:")
			story := where.base + "actions/button/primary/index.html"
			p := open(t, b, story, browser.View{})
			frame := func(expression string) string {
				if !inside {
					return "true"
				}
				return `(doc => ` + expression + `)(document.getElementById("st-frame").contentDocument)`
			}
			outlined := frame(`doc.adoptedStyleSheets.length === 1 && doc.defaultView.getComputedStyle(doc.querySelector("button")).outlineStyle === "solid"`)
			pressed := func(id string, on bool) string {
				return fmt.Sprintf(`document.getElementById("st-%s").getAttribute("aria-pressed") === "%v"`, id, on)
			}
			eventually(t, p, `document.getElementById("st-size").textContent`)

			// By mouse and by key, and back again.
			click(t, p, "#st-outline")
			eventually(t, p, `location.hash === "#outline=1" && `+pressed("outline", true))
			eventually(t, p, outlined)
			press(t, p, "m")
			eventually(t, p, `location.hash === "#outline=1&measure=1" && `+pressed("measure", true))
			measured := frame(`doc.documentElement.lastElementChild.getAttribute("aria-hidden") === "true"`)
			eventually(t, p, measured)
			if inside {
				evaluate[bool](t, p, frame(`(doc.querySelector("button").focus(), true)`))
				eventually(t, p, frame(`!doc.documentElement.lastElementChild.hidden`))
				evaluate[bool](t, p, `document.querySelector("h1").tabIndex = -1, document.querySelector("h1").focus(), true`)
			}
			press(t, p, "o")
			eventually(t, p, `location.hash === "#measure=1"`)
			eventually(t, p, frame(`!doc.adoptedStyleSheets.length`))
			evaluate[bool](t, p, `history.back(), true`)
			eventually(t, p, pressed("outline", true)+" && "+outlined)

			// A link shows what one sees.
			linked := open(t, b, story+"#outline=1&dir=rtl", browser.View{})
			eventually(t, linked, pressed("outline", true)+" && "+pressed("rtl", true)+" && "+outlined)

			// All themes at once.
			choose := func(value string) {
				evaluate[bool](t, p, `(select => { select.value = "`+value+`"; select.dispatchEvent(new Event("change", {bubbles: true})); return true; })(document.getElementById("st-theme"))`)
			}
			choose("*")
			eventually(t, p, `[...document.querySelectorAll(".stage-themes figcaption")].map(one => one.textContent).join() === "light,dark" && location.hash.includes("theme=*")`)
			if inside {
				eventually(t, p, `[...document.querySelectorAll(".stage-themes iframe")].map(one => one.contentDocument?.documentElement.dataset.theme).join() === "light,dark"`)
				eventually(t, p, `[...document.querySelectorAll(".stage-themes iframe")].every(one => one.contentDocument.adoptedStyleSheets.length === 1)`)
			}
			choose("dark")
			eventually(t, p, `!document.querySelector(".stage-themes") && !document.querySelector(".stage-fit").hidden`)
			eventually(t, p, frame(`doc.documentElement.dataset.theme === "dark"`))

			if inside {
				evaluate[bool](t, p, frame(`(doc.defaultView.print = () => { top.printed = true; }, true)`))
				click(t, p, "#st-print")
				eventually(t, p, `window.printed`)
			}

			// The help, and shortcuts turned off in it.
			press(t, p, "?")
			eventually(t, p, `document.getElementById("st-help")?.open && document.querySelectorAll("#st-help dt").length > 5`)
			click(t, p, "#st-help input")
			click(t, p, "#st-help button")
			eventually(t, p, `!document.getElementById("st-help").open`)
			before := evaluate[string](t, p, "location.hash")
			press(t, p, "o")
			press(t, p, "?")
			if now := evaluate[string](t, p, "location.hash"); now != before || evaluate[bool](t, p, `document.getElementById("st-help").open`) {
				t.Errorf("shortcuts that were turned off did something: %s", now)
			}
			evaluate[bool](t, p, `localStorage.clear(), true`)
			press(t, p, "]")
			eventually(t, p, `location.pathname.includes("/actions/button/") && !location.pathname.includes("/primary/") && document.readyState === "complete"`)
			press(t, p, "[")
			eventually(t, p, `location.pathname.includes("/actions/button/primary/")`)
			wantNoComplaints(t, p, where.base)
		})
	}
}

func click(t *testing.T, p *browser.Page, selector string) {
	t.Helper()
	if err := p.Click(selector); err != nil {
		t.Fatal(err)
	}
}

// policy is the one of docs/deploy.md.
func policy(t *testing.T) string {
	t.Helper()
	docs, err := os.ReadFile("../../docs/deploy.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(docs), "Content-Security-Policy: ")
	line, _, _ := strings.Cut(after, "\n")
	if !found {
		t.Fatal("docs/deploy.md has no policy")
	}
	return line
}

// TestPagesKeepAStrictPolicy opens each sort of page, and what they load later,
// from a server that allows nothing but the site's own files.
func TestPagesKeepAStrictPolicy(t *testing.T) {
	t.Parallel()
	b := startBrowser(t)
	site := buildBroken(t) // the example's emails have styles of their own
	header, files := policy(t), http.FileServer(http.Dir(site.dir))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", header)
		files.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	base := server.URL + "/"
	for _, page := range []string{
		"index.html", "parts/index.html", "parts/part/index.html", "parts/part/broken/index.html", "parts/part/failing/index.html#panel=checks",
		"parts/part/whole/index.html#variant=text%3Dy",
		"parts/part/whole/index.html#outline=1&measure=1&zoom=2&viewport=phone",
	} {
		p := open(t, b, base+page, browser.View{})
		eventually(t, p, `window.storytime?.nodes?.length > 0 && document.readyState === "complete"`)
		press(t, p, "/")
		eventually(t, p, `document.querySelector("#st-finder[open]")`)
		press(t, p, "\x1b")
		eventually(t, p, `!document.querySelector("dialog[open]") && !document.activeElement.matches("input")`)
		press(t, p, "?")
		eventually(t, p, `document.querySelector("#st-help[open]")`)
		if strings.Contains(page, "outline") {
			eventually(t, p, `document.getElementById("st-frame").contentDocument.adoptedStyleSheets.length === 1`)
		}
		if strings.Contains(page, "variant") {
			eventually(t, p, `document.getElementById("st-frame").contentDocument.body?.textContent.trim() === "y" && document.querySelector("#st-panel-props select")`)
		}
		wantNoComplaints(t, p, base)
	}
	// The test would see it.
	p := open(t, b, base+"404.html", browser.View{})
	if wrong, err := complaints(p, base); err != nil || len(wrong) == 0 {
		t.Errorf("a page with its style in it has no complaints: %v", err)
	}
}

// TestAStoryInAnotherPage shows one in a page of another host.
func TestAStoryInAnotherPage(t *testing.T) {
	t.Parallel()
	b := startBrowser(t)
	site := buildShop(t).places(t)[2].base
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<!doctype html><title>Docs</title><link rel=icon href="data:,"><p>Before<script src="%s_storytime/embed.js" data-story="actions/button/button--primary.html" data-theme="dark" data-title="A button"></script><p>After`, site)
	}))
	t.Cleanup(other.Close)
	p := open(t, b, other.URL, browser.View{})
	eventually(t, p, `document.querySelector("p + p")?.textContent === "After" && document.querySelector("iframe").title === "A button"`)
	eventually(t, p, `(height => height > 40 && height < 140)(document.querySelector("iframe").offsetHeight)`)
	if src := evaluate[string](t, p, `document.querySelector("iframe").src`); src != site+"actions/button/button--primary.html?theme=dark" {
		t.Errorf("it shows %s", src)
	}
}

// TestVariantsOfAStory chooses among what a matrix rendered, where no server
// could render anything.
func TestVariantsOfAStory(t *testing.T) {
	t.Parallel()
	b := startBrowser(t)
	shop := buildShop(t)
	for _, where := range shop.places(t)[:2] {
		t.Run(where.name, func(t *testing.T) {
			inside := !strings.HasPrefix(where.base, "file:")
			story := where.base + "actions/button/secondary/index.html"
			p := open(t, b, story, browser.View{})
			shows := func(p *browser.Page, class string) {
				t.Helper()
				eventually(t, p, `document.getElementById("st-alone").getAttribute("href").includes("`+strings.TrimPrefix(class, "button--")+`")`)
				if inside {
					eventually(t, p, `document.getElementById("st-frame").contentDocument.querySelector("button")?.classList.contains("`+class+`")`)
				}
			}
			eventually(t, p, `document.querySelector("#st-panel-props select[aria-label=size]")`)
			choose := func(prop, value string) {
				evaluate[bool](t, p, `(select => { select.value = "`+value+`"; select.dispatchEvent(new Event("change", {bubbles: true})); return true; })(document.querySelector("#st-panel-props select[aria-label=`+prop+`]"))`)
			}
			choose("size", "large")
			shows(p, "button--large")
			choose("variant", "danger")
			shows(p, "button--danger")
			shows(p, "button--large")
			choose("size", "") // the default
			shows(p, "button--danger")
			eventually(t, p, `location.hash.includes("medium") && document.querySelector("select[aria-label=variant]").value === "danger"`)
			choose("variant", "")
			eventually(t, p, `location.hash === "#"`+" || location.hash === ''")
			evaluate[bool](t, p, `history.back(), true`)
			shows(p, "button--danger")
			evaluate[bool](t, p, `history.back(), true`)
			shows(p, "button--large")

			linked := open(t, b, story+"#variant=variant%3Dquiet.size%3Dsmall", browser.View{})
			shows(linked, "button--quiet")
			eventually(t, linked, `document.querySelector("select[aria-label=size]").value === "small"`)
			wantNoComplaints(t, p, where.base)

			grid := open(t, b, where.base+"actions/button/index.html", browser.View{})
			eventually(t, grid, `document.querySelectorAll(".grid tbody tr").length === 4 && document.querySelectorAll(".grid iframe").length === 12`)
			evaluate[bool](t, grid, `(document.querySelector(".grid").scrollIntoView(), true)`)
			eventually(t, grid, `document.querySelector(".grid iframe").style.blockSize.endsWith("px")`)
			wantNoComplaints(t, grid, where.base)
		})
	}
}
