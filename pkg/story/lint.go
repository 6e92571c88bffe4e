package story

import (
	"fmt"
	"maps"
	"unicode/utf8"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// A Lint says which of the rules are off that the HTML of every story is
// looked at for without being asked. Storytime.yaml, a subject and a story can
// each say `lint: false`, for all of them, or `lint: {name: false}`; what a
// story says counts before what its subject says, and that before the
// settings.
type Lint map[string]bool

// lint reads a `lint:` that tunes another.
func (r lintReader) lint(f fields, outer Lint) Lint {
	v, found := f.get("lint")
	if !found {
		return outer
	}
	off := maps.Clone(outer)
	if off == nil {
		off = Lint{}
	}
	switch d := v.Data.(type) {
	case bool:
		for _, rule := range r {
			off[rule] = !d
		}
	case Map:
		for _, rule := range d {
			on, ok := rule.Value.Data.(bool)
			switch {
			case !r.has(rule.Name):
				f.src.Report(problem.Key, rule.At, utf8.RuneCountInString(rule.Name),
					fmt.Sprintf("there is no rule %q to tune", rule.Name), problem.DidYouMean(rule.Name, r))
			case !ok:
				f.wrong(rule.Name, rule.Value, "true or false", fmt.Sprintf("write `lint: {%s: false}` to turn the rule off", rule.Name))
			default:
				off[rule.Name] = !on
			}
		}
	default:
		f.wrong("lint", v, "true, false or an object of rules", "write `lint: {image-alt: false}`, or `lint: false` for none of them")
	}
	maps.DeleteFunc(off, func(_ string, off bool) bool { return !off })
	return off
}

// A lintReader knows the names of the rules.
type lintReader []string

func (r lintReader) has(rule string) bool {
	for _, name := range r {
		if name == rule {
			return true
		}
	}
	return false
}
