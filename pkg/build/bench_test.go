package build

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// benchCatalog returns the files of a catalog of n stories, 5 a subject, in
// the shape of those that the program in bench/ builds: each subject has a
// component with a style sheet, documented props, prose and a code block.
func benchCatalog(n int) map[string]string {
	files := map[string]string{"storytime.yaml": "title: Benchmark\nthemes:\n  light: {data-theme: light}\n  dark: {data-theme: dark}\n"}
	for i := range n / 5 {
		base := fmt.Sprintf("section-%02d/part-%05d/part-%05d", i/100, i, i)
		files[base+".html"] = fmt.Sprintf(`<article class="part part-%d part--{{.variant}}">
  <h3>{{.title}}</h3>
  {{with .note}}<p class="part__note">{{.}}</p>{{end}}
  <ul>{{range .items}}<li>{{.}}</li>{{end}}</ul>
  <a href="/parts/%d">Read more</a>
</article>
`, i, i)
		files[base+".css"] = fmt.Sprintf(".part-%d { border: 1px solid; padding: 1rem; }\n", i)
		files[base+".stories.md"] = benchSubject(i)
	}
	return files
}

func benchSubject(i int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `---
title: Part %d
tags: [stable]
props:
  title: {type: string, required: true, doc: The heading of the part.}
  variant: {type: enum, options: [plain, strong, quiet], default: plain, doc: How much it stands out.}
  note: {type: string, doc: A line below the heading.}
  items: {type: list, doc: What the part is made of.}
---

Use a part where things that belong together have a name. It is **not** meant
for navigation: see [the first](#story-0) for that.

`+"```go\nfunc Part%d(title string, items ...string) Component {\n\treturn Component{Title: title, Items: items}\n}\n```\n\n", i, i)
	for s := range 5 {
		fmt.Fprintf(&b, "## Story %d\n\nThe part as number %d.\n\n```yaml story\nprops: {title: Part %d of %d, items: [one %d, two, three]}\n```\n\n", s, s, s, i, i)
	}
	return b.String()
}

// A build from nothing, and one that changes nothing.
func BenchmarkSite(b *testing.B) {
	for _, n := range []int{100, 1000} {
		ui := writeFiles(b, filepath.Join(b.TempDir(), "ui"), benchCatalog(n))
		measure := func(b *testing.B, output func(i int) string) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if result := mustBuild(b, Options{Dir: ui, Output: output(i)}); result.Stories != n {
					b.Fatalf("%d stories, want %d", result.Stories, n)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(n), "µs/story")
		}
		b.Run(fmt.Sprintf("new/%d", n), func(b *testing.B) {
			dir := b.TempDir()
			measure(b, func(i int) string { return filepath.Join(dir, fmt.Sprint(i)) })
		})
		b.Run(fmt.Sprintf("same/%d", n), func(b *testing.B) {
			dist := filepath.Join(b.TempDir(), "dist")
			mustBuild(b, Options{Dir: ui, Output: dist})
			measure(b, func(int) string { return dist })
		})
	}
}

func BenchmarkHighlight(b *testing.B) {
	for language, source := range map[string]string{
		"yaml": strings.Repeat("props: {title: \"Part 1\", items: [one, 2, true]} # a part\n", 20),
		"html": strings.Repeat("<a class=\"part {{.variant}}\" href='/x' disabled>Read {{with .note}}more{{end}}</a>\n", 20),
		"go":   strings.Repeat("func Part(title string) Component { return Component{Title: `x`, N: 12} } // a part\n", 20),
		"css":  strings.Repeat(".part { color: #fff; margin: 1px 2px; } /* a part */\n", 20),
	} {
		b.Run(language, func(b *testing.B) {
			b.SetBytes(int64(len(source)))
			b.ReportAllocs()
			for b.Loop() {
				highlight(language, source)
			}
		})
	}
}

func BenchmarkFormat(b *testing.B) {
	source := strings.Repeat("<article class=\"part\"><h3>A  title</h3><ul><li>one</li><li>two <b>bold</b></li></ul>\n<pre>a\n b</pre><br></article>", 20)
	b.SetBytes(int64(len(source)))
	b.ReportAllocs()
	for b.Loop() {
		formatHTML(source)
	}
}
