package rt_test

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"math/big"
	"net/netip"
	"net/url"
	"reflect"
	"testing"
	"time"

	"github.com/storytime-dev/storytime/pkg/gohost/rt"
	"github.com/storytime-dev/storytime/pkg/gohost/rt/testdata/gomponents"
	"github.com/storytime-dev/storytime/pkg/gohost/rt/testdata/templ"
)

type (
	Variant string
	Level   int
	Shape   struct{ Sides int }
	Money   struct{ cents int64 }
	Base    struct {
		ID     string
		Hidden int `json:"-"`
	}
	User struct {
		Base
		Name    string `json:"full_name"`
		HTMLFor string
		Tags    []string
		Boss    *User
		secret  string
	}
	pair   [2]int
	ID     int
	shade  string
	widget interface {
		Render(w io.Writer) error
		Width() int
	}
)

func (m *Money) UnmarshalText(text []byte) error {
	if string(text) == "panic" {
		panic("no money")
	}
	_, err := fmt.Sscanf(string(text), "%d", &m.cents)
	return err
}

type anything struct{ json string }

func (a *anything) UnmarshalJSON(data []byte) error {
	if string(data) == `"bad"` {
		return errors.New("bad it is")
	}
	a.json = string(data)
	return nil
}

const (
	Primary Variant = "primary"
	Danger  Variant = "danger"
	Low     Level   = 1
	High    Level   = 5
)

// values is a table with what the requests of the tests name.
func values() rt.Table {
	triangle, square := Shape{3}, Shape{4}
	return rt.Table{
		Components: []rt.Component{
			{ID: "node", Fn: func(text string) gomponents.Node { return gomponents.Text(text) }, Params: []string{"text"}},
			{ID: "attr", Fn: func() gomponents.Node { return gomponents.Attr("class", "x") }},
			{ID: "templ", Fn: func(n int) templ.Component { return templ.Raw(fmt.Sprintf("<hr n=%d>", n)) }, Params: []string{"n"}},
			{ID: "shape", Fn: func() *Shape { return nil }},
		},
		Values: []rt.Value{
			{ID: "user", Fn: func() any { return User{Name: "Ada"} }, Name: "SampleUser"},
			{ID: "user pointer", Fn: func() any { return &User{Name: "Bob"} }},
			{ID: "user func", Fn: func() any { return func() (*User, error) { return &User{Name: "Eve"}, nil } }},
			{ID: "error", Fn: func() any { return func() (int, error) { return 0, errors.New("no luck") } }},
			{ID: "panic", Fn: func() any { panic("no value\nmore") }},
			{ID: "needs", Fn: func() any { return func(int) int { return 1 } }, Name: "Twice"},
			{ID: "nil", Fn: func() any { return nil }, Name: "Nothing"},
			{ID: "seven", Fn: func() any { return 7 }, Name: "Seven"},
			{ID: "half", Fn: func() any { return 0.5 }, Name: "Half"},
			{ID: "text", Fn: func() any { return "<i>" }},
			{ID: "html", Fn: func() any { return template.HTML("<i>") }},
			{ID: "node", Fn: func() any { return gomponents.Text("n") }},
			{ID: "nodes", Fn: func() any { return []gomponents.Node{gomponents.Text("1"), gomponents.Text("2")} }},
			{ID: "templ", Fn: func() any { return templ.Raw("<t>") }},
			{ID: "url", Fn: func() any { return templ.SafeURL("/x") }},
		},
		Enums: []rt.Enum{
			{Type: reflect.TypeOf(Primary), Names: []string{"Primary", "Danger"}, Values: []any{Primary, Danger}, Closed: true},
			{Type: reflect.TypeOf(Low), Names: []string{"ui.Low", "ui.High"}, Values: []any{Low, High}, Closed: true},
			{Type: reflect.TypeOf(Shape{}), Names: []string{"Triangle", "Square"}, Values: []any{triangle, square}},
			{Type: reflect.TypeOf(time.Second), Names: []string{"Second"}, Values: []any{time.Second}, Closed: true},
			{Type: reflect.TypeOf(shade("")), Names: []string{"Dark"}, Values: []any{shade("#000")}},
		},
	}
}

