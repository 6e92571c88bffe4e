package ui

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func testNav() ([]*Node, []Entry) {
	story := &Node{Kind: KindStory, Title: hostile, Href: "forms/button/primary/index.html", Tags: []string{"stable", hostile}, Broken: true}
	far := &Node{Kind: KindStory, Title: "Far", Href: "else%20where/far/"}
	nav := []*Node{
		{Kind: KindSection, Title: "Forms", Href: "forms/index.html", Children: []*Node{
			{Kind: KindSubject, Title: "Button", Href: "forms/button/index.html", Tags: []string{"stable"}, Children: []*Node{story, far}},
		}},
		{Kind: KindSubject, Title: "Empty", Href: "empty/index.html"},
	}
	index := []Entry{
		{Kind: KindStory, Title: hostile, Href: story.Href, Description: hostile, Text: hostile},
		{Kind: KindSubject, Title: "Empty", Href: "empty/index.html"},
		{Kind: KindSection, Title: "Home", Path: "Shop", Href: "index.html", Text: "prose"},
	}
	return nav, index
}

func TestFilesAreTheSameEachTime(t *testing.T) {
	nav, index := testNav()
	first, second := Files(testSite(), nav, index), Files(testSite(), nav, index)
	for i, file := range first {
		if file.Path != second[i].Path || !bytes.Equal(file.Data, second[i].Data) {
			t.Errorf("%s differs", file.Path)
		}
		if !strings.HasPrefix(file.Path, Dir+"/") {
			t.Errorf("%s lies outside of %s", file.Path, Dir)
		}
	}
	if len(Files(&Site{}, nil, nil)) != len(first) {
		t.Error("an empty site has other files")
	}
}

func TestShellStaysSmall(t *testing.T) {
	size := len(stylesheet("")) + len(script(nil)) + len(leanScript(asset("shell/theme.js")))
	if size >= 60_000 {
		t.Errorf("style and scripts of the shell are %d bytes", size)
	}
	t.Logf("%d bytes", size)
}

// call returns the arguments of a script that is one call.
func call(t *testing.T, script []byte, name string, args any) {
	t.Helper()
	text, ok := strings.CutPrefix(string(script), name+"(")
	text, closed := strings.CutSuffix(text, ");\n")
	if !ok || !closed {
		t.Fatalf("not a call of %s: %s", name, script)
	}
	if err := json.Unmarshal([]byte("["+text+"]"), args); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
}

func TestNavIsCompact(t *testing.T) {
	nav, _ := testNav()
	var args []any
	call(t, navScript(nav), "storytime.nav", &args)
	want := []any{
		[]any{"stable", hostile},
		[]any{
			[]any{0.0, "Forms", "forms/", []any{}, []any{
				[]any{1.0, "Button", "button/", []any{0.0}, []any{
					[]any{6.0, hostile, "primary/", []any{0.0, 1.0}},
					[]any{2.0, "Far", "/else%20where/far/"},
				}},
			}},
			[]any{1.0, "Empty", "empty/"},
		},
	}
	if got, want := fmt.Sprint(args), fmt.Sprint(want); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestIndexHoldsWhatNavDoesNot(t *testing.T) {
	nav, index := testNav()
	var args [1][][]string
	call(t, searchScript(nav, index), "storytime.index", &args)
	want := [][]string{{"forms/button/primary/", hostile, hostile}, {"", "", "prose", "Home", "Shop"}}
	if got, want := fmt.Sprint(args[0]), fmt.Sprint(want); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestFrameScriptKnowsOnlyTheSitesThemes(t *testing.T) {
	js := string(frameScript(testSite()))
	for _, want := range []string{`"light":[["data-theme","light"]]`, `"#123456"`} {
		if !strings.Contains(js, want) {
			t.Errorf("no %s", want)
		}
	}
	for _, bad := range []string{"</script>", "/*", "\u2028"} {
		if strings.Contains(js, bad) {
			t.Errorf("%q in the script", bad)
		}
	}
	if strings.Contains(string(frameScript(&Site{})), "/*") {
		t.Error("a place was left open in a site without themes")
	}
}
