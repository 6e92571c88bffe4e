package story

import (
	"path"
	"strings"
	"unicode"
)

// Slug makes an address from a title or a file's name by GitHub's rule for
// the anchors of headings: lower case, letters, digits, hyphens and
// underscores stay, spaces become hyphens, all else goes. It is "" when
// nothing stays.
func Slug(title string) string {
	var b strings.Builder
	for _, r := range strings.TrimSpace(title) {
		switch {
		case r == ' ' || r == '\t':
			b.WriteByte('-')
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r):
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// titleFromName makes a title from the name of a file or directory:
// "button-group" becomes "Button group".
func titleFromName(name string) string {
	words := strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == '-' || r == '_' || r == ' ' }), " ")
	if words == "" {
		return name
	}
	runes := []rune(words)
	runes[0] = unicode.ToUpper(runes[0])
	return string(runes)
}

// Path returns the address of the section's page, without the slash at its
// end: "" for the root.
func (s *Section) Path() string { return s.Dir }

// Path returns the address of the subject's page, without the slash at its
// end. Where a directory and its subject bear one name, it has it once.
func (s *Subject) Path() string { return s.path }

// Path returns the address of the story's page in the workshop, without the
// slash at its end.
func (s *Story) Path() string { return s.path }

// Alone returns the path of the story alone. It lies where the story's
// source lies, so that relative links work as they are written.
func (s *Story) Alone() string { return s.alone }

// Golden is the file that a check with `golden: true` compares the story
// with. It lies beside the story file: forms/button--primary.golden.html.
func (s *Story) Golden() string {
	name := strings.TrimSuffix(path.Base(s.alone), ".html") + GoldenSuffix
	return path.Join(path.Dir(s.Subject.File), name)
}

// settle gives a subject its section, and itself and its stories their
// addresses, which are asked for many times.
func (s *Subject) settle(section *Section) {
	s.Section = section
	s.leads = section.Dir != "" && s.Slug == Slug(path.Base(section.Dir))
	s.path = path.Join(section.Dir, s.Slug)
	if s.leads {
		s.path = section.Dir
	}
	for _, st := range s.Stories {
		st.path = path.Join(s.path, st.Slug)
		st.alone = path.Join(section.Dir, s.Slug+"--"+st.Slug+".html")
	}
}

// ComponentPath resolves the name of an html/template file as it is written
// in the directory dir: relative to it, or to the root after a leading slash.
// The fragment after "#", which names one defined template, comes apart.
func ComponentPath(dir, name string) (file, define string) {
	file, define, _ = strings.Cut(name, "#")
	switch {
	case file == "":
		return "", define
	case strings.HasPrefix(file, "/"):
		return strings.TrimPrefix(path.Clean(file), "/"), define
	}
	return path.Join(dir, file), define
}
