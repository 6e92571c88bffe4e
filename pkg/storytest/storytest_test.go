package storytest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/storytime-dev/storytime/pkg/storytest"
)

// TestStories keeps the stories of the example to what they promise.
func TestStories(t *testing.T) { storytest.Run(t, "../../testdata/shop") }

func TestRenderHandsOutTheHTMLOfAStory(t *testing.T) {
	html := storytest.Render(t, "../../testdata/shop", "actions/button/primary")
	if !strings.HasPrefix(html, "<button") || !strings.Contains(html, "Add to basket") {
		t.Errorf("got %s", html)
	}
}

// catalogVariable names the catalog for the tests below, which are there for
// another process of this test to run.
const catalogVariable = "STORYTEST_CATALOG"

func catalogOfParent(t *testing.T) string {
	dir := os.Getenv(catalogVariable)
	if dir == "" {
		t.Skip("this test is run by another one")
	}
	return dir
}

func TestInner(t *testing.T) { storytest.Run(t, catalogOfParent(t)) }

func TestInnerRender(t *testing.T) {
	storytest.Render(t, catalogOfParent(t), os.Getenv("STORYTEST_STORY"))
	t.Log("rendered")
}

// inner runs one of them over a catalog, and returns what it prints.
func inner(t *testing.T, dir, pattern string, env ...string) (output string, passed bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.v", "-test.run", pattern)
	cmd.Env = append(append(os.Environ(), catalogVariable+"="+dir, "GORACE=atexit_sleep_ms=0"), env...)
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

func catalog(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

var buttons = map[string]string{
	"button.html": "<button type=button>{{.text}}</button>",
	"button.stories.md": "## Good\n\n```yaml story\nprops: {text: Save}\ncheck:\n  - {role: button, name: Save}\n```\n\n" +
		"## Bad\n\n```yaml story\nprops: {text: Save}\ncheck:\n  - {role: button, name: Safe}\n  - {text: /^S/}\n```\n\n" +
		"## Broken\n\n```html story\n{{.text\n```\n\n## Later\n\n```yaml story\nskip: not yet\n```\n",
}

func TestEachStoryAndEachCheckIsASubtest(t *testing.T) {
	dir := catalog(t, buttons)
	output, passed := inner(t, dir, "^TestInner$")
	if passed {
		t.Error("the test passed")
	}
	for _, want := range []string{
		"--- PASS: TestInner/button/good/role_button ",
		"--- PASS: TestInner/button/good/lint ",
		"--- FAIL: TestInner/button/bad/role_button ",
		"--- PASS: TestInner/button/bad/text_^S ",
		"--- FAIL: TestInner/button/broken ",
		"--- SKIP: TestInner/button/later ",
		"\n" + filepath.ToSlash(dir) + "/button.stories.md:14:5: expected one button \"Safe\", found none\n",
		"hint did you mean \"Save\"?",
		"skipped by its author: not yet",
	} {
		if !strings.Contains(strings.ReplaceAll(output, "        ", ""), want) {
			t.Errorf("it doesn't say %q", want)
		}
	}
	if t.Failed() {
		t.Log(output)
	}
}

func TestRunSelectsStories(t *testing.T) {
	output, passed := inner(t, catalog(t, buttons), "^TestInner$/button/good/role")
	if !passed || !strings.Contains(output, "PASS: TestInner/button/good/role_button") ||
		strings.Contains(output, "bad") || strings.Contains(output, "good/lint") {
		t.Errorf("got %t\n%s", passed, output)
	}
}

func TestWhatIsWrongInACatalogFailsTheTest(t *testing.T) {
	output, passed := inner(t, catalog(t, map[string]string{"storytime.yaml": "titel: x\n", "a.html": "<p>a</p>"}), "^TestInner$")
	if passed || !strings.Contains(output, `storytime.yaml:1:1: unknown key "titel"`) || !strings.Contains(output, "PASS: TestInner/a/default") {
		t.Errorf("got %t\n%s", passed, output)
	}
	output, passed = inner(t, filepath.Join(t.TempDir(), "none"), "^TestInner$")
	if passed || !strings.Contains(output, "opening the catalog in") {
		t.Errorf("got %t\n%s", passed, output)
	}
}

func TestRenderSaysWhyThereIsNoHTML(t *testing.T) {
	dir := catalog(t, buttons)
	for story, want := range map[string]string{
		"button/bad":    "rendered",
		"button/goood":  `there is no story "button/goood"`,
		"button/broken": "unclosed action",
		"button/later":  "is skipped",
	} {
		output, passed := inner(t, dir, "^TestInnerRender$", "STORYTEST_STORY="+story)
		if passed != (want == "rendered") || !strings.Contains(output, want) {
			t.Errorf("%s: %t\n%s", story, passed, output)
		}
	}
}
