// Package check says what a story promises of its HTML, and whether that
// holds.
//
// A Document is the HTML of one story, parsed once. A Check is one promise,
// read from the story file by Parse: a query, such as a role and a name, and
// what is expected of the elements that it finds; without more, exactly one.
// Run tells whether a document keeps it, as a nil or as a problem at the
// check's place that says what was expected, what is there instead, and what
// comes nearest.
//
//	d := check.NewDocument(html)
//	for _, v := range story.Checks {
//		c, problems := check.Parse(v, check.Options{})
//		if c != nil {
//			p := c.Run(d)
//		}
//	}
//
// Roles, states, names and descriptions are those that HTML-AAM, ARIA in HTML
// and accname 1.2 give to HTML without style sheets and scripts, and where
// they leave room, what Chromium's accessibility tree shows. The queries for
// text, labels, placeholders, alternative texts, titles, values and test ids
// find what Testing Library finds. How both are compared with the original,
// and each difference with its reason, stands in the tests of this package.
//
// A check whose `golden: true` compares the whole story with a file is read
// here, and Normalize and Diff say what equal means; where the file lies is
// the caller's business.
//
// What is promised: a mistake in a check is a problem of Parse, never a check
// that passes; no selector and no regular expression takes more than linear
// time; nothing of the document is kept or changed by a check, so one Document
// serves all checks of its story, one after the other.
package check

import (
	"strings"
	"unicode/utf8"

	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// Options tune how checks are read. The zero value is the default.
type Options struct {
	// TestID is the attribute that `testid:` asks for; "" is data-testid.
	TestID string
}

// A Check is one promise of a story.
type Check struct {
	at     problem.Place
	source string
	golden bool
	query  *query
	expect expectation
}

// String returns the check as it was written, on one line:
// `role: button, name: Save`.
func (c *Check) String() string { return c.source }

// Place returns where the check was written.
func (c *Check) Place() problem.Place { return c.at }

// Golden reports whether the check compares the whole story with a file,
// which is the caller's to do: Run has nothing to say about such a check.
func (c *Check) Golden() bool { return c.golden }

// Run returns nil when the document keeps the promise, and otherwise what is
// wrong with it.
func (c *Check) Run(d *Document) *problem.Problem {
	if c.golden {
		return nil
	}
	f := c.run(d)
	if f == nil {
		return nil
	}
	return &problem.Problem{
		Kind: problem.Check, File: c.at.File, Line: c.at.Line, Column: c.at.Column,
		Length: utf8.RuneCountInString(c.source), Message: f.message, Hint: f.hint, Detail: f.detail,
	}
}

// sourceOf returns a check without the braces around it.
func sourceOf(v story.Value) string {
	s := v.String()
	if inner, ok := strings.CutPrefix(s, "{"); ok {
		s = strings.TrimSuffix(inner, "}")
	}
	return s
}
