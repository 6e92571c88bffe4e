package check

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"sync"
	"unicode/utf8"

	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// A Suite runs what the stories of a catalog promise. Several goroutines may
// use it at once. It reads golden files when it needs them, and keeps nothing.
type Suite struct {
	files   fs.FS
	options Options
}

// NewSuite returns the suite of a catalog.
func NewSuite(c *story.Catalog) *Suite { return &Suite{c.FS, Options{TestID: c.TestID}} }

// An Outcome is what became of one promise.
type Outcome struct {
	// Title is the promise as it was written, on one line: `role: button,
	// name: Save`.
	Title string
	// Short is less than the title, and more than a number: `role button`.
	Short string
	// At is where it was written.
	At problem.Place
	// Golden says that it compares the story with its golden file.
	Golden bool
	// Problems is why it isn't kept. There is none when it is.
	Problems problem.List
}

// Kept reports whether the promise is kept.
func (o *Outcome) Kept() bool { return len(o.Problems) == 0 }

// LintTitle is the title of the outcome that Lint has.
const LintTitle = "accessibility and HTML"

// Run runs what a story promises of its HTML, without its layout: each check
// that it lists, in their order, and then, unless all rules are off, those
// that nobody has to ask for.
func (s *Suite) Run(st *story.Story, d *Document) []Outcome {
	linted := !allOff(st.Lint)
	if len(st.Checks) == 0 && !linted {
		return nil
	}
	outcomes := make([]Outcome, 0, len(st.Checks)+1)
	for _, v := range st.Checks {
		outcomes = append(outcomes, s.check(st, d, v))
	}
	if linted {
		outcomes = append(outcomes, lint(st, d))
	}
	for _, o := range outcomes {
		for _, p := range o.Problems {
			p.Stories = []string{st.Path()}
			if p.Kind != problem.Lint {
				p.Kind = problem.Check // also a key or a type that is wrong: the story itself is fine
			}
		}
	}
	return outcomes
}

func (s *Suite) check(st *story.Story, d *Document, v story.Value) Outcome {
	o := Outcome{Title: cmp.Or(sourceOf(v), "{}"), Short: short(v), At: v.At}
	c, problems := Parse(v, s.options)
	switch {
	case c == nil:
		o.Problems = problems
	case c.golden:
		o.Golden = true
		if p := s.golden(st, c, d.source); p != nil {
			o.Problems = problem.List{p}
		}
	default:
		if p := c.Run(d); p != nil {
			o.Problems = problem.List{p}
		}
	}
	return o
}

// short is the query of a check and what it asks for.
func short(v story.Value) string {
	m, _ := v.Data.(story.Map)
	for _, f := range m {
		if f.Name == "golden" {
			return f.Name
		}
		if slices.Contains(queryKeys, f.Name) {
			value, ok := scalar(f.Value)
			if !ok {
				value = f.Value.String()
			}
			return f.Name + " " + shorten(fold(value), 60)
		}
	}
	return "check"
}

// golden compares a story with its golden file.
func (s *Suite) golden(st *story.Story, c *Check, html string) *problem.Problem {
	name := st.Golden()
	p := &problem.Problem{
		Kind: problem.Check, File: c.at.File, Line: c.at.Line, Column: c.at.Column, Length: utf8.RuneCountInString(c.source),
		Related: []problem.Place{{File: name}},
	}
	want, err := fs.ReadFile(s.files, name)
	var wrong *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		p.Related = nil
		p.Message = "no HTML is kept for this story: there is no file " + strconv.Quote(name)
		p.Hint = "look at the story; if it is as it should be, `storytime test --update` keeps its HTML"
		return p
	case err != nil:
		if errors.As(err, &wrong) {
			err = wrong.Err
		}
		p.Message = fmt.Sprintf("the HTML that is kept for this story can't be read: %v", err)
		p.Hint = "mend that file, or remove it and let `storytime test --update` write it"
		return p
	}
	if p.Detail = Diff(string(want), html); p.Detail == "" {
		return nil
	}
	p.Message = "the story's HTML isn't the one that is kept for it"
	p.Hint = "mend what renders it; if it is as it should be now, `storytime test --update` keeps it"
	return p
}

// lint looks for mistakes that nobody means.
func lint(st *story.Story, d *Document) Outcome {
	o := Outcome{Title: LintTitle, Short: "lint", At: st.At}
	if d.err != nil {
		f := tooDeep(d)
		o.Problems = problem.List{{Kind: problem.Lint, File: st.At.File, Line: st.At.Line, Column: st.At.Column, Message: f.message, Hint: f.hint}}
		return o
	}
	for _, f := range d.Lint(st.Lint) {
		o.Problems = append(o.Problems, &problem.Problem{
			Kind: problem.Lint, File: st.At.File, Line: st.At.Line, Column: st.At.Column,
			Length:  utf8.RuneCountInString(st.Language) + len(" story"),
			Message: f.Message, Hint: f.Hint, Detail: f.Detail, Rule: f.Rule.Name, Link: f.Rule.Link,
		})
	}
	return o
}

// RuleNames are the names that `lint:` knows.
func RuleNames() []string { return slices.Clone(ruleNames()) }

var ruleNames = sync.OnceValue(func() []string {
	var names []string
	for _, r := range Rules() {
		names = append(names, r.Name)
	}
	return names
})

func allOff(off story.Lint) bool {
	return len(off) > 0 && !slices.ContainsFunc(ruleNames(), func(name string) bool { return !off[name] })
}

// tooDeep is why nothing is looked for in a document that can't be parsed.
func tooDeep(d *Document) *failure {
	return &failure{message: "the story can't be checked: " + d.err.Error(), hint: "look for a component that contains itself"}
}
