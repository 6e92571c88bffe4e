package render

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// A callError is what a function of a template finds wrong. It doesn't know
// where it was called; whoever catches it does.
type callError struct {
	kind          problem.Kind
	message, hint string
}

func (e *callError) Error() string { return e.message }

// The forms of html/template's errors. A parse error has a line, an execution
// error a line, a column in bytes from zero, and the expression.
var (
	executionError = regexp.MustCompile(`(?s)^template: (.*?):(\d+):(\d+): executing .*? at <(.*?)>: (.*)$`)
	parseError     = regexp.MustCompile(`(?s)^(?:html/)?template: ?(.*?):(\d+)(?::(\d+))?: (.*)$`)
	wholeError     = regexp.MustCompile(`(?s)^html/template:(.*?): (.*)$`)
	undefined      = regexp.MustCompile(`^function "(.*)" not defined$`)
	noField        = regexp.MustCompile(`(?:nil pointer|nil data; no entry for key|can't evaluate field (\w+) in type)`)
)

// explain makes a problem of an error of html/template, at its place in the
// file that the template was read from.
func (r *Templates) explain(err error) *problem.Problem {
	if p, ok := err.(*problem.Problem); ok { // and not one that another error wraps
		return p
	}
	// The innermost component has said already what is wrong; the way to it
	// is related.
	var inner *problem.Problem
	if errors.As(err, &inner) && inner.File == "" && inner.Kind == problem.Command {
		return inner // of all stories alike
	}
	if errors.As(err, &inner) && inner.File != "" {
		if m := executionError.FindStringSubmatch(err.Error()); m != nil {
			call := r.locate(m[1], m[2], m[3])
			if place := call.Place(); len(inner.Related) < 4 && place != inner.Place() && !slices.Contains(inner.Related, place) {
				inner.Related = append(inner.Related, place)
			}
		}
		return inner
	}
	text := err.Error()
	var p *problem.Problem
	if m := executionError.FindStringSubmatch(text); m != nil {
		p = r.locate(m[1], m[2], m[3])
		p.Length = utf8.RuneCountInString(strings.TrimSuffix(m[4], "..."))
		p.Message = m[5]
		p.Hint = executionHint(m[4], m[5])
	} else if m := parseError.FindStringSubmatch(text); m != nil {
		p = r.locate(m[1], m[2], m[3])
		p.Message = m[4]
		p.Hint = parseHint(m[4])
	} else if m := wholeError.FindStringSubmatch(text); m != nil {
		p = r.locate(m[1], "1000000000", "") // it is found at the end
		p.Message = m[2]
		p.Hint = parseHint(m[2])
	} else {
		p = &problem.Problem{Message: strings.TrimPrefix(text, "template: "), Hint: "correct the template"}
	}
	p.Message = inWords(p.Message, p.Length > 0, text)
	p.Kind = problem.Template
	var call *callError
	switch {
	case inner != nil:
		p.Kind, p.Message, p.Hint = inner.Kind, inner.Message, inner.Hint
	case errors.As(err, &call):
		p.Kind, p.Message, p.Hint = call.kind, call.message, call.hint
	}
	var ofHost *hostError
	if errors.As(err, &ofHost) && ofHost.hint != "" {
		p.Hint = ofHost.hint
	}
	return p
}

// locate turns a position within a template into one within its file.
func (r *Templates) locate(name, line, column string) *problem.Problem {
	p := &problem.Problem{File: name}
	p.Line, _ = strconv.Atoi(line)
	t, isBlock := r.blocks[name]
	if !isBlock {
		t = text{file: name} // files are parsed under their own names
	}
	p.File = t.file
	if t.lines == 0 {
		t.lines = strings.Count(strings.TrimRight(r.source(t), "\n"), "\n") + 1
	}
	p.Line = min(p.Line, t.lines) // "unexpected EOF" is after the last one
	first := p.Line == 1
	p.Line += t.line
	p.WithExcerpt(r.source(t))
	if column == "" {
		p.Column, p.Length = wholeLine(p)
		return p
	}
	offset, _ := strconv.Atoi(column)
	if t.column > 0 || first {
		offset += t.column
	}
	for _, l := range p.Excerpt {
		if l.Number == p.Line {
			p.Column = utf8.RuneCountInString(l.Text[:min(offset, len(l.Text))]) + 1
		}
	}
	return p
}

// source reads the file of a template once more: errors are rare, and the
// renderer keeps no sources for them.
func (r *Templates) source(t text) string {
	for _, f := range r.catalog.TemplateSet {
		if f.Name == t.file {
			return story.ReadSource(f.FS, f.Path).Text
		}
	}
	return story.ReadSource(r.catalog.FS, t.file).Text
}

// wholeLine underlines all of a line when no more is known.
func wholeLine(p *problem.Problem) (column, length int) {
	for _, l := range p.Excerpt {
		if l.Number == p.Line {
			trimmed := strings.TrimLeft(l.Text, " \t")
			return len(l.Text) - len(trimmed) + 1, utf8.RuneCountInString(strings.TrimRight(trimmed, " \t"))
		}
	}
	return 1, 1
}