// show makes a component with one prop v that shows its type's value.
func show[T any](format string) any {
	return func(v T) string { return fmt.Sprintf(format, v) }
}

func TestValuesAreDecodedForTheirType(t *testing.T) {
	number := 0
	for _, test := range []struct {
		fn         any
		json, want string
	}{
		{show[bool]("%v"), `true`, "true"},
		{show[bool]("%v"), `"true"`, `props.v: "v" must be true or false, not text; write it without quotes: true`},
		{show[bool]("%v"), `null`, `props.v: "v" must be true or false, not nothing; give it true or false`},
		{show[string]("%q"), `"a"`, `"a"`},
		{show[string]("%q"), `7`, `props.v: "v" must be text, not a number; put it in quotes: "7"`},
		{show[string]("%q"), `{"$html":"a"}`, `props.v: "v" must be text, not HTML; give it text`},
		{show[int]("%d"), `7`, "7"},
		{show[int]("%d"), `7.0`, "7"},
		{show[int]("%d"), `1e3`, "1000"},
		{show[int]("%d"), `9007199254740993`, "9007199254740993"},
		{show[int]("%d"), `7.5`, `props.v: "v" must be a whole number, not 7.5; give it a whole number`},
		{show[int]("%d"), `"7"`, `props.v: "v" must be a whole number, not text; write it without quotes: 7`},
		{show[int]("%d"), `"x"`, `props.v: "v" must be a whole number, not text; give it a whole number`},
		{show[int8]("%d"), `-128`, "-128"},
		{show[int8]("%d"), `128`, `props.v: "v" can't be 128; give it a whole number from -128 to 127`},
		{show[uint8]("%d"), `-1`, `props.v: "v" can't be -1; give it a whole number from 0 to 255`},
		{show[uint64]("%d"), `18446744073709551615`, "18446744073709551615"},
		{show[uint64]("%d"), `18446744073709551616`,
			`props.v: "v" can't be 18446744073709551616; give it a whole number from 0 to 18446744073709551615`},
		{show[int64]("%d"), `1e400`, `props.v: "v" can't be 1e400; give it a whole number from -9223372036854775808 to 9223372036854775807`},
		{show[float64]("%v"), `1.5`, "1.5"},
		{show[float32]("%v"), `1e39`, `props.v: "v" can't be 1e39: it is too large; give it a smaller number`},
		{show[ID]("%T"), `1`, "rt_test.ID"},
		{show[time.Duration]("%v"), `"1h30m"`, "1h30m0s"},
		{show[time.Duration]("%v"), `90`, `props.v: "v" must be a duration such as 1h30m, not a number; give it a duration such as 1h30m`},
		{show[time.Duration]("%v"), `"soon"`, `props.v: "v" must be a duration such as 1h30m, not "soon"; give it a duration such as 1h30m`},
		{show[time.Time]("%v"), `"2026-11-21"`, "2026-11-21 00:00:00 +0000 UTC"},
		{show[time.Time]("%v"), `"2026-11-21T10:00:00.5+02:00"`, "2026-11-21 10:00:00.5 +0200 +0200"},
		{show[time.Time]("%v"), `"2026-11-21 10:30"`, "2026-11-21 10:30:00 +0000 UTC"},
		{show[*time.Time]("%v"), `"10:30"`, "0000-01-01 10:30:00 +0000 UTC"},
		{show[time.Time]("%v"), `"never"`, `props.v: "v" must be a date or time such as 2026-11-21 or 2026-11-21T15:04:05Z, ` +
			`not "never"; give it a date or time such as 2026-11-21 or 2026-11-21T15:04:05Z`},
		{show[[]byte]("%s"), `"ab"`, "ab"},
		{show[[]byte]("%s"), `[97,98]`, "ab"},
		{show[[]int]("%v"), `[1,"x",2.5]`, `props.v.1: item 2 of "v" must be a whole number, not text; give it a whole number` + "\n" +
			`props.v.2: item 3 of "v" must be a whole number, not 2.5; give it a whole number`},
		{show[[]int]("%v"), `1`, `props.v: "v" must be a list, not a number; give it a list`},
		{show[[][]int]("%v"), `[[1],["x"]]`, `props.v.1.0: item 1 of item 2 of "v" must be a whole number, not text; give it a whole number`},
		{show[[]int]("%v"), `null`, "[]"},
		{show[pair]("%v"), `[1,2]`, "[1 2]"},
		{show[pair]("%v"), `[1]`, `props.v: "v" must be a list of 2, not of 1; give it 2`},
		{show[map[string]int]("%v"), `{"a":1}`, "map[a:1]"},
		{show[map[string]int]("%v"), `{"$object":{"$a":1}}`, "map[$a:1]"},
		{show[map[string]int]("%v"), `{"a":"x"}`, `props.v.a: "a" must be a whole number, not text; give it a whole number`},
		{show[map[string]int]("%v"), `[]`, `props.v: "v" must be an object, not a list; give it an object`},
		{show[map[int]string]("%v"), `{"-3":"x"}`, "map[-3:x]"},
		{show[map[int8]string]("%v"), `{"300":"x"}`, `props.v.300 (key): "300" can't be 300; give it a whole number from -128 to 127`},
		{show[map[ID]int]("%v"), `{"x":1}`, `props.v.x (key): "x" must be a whole number, not text; give it a whole number`},
		{show[map[Variant]int]("%v"), `{"Primary":1,"x":2}`, `props.v.x (key): "x" can't be "x"; give it one of Primary, Danger`},
		{show[map[Variant]int]("%v"), `{"Primary":1,"primary":2}`, `props.v.primary (key): "primary" is a key that another one means too; remove one of them`},
		{show[map[netip.Addr]int]("%v"), `{"::1":1}`, "map[::1:1]"},
		{show[map[bool]int]("%v"), `{"true":1}`, `props.v.true (key): the keys of bool can't be written; give it a Go value: {$go: Name}`},
		{show[*int]("%v"), `null`, "<nil>"},
		{func(v **int) string { return fmt.Sprint(**v) }, `3`, "3"},
		{show[any]("%#v"), `{"a":[1,2.5,"x",true,null,9223372036854775808]}`,
			`map[string]interface {}{"a":[]interface {}{1, 2.5, "x", true, interface {}(nil), 0x8000000000000000}}`},
		{show[any]("%#v"), `{"$html":"<b>"}`, `"<b>"`},
		{show[any]("%T"), `{"$html":"<b>"}`, `template.HTML`},
		{show[any]("%#v"), `{"$object":{"$go":"x"}}`, `map[string]interface {}{"$go":"x"}`},
		{show[any]("%#v"), `{"$og":"x"}`, `props.v.$og (key): there is no special object "$og"; ` +
			`an object whose only key begins with $ is written {$object: {…}}`},
		{show[template.HTML]("%s"), `"<b>"`, "<b>"},
		{show[template.HTML]("%s"), `{"$html":"<b>"}`, "<b>"},
		{show[template.HTML]("%s"), `{"$component":{"id":"templ","props":{"n":2}}}`, "<hr n=2>"},
		{show[template.URL]("%s"), `"/x"`, "/x"},
		{show[templ.SafeURL]("%s"), `"/x"`, "/x"},
		{show[url.URL]("%+v"), `"/x"`, "{Scheme: Opaque: User: Host: Path:/x Fragment: RawQuery: RawPath: RawFragment: ForceQuery:false OmitHost:false}"},
		{show[*url.URL]("%v"), `"http://a/b?c"`, "http://a/b?c"},
		{show[*url.URL]("%v"), `"http://a b"`, `props.v: "v" must be a URL, not "http://a b"; give it a URL`},
		{show[Money]("%v"), `"12"`, "{12}"},
		{show[Money]("%v"), `12`, `props.v: "v" must be text, not a number; put it in quotes: "12"`},
		{show[Money]("%v"), `"x"`, `props.v: "v" can't be "x": expected integer; give it what rt_test.Money reads`},
		{show[*Money]("%v"), `"panic"`, `props.v: no money; look at the first lines of the trace`},
		{show[netip.Addr]("%v"), `"127.0.0.1"`, "127.0.0.1"},
		{show[*big.Int]("%v"), `12345678901234567890123`, "12345678901234567890123"},
		{show[*big.Int]("%v"), `"12"`, "12"},
		{show[anything]("%v"), `{"$object":{"b":[1,{"a":2}]}}`, `{{"b":[1,{"a":2}]}}`},
		{show[anything]("%v"), `null`, `{null}`},
		{show[anything]("%v"), `"bad"`, `props.v: "v" can't be "bad": bad it is; give it what rt_test.anything reads`},
		{show[anything]("%v"), `{"a":{"$go":"x"}}`, `props.v.a: "a" can't be a Go value within a value that reads JSON; give the whole as a Go value: {$go: Name}`},
		{show[json.RawMessage]("%s"), `[1]`, `[1]`},
		{show[sql.NullString]("%v"), `{"string":"a","valid":true}`, "{a true}"},
		{show[func()]("%v"), `"x"`, `props.v: "v" must be a Go value, not text; give it a Go value: {$go: Name}`},
		{show[chan int]("%v"), `1`, `props.v: "v" must be a Go value, not a number; give it a Go value: {$go: Name}`},
		{show[fmt.Stringer]("%v"), `"x"`, `props.v: "v" must be a Go value, not text; give it a Go value: {$go: Name}`},
		{show[complex128]("%v"), `1`, `props.v: "v" must be a Go value, not a number; give it a Go value: {$go: Name}`},
		{func(v, w User) string { return fmt.Sprintf("%+v", v) }, `{"id":"1","full-name":"Ada","tags":["a"],"boss":{"name":"Bob"}},"w":{}`,
			"{Base:{ID:1 Hidden:0} Name:Ada HTMLFor: Tags:[a] Boss:" + "0x"},
		{func(v, w User) string { return fmt.Sprintf("%+v", v) }, `{"base":{"id":"2","hidden":3},"ID":"1"},"w":{}`,
			"{Base:{ID:1 Hidden:3} Name: HTMLFor: Tags:[] Boss:<nil> secret:}"},
		{func(v, w User) string { return v.secret }, `{"boss":{"tagz":[]},"secret":"x"},"w":{}`,
			`props.v.secret (key): "secret" can't be set: the field secret of rt_test.User is not exported; ` +
				`export the field, or give the whole as a Go value: {$go: Name}` + "\n" +
				`props.v.boss.tagz (key): rt_test.User has no field "tagz"; did you mean "Tags"?`},
		{func(v, w User) string { return "" }, `{"name":"a","full_name":"b"},"w":3`,
			`props.v.name (key): "full_name" and "name" both mean Name; remove one of them` + "\n" +
				`props.w: "w" must be an object, not a number; give it an object`},
	} {
		number++
		t.Run(fmt.Sprintf("%d %T %s", number, test.fn, test.json), func(t *testing.T) {
			got := render(t, test.fn, "v w", `{"v":`+test.json+`}`).result()
			if n := len(test.want); n > 2 && test.want[n-2:] == "0x" && len(got) > n { // an address follows
				got = got[:n]
			}
			if got != test.want {
				t.Errorf("%s\nwant %s", got, test.want)
			}
		})
	}
}

