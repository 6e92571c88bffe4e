package render

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/net/html"

	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// read returns the catalog of some files.
func read(t testing.TB, files map[string]string) *story.Catalog {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	catalog, problems, err := story.Read(t.Context(), fsys, story.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range catalog.Subjects() {
		problems = append(problems, s.Problems...)
		for _, st := range s.Stories {
			problems = append(problems, st.Problems...)
		}
	}
	if len(problems) > 0 {
		t.Fatalf("the catalog can't be read: %v (%s)", problems, problems[0].Hint)
	}
	return catalog
}

// firstStory returns the first story that is written down, and not one that a
// component without any has by default.
func firstStory(t testing.TB, catalog *story.Catalog) *story.Story {
	t.Helper()
	for _, u := range catalog.Subjects() {
		if !u.Implicit && len(u.Stories) > 0 {
			return u.Stories[0]
		}
	}
	t.Fatal("there is no story")
	return nil
}

// first renders the first story of a catalog.
func first(t testing.TB, files map[string]string) (*Output, problem.List) {
	t.Helper()
	catalog := read(t, files)
	return New(catalog, Programs{}).Render(t.Context(), firstStory(t, catalog))
}

// yamlStory is a subject with one story.
func yamlStory(block string) string { return "# One\n\n```yaml story\n" + block + "\n```\n" }

func htmlStory(block string) string { return "# One\n\n```html story\n" + block + "\n```\n" }

func TestAComponentGetsItsPropsAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ component, story, want string }{
		"nothing":           {"<p>{{.text}}</p>", "", "<p></p>"},
		"text":              {"<p>{{.text}}</p>", "props: {text: Save}", "<p>Save</p>"},
		"text is escaped":   {"<p>{{.text}}</p>", `props: {text: "<b> & \"x\""}`, "<p>&lt;b&gt; &amp; &#34;x&#34;</p>"},
		"integers":          {"<p>{{.n}} {{if eq .n 3}}three{{end}}</p>", "props: {n: 3}", "<p>3 three</p>"},
		"floats":            {"<p>{{.n}}</p>", "props: {n: 2.5}", "<p>2.5</p>"},
		"true":              {"<p>{{if .on}}on{{end}}</p>", "props: {on: true}", "<p>on</p>"},
		"false":             {"<p>{{if .on}}on{{else}}off{{end}}</p>", "props: {on: false}", "<p>off</p>"},
		"null":              {"<p>{{with .x}}has{{else}}none{{end}}</p>", "props: {x: null}", "<p>none</p>"},
		"quoted numbers":    {"<p>{{len .x}}</p>", `props: {x: "0123"}`, "<p>4</p>"},
		"lists":             {"<p>{{range $i, $x := .x}}{{$i}}{{$x}} {{end}}</p>", "props: {x: [a, b]}", "<p>0a 1b </p>"},
		"objects":           {"<p>{{.x.a}} {{.x.b.c}}</p>", "props: {x: {a: 1, b: {c: two}}}", "<p>1 two</p>"},
		"objects in order":  {"<p>{{range $k, $v := .x}}{{$k}}{{$v}} {{end}}</p>", "props: {x: {b: 1, a: 2}}", "<p>a2 b1 </p>"},
		"many lines":        {"<pre>{{.x}}</pre>", "props:\n  x: |\n    one\n    two", "<pre>one\ntwo\n</pre>"},
		"Unicode":           {"<p>{{.größe}} {{.x}}</p>", "props: {größe: 漢, x: 🚢}", "<p>漢 🚢</p>"},
		"names with dashes": {`<p>{{index . "aria-label"}}</p>`, "props: {aria-label: Close}", "<p>Close</p>"},
		"attributes":        {`<a title="{{.x}}" href="{{.u}}">`, `props: {x: 'say "hi"', u: "/a b?q=<x>"}`, `<a title="say &#34;hi&#34;" href="/a%20b?q=%3cx%3e">`},
		"no props at all":   {"<p>{{.}}</p>", "", "<p>map[]</p>"},
		"defines":           {`{{define "i"}}<i>{{.}}</i>{{end}}<p>{{template "i" .x}}</p>`, "props: {x: y}", "<p><i>y</i></p>"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, problems := first(t, map[string]string{"x.html": test.component, "x.stories.md": yamlStory(test.story)})
			if problems != nil {
				t.Fatal(problems)
			}
			if out.HTML != test.want {
				t.Errorf("got  %s\nwant %s", out.HTML, test.want)
			}
		})
	}
}

