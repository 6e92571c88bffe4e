package rt_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/storytime-dev/storytime/pkg/gohost/rt"
	"github.com/storytime-dev/storytime/pkg/gohost/rt/testdata/templ"
)

// A problem is one of an answer, as another program reads it.
type problem struct {
	Kind, Message, Hint string
	Path                []any
	Key                 bool
	Trace, File         string
	Line, Column        int
}

// String is what tests compare: props.items.2 (key): message; hint.
func (p problem) String() string {
	var at []string
	for _, element := range p.Path {
		at = append(at, fmt.Sprint(element))
	}
	key := ""
	if p.Key {
		key = " (key)"
	}
	return strings.Join(at, ".") + key + ": " + p.Message + "; " + p.Hint
}

type answer struct {
	ID     int64
	HTML   *string
	Error  *problem
	Errors []problem
	Ready  bool
}

// result is what tests compare: the HTML, or the problems, a line each.
func (a answer) result() string {
	if a.HTML != nil && a.Error == nil {
		return *a.HTML
	}
	var lines []string
	for _, p := range a.Errors {
		lines = append(lines, p.String())
	}
	return strings.Join(lines, "\n")
}

// exchange sends lines and returns the answers after the first, by id.
func exchange(t testing.TB, table rt.Table, lines ...string) map[int64]answer {
	t.Helper()
	var out bytes.Buffer
	if err := rt.Serve(table, strings.NewReader(strings.Join(lines, "\n")), &out); err != nil {
		t.Fatal(err)
	}
	answers := map[int64]answer{}
	for i, line := range strings.Split(strings.TrimSpace(out.String()), "\n") {
		var a answer
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatalf("answer %s: %v", line, err)
		}
		if i == 0 {
			if line != `{"ready":true}` {
				t.Fatalf("first answer is %s", line)
			}
			continue
		}
		if _, twice := answers[a.ID]; twice {
			t.Fatalf("two answers with the id %d", a.ID)
		}
		if (a.HTML == nil) == (a.Error == nil) || (a.Error == nil) != (len(a.Errors) == 0) {
			t.Fatalf("neither HTML nor error: %s", line)
		}
		answers[a.ID] = a
	}
	return answers
}

// withTempl gives a table what generated code gives it in a module with templ.
func withTempl(table rt.Table) rt.Table {
	table.InitContext = templ.InitializeContext
	table.WithChildren = func(ctx context.Context, children any) context.Context {
		return templ.WithChildren(ctx, children.(templ.Component))
	}
	table.RenderAttributes = func(ctx context.Context, w io.Writer, attributes map[string]any) error {
		return templ.RenderAttributes(ctx, w, attributes)
	}
	return table
}

// render renders a component with props, both as JSON; rest is more of the
// request.
func render(t testing.TB, fn any, params, props string, rest ...string) answer {
	t.Helper()
	table := values()
	table.Components = append(table.Components, rt.Component{ID: "c", Fn: fn, Params: strings.Fields(params), Name: "ui.C"})
	line := `{"id":1,"component":"c","props":` + props + strings.Join(rest, "") + `}`
	answers := exchange(t, withTempl(table), line)
	if len(answers) != 1 {
		t.Fatalf("%d answers", len(answers))
	}
	return answers[1]
}

func TestEveryRequestHasOneAnswer(t *testing.T) {
	table := rt.Table{
		Components: []rt.Component{{ID: "c0", Fn: func(s string) string { return "<b>" + s }, Params: []string{"text"}}},
		Blocks:     []rt.Block{{ID: "b0", Fn: func() any { return "<i>" }}},
	}
	answers := exchange(t, table,
		`{"id":1,"component":"c0","props":{"text":"a"}}`,
		``,
		`{"id":2,"block":"b0"}`,
		`{"id":3,"component":"c9"}`,
		`{"id":4,"block":"b9"}`,
		`{"id":5}`,
		`{"id":6,"component":7}`,
		`{"id":7,"block":"b0"} {"id":8}`,
		`{"id":9007199254740993,"block":"b0"}`,
		`nonsense`,
	)
	for id, want := range map[int64]string{
		1: "<b>a", 2: "<i>", 9007199254740993: "<i>",
		3: `: there is no component "c9"; stop storytime and start it again`,
		4: `: there is no block "b9"; stop storytime and start it again`,
		5: `: a request names no component, block or template; stop storytime and start it again`,
		7: `: a line has more than a request; stop storytime and start it again`,
	} {
		if got := answers[id].result(); got != want {
			t.Errorf("%d: %s\nwant %s", id, got, want)
		}
	}
	for _, id := range []int64{0, 6} {
		if e := answers[id].Error; e == nil || e.Kind != "request" || !strings.HasPrefix(e.Message, "a request can't be read: ") {
			t.Errorf("%d: %v", id, e)
		}
	}
	if len(answers) != 9 {
		t.Errorf("%d answers", len(answers))
	}
}

