package build

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// draftCatalog is a catalog in which much depends on something else.
var draftCatalog = map[string]string{
	"storytime.yaml":           "title: Draft\nstatic: {/assets: ../web}\ntemplates: [../web/*.html, '**/*.tmpl']\n",
	"layout.html":              "<!doctype html><html><head><title>L</title></head><body class=layout>{{.Children}}</body></html>",
	"base.css":                 "a { color: red }\n",
	"index.md":                 "See [the button](forms/button/button.stories.md).\n",
	"forms/index.md":           "---\ntitle: Forms\n---\nAll forms.\n",
	"forms/button/button.html": "<button class=\"{{.kind}}\">{{.text}}</button>",
	"forms/button/button.css":  "button { background: url(icon.svg) }\n",
	"forms/button/icon.svg":    "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>",
	"forms/button/other.svg":   "<svg xmlns=\"http://www.w3.org/2000/svg\"><g/></svg>",
	"forms/button/button.stories.md": "---\nprops:\n  text: {type: string, required: true}\n  kind: {type: enum, options: [plain, strong], default: plain}\n" +
		"  icon: {type: component}\n---\n\nProse.\n\n## One\n\n```yaml story\nprops: {text: one}\n```\n\n## Two\n\n```yaml story\nprops: {text: two, icon: {html: <i>x</i>}}\ncheck: [golden: true, {text: two}]\n```\n",
	"forms/button/button--two.golden.html": "<button class=\"plain\">two</button>\n",
	"forms/other.svg":                      "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
	"forms/form.html":                      "<form>{{component \"button/button.html\" (props \"text\" .label)}}</form>",
	"forms/form.stories.md":                "## Filled\n\n```yaml story\nprops: {label: Send}\n```\n",
	"../web/app.css":                       "p { background: url(/assets/x.png) }\n",
	"../web/x.png":                         "png",
	"../web/cart.html":                     `{{define "cart"}}<p>cart</p>{{end}}`,
	"forms/total.tmpl":                     `{{define "total"}}<p>total {{template "cart"}}</p>{{end}}`,
	"forms/total.stories.md":               "---\ncomponent: \"#total\"\n---\n\n## Sum\n\n```yaml story\n```\n",
}

// newDraftCatalog writes it and returns its directory, without links.
func newDraftCatalog(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range draftCatalog {
		save(t, filepath.Join(dir, "ui", name), text)
	}
	return filepath.Join(dir, "ui")
}

func save(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// siteFiles builds the catalog and returns the files of its site.
func siteFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "site")
	if _, err := Site(t.Context(), Options{Dir: dir, Output: out, AllowProblems: true}); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	mine, err := readManifest(out)
	if err != nil {
		t.Fatal(err)
	}
	for name := range mine {
		data, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(data)
	}
	return files
}

func TestADraftMakesThePagesThatABuildWouldMake(t *testing.T) {
	button := draftCatalog["forms/button/button.stories.md"]
	for _, test := range []struct {
		name, file, text string
		// want are files of the site that must be made and must differ from
		// what was there before.
		want []string
	}{
		{"a component", "forms/button/button.html", "<button><b>{{.text}}</b></button>",
			[]string{"forms/button/button--one.html", "forms/button/one/index.html", "forms/form--filled.html"}},
		{"a component that is broken", "forms/button/button.html", "<button>{{.text</button>",
			[]string{"forms/button/button--one.html", "forms/button/index.html"}},
		{"a component with a new image", "forms/button/button.html", "<button>{{.text}}<img src=other.svg alt=x></button>",
			[]string{"forms/button/button--one.html", "forms/button/other.svg"}},
		{"props of a story", "forms/button/button.stories.md", strings.ReplaceAll(button, "text: one", "text: another"),
			[]string{"forms/button/button--one.html", "forms/button/one/index.html", "forms/button/index.html"}},
		{"prose", "forms/button/button.stories.md", strings.ReplaceAll(button, "Prose", "Other prose, with a [link](#one)"),
			[]string{"forms/button/index.html"}},
		{"a story that is broken", "forms/button/button.stories.md", strings.ReplaceAll(button, "text: one", "txt: one"),
			[]string{"forms/button/button--one.html", "forms/button/one/index.html"}},
		{"a golden file", "forms/button/button--two.golden.html", "<p>other</p>",
			[]string{"forms/button/two/index.html", "forms/button/index.html"}},
		{"a check", "forms/button/button.stories.md", strings.ReplaceAll(button, "{text: two}]", "{text: other}]"),
			[]string{"forms/button/two/index.html", "forms/button/index.html"}},
		{"a style sheet", "forms/button/button.css", "button { color: green }\n", []string{"forms/button/button.css"}},
		{"a mounted style sheet", "../web/app.css", "p { background: url(/assets/x.png); color: red }\n", []string{"assets/app.css"}},
		{"a template beside the catalog, in a mount", "../web/cart.html", `{{define "cart"}}<p>other</p>{{end}}`,
			[]string{"forms/total--sum.html"}},
		{"a template in the catalog", "forms/total.tmpl", `{{define "total"}}<p>other</p>{{end}}`, []string{"forms/total--sum.html"}},
		{"a layout", "layout.html", "<!doctype html><html><body class=other>{{.Children}}</body></html>",
			[]string{"forms/button/button--two.html", "forms/form--filled.html"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := newDraftCatalog(t)
			before := siteFiles(t, dir)
			draft, err := ReadAhead(t.Context(), Options{Dir: dir})
			if err != nil {
				t.Fatal(err)
			}
			defer draft.Close()
			file := filepath.Join(dir, test.file)
			save(t, file, test.text)
			var shown []string
			for name := range before {
				shown = append(shown, name)
			}
			pages, err := draft.Pages(t.Context(), []string{file}, shown)
			if err != nil || pages == nil {
				t.Fatalf("no pages: %v", err)
			}
			after := siteFiles(t, dir)
			for name, data := range pages.Files {
				if string(data) != after[name] {
					t.Errorf("%s isn't what a build makes:\n%s\nwant\n%s", name, data, after[name])
				}
			}
			for _, name := range test.want {
				if data, made := pages.Files[name]; !made || string(data) == before[name] {
					t.Errorf("%s was not made anew: %t", name, made)
				}
			}
			stops := slices.ContainsFunc(pages.Problems, func(p *problem.Problem) bool { return p.Kind.Stops() })
			if broken := strings.Contains(test.name, "broken"); broken != stops {
				t.Errorf("problems: %v", pages.Problems)
			}
		})
	}
}

