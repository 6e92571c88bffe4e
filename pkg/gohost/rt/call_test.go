package rt_test

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"io"
	"strings"
	"testing"

	"github.com/storytime-dev/storytime/pkg/gohost/rt"
	"github.com/storytime-dev/storytime/pkg/gohost/rt/testdata/gomponents"
	"github.com/storytime-dev/storytime/pkg/gohost/rt/testdata/templ"
)

type (
	Props struct {
		Text    string
		HTMLFor string
		UserID  int `json:"owner"`
		Icon    templ.Component
	}
	Card struct {
		Title    string
		Children []gomponents.Node
	}
	icon struct{ Icon, Size string }
)

func TestNames(t *testing.T) {
	for _, spelled := range []string{"HTMLFor", "htmlFor", "html_for", "html-for", "HTML_FOR", "htmlfor", "HtmlFor"} {
		if rt.Find(spelled, "Text", "HTMLFor") != 1 {
			t.Errorf("%s is not found", spelled)
		}
	}
	for _, test := range []struct {
		name, candidates string
		want             int
	}{
		{"user-id", "userID", 0},
		{"userId", "UserID userId", 1},
		{"", "a", -1},
		{"_", "a", -1},
		{"type", "type_", 0},
		{"col 2", "col2", -1},
	} {
		if got := rt.Find(test.name, strings.Fields(test.candidates)...); got != test.want {
			t.Errorf("%q in %s: %d, want %d", test.name, test.candidates, got, test.want)
		}
	}
	for name, want := range map[string]string{
		"titel": "Title", "tittle": "Title", "html_fro": "HTMLFor", "size": "", "": "", strings.Repeat("x", 100): "",
	} {
		if got := rt.Nearest(name, "Title", "HTMLFor"); got != want {
			t.Errorf("%q is near %q, want %q", name, got, want)
		}
	}
}

