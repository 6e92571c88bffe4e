package build

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// shelf is a small catalog with one of each: prose, components that contain
// each other, an html story, a section, a layout, styles, and files to copy.
var shelf = map[string]string{
	"storytime.yaml": "title: Shelf\nstyles: [static/base.css]\nthemes:\n  light: {data-theme: light}\n  dark: {data-theme: dark}\n",
	"index.md":       "Everything on the [shelf](shelf/button/button.stories.md#loud).\n",
	"layout.html":    "<main>{{.Children}}</main>\n",

	"static/base.css": "body { background: url(paper.svg); }\n",
	"static/paper.svg": `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"></svg>
`,
	"static/large.bin": strings.Repeat("0123456789abcdef", 66<<10),

	"shelf/index.md":           "---\ntitle: The shelf\n---\n\nWhat stands on it.\n",
	"shelf/button/button.html": "<button class=\"button\">{{.text}}</button>\n",
	"shelf/button/button.css":  ".button { color: #222; }\n",
	"shelf/button/button.stories.md": "---\nprops:\n  text: {type: string, required: true}\n---\n\nA button.\n\n" +
		"## Plain\n\n```yaml story\nprops: {text: Save}\n```\n\n## Loud\n\n```yaml story\nprops: {text: SAVE}\n```\n",
	"shelf/card/card.html": "<article>{{component \"/shelf/button/button.html\" (props \"text\" .title)}}<img src=\"picture.svg\" alt=\"\"></article>\n",
	"shelf/card/picture.svg": `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>
`,
	"shelf/card/card.stories.md": "## Filled\n\n```yaml story\nprops: {title: Jug}\n```\n\n## By hand\n\n```html story\n<div>{{component \"card.html\" (props \"title\" \"Bowl\")}}</div>\n```\n",
}

// with returns the catalog with some files replaced; an empty text removes one.
func with(catalog map[string]string, changes map[string]string) map[string]string {
	catalog = maps.Clone(catalog)
	for name, text := range changes {
		if catalog[name] = text; text == "" {
			delete(catalog, name)
		}
	}
	return catalog
}

