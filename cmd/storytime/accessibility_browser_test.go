package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/storytime-dev/storytime/pkg/browser"
)

// spoken is a small catalog with one of each control.
var spoken = map[string]string{
	"storytime.yaml":  "title: Spoken\nthemes:\n  light: {data-theme: light}\n  dark: {data-theme: dark}\nviewports:\n  phone: 390x844\nbackgrounds:\n  sand: \"#fbf6ee\"\n",
	"parts/part.html": "<p>{{.text}}</p>",
	"parts/part.stories.md": "---\ndescription: Says something.\ntags: [stable]\nprops:\n  text: {type: string, required: true, doc: What it says.}\n---\n\n## One\n\n```yaml story\nprops: {text: one}\n```\n\n" +
		"## Two\n\n```yaml story\nprops: {text: two}\ncheck:\n  - {text: two}\n```\n\n## Three\n\n```yaml story\nprops: {text: three}\n```\n",
	"others/other.html": "<p>other</p>",
}

// TestWhatAScreenReaderIsTold compares Chromium's accessibility tree of the
// workshop's parts with the files in testdata/accessibility. To take what it is
// now for what it should be, run
//
//	go test ./cmd/storytime -run ScreenReader -update
//
// and read the difference.
func TestWhatAScreenReaderIsTold(t *testing.T) {
	t.Parallel()
	b := startBrowser(t)
	base := buildSite(t, writeFiles(t, spoken), false).places(t)[1].base
	p := open(t, b, base+"parts/part/two/index.html#viewport=phone&outline=1", browser.View{Script: seeing, ReducedMotion: true})
	eventually(t, p, `storytime.nodes?.length && $("#st-panels.ready") && $("#st-size").textContent === "390 × 844" && story((doc) => doc.readyState === "complete")`)
	compare := func(name string, selectors ...string) {
		t.Helper()
		var got strings.Builder
		for _, selector := range selectors {
			text, err := p.Accessibility(selector)
			if err != nil {
				t.Fatal(err)
			}
			got.WriteString(text)
		}
		golden(t, filepath.Join("accessibility", name+".txt"), got.String())
	}
	compare("sidebar", "#st-side")
	compare("story", "main .head", "#st-toolbar", "#st-stage")
	compare("panel-props", "#st-panels")
	for _, panel := range []string{"source", "html", "checks", "accessibility"} {
		click(t, p, "#st-tab-"+panel)
		eventually(t, p, `seen("#st-panel-`+panel+`")`)
		compare("panel-"+panel, "#st-panel-"+panel)
	}
	click(t, p, "#st-filter")
	eventually(t, p, `document.activeElement.matches("#st-filters input")`)
	press(t, p, "two")
	eventually(t, p, `$("#st-filters [role=status]").textContent === "1 match"`)
	compare("filter", "#st-filter", "#st-filters", "#st-tree")
	press(t, p, "\x1b")
	eventually(t, p, `!seen("#st-filters")`)

	press(t, p, "/")
	eventually(t, p, `document.activeElement.matches("#st-finder input")`)
	press(t, p, "part")
	eventually(t, p, `$(".finder-note").textContent === "5 results"`)
	compare("search", "#st-finder")
	press(t, p, "\x1b")
	eventually(t, p, `!$("#st-finder").open && document.activeElement.id === "st-filter"`)
	press(t, p, "?")
	eventually(t, p, `$("#st-help")?.open`)
	compare("help", "#st-help")
}

// golden compares a text with a file in testdata, or writes it there.
func golden(t *testing.T, name, got string) {
	t.Helper()
	name = filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s", diff.Diff(name, want, "now", []byte(got)))
	}
}