func TestPropsGoToParametersAndFields(t *testing.T) {
	one := func(text string, count int, on bool) string { return fmt.Sprint(text, count, on) }
	byValue := func(p Props) string { return fmt.Sprint(p.Text, p.HTMLFor, p.UserID) }
	byPointer := func(p *Props) string { return fmt.Sprint(p != nil && p.Text == "a") }
	variadic := func(count int, props ...Props) string {
		return fmt.Sprint(count, len(props), len(props) > 0 && props[0].Text == "a")
	}
	two := func(p Props, user *User) string { return fmt.Sprint(p.Text, user.Name) }
	list := func(sep string, items ...int) string { return fmt.Sprint(sep, items) }
	withContext := func(ctx context.Context, text string) string { return fmt.Sprint(ctx.Err(), text) }
	same := func(icon icon) string { return fmt.Sprint(icon.Icon, "-", icon.Size) }
	for _, test := range []struct {
		name         string
		fn           any
		params, json string
		want         string
	}{
		{"parameters", one, "text count on", `{"text":"a","Count":2,"ON":true}`, "a2 true"},
		{"unnamed", one, "_", `{"arg1":"a","arg2":2,"arg-3":true}`, "a2 true"},
		{"missing", one, "text count on", `{"cuont":2}`,
			`props.cuont (key): the component has no prop "cuont"; did you mean "count"?` + "\n" +
				`props: the prop "text" is missing; add it: it is required, and must be text` + "\n" +
				`props: the prop "on" is missing; add it: it is required, and must be true or false`},
		{"unknown", one, "text count on", `{"text":"a","count":2,"on":true,"zzzzz":1}`,
			`props.zzzzz (key): the component has no prop "zzzzz"; known are text, count, on`},
		{"none known", func() string { return "" }, "", `{"a":1}`,
			`props.a (key): the component has no prop "a"; remove it: the component takes no props`},
		{"twice", one, "text count on", `{"text":"a","TEXT":"b","count":1,"on":true}`,
			`props.text (key): "TEXT" and "text" both mean text; remove one of them`},
		{"no object", one, "text count on", `[1]`, `props: "props" must be an object, not a list; give it an object`},
		{"null", byValue, "p", `null`, "0"},
		{"fields", byValue, "p", `{"text":"a","html-for":"b","owner":3}`, "ab3"},
		{"fields by Go name", byValue, "p", `{"user_id":3}`, "3"},
		{"fields meet", byValue, "p", `{"user_id":3,"owner":4}`,
			`props.user_id (key): "owner" and "user_id" both mean UserID; remove one of them`},
		{"unknown field", byValue, "p", `{"txt":"a"}`, `props.txt (key): the component has no prop "txt"; did you mean "Text"?`},
		{"whole", byValue, "props", `{"props":{"text":"a"}}`, "a0"},
		{"whole and a field", byValue, "props", `{"props":{"text":"a"},"html_for":"b"}`, "ab0"},
		{"whole meets a field", byValue, "props", `{"props":{"text":"a"},"Text":"b"}`,
			`props.props.text (key): "Text" and "text" both mean Text; remove one of them`},
		{"wrong in whole", byValue, "props", `{"props":{"txet":1}}`,
			`props.props.txet (key): rt_test.Props has no field "txet"; did you mean "Text"?`},
		{"pointer", byPointer, "p", `{"text":"a"}`, "true"},
		{"pointer without props", byPointer, "p", `{}`, "false"},
		{"variadic", variadic, "count props", `{"count":7,"text":"a"}`, "7 1 true"},
		{"variadic without", variadic, "count props", `{"count":7}`, "7 0 false"},
		{"variadic whole", variadic, "count props", `{"count":7,"props":{"text":"a"}}`, "7 1 true"},
		{"variadic list", variadic, "count props", `{"count":7,"props":[{"text":"a"},{}]}`, "7 2 true"},
		{"variadic list and a field", variadic, "count props", `{"count":7,"props":[{}],"text":"b"}`,
			`props.text (key): "text" can't be given beside a list of props; write it in the list`},
		{"two structs", two, "p user", `{"p":{"text":"a"},"user":{"name":"b"}}`, "ab"},
		{"two structs, one missing", two, "p user", `{"p":{"text":"a"}}`,
			`props: the prop "user" is missing; add it: it is required, and must be an object`},
		{"list", list, "sep items", `{"sep":"s","items":[1,2]}`, "s[1 2]"},
		{"list of one", list, "sep items", `{"sep":"s","items":1}`, "s[1]"},
		{"no list", list, "sep items", `{"sep":"s"}`, "s[]"},
		{"wrong in list", list, "sep items", `{"sep":"s","items":[1,"x"]}`,
			`props.items.1: item 2 of "items" must be a whole number, not text; give it a whole number`},
		{"context", withContext, "ctx text", `{"text":"a"}`, "<nil>a"},
		{"context is no prop", withContext, "ctx text", `{"text":"a","ctx":1}`, `props.ctx (key): the component has no prop "ctx"; known are text`},
		{"field named as its struct", same, "icon", `{"icon":"star","size":"s"}`, "star-s"},
		{"struct named as its field", same, "icon", `{"icon":{"icon":"star"}}`, "star-"},
		{"all props from Go", func(u *User) string { return u.Name }, "u", `{"$go":"user func"}`, "Eve"},
		{"Go value and a field", func(u User) string { return u.Name + u.ID }, "u", `{"u":{"$go":"user"},"id":"7"}`, "Ada7"},
		{"all props from Go, without a struct", one, "text count on", `{"$go":"user"}`,
			`props: "props" can't be a Go value: the component has no one struct parameter; give each parameter its own: {name: {$go: Name}}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := render(t, test.fn, test.params, test.json).result(); got != test.want {
				t.Errorf("%s\nwant %s", got, test.want)
			}
		})
	}
}

func TestComponentsAsProps(t *testing.T) {
	node := func(v gomponents.Node) gomponents.Node { return gomponents.El("p", v) }
	comp := func(v templ.Component) templ.Component { return v }
	for _, test := range []struct {
		fn         any
		json, want string
	}{
		{node, `"<"`, "<p>&lt;</p>"},
		{node, `{"$html":"<b>"}`, "<p><b></p>"},
		{node, `["a",{"$html":"<b>"},{"$component":{"id":"node","props":{"text":"&"}}}]`, "<p>a<b>&amp;</p>"},
		{node, `{"$component":{"id":"attr"}}`, `<p class="x"></p>`},
		{node, `{"$component":{"id":"templ","props":{"n":1}}}`, "<p><hr n=1></p>"},
		{comp, `{"$component":{"id":"templ","props":{"n":1}}}`, "<hr n=1>"},
		{comp, `{"$component":{"id":"node","props":{"text":"a"}}}`, "a"},
		{comp, `{"$component":{"id":"templ","props":{"n":"x"}}}`,
			`props.v.$component.props.n: "n" must be a whole number, not text; give it a whole number`},
		{comp, `{"$component":{"id":"templ"}}`,
			`props.v.$component.props: the prop "n" is missing; add it: it is required, and must be a whole number`},
		{comp, `{"$component":{"id":"x"}}`, `props.v.$component: there is no component "x"; stop storytime and start it again`},
		{comp, `{"$component":{"id":"shape"}}`, `props.v.$component: the component gives nil; let it give something that can be shown`},
		{comp, `{"$component":{"id":"node","props":{"text":"a"},"children":"b"}}`,
			`props.v.$component.children (key): the component takes no children; remove them, or give the component a parameter children`},
		{comp, `{"$component":{"id":"templ","props":{"n":1},"children":"b"}}`,
			`props.v.$component.children (key): the component doesn't show its children; add { children... } to the component, or remove them here`},
		{comp, `{"$html":7}`, `props.v.$html: "v" must be text, not a number; put it in quotes: "7"`},
		{comp, `7`, `props.v: "v" must be text, {html: …}, {component: …} or a list of these, not a number; put it in quotes: "7"`},
		{comp, `{"a":1}`, `props.v: "v" must be text, {html: …}, {component: …} or a list of these, not an object; ` +
			`give it text, {html: …}, {component: …} or a list of these`},
		{comp, `[["a"],7]`, `props.v.1: item 2 of "v" must be text, {html: …}, {component: …} or a list of these, not a number; put it in quotes: "7"`},
		{func(v []gomponents.Node) string { return fmt.Sprint(len(v)) }, `"a"`, "1"},
		{func(v gomponents.Group) gomponents.Node { return v }, `["a",{"$html":"<i>"}]`, "a<i>"},
		{func(v gomponents.NodeFunc) gomponents.Node { return v }, `"a"`, "a"},
		{func(v templ.ComponentFunc) templ.Component { return v }, `{"$html":"<i>"}`, "<i>"},
		{func(v templ.Component) string { return fmt.Sprint(v == nil) }, `null`, "true"},
		{func(v widget) string { return "" }, `"a"`, `props.v: "v" must be a rt_test.widget, not text or HTML; give it a Go value: {$go: Name}`},
		{func(v int) string { return "" }, `{"$component":{"id":"attr"}}`, `props.v: "v" must be a whole number, not a component; give it a whole number`},
	} {
		if got := render(t, test.fn, "v", `{"v":`+test.json+`}`).result(); got != test.want {
			t.Errorf("%T %s: %s\nwant %s", test.fn, test.json, got, test.want)
		}
	}
}

// box is a component as templ generates it: it takes its children from the
// context and clears them there.
func box() templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		children := templ.GetChildren(ctx)
		ctx = templ.ClearChildren(ctx)
		fmt.Fprint(w, "[")
		err := children.Render(ctx, w)
		fmt.Fprint(w, "]")
		return err
	})
}

