package rt

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// panicked is the problem of a panic with a value, or of runtime.Goexit, which
// has none. where is the value of the request that the code was called for.
func panicked(value any, stack []byte, where path) *problem {
	p := &problem{
		Kind: kindPanic, Message: "the component ended its goroutine", Path: where, Trace: trace(string(stack)),
		Hint: "return an error instead: runtime.Goexit, or FailNow of a test, ends what renders the story",
	}
	if value != nil {
		p.Message = firstLine(fmt.Sprint(value))
		p.Hint = "look at the first lines of the trace"
		if strings.Contains(p.Message, "nil pointer dereference") {
			p.Hint = "look at the first lines of the trace for what is nil there; a prop that isn't given may be"
		}
	}
	return p
}

// firstLine is a text for where there is room for one line.
func firstLine(s string) string {
	const most = 1000
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most]) + "…"
	}
	return s
}

// trace cuts a stack down to the user's part: what panicked first, and who
// called that, without this package and the values of arguments, which change
// from one run to the next.
func trace(stack string) string {
	frames := framesOf(stack)
	for i, f := range frames {
		if f.function == "panic" || f.function == "runtime.Goexit" {
			frames = frames[i+1:]
			break
		}
	}
	for len(frames) > 0 && strings.HasPrefix(frames[0].function, "runtime.") {
		frames = frames[1:] // runtime.panicmem, runtime.goPanicIndex
	}
	for n := len(frames); n > 0 && ours(frames[n-1].function); n-- {
		frames = frames[:n-1]
	}
	const most = 100 // a trace of a deep recursion says no more with all of it
	var b strings.Builder
	for i, f := range frames {
		if i == most {
			fmt.Fprintf(&b, "(%d more)\n", len(frames)-most)
			break
		}
		b.WriteString(f.function + "\n\t" + f.place + "\n")
	}
	return b.String()
}

// A frame is one of a stack.
type frame struct{ function, place string }

// framesOf reads what debug.Stack returns: after a line of its own, two for
// each frame, of which the second is indented.
func framesOf(stack string) []frame {
	var frames []frame
	lines := strings.Split(stack, "\n")
	for i := 0; i+1 < len(lines); i++ {
		if !strings.HasPrefix(lines[i+1], "\t") {
			continue
		}
		function, place := lines[i], strings.TrimSpace(lines[i+1])
		if end := strings.LastIndex(function, "("); end > 0 && strings.HasSuffix(function, ")") {
			function = function[:end]
		}
		if end := strings.LastIndex(place, " +0x"); end > 0 {
			place = place[:end]
		}
		frames = append(frames, frame{function, place})
		i++
	}
	return frames
}

// ours reports whether a function is of this package, or only stands between
// it and the user's. The package has another path in each module.
func ours(function string) bool {
	return strings.HasPrefix(function, reflect.TypeOf(Table{}).PkgPath()+".") ||
		strings.HasPrefix(function, "reflect.") || strings.HasPrefix(function, "created by ")
}

// failed is the problem of an error that the user's code returned.
func failed(err error, where path) *problem {
	p := &problem{
		Kind: kindRender, Message: err.Error(), Path: where,
		Hint: "the component returned this error: see what it needs",
	}
	if _, ok := err.(templateError); ok {
		p.Kind, p.Hint = kindTemplate, ""
		for range deepest { // errors.As would never end with one that wraps itself
			if h, ok := err.(hinted); ok {
				p.Cause, p.Hint = h.Error(), h.hint
			}
			err = errors.Unwrap(err)
		}
		return p
	}
	if file, line, column, cause := templError(err, 0); file != "" {
		p.File, p.Line, p.Column, p.Message = file, line, column, cause
	}
	if strings.TrimSpace(p.Message) == "" {
		p.Message = "the component returned an error without a text"
	}
	p.Message = firstLine(p.Message)
	return p
}

// deepest is how far an error is unwrapped, which may wrap itself.
const deepest = 100

// templError finds a templ.Error in an error, by its fields: this package
// can't import templ, which the module need not have.
func templError(err error, depth int) (file string, line, column int, cause string) {
	if err == nil || depth > deepest {
		return "", 0, 0, ""
	}
	v := reflect.ValueOf(err)
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() == reflect.Struct {
		f, l, c := v.FieldByName("FileName"), v.FieldByName("Line"), v.FieldByName("Col")
		if f.IsValid() && f.Kind() == reflect.String && l.IsValid() && l.CanInt() && c.IsValid() && c.CanInt() {
			cause = err.Error()
			if inner := errors.Unwrap(err); inner != nil {
				cause = inner.Error()
			}
			return f.String(), int(l.Int()), int(c.Int()), cause
		}
	}
	switch wrapper := err.(type) {
	case interface{ Unwrap() error }:
		return templError(wrapper.Unwrap(), depth+1)
	case interface{ Unwrap() []error }:
		for _, inner := range wrapper.Unwrap() {
			if file, line, column, cause = templError(inner, depth+1); file != "" {
				return file, line, column, cause
			}
		}
	}
	return "", 0, 0, ""
}
