package gohost

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestShape(t *testing.T) {
	const source = "// Package a is.\npackage a\n\n// F does.\nfunc F(s string) string {\n\treturn s\n}\n\nvar v = func() int { return 1 }()\n"
	for edit, same := range map[string]bool{
		"\treturn s\n -> \treturn s + \"!\"\n":                    true,
		"\treturn s\n -> \tif s == \"}\" { s = `{` }; return s\n": true,
		"\treturn s\n -> \n\treturn s\n":                          false, // what follows stands elsewhere
		"// F does. -> // F does more.":                           false,
		"s string) -> t string)":                                  false,
		"return 1 -> return 2":                                    false, // it may be a constant, or a type
		"package a\n -> package a\n\nimport \"fmt\"\n":            false,
		"func F -> func (T) F":                                    false,
		"func F -> func -> F":                                     false, // no Go
	} {
		from, to, _ := strings.Cut(edit, " -> ")
		if got := shape([]byte(strings.Replace(source, from, to, 1))) == shape([]byte(source)); got != same {
			t.Errorf("%q: %t", edit, got)
		}
	}
}

// TestAnEditWithinAFunctionNeedsOnlyTheCompiler counts what is asked of the go
// command.
func TestAnEditWithinAFunctionNeedsOnlyTheCompiler(t *testing.T) {
	dir := copyOf(t, "templ")
	cache := filepath.Join(t.TempDir(), "cache")
	button, card := Ref{Dir: "button", Name: "Button"}, Ref{Dir: "card", Name: "Card"}
	build := func() (h *Host, lists, builds int) {
		t.Helper()
		m := open(t, Options{Dir: dir, Cache: cache})
		log := logged(t, m)
		h = built(t, m, Needs{Components: []Ref{button, card}})
		lists, builds = asked(log)
		return h, lists, builds
	}
	first, lists, _ := build()
	never := fmt.Sprintf("_%x", time.Now().UnixNano()) // has been compiled, so the go command does it
	const unsure = -1                                  // what is compiled first, for the packages or the host, is not sure
	if lists != 1 {
		t.Fatalf("the packages were asked for %d times", lists)
	}
	for _, c := range []struct {
		name, file, from, to, shows, says string
		lists, builds                     int
	}{
		{"code in a template", "button/button.templ", "{ text }", "{ text + \"" + never + "\" }", `<button class="button plain ">x` + never + `</button>`, "", 0, 1},
		{"code in Go", "button/button.go", "return props[0]", "_ = 1; return props[0]", `<button class="button plain ">x` + never + `</button>`, "", 0, 0},
		{"code in a template again", "button/button.templ", never, "?", `<button class="button plain ">x?</button>`, "", 0, 0},
		{"a comment", "button/button.templ", "// Button triggers an action.", "// Button does it.", `<button class="button plain ">x?</button>`, "", 1, unsure},
		{"a line more", "button/button.go", "\tif len", "\n\tif len", `<button class="button plain ">x?</button>`, "", 1, unsure},
		{"a mistake", "card/card.templ", "{ title }", "{ titel }", `<button class="button plain ">x?</button>`, "card/card.templ:13:9: undefined: titel | correct the code there", 1, unsure},
		{"no mistake", "card/card.templ", "{ titel }", "{ title + \".\" }", `<button class="button plain ">x?</button>`, "", 0, unsure},
		{"another package", "card/card.templ", "title + \".\"", "title", `<button class="button plain ">x?</button>`, "", 0, unsure},
		{"a mistake in a function's own", "button/button.go", "_ = 1", "unused := 1", "", "button/button.go", 1, unsure},
	} {
		t.Run(c.name, func(t *testing.T) {
			edit(t, dir, c.file, c.from, c.to)
			h, lists, builds := build()
			if lists != c.lists || c.builds != unsure && builds != c.builds {
				t.Errorf("the packages were asked for %d times and the host %d times, not %d and %d", lists, builds, c.lists, c.builds)
			}
			if got := saidAll(h.Problems); !strings.Contains(got, c.says) || c.says == "" && got != "" {
				t.Errorf("got %s", got)
			}
			if c.shows == "" {
				return
			}
			if got := start(t, h).component(button, map[string]any{"text": "x"}); got != c.shows {
				t.Errorf("got %s", got)
			}
			was, _ := first.Component(button)
			is, _ := h.Component(button)
			if c.lists == 0 && (len(was.Props) != len(is.Props) || was.File != is.File) {
				t.Errorf("%+v\nwas %+v", is, was)
			}
		})
	}
}

// TestAnInitThatComesToPanicIsFound edits the body of an init: the compiler has
// nothing against it, and what was known of the package holds no more.
func TestAnInitThatComesToPanicIsFound(t *testing.T) {
	dir := copyOf(t, "templ")
	cache := filepath.Join(t.TempDir(), "cache")
	button, check := Ref{Dir: "button", Name: "Button"}, Ref{Dir: "icon", Name: "Icons.Check"}
	build := func() *Host {
		t.Helper()
		return built(t, open(t, Options{Dir: dir, Cache: cache}), Needs{Components: []Ref{button, check}})
	}
	edit(t, dir, "button/button.go", "func first(", "func init() { _ = 1 }\n\nfunc first(")
	if h := build(); len(h.Problems) > 0 {
		t.Fatal(saidAll(h.Problems))
	}
	edit(t, dir, "button/button.go", "_ = 1", "panic(\"not today\")")
	h := build()
	if _, p := h.Component(button); !strings.Contains(said(p), "can't be initialized") || !strings.Contains(said(p), "not today") {
		t.Errorf("got %s", said(p))
	}
	if _, p := h.Component(check); p != nil {
		t.Errorf("got %s", said(p))
	}
}

// asked counts how often a log has the question what is in packages, and how
// often a host was to be built.
func asked(log string) (lists, builds int) {
	text, _ := os.ReadFile(log)
	lines := "\n" + string(text)
	return strings.Count(lines, "\nlist -e -export"), strings.Count(lines, "\nbuild ")
}

// logged makes a module's go command write down how it is called.
func logged(t *testing.T, m *Module) (log string) {
	t.Helper()
	log = filepath.Join(t.TempDir(), "log")
	script := filepath.Join(t.TempDir(), "go")
	text := "#!/bin/sh\necho \"$@\" >> '" + log + "'\nexec '" + m.command + "' \"$@\"\n"
	if err := os.WriteFile(script, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	m.command = script
	return log
}
