package gohost

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/storytime-dev/storytime/pkg/problem"
)

func TestRendersEachKindOfName(t *testing.T) {
	dir := copyOf(t, "templ")
	before := sumOf(t, dir)
	m := open(t, Options{Dir: dir})
	tests := []struct {
		dir, name string
		imports   []Import
		props     map[string]any
		want      string
	}{
		{"button", "Button", nil, map[string]any{"text": "Save", "variant": "Primary", "size": "Large", "off": true}, `<button class="button primary lg " disabled>Save</button>`},
		{"icon", "Icons.Check", nil, map[string]any{"size": 16}, `<svg class="check filled" width="16"></svg>`},
		{"icon", "Minus", nil, nil, `<svg class="minus"></svg>`},
		{"icon", "Named", nil, map[string]any{"name": "x"}, `<svg class="x"></svg>`},
		{"button", "../icon.Minus", nil, nil, `<svg class="minus"></svg>`},
		{"", "./icon.Icons.Check", nil, map[string]any{"size": 8}, `<svg class="check filled" width="8"></svg>`},
		{"button", "example.com/shop/icon.Minus", nil, nil, `<svg class="minus"></svg>`},
		{"button", "icon.Minus", nil, nil, `<svg class="minus"></svg>`},
		{"button", "i.Minus", []Import{{Name: "i", Path: "example.com/shop/icon"}}, nil, `<svg class="minus"></svg>`},
		{"card", "money.Price", nil, map[string]any{"amount": 250, "currency": "EUR"}, `<data value="250">2.50 EUR</data>`},
		{"account/internal/avatar", "Avatar", nil, map[string]any{"name": "Al", "shape": "square"}, `<img alt="Al" class="square">`},
		{"account", "Badge", nil, map[string]any{"user": map[string]any{"name": "Al"}}, `<span><img alt="Al" class="round">Al</span>`},
		{"card", "List[string]", nil, map[string]any{"items": []any{"a", "b"}, "arg2": 1}, `<ul><li>a</li><li>b</li></ul>`},
		{"card", "List[theme.Size]", nil, map[string]any{"items": []any{"Small"}, "arg2": 1}, `<ul><li>sm</li></ul>`},
		{"card", "Card", nil, map[string]any{"title": "Tea", "price": 250, "tone": "Alarm", "since": "2026-11-21", "footer": nil},
			`<article class="alarm"><h2>Tea</h2><data value="250">2.50 EUR</data><time>2026</time><button class="button primary ">Buy</button></article>`},
		{"", "Banner", nil, map[string]any{"text": "<Sale>"}, `<header>&lt;Sale&gt;</header>`},
	}
	var needs Needs
	for _, test := range tests {
		needs.Components = append(needs.Components, Ref{Dir: test.dir, Name: test.name, Imports: test.imports})
	}
	h := built(t, m, needs)
	if len(h.Problems) > 0 {
		t.Fatal(saidAll(h.Problems))
	}
	c := start(t, h)
	for i, test := range tests {
		if got := c.component(needs.Components[i], test.props); got != test.want {
			t.Errorf("%s in %q:\ngot  %s\nwant %s", test.name, test.dir, got, test.want)
		}
	}
	if sumOf(t, dir) != before {
		t.Error("the module changed")
	}
}

func place(file string, line, column int) problem.Place {
	return problem.Place{File: file, Line: line, Column: column}
}

func TestBlocksSeeWhatTheirPackageSees(t *testing.T) {
	dir := copyOf(t, "templ")
	m := open(t, Options{Dir: dir})
	tests := []struct{ key, dir, language, text, want string }{
		{"bare", "icon", "go", `Icons.Check(8)`, `<svg class="check filled" width="8"></svg>`},
		{"qualified", "icon", "go", `icon.Icons.Check(8)`, `<svg class="check filled" width="8"></svg>`},
		{"with error", "icon", "go", "\n\tMinus() // a comment", `<svg class="minus"></svg>`},
		{"imported", "card", "go", `Card("Tea", 250, theme.Calm, tm.Time{}, button.Button("Go"))`,
			`<article class="calm"><h2>Tea</h2><data value="250">2.50 EUR</data><time>0001</time><footer><button class="button plain ">Go</button></footer></article>`},
		{"standard", "icon", "go", `Named(strings.ToUpper("a"))`, `<svg class="A"></svg>`},
		{"multi", "button", "go", "Button(\n\t\"a\",\n\tProps{\n\t\tVariant: Danger,\n\t\tCommon: theme.Common{Class: \"x\"},\n\t},\n)", `<button class="button danger x">a</button>`},
		{"closure", "button", "go", `func() templ.Component { x := "b"; return Button(x) }()`, `<button class="button plain ">b</button>`},
		{"variable", "button", "templ", "for _, avatar := range []Props{{Variant: Danger}} {\n\t@Button(\"v\", avatar)\n\t{ avatar.Variant.String() }\n}", `<button class="button danger ">v</button> danger`},
		{"internal", "account", "go", `avatar.Avatar("Al", avatar.Square)`, `<img alt="Al" class="square">`},
		{"main", "", "go", `Banner("x")`, `<header>x</header>`},
		{"no package", "nowhere", "go", `icon.Named("n")`, `<svg class="n"></svg>`},
		{"templ", "button", "templ", "@Button(\"a\") {\n\t<b>{ strings.ToUpper(\"x\") }</b>\n}", `<button class="button plain ">a<b>X</b></button>`},
		{"templ internal", "account", "templ", "<p>\n\t@avatar.Avatar(\"Al\", avatar.Round)\n</p>", `<p><img alt="Al" class="round"></p>`},
	}
	var needs Needs
	for _, test := range tests {
		needs.Blocks = append(needs.Blocks, Block{Key: test.key, Dir: test.dir, Language: test.language, Text: test.text, At: place(test.dir+"/x.stories.md", 10, 1)})
	}
	c := start(t, built(t, m, needs))
	for _, test := range tests {
		if got := c.block(test.key); got != test.want {
			t.Errorf("%s:\ngot  %s\nwant %s", test.key, got, test.want)
		}
	}
}

