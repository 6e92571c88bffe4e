package build

import (
	"crypto/sha256"
	"encoding/binary"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// A Selection says which stories are meant. The zero value means all of them.
type Selection struct {
	// Run is a regular expression that finds something in the address.
	Run string `json:"run,omitempty"`
	// Tags are names of which the story or its subject has one; "!name" leaves
	// out those that have it.
	Tags []string `json:"tags,omitempty"`
	// Changed are absolute names of files; meant are the stories that are made
	// of one of these. Nil means that this doesn't matter.
	Changed []string `json:"changed"`
	// Shard from 1 to Shards is one of as many parts, each about as large. A
	// story stays in its part while others come and go.
	Shard  int `json:"shard,omitempty"`
	Shards int `json:"shards,omitempty"`
}

// A selector is a selection that can be asked.
type selector struct {
	Selection
	run     *regexp.Regexp
	with    []string
	without []string
	changed []string // relative to the catalog; nil if it doesn't matter
	all     bool     // what has changed concerns every story
	site    *site
	// declared has the file that declares the props of a component.
	declared map[string]string
}

func (s Selection) compile() (*selector, error) {
	c := &selector{Selection: s}
	var err error
	if c.run, err = regexp.Compile(s.Run); err != nil {
		return nil, wrongSelection("%q is no regular expression: %v", s.Run, err)
	}
	for _, tag := range s.Tags {
		if name, not := strings.CutPrefix(tag, "!"); not {
			c.without = append(c.without, name)
		} else {
			c.with = append(c.with, name)
		}
	}
	if s.Shards < 0 || s.Shard < 0 || s.Shard > s.Shards || s.Shards > 0 && s.Shard == 0 {
		return nil, wrongSelection("there is no part %d of %d", s.Shard, s.Shards)
	}
	return c, nil
}

// everything reports whether all stories are meant, or this is the first of
// the parts of all.
func (s *selector) everything() bool {
	return s.Run == "" && len(s.Tags) == 0 && s.Changed == nil && s.Shard <= 1
}

// story reports whether a story is meant, as far as that is known before it is
// rendered.
func (s *selector) story(st *story.Story) bool {
	tags := st.AllTags()
	has := func(tag string) bool { return slices.Contains(tags, tag) }
	if !s.run.MatchString(st.Path()) || len(s.with) > 0 && !slices.ContainsFunc(s.with, has) || slices.ContainsFunc(s.without, has) {
		return false
	}
	if s.Shards > 1 {
		sum := sha256.Sum256([]byte(st.Path()))
		return binary.BigEndian.Uint64(sum[:])%uint64(s.Shards) == uint64(s.Shard-1)
	}
	return true
}

// check reports what a selection by name asks for and no story has.
func (s *selector) check(stories []*story.Story) error {
	var known []string
	for _, st := range stories {
		known = append(known, st.AllTags()...)
	}
	slices.Sort(known)
	known = slices.Compact(known)
	for _, tag := range s.with {
		if !slices.Contains(known, tag) {
			hint := "no story has a tag"
			if len(known) > 0 {
				hint = problem.DidYouMean(tag, known)
			}
			return wrongSelection("no story has the tag %q; %s", tag, hint)
		}
	}
	return nil
}

// locate finds out what the changed files are to the catalog.
func (s *selector) locate(t *site) {
	if s.Changed == nil {
		return
	}
	s.changed, s.site, s.declared = []string{}, t, map[string]string{}
	for _, u := range t.catalog.Subjects() {
		if u.Props != nil && len(u.Components) > 0 {
			file, _ := story.ComponentPath(path.Dir(u.File), u.Components[0].Name)
			s.declared[file] = u.File
		}
	}
	for _, file := range s.Changed {
		rel, err := filepath.Rel(t.dir, file)
		if err != nil {
			continue
		}
		name := filepath.ToSlash(rel)
		switch {
		case name == story.ConfigFile || t.catalog.IsTemplate(name):
			s.all = true // which stories use a template, only the template tells
		case filepath.IsLocal(rel):
			s.changed = append(s.changed, name)
		}
	}
}

// made reports whether a story that was rendered is meant: whether one of the
// files that it is made of has changed. What a story is made of that can't be
// rendered nobody knows, so any file counts.
func (s *selector) made(t *tested) bool {
	if s.changed == nil || s.all {
		return true
	}
	st := t.story
	mine := []string{st.Subject.File, st.Golden()}
	mine = append(mine, st.Subject.Reads...)
	mine = append(mine, beside(strings.TrimSuffix(st.Subject.File, story.Suffix))...)
	for _, name := range t.files {
		mine = append(append(mine, name, s.declared[name]), beside(s.site.catalog.Stem(name))...)
		if real, err := filepath.EvalSymlinks(filepath.Join(s.site.dir, filepath.FromSlash(name))); err == nil {
			if rel, err := filepath.Rel(s.site.dir, real); err == nil {
				mine = append(mine, filepath.ToSlash(rel))
			}
		}
	}
	return slices.ContainsFunc(s.changed, func(changed string) bool {
		return len(t.problems) > 0 || slices.ContainsFunc(mine, func(name string) bool {
			// Of a submodule git names only the directory.
			return name == changed || name != "" && strings.HasPrefix(name, changed+"/")
		})
	})
}

func beside(stem string) []string { return []string{stem + ".css", stem + ".js"} }
