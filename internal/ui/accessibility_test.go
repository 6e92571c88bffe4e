package ui

import (
	"bytes"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/storytime-dev/storytime/pkg/problem"
)

func testAccessibility() *Accessibility {
	return &Accessibility{
		Searched: true, Findings: []*problem.Problem{testProblem()},
		Nodes: []Exposed{
			{Role: "list"},
			{Depth: 1, Role: "listitem"},
			{Depth: 2, Role: "heading", Name: hostile, Description: hostile, States: []string{"level 2", hostile}},
			{Depth: 3, Name: hostile},
			{Depth: 1, Role: "listitem"},
			{Role: `<input type="` + hostile + `">`, Value: hostile},
		},
		More:  3,
		Stops: []Exposed{{Role: "link", Name: hostile}, {Role: "button"}}, MoreStops: 2,
	}
}

// accessibilityPanel returns the panel of a story, each row on a line, without
// its tags.
func accessibilityPanel(t *testing.T, a *Accessibility) string {
	t.Helper()
	site := testSite()
	var b bytes.Buffer
	if err := New(site).Story(&b, &Story{Page: testPage(site), Accessibility: a}); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	checkBalance(t, page)
	_, panel, _ := strings.Cut(page, `id="st-panel-accessibility">`)
	panel, _, _ = strings.Cut(panel, "</section>")
	panel = regexp.MustCompile(`<li>`).ReplaceAllString(panel, "\n- ")
	panel = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(panel, "")
	return strings.TrimSpace(regexp.MustCompile(`\n+`).ReplaceAllString(panel, "\n"))
}

func TestAccessibilityIsShownAsAListOfLists(t *testing.T) {
	a := &Accessibility{
		Searched: true, Findings: []*problem.Problem{{Message: "a <b> is wrong"}},
		Nodes: []Exposed{
			{Role: "list", Name: "a"}, {Depth: 1, Role: "listitem"}, {Depth: 2, Name: "b"},
			{Role: "textbox", Name: "c", Description: "d", Value: "<e>", States: []string{"required", "invalid"}},
		},
		More: 2, Stops: []Exposed{{Role: "button"}},
	}
	want := "Accessibility\n- failed:a <b> is wrong\nWhat to do about it\nAccessibility tree\n- list “a”\n- listitem\n- text “b”\n" +
		"- textbox “c” described as “d”, value “<e>”, required, invalid\n… and 2 more.\nTab order\n- button\n" +
		"As far as the story's own HTML tells, without its layout, style sheets and scripts."
	if got := html.UnescapeString(accessibilityPanel(t, a)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAccessibilityPanelSaysWhatItDoesNotKnow(t *testing.T) {
	for _, c := range []struct {
		a    *Accessibility
		want string
	}{
		{nil, "There is no HTML"},
		{&Accessibility{}, "Mistakes were not looked for"},
		{&Accessibility{Searched: true}, "Nothing was found without being asked"},
		{&Accessibility{}, "is given nothing"},
		{&Accessibility{}, "The Tab key reaches nothing"},
		{&Accessibility{Unread: true}, "can't be read"},
	} {
		if got := html.UnescapeString(accessibilityPanel(t, c.a)); !strings.Contains(got, c.want) {
			t.Errorf("no %q in\n%s", c.want, got)
		}
	}
}
