package build

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestADraftFollowsGoComponents edits text and code of templ and Go, and
// expects the page on the screen to be what a build makes.
func TestADraftFollowsGoComponents(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no go command here")
	}
	module, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(module, os.DirFS("../../testdata/golang/templ")); err != nil {
		t.Fatal(err)
	}
	options := Options{Dir: module, AllowProblems: true, Output: filepath.Join(t.TempDir(), "site")}
	page := "button/button--" // of some story
	result, err := Site(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	_ = result
	found, _ := filepath.Glob(filepath.Join(options.Output, page+"*.html"))
	if len(found) == 0 {
		t.Fatal("the module has no story of a button")
	}
	page = "button/" + filepath.Base(found[0])
	for _, edit := range []struct{ file, old, text string }{
		{"button/button.templ", "<button class", "<button data-new class"},
		{"button/button.templ", "{ text }", "{ text + \"!\" }"},
	} {
		draft, err := ReadAhead(t.Context(), options)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(module, filepath.FromSlash(edit.file))
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(string(text), edit.old, edit.text, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		pages, err := draft.Pages(t.Context(), []string{path}, []string{page})
		draft.Close()
		if err != nil || pages == nil || len(pages.Files[page]) == 0 {
			t.Fatalf("%s: nothing was made: %v", edit.text, err)
		}
		t.Log(edit.text, time.Since(begin))
		if _, err := Site(t.Context(), options); err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join(options.Output, page))
		if err != nil || string(pages.Files[page]) != string(want) {
			t.Errorf("%s: the draft made\n%s\nand a build\n%s", edit.text, pages.Files[page], want)
		}
	}
}
