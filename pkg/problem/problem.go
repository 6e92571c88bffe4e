// Package problem says what is wrong in a catalog, where, and what to do
// about it.
//
// A Problem is data. The terminal, the JSON output, a story's page and the
// panel over the page in development all print the same one, so they can't
// tell different things.
//
// # Wording
//
// All messages of this program keep these rules:
//
//   - Message is one sentence without a capital or a full stop, and names the
//     thing as the user wrote it, in double quotes: `unknown key "titel"`.
//   - It says what is wrong, never whose fault it is, and uses no word of the
//     implementation (node, token, unmarshal).
//   - Hint says what to do next, as an instruction: `did you mean "title"?`,
//     `add "slug: other" to one of them`. Every problem has one.
//   - A place is file:line:col, with the file relative to the catalog, lines
//     and columns from one, columns in characters.
package problem

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Problem is one mistake in a catalog.
type Problem struct {
	// Kind names the sort of mistake, for programs: one of the constants
	// below. It stays the same when the wording changes.
	Kind Kind `json:"kind"`
	// File is relative to the catalog's root, with forward slashes. It is
	// empty when the problem belongs to no file.
	File string `json:"file,omitempty"`
	// Line and Column count from one, columns in characters. Zero means the
	// file as a whole.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
	// Length is how many characters the caret underlines; zero means one.
	Length int `json:"length,omitempty"`
	// Message says what is wrong, Hint what to do.
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	// Rule is the name of the rule that says so, for those that can be turned
	// off, and Link the address of its reason.
	Rule string `json:"rule,omitempty"`
	Link string `json:"link,omitempty"`
	// Detail is the unabridged output of something that failed, such as a
	// command of `before:`; it may have several lines.
	Detail string `json:"detail,omitempty"`
	// Stories are the addresses of the stories that the problem stops. One
	// mistake in a component may stop several, and is one problem.
	Stories []string `json:"stories,omitempty"`
	// Excerpt is the lines around the place, as they are in the file.
	Excerpt []Line `json:"excerpt,omitempty"`
	// Related are other places that have a part in it, such as the first of
	// two stories with one address.
	Related []Place `json:"related,omitempty"`
}

// A Kind is a stable name for a sort of problem.
type Kind string

// The kinds of problems.
const (
	YAML      Kind = "yaml"      // YAML or JSON that can't be parsed
	Key       Kind = "key"       // an unknown or repeated key
	Type      Kind = "type"      // a value of the wrong type
	Prop      Kind = "prop"      // an unknown, missing or ill-typed prop
	Story     Kind = "story"     // a story that is missing, untitled or can't be rendered as asked
	Address   Kind = "address"   // two things with one address, or one with none
	Template  Kind = "template"  // a template that can't be parsed or executed
	Component Kind = "component" // a component that isn't there
	Link      Kind = "link"      // a link or asset that leads nowhere
	Encoding  Kind = "encoding"  // text that isn't UTF-8
	File      Kind = "file"      // a file that can't be read, or may not be
	Check     Kind = "check"     // a check that can't be read, or that isn't kept
	Lint      Kind = "lint"      // HTML that is certain to be a mistake
	Command   Kind = "command"   // a command of the catalog that failed
	Worker    Kind = "worker"    // a build that crashed, or reached a limit
)

// Stops reports whether a problem of this kind stops the stories that it is
// about. What is checked has been rendered.
func (k Kind) Stops() bool { return k != Check && k != Lint }

// A Line is one line of a file.
type Line struct {
	Number int    `json:"number"`
	Text   string `json:"text"`
}

// A Place is somewhere in a catalog.
type Place struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

// String returns file:line:col, as far as each is known.
func (p Place) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Column == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Place returns where the problem is.
func (p *Problem) Place() Place { return Place{p.File, p.Line, p.Column} }

// Error makes a problem an error: its place and its message, on one line.
func (p *Problem) Error() string {
	if p.File == "" {
		return p.Message
	}
	return p.Place().String() + ": " + p.Message
}

// contextLines is how many lines an excerpt shows before the place, and after
// it.
const contextLines = 2

// maxLine is how many bytes of a line an excerpt keeps.
const maxLine = 400

// WithExcerpt fills in the lines around the problem's place from the source
// of its file, and returns the problem.
func (p *Problem) WithExcerpt(source string) *Problem {
	if p.Line == 0 || p.Excerpt != nil {
		return p
	}
	number := 0
	for line := range strings.Lines(source) {
		number++
		if number > p.Line+contextLines {
			break
		}
		if number < p.Line-contextLines {
			continue
		}
		line = strings.TrimRight(line, "\r\n")
		if len(line) > maxLine {
			line = strings.ToValidUTF8(line[:maxLine], "")
		}
		p.Excerpt = append(p.Excerpt, Line{number, strings.ToValidUTF8(line, "\uFFFD")})
	}
	return p
}

// A List is the problems of a catalog. Several packages find them, in
// parallel, so whoever shows a list sorts it first.
type List []*Problem

// Sort returns the list in the one order that it is shown in, by place and
// then by message. What is said more than once becomes one problem with all
// the stories that it stops; the problems of the list itself stay as they are.
func (l List) Sort() List {
	sorted := slices.Clone(l)
	slices.SortStableFunc(sorted, compare)
	merged := sorted[:0]
	for _, p := range sorted {
		if n := len(merged); n > 0 && compare(merged[n-1], p) == 0 {
			union := *merged[n-1]
			union.Stories = slices.Concat(union.Stories, p.Stories)
			slices.Sort(union.Stories)
			union.Stories = slices.Compact(union.Stories)
			union.Related = slices.Concat(union.Related, p.Related)
			slices.SortFunc(union.Related, comparePlaces)
			union.Related = slices.Compact(union.Related)
			merged[n-1] = &union
			continue
		}
		merged = append(merged, p)
	}
	return merged
}

func comparePlaces(a, b Place) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

func compare(a, b *Problem) int {
	return cmp.Or(
		comparePlaces(a.Place(), b.Place()),
		cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Message, b.Message),
		cmp.Compare(a.Detail, b.Detail),
	)
}

// Error makes a list an error: its first problem, and how many more there are.
func (l List) Error() string {
	switch len(l) {
	case 0:
		return "no problems"
	case 1:
		return l[0].Error()
	}
	return fmt.Sprintf("%s (and %d more)", l[0].Error(), len(l)-1)
}
