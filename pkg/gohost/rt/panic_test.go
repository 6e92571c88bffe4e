package rt_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/storytime-dev/storytime/pkg/gohost/rt"
	"github.com/storytime-dev/storytime/pkg/gohost/rt/testdata/gomponents"
	"github.com/storytime-dev/storytime/pkg/gohost/rt/testdata/templ"
)

func deep(u *User) string { return u.Boss.Name }

func TestPanics(t *testing.T) {
	for _, test := range []struct {
		name         string
		fn           any
		message, top string
	}{
		{"value", func() string { panic("first\nsecond") }, "first", "rt_test.TestPanics"},
		{"error", func() string { panic(errors.New("e")) }, "e", "rt_test.TestPanics"},
		{"nil pointer", func() string { return deep(&User{}) },
			"runtime error: invalid memory address or nil pointer dereference", "rt_test.deep"},
		{"while rendering", func() gomponents.Node { return gomponents.NodeFunc(func(io.Writer) error { panic("r") }) }, "r", "rt_test.TestPanics"},
		{"Goexit", func() string { runtime.Goexit(); return "" }, "the component ended its goroutine", "rt_test.TestPanics"},
		{"again", func() string {
			defer func() { panic(fmt.Sprint(recover(), " again")) }()
			panic("once")
		}, "once again", "rt_test.TestPanics"},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := render(t, test.fn, "", "{}").Error
			if e == nil || e.Kind != "panic" || e.Message != test.message || e.Hint == "" {
				t.Fatalf("%+v", e)
			}
			first, _, _ := strings.Cut(e.Trace, "\n")
			if !strings.Contains(first, test.top) || strings.Contains(e.Trace, "/rt.") || strings.Contains(e.Trace, "created by") {
				t.Errorf("trace:\n%s", e.Trace)
			}
			if !strings.Contains(e.Trace, "_test.go:") {
				t.Errorf("no file in the trace:\n%s", e.Trace)
			}
		})
	}
}

// A server goes on after a panic, and reports wrong props beside one.
func TestServerOutlivesPanics(t *testing.T) {
	table := values()
	table.Components = []rt.Component{{ID: "c", Fn: func(a, b int) string { return fmt.Sprint(a, b) }, Params: []string{"a", "b"}}}
	answers := exchange(t, table,
		`{"id":1,"component":"c","props":{"a":"x","b":{"$go":"panic"}}}`,
		`{"id":2,"component":"c","props":{"a":1,"b":2}}`)
	want := `props.a: "a" must be a whole number, not text; give it a whole number` + "\n" +
		`props.b: no value; look at the first lines of the trace`
	if got := answers[1].result(); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if got := answers[2].result(); got != "1 2" {
		t.Error(got)
	}
}

func TestErrorsOfTemplHaveTheirPlace(t *testing.T) {
	cause := templ.Error{Err: errors.New("no user"), FileName: "card.templ", Line: 7, Col: 3}
	for _, err := range []error{cause, &cause, fmt.Errorf("page: %w", cause), errors.Join(errors.New("other"), cause)} {
		e := render(t, func() templ.Component {
			return templ.ComponentFunc(func(context.Context, io.Writer) error { return err })
		}, "", "{}").Error
		if e == nil || e.Kind != "render" || e.Message != "no user" || e.File != "card.templ" || e.Line != 7 || e.Column != 3 {
			t.Errorf("%v: %+v", err, e)
		}
	}
}

type circle struct{}

func (*circle) Error() string   { return "circle" }
func (c *circle) Unwrap() error { return c }

func TestErrorsThatAreOdd(t *testing.T) {
	for want, err := range map[string]error{"circle": &circle{}, "the component returned an error without a text": errors.New("")} {
		if e := render(t, func() (string, error) { return "", err }, "", "{}").Error; e == nil || e.Message != want {
			t.Errorf("%+v", e)
		}
	}
}

func TestTooMuchOutput(t *testing.T) {
	block := strings.Repeat("x", 17<<20) // twice is too much
	ended := false
	endless := templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		for ctx.Err() == nil {
			_, _ = io.WriteString(w, block)
		}
		ended = true
		return nil
	})
	e := render(t, endless, "", "{}").Error
	if e == nil || e.Message != "the component writes more than 32 MB" || !ended {
		t.Errorf("%+v", e)
	}
}

// What is written after the end is lost, and does no harm.
func TestWriterIsKept(t *testing.T) {
	kept := make(chan io.Writer, 1)
	if got := render(t, gomponents.NodeFunc(func(w io.Writer) error { kept <- w; return nil }), "", "{}").result(); got != "" {
		t.Error(got)
	}
	if _, err := io.WriteString(<-kept, "late"); err == nil {
		t.Error("no error")
	}
}

func FuzzDecode(f *testing.F) {
	type everything struct {
		User
		B    bool
		I    int8
		U    uint64
		F    float32
		S    string
		L    []map[Variant]*Level
		M    map[int]any
		N    gomponents.Node
		Ns   gomponents.Group
		C    templ.Component
		A    templ.Attributes
		O    templ.OrderedAttributes
		J    anything
		T    *Money
		P    pair
		Y    []byte
		X    func()
		Any  any
		Next *everything
	}
	for _, seed := range []string{
		`{"b":true,"i":1,"u":2,"f":1.5,"s":"x","l":[{"Primary":"High"}],"m":{"1":{"a":[null]}}}`,
		`{"n":["a",{"$html":"b"}],"ns":{"$component":{"id":"node","props":{"text":"x"}}},"c":{"$go":"templ"}}`,
		`{"a":{"n":1},"o":[{"a":true}],"j":{"$object":{"$a":1}},"t":"12","p":[1,2],"y":"x","x":null}`,
		`{"next":{"next":{"any":{"$go":"user func"}}},"user":{"id":"x"}}`,
		`{"$go":"user"}`, `[]`, `{"$object":{"$component":{}}}`, `{"":1,"_":2}`, `{"i":1e999999999}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, props string) {
		if !json.Valid([]byte(props)) || strings.ContainsAny(props, "\n\r") {
			t.Skip()
		}
		a := render(t, func(n int, p ...everything) string { return "done" }, "n p", props, `,"children":`, props)
		for _, p := range a.Errors {
			if p.Kind == "panic" && p.Message != "no value" && p.Message != "no money" {
				t.Fatalf("%s\n%s", p, p.Trace)
			}
			if p.Kind != "request" && (p.Message == "" || p.Hint == "" || len(p.Path) == 0) {
				t.Fatalf("%+v", p)
			}
		}
	})
}