func TestRequestsRunAtTheSameTime(t *testing.T) {
	meeting := make(chan int)
	table := withTempl(rt.Table{Components: []rt.Component{
		{ID: "first", Fn: func() string { return fmt.Sprint(<-meeting) }},
		{ID: "second", Fn: func() string { meeting <- 7; return "sent" }},
	}})
	answers := exchange(t, table, `{"id":1,"component":"first"}`, `{"id":2,"component":"second"}`)
	if *answers[1].HTML != "7" || *answers[2].HTML != "sent" {
		t.Error(answers)
	}
}

func TestManyRequests(t *testing.T) {
	type Props struct {
		Text  string
		Items []map[string]any
		Icon  templ.Component
	}
	handle := new(int)
	table := withTempl(rt.Table{Components: []rt.Component{
		{ID: "c0", Fn: func(p *Props) templ.Component {
			return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
				fmt.Fprint(w, p.Text, len(p.Items))
				if err := templ.Once(handle, "once").Render(ctx, w); err != nil {
					return err
				}
				return p.Icon.Render(ctx, w)
			})
		}, Params: []string{"p"}},
		{ID: "c1", Fn: func() templ.Component { return templ.Once(handle, "never") }},
	}})
	var lines []string
	for i := 1; i <= 500; i++ {
		lines = append(lines, fmt.Sprintf(
			`{"id":%d,"component":"c0","props":{"text":"t%d-","items":[{"a":1}],"icon":[{"$component":{"id":"c1"}},"<"]}}`, i, i))
	}
	answers := exchange(t, table, lines...)
	for i := int64(1); i <= 500; i++ {
		if got, want := answers[i].result(), fmt.Sprintf("t%d-1once&lt;", i); got != want {
			t.Fatalf("%s, want %s", got, want)
		}
	}
}

func TestAnswersComeWhileTheInputIsOpen(t *testing.T) {
	in, requests := io.Pipe()
	answers, out := io.Pipe()
	served := make(chan error, 1)
	go func() {
		served <- rt.Serve(rt.Table{Blocks: []rt.Block{{ID: "b", Fn: func() any { return "x" }}}}, in, out)
		out.Close()
	}()
	lines := bufio.NewScanner(answers)
	for i := 0; i < 3; i++ {
		if !lines.Scan() {
			t.Fatal("no answer")
		}
		if i < 2 {
			fmt.Fprintf(requests, "{\"id\":%d,\"block\":\"b\"}\n", i)
		}
	}
	requests.Close()
	if lines.Scan() {
		t.Errorf("one answer too many: %s", lines.Text())
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}

func TestServeEndsWhenNobodyListens(t *testing.T) {
	in, requests := io.Pipe()
	_, out := io.Pipe()
	served := make(chan error)
	go func() { served <- rt.Serve(rt.Table{}, in, out) }()
	out.CloseWithError(io.ErrClosedPipe)
	if err := <-served; err == nil {
		t.Error("no error")
	}
	requests.Close()
}

func BenchmarkRequest(b *testing.B) {
	type Props struct {
		Text    string
		Variant string `json:"variant"`
	}
	table := rt.Table{Components: []rt.Component{{
		ID: "c0", Fn: func(p Props) string { return "<b>" + p.Text + "</b>" }, Params: []string{"props"},
	}}}
	var in bytes.Buffer
	for i := 0; i < b.N; i++ {
		in.WriteString(`{"id":1,"component":"c0","props":{"text":"Save","variant":"primary"}}` + "\n")
	}
	b.ReportAllocs()
	b.ResetTimer()
	if err := rt.Serve(table, &in, io.Discard); err != nil {
		b.Fatal(err)
	}
}
