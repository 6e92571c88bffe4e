package ui

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// spoken are the ways in which the sources name a text.
var spoken = map[string][]*regexp.Regexp{
	".html": {regexp.MustCompile(`\bt "([^"]+)"`), regexp.MustCompile(`\bcount [^ ]+ "[^"]+" "([^"]+)"`)},
	".js":   {said},
	".go":   {regexp.MustCompile(`\.(?:say|Say)\("([^"]+)"`), regexp.MustCompile(`words\.count\([^"]+"[^"]+", "([^"]+)"`), regexp.MustCompile(`Axis(?:Theme|Viewport) += "([^"]+)"`)},
}

// TestEveryTextIsTranslated holds the files of words against all that the
// workshop says.
func TestEveryTextIsTranslated(t *testing.T) {
	used := map[string]bool{}
	for _, dir := range []string{".", "../../pkg/build", "../../pkg/story"} {
		sources := os.DirFS(dir)
		_ = fs.WalkDir(sources, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(name, "_test.go") {
				return err
			}
			data, err := fs.ReadFile(sources, name)
			for _, pattern := range spoken[path.Ext(name)] {
				for _, match := range pattern.FindAllStringSubmatch(string(data), -1) {
					used[match[1]] = true
				}
			}
			return err
		})
	}
	if len(used) < 100 {
		t.Fatalf("only %d texts were found", len(used))
	}
	files, err := fs.Glob(wordFiles, "words/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		data, _ := wordFiles.ReadFile(file)
		var w words
		if err := json.Unmarshal(data, &w); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, text := range slices.Sorted(maps.Keys(used)) {
			if w[text] == "" {
				t.Errorf("%s: no %q", file, text)
			}
		}
		for text, translation := range w {
			if !used[text] {
				t.Errorf("%s: nobody says %q", file, text)
			}
			if strings.Count(text, "{}") != strings.Count(translation, "{}") {
				t.Errorf("%s: %q has other places to fill in than %q", file, translation, text)
			}
		}
	}
}

func TestWordsOfALanguage(t *testing.T) {
	for lang, want := range map[string]bool{"": false, "en": false, "de": false, "ar": true, "ar-EG": true, "AR": true, "arc": false, "../words/ar": false} {
		if got := wordsIn(lang) != nil; got != want {
			t.Errorf("%q: %t", lang, got)
		}
	}
	if got := words(nil).script(`t("Copy {}").replace("{}", title)`); got != `"Copy {}".replace("{}", title)` {
		t.Error(got)
	}
	w := words{"{} of {}": "{}/{}", "stories": "Geschichten", "Copied": "Kopiert </script>"}
	if got := w.say("{} of {}", "{}", "b"); got != "{}/b" {
		t.Error(got)
	}
	if got := w.count(1, "story", "stories") + words(nil).count(1, "story", "stories") + words(nil).count(0, "story", "stories"); got != "Geschichten: 11 story0 stories" {
		t.Error(got)
	}
	if got := w.script(`say(t("Copied"), await("Copied"), t("other"))`); got != `say("Kopiert \u003c/script\u003e", await("Copied"), "other")` {
		t.Error(got)
	}
}
