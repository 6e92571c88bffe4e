package story

import (
	"fmt"
	"maps"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// checkAddresses finds what has no address, and what has one that something
// else has already. Addresses that differ in case alone are the same: on many
// machines they would be one file. The first in the catalog's order keeps the
// address; what comes later is left out of it.
func (c *Catalog) checkAddresses() problem.List {
	a := addresses{taken: map[string]problem.Place{}}
	// What has a fixed place comes first.
	for name := range c.Files {
		if strings.HasPrefix(name, StaticDir+"/") {
			a.taken[strings.ToLower(name)] = problem.Place{File: name}
		}
	}
	a.section(c.Root)
	return a.problems
}

type addresses struct {
	taken    map[string]problem.Place
	problems problem.List
}

func (a *addresses) section(s *Section) {
	place := problem.Place{File: s.Dir}
	if s.Prose.File != "" {
		place.File = s.Prose.File
	}
	if s.Lead == nil {
		s.NoPage = !a.claim(path.Join(s.Dir, "index.html"), place, "this section", fileHint, a.report)
	} else if !s.Prose.Empty() {
		// The subject's page is the section's page: it has no room for a
		// second text.
		s.Problems = append(s.Problems, &problem.Problem{
			Kind: problem.Address, File: s.Prose.File, Line: 1, Column: 1,
			Message: fmt.Sprintf("this text has the address of %q", s.Lead.File),
			Hint:    fmt.Sprintf("move it into %s, or give that subject another `slug:`", path.Base(s.Lead.File)),
			Related: []problem.Place{{File: s.Lead.File}},
		})
	}
	if s.Lead != nil && !a.subject(s.Lead) {
		s.Lead = nil
	}
	kept := s.Subjects[:0:0]
	for _, u := range s.Subjects {
		if a.subject(u) {
			kept = append(kept, u)
		}
	}
	s.Subjects = kept
	for _, child := range s.Sections {
		a.section(child)
	}
}

func (a *addresses) subject(s *Subject) bool {
	place := problem.Place{File: s.File, Line: 1, Column: 1}
	if s.Slug == "" {
		a.problems = append(a.problems, &problem.Problem{
			Kind: problem.Address, File: s.File, Line: 1, Column: 1,
			Message: "the file's name has no letter or digit to make an address from",
			Hint:    "rename it, or add `slug: some-name` to its front matter",
		})
		return false
	}
	if !a.claim(path.Join(s.Path(), "index.html"), place, "this subject", fileHint, a.report) {
		return false
	}
	kept := s.Stories[:0:0]
	for _, story := range s.Stories {
		if a.story(story) {
			kept = append(kept, story)
		}
	}
	if len(kept) < len(s.Stories) {
		stays := map[*Story]bool{}
		for _, story := range kept {
			stays[story] = true
		}
		maps.DeleteFunc(s.Prose.Stories, func(_ int, story *Story) bool { return !stays[story] })
	}
	s.Stories = kept
	s.keepMatrices()
	return true
}

// maxName is how many bytes of a name every file system takes, with room for
// what servers and archives add.
const maxName = 200

func (a *addresses) story(s *Story) bool {
	source := func(p *problem.Problem) {
		p.Length = utf8.RuneCountInString(s.Language) + len(" story")
		a.problems = append(a.problems, p)
	}
	if s.Slug == "" {
		source(&problem.Problem{
			Kind: problem.Address, File: s.At.File, Line: s.At.Line, Column: s.At.Column,
			Message: fmt.Sprintf("the title %q has no letter or digit to make an address from", s.Title),
			Hint:    "add `slug: some-name` to the story",
		})
		return false
	}
	if longest := path.Base(s.Alone()); len(longest) > maxName {
		source(&problem.Problem{
			Kind: problem.Address, File: s.At.File, Line: s.At.Line, Column: s.At.Column,
			Message: fmt.Sprintf("the title makes an address of %d bytes, which is too long for a file's name", len(longest)),
			Hint:    "add `slug: some-name` to the story",
		})
		return false
	}
	what := fmt.Sprintf("the story %q", s.Title)
	return a.claim(path.Join(s.Path(), "index.html"), s.At, what, storyHint, source) && a.claim(s.Alone(), s.At, what, storyHint, source)
}

// What settles an address depends on what it comes from.
const (
	storyHint = "give one of them another title, or `slug: some-name`"
	fileHint  = "rename one of the files, or add `slug: some-name` to its front matter"
)

func (a *addresses) report(p *problem.Problem) { a.problems = append(a.problems, p) }

// claim takes an address for what stands at place. When it is taken, that is
// a problem of the later one, which report gets.
func (a *addresses) claim(address string, place problem.Place, what, hint string, report func(*problem.Problem)) bool {
	key := strings.ToLower(address)
	first, taken := a.taken[key]
	if !taken {
		a.taken[key] = place
		return true
	}
	shown := strings.TrimSuffix(strings.TrimSuffix(address, "index.html"), "/")
	if shown == "" {
		shown = "/"
	}
	report(&problem.Problem{
		Kind: problem.Address, File: place.File, Line: place.Line, Column: place.Column,
		Message: fmt.Sprintf("%s has the address %q, which is taken", what, shown),
		Hint:    hint,
		Related: []problem.Place{first},
	})
	return false
}