func TestEnums(t *testing.T) {
	for _, test := range []struct {
		fn         any
		json, want string
	}{
		{show[Variant]("%s"), `"primary"`, "primary"},
		{show[Variant]("%s"), `"Danger"`, "danger"},
		{show[Variant]("%s"), `"ui.Danger"`, "danger"},
		{show[Variant]("%s"), `"a/b.Danger"`, `props.v: "v" can't be "a/b.Danger"; did you mean "Danger"? known are Primary, Danger`},
		{show[Variant]("%s"), `"primry"`, `props.v: "v" can't be "primry"; did you mean "Primary"? known are Primary, Danger`},
		{show[Variant]("%s"), `"huge"`, `props.v: "v" can't be "huge"; give it one of Primary, Danger`},
		{show[Variant]("%s"), `3`, `props.v: "v" can't be 3; give it one of Primary, Danger`},
		{show[Variant]("%s"), `[]`, `props.v: "v" can't be a list; give it one of Primary, Danger`},
		{show[*Variant]("%v"), `null`, "<nil>"},
		{show[[]Variant]("%v"), `["Primary","danger"]`, "[primary danger]"},
		{show[Level]("%d"), `"High"`, "5"},
		{show[Level]("%d"), `"x.High"`, "5"},
		{show[Level]("%d"), `5`, "5"},
		{show[Level]("%d"), `3`, `props.v: "v" can't be 3; give it one of Low, High`},
		{show[Level]("%d"), `"Hihg"`, `props.v: "v" can't be "Hihg"; did you mean "High"? known are Low, High`},
		{show[shade]("%s"), `"Dark"`, "#000"},
		{show[shade]("%s"), `"#fff"`, "#fff"},
		{show[[]Shape]("%v"), `["Square",{"sides":9}]`, "[{4} {9}]"},
		{show[time.Duration]("%s"), `"5s"`, "5s"},
	} {
		if got := render(t, test.fn, "v", `{"v":`+test.json+`}`).result(); got != test.want {
			t.Errorf("%T %s: %s\nwant %s", test.fn, test.json, got, test.want)
		}
	}
}