func TestValuesAndChildren(t *testing.T) {
	dir := copyOf(t, "templ")
	m := open(t, Options{Dir: dir})
	badge, button := Ref{Dir: "account", Name: "Badge"}, Ref{Dir: "button", Name: "Button"}
	sample, guest := Ref{Dir: "account", Name: "fixtures.Sample"}, Ref{Dir: "account", Name: "fixtures.Guest"}
	tone := Ref{Dir: "theme", Name: "Alarm"}
	h := built(t, m, Needs{Components: []Ref{badge, button}, Values: []Ref{sample, guest, tone}})
	c := start(t, h)
	for ref, want := range map[string]string{"fixtures.Sample": "Alice", "fixtures.Guest": "Guest"} {
		id, p := h.Value(Ref{Dir: "account", Name: ref})
		if p != nil {
			t.Fatal(said(p))
		}
		if got := c.component(badge, map[string]any{"user": map[string]any{"$go": id}}); !strings.Contains(got, want+"</span>") {
			t.Errorf("%s: got %s", ref, got)
		}
	}
	found, _ := h.Component(button)
	got := c.html(map[string]any{"component": found.ID, "props": map[string]any{"text": "a"}, "children": map[string]any{"$html": "<b>c</b>"}})
	if want := `<button class="button plain ">a<b>c</b></button>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestGomponents(t *testing.T) {
	dir := copyOf(t, "gomponents")
	before := sumOf(t, dir)
	m := open(t, Options{Dir: filepath.Join(dir, "ui")})
	alert := Ref{Name: "Alert"}
	h := built(t, m, Needs{Components: []Ref{alert}, Blocks: []Block{
		{Key: "go", Language: "go", Text: `Alert(AlertProps{Kind: Info, Actions: A(Href("/"), g.Text("x"))}, Br())`, At: place("ui.stories.md", 5, 1)},
		{Key: "templ", Language: "templ", Text: `<p></p>`, At: place("ui.stories.md", 9, 1)},
	}})
	c := start(t, h)
	if got, want := c.component(alert, map[string]any{"kind": "Warning", "title": "T"}), `<div class="alert warning" role="alert"><strong>T</strong></div>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := c.block("go"), `<div class="alert info" role="alert"><br><a href="/">x</a></div>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := c.block("templ"), "PROBLEM ui.stories.md:9:1: a templ story needs templ, and the module doesn't have it | run `go get github.com/a-h/templ`"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if sumOf(t, dir) != before {
		t.Error("the module changed")
	}
}

func TestMistakesAreAtTheirPlace(t *testing.T) {
	dir := copyOf(t, "templ")
	m := open(t, Options{Dir: dir})
	write(t, dir, "icon/other/icon.go", "package icon\n\nvar Other = 1\n")
	write(t, dir, "empty/readme.txt", "")
	names := []struct{ dir, name, want string }{
		{"button", "Buton", `the package "example.com/shop/button" has no "Buton" | did you mean "Button"?`},
		{"button", "Hidden", `the package "example.com/shop/button" has no "Hidden" | export "hidden": rename it to "Hidden"`},
		{"button", "hidden", `there is no exported "hidden" | export it, as "Hidden", or correct the name`},
		{"button", "Count", `"Count" returns int, which is no component | ` + hintRenderable},
		{"button", "Props", `"Props" is a type, and a component is a function or a variable | name a function that returns it, or write a go story`},
		{"icon", "Icons", `"Icons" is of type icon.Set, which is no component | name a function that returns a component`},
		{"icon", "Icons.Chek", `"Icons" has no field or method "Chek" | did you mean "Check"?`},
		{"icon", "Set.Check", `"Set" is a type, so "Set.Check" needs a value of it | declare a variable of the type, or write a go story`},
		{"card", "List", `"List" needs its type arguments | write "List[string]", or another type`},
		{"card", "List[string](nil)", `the type arguments of "List[string](nil)" can't be read | write them as in Go: "List[string]"`},
		{"card", "List[int]", `"List[int]" can't be: int does not satisfy ~string (int missing in ~string) | give it other type arguments`},
		{"empty", "Button", `there is no Go package in the directory "empty", so no "Button" | write the package's path before the name, such as "../ui.Button", or put the story file into its directory`},
		{"button", "../nowhere.Button", `there is no Go package in the directory "nowhere", so no "../nowhere.Button" | write the package's path before the name, such as "../ui.Button", or put the story file into its directory`},
		{"button", "../../up.Button", `"../../up.Button" is outside of the Go module | write a path that is within it, or the package's import path`},
		{"button", "example.com/shop/nothere.X", `there is no package "example.com/shop/nothere" | correct the path`},
		{"button", "example.com/else/where.X", `there is no package "example.com/else/where" | correct the path, or run ` + "`go get example.com/else/where`"},
		{"button", "them.Button", `there is no package "them" | did you mean "theme"?`},
		{"empty", "icon.Minus", `"icon" may be the package example.com/shop/icon or example.com/shop/icon/other | say which in the front matter: ` + "`imports: {icon: example.com/shop/icon}`"},
		{"button", "./card", `"./card" names a package and nothing in it | write it with the name of a component, such as "./card.Button"`},
		{"button", "Button-2", `"Button-2" is not a name in Go | write a name such as "Button", "icon.Check" or "./card.Card"`},
	}
	blocks := []struct{ key, language, text, want string }{
		{"undefined", "go", "Button(\n\t\"é\", Prop{},\n)", `12:7: undefined: Prop | did you mean "Props"?`},
		{"unexported", "go", "hidden()", `11:1: undefined: hidden | it is not exported: rename it to "Hidden"`},
		{"type", "go", `Button("é", 7)`, `11:13: cannot use 7 (untyped int constant) as button.Props value in argument to Button | correct the code there`},
		{"no package", "go", `buton.Button("x")`, `11:1: there is no package or variable "buton" | did you mean "button"?`},
		{"syntax", "go", "Button(\"a\",\n\t)) x", `12:3: a go story is one expression | write one expression, or move the rest into a function of the package`},
		{"statement", "go", "return Button(\"a\")", `11:1: a go story is one expression | write one expression, or move the rest into a function of the package`},
		{"empty", "go", " ", `11:2: the go story is empty | write an expression that makes a component`},
		{"number", "go", " Count()", `11:2: the go story makes int, which is no component | make a value with Render(io.Writer) error or Render(context.Context, io.Writer) error, template.HTML or string`},
		{"function", "go", "Button", `11:1: the go story makes func(text string, props ...button.Props) templ.Component, which is no component | call the function`},
		{"templ syntax", "templ", "<b>\n\t<i></b>", `12:5: <i>: close tag not found | correct the templ code there`},
		{"templ open", "templ", "if true {\n\t<i></i>\n", `12:1: a brace is open at the end of the templ story | correct the templ code there`},
		{"templ type", "templ", "<b>é</b>\n\t<i title=\"é\">{ Props{} }</i>", `12:17: button.Props does not satisfy templ.stringable`},
		{"templ undefined", "templ", "<p>\n\t@Buton(\"x\")\n</p>", `12:3: undefined: Buton | did you mean "Button"?`},
		{"templ end", "templ", "<i></i>\n</b>", `12:1: the templ code can't be read from here on | correct the templ code there`},
	}
	var needs Needs
	for i, test := range names {
		needs.Components = append(needs.Components, Ref{Dir: test.dir, Name: test.name, At: place("a.stories.md", i+1, 3)})
	}
	for _, test := range blocks {
		needs.Blocks = append(needs.Blocks, Block{Key: test.key, Dir: "button", Language: test.language, Text: test.text, At: place("b.stories.md", 11, 1)})
	}
	needs.Values = []Ref{{Dir: "theme", Name: "Tone", At: place("v.stories.md", 1, 2)}}
	h := built(t, m, needs)
	for i, test := range names {
		_, p := h.Component(needs.Components[i])
		if want := needs.Components[i].At.String() + ": " + test.want; said(p) != want {
			t.Errorf("%s in %q:\ngot  %s\nwant %s", test.name, test.dir, said(p), want)
		}
	}
	for _, test := range blocks {
		_, problems := h.Block(test.key)
		if got, want := saidAll(problems), "b.stories.md:"+test.want; got != want && !strings.HasPrefix(got, want+" (button.Props missing") {
			t.Errorf("%s:\ngot  %s\nwant %s", test.key, got, want)
		}
	}
	if _, p := h.Value(needs.Values[0]); said(p) != `v.stories.md:1:2: "Tone" is a type, not a value | name a variable, a constant, or a function without parameters` {
		t.Error(said(p))
	}
	if h.Program != "" {
		t.Error("there is a program, and nothing that it could render")
	}
}