// careless is one by hand, that leaves its children in the context.
func careless() templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error { return templ.GetChildren(ctx).Render(ctx, w) })
}

func TestChildren(t *testing.T) {
	const none = `children (key): the component takes no children; remove them, or give the component a parameter children`
	const unseen = `children (key): the component doesn't show its children; add { children... } to the component, or remove them here`
	for _, test := range []struct {
		name, params   string
		fn             any
		children, want string
		props          string
	}{
		{"templ", "", box, `"<"`, "[&lt;]", ""},
		{"templ, list", "", box, `["a",{"$html":"<b>"},{"$component":{"id":"templ","props":{"n":1}}}]`, "[a<b><hr n=1>]", ""},
		{"templ, unseen", "", func() templ.Component { return templ.Raw("x") }, `"a"`, unseen, ""},
		{"templ, nested", "", box, `{"$component":{"id":"box","children":"a"}}`, "[[a]]", ""},
		{"templ, nested in a careless one", "", careless, `{"$component":{"id":"box"}}`, "[]", ""},
		{"templ, value", "", box(), `"a"`, "[a]", ""},
		{"value without children", "", gomponents.Text("x"), `"a"`, none, ""},
		{"value without props", "", box(), `"a"`, `props.x (key): the component has no prop "x"; remove it: the component takes no props`, `{"x":1}`},
		{"any result", "", func() any { return box() }, `"a"`, "[a]", ""},
		{"any result without children", "", func() any { return gomponents.Text("") }, `"a"`, none, ""},
		{"string result", "", func() string { return "" }, `"a"`, none, ""},
		{"nodes", "name", func(name string, nodes ...gomponents.Node) gomponents.Node { return gomponents.El(name, nodes...) },
			`["a",{"$component":{"id":"attr"}}]`, `<p class="x">a</p>`, `{"name":"p"}`},
		{"nodes, one", "", func(nodes ...gomponents.Node) gomponents.Node { return gomponents.Group(nodes) }, `"a"`, "a", ""},
		{"nodes named among the props", "nodes", func(nodes ...gomponents.Node) gomponents.Node { return gomponents.Group(nodes) },
			`"a"`, none, `{"nodes":["b"]}`},
		{"trailing slice", "nodes", func(nodes []gomponents.Node) gomponents.Node { return gomponents.Group(nodes) }, `"a"`, "a", ""},
		{"no children for a slice", "nodes", func(nodes []gomponents.Node) string { return fmt.Sprint(len(nodes)) }, `null`, "0", ""},
		{"parameter", "children n", func(children templ.Component, n int) templ.Component { return children }, `"a"`, "a", `{"n":1}`},
		{"parameter missing", "children", func(children templ.Component) templ.Component { return children }, `null`,
			`props: the prop "children" is missing; add children: to the story: they are required`, ""},
		{"parameter twice", "children", func(children templ.Component) templ.Component { return children }, `"a"`,
			`children (key): "children" and "children" both mean children; remove one of them`, `{"children":"b"}`},
		{"HTML parameter", "children", func(children template.HTML) template.HTML { return children }, `["<",{"$html":"<b>"}]`, "&lt;<b>", ""},
		{"text parameter", "children", func(children string) string { return children }, `"<"`, "<", ""},
		{"text parameter, HTML", "children", func(children string) string { return children }, `{"$html":"<b>"}`,
			`children: "children" must be text, not HTML; give it text`, ""},
		{"field", "c", func(c Card) gomponents.Node { return gomponents.El(c.Title, c.Children...) }, `["a","b"]`, "<p>ab</p>", `{"title":"p"}`},
		{"field by pointer", "c", func(c *Card) gomponents.Node { return gomponents.El("p", c.Children...) }, `"a"`, "<p>a</p>", ""},
		{"field twice", "c", func(c Card) gomponents.Node { return gomponents.El("p", c.Children...) }, `"a"`,
			`children (key): "children" and "children" both mean Children; remove one of them`, `{"children":["b"]}`},
		{"wrong", "", box, `7`, `children: "children" must be text, {html: …}, {component: …} or a list of these, not a number; put it in quotes: "7"`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.props == "" {
				test.props = "{}"
			}
			table := values()
			table.Components = append(table.Components, rt.Component{ID: "box", Fn: box},
				rt.Component{ID: "c", Fn: test.fn, Params: strings.Fields(test.params)})
			table.Blocks = []rt.Block{{ID: "b", Fn: func() any { return test.fn }}}
			request := `{"id":1,"component":"c","props":` + test.props + `,"children":` + test.children + `}`
			if got := exchange(t, withTempl(table), request)[1].result(); got != test.want {
				t.Errorf("%s\nwant %s", got, test.want)
			}
		})
	}
}

