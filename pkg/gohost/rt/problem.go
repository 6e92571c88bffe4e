package rt

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// A problem is what is wrong with a request, or what went wrong with it. Its
// wording keeps the rules of Storytime's own problems: the message is one
// sentence without a capital and a full stop that names the thing as the user
// wrote it, and the hint says what to do next.
type problem struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	// Path leads to the value in the request that is wrong: names of objects
	// and indexes of lists, the special objects' names too. Where its end is
	// not there, as the props of a component without any, what it would be in
	// is meant. Key says that the name is wrong rather than the value.
	Path []any `json:"path,omitempty"`
	Key  bool  `json:"key,omitempty"`
	// Cause is, of what html/template says, what one of Storytime's functions
	// found wrong.
	Cause string `json:"cause,omitempty"`
	// Trace is the stack of a panic from the user's frame on: for each frame
	// a line with its function, and an indented one with its file and line.
	Trace string `json:"trace,omitempty"`
	// File, Line and Column are where templ says that an error came from: its
	// line counts from one, its column is in bytes from zero.
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

// The kinds of problems.
const (
	kindProp     = "prop"     // a value in the request is wrong
	kindRender   = "render"   // the component returned an error, or nothing that can be shown
	kindTemplate = "template" // what html/template says
	kindPanic    = "panic"    // the user's code panicked
	kindFuncs    = "funcs"    // the functions of an application aren't there
	kindRequest  = "request"  // the request itself is wrong: Storytime's mistake
)

// hintVersion is what to do about a mistake in the protocol.
const hintVersion = "stop storytime and start it again"

// A path leads to a value in a request.
type path []any

// at returns the path to something below. It never shares memory with p.
func (p path) at(elements ...any) path {
	longer := make(path, 0, len(p)+len(elements))
	return append(append(longer, p...), elements...)
}

// label names the value at a path as its author would: "label", or item 3 of
// "items".
func (p path) label() string {
	items := ""
	for i := len(p) - 1; i >= 0; i-- {
		switch element := p[i].(type) {
		case int:
			items += fmt.Sprintf("item %d of ", element+1)
		case string:
			if !strings.HasPrefix(element, "$") {
				return items + quoted(element)
			}
		}
	}
	return items + `"props"`
}

// wrong reports a value that can't become what is needed.
func (c *call) wrong(p path, message, hint string) {
	c.report(&problem{Kind: kindProp, Message: message, Hint: hint, Path: p})
}

// wrongKey is wrong for a value whose name is the mistake.
func (c *call) wrongKey(p path, message, hint string) {
	c.report(&problem{Kind: kindProp, Message: message, Hint: hint, Path: p, Key: true})
}

// mismatch reports a value of the wrong type.
func (c *call) mismatch(v any, t reflect.Type, p path) {
	needed := c.describe(t)
	c.wrong(p, fmt.Sprintf("%s must be %s, not %s", p.label(), needed, kindOf(v)), c.suggest(v, t, needed))
}

// suggest says how to write a value that would fit.
func (c *call) suggest(v any, t reflect.Type, needed string) string {
	kind := t.Kind()
	switch v := v.(type) {
	case json.Number, bool:
		if needed == "text" || strings.HasPrefix(needed, "text,") {
			return fmt.Sprintf(`put it in quotes: "%v"`, v)
		}
	case string:
		_, err := strconv.ParseFloat(v, 64)
		isBool := kind == reflect.Bool && (v == "true" || v == "false")
		if isNumber(kind) && err == nil || isBool {
			return "write it without quotes: " + v
		}
	}
	if needed == unwritable {
		return "give it a Go value: {$go: Name}"
	}
	return "give it " + needed
}

// quoted puts a name in quotes for a message, and shortens one that is no
// name.
func quoted(name string) string {
	return `"` + shortened(name) + `"`
}

func shortened(s string) string {
	const most = 60
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

// shown is a value as it stands in a message.
func shown(v any) string {
	switch v := v.(type) {
	case string:
		return quoted(v)
	case json.Number:
		return shortened(v.String())
	case bool:
		return fmt.Sprint(v)
	}
	return kindOf(v)
}

// kindOf names what a value is.
func kindOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "nothing"
	case bool:
		return "a boolean"
	case string:
		return "text"
	case json.Number:
		return "a number"
	case []any:
		return "a list"
	case map[string]any:
		switch name, _ := special(v); name {
		case specialHTML:
			return "HTML"
		case specialComponent:
			return "a component"
		case specialGo:
			return "a Go value"
		}
	}
	return "an object"
}
