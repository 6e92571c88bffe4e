package check

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// followed returns the elements of a source as the rule for nesting follows
// them, and how many mistakes it finds.
func followed(d *Document) (tree string, found []Finding) {
	var b strings.Builder
	l := linter{d: d}
	r := tagReader{l: &l, source: d.source}
	r.enter = func(name string) { b.WriteString("<" + name) }
	r.leave = func() { b.WriteString(">") }
	r.read()
	return b.String(), l.findings
}

// treeOf returns the elements of the tree in the same form.
func treeOf(d *Document) string {
	var b strings.Builder
	var write func(n *html.Node)
	write = func(n *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.ElementNode {
				name, _ := tagName(c.Data, 0, nil)
				b.WriteString("<" + string(name))
				write(c)
				b.WriteString(">")
			}
		}
	}
	write(d.root)
	return b.String()
}

// parserDrops reports whether a source has what golang.org/x/net/html gives
// up on: it drops all that follows a template within SVG or MathML, which no
// browser does.
func parserDrops(source string) bool {
	source = strings.ToLower(source)
	return strings.Contains(source, "<template") && (strings.Contains(source, "<svg") || strings.Contains(source, "<math"))
}

// promise is what FuzzNesting holds the rule to.
func promise(t *testing.T, source string) (found []Finding) {
	t.Helper()
	d := NewDocument(source)
	if d.err != nil || parserDrops(source) {
		return nil
	}
	tree, found := followed(d)
	nesting := 0
	for _, f := range found {
		if f.Rule.Name == "nesting" {
			nesting++
		}
		if f.Message == "" || f.Hint == "" {
			t.Errorf("%q: %+v", source, f)
		}
	}
	if want := treeOf(d); nesting == 0 && tree != want {
		t.Errorf("%q: no mistake was found, but\nfollowed %s\nparsed   %s", source, tree, want)
	}
	return found
}

func FuzzNesting(f *testing.F) {
	for _, x := range nestingTable {
		f.Add(x.html)
	}
	f.Fuzz(func(t *testing.T, source string) {
		const long = 1 << 12
		if len(source) > long {
			return
		}
		promise(t, source)
	})
}
