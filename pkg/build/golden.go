package build

import (
	"fmt"
	"os"
	"slices"

	"github.com/storytime-dev/storytime/pkg/check"
	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// needsUpdate reports whether a story isn't as its golden file says.
func needsUpdate(o check.Outcome) bool { return o.Golden && !o.Kept() }

// keep writes the golden file of a story, whole or not at all.
func (t *Tester) keep(s *tested, result *TestResult) error {
	name := s.story.Golden()
	const mode = 0o644
	temp := name + ".new"
	err := t.site.root.WriteFile(temp, []byte(check.Normalize(s.html)), mode)
	if err == nil {
		err = t.site.root.Rename(temp, name)
	}
	if err != nil {
		_ = t.site.root.Remove(temp)
		return fmt.Errorf("keeping the HTML of %s: %w", s.story.Path(), err)
	}
	for i := range s.outcomes {
		if s.outcomes[i].Golden {
			s.outcomes[i].Problems = nil
		}
	}
	result.Updated = append(result.Updated, name)
	return nil
}

// orphans finds the golden files that no story has, and removes them if it is
// to. While something in the catalog can't be read, nobody knows whose they
// are, and they stay.
func (t *Tester) orphans(remove bool, result *TestResult) error {
	wanted := map[string]bool{}
	broken := len(result.Problems) > 0
	for _, st := range t.Stories() {
		broken = broken || len(st.Problems) > 0
		if st.Skip || slices.ContainsFunc(st.Checks, isGolden) {
			wanted[st.Golden()] = true
		}
	}
	if broken {
		return nil
	}
	for _, name := range t.site.catalog.Goldens {
		switch {
		case wanted[name]:
		case remove:
			if err := t.site.root.Remove(name); err != nil && !os.IsNotExist(err) {
				return fmt.Errorf("removing a golden file: %w", err)
			}
			result.Removed = append(result.Removed, name)
		default:
			result.Problems = append(result.Problems, &problem.Problem{
				Kind: problem.Check, File: name, Message: "no story is compared with this file any more",
				Hint: "give it the name of its story again, or let `storytime test --update` remove it",
			})
		}
	}
	return nil
}

func isGolden(v story.Value) bool {
	m, _ := v.Data.(story.Map)
	_, found := m.Get("golden")
	return found
}