func TestWhatCompilesRendersBesideWhatDoesNot(t *testing.T) {
	dir := copyOf(t, "templ")
	m := open(t, Options{Dir: dir})
	edit(t, dir, "internal/money/money.templ", "currency }", "curency }")
	edit(t, dir, "fixtures/fixtures.go", `Name: "Guest"`, `Name: 7`)
	edit(t, dir, "icon/icon.go", "package icon", "package icon\n\nimport _ \"example.com/shop/nothere\"")
	edit(t, dir, "account/internal/avatar/avatar.templ", "<img", "<p><img")
	refs := []Ref{
		{Dir: "button", Name: "Button"}, {Dir: "card", Name: "Card"}, {Dir: "internal/money", Name: "Price"},
		{Dir: "account", Name: "Badge"}, {Dir: "icon", Name: "Minus"}, {Dir: "account/internal/avatar", Name: "Avatar"},
	}
	h := built(t, m, Needs{Components: refs, Blocks: []Block{
		{Key: "good", Dir: "card", Language: "go", Text: `button.Button("b")`, At: place("x", 1, 1)},
		{Key: "bad", Dir: "card", Language: "go", Text: `Card()`, At: place("x", 1, 1)},
	}})
	money := `internal/money/money.templ:10:103: undefined: curency | correct the code there`
	want := []string{
		"", money, money,
		`account/internal/avatar/avatar.templ:14:1: <p>: close tag not found | correct the templ code there`,
		`icon/icon.go:4:8: no module has the package "example.com/shop/nothere" | correct the import`,
		`account/internal/avatar/avatar.templ:14:1: <p>: close tag not found | correct the templ code there`,
	}
	for i, r := range refs {
		if _, p := h.Component(r); said(p) != want[i] {
			t.Errorf("%s:\ngot  %s\nwant %s", r.Name, said(p), want[i])
		}
	}
	c := start(t, h)
	if got, want := c.component(refs[0], map[string]any{"text": "a"}), `<button class="button plain ">a</button>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := c.block("good"), `<button class="button plain ">b</button>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := c.block("bad"); got != "PROBLEM "+money {
		t.Errorf("got %s", got)
	}
	if got := len(h.Problems); got != 3 {
		t.Errorf("got %d problems: %s", got, saidAll(h.Problems))
	}
}

