package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// storiesPerSubject and subjectsPerSection are the shape of the catalogs.
const (
	storiesPerSubject  = 5
	subjectsPerSection = 100
)

// writeCatalog makes a catalog of n stories. Each subject has a component of
// its own with a style sheet, four documented props, prose, a code block, and
// stories of which no two are alike, with two checks each.
func writeCatalog(dir string, n int) error {
	w := writer{dir: dir}
	w.file("storytime.yaml", "title: Benchmark\nthemes:\n  light: {data-theme: light}\n  dark: {data-theme: dark}\n")
	for i := range n / storiesPerSubject {
		section := fmt.Sprintf("section-%02d", i/subjectsPerSection)
		if i%subjectsPerSection == 0 {
			w.file(section+"/index.md", fmt.Sprintf("---\ndescription: Components of the section %d.\n---\n\nWhat they have in common.\n", i/subjectsPerSection))
		}
		name := fmt.Sprintf("part-%05d", i)
		base := section + "/" + name + "/" + name
		w.file(base+".html", fmt.Sprintf(`<article class="part part-%d part--{{.variant}}">
  <h3>{{.title}}</h3>
  {{with .note}}<p class="part__note">{{.}}</p>{{end}}
  <ul>{{range .items}}<li>{{.}}</li>{{end}}</ul>
  <a href="/parts/%d">Read more</a>
</article>
`, i, i))
		w.file(base+".css", fmt.Sprintf(".part-%d { border: 1px solid; padding: 1rem; }\n", i))
		w.file(base+".stories.md", subjectFile(i))
	}
	return w.err
}

func subjectFile(i int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `---
title: Part %d
description: Shows the part number %d with its items.
tags: [stable]
props:
  title: {type: string, required: true, doc: The heading of the part.}
  variant: {type: enum, options: [plain, strong, quiet], default: plain, doc: How much it stands out.}
  note: {type: string, doc: A line below the heading.}
  items: {type: list, doc: What the part is made of.}
---

Use a part where things that belong together have a name. It is **not** meant
for navigation: see [the list of parts](#plain-%d) for that, and keep to one
part a screen where you can.

- Write the title as a noun.
- Keep the note to one line.

`+"```go\nfunc Part%d(title string, items ...string) Component {\n\treturn Component{Title: title, Items: items}\n}\n```\n\n", i, i, i, i)
	for s, variant := range []string{"Plain", "Strong", "Quiet", "With a note", "Empty"} {
		props := fmt.Sprintf("{title: Part %d of %d, items: [one %d, two, three]}", s, i, i)
		switch variant {
		case "Strong", "Quiet":
			props = fmt.Sprintf("{title: Part %d of %d, variant: %s, items: [one, two %d]}", s, i, strings.ToLower(variant), i)
		case "With a note":
			props = fmt.Sprintf("{title: Part %d, note: The note of part %d., items: [one]}", i, i)
		case "Empty":
			props = fmt.Sprintf("{title: Part %d without items}", i)
		}
		checks := fmt.Sprintf("  - {role: heading, level: 3, name: /^Part %d?/}\n  - {text: Read more, has: {attr: {href: /parts/%d}}}\n", s, i)
		fmt.Fprintf(&b, "## %s %d\n\nThe part as it is %s.\n\n```yaml story\nprops: %s\ncheck:\n%s```\n\n", variant, i, strings.ToLower(variant), props, checks)
	}
	return b.String()
}

// writeHugo makes a Hugo site of n pages, as peers.md describes it: about 900
// bytes of Markdown with front matter, one code fence and one shortcode, in
// sections of 100, and no feeds.
func writeHugo(dir string, n int) error {
	w := writer{dir: dir}
	w.file("hugo.toml", "baseURL = 'http://localhost/'\ntitle = 'Benchmark'\ndisableKinds = ['taxonomy', 'term', 'RSS', 'sitemap', 'robotsTXT', '404']\n")
	w.file("layouts/home.html", "<!doctype html><html><head><title>{{.Title}}</title></head><body>{{range .Site.Sections}}<a href=\"{{.RelPermalink}}\">{{.Title}}</a>{{end}}</body></html>\n")
	w.file("layouts/section.html", "<!doctype html><html><head><title>{{.Title}}</title></head><body><h1>{{.Title}}</h1>{{range .RegularPages}}<a href=\"{{.RelPermalink}}\">{{.Title}}</a>{{end}}</body></html>\n")
	w.file("layouts/page.html", "<!doctype html><html><head><title>{{.Title}}</title></head><body><h1>{{.Title}}</h1><main>{{.Content}}</main></body></html>\n")
	w.file("layouts/_shortcodes/note.html", "<aside class=\"note\">{{.Inner}}</aside>\n")
	prose := strings.Repeat("Use a part where things that belong together have a name. It is **not** meant for navigation. ", 5)
	for i := range n {
		w.file(fmt.Sprintf("content/section-%03d/page-%05d.md", i/100, i), fmt.Sprintf(`---
title: Page %d
description: Shows the page number %d with its items.
tags: [stable]
---

## First

%s

- Write the title as a noun.
- Keep the note to one line.

`+"```go\nfunc Page%d(title string, items ...string) Component {\n\treturn Component{Title: title, Items: items}\n}\n```"+`

{{< note >}}The note of page %d.{{< /note >}}
`, i, i, prose, i, i))
	}
	return w.err
}

// A writer writes files and remembers the first error.
type writer struct {
	dir string
	err error
}

func (w *writer) file(name, text string) {
	if w.err != nil {
		return
	}
	path := filepath.Join(w.dir, filepath.FromSlash(name))
	if w.err = os.MkdirAll(filepath.Dir(path), 0o755); w.err == nil {
		w.err = os.WriteFile(path, []byte(text), 0o644)
	}
}
