package story

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// fields reads the settings of a mapping, one after the other, and reports
// what it finds wrong in the source that they stand in. What is wrong reads
// as not given, so that one slip doesn't hide the next.
type fields struct {
	src  *Source
	all  Map
	what string // "front matter", "a story", for messages
}

// newFields returns the settings in v. Anything but a mapping is a problem,
// nothing at all is not.
func newFields(src *Source, v Value, what string, known []string) fields {
	f := fields{src: src, what: what}
	switch d := v.Data.(type) {
	case nil:
	case Map:
		f.all = d
	default:
		src.Report(problem.Type, v.At, 1, what+" must be `key: value` lines, not "+kindOf(v.Data),
			"known keys are "+strings.Join(known, ", "))
		return f
	}
	for _, field := range f.all {
		if !slices.Contains(known, field.Name) {
			src.Report(problem.Key, field.At, utf8.RuneCountInString(field.Name),
				fmt.Sprintf("unknown key %q in %s", field.Name, what), problem.DidYouMean(field.Name, known))
		}
	}
	return f
}

// get returns the value of a key that is given and isn't null.
func (f fields) get(key string) (Value, bool) {
	field, found := f.all.Get(key)
	return field.Value, found && field.Value.Data != nil
}

// wrong reports that a value isn't what its key needs.
func (f fields) wrong(key string, v Value, want, hint string) {
	f.src.Report(problem.Type, v.At, utf8.RuneCountInString(v.String()),
		fmt.Sprintf("%q must be %s, not %s", key, want, kindOf(v.Data)), hint)
}

// unfit reports a value of the right type that still isn't what its key
// needs.
func (f fields) unfit(key string, v Value, want, hint string) {
	f.src.Report(problem.Type, v.At, utf8.RuneCountInString(v.String()),
		fmt.Sprintf("%q must be %s, not %s", key, want, shown(v.Plain())), hint)
}

// text reads a string. A number or boolean is taken as its text: a title may
// well be 404.
func (f fields) text(key string) string { return f.ref(key).Name }

// ref reads a string and where it stands.
func (f fields) ref(key string) Ref {
	v, found := f.get(key)
	if !found {
		return Ref{}
	}
	switch v.Data.(type) {
	case Map, List:
		f.wrong(key, v, "text", fmt.Sprintf("write `%s: some text`", key))
		return Ref{}
	}
	return Ref{Name: clean(fmt.Sprint(v.Data)), At: v.At}
}

// clean makes one line of a text, and what can't be shown visible: it goes
// into titles, pages and terminals.
func clean(text string) string {
	return problem.Clean(strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), " "))
}

// refs reads a list of strings; a single one stands for a list of one.
func (f fields) refs(key string) []Ref {
	v, found := f.get(key)
	if !found {
		return nil
	}
	items, isList := v.Data.(List)
	if !isList {
		items = List{v}
	}
	var refs []Ref
	for _, item := range items {
		switch item.Data.(type) {
		case nil, Map, List:
			f.wrong(key, item, "text, or a list of texts", fmt.Sprintf("write `%s: [one, other]`", key))
		default:
			refs = append(refs, Ref{Name: clean(fmt.Sprint(item.Data)), At: item.At})
		}
	}
	return refs
}

// texts reads a list of strings without their places.
func (f fields) texts(key string) []string {
	var texts []string
	for _, r := range f.refs(key) {
		texts = append(texts, r.Name)
	}
	return texts
}

// flag reads a boolean.
func (f fields) flag(key string) bool {
	v, found := f.get(key)
	if !found {
		return false
	}
	b, ok := v.Data.(bool)
	if !ok {
		f.wrong(key, v, "true or false", fmt.Sprintf("write `%s: true`", key))
	}
	return b
}

// order reads a place among siblings.
func (f fields) order(key string) Order {
	v, found := f.get(key)
	if !found {
		return Order{}
	}
	switch n := v.Data.(type) {
	case int:
		return Order{Value: float64(n), Given: true}
	case float64:
		return Order{Value: n, Given: true}
	}
	f.wrong(key, v, "a number", fmt.Sprintf("write `%s: 10`", key))
	return Order{}
}

// object reads a mapping.
func (f fields) object(key string) Map {
	v, found := f.get(key)
	if !found {
		return nil
	}
	m, ok := v.Data.(Map)
	if !ok {
		f.wrong(key, v, "an object", "write `name: value` lines, indented below it")
	}
	return m
}

// list reads a list; a single value stands for a list of one.
func (f fields) list(key string) List {
	v, found := f.get(key)
	if !found {
		return nil
	}
	if l, ok := v.Data.(List); ok {
		return l
	}
	return List{v}
}
