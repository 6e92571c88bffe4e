package ui

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/storytime-dev/storytime/pkg/problem"
)

func editor(p problem.Place) string {
	return "vscode://file/c/" + strings.NewReplacer("<", "%3C", ">", "%3E", `"`, "%22", " ", "%20").Replace(p.String())
}

func TestProblemPanelEscapes(t *testing.T) {
	out := ProblemPanel([]*problem.Problem{testProblem(), {Message: "only a message"}}, editor)
	checkBalance(t, out)
	doc, err := html.Parse(strings.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	for node := range doc.Descendants() {
		if node.Type != html.ElementNode {
			continue
		}
		if node.Data == "script" || node.Data == "img" || node.Data == "title" {
			t.Errorf("<%s> came out of a text", node.Data)
		}
		if node.Data == "a" {
			links++
			if href := node.Attr[0].Val; !strings.HasPrefix(href, "vscode://file/c/") {
				t.Errorf("a link leads to %q", href)
			}
		}
	}
	if links != 2 {
		t.Errorf("there are %d links, not one for the place and one for what is related", links)
	}
}

func TestProblemPanelLinksOnlyWhereItCan(t *testing.T) {
	list := []*problem.Problem{{File: "a.html", Line: 3, Message: "m"}}
	for _, link := range []func(problem.Place) string{
		nil,
		func(problem.Place) string { return "" },
		func(problem.Place) string { return "javascript:alert(1)" },
		func(problem.Place) string { return " JAVA\tscript:alert(1)" },
		func(problem.Place) string { return "data:text/html,x" },
	} {
		out := ProblemPanel(list, link)
		if strings.Contains(out, "<a ") || !strings.Contains(out, "<code>a.html:3</code>") {
			t.Errorf("got %s", out)
		}
	}
}

func TestProblemPanelHasAnEnd(t *testing.T) {
	var list []*problem.Problem
	for i := range 60 {
		list = append(list, &problem.Problem{Message: fmt.Sprint("problem ", i)})
	}
	out := ProblemPanel(list, nil)
	if n := strings.Count(out, "<article"); n != 50 || !strings.Contains(out, "and 10 more") {
		t.Errorf("%d problems are shown, and the rest is not counted", n)
	}
	if strings.Contains(ProblemPanel(list[:50], nil), "more") {
		t.Error("50 problems have more")
	}
	if out := ProblemPanel(nil, nil); out != "" {
		t.Errorf("no problems are %q", out)
	}
}

func TestLiveScriptCanStandInAPage(t *testing.T) {
	script := string(LiveScript())
	for _, bad := range []string{"</script", "<!--", "\u2028", "/*", "\n//"} {
		if strings.Contains(script, bad) {
			t.Errorf("%q is in the script", bad)
		}
	}
	for _, name := range liveScripts {
		if !strings.Contains(script, strings.TrimSpace(leanScript(asset(name)))[:40]) {
			t.Errorf("%s is missing", name)
		}
	}
	t.Logf("%d bytes", len(script))
	for _, part := range append(scripts, styles...) {
		if strings.HasPrefix(part, "live/") {
			t.Errorf("%s is part of a built site", part)
		}
	}
}

func TestWaitingBringsAllItNeeds(t *testing.T) {
	for lang, want := range map[string]string{"": `lang="en"`, "ar": `lang="ar" dir="rtl"`} {
		var b bytes.Buffer
		if err := Waiting(&b, lang); err != nil {
			t.Fatal(err)
		}
		checkBalance(t, b.String())
		for _, want := range []string{want, "data-waiting", "Building…", `<script src="/_storytime/live.js"></script>`} {
			if !strings.Contains(b.String(), want) {
				t.Errorf("no %s in %s", want, b.String())
			}
		}
		if strings.Contains(b.String(), "<link rel=\"stylesheet\"") {
			t.Error("it loads a style")
		}
	}
}
