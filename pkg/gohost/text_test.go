package gohost

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/storytime-dev/storytime/pkg/gohost/texts"
)

// TestAnEditOfTextBuildsNothing edits what isn't code in templ, and expects
// the host that there is to show it, at places that have moved with it.
func TestAnEditOfTextBuildsNothing(t *testing.T) {
	dir := copyOf(t, "templ")
	cache := filepath.Join(t.TempDir(), "cache")
	list := Ref{Dir: "card", Name: "List[string]", At: place("card.md", 1, 1)}
	needs := Needs{Components: []Ref{list}, Blocks: []Block{
		{Key: "b", Dir: "card", Language: "templ", Text: "<p>\n\t{ strings.ToUpper(\"a\") }\n</p>", At: place("card.md", 10, 1)},
		{Key: "textless", Dir: "card", Language: "templ", Text: "{ strings.ToUpper(\"a\") }", At: place("card.md", 30, 1)},
		{Key: "fails", Dir: "card", Language: "templ", Text: "<p>\n\t{ fixtures.Broken() }\n</p>", At: place("card.md", 20, 1)},
	}}
	write(t, dir, "fixtures/broken.go", "package fixtures\n\nimport \"errors\"\n\nfunc Broken() (string, error) { return \"\", errors.New(\"broken\") }\n")
	show := func() (*Host, *client) {
		begin := time.Now()
		h := built(t, open(t, Options{Dir: dir, Cache: cache}), needs)
		t.Log(time.Since(begin), h.Cached)
		return h, start(t, h)
	}
	h, c := show()
	props := map[string]any{"items": []any{"x"}, "arg2": 1}
	if got, want := c.component(list, props), "<ul><li>x</li></ul>"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	program := h.Program

	edit(t, dir, "card/card.templ", "<time>", "<b>new</b>\n\t\t<time class=\"a\">")
	edit(t, dir, "card/card.templ", "<ul>", "<ul class='\\\" list'>\n\t\t<li>\"first\"</li>")
	needs.Blocks[0].Text = "<p class=\"x\">new\n\t{ strings.ToUpper(\"a\") }\n</p>"
	needs.Blocks[2].Text = "<p>\n\ttext { fixtures.Broken() }\n</p>"
	h, c = show()
	if !h.Cached || h.Program != program {
		t.Error("an edit of text built the host again")
	}
	if got, want := c.component(list, props), `<ul class='\" list'><li>"first"</li><li>x</li></ul>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := c.block("b"), `<p class="x">new A</p>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := c.block("textless"), "A"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	found, p := h.Component(list)
	if p != nil || found.Place != place("card/card.templ", 29, 7) || found.Props[0].At != found.Place {
		t.Errorf("got %s, %+v", found.Place, p)
	}
	id, _ := h.Block("fails")
	if failed := c.ask(map[string]any{"block": id}).Errors; len(failed) != 1 {
		t.Errorf("the block fails with %v", failed)
	} else if at, ok := h.Place(failed[0].File, failed[0].Line, failed[0].Column+1); !ok || at != place("card.md", 21, 26) {
		t.Errorf("it fails at %s", at)
	}

	edit(t, dir, "card/card.templ", "{ string(item) }", "{ string(item) + \"!\" }")
	if h, c := show(); h.Cached || c.component(list, props) != `<ul class='\" list'><li>"first"</li><li>x!</li></ul>` {
		t.Error("an edit of code isn't shown")
	}
}

func TestWhatFailsIsToldOfTheTextAsItIs(t *testing.T) {
	dir := copyOf(t, "templ")
	cache := filepath.Join(t.TempDir(), "cache")
	needs := Needs{Components: []Ref{{Dir: "card", Name: "Card", At: place("card.md", 1, 1)}}}
	edit(t, dir, "card/card.templ", "{ title }", "{ titel }")
	for _, want := range []string{"card/card.templ:13:9: undefined: titel | correct the code there", "card/card.templ:14:9: undefined: titel | correct the code there"} {
		h := built(t, open(t, Options{Dir: dir, Cache: cache}), needs)
		if got := saidAll(h.Problems); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		edit(t, dir, "card/card.templ", "<h2>", "<b>new</b>\n\t\t<h2>")
	}
}

func TestTextsAreReadAsTheyWereWritten(t *testing.T) {
	for _, tables := range []map[string]texts.Table{
		{},
		{"a.templ": {}, "b/c.templ": {Text: []string{"", "<p>\x00é</p>"}, Number: []int{0, -1, 1 << 40}}, "": {Number: []int{3}}},
	} {
		encoded := string(texts.Encode(tables))
		decoded, err := texts.Decode(encoded)
		if err != nil || string(texts.Encode(decoded)) != encoded || len(decoded) != len(tables) {
			t.Errorf("%v was read as %v, %v", tables, decoded, err)
		}
		for cut := 1; cut < len(encoded); cut++ {
			// Without its end it is a mistake, or has fewer tables.
			if decoded, err := texts.Decode(encoded[:cut]); err == nil && len(decoded) >= len(tables) {
				t.Errorf("%d bytes of %d were read as %v", cut, len(encoded), decoded)
			}
		}
	}
	path := filepath.Join(t.TempDir(), "texts")
	if err := os.WriteFile(path, texts.Encode(map[string]texts.Table{"a.templ": {Text: []string{"x"}}}), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(texts.Variable, path)
	if got := texts.Of("a.templ").Text[0]; got != "x" {
		t.Errorf("got %q", got)
	}
	if _, set := os.LookupEnv(texts.Variable); set {
		t.Error("the variable is left to programs that the user's code starts")
	}
}