func TestGoValues(t *testing.T) {
	name := func(u *User) string { return u.Name }
	for _, test := range []struct {
		fn         any
		json, want string
	}{
		{name, `"user"`, "Ada"},
		{name, `"user pointer"`, "Bob"},
		{name, `"user func"`, "Eve"},
		{func(v User) string { return v.Name }, `"user pointer"`, "Bob"},
		{show[any]("%T"), `"user func"`, "*rt_test.User"},
		{show[any]("%T"), `"needs"`, "func(int) int"},
		{show[func(int) int]("%T"), `"needs"`, "func(int) int"},
		{show[uint8]("%v"), `"seven"`, "7"},
		{show[float64]("%v"), `"seven"`, "7"},
		{show[float32]("%v"), `"half"`, "0.5"},
		{show[*int]("%T"), `"seven"`, "*int"},
		{show[int]("%v"), `"half"`, `props.v: "v" must be int, and "Half" is float64; give it a value of the type int`},
		{show[string]("%v"), `"seven"`, `props.v: "v" must be string, and "Seven" is int; give it a value of the type string`},
		{show[string]("%v"), `"url"`, "/x"},
		{show[int]("%v"), `"needs"`, `props.v: "Twice" is a function that can't be called without arguments; ` +
			`give it a function without parameters that returns one value, or write the call as a function of its own`},
		{show[int]("%v"), `"nil"`, `props.v: "Nothing" is nil, and "v" must be a whole number; give it another value`},
		{show[any]("%v"), `"nil"`, "<nil>"},
		{show[int]("%v"), `"error"`, "props.v: no luck; the Go value returned this error: see what it needs"},
		{show[int]("%v"), `"panic"`, "props.v: no value; look at the first lines of the trace"},
		{show[int]("%v"), `"what"`, `props.v: there is no Go value "what"; write {$go: Name} with the name of a Go value or function`},
		{show[template.HTML]("%v"), `"text"`, "<i>"},
		{show[template.HTML]("%v"), `"templ"`, "<t>"},
		{func(v gomponents.Node) gomponents.Node { return v }, `"templ"`, "<t>"},
		{func(v gomponents.Node) gomponents.Node { return v }, `"text"`, "&lt;i&gt;"},
		{func(v gomponents.Node) gomponents.Node { return v }, `"html"`, "<i>"},
		{func(v templ.Component) templ.Component { return v }, `"node"`, "n"},
		{func(v []gomponents.Node) gomponents.Node { return gomponents.Group(v) }, `"nodes"`, "12"},
		{func(v []templ.Component) templ.Component { return v[1] }, `"nodes"`, "2"},
		{func(v []gomponents.Node) gomponents.Node { return v[0] }, `"node"`, "n"},
		{func(v ...gomponents.Node) gomponents.Node { return gomponents.Group(v) }, `"nodes"`, "12"},
		{func(v ...int) string { return fmt.Sprint(v) }, `"seven"`, "[7]"},
		{func(v ...func(int) int) string { return fmt.Sprint(len(v)) }, `"needs"`, "1"},
	} {
		if got := render(t, test.fn, "v w", `{"v":{"$go":`+test.json+`}}`).result(); got != test.want {
			t.Errorf("%T %s: %s\nwant %s", test.fn, test.json, got, test.want)
		}
	}
}
