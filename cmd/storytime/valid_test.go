package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// validity is what the pages are held to: the HTML standard as html-validate
// knows it, without the rules that are a matter of taste.
const validity = `{"root": true, "extends": ["html-validate:standard"]}`

func TestThePagesAreValidHTML(t *testing.T) {
	t.Parallel()
	tool, err := filepath.Abs("../../node_modules/.bin/html-validate")
	if err == nil {
		_, err = os.Stat(tool)
	}
	if err != nil {
		t.Fatalf("html-validate isn't there; run make test, which installs it: %v", err)
	}
	shop, broken := buildShop(t), buildBroken(t)
	var files []string
	add := func(s *builtSite, names ...string) {
		for _, name := range names {
			files = append(files, filepath.Join(s.dir, filepath.FromSlash(name)))
		}
	}
	add(shop, "index.html", "404.html", "iframe.html")
	add(shop, shop.sections...)
	add(shop, shop.subjects...)
	for i := 0; i < len(shop.stories); i += len(shop.stories) / 12 {
		add(shop, shop.stories[i])
	}
	add(broken, "index.html", "parts/part/index.html", "parts/part/broken/index.html", "parts/part/part--broken.html", "parts/other/index.html")

	// A page with a mistake shows that they are found.
	dir := t.TempDir()
	config, wrong := filepath.Join(dir, "validity.json"), filepath.Join(dir, "wrong.html")
	err = errors.Join(os.WriteFile(config, []byte(validity), 0o644),
		os.WriteFile(wrong, []byte("<!DOCTYPE html>\n<html lang=\"en\"><head><title>x</title></head><body><p><div>x</div></p></body></html>\n"), 0o644))
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, wrong)

	// The pages of a site are few enough for one command line.
	cmd := exec.Command(tool, append([]string{"--config", config, "--formatter", "json"}, files...)...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); err != nil && (!errors.As(err, &exit) || len(out) == 0) {
		t.Fatalf("running html-validate: %v\n%s", err, out)
	}
	var reports []struct {
		FilePath string `json:"filePath"`
		Messages []struct {
			RuleID   string `json:"ruleId"`
			Message  string `json:"message"`
			Line     int    `json:"line"`
			Column   int    `json:"column"`
			Selector string `json:"selector"`
		} `json:"messages"`
	}
	if err := json.Unmarshal(out, &reports); err != nil {
		t.Fatalf("what html-validate says can't be read: %v\n%.500s", err, out)
	}
	// One mistake of a template is one line here, and not one a page.
	places, count := map[string]string{}, map[string]int{}
	found := false
	for _, r := range reports {
		if r.FilePath == wrong {
			found = len(r.Messages) > 0
			continue
		}
		for _, m := range r.Messages {
			key := m.RuleID + ": " + m.Message
			if count[key]++; count[key] == 1 {
				name := strings.TrimPrefix(strings.TrimPrefix(r.FilePath, shop.dir+"/"), broken.dir+"/")
				places[key] = fmt.Sprintf("%s:%d:%d (%s)", name, m.Line, m.Column, m.Selector)
			}
		}
	}
	if !found {
		t.Error("a <div> within a <p> went unnoticed")
	}
	for key, place := range places {
		t.Errorf("%s: %s, %d times", place, key, count[key])
	}
}
