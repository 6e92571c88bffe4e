package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/storytime-dev/storytime/pkg/browser"
)

// arabic is a catalog without a word of English, but for names and code.
var arabic = map[string]string{
	"storytime.yaml": "title: مكتبة\nlang: ar\nthemes: {فاتح: {class: a}, داكن: {class: b}}\nviewports: {هاتف: 390x844}\nbackgrounds: {ورق: \"#fff\"}\n",
	"index.md":       "---\ndescription: وصف\n---\n\nنص.\n",
	"ن/index.md":     "---\ntitle: النماذج\n---\n",
	"ن/زر.html":      `<button class="{{.kind}}">{{.text}}</button>`,
	"ن/زر.stories.md": "---\ntitle: زر\ndescription: يطلق إجراء.\ntags: [مستقر]\nprops:\n  text: {type: string, required: true, doc: ما عليه.}\n  kind: {type: enum, options: [a, b], default: a}\n" +
		"matrix: {props: [kind], themes: true}\n---\n\nنص.\n\n## أول\n\n```yaml story\nprops: {text: حفظ}\ncheck: [{role: button}]\n```\n\n## ثان\n\n```html story\n---\nskip: true\n---\n```\n",
}

// english are the texts of a page, and the names of what is on it, that have
// a word of English in them.
const english = `(() => {
	const texts = new Set();
	const add = (text) => { if (/[A-Za-z]{3,}/.test(text ?? "") && !["HTML", "kind", "enum", "ترتيب مفتاح Tab", "Ctrl K", "Esc"].includes(text.trim())) texts.add(text.trim()); };
	for (const one of document.querySelectorAll("body *:not(script, style, pre, pre *, code, code *, kbd)")) {
		for (const name of ["aria-label", "title", "placeholder", "alt"]) add(one.getAttribute(name));
		for (const node of one.childNodes) if (node.nodeType === Node.TEXT_NODE) add(node.data);
	}
	return [...texts].filter((text) => !/[\u0600-\u06ff]/.test(text)).join("; ");
})()`

func TestWorkshopInArabic(t *testing.T) {
	t.Parallel()
	b := startBrowser(t)
	dir := t.TempDir()
	for name, text := range arabic {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	axe, err := os.ReadFile("../../node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe isn't there; run make test, which installs it: %v", err)
	}
	where := buildSite(t, dir, false).places(t)[1]
	check := func(p *browser.Page, what string) {
		t.Helper()
		if got := evaluate[string](t, p, english); got != "" {
			t.Errorf("%s says in English: %s", what, got)
		}
		if violations, err := p.Axe(string(axe)); err != nil || len(violations) > 0 {
			t.Errorf("%s: %v %v", what, violations, err)
		}
	}
	story := where.base + "ن/زر/أول/index.html"
	for _, address := range []string{
		where.base + "index.html", where.base + "ن/index.html", where.base + "ن/all-stories.html", where.base + "ن/زر/index.html",
		story, story + "#panel=checks", story + "#panel=accessibility", where.base + "ن/زر/ثان/index.html", where.base + "404.html",
	} {
		p := open(t, b, address, browser.View{ReducedMotion: true})
		check(p, strings.TrimPrefix(address, where.base))
		if dir := evaluate[string](t, p, `getComputedStyle(document.body).direction`); dir != "rtl" {
			t.Errorf("%s runs %s", address, dir)
		}
		p.Close()
	}

	p := open(t, b, story, browser.View{ReducedMotion: true})
	eventually(t, p, `document.getElementById("st-side").getBoundingClientRect().left > document.getElementById("st-main").getBoundingClientRect().left`)
	press(t, p, "?")
	eventually(t, p, `document.getElementById("st-help")?.open`)
	check(p, "the help")
	click(t, p, "#st-help button")
	press(t, p, "/")
	eventually(t, p, `document.getElementById("st-finder")?.open`)
	check(p, "the search")
	wantNoComplaints(t, p, where.base)
}