func TestAnOlderGoFileStandsInForTemplThatDoesNotParse(t *testing.T) {
	dir := copyOf(t, "templ")
	path := filepath.Join(dir, "icon", "dot.templ")
	write(t, dir, "icon/dot.templ", "package icon\n\ntempl Dot() {\n\t<i>old</i>\n}\n")
	code, _, err := translate("package icon\n\ntempl Dot() {\n\t<i>old</i>\n}\n", "x")
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "icon/dot_templ.go", string(code))
	m, dot := open(t, Options{Dir: dir}), Ref{Dir: "icon", Name: "Dot"}
	for _, test := range []struct{ text, want, problems string }{
		{"<i>new</i>", "<i>new</i>", ""},
		{"<i>new</b>", "<i>old</i>", "icon/dot.templ:4:8: <i>: close tag not found | correct the templ code there"},
	} {
		if err := os.WriteFile(path, []byte("package icon\n\ntempl Dot() {\n\t"+test.text+"\n}\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		h := built(t, m, Needs{Components: []Ref{dot}})
		if got := start(t, h).component(dot, nil); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
		if got := saidAll(h.Problems); got != test.problems {
			t.Errorf("got %s, want %s", got, test.problems)
		}
	}
}

func TestNothingIsBuiltWhenNothingChanged(t *testing.T) {
	dir := copyOf(t, "templ")
	cache := filepath.Join(t.TempDir(), "cache")
	needs := Needs{Components: []Ref{{Dir: "button", Name: "Button", At: place("b.md", 1, 1)}}, Blocks: []Block{
		{Key: "k", Dir: "button", Language: "go", Text: "\nButton()", At: place("b.md", 10, 1)},
		{Key: "l", Dir: "button", Language: "go", Text: "Button(``)", At: place("b.md", 20, 1)},
	}}
	var hosts []*Host
	var times []time.Time
	for range 2 {
		begin := time.Now()
		h := built(t, open(t, Options{Dir: dir, Cache: cache}), needs)
		t.Log(time.Since(begin), h.Cached)
		info, err := os.Stat(h.Program)
		if err != nil {
			t.Fatal(err)
		}
		hosts, times = append(hosts, h), append(times, info.ModTime())
		needs.Blocks[0].At.Line++ // prose above it grew
	}
	if hosts[0].Program != hosts[1].Program || !times[0].Equal(times[1]) || !hosts[1].Cached {
		t.Error("it was built again")
	}
	for i, h := range hosts {
		if _, problems := h.Block("k"); len(problems) != 1 || problems[0].Line != 11+i {
			t.Errorf("got %s", saidAll(problems))
		}
		c, p := h.Component(needs.Components[0])
		if p != nil || len(c.Props) != 7 {
			t.Errorf("got %+v, %v", c, p)
		}
	}
	begin := time.Now()
	edit(t, dir, "button/button.go", "return Props{}", "return Props{Variant: Danger}")
	h := built(t, open(t, Options{Dir: dir, Cache: cache}), needs)
	t.Log("edit of .go", time.Since(begin))
	if got, want := start(t, h).block("l"), `<button class="button danger "></button>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	begin = time.Now()
	edit(t, dir, "button/button.templ", "{ text }", "{ text }!")
	h = built(t, open(t, Options{Dir: dir, Cache: cache}), needs)
	t.Log("edit of .templ", time.Since(begin))
	if got, want := start(t, h).block("l"), `<button class="button danger ">!</button>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestDocumentsFromTheSource(t *testing.T) {
	dir := copyOf(t, "templ")
	m := open(t, Options{Dir: dir})
	button, card, check := Ref{Dir: "button", Name: "Button"}, Ref{Dir: "card", Name: "Card"}, Ref{Dir: "icon", Name: "Icons.Check"}
	h := built(t, m, Needs{Components: []Ref{button, card, check}})
	var got strings.Builder
	for _, r := range []Ref{button, card, check} {
		c, p := h.Component(r)
		if p != nil {
			t.Fatal(said(p))
		}
		rel, err := filepath.Rel(dir, c.File)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&got, "%s %s %s %q\n", c.Name, c.Place, filepath.ToSlash(rel), c.Doc)
		for _, p := range c.Props {
			fmt.Fprintf(&got, "  %s %s %v", p.Name, p.Type, p.Required)
			for _, o := range p.Options {
				fmt.Fprintf(&got, " %v", o.Data)
			}
			if p.Default != nil {
				fmt.Fprintf(&got, " =%v", p.Default.Data)
			}
			fmt.Fprintf(&got, " %s %q\n", p.At, p.Doc)
		}
	}
	want := `button.Button button/button.templ:31:7 button/button.templ "Button triggers an action.\n\nUse one primary button a page."
  text string true button/button.templ:31:7 ""
  ID string false button/button.templ:31:7 "ID is the element's id."
  Size enum false Small Medium Large button/button.templ:31:7 "Size is how large it is."
  Class string false button/button.templ:31:7 "Class is added to the component's own."
  Variant enum false Plain Primary Danger =Plain button/button.templ:31:7 ""
  Disabled boolean false button/button.templ:31:7 ""
  Attributes object false button/button.templ:31:7 "Attributes go to the element as they are."
card.Card card/card.templ:11:7 card/card.templ "Card shows one thing for sale."
  title string true card/card.templ:11:7 ""
  price integer true card/card.templ:11:7 ""
  tone enum true Calm Alarm card/card.templ:11:7 ""
  since date true card/card.templ:11:7 ""
  footer component true card/card.templ:11:7 ""
icon.Icons.Check icon/icon.go:13:14 icon/icon.go "Check is a tick."
  size integer true icon/icon.go:13:14 ""
`
	if got.String() != want {
		t.Errorf("got:\n%s", got.String())
	}
}

func TestListsAllComponents(t *testing.T) {
	for module, want := range map[string]string{
		"templ":      "shop.Banner account.Badge button.Button card.Card card.List icon.Icons.Check icon.Minus avatar.Avatar money.Price",
		"gomponents": "ui.Alert ui.Page",
	} {
		list, err := open(t, Options{Dir: copyOf(t, module)}).List(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range list {
			got = append(got, c.Name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("got %s, want %s", strings.Join(got, " "), want)
		}
	}
}

func TestVendored(t *testing.T) {
	dir := copyOf(t, "templ")
	// What is vendored is what Go files import, so those of templ files must
	// be there once.
	generated := filepath.Join(dir, "button", "button_templ.go")
	text, err := os.ReadFile(filepath.Join(dir, "button", "button.templ"))
	if err != nil {
		t.Fatal(err)
	}
	code, _, err := translate(string(text), "x")
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "button/button_templ.go", string(code))
	run(t, dir, "go", "mod", "vendor")
	if err := os.Remove(generated); err != nil {
		t.Fatal(err)
	}
	before := sumOf(t, dir)
	m := open(t, Options{Dir: dir})
	button := Ref{Dir: "button", Name: "Button"}
	h := built(t, m, Needs{Components: []Ref{button}})
	if got, want := start(t, h).component(button, map[string]any{"text": "a"}), `<button class="button plain ">a</button>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if sumOf(t, dir) != before {
		t.Error("the module changed")
	}
}

func TestWorkspace(t *testing.T) {
	shop, kiosk := copyOf(t, "templ"), copyOf(t, "gomponents")
	dir := copyOf(t, "gomponents")
	for _, name := range []string{"go.mod", "go.sum", "ui"} {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for from, to := range map[string]string{shop: "shop", kiosk: "kiosk"} {
		if err := os.Rename(from, filepath.Join(dir, to)); err != nil {
			t.Fatal(err)
		}
	}
	write(t, dir, "go.work", "go 1.24\n\nuse (\n\t./shop\n\t./kiosk\n)\n")
	write(t, dir, "kiosk/internal/mark/mark.go", "package mark\n\nimport \"html/template\"\n\nfunc Mark() template.HTML { return `<i>k</i>` }\n")
	before := sumOf(t, dir)
	for _, catalog := range []string{"", "shop", "kiosk"} {
		m := open(t, Options{Dir: filepath.Join(dir, catalog)})
		button, alert, mark := Ref{Name: "example.com/shop/button.Button"}, Ref{Name: "ui.Alert"}, Ref{Name: "mark.Mark"}
		avatar := Ref{Name: "example.com/shop/account/internal/avatar.Avatar"}
		c := start(t, built(t, m, Needs{Components: []Ref{button, alert, mark, avatar}}))
		for _, test := range []struct {
			ref   Ref
			props map[string]any
			want  string
		}{
			{button, map[string]any{"text": "a"}, `<button class="button plain ">a</button>`},
			{alert, map[string]any{"kind": "info"}, `<div class="alert info" role="alert"></div>`},
			{mark, nil, `<i>k</i>`},
			{avatar, map[string]any{"name": "a", "shape": "Round"}, `<img alt="a" class="round">`},
		} {
			if got := c.component(test.ref, test.props); got != test.want {
				t.Errorf("%s in %q: got %s, want %s", test.ref.Name, catalog, got, test.want)
			}
		}
	}
	if sumOf(t, dir) != before {
		t.Error("the workspace changed")
	}
}

// run runs a command that must succeed.
func run(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, output)
	}
}

func TestAModuleThatCannotBeLoadedIsOneProblem(t *testing.T) {
	opened := func(dir string) string {
		_, p, err := Open(t.Context(), Options{Dir: dir, Cache: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		return said(p)
	}
	dir := copyOf(t, "templ")
	nowhere, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := opened(nowhere), ": stories use Go components, but the catalog is in no Go module | run `go mod init` in the directory of the components or above it"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	edit(t, dir, "go.mod", "require ", "requires ")
	if got, want := opened(filepath.Join(dir, "card")), `../go.mod:5: unknown directive: requires | correct the line`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	edit(t, dir, "go.mod", "requires ", "require ")
	t.Setenv("GOTOOLCHAIN", "local")
	edit(t, dir, "go.mod", "go 1.24", "go 1.99")
	if got, want := opened(dir), `: the module requires Go 1.99, and Go `; !strings.HasPrefix(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
	t.Setenv("PATH", t.TempDir())
	if got, want := opened(dir), `: the go command is not there, and stories use Go components | install Go from https://go.dev/dl, and put it in the PATH`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestASumThatIsMissingIsAProblem(t *testing.T) {
	dir := copyOf(t, "templ")
	write(t, dir, "go.sum", "")
	before := sumOf(t, dir)
	m := open(t, Options{Dir: dir})
	button, minus := Ref{Dir: "button", Name: "Button"}, Ref{Dir: "icon", Name: "Minus"}
	h := built(t, m, Needs{Components: []Ref{button, minus}})
	_, p := h.Component(button)
	t.Log(saidAll(h.Problems))
	if got, want := said(p), `: missing go.sum entry for module providing package github.com/a-h/templ | run `+"`go mod tidy`"; !strings.HasSuffix(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := start(t, h).component(minus, nil), `<svg class="minus"></svg>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if sumOf(t, dir) != before {
		t.Error("the module changed")
	}
}

func TestWhatIsEmbeddedOrReplacedIsSeen(t *testing.T) {
	dir, outside := copyOf(t, "gomponents"), t.TempDir()
	write(t, outside, "go.mod", "module example.com/outside\n\ngo 1.24\n")
	write(t, outside, "o.go", "package outside\n\nconst Text = `one`\n")
	run(t, dir, "go", "mod", "edit", "-require=example.com/outside@v0.0.0", "-replace=example.com/outside="+outside)
	write(t, dir, "logo/logo.svg", "<svg>1</svg>")
	write(t, dir, "logo/logo.go", `package logo

import (
	_ "embed"
	"html/template"

	"example.com/outside"
)

//go:embed logo.svg
var file string

func Logo() template.HTML { return template.HTML(file + outside.Text) }
`)
	logo, cache := Ref{Dir: "logo", Name: "Logo"}, t.TempDir()
	shown := func() (string, bool) {
		h := built(t, open(t, Options{Dir: dir, Cache: cache}), Needs{Components: []Ref{logo}})
		return start(t, h).component(logo, nil), h.Cached
	}
	for _, step := range []struct {
		edit   func()
		want   string
		cached bool
	}{
		{func() {}, "<svg>1</svg>one", false},
		{func() {}, "<svg>1</svg>one", true},
		{func() { write(t, dir, "logo/logo.svg", "<svg>2</svg>") }, "<svg>2</svg>one", false},
		{func() { write(t, outside, "o.go", "package outside\n\nconst Text = `two`\n") }, "<svg>2</svg>two", false},
	} {
		step.edit()
		if got, cached := shown(); got != step.want || cached != step.cached {
			t.Errorf("got %s, %v, want %s, %v", got, cached, step.want, step.cached)
		}
	}
}

func TestWhatAHostReportsIsFoundInTheSource(t *testing.T) {
	dir := copyOf(t, "templ")
	write(t, dir, "broken/broken.templ", "package broken\n\nfunc explode() string { panic(\"boom\") }\n\ntempl Panics() {\n\t<i>{ explode() }</i>\n}\n\nfunc Failing() (string, error) { return \"\", errors.New(\"no\") }\n\ntempl Fails() {\n\t<b>é{ Failing() }</b>\n}\n")
	edit(t, dir, "broken/broken.templ", "package broken\n", "package broken\n\nimport \"errors\"\n")
	m := open(t, Options{Dir: filepath.Join(dir, "broken")})
	panics, fails := Ref{Name: "Panics"}, Ref{Name: "Fails"}
	h := built(t, m, Needs{Components: []Ref{panics, fails}, Blocks: []Block{
		{Key: "a/go", Language: "go", Text: "\nfunc() templ.Component {\n\tpanic(1)\n}()", At: place("a.stories.md", 20, 3)},
		{Key: "a/templ", Language: "templ", Text: "<p></p>\n<i>{ Failing() }</i>", At: place("a.stories.md", 30, 1)},
	}})
	c := start(t, h)
	where := func(request map[string]any) string {
		a := c.ask(request)
		if len(a.Errors) == 0 {
			return "no error"
		}
		e := a.Errors[0]
		file, line, column := e.File, e.Line, e.Column+1
		if file == "" {
			_, frame, _ := strings.Cut(e.Trace, "\n\t")
			frame, _, _ = strings.Cut(frame, "\n")
			cut := strings.LastIndexByte(frame, ':')
			file, column = frame[:cut], 0
			line, _ = strconv.Atoi(frame[cut+1:])
		}
		at, ok := h.Place(file, line, column)
		return fmt.Sprint(at, " ", ok)
	}
	id := func(r Ref) string {
		c, p := h.Component(r)
		if p != nil {
			t.Fatal(said(p))
		}
		return c.ID
	}
	block := func(key string) string {
		id, problems := h.Block(key)
		if len(problems) > 0 {
			t.Fatal(saidAll(problems))
		}
		return id
	}
	// A trace has no columns, and templ names where an expression ends.
	for _, test := range []struct {
		request map[string]any
		want    string
	}{
		{map[string]any{"component": id(panics)}, "broken.templ:5:1 true"},
		{map[string]any{"component": id(fails)}, "broken.templ:14:17 true"},
		{map[string]any{"block": block("a/go")}, "a.stories.md:22:3 true"},
		{map[string]any{"block": block("a/templ")}, "a.stories.md:31:15 true"},
	} {
		if got := where(test.request); got != test.want {
			t.Errorf("%v: got %s, want %s", test.request, got, test.want)
		}
	}
}

func TestFlagsOfTheUserAreRespectedAndGoModIsNot(t *testing.T) {
	dir := copyOf(t, "gomponents")
	edit(t, dir, "go.mod", "go 1.24", "go 1.17")
	write(t, dir, "testdata/stories/tagged.go", "//go:build special\n\npackage stories\n\nimport \"html/template\"\n\nfunc Tagged() template.HTML { return `<i>tagged</i>` }\n")
	write(t, dir, "untidy/untidy.go", "package untidy\n\nimport \"maragu.dev/nothing\"\n\nvar X = nothing.X\n")
	before := sumOf(t, dir)
	t.Setenv("GOFLAGS", "-mod=mod")
	t.Setenv("GOOS", "js")
	t.Setenv("GOARCH", "wasm")
	m := open(t, Options{Dir: dir, Tags: []string{"special"}, Args: []string{"-buildvcs=false"}, Jobs: 1})
	tagged, alert, untidy := Ref{Dir: "testdata/stories", Name: "Tagged"}, Ref{Dir: "ui", Name: "Alert"}, Ref{Dir: "untidy", Name: "X"}
	h := built(t, m, Needs{Components: []Ref{tagged, alert, untidy}})
	c := start(t, h)
	if got, want := c.component(tagged, nil), `<i>tagged</i>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := c.component(alert, map[string]any{"kind": "info"}), `<div class="alert info" role="alert"></div>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if _, p := h.Component(untidy); said(p) != "untidy/untidy.go:3:8: no module has the package \"maragu.dev/nothing\" | correct the import, or run `go get maragu.dev/nothing`" {
		t.Error(said(p))
	}
	if sumOf(t, dir) != before {
		t.Error("the module changed")
	}
}

func TestTemplThatIsTooOldIsUsedAsItWasGenerated(t *testing.T) {
	dir := copyOf(t, "templ")
	edit(t, dir, "go.mod", "v0.3.977", "v0.2.793")
	m := open(t, Options{Dir: dir})
	h := built(t, m, Needs{Components: []Ref{{Dir: "button", Name: "Button"}}})
	_, p := h.Component(Ref{Dir: "button", Name: "Button"})
	if got, want := said(p), "button/button.templ: the module has templ v0.2.793, and Storytime makes Go of .templ files for v0.3.898 and later | "+
		"run `go get github.com/a-h/templ@latest`, or `templ generate` after each change"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestFieldsHideThoseOfEmbeddedStructs(t *testing.T) {
	dir := copyOf(t, "gomponents")
	write(t, dir, "hide/hide.go", `package hide

import "html/template"

type Base struct {
	Name string // Name is the base's.
	Size int
}

type Props struct {
	*Base
	Name []string // Name is its own.
}

func Hide(before func(), p *Props, _ ...bool) template.HTML { return "" }
`)
	m, ref := open(t, Options{Dir: dir}), Ref{Dir: "hide", Name: "Hide"}
	c, p := built(t, m, Needs{Components: []Ref{ref}}).Component(ref)
	if p != nil {
		t.Fatal(said(p))
	}
	var got []string
	for _, p := range c.Props {
		got = append(got, fmt.Sprint(p.Name, " ", p.Type, " ", p.Required, " ", p.Doc))
	}
	want := "before any true ; Size integer false ; Name list false Name is its own.; arg3 list false "
	if strings.Join(got, "; ") != want {
		t.Errorf("got %q, want %q", strings.Join(got, "; "), want)
	}
}

func TestEachInternalPackageIsUsedFromWhereItMayBe(t *testing.T) {
	m := &Module{members: []member{{"example.com/shop", "/shop"}, {"example.com/kiosk", "/kiosk"}}, home: member{"example.com/shop", "/shop"}}
	for _, test := range []struct{ paths, group, problem string }{
		{"strings example.com/shop/ui", "example.com/shop/.storytime_host", ""},
		{"example.com/shop/internal/a", "example.com/shop/.storytime_host", ""},
		{"example.com/shop/x/internal/a example.com/shop/internal/b", "example.com/shop/x/.storytime_bridge", ""},
		{"example.com/shop/x/internal/a/internal/b", "example.com/shop/x/internal/a/.storytime_bridge", ""},
		{"example.com/kiosk/internal/a", "example.com/kiosk/.storytime_bridge", ""},
		{"example.com/shop/x/internal/a example.com/shop/y/internal/b", "", `the package "example.com/shop/y/internal/b" is internal to "example.com/shop/y", and a story can't use it here`},
		{"example.com/other/internal/a", "", `the package "example.com/other/internal/a" is internal to "example.com/other", and a story can't use it here`},
	} {
		g, p := m.groupOf(strings.Fields(test.paths))
		switch {
		case p != nil:
			if p.Message != test.problem {
				t.Errorf("%s: got %s, want %s", test.paths, p.Message, test.problem)
			}
		case g.path != test.group:
			t.Errorf("%s: got %s, want %s", test.paths, g.path, test.group)
		}
	}
}
