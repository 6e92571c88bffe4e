package check

import (
	"os"
	"testing"

	"github.com/storytime-dev/storytime/pkg/render"
	"github.com/storytime-dev/storytime/pkg/story"
)

// eachStory calls f with the HTML of each story of the example catalog.
func eachStory(t testing.TB, f func(s *story.Story, html string)) {
	t.Helper()
	catalog, problems, err := story.Read(t.Context(), os.DirFS("../../testdata/shop"), story.Options{})
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	r := render.New(catalog)
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

func TestTheChecksOfTheShopHold(t *testing.T) {
	checks := 0
	eachStory(t, func(s *story.Story, html string) {
		d := NewDocument(html)
		for _, v := range s.Checks {
			checks++
			c, problems := Parse(v, Options{})
			for _, p := range problems {
				t.Errorf("%v\n    hint %s", p, p.Hint)
			}
			if c == nil {
				continue
			}
			if p := c.Run(d); p != nil {
				t.Errorf("%v\n%s    hint %s", p, p.Detail, p.Hint)
			}
		}
	})
	t.Logf("%d checks", checks)
}
