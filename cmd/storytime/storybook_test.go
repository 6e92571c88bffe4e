package main

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/storytime-dev/storytime/pkg/browser"
	"github.com/storytime-dev/storytime/pkg/serve"
)

// A tested is one story, as Storybook's test runner reports it.
type tested struct {
	Class   string   `xml:"classname,attr"` // the subject's title and the story's
	Failure []string `xml:"failure"`
}

// TestStorybooksTestRunner runs the real one against built sites. It passes
// what is right, and fails what is broken.
func TestStorybooksTestRunner(t *testing.T) {
	if testing.Short() {
		t.Skip("takes minutes")
	}
	t.Parallel()
	runner := testRunner(t)
	t.Run("the example passes", func(t *testing.T) {
		shop := buildShop(t)
		results, code, out := runner(t, shop)
		if len(results) < len(shop.stories)-5 || code != 0 {
			t.Errorf("%d stories of %d were tested, and it ended with %d\n%s", len(results), len(shop.stories), code, out)
		}
		for _, r := range results {
			if len(r.Failure) > 0 {
				t.Errorf("%s fails: %s", r.Class, r.Failure)
			}
		}
	})
	t.Run("what is broken fails", func(t *testing.T) {
		results, code, out := runner(t, buildBroken(t))
		var passed, failed []string
		for _, r := range results {
			if len(r.Failure) > 0 {
				failed = append(failed, r.Class)
			} else {
				passed = append(passed, r.Class)
			}
		}
		slices.Sort(failed)
		slices.Sort(passed)
		if got, want := strings.Join(failed, ", "), "Parts/Other Default, Parts/Part Broken, Parts/Part Failing"; got != want || code == 0 {
			t.Errorf("%s fail and it ended with %d, want %s\n%s", got, code, want, out)
		}
		if got, want := strings.Join(passed, ", "), "Parts/Part Whole"; got != want {
			t.Errorf("%s passes, want %s", got, want)
		}
		for _, want := range []string{"gone.html", `"two"`} { // what the problem and the check are about
			if !slices.ContainsFunc(results, func(r tested) bool { return strings.Contains(strings.Join(r.Failure, ""), want) }) {
				t.Errorf("no failure speaks of %s\n%s", want, out)
			}
		}
	})
}

// testRunner returns what runs Storybook's test runner against a site, and
// returns its results, its exit code and what it printed.
func testRunner(t *testing.T) func(*testing.T, *builtSite) ([]tested, int, string) {
	t.Helper()
	dir, err := filepath.Abs("../../testdata/storybook")
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "node_modules", ".bin", "test-storybook")
	if _, err := os.Stat(program); err != nil {
		message := "Storybook's test runner isn't installed; run make test, which does that"
		if os.Getenv("CI") != "" {
			t.Fatal(message)
		}
		t.Skip(message)
	}
	chromium, err := browser.Find()
	if err != nil {
		t.Fatal(err)
	}
	return func(t *testing.T, s *builtSite) ([]tested, int, string) {
		t.Helper()
		root, err := os.OpenRoot(s.dir)
		if err != nil {
			t.Fatal(err)
		}
		defer root.Close()
		server := httptest.NewServer(&serve.Site{Files: root.FS()})
		defer server.Close()
		ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
		defer cancel()
		reports := t.TempDir()
		cmd := exec.CommandContext(ctx, program, "--index-json", "--url", server.URL+"/", "--junit", "--maxWorkers", "2")
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "CHROMIUM="+chromium, "STORYBOOK_DISABLE_TELEMETRY=1",
			"PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1", "JEST_JUNIT_OUTPUT_DIR="+reports, "NO_COLOR=1")
		out, _ := cmd.CombinedOutput()
		if cmd.ProcessState == nil {
			t.Fatalf("the test runner can't be started\n%s", out)
		}
		data, err := os.ReadFile(filepath.Join(reports, "junit.xml"))
		if err != nil {
			t.Fatalf("the test runner left no report: %v\n%s", err, out)
		}
		var report struct {
			Suites []struct {
				Cases []tested `xml:"testcase"`
			} `xml:"testsuite"`
		}
		if err := xml.Unmarshal(data, &report); err != nil {
			t.Fatal(fmt.Errorf("reading the test runner's report: %w", err))
		}
		var results []tested
		for _, suite := range report.Suites {
			for _, r := range suite.Cases {
				r.Class = strings.TrimSuffix(r.Class, " smoke-test")
				results = append(results, r)
			}
		}
		return results, cmd.ProcessState.ExitCode(), string(out)
	}
}
