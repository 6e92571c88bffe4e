package build

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestAStoryThatNeverEndsStopsOnlyItself(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"endless.html": "{{range 1000000000000}} {{end}}",
		"good.html":    "<b>good</b>",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	output := filepath.Join(t.TempDir(), "site")
	result, err := Site(t.Context(), Options{
		Dir: dir, Output: output, AllowProblems: true, Jobs: 1, StoryTimeout: 3 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Problems) != 1 || !strings.Contains(result.Problems[0].Message, "takes longer than 3s") {
		t.Errorf("the problems are %v", result.Problems)
	}
	page, err := os.ReadFile(filepath.Join(output, "good--default.html"))
	if err != nil || !strings.Contains(string(page), "<b>good</b>") {
		t.Errorf("the good story is %q, %v", page, err)
	}
}