func TestADraftMakesNothingWhenMoreThanPagesMayChange(t *testing.T) {
	button := draftCatalog["forms/button/button.stories.md"]
	for name, change := range map[string][2]string{
		"a new file":          {"forms/new.html", "<p>new</p>"},
		"a new template":      {"../web/new.html", `{{define "total"}}<p>another</p>{{end}}`},
		"the settings":        {"storytime.yaml", "title: Other\n"},
		"a section's text":    {"forms/index.md", "---\ntitle: Other\n---\n"},
		"a new story":         {"forms/button/button.stories.md", button + "\n## Three\n\n```yaml story\nprops: {text: three}\n```\n"},
		"a renamed story":     {"forms/button/button.stories.md", strings.ReplaceAll(button, "## One", "## Uno")},
		"a renamed subject":   {"forms/button/button.stories.md", strings.Replace(button, "---\n", "---\ntitle: Knob\n", 1)},
		"declared props":      {"forms/button/button.stories.md", strings.Replace(button, "default: plain", "default: strong", 1)},
		"another component":   {"forms/form.stories.md", "---\ncomponent: button/button.html\n---\n" + draftCatalog["forms/form.stories.md"]},
		"front matter broken": {"forms/form.stories.md", "---\ntitle: [\n---\n" + draftCatalog["forms/form.stories.md"] + "\n## Other\n\n```yaml story\n```\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := newDraftCatalog(t)
			draft, err := ReadAhead(t.Context(), Options{Dir: dir})
			if err != nil {
				t.Fatal(err)
			}
			defer draft.Close()
			file := filepath.Join(dir, change[0])
			save(t, file, change[1])
			pages, err := draft.Pages(t.Context(), []string{file}, []string{"forms/button/one/index.html", "index.html"})
			if err != nil || pages != nil {
				t.Errorf("got %v, %v", pages, err)
			}
		})
	}
}

func TestATrialRendersAStoryWithOtherProps(t *testing.T) {
	dir := newDraftCatalog(t)
	draft, err := ReadAhead(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer draft.Close()
	try := func(props string) *TrialResult {
		t.Helper()
		r, err := draft.Try(t.Context(), Trial{Story: "forms/button/two", Props: props, Given: props != ""})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := try(""); !strings.Contains(r.HTML, ">two</button>") || len(r.Props) != 3 || len(r.Props[1].Options) != 2 ||
		r.Props[1].Default != "plain" || r.Props[0].Value != "two" || !r.Props[0].Given {
		t.Errorf("as it is written: %+v", r)
	}
	if r := try("text: \"{{.kind}}<b>\"\nkind: strong"); !strings.Contains(r.HTML, `<button class="strong">{{.kind}}&lt;b&gt;</button>`) ||
		r.YAML != `props: {text: "{{.kind}}<b>", kind: strong}` || !strings.Contains(r.Markup, "strong") {
		t.Errorf("with other props: %+v", r)
	}
	save(t, filepath.Join(dir, "forms/button/button.html"), "<i>{{.text}}</i>")
	if r := try("text: x"); !strings.Contains(r.HTML, "<body class=layout><i>x</i>") {
		t.Errorf("with another component: %+v", r)
	}
	for props, want := range map[string]string{
		"txt: x":                            `no prop "txt"`,
		"text: x\nkind: loud":               `"loud"`,
		"text: [":                           "",
		"- text":                            "props are an object",
		"text: x\nicon: {html: <script>}":   "HTML can't be tried out",
		"text: x\nicon: [{html: <i>y</i>}]": "HTML can't be tried out",
	} {
		r := try(props)
		if r.HTML != "" || len(r.Problems) == 0 || !strings.Contains(r.Problems.Error(), want) {
			t.Errorf("%q: %+v", props, r)
		}
	}
	if r := try("text: x\nicon: {html: <i>x</i>}"); len(r.Problems) > 0 {
		t.Errorf("the story's own HTML: %v", r.Problems)
	}
	var many strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&many, "k%d: %d\n", i, i)
	}
	if r := try(many.String()); len(r.Problems) == 0 || len(r.Problems) > 10_001 {
		t.Errorf("ten thousand props: %d problems", len(r.Problems))
	}
	if r, err := draft.Try(t.Context(), Trial{Story: "../x"}); err != nil || len(r.Problems) != 1 {
		t.Errorf("a story that isn't there: %v, %v", r, err)
	}
}
