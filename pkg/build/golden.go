package build

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/storytime-dev/storytime/pkg/check"
	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// needsUpdate reports whether a story isn't as its golden file says.
func needsUpdate(o check.Outcome) bool { return o.Golden && !o.Kept() }

// keep writes the golden file of a story. If it can't, the story fails.
func (t *Tester) keep(s *tested, result *TestResult) {
	name := s.story.Golden()
	err := t.site.writeGolden(name, []byte(check.Normalize(s.html)))
	for i := range s.outcomes {
		o := &s.outcomes[i]
		switch {
		case !o.Golden:
		case err == nil:
			o.Problems = nil
		default:
			o.Problems = problem.List{{
				Kind: problem.Check, File: o.At.File, Line: o.At.Line, Column: o.At.Column, Stories: []string{s.story.Path()},
				Message: fmt.Sprintf("the story's HTML can't be kept in %q: %v", name, reasonOf(err)), Hint: "see to that, and run it again",
			}}
		}
	}
	if err == nil {
		result.Updated = append(result.Updated, name)
	}
}

// reasonOf leaves out of an error what is in the message already.
func reasonOf(err error) error {
	var wrong *fs.PathError
	if errors.As(err, &wrong) {
		return wrong.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}

// writeGolden writes a file of the catalog, whole or not at all. Through a
// symbolic link the file that it leads to is written.
func (s *site) writeGolden(name string, data []byte) error {
	const mode = 0o644
	if info, err := s.root.Lstat(name); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return s.root.WriteFile(name, data, mode)
	}
	temp := name + "." + strconv.Itoa(os.Getpid()) + ".new"
	f, err := s.root.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err == nil {
		err = s.root.Rename(temp, name)
	}
	if err != nil {
		_ = s.root.Remove(temp)
	}
	return err
}

// orphans returns the golden files that no story has. While something in the
// catalog can't be read or isn't looked at, nobody knows whose they are, and
// there are none.
func (s *site) orphans() []string {
	owned := map[string]bool{}
	stories := 0
	for _, u := range s.catalog.Subjects() {
		if len(u.Problems) > 0 {
			return nil
		}
		for _, r := range u.Components {
			file, _ := story.ComponentPath(path.Dir(u.File), r.Name)
			owned[file] = true
		}
		for _, st := range u.Stories {
			if len(st.Problems) > 0 {
				return nil
			}
			stories++
			if st.Skip || slices.ContainsFunc(st.Checks, isGolden) {
				owned[st.Golden()] = true
			}
			file, _ := story.ComponentPath(path.Dir(u.File), st.Component.Name)
			owned[file] = true
		}
	}
	if stories == 0 {
		return nil
	}
	var orphans []string
	for _, name := range s.catalog.Goldens {
		if !owned[name] && !s.hasIgnoredStories(path.Dir(name)) {
			orphans = append(orphans, name)
		}
	}
	return orphans
}

// hasIgnoredStories reports whether a directory has story files that aren't
// part of the catalog.
func (s *site) hasIgnoredStories(dir string) bool {
	entries, err := fs.ReadDir(s.catalog.FS, dir)
	return err != nil || slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		return strings.HasSuffix(e.Name(), story.Suffix) && !s.catalog.Files[path.Join(dir, e.Name())]
	})
}

// orphanProblems says of each golden file that no story has that it is one.
func (s *site) orphanProblems() problem.List {
	var problems problem.List
	for _, name := range s.orphans() {
		problems = append(problems, &problem.Problem{
			Kind: problem.Check, File: name, Message: "no story is compared with this file any more",
			Hint: "give it the name of its story again, or let `storytime test --update` remove it",
		})
	}
	return problems
}

// removeOrphans removes them.
func (t *Tester) removeOrphans(result *TestResult) error {
	for _, name := range t.site.orphans() {
		if err := t.site.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("removing a golden file: %w", err)
		}
		result.Removed = append(result.Removed, name)
	}
	return nil
}

func isGolden(v story.Value) bool {
	m, _ := v.Data.(story.Map)
	_, found := m.Get("golden")
	return found
}
