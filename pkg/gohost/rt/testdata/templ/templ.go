// Package templ is as much of github.com/a-h/templ as the tests need, in its
// own words where they matter: the context of a render holds its children, and
// attributes that are numbers are dropped, as before v0.3.
package templ

import (
	"context"
	"fmt"
	"html"
	"io"
	"sort"
)

type Component interface {
	Render(ctx context.Context, w io.Writer) error
}

type ComponentFunc func(ctx context.Context, w io.Writer) error

func (f ComponentFunc) Render(ctx context.Context, w io.Writer) error { return f(ctx, w) }

type key struct{}

type state struct {
	children Component
	once     map[any]bool
}

func InitializeContext(ctx context.Context) context.Context {
	if ctx.Value(key{}) != nil {
		return ctx
	}
	return context.WithValue(ctx, key{}, &state{once: map[any]bool{}})
}

func WithChildren(ctx context.Context, children Component) context.Context {
	ctx = InitializeContext(ctx)
	ctx.Value(key{}).(*state).children = children
	return ctx
}

func GetChildren(ctx context.Context) Component {
	if s, ok := ctx.Value(key{}).(*state); ok && s.children != nil {
		return s.children
	}
	return Raw("")
}

func ClearChildren(ctx context.Context) context.Context { return WithChildren(ctx, nil) }

func Raw(s string) Component {
	return ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	})
}

// Once shows a text once in a context.
func Once(handle any, s string) Component {
	return ComponentFunc(func(ctx context.Context, w io.Writer) error {
		once := ctx.Value(key{}).(*state).once
		if once[handle] {
			return nil
		}
		once[handle] = true
		_, err := io.WriteString(w, s)
		return err
	})
}

type SafeURL string

type Error struct {
	Err       error
	FileName  string
	Line, Col int
}

func (e Error) Error() string { return fmt.Sprintf("%s:%d:%d: %v", e.FileName, e.Line, e.Col, e.Err) }
func (e Error) Unwrap() error { return e.Err }

type KeyValue[K comparable, V any] struct {
	Key   K
	Value V
}

type Attributes map[string]any

type OrderedAttributes []KeyValue[string, any]

func RenderAttributes(_ context.Context, w io.Writer, attributes Attributes) error {
	var names []string
	for name := range attributes {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		switch v := attributes[name].(type) {
		case string:
			fmt.Fprintf(w, ` %s="%s"`, name, html.EscapeString(v))
		case bool:
			if v {
				fmt.Fprint(w, " ", name)
			}
		}
	}
	return nil
}
