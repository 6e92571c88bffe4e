package check

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/storytime-dev/storytime/pkg/render"
	"github.com/storytime-dev/storytime/pkg/story"
)

const shop = "../../testdata/shop"

// eachStory calls f with the HTML of each story of the example catalog.
func eachStory(t testing.TB, f func(s *story.Story, html string)) {
	t.Helper()
	catalog, problems, err := story.Read(t.Context(), os.DirFS(shop), story.Options{LintRules: RuleNames()})
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	r := render.New(catalog, render.Programs{})
	defer r.Close()
	stories := 0
	var section func(*story.Section)
	section = func(s *story.Section) {
		subjects := s.Subjects
		if s.Lead != nil {
			subjects = append(subjects[:len(subjects):len(subjects)], s.Lead)
		}
		for _, subject := range subjects {
			for _, x := range subject.Stories {
				if x.Skip {
					continue
				}
				out, problems := r.Render(t.Context(), x)
				if len(problems) > 0 {
					t.Fatalf("%s: %v", x.Title, problems)
				}
				stories++
				f(x, out.HTML)
			}
		}
		for _, s := range s.Sections {
			section(s)
		}
	}
	section(catalog.Root)
	if stories < 100 {
		t.Fatalf("only %d stories were found", stories)
	}
}

func TestWhatTheShopPromisesHolds(t *testing.T) {
	suite := &Suite{files: os.DirFS(shop)}
	promises := 0
	used := map[string]bool{}
	eachStory(t, func(s *story.Story, html string) {
		for _, o := range suite.Run(s, NewDocument(html)) {
			promises++
			for _, p := range o.Problems {
				t.Errorf("%v\n%s    hint %s", p, p.Detail, p.Hint)
			}
		}
		for _, v := range s.Checks {
			note(used, v)
		}
	})
	t.Logf("%d promises", promises)
	for _, key := range slices.Concat(queryKeys, roleKeys, expectKeys, hasKeys, []string{"golden"}) {
		if !used[key] {
			t.Errorf("the example has no check with %q", key)
		}
	}
}

// note notes the keys of a check.
func note(used map[string]bool, v story.Value) {
	m, _ := v.Data.(story.Map)
	for _, f := range m {
		used[f.Name] = true
		if f.Name != "attr" {
			note(used, f.Value)
		}
	}
}

// TestTheDocumentationHasTheRules compares the table in docs/checks.md.
func TestTheDocumentationHasTheRules(t *testing.T) {
	text, err := os.ReadFile("../../docs/checks.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range Rules() {
		if line := fmt.Sprintf("\n| [`%s`](%s) | %s |\n", r.Name, r.Link, r.Description); !strings.Contains(string(text), line) {
			t.Errorf("it lacks%s", line)
		}
	}
	for _, name := range PseudoClasses() {
		if !strings.Contains(string(text), "`:"+name) {
			t.Errorf("it lacks the pseudo-class %s", name)
		}
	}
}