func TestBlocks(t *testing.T) {
	card := func(nodes ...gomponents.Node) gomponents.Node { return gomponents.El("p", nodes...) }
	for _, test := range []struct {
		value          any
		children, want string
	}{
		{box(), `"a"`, "[a]"},
		{box(), `null`, "[]"},
		{card, `"a"`, "<p>a</p>"},
		{card, `null`, ": the expression gives a value of the type func(...gomponents.Node) gomponents.Node, which can't be shown; call it, with what it still needs"},
		{card(), `"a"`, "children (key): the component takes no children; remove them, or give the component a parameter children"},
		{nil, `null`, ": the expression gives nil; let it give something that can be shown"},
	} {
		table := withTempl(rt.Table{Blocks: []rt.Block{{ID: "b", Fn: func() any { return test.value }}}})
		if got := exchange(t, table, `{"id":1,"block":"b","children":`+test.children+`}`)[1].result(); got != test.want {
			t.Errorf("%T: %s\nwant %s", test.value, got, test.want)
		}
	}
}

func TestWithoutTempl(t *testing.T) {
	table := rt.Table{Components: []rt.Component{{ID: "c", Fn: careless}}}
	want := `children (key): the component takes no children; remove them, or give the component a parameter children`
	if got := exchange(t, table, `{"id":1,"component":"c","children":"a"}`)[1].result(); got != want {
		t.Error(got)
	}
}

type byPointer struct{ text string }

func (p *byPointer) Render(w io.Writer) error {
	_, err := io.WriteString(w, p.text)
	return err
}

type hidden struct{}

func (hidden) Render(_ context.Context, w io.Writer) error {
	_, err := io.WriteString(w, "hidden")
	return err
}