// The messages that speak of html/template's own inside, or in its words.
var (
	endsWithin  = regexp.MustCompile(`^ends in a non-text context: \{(\w+)`)
	branches    = regexp.MustCompile(`^\{\{(\w+)\}\} branches end in different contexts`)
	wrongField  = regexp.MustCompile(`^can't evaluate field (\w+) in type `)
	absentValue = regexp.MustCompile(`^error calling (\w+): (?:reflect: call of reflect\.Value\.Type on zero Value|len of nil pointer|len of untyped nil|index of untyped nil|slice of untyped nil|invalid type for comparison)`)
	expression  = regexp.MustCompile(`at <(.*?)>: `)
)

// contexts are what html/template calls the places in HTML.
var contexts = map[string]string{
	"stateTag": "a tag", "stateAttrName": "a tag", "stateAfterName": "a tag", "stateBeforeValue": "a tag",
	"stateHTMLCmt": "a comment", "stateRCDATA": "a <title> or <textarea>", "stateJS": "a script", "stateCSS": "a style",
}

// inWords says what html/template says in words that its user knows.
func inWords(message string, executed bool, whole string) string {
	message = strings.TrimPrefix(message, "template: ")
	if m := endsWithin.FindStringSubmatch(message); m != nil {
		context := contexts[m[1]]
		if context == "" {
			context = "an attribute's quotes"
		}
		return "the template ends within " + context
	}
	if m := branches.FindStringSubmatch(message); m != nil {
		return fmt.Sprintf("the branches of {{%s}} end in different places of the HTML, such as within a tag and behind it", m[1])
	}
	if m := absentValue.FindStringSubmatch(message); m != nil {
		return fmt.Sprintf("%s got a value that isn't given", m[1])
	}
	if m := wrongField.FindStringSubmatch(message); m != nil && executed {
		owner := "the data"
		if e := expression.FindStringSubmatch(whole); e != nil {
			if before, _, found := strings.Cut(e[1]+" ", "."+m[1]+" "); found && before != "" {
				owner = before
			}
		}
		return fmt.Sprintf("%s has no field %q", owner, m[1])
	}
	return message
}

func executionHint(expression, message string) string {
	switch {
	case absentValue.MatchString(message):
		return "test it first, as in {{if .x}}, or declare a default"
	case strings.Contains(message, "incompatible types for comparison"):
		return "compare values of one type; a prop that isn't given has none, so test it first, as in {{if .x}}, or declare a default"
	case noField.MatchString(message):
		if wrongField.MatchString(message) && !strings.Contains(message, "nil") {
			return "correct the name, or give the story an object that has it"
		}
		path := strings.TrimPrefix(expression, ".")
		name, _, _ := strings.Cut(path, ".")
		return fmt.Sprintf("give the story a value for %q, or test it first: {{with .%s}}…{{end}}", name, name)
	case strings.Contains(message, "is not defined") || strings.Contains(message, "not defined"):
		return "define the template, or add its file to `templates:` in " + story.ConfigFile
	case strings.Contains(message, "range can't iterate over"):
		return "give the prop a list"
	case strings.Contains(message, "exceeded maximum template depth"):
		return "let the template include itself only under a condition that ends"
	case strings.Contains(message, "wrong number of args"), strings.Contains(message, "wrong type"):
		return "see the function's documentation at pkg.go.dev/text/template#hdr-Functions"
	}
	return "correct the expression, or the value that the story gives it"
}

func parseHint(message string) string {
	if m := undefined.FindStringSubmatch(message); m != nil {
		return problem.DidYouMean(m[1], functionNames)
	}
	switch {
	case strings.Contains(message, "unexpected EOF"):
		return "close each {{if}}, {{range}}, {{with}}, {{define}} and {{block}} with {{end}}"
	case strings.Contains(message, "unexpected {{end}}"):
		return "remove this {{end}}, or open what it closes"
	case strings.Contains(message, "unclosed action"):
		return "close the action with }}"
	case strings.Contains(message, "in operand"):
		return "correct the expression, or close the action with }} before this"
	case strings.Contains(message, "multiple definition"):
		return "give one of them another name"
	case strings.Contains(message, "ends in a non-text context"), strings.Contains(message, "in different contexts"):
		return "close every tag, attribute and quote within the component"
	case strings.Contains(message, "no such template"):
		return "define the template, or add its file to `templates:` in " + story.ConfigFile
	}
	return "see pkg.go.dev/text/template for what may stand here"
}

// problemAt makes a problem at a place of the catalog.
func problemAt(at problem.Place, length int, kind problem.Kind, message, hint string) *problem.Problem {
	return &problem.Problem{Kind: kind, File: at.File, Line: at.Line, Column: at.Column, Length: length, Message: message, Hint: hint}
}

// placeError makes a problem of an error that doesn't know its place.
func placeError(err error, at problem.Place, length int) *problem.Problem {
	var p *problem.Problem
	if errors.As(err, &p) && p.File != "" {
		return p
	}
	var call *callError
	if errors.As(err, &call) {
		return problemAt(at, length, call.kind, call.message, call.hint)
	}
	return problemAt(at, length, problem.Template, err.Error(), "correct the component")
}
