package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/storytime-dev/storytime/pkg/browser"
)

// TestToolsOfAStory uses what the toolbar and the keyboard offer to look at a
// story, on a server and from the disk, where nobody can look into a frame.
func TestToolsOfAStory(t *testing.T) {
	t.Parallel()
	b, err := browser.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
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
			if !inside {
				// axe asks for the style sheets again, which the disk refuses.
			} else if axe, err := os.ReadFile("../../node_modules/axe-core/axe.min.js"); err != nil {
				t.Fatalf("axe isn't there; run make test, which installs it: %v", err)
			} else if violations, err := p.Axe(string(axe)); err != nil || len(violations) > 0 {
				t.Errorf("with the help open: %v %v", violations, err)
			}
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