func TestDeclaredPropsHaveDefaultsAndTypes(t *testing.T) {
	t.Parallel()
	subject := func(props, block string) string { return "---\nprops:\n" + props + "---\n\n" + yamlStory(block) }
	for name, test := range map[string]struct{ component, subject, want string }{
		"default":          {"<p>{{.x}}</p>", subject("  x: {type: string, default: usual}\n", ""), "<p>usual</p>"},
		"given":            {"<p>{{.x}}</p>", subject("  x: {type: string, default: usual}\n", "props: {x: other}"), "<p>other</p>"},
		"false is given":   {"<p>{{.x}}</p>", subject("  x: {type: boolean, default: true}\n", "props: {x: false}"), "<p>false</p>"},
		"component":        {"<p>{{.icon}}</p>", subject("  icon: {type: component}\n", "props: {icon: {component: i.html, props: {n: 1}}}"), "<p><i>1</i></p>"},
		"component's text": {"<p>{{.icon}}</p>", subject("  icon: {type: component}\n", "props: {icon: a < b}"), "<p>a &lt; b</p>"},
		"component's HTML": {"<p>{{.icon}}</p>", subject("  icon: {type: component}\n", `props: {icon: {html: "<b>x</b>"}}`), "<p><b>x</b></p>"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, problems := first(t, map[string]string{"x.html": test.component, "x.stories.md": test.subject, "i.html": "<i>{{.n}}</i>"})
			if problems != nil {
				t.Fatal(problems)
			}
			if out.HTML != test.want {
				t.Errorf("got  %s\nwant %s", out.HTML, test.want)
			}
		})
	}
	for name, test := range map[string]struct {
		subject, want string
	}{
		"missing": {subject("  x: {type: string, required: true}\n", ""), "x.stories.md:8:4: "},
		"unknown": {subject("  x: {type: string}\n", "props: {y: 1}"), "x.stories.md:9:9: "},
		"type":    {subject("  x: {type: string}\n", "props: {x: [1]}"), "x.stories.md:9:12: "},
		"option":  {subject("  x: {type: enum, options: [a, b]}\n", "props: {x: c}"), "x.stories.md:9:12: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, problems := first(t, map[string]string{"x.html": "<p>", "x.stories.md": test.subject})
			if len(problems) != 1 || !strings.HasPrefix(problems[0].Error(), test.want) || problems[0].Kind != problem.Prop || problems[0].Hint == "" {
				t.Errorf("the problems are %v, want one at %s", problems, test.want)
			}
		})
	}
}

