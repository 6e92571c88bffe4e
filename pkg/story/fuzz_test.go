package story

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// seeds are story files that reach most of the parser.
var seeds = []string{
	"",
	"---\ntitle: Button\n---\n\n## Primary\n\n```yaml story\nprops: {text: Save}\n```\n",
	"---\ntitle: [\n---\n```yaml story\n```\n",
	"---\nprops:\n  a: {type: enum, options: [x, y], default: z}\n  a: b\n---\n# T\n```html story\n---\ntheme: dark\n---\n<b>{{.a}}</b>\n```\n```yaml check\n- {role: button}\n```\n",
	"- list\n\n  ```yaml story\n  title: In a list\n  props: {a: 1, a: 2}\n  ```\n",
	"> ```yaml story\n> props: *x\n> ```\n",
	"---\r\ntitle: 'it's'\r\n---\r\n# Ä\r\n```yaml story\r\nfoo: \tbar\r\n```\r\n",
	"\uFEFF---\ntitle: x\n...\n```go story\nButton()\n```\n```foo story\n```\n``` story\n```",
	"---\na: &a [*a, *a]\nb: {<<: {c: d}}\n---\n# x\n```yaml story\nchildren: [{$file: a.json}, {$go: x}, {html: x}]\nslug: 'Ä b'\n```",
	"# A\n```yaml story\nprops: fixtures/a.json\n```\n# A\n```yaml story\nprops: ../../x.yaml\n```\n",
	"# \xff\xfe\n```yaml story\nprops: {a: \"\xc3\"}\n```\n",
	"---\nmatrix: {props: {a: , b: [1, x, {c: d}]}, story: one}\n---\n# One\n```yaml story\n```\n```yaml matrix\nthemes: true\nviewports: [phone]\n```\n```yaml matrix\nprops: {a: [1, 2], b: 3}\n```\n",
	"---\nno end",
	"~~~yaml story\n\ttitle: tab\n~~~",
}

func FuzzRead(f *testing.F) {
	for _, s := range seeds {
		f.Add(s, "title: x\n")
	}
	f.Add(seeds[1], "themes: {dark: {data-theme: [x]}}\nviewports: {a: 1x1, b: x}\nstatic: {/a: .., b: c}\nbefore: [{run: []}, x]\nfuncs: 1\n")
	f.Fuzz(func(t *testing.T, file, config string) {
		files := map[string]string{"ui/a.stories.md": file, "storytime.yaml": config, "ui/a.html": "<b>", "ui/fixtures/a.json": `{"a":[1,{"b":null}]}`}
		fsys := fstest.MapFS{}
		for name, text := range files {
			fsys[name] = &fstest.MapFile{Data: []byte(text)}
		}
		c, problems, err := Read(context.Background(), fsys, Options{Jobs: 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range c.Subjects() {
			for _, m := range u.Matrices() {
				grid, wrong := m.Grid(Props{{Name: "a", Type: TypeBoolean}, {Name: "b", Options: List{{Data: 1.5}, {Data: "x"}}}})
				if grid == nil && len(wrong) == 0 || grid != nil && len(grid.Rows)*len(grid.Columns) > MaxVariants {
					t.Errorf("%+v: %v", grid, wrong)
				}
				problems = append(problems, wrong...)
			}
		}
		for _, p := range append(problems, allProblems(c)...) {
			checkPlace(t, files, p)
		}
	})
}

func FuzzJSON(f *testing.F) {
	for _, s := range []string{`{"a":1}`, `[1,"é\ud83d\ude00",{"x":[]}]`, `{"a":`, `{"a" 1}`, "{}x", "\x00", `{"a":1e999}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		src := NewSource("a.json", []byte(text))
		if v, ok := decodeJSON(src); ok {
			_ = v.String()
		}
		for _, p := range src.Problems {
			checkPlace(t, map[string]string{"a.json": text}, p)
		}
	})
}

// allProblems gathers those that belong to a part of the catalog.
func allProblems(c *Catalog) problem.List {
	var all problem.List
	c.Each(func(s *Section) { all = append(all, s.Problems...) })
	for _, u := range c.Subjects() {
		all = append(all, u.Problems...)
		for _, s := range u.Stories {
			all = append(all, s.Problems...)
		}
	}
	return all
}

// checkPlace fails unless the place of a problem is inside its file: on one
// of its lines, and at most one column behind the end of that.
func checkPlace(t *testing.T, files map[string]string, p *problem.Problem) {
	t.Helper()
	text, ok := files[p.File]
	if !ok {
		return
	}
	if p.Message == "" || p.Hint == "" {
		t.Errorf("the problem %+v has no message or no hint", p)
	}
	if p.Line == 0 {
		return
	}
	lines := strings.Split(NewSource(p.File, []byte(text)).Text, "\n")
	if p.Line < 1 || p.Line > len(lines) {
		t.Fatalf("%s: line %d of %d", p.Error(), p.Line, len(lines))
	}
	if most := utf8.RuneCountInString(lines[p.Line-1]) + 1; p.Column < 1 || p.Column > most {
		t.Fatalf("%s: column %d of %d in %q", p.Error(), p.Column, most, lines[p.Line-1])
	}
}

// The catalogs of testdata are seeds too: none of their files may be
// reported outside itself.
func TestPlacesOfTheExampleAreInsideItsFiles(t *testing.T) {
	root := filepath.Join("..", "..", "testdata", "shop")
	c, problems, err := Read(context.Background(), os.DirFS(root), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range append(problems, allProblems(c)...) {
		t.Errorf("the example has a problem: %v", p)
	}
}
