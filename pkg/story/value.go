package story

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// A Value is data from YAML or JSON that knows where it was written. Data is
// nil, a bool, an int, a float64, a string, a List or a Map.
type Value struct {
	Data any
	At   problem.Place
}

// A List is a sequence of values.
type List []Value

// A Map is a mapping, in the order it was written in. No name occurs twice.
type Map []Field

// A Field is one entry of a Map; At is where its name stands.
type Field struct {
	Name  string
	At    problem.Place
	Value Value
}

// Get returns the field called name.
func (m Map) Get(name string) (Field, bool) {
	for _, f := range m {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// Plain returns the value as Go data without places: nil, bool, int, float64,
// string, []any or map[string]any.
func (v Value) Plain() any {
	switch d := v.Data.(type) {
	case List:
		list := make([]any, len(d))
		for i, item := range d {
			list[i] = item.Plain()
		}
		return list
	case Map:
		m := make(map[string]any, len(d))
		for _, f := range d {
			m[f.Name] = f.Value.Plain()
		}
		return m
	}
	return v.Data
}

// String returns the value as YAML on one line.
func (v Value) String() string { return string(v.appendYAML(nil)) }

func (v Value) appendYAML(b []byte) []byte {
	switch d := v.Data.(type) {
	case nil:
		return append(b, "null"...)
	case string:
		return appendScalar(b, d)
	case List:
		b = append(b, '[')
		for i, item := range d {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = item.appendYAML(b)
		}
		return append(b, ']')
	case Map:
		b = append(b, '{')
		for i, f := range d {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = append(appendScalar(b, f.Name), ": "...)
			b = f.Value.appendYAML(b)
		}
		return append(b, '}')
	case float64:
		return strconv.AppendFloat(b, d, 'g', -1, 64)
	}
	return fmt.Append(b, v.Data)
}

// appendScalar writes a string plainly where YAML would read it back as the
// same string, also within a flow collection, and in double quotes otherwise.
func appendScalar(b []byte, s string) []byte {
	plain := s != "" && s == strings.TrimSpace(s) &&
		!strings.ContainsAny(s, ",[]{}#&*!|>'\"%@`\\\n\r\t") &&
		!strings.Contains(s, ": ") && !strings.HasSuffix(s, ":") &&
		!strings.HasPrefix(s, "-") && !strings.HasPrefix(s, "?") && !strings.HasPrefix(s, ":") &&
		!strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0x85 || r == 0xfeff })
	if plain {
		if _, err := strconv.ParseFloat(s, 64); err == nil {
			plain = false
		}
		switch strings.ToLower(s) {
		case "null", "~", "true", "false", "yes", "no", "on", "off", "y", "n", "=", "<<":
			plain = false
		}
		plain = plain && !startsLikeNumber(s)
	}
	if plain {
		return append(b, s...)
	}
	return strconv.AppendQuote(b, s)
}

// startsLikeNumber is for what YAML may resolve to a number, date or time.
func startsLikeNumber(s string) bool {
	c := s[0]
	return (c >= '0' && c <= '9' || c == '+' || c == '.') && !strings.ContainsAny(s, " ")
}

// shown returns a value for a message that is about the value itself.
func shown(data any) string {
	switch d := data.(type) {
	case string:
		const most = 60
		if runes := []rune(d); len(runes) > most {
			d = string(runes[:most]) + "…"
		}
		return strconv.Quote(d)
	case int, float64, bool:
		return fmt.Sprint(d)
	}
	return kindOf(data)
}

// kindOf names what a value is, for messages.
func kindOf(data any) string {
	switch data.(type) {
	case nil:
		return "nothing"
	case bool:
		return "a boolean"
	case int, int64, uint64:
		return "an integer"
	case float64:
		return "a number"
	case string:
		return "text"
	case List, []any:
		return "a list"
	case Map, map[string]any:
		return "an object"
	}
	return fmt.Sprintf("a %T", data)
}