func TestChildrenStandWhereTheComponentShowsThem(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"x.html":    "<div>{{.Children}}</div>",
		"i.html":    "<i>{{.n}}</i>",
		"wrap.html": "<s>{{.Children}}</s>",
		"pass.html": `{{component "wrap.html" (props) .Children}}`,
		"all.html":  `{{component "wrap.html" .}}`,
		"none.html": "<p>",
	}
	for name, test := range map[string]struct{ story, want string }{
		"none":             {yamlStory(""), "<div></div>"},
		"text":             {yamlStory("children: a < b"), "<div>a &lt; b</div>"},
		"HTML":             {yamlStory(`children: {html: "<b>x</b>"}`), "<div><b>x</b></div>"},
		"a component":      {yamlStory("children: {component: i.html, props: {n: 1}}"), "<div><i>1</i></div>"},
		"a list":           {yamlStory("children: [a, {component: i.html, props: {n: 2}}, {html: <hr>}]"), "<div>a<i>2</i><hr></div>"},
		"nested":           {yamlStory("children: {component: wrap.html, children: [x, {component: wrap.html, children: y}]}"), "<div><s>x<s>y</s></s></div>"},
		"a number":         {yamlStory("children: 3"), "<div>3</div>"},
		"handed on":        {yamlStory("component: pass.html\nchildren: {html: <b>}"), "<s><b></s>"},
		"handed on in all": {yamlStory("component: all.html\nchildren: {html: <b>}"), "<s><b></s>"},
		"in a template":    {htmlStory(`{{component "wrap.html" (props) (list "<" (component "i.html" (props "n" 1)))}}`), "<s>&lt;<i>1</i></s>\n"},
		"safe in one":      {htmlStory(`{{component "wrap.html" (props) (safeHTML "<b>")}}`), "<s><b></s>\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := withFile(files, "x.stories.md", test.story)
			out, problems := first(t, files)
			if problems != nil {
				t.Fatal(problems)
			}
			if strings.TrimSuffix(out.HTML, "\n") != strings.TrimSuffix(test.want, "\n") {
				t.Errorf("got  %q\nwant %q", out.HTML, test.want)
			}
		})
	}
	for name, test := range map[string]struct{ story, want string }{
		"for one that has none":         {yamlStory("component: none.html\nchildren: x"), "x.stories.md:5:11: none.html doesn't show its children"},
		"for one that has none, inside": {htmlStory(`{{component "none.html" (props) "x"}}`), "x.stories.md:4:3: none.html doesn't show its children"},
		"an unknown key":                {yamlStory("children: {component: i.html, prop: {n: 1}}"), `x.stories.md:4:31: unknown key "prop" in children`},
		"no name":                       {yamlStory("children: {props: {n: 1}}"), "x.stories.md:4:11: this child names no component"},
		"HTML and more":                 {yamlStory("children: {html: x, component: i.html}"), "x.stories.md:4:12: `html` must be text, and stand alone"},
		"one that isn't there":          {yamlStory("children: [a, {component: j.html}]"), `x.stories.md:4:27: there is no component "j.html"`},
		"deep down":                     {yamlStory("children:\n  component: wrap.html\n  children:\n    - {component: i.html, props: [1]}"), "x.stories.md:7:34: `props` must be an object"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, problems := first(t, withFile(files, "x.stories.md", test.story))
			wantProblem(t, problems, test.want)
		})
	}
}

func withFile(files map[string]string, name, text string) map[string]string {
	all := map[string]string{name: text}
	for n, t := range files {
		if n != name {
			all[n] = t
		}
	}
	return all
}

// wantProblem fails unless there is one problem, that begins like this, has a
// hint and an excerpt, or a place in a file that is there, and names its story.
func wantProblem(t *testing.T, problems problem.List, want string) {
	t.Helper()
	if len(problems) != 1 {
		t.Fatalf("the problems are %v, want one: %s", problems, want)
	}
	p := problems[0]
	if !strings.HasPrefix(p.Error(), want) {
		t.Errorf("got  %s\nwant %s", p.Error(), want)
	}
	if p.Hint == "" || len(p.Stories) != 1 {
		t.Errorf("the problem has the hint %q and the stories %v", p.Hint, p.Stories)
	}
	if strings.Contains(p.Message, "html/template") || strings.Contains(p.Message, "template: ") {
		t.Errorf("the message is the library's: %s", p.Message)
	}
}

func TestWhatAComponentIsMadeOfComesBeforeIt(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"button.html":    "<button>",
		"icon.html":      "<svg>",
		"labelled.html":  `{{component "icon.html"}}{{component "button.html"}}`,
		"card.html":      `{{component "labelled.html"}}{{component "button.html"}}{{component "button.html"}}`,
		"box.html":       "<div>{{.Children}}</div>",
		"sometimes.html": `{{if .x}}{{component "icon.html"}}{{end}}`,
		"deep/x.html":    `{{component "y.html"}}{{component "/icon.html"}}{{component "../button.html"}}`,
		"deep/y.html":    "<y>",
	}
	for name, test := range map[string]struct {
		story string
		want  []string
	}{
		"itself":                 {yamlStory("component: button.html"), []string{"button.html"}},
		"its parts":              {yamlStory("component: labelled.html"), []string{"icon.html", "button.html", "labelled.html"}},
		"parts of parts, once":   {yamlStory("component: card.html"), []string{"icon.html", "button.html", "labelled.html", "card.html"}},
		"only what takes part":   {yamlStory("component: sometimes.html"), []string{"sometimes.html"}},
		"what takes part":        {yamlStory("component: sometimes.html\nprops: {x: 1}"), []string{"icon.html", "sometimes.html"}},
		"children":               {yamlStory("component: box.html\nchildren: [{component: icon.html}, {component: button.html}]"), []string{"icon.html", "button.html", "box.html"}},
		"those of an html story": {htmlStory(`{{component "button.html"}}{{component "icon.html"}}`), []string{"button.html", "icon.html"}},
		"none":                   {htmlStory("<p>"), nil},
		"by any path":            {yamlStory("component: deep/x.html"), []string{"deep/y.html", "icon.html", "button.html", "deep/x.html"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, problems := first(t, withFile(files, "a.stories.md", test.story))
			if problems != nil {
				t.Fatal(problems)
			}
			if !slices.Equal(out.Components, test.want) {
				t.Errorf("got %q, want %q", out.Components, test.want)
			}
		})
	}
}

