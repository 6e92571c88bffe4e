package build

import "testing"

func TestIDsAreThoseOfStorybook(t *testing.T) {
	for text, want := range map[string]string{
		"Forms/Button Group": "forms-button-group", "With Icon (XL)": "with-icon-xl", "  a -- b_c ": "a-b-c",
		"Größe": "größe", "हिन्दी": "हिन्दी", "日本/語": "日本-語", "1.5 × 2": "1-5-2", "…": "",
	} {
		if got := bookID(text); got != want {
			t.Errorf("the ID of %q is %q, want %q", text, got, want)
		}
	}
}

func TestNamesOfExports(t *testing.T) {
	for title, want := range map[string]string{
		"With Icon (XL)": "WithIconXL", "primary": "Primary", "2 columns": "_2Columns", "größe": "Größe", "…": "_",
	} {
		if got := exportName(title); got != want {
			t.Errorf("%q is exported as %q, want %q", title, got, want)
		}
	}
}

func TestNoTwoHaveOneID(t *testing.T) {
	b := &storybook{ids: map[string]bool{}}
	for _, want := range []string{"a--b", "a--b-2", "a--b-3"} {
		if got := b.id("A", "b"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := b.id("A", "B 2"); got != "a--b-2-2" {
		t.Errorf("got %q, want another than those before", got)
	}
}
