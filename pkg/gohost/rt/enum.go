package rt

import (
	"fmt"
	"reflect"
	"strings"
)

// shortNames are the names of an enum's values without their package.
func (e *Enum) shortNames() []string {
	names := make([]string, len(e.Names))
	for i, n := range e.Names {
		names[i] = unqualified(n)
	}
	return names
}

// unqualified cuts the package off "button.VariantPrimary".
func unqualified(s string) string { return s[strings.LastIndex(s, ".")+1:] }

// named returns the value that a text names, qualified or not. The qualifier
// may be any: a file may import a package by another name.
func (e *Enum) named(s string) (reflect.Value, bool) {
	short := unqualified(s)
	if i := len(s) - len(short) - 1; i >= 0 && !isIdentifier(s[:i]) {
		return reflect.Value{}, false
	}
	for i, n := range e.Names {
		if i < len(e.Values) && unqualified(n) == short {
			if v := reflect.ValueOf(e.Values[i]); v.IsValid() && v.Type().AssignableTo(e.Type) {
				return v, true
			}
		}
	}
	return reflect.Value{}, false
}

func isIdentifier(s string) bool {
	for i, r := range s {
		letter := r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r >= 0x80
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

// has reports whether a value is one of the enum's.
func (e *Enum) has(v reflect.Value) bool {
	for _, known := range e.Values {
		if reflect.DeepEqual(known, v.Interface()) {
			return true
		}
	}
	return false
}

// enum decodes a value of a type that has named values: by its name, or as
// its type is decoded.
func (c *call) enum(e *Enum, v any, t reflect.Type, p path) (reflect.Value, bool) {
	text, isText := v.(string)
	if isText {
		// A value that is also another's name keeps its meaning.
		if t.Kind() == reflect.String {
			if value := reflect.ValueOf(text).Convert(t); e.has(value) {
				return value, true
			}
		}
		if value, ok := e.named(text); ok {
			made := reflect.New(t).Elem()
			made.Set(value)
			return made, true
		}
	}
	if !e.Closed {
		if isText && isNumber(t.Kind()) && !reflect.PointerTo(t).Implements(textType) {
			return c.notOneOf(e, v, p) // a name that isn't known, not a number
		}
		return c.typed(v, t, p)
	}
	// It may be given by its value; how that fails to be read says less than
	// which values there are.
	before := len(c.problems)
	value, ok := c.typed(v, t, p)
	c.problems = c.problems[:before]
	if !ok || !e.has(value) {
		return c.notOneOf(e, v, p)
	}
	return value, true
}

// notOneOf reports a value that an enum doesn't have.
func (c *call) notOneOf(e *Enum, v any, p path) (reflect.Value, bool) {
	names := e.shortNames()
	message := fmt.Sprintf("%s can't be %s", p.label(), shown(v))
	hint := "give it one of " + enumerate(names)
	if text, ok := v.(string); ok {
		candidates := names
		for _, value := range e.Values {
			if value := reflect.ValueOf(value); value.Kind() == reflect.String {
				candidates = append(candidates, value.String())
			}
		}
		if near := nearest(unqualified(text), candidates); near != "" {
			hint = fmt.Sprintf("did you mean %q? known are %s", near, enumerate(names))
		}
	}
	if len(names) == 0 {
		hint = "its type has no exported constants: give it a Go value, {$go: Name}"
	}
	c.wrong(p, message, hint)
	return reflect.Value{}, false
}