// A renderer is used for many stories; what one did must not show in the next.
func TestStoriesDoNotKnowOfEachOther(t *testing.T) {
	t.Parallel()
	catalog := read(t, map[string]string{
		"x.html":       `{{if .other}}{{component "y.html"}}{{end}}<p>{{.text}}</p>`,
		"y.html":       "<y>",
		"x.stories.md": "# A\n```yaml story\nprops: {text: a, other: true}\n```\n# B\n```yaml story\nprops: {}\n```\n# C\n```html story\n{{len .text}}\n```\n",
	})
	stories := firstStory(t, catalog).Subject.Stories
	renderer := New(catalog, Programs{})
	for range 2 {
		for i, want := range []string{"<y><p>a</p> [y.html x.html]", "<p></p> [x.html]", "x.stories.md:11:3: len got"} {
			out, problems := renderer.Render(t.Context(), stories[i])
			got := problems.Error()
			if out != nil {
				got = fmt.Sprint(out.HTML, " ", out.Components)
			}
			if !strings.HasPrefix(got, want) {
				t.Errorf("story %d: got %q, want %q", i, got, want)
			}
		}
	}
}

func TestAMistakeIsShownWhereItStands(t *testing.T) {
	t.Parallel()
	component := yamlStory("props: {text: x}")
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		// In a component's file.
		"an action that doesn't end": {map[string]string{"x.html": "<p>\n  {{.text\n</p>", "x.stories.md": component}, "x.html:3:1: "},
		"an if that doesn't end":     {map[string]string{"x.html": "<p>\n{{if .text}}\n</p>\n", "x.stories.md": component}, "x.html:3:1: unexpected EOF"},
		"an end too many":            {map[string]string{"x.html": "<p>\n\n{{end}}", "x.stories.md": component}, "x.html:3:1: unexpected {{end}}"},
		"an unknown function":        {map[string]string{"x.html": "<p>\n<b>{{shout .text}}</b>", "x.stories.md": component}, `x.html:2:1: function "shout" not defined`},
		"an attribute left open":     {map[string]string{"x.html": "<p>\n<a href=\"{{.text}}>x</a>", "x.stories.md": component}, "x.html:"},
		"a field of text":            {map[string]string{"x.html": "<p>\n  {{.text.more}}", "x.stories.md": component}, "x.html:2:10: "},
		"after other characters":     {map[string]string{"x.html": "<p>漢字🚢 {{.text.more}}", "x.stories.md": component}, "x.html:1:15: "},
		"with carriage returns":      {map[string]string{"x.html": "<p>\r\n\r\n{{.text.more}}", "x.stories.md": component}, "x.html:3:8: "},
		"a list that is text":        {map[string]string{"x.html": "<p>\n{{range .text}}x{{end}}", "x.stories.md": component}, "x.html:2:9: "},
		"a template without a name":  {map[string]string{"x.html": "<p>\n{{template \"gone\"}}", "x.stories.md": component}, "x.html:2:"},
		"in a define":                {map[string]string{"x.html": "<p>\n{{define \"a\"}}\n {{.text.more}}\n{{end}}{{template \"a\" .}}", "x.stories.md": component}, "x.html:3:9: "},

		// In a block: the lines are those of the Markdown file.
		"a block's action":     {map[string]string{"x.stories.md": "---\ntitle: X\n---\n\n" + htmlStory("<p>\n  {{.text")}, "x.stories.md:9:3: "},
		"a block's field":      {map[string]string{"x.stories.md": htmlStory("<p>\n<b>{{.a.b}}</b>{{component 3}}")}, "x.stories.md:5:"},
		"a block's function":   {map[string]string{"x.stories.md": htmlStory("<p>\n\n<b>{{shout}}</b>")}, `x.stories.md:6:1: function "shout" not defined`},
		"after a block's own":  {map[string]string{"x.stories.md": htmlStory("---\ntitle: X\n---\n<p>\n{{shout}}")}, "x.stories.md:8:1: "},
		"in a list":            {map[string]string{"x.stories.md": "# One\n\n1. Text\n\n   ```html story\n   <p>\n   {{shout}}\n   ```\n"}, "x.stories.md:7:4: "},
		"the first line":       {map[string]string{"x.stories.md": htmlStory("<p>{{len 3}}")}, "x.stories.md:4:6: "},
		"a missing component":  {map[string]string{"x.stories.md": htmlStory("<p>\n{{component \"gone.html\"}}")}, `x.stories.md:5:3: there is no component "gone.html"`},
		"props that are wrong": {map[string]string{"y.html": "<p>", "x.stories.md": htmlStory("<p>\n{{component \"y.html\" (props \"a\")}}")}, "x.stories.md:5:23: `props` has a name without a value"},
		"props that are text":  {map[string]string{"y.html": "<p>", "x.stories.md": htmlStory(`{{component "y.html" "a"}}`)}, "x.stories.md:4:3: the props of y.html don't come from `props`"},
		"too much":             {map[string]string{"y.html": "<p>", "x.stories.md": htmlStory(`{{component "y.html" (props) 1 2 3}}`)}, "x.stories.md:4:3: `component` takes"},

		// In a component of a component, the innermost file is what to mend.
		"inside another": {map[string]string{
			"inner.html": "<i>\n\n{{.text.more}}", "outer.html": "<o>{{component \"inner.html\" .}}", "x.stories.md": yamlStory("component: outer.html\nprops: {text: x}"),
		}, "inner.html:3:8: "},
		"parsed inside another": {map[string]string{
			"inner.html": "<i>\n{{if}}", "outer.html": "<o>{{component \"inner.html\" .}}", "x.stories.md": yamlStory("component: outer.html"),
		}, "inner.html:2:1: missing value for if"},
		"gone inside another": {map[string]string{
			"outer.html": "<o>\n {{component \"inner.html\"}}", "x.stories.md": yamlStory("component: outer.html"),
		}, `outer.html:2:4: there is no component "inner.html"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, problems := first(t, test.files)
			wantProblem(t, problems, test.want)
			if t.Failed() {
				return
			}
			p := problems[0]
			source, found := test.files[p.File]
			if !found {
				t.Fatalf("there is no file %q", p.File)
			}
			all := strings.Split(strings.ReplaceAll(source, "\r\n", "\n"), "\n")
			if p.Line < 1 || p.Line > len(all) {
				t.Fatalf("%s has %d lines, and the problem is in line %d", p.File, len(all), p.Line)
			}
			if width := len([]rune(all[p.Line-1])); p.Column < 1 || p.Column > width+1 {
				t.Errorf("the line %q has %d characters, and the problem is at %d", all[p.Line-1], width, p.Column)
			}
		})
	}
}

func TestTheWayToAMistakeIsRelated(t *testing.T) {
	t.Parallel()
	_, problems := first(t, map[string]string{
		"c.html": "{{.x.y}}", "b.html": "<b>\n{{component \"c.html\" (props \"x\" 1)}}", "a.html": "{{component \"b.html\"}}",
		"a.stories.md": htmlStory("{{component \"a.html\"}}"),
	})
	wantProblem(t, problems, "c.html:1:5: ")
	want := []problem.Place{{File: "b.html", Line: 2, Column: 3}, {File: "a.html", Line: 1, Column: 3}, {File: "a.stories.md", Line: 4, Column: 3}}
	if !slices.Equal(problems[0].Related, want) {
		t.Errorf("related are %v, want %v", problems[0].Related, want)
	}
}

func TestWhatContainsItselfEnds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		files map[string]string
		want  string // of the problem; "" for none
	}{
		"a component in itself":        {map[string]string{"x.html": `<p>{{component "x.html"}}`, "x.stories.md": yamlStory("")}, "x.html:1:6: components nest deeper than 100 levels: x.html → x.html"},
		"two in each other":            {map[string]string{"x.html": `{{component "y.html"}}`, "y.html": `{{component "x.html"}}`, "x.stories.md": yamlStory("")}, ""},
		"twice in itself":              {map[string]string{"x.html": `{{component "x.html"}}{{component "x.html"}}`, "x.stories.md": yamlStory("")}, "x.html:1:3: components nest deeper"},
		"a template in itself":         {map[string]string{"x.html": `{{define "a"}}{{template "a" .}}{{end}}{{template "a" .}}`, "x.stories.md": yamlStory("")}, "x.html:1:"},
		"a block that contains itself": {map[string]string{"x.html": `{{block "a" .}}{{template "a" .}}{{end}}`, "x.stories.md": htmlStory(`{{component "x.html"}}`)}, "x.html:1:"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, problems := first(t, test.files)
			if out != nil || len(problems) != 1 || problems[0].Hint == "" || !strings.HasPrefix(problems[0].Error(), test.want) {
				t.Errorf("the problems are %v, want %s", problems, test.want)
			}
		})
	}

	// Under a condition that ends, it may.
	out, problems := first(t, map[string]string{
		"tree.html":       `<li>{{.name}}{{range .below}}{{component "tree.html" .}}{{end}}</li>`,
		"tree.stories.md": yamlStory("props: {name: a, below: [{name: b, below: [{name: c}]}, {name: d}]}"),
	})
	if problems != nil || out.HTML != "<li>a<li>b<li>c</li></li><li>d</li></li>" {
		t.Errorf("a tree: %v, %v", out, problems)
	}
}

func TestAStoryThatWritesTooMuchEnds(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]map[string]string{
		"in one component": {"x.html": `{{range 1000}}{{printf "%1000000d" 1}}{{end}}`, "x.stories.md": yamlStory("")},
		"by doubling": {"x.html": `{{if lt (len .s) 60}}{{component "x.html" (props "s" (print .s "x"))}}{{component "x.html" (props "s" (print .s "x"))}}{{else}}` +
			strings.Repeat("long ", 20000) + `{{end}}`, "x.stories.md": yamlStory(`props: {s: ""}`)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, problems := first(t, files)
			if out != nil || len(problems) != 1 || !strings.Contains(problems[0].Message, "the story has more than 32 MB") || problems[0].Line == 0 {
				t.Errorf("the problems are %v", problems)
			}
		})
	}
}

func TestAStoryEndsWithItsContext(t *testing.T) {
	t.Parallel()
	catalog := read(t, map[string]string{"x.html": `{{range 1000000000}}x{{end}}`, "x.stories.md": yamlStory("")})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if out, problems := New(catalog, Programs{}).Render(ctx, catalog.Subjects()[0].Stories[0]); out != nil || problems == nil {
		t.Errorf("it went on: %v", problems)
	}
}

func TestHostilePropsAreInert(t *testing.T) {
	t.Parallel()
	component := `<p id="text">{{.x}}</p>
<p id="quoted" title="{{.x}}" data-x='{{.x}}'>q</p>
<p id="bare" class={{.x}}>b</p>
<a id="link" href="{{.x}}">l</a> <a id="after" href="/search?q={{.x}}">a</a>
<img id="image" src="{{.x}}" alt="">
<form id="form" action="{{.x}}"></form>
<p id="style" style="color: {{.x}}">s</p>
<p id="event" onclick="say({{.x}})">e</p>
<textarea id="area">{{.x}}</textarea><title>{{.x}}</title>
<script>let x = {{.x}}, s = "{{.x}}";</script>
<style>p { color: {{.x}} }</style>
<!-- {{.x}} -->
{{component "inner.html" (props "x" .x)}}{{component "box.html" (props) .x}}`
	hostile := []string{
		"{{", "}}", "{{.Children}}", `{{component "x.html"}}`, "{{template \"x.html\"}}", "{{/*", "{% raw %}",
		`"><script>alert(1)</script>`, `'><script>alert(1)</script>`, "</p><script>alert(1)</script>", "</script><script>alert(1)</script>",
		"</style><script>alert(1)</script>", "</textarea><script>alert(1)</script>", "</title><script>alert(1)</script>", "--><script>alert(1)</script>",
		"javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "vbscript:x", "data:text/html,<script>alert(1)</script>",
		"x onmouseover=alert(1)", "x' onmouseover='alert(1)", `x" onmouseover="alert(1)`, "x/onmouseover=alert(1)", "`-alert(1)-`", `\";alert(1)//`, `\`,
		"expression(alert(1))", "red; background: url(javascript:alert(1))", "<!--", "<![CDATA[", "<svg onload=alert(1)>", "&lt;script&gt;", "&#x3c;script>",
		"\u2028alert(1)", "ﬀ", "\U0001f6a2", "a\x00b", strings.Repeat("<", 10000),
	}
	for _, x := range hostile {
		files := map[string]string{
			"x.html": component, "inner.html": `<b title="{{.x}}">{{.x}}</b>`, "box.html": "<div>{{.Children}}</div>",
			"x.stories.md": yamlStory("props: {x: " + yamlQuote(x) + "}\nchildren: " + yamlQuote(x)),
		}
		files["x.html"] += `<div id="children">{{.Children}}</div>`
		out, problems := first(t, files)
		if problems != nil {
			t.Errorf("%.40q: %v", x, problems)
			continue
		}
		plain, problems := first(t, withFile(files, "x.stories.md", yamlStory("props: {x: plain}\nchildren: plain")))
		if problems != nil {
			t.Fatal(problems)
		}
		// Whatever the value is, the elements and the attributes are the same.
		got, want := skeleton(t, out.HTML), skeleton(t, plain.HTML)
		if !slices.Equal(got, want) {
			t.Errorf("%.40q changes the page:\n%q\nwant\n%q", x, got, want)
		}
		if n := strings.Count(out.HTML, "<script"); n != 1 {
			t.Errorf("%.40q: there are %d scripts", x, n)
		}
	}
}

// yamlQuote writes text in YAML's double quotes.
func yamlQuote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == '\u2028':
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String() + `"`
}

// skeleton returns the elements of a page and the names of their attributes,
// and of those that are addresses, whether a script stands in them.
func skeleton(t *testing.T, page string) []string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		all = append(all, n.Data)
		for _, a := range n.Attr {
			all = append(all, n.Data+" "+a.Key)
			value := strings.ToLower(strings.Join(strings.Fields(a.Val), ""))
			if slices.Contains([]string{"href", "src", "action"}, a.Key) && (strings.HasPrefix(value, "javascript:") || strings.HasPrefix(value, "vbscript:") || strings.HasPrefix(value, "data:")) {
				all = append(all, "a script in "+a.Key)
			}
		}
	}
	return all
}

