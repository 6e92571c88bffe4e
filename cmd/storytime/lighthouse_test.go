package main

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/storytime-dev/storytime/pkg/browser"
)

// TestLighthouse holds the example to the scores that the workshop promises,
// as the real server sends it.
func TestLighthouse(t *testing.T) {
	t.Parallel()
	const wanted = 95 // of performance, in percent; of the rest all
	if _, err := os.Stat("../../node_modules/lighthouse"); err != nil {
		t.Fatalf("Lighthouse isn't there; run make test, which installs it: %v", err)
	}
	chromium, err := browser.Find()
	if err != nil {
		t.Fatal(err)
	}
	base := buildShop(t).places(t)[1].base
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", filepath.Join("testdata", "lighthouse.mjs"), strconv.Itoa(wanted),
		base, base+"actions/button/", base+"actions/button/primary/")
	cmd.Env = append(os.Environ(), "CHROME_PATH="+chromium)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("running Lighthouse: %v\n%s", err, complaints.String())
	}
	pages := 0
	for line := range strings.Lines(string(out)) {
		var got struct {
			Address, Error             string
			Accessibility, Performance int
			BestPractices              int `json:"best-practices"`
			Audits                     []string
		}
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatalf("what Lighthouse says can't be read: %v\n%s", err, line)
		}
		pages++
		t.Logf("%s: accessibility %d, best practices %d, performance %d", got.Address, got.Accessibility, got.BestPractices, got.Performance)
		if got.Error != "" || got.Accessibility < 100 || got.BestPractices < 100 || got.Performance < wanted {
			t.Errorf("%s: wanted 100, 100 and at least %d; it loses points for %v %s", got.Address, wanted, got.Audits, got.Error)
		}
	}
	if pages != 3 {
		t.Errorf("Lighthouse looked at %d pages, want 3\n%s", pages, complaints.String())
	}
}
