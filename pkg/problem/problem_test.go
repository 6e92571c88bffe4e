package problem

import (
	"slices"
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	known := []string{"title", "description", "component", "props", "tags"}
	for _, test := range []struct{ name, want string }{
		{"titel", "title"},
		{"Title", "title"},
		{"discription", "description"},
		{"prop", "props"},
		{"tag", "tags"},
		{"zebra", ""},
		{"", ""},
		{strings.Repeat("x", 10_000), ""},
	} {
		if got := Nearest(test.name, known); got != test.want {
			t.Errorf("Nearest(%.20q) = %q, want %q", test.name, got, test.want)
		}
	}
}

func TestPrintPutsTheCaretUnderThePlace(t *testing.T) {
	p := &Problem{File: "a.md", Line: 3, Column: 5, Length: 2, Message: "bad", Hint: "better"}
	p.WithExcerpt("one\ntwo\n\té: xy z\nfour\nfive\nsix\n")
	var b strings.Builder
	if err := (&Printer{W: &b, Dir: "ui/"}).Print(p); err != nil {
		t.Fatal(err)
	}
	want := "ui/a.md:3:5: bad\n" +
		"  1 | one\n" +
		"  2 | two\n" +
		"> 3 | \té: xy z\n" +
		"    | \t   ^^\n" +
		"  4 | four\n" +
		"  5 | five\n" +
		"  hint better\n\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestPrintShowsControlCharactersInsteadOfObeyingThem(t *testing.T) {
	p := &Problem{File: "a\x1b[31m.md", Message: "b\x07", Detail: "c\u009bd"}
	var b strings.Builder
	if err := (&Printer{W: &b}).Print(p); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(b.String(), "\x1b\x07\u009b") {
		t.Errorf("control characters in %q", b.String())
	}
}

func TestSortMakesOneProblemOfWhatIsSaidTwice(t *testing.T) {
	a := &Problem{File: "a", Line: 1, Message: "x", Stories: []string{"two"}}
	b := &Problem{File: "a", Line: 1, Message: "x", Stories: []string{"one", "two"}}
	c := &Problem{File: "a", Message: "y"}
	d := &Problem{File: "b", Message: "a"}
	got := List{d, a, c, b}.Sort()
	if len(got) != 3 || got[0] != c || got[2] != d || !slices.Equal(got[1].Stories, []string{"one", "two"}) {
		t.Errorf("got %v", got)
	}
	if len(a.Stories) != 1 {
		t.Errorf("Sort changed a problem to %v", a)
	}
}