func TestALayoutIsAroundTheStory(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"storytime.yaml": "lang: de\n",
		"x.html":         "<p>{{.text}}</p>", "menu.html": "<menu>",
		"x.stories.md": "---\ntitle: Thing\n---\n\n## One & b\n\n```yaml story\ndescription: What it is.\ntags: [a]\n```\n",
	}
	for name, test := range map[string]struct{ layout, want string }{
		"before and after": {"<main>{{.Children}}</main>\n", "<main>|</main>\n"},
		"its data":         {"{{.Title}}, {{.Lang}}, {{.Story.Description}} {{.Story.Tags}}{{.Children}}", "One &amp; b – Thing, de, What it is. [a]|"},
		"other components": {`{{component "menu.html"}}{{.Children}}`, "<menu>|"},
		"no story":         {"<main></main>", "layout.html:1:1: the layout doesn't show the story"},
		"two stories":      {"{{.Children}}{{.Children}}", "layout.html:1:1: the layout shows the story more than once"},
		"a mistake":        {"<main>\n{{.Children}}\n{{.Lang.x}}", "layout.html:3:8: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			catalog := read(t, withFile(files, "layout.html", test.layout))
			s := firstStory(t, catalog)
			frame, problems := New(catalog, Programs{}).Layout(t.Context(), catalog.LayoutOf(s), s)
			got := problems.Error()
			if frame != nil {
				got = frame.Before + "|" + frame.After
			}
			if !strings.HasPrefix(got, test.want) {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if frame != nil && !slices.Contains(frame.Components, "layout.html") {
				t.Errorf("the layout is not among what took part: %v", frame.Components)
			}
		})
	}
}
