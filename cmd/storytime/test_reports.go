package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// The elements of a JUnit report, as far as CI servers agree on them: a suite
// a subject, a case for each story's rendering and each of its checks.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Skipped  int          `xml:"skipped,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Time     string      `xml:"time,attr"`
		Cases    []junitCase `xml:"testcase"`

		seconds float64
	}
	junitCase struct {
		Name    string       `xml:"name,attr"`
		Class   string       `xml:"classname,attr"`
		File    string       `xml:"file,attr,omitempty"`
		Line    int          `xml:"line,attr,omitempty"`
		Time    string       `xml:"time,attr"`
		Failure *junitReason `xml:"failure"`
		Error   *junitReason `xml:"error"`
		Skipped *junitReason `xml:"skipped"`
	}
	junitReason struct {
		Message string `xml:"message,attr,omitempty"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",cdata"`
	}
)

// reportJUnit returns the result as a JUnit report. Times are in seconds, files
// as seen from where the command runs.
func (o *testOptions) reportJUnit(r *testRun) ([]byte, error) {
	all := junitSuites{Name: "storytime", Time: seconds(r.took.Seconds())}
	add := func(suite *junitSuite, c junitCase) {
		suite.Tests++
		switch {
		case c.Failure != nil:
			suite.Failures++
		case c.Error != nil:
			suite.Errors++
		case c.Skipped != nil:
			suite.Skipped++
		}
		suite.Cases = append(suite.Cases, c)
	}
	for i := range r.Stories {
		s := &r.Stories[i]
		if n := len(all.Suites); n == 0 || all.Suites[n-1].Name != s.Subject {
			all.Suites = append(all.Suites, junitSuite{Name: s.Subject})
		}
		suite := &all.Suites[len(all.Suites)-1]
		suite.seconds += s.Seconds
		c := junitCase{Name: "renders", Class: s.Address, File: o.place(s.File), Line: s.Line, Time: seconds(s.Seconds), Error: reason(s.Problems)}
		if s.Skipped {
			c.Skipped = &junitReason{Message: s.Reason}
		}
		add(suite, c)
		for _, tested := range s.Checks {
			add(suite, junitCase{Name: tested.Title, Class: s.Address, File: o.place(tested.File), Line: tested.Line, Time: seconds(0), Failure: reason(tested.Problems)})
		}
	}
	if len(r.Problems) > 0 {
		suite := junitSuite{Name: "catalog"}
		for _, p := range r.Problems {
			add(&suite, junitCase{Name: p.Message, Class: "catalog", File: o.place(p.File), Line: p.Line, Time: seconds(0), Error: reason(problem.List{p})})
		}
		all.Suites = append(all.Suites, suite)
	}
	for i := range all.Suites {
		s := &all.Suites[i]
		s.Time = seconds(s.seconds)
		all.Tests, all.Failures, all.Errors, all.Skipped = all.Tests+s.Tests, all.Failures+s.Failures, all.Errors+s.Errors, all.Skipped+s.Skipped
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	encoder := xml.NewEncoder(&b)
	encoder.Indent("", "  ")
	if err := encoder.Encode(all); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

func seconds(s float64) string { return fmt.Sprintf("%.3f", s) }

// reason is why a case failed; nil if it didn't.
func reason(problems problem.List) *junitReason {
	if len(problems) == 0 {
		return nil
	}
	var b strings.Builder
	printer := problem.Printer{W: &b}
	for _, p := range problems {
		_ = printer.Print(p) // into memory
	}
	return &junitReason{Message: problems[0].Message, Type: string(problems[0].Kind), Text: xmlText(strings.TrimRight(b.String(), "\n"))}
}

// xmlText leaves out what XML can't have, not even escaped (XML 1.0, 2.2).
// encoding/xml sees to that everywhere but in CDATA.
func xmlText(text string) string {
	return strings.Map(func(r rune) rune {
		if r == 0xfffe || r == 0xffff || r < 0x20 && r != '\t' && r != '\n' && r != '\r' {
			return utf8.RuneError
		}
		return r
	}, text)
}

// annotate shows the problems on the lines that they are about, in GitHub's
// words for it (docs.github.com, "Workflow commands").
func (o *testOptions) annotate(r *testRun) {
	for _, p := range r.AllProblems() {
		var at []string
		if p.File != "" {
			at = append(at, "file="+property(o.repositoryPath(p.File)))
			if p.Line > 0 {
				at = append(at, fmt.Sprintf("line=%d", p.Line))
			}
			if p.Column > 0 {
				at = append(at, fmt.Sprintf("col=%d", p.Column))
			}
		}
		title := "storytime"
		if len(p.Stories) > 0 {
			title = p.Stories[0]
		}
		at = append(at, "title="+property(title))
		text := p.Message
		if p.Detail != "" {
			text += "\n" + strings.TrimRight(p.Detail, "\n")
		}
		if p.Hint != "" {
			text += "\n" + p.Hint
		}
		fmt.Fprintf(o.err, "::error %s::%s\n", strings.Join(at, ","), data(text))
	}
}

// repositoryPath returns a file of the catalog relative to the root of the
// checkout.
func (o *testOptions) repositoryPath(name string) string {
	file := filepath.Join(o.dir, filepath.FromSlash(name))
	root, _ := o.env("GITHUB_WORKSPACE")
	if abs, err := filepath.Abs(file); err == nil && root != "" {
		if rel, err := filepath.Rel(root, abs); err == nil && filepath.IsLocal(rel) {
			file = rel
		}
	}
	return filepath.ToSlash(file)
}

var (
	dataEscapes     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func data(s string) string     { return dataEscapes.Replace(s) }
func property(s string) string { return propertyEscapes.Replace(s) }