func TestResults(t *testing.T) {
	var missing func() string
	const needed = `let it give a value with a method Render(io.Writer) error or Render(context.Context, io.Writer) error, template.HTML or string`
	for _, test := range []struct {
		fn   any
		want string
	}{
		{func() string { return "<b>" }, "<b>"},
		{func() template.HTML { return "<b>" }, "<b>"},
		{func() []byte { return []byte("<b>") }, "<b>"},
		{func() byPointer { return byPointer{"p"} }, "p"},
		{func() *byPointer { return &byPointer{"p"} }, "p"},
		{func() hidden { return hidden{} }, "hidden"},
		{func() (any, error) { return hidden{}, nil }, "hidden"},
		{func() gomponents.Group { return nil }, ""},
		{hidden{}, "hidden"},
		{templ.Raw("x"), "x"},
		{func() (string, error) { return "", errors.New("no\nluck") }, ": no; the component returned this error: see what it needs"},
		{func() templ.Component { return nil }, ": ui.C gives nil; let it give something that can be shown"},
		{func() *byPointer { return nil }, ": ui.C gives nil; let it give something that can be shown"},
		{missing, ": ui.C gives nil; let it give something that can be shown"},
		{func() int { return 1 }, ": ui.C gives a value of the type int, which can't be shown; " + needed},
		{func() func() templ.Component { return nil }, ": ui.C gives nil; let it give something that can be shown"},
		{func() func() templ.Component { return box }, ": ui.C gives a value of the type func() templ.Component, which can't be shown; call it, with what it still needs"},
		{func() {}, ": the component returns 0 values; return one value that can be shown, or that and an error"},
		{func() (int, string) { return 0, "" }, ": the component returns 2 values; return one value that can be shown, or that and an error"},
	} {
		if got := render(t, test.fn, "", `{}`).result(); got != test.want {
			t.Errorf("%T: %s\nwant %s", test.fn, got, test.want)
		}
	}
}

func TestAttributes(t *testing.T) {
	show := func(v templ.Attributes) templ.Component {
		return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error { return templ.RenderAttributes(ctx, w, v) })
	}
	for _, test := range []struct {
		fn         any
		json, want string
	}{
		{show, `{"a":"<","b":true,"c":false,"d":null}`, ` a="&lt;" b`},
		{show, `{"aria-hidden":true,"Aria-Expanded":false,"n":1,"l":[],"u":{"$go":"url"}}`,
			`props.v.Aria-Expanded: templ writes the attribute "Aria-Expanded" not at all when it is false; write it as text: "false"` + "\n" +
				`props.v.aria-hidden: templ writes the attribute "aria-hidden" without a value when it is true; write it as text: "true"` + "\n" +
				`props.v.l: templ leaves the attribute "l" out when it is a list; write it as text` + "\n" +
				`props.v.n: templ leaves the attribute "n" out when it is a number; write it as text: "1"` + "\n" +
				`props.v.u: templ leaves the attribute "u" out when it is a templ.SafeURL; write it as text`},
		{show, `{"a":{"$html":"<b>"}}`, `props.v.a: templ leaves the attribute "a" out when it is HTML; write it as text`},
		{show, `"x"`, `props.v: "v" must be an object, not text; give it an object`},
		{func(v templ.OrderedAttributes) string { return fmt.Sprint(v) }, `{"b":"1","a":"2"}`, "[{a 2} {b 1}]"},
		{func(v templ.OrderedAttributes) string { return fmt.Sprint(v) }, `[{"b":"1"},{"a":"2"}]`, "[{b 1} {a 2}]"},
		{func(v templ.OrderedAttributes) string { return fmt.Sprint(v) }, `[{"b":1}]`,
			`props.v.0.b: templ leaves the attribute "b" out when it is a number; write it as text: "1"`},
	} {
		if got := render(t, test.fn, "v", `{"v":`+test.json+`}`).result(); got != test.want {
			t.Errorf("%s: %s\nwant %s", test.json, got, test.want)
		}
	}
	// A version of templ that shows numbers is left to do so.
	table := rt.Table{
		Components: []rt.Component{{ID: "c", Fn: func(v templ.Attributes) string { return fmt.Sprint(v) }, Params: []string{"v"}}},
		RenderAttributes: func(_ context.Context, w io.Writer, attributes map[string]any) error {
			_, err := fmt.Fprint(w, attributes)
			return err
		},
	}
	if got := exchange(t, table, `{"id":1,"component":"c","props":{"v":{"n":1}}}`)[1].result(); got != "map[n:1]" {
		t.Error(got)
	}
}
