package gohost

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWhatIsSavedMeanwhileIsNotTakenForWhatWasThere saves a file while the
// compiler works, and takes it back.
func TestWhatIsSavedMeanwhileIsNotTakenForWhatWasThere(t *testing.T) {
	dir, cache := copyOf(t, "templ"), filepath.Join(t.TempDir(), "cache")
	button := Ref{Dir: "button", Name: "Button"}
	look := func(m *Module) string {
		t.Helper()
		return start(t, built(t, m, Needs{Components: []Ref{button}})).component(button, map[string]any{"text": "x"})
	}
	path := filepath.Join(dir, "button", "button.go")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	saved := filepath.Join(t.TempDir(), "saved")
	if err := os.WriteFile(saved, []byte(strings.Replace(string(before), "return Props{}", "return Props{Variant: Danger}", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	m := open(t, Options{Dir: dir, Cache: cache})
	script := filepath.Join(t.TempDir(), "go")
	if err := os.WriteFile(script, []byte("#!/bin/sh\ncase $1 in list | build) cp '"+saved+"' '"+path+"' ;; esac\nexec '"+m.command+"' \"$@\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	m.command = script
	if got := look(m); !strings.Contains(got, "danger") {
		t.Fatalf("it was not saved meanwhile: %s", got)
	}
	write(t, dir, "button/button.go", string(before))
	if got := look(open(t, Options{Dir: dir, Cache: cache})); !strings.Contains(got, "plain") {
		t.Errorf("got %s", got)
	}
}
