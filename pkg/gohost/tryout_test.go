package gohost

import (
	"fmt"
	"strings"
	"testing"
)

// TestAPackageThatCannotBeInitializedIsLeftOut has each of several packages
// fail in its own way, and expects the others to render.
func TestAPackageThatCannotBeInitializedIsLeftOut(t *testing.T) {
	needGo(t)
	dir := t.TempDir()
	write(t, dir, "go.mod", "module example.com/shop\n\ngo 1.22\n")
	packages := []struct{ name, code, message, place string }{
		{"good", "", "", ""},
		{"panics", "func init() {\n\tpanic(\"no luck\")\n}", `the package "example.com/shop/panics" can't be initialized: panic: no luck`, "panics/panics.go:6"},
		{"variable", "var m map[string]int\n\nvar _ = set()\n\nfunc set() int {\n\tm[\"a\"] = 1\n\treturn 1\n}", `the package "example.com/shop/variable" can't be initialized: panic: assignment to entry in nil map`, "variable/variable.go:10"},
		{"exits", "import \"os\"\n\nfunc init() { os.Exit(0) }", `the package "example.com/shop/exits" can't be initialized: it ends the program`, "exits"},
		{"fatal", "import \"log\"\n\nfunc init() { log.SetFlags(0); log.Fatal(\"no database\") }", `the package "example.com/shop/fatal" can't be initialized: it ends the program and says "no database"`, "fatal"},
		{"user", "import _ \"example.com/shop/panics\"", `the package "example.com/shop/panics" can't be initialized: panic: no luck`, "panics/panics.go:6"},
	}
	var needs Needs
	for _, p := range packages {
		imports, rest := "", p.code
		if strings.HasPrefix(rest, "import") {
			imports, rest, _ = strings.Cut(rest, "\n")
		}
		write(t, dir, p.name+"/"+p.name+".go", fmt.Sprintf("package %[1]s\n\n%[2]s\nfunc Part() string { return \"<p>%[1]s</p>\" }\n%[3]s\n", p.name, imports, rest))
		needs.Components = append(needs.Components, Ref{Dir: p.name, Name: "Part"})
	}
	h := built(t, open(t, Options{Dir: dir}), needs)
	c := start(t, h)
	for i, p := range packages {
		if p.message == "" {
			if got, want := c.component(needs.Components[i], nil), "<p>"+p.name+"</p>"; got != want {
				t.Errorf("%s: got %s", p.name, got)
			}
			continue
		}
		_, wrong := h.Component(needs.Components[i])
		if wrong == nil || wrong.Message != p.message || wrong.Place().String() != p.place {
			t.Errorf("%s: got %v %s", p.name, wrong, said(wrong))
		}
	}
	if len(h.Problems) != 4 {
		t.Errorf("got %s", saidAll(h.Problems))
	}
	// What is mended is seen, also when nothing else has changed.
	edit(t, dir, "exits/exits.go", "os.Exit(0)", "_ = os.Args")
	h = built(t, open(t, Options{Dir: dir}), needs)
	if _, wrong := h.Component(needs.Components[3]); wrong != nil {
		t.Error(said(wrong))
	}
}