// writeFiles puts files into a directory, which is made, and returns it.
func writeFiles(t testing.TB, dir string, files map[string]string) string {
	t.Helper()
	for name, text := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// workspace is a directory with a catalog in ui, for a site in dist.
func workspace(t testing.TB, catalog map[string]string) (ui, dist string) {
	t.Helper()
	dir := t.TempDir()
	return writeFiles(t, filepath.Join(dir, "ui"), catalog), filepath.Join(dir, "dist")
}

// mustBuild builds a catalog that has no problems.
func mustBuild(t testing.TB, options Options) *Result {
	t.Helper()
	result, err := Site(t.Context(), options)
	if err != nil {
		t.Fatalf("building: %v", err)
	}
	if len(result.Problems) > 0 || !result.Published {
		t.Fatalf("the catalog has problems: %v", result.Problems)
	}
	return result
}

// contents returns the files in a directory with their bytes. Directories end
// in a slash, and the targets of links come after an arrow.
func contents(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		switch {
		case d.IsDir():
			files[rel+"/"] = ""
		case d.Type()&fs.ModeSymlink != 0:
			files[rel], err = os.Readlink(name)
			files[rel] = "→ " + files[rel]
		default:
			var data []byte
			data, err = os.ReadFile(name)
			files[rel] = string(data)
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return files
}

// difference names the files that are not the same in two directories, sorted.
func difference(a, b map[string]string) []string {
	var names []string
	for name, text := range a {
		if other, found := b[name]; !found || other != text {
			names = append(names, name)
		}
	}
	for name := range b {
		if _, found := a[name]; !found {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// wantSame fails unless a directory is as it was before.
func wantSame(t testing.TB, what string, before, after map[string]string) {
	t.Helper()
	if names := difference(before, after); len(names) > 0 {
		t.Errorf("%s changed in %d files: %s", what, len(names), strings.Join(names[:min(len(names), 10)], ", "))
	}
}

// longAgo is a time that no build of today gives a file.
var longAgo = time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)

// age gives all files of a directory the time longAgo.
func age(t testing.TB, dir string) {
	t.Helper()
	for name := range contents(t, dir) {
		if err := os.Chtimes(filepath.Join(dir, name), longAgo, longAgo); err != nil {
			t.Fatal(err)
		}
	}
}

// young returns the files of an aged directory that have been written since,
// without the directories.
func young(t testing.TB, dir string) []string {
	t.Helper()
	names := []string{}
	for name := range contents(t, dir) {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if !info.IsDir() && !info.ModTime().Equal(longAgo) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// wantNothingBeside fails if anything but these stands in a directory.
func wantNothingBeside(t testing.TB, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains(names, e.Name()) {
			t.Errorf("%s was left in %s", e.Name(), dir)
		}
	}
}

func TestTheSameCatalogGivesTheSameBytesAndTimes(t *testing.T) {
	t.Parallel()
	ui, dist := workspace(t, shelf)
	first := mustBuild(t, Options{Dir: ui, Output: dist})
	before := contents(t, dist)
	age(t, dist)
	second := mustBuild(t, Options{Dir: ui, Output: dist})
	wantSame(t, "the site", before, contents(t, dist))
	if names := young(t, dist); len(names) > 0 {
		t.Errorf("unchanged files were written again: %v", names)
	}
	if second.Changed != 0 || second.Removed != 0 {
		t.Errorf("the second build says that it changed %d files and removed %d", second.Changed, second.Removed)
	}
	if first.Stories != 4 || first.Files != second.Files || first.Pages != second.Pages || first.Pages == 0 {
		t.Errorf("the builds count differently: %+v, %+v", first, second)
	}
	wantNothingBeside(t, filepath.Dir(dist), "ui", "dist")
}

func TestTheNumberOfJobsMakesNoDifference(t *testing.T) {
	t.Parallel()
	catalog := maps.Clone(shelf)
	maps.Copy(catalog, benchCatalog(30))
	broken := with(catalog, map[string]string{
		"shelf/button/button.html": "<button>{{.text.more}}</button>",
		"index.md":                 "[nowhere](nowhere.md)\n",
		"shelf/card/card.css":      "p { background: url(gone.png) }",
	})
	for name, catalog := range map[string]map[string]string{"sound": catalog, "broken": broken} {
		ui := writeFiles(t, filepath.Join(t.TempDir(), "ui"), catalog)
		var sites []map[string]string
		var problems []string
		for _, jobs := range []int{1, 8, 3, 0} {
			dist := filepath.Join(t.TempDir(), "dist")
			result, err := Site(t.Context(), Options{Dir: ui, Output: dist, Jobs: jobs, AllowProblems: true})
			if err != nil {
				t.Fatal(err)
			}
			sites = append(sites, contents(t, dist))
			var all strings.Builder
			for _, p := range result.Problems {
				fmt.Fprintln(&all, p, p.Hint, p.Stories, p.Related, p.Excerpt)
			}
			problems = append(problems, all.String())
		}
		for i := range sites {
			wantSame(t, name+" site", sites[0], sites[i])
			if problems[i] != problems[0] {
				t.Errorf("%s: other problems:\n%s\n%s", name, problems[0], problems[i])
			}
		}
		if broken := problems[0] != ""; broken != (name == "broken") {
			t.Errorf("%s: the problems are %q", name, problems[0])
		}
	}
}

func TestASubjectAboveOthersCountsTheirProblems(t *testing.T) {
	t.Parallel()
	ui, dist := workspace(t, map[string]string{
		"shelf/shelf.html": "<p>made before the one below it</p>",
		"shelf/zebra.html": "<p>{{.a.b.c",
	})
	if _, err := Site(t.Context(), Options{Dir: ui, Output: dist, Jobs: 1, AllowProblems: true}); err != nil {
		t.Fatal(err)
	}
	if page := contents(t, dist)["shelf/index.html"]; !strings.Contains(page, "1 problem<") {
		t.Errorf("the card of the broken subject doesn't say so:\n%s", page)
	}
}

func TestOnlyWhatChangesIsWritten(t *testing.T) {
	t.Parallel()
	button := "shelf/button/"
	for name, test := range map[string]struct {
		changes map[string]string
		want    []string
	}{
		"a style": {
			map[string]string{"shelf/button/button.css": ".button { color: red; }\n"},
			[]string{button + "button.css"},
		},
		"a picture": {
			map[string]string{"shelf/card/picture.svg": "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>\n"},
			[]string{"shelf/card/picture.svg"},
		},
		"a large file of the same size": {
			map[string]string{"static/large.bin": strings.Repeat("fedcba9876543210", 66<<10)},
			[]string{"static/large.bin"},
		},
		"one story": {
			map[string]string{"shelf/button/button.stories.md": strings.ReplaceAll(shelf["shelf/button/button.stories.md"], "SAVE", "KEEP")},
			// The story alone, its page, its subject, which shows its source, and
			// its props for Storybook's clients.
			[]string{"_storytime/storybook.json", button + "button--loud.html", button + "index.html", button + "loud/index.html"},
		},
		"prose": {
			map[string]string{"index.md": "Nothing but words.\n"},
			[]string{"_storytime/search.js", "index.html"},
		},
		"a new file": {
			map[string]string{"static/new.txt": "new\n"},
			[]string{"_storytime/files.txt", "static/new.txt"},
		},
		"nothing that the site shows": {
			map[string]string{"notes.txt": "for us\n"},
			[]string{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ui, dist := workspace(t, shelf)
			mustBuild(t, Options{Dir: ui, Output: dist})
			age(t, dist)
			writeFiles(t, ui, test.changes)
			result := mustBuild(t, Options{Dir: ui, Output: dist})
			if got := young(t, dist); !slices.Equal(got, test.want) {
				t.Errorf("written:\n%q\nwant:\n%q", got, test.want)
			}
			if result.Changed != len(test.want) {
				t.Errorf("the result says that %d files changed, want %d", result.Changed, len(test.want))
			}
		})
	}
}

func TestWhatNoLongerBelongsIsRemoved(t *testing.T) {
	t.Parallel()
	ui, dist := workspace(t, shelf)
	mustBuild(t, Options{Dir: ui, Output: dist})
	if err := os.RemoveAll(filepath.Join(ui, "shelf", "card")); err != nil {
		t.Fatal(err)
	}
	story, _, _ := strings.Cut(shelf["shelf/button/button.stories.md"], "## Loud")
	writeFiles(t, ui, map[string]string{"shelf/button/button.stories.md": story, "index.md": "Less.\n"})
	before := contents(t, dist)
	result := mustBuild(t, Options{Dir: ui, Output: dist})
	after := contents(t, dist)

	fresh := filepath.Join(t.TempDir(), "dist")
	mustBuild(t, Options{Dir: ui, Output: fresh})
	wantSame(t, "against a build from nothing, the site", contents(t, fresh), after)
	gone := 0
	for name := range before {
		if _, kept := after[name]; !kept && !strings.HasSuffix(name, "/") {
			gone++
		}
	}
	if result.Removed != gone || gone == 0 {
		t.Errorf("the result says that %d files were removed, want %d", result.Removed, gone)
	}
	for _, name := range []string{"shelf/card/", "shelf/button/loud/", "shelf/button/button--loud.html"} {
		if _, there := after[name]; there {
			t.Errorf("%s is still there", name)
		}
	}
}

func TestProblemsLeaveTheOldSite(t *testing.T) {
	t.Parallel()
	ui, dist := workspace(t, shelf)
	mustBuild(t, Options{Dir: ui, Output: dist})
	before := contents(t, dist)
	age(t, dist)
	for name, changes := range map[string]map[string]string{
		"a template": {"shelf/button/button.html": "{{if}}"},
		"settings":   {"storytime.yaml": "titel: x\n"},
		"a link":     {"index.md": "[nowhere](nowhere.md)\n"},
		"a style":    {"static/base.css": "body { background: url(gone.png) }"},
	} {
		writeFiles(t, ui, with(shelf, changes))
		result, err := Site(t.Context(), Options{Dir: ui, Output: dist})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(result.Problems) == 0 || result.Published {
			t.Errorf("%s: published %v with the problems %v", name, result.Published, result.Problems)
		}
		wantSame(t, name+": the site", before, contents(t, dist))
		if names := young(t, dist); len(names) > 0 {
			t.Errorf("%s: files were written: %v", name, names)
		}
		wantNothingBeside(t, filepath.Dir(dist), "ui", "dist")
	}

	result, err := Site(t.Context(), Options{Dir: ui, Output: filepath.Join(filepath.Dir(dist), "other")})
	if err != nil || result.Published {
		t.Errorf("a build without an old site: %v, %v", result, err)
	}
	wantNothingBeside(t, filepath.Dir(dist), "ui", "dist")

	result, err = Site(t.Context(), Options{Dir: ui, Output: dist, AllowProblems: true})
	if err != nil || !result.Published || len(result.Problems) == 0 {
		t.Errorf("with AllowProblems: %+v, %v", result, err)
	}
}

func TestACancelledBuildLeavesTheOldSite(t *testing.T) {
	t.Parallel()
	catalog := maps.Clone(shelf)
	maps.Copy(catalog, benchCatalog(25))
	catalog["storytime.yaml"] = shelf["storytime.yaml"]
	ui, dist := workspace(t, catalog)
	mustBuild(t, Options{Dir: ui, Output: dist})
	before := contents(t, dist)
	age(t, dist)
	command := "before:\n  - run: exit 0\n"
	writeFiles(t, ui, map[string]string{"index.md": "Something new.\n", "storytime.yaml": catalog["storytime.yaml"] + command})

	type moment struct {
		stage string
		done  int
	}
	for _, when := range []moment{{"", 0}, {"running commands", 0}, {"reading", 0}, {"rendering", 0}, {"rendering", 20}, {"writing", 0}} {
		ctx, cancel := context.WithCancel(t.Context())
		if when.stage == "" {
			cancel()
		}
		var once sync.Once
		reached := when.stage == ""
		_, err := Site(ctx, Options{Dir: ui, Output: dist, Progress: func(p Progress) {
			if p.Stage == when.stage && p.Done >= when.done {
				once.Do(func() { reached = true; cancel() })
			}
		}})
		cancel()
		if !reached {
			t.Errorf("the build never came to %+v", when)
			continue
		}
		if !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled at %+v: the error is %v", when, err)
		}
		wantSame(t, fmt.Sprintf("cancelled at %+v: the site", when), before, contents(t, dist))
		if names := young(t, dist); len(names) > 0 {
			t.Errorf("cancelled at %+v: files were written: %v", when, names)
		}
		wantNothingBeside(t, filepath.Dir(dist), "ui", "dist")
	}
	mustBuild(t, Options{Dir: ui, Output: dist})
}

func TestACancelledBuildEndsItsCommands(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the catalog's command is for a Unix shell")
	}
	t.Parallel()
	ui, dist := workspace(t, with(shelf, map[string]string{
		// The command says that it runs, and then doesn't end by itself.
		"storytime.yaml": "before:\n  - run: echo here > running; exec tail -f running\n",
	}))
	if out, err := exec.Command("mkfifo", filepath.Join(ui, "running")).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() {
		_, err := Site(ctx, Options{Dir: ui, Output: dist})
		done <- err
	}()
	running := make(chan struct{})
	go func() {
		_, _ = os.ReadFile(filepath.Join(ui, "running")) // waits for the command
		close(running)
	}()
	select {
	case <-running:
	case err := <-done:
		t.Fatalf("the command didn't run: %v", err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	wantNothingBeside(t, filepath.Dir(dist), "ui")
}

func TestProgressIsReported(t *testing.T) {
	t.Parallel()
	catalog := with(shelf, map[string]string{"storytime.yaml": "before:\n  - run: exit 0\n"})
	ui, dist := workspace(t, catalog)
	for _, jobs := range []int{1, 8} {
		var mutex sync.Mutex
		var stages []string
		dones := map[int]bool{}
		result := mustBuild(t, Options{Dir: ui, Output: dist, Jobs: jobs, Progress: func(p Progress) {
			mutex.Lock()
			defer mutex.Unlock()
			if len(stages) == 0 || stages[len(stages)-1] != p.Stage {
				stages = append(stages, p.Stage)
			}
			if p.Stage != "rendering" {
				return
			}
			dones[p.Done] = true
			if p.Total != 4 || p.Done < 0 || p.Done > p.Total {
				t.Errorf("%d of %d stories are done", p.Done, p.Total)
			}
		}})
		want := []string{"running commands", "reading", "rendering", "writing", "publishing"}
		if !slices.Equal(stages, want) {
			t.Errorf("%d jobs: the stages are %q, want %q", jobs, stages, want)
		}
		if !dones[0] || !dones[result.Stories] {
			t.Errorf("%d jobs: the numbers of rendered stories don't go from 0 to %d: %v", jobs, result.Stories, dones)
		}
	}
}

func TestTheCurrentDirectoryAndDistAreTheDefaults(t *testing.T) {
	ui, _ := workspace(t, shelf)
	t.Chdir(ui)
	result := mustBuild(t, Options{})
	if result.Output != "dist" {
		t.Errorf("the output is %q", result.Output)
	}
	// Built again, the site is no part of the catalog that it lies in.
	if again := mustBuild(t, Options{}); again.Changed != 0 || again.Stories != result.Stories {
		t.Errorf("the second build is another: %+v, %+v", result, again)
	}
}

func TestACatalogThatCannotBeOpenedIsAnError(t *testing.T) {
	t.Parallel()
	dir := writeFiles(t, t.TempDir(), map[string]string{"file": ""})
	for _, name := range []string{"gone", "file"} {
		_, err := Site(t.Context(), Options{Dir: filepath.Join(dir, name), Output: filepath.Join(dir, "dist")})
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
	wantNothingBeside(t, dir, "file")
}
