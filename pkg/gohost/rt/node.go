package rt

import (
	"context"
	"html/template"
	"io"
	"reflect"
	"strings"
	"sync/atomic"
)

// A node is something that can be shown: HTML, a component, or several.
type node interface {
	render(ctx context.Context, w io.Writer) error
}

// An htmlNode is HTML as it is.
type htmlNode string

func (n htmlNode) render(_ context.Context, w io.Writer) error {
	_, err := io.WriteString(w, string(n))
	return err
}

// A listNode is several, one after the other.
type listNode []node

func (n listNode) render(ctx context.Context, w io.Writer) error {
	for _, item := range n {
		if err := item.render(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// The two ways in which a Go value is rendered: templ's and gomponents'.
type (
	contextRenderer interface {
		Render(ctx context.Context, w io.Writer) error
	}
	plainRenderer interface {
		Render(w io.Writer) error
	}
)

var (
	contextRendererType = reflect.TypeOf((*contextRenderer)(nil)).Elem()
	plainRendererType   = reflect.TypeOf((*plainRenderer)(nil)).Elem()
)

// A contextNode and a plainNode are nodes for the user's code, which knows
// them as its own interfaces.
type (
	contextNode struct{ node node }
	plainNode   struct {
		node node
		ctx  context.Context
	}
)

// Render implements templ.Component.
func (n contextNode) Render(ctx context.Context, w io.Writer) error { return n.node.render(ctx, w) }

// Render implements gomponents.Node.
func (n plainNode) Render(w io.Writer) error { return n.node.render(n.ctx, w) }

// A valueNode is a Go value that can be rendered.
type valueNode struct {
	value    any // a contextRenderer or a plainRenderer
	server   *server
	children *slot // what templ gives it as children; nil for none
	nested   bool  // it is rendered within another component
}

func (n *valueNode) render(ctx context.Context, w io.Writer) error {
	with, ok := n.value.(contextRenderer)
	if !ok {
		return n.value.(plainRenderer).Render(w)
	}
	if give := n.server.WithChildren; give != nil {
		switch {
		case n.children != nil:
			atomic.StoreInt32(&n.children.offered, 1)
			ctx = give(ctx, contextNode{n.children})
		case n.nested:
			// What it is in may have left its own children in the context:
			// this would show itself without end.
			ctx = give(ctx, contextNode{htmlNode("")})
		}
	}
	return with.Render(ctx, w)
}

// A slot is the children of a component that may or may not ask for them.
// Only when it has been rendered that is known.
type slot struct {
	content node
	path    path
	offered int32 // the component was rendered
	seen    int32 // and showed them
}

func (s *slot) render(ctx context.Context, w io.Writer) error {
	atomic.StoreInt32(&s.seen, 1)
	return s.content.render(ctx, w)
}

// unseen reports the children that components did not show.
func (c *call) unseen() {
	for _, s := range c.slots {
		if atomic.LoadInt32(&s.offered) == 1 && atomic.LoadInt32(&s.seen) == 0 {
			c.wrongKey(s.path, "the component doesn't show its children",
				"add { children... } to the component, or remove them here")
		}
	}
}

// nodeOf returns the node that shows a value, or nil.
func (s *server) nodeOf(v reflect.Value) node {
	for v.IsValid() && v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if !v.IsValid() || isNil(v) && v.Kind() != reflect.Slice {
		return nil
	}
	switch value := v.Interface().(type) {
	case contextRenderer, plainRenderer:
		return &valueNode{value: value, server: s}
	}
	// Render may be a method of its pointer.
	if p := reflect.PointerTo(v.Type()); v.Kind() != reflect.Pointer && isRenderer(p) {
		pointer := reflect.New(v.Type())
		pointer.Elem().Set(v)
		return &valueNode{value: pointer.Interface(), server: s}
	}
	return nil
}

// resultNode is nodeOf for what a component returns, where text is HTML.
func (s *server) resultNode(v reflect.Value) node {
	if n := s.nodeOf(v); n != nil {
		return n
	}
	for v.IsValid() && v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	switch {
	case !v.IsValid():
		return nil
	case v.Kind() == reflect.String:
		return htmlNode(v.String())
	case isBytes(v.Type()) && !v.IsNil():
		return htmlNode(v.Bytes())
	}
	return nil
}

// isRenderer reports whether values of a type can be rendered.
func isRenderer(t reflect.Type) bool {
	return t.Implements(contextRendererType) || t.Implements(plainRendererType)
}

// isSlot reports whether a type is an interface that is there to be rendered.
func isSlot(t reflect.Type) bool { return t.Kind() == reflect.Interface && isRenderer(t) }

// isSlots reports whether it is a list of such.
func isSlots(t reflect.Type) bool { return t.Kind() == reflect.Slice && isSlot(t.Elem()) }

var htmlType = reflect.TypeOf(template.HTML(""))

// takesChildren reports whether a parameter or field of a type that is named
// children means them.
func takesChildren(t reflect.Type) bool {
	return isSlot(t) || isSlots(t) || isRenderFunc(t) || t == htmlType || t.Kind() == reflect.String
}

// isRenderFunc reports whether a type is a function that renders itself, as
// gomponents.NodeFunc and templ.ComponentFunc.
func isRenderFunc(t reflect.Type) bool {
	return t.Kind() == reflect.Func && isRenderer(t) &&
		(contextFuncType.ConvertibleTo(t) || plainFuncType.ConvertibleTo(t))
}

var (
	contextFuncType = reflect.TypeOf(contextNode{}.Render)
	plainFuncType   = reflect.TypeOf(plainNode{}.Render)
)

// adapt makes a node a value of a type that takes nodes.
func (c *call) adapt(n node, t reflect.Type) (reflect.Value, bool) {
	// The component's own value may be more than a node: gomponents looks
	// whether one is an attribute.
	if value, ok := n.(*valueNode); ok && value.children == nil {
		if v := reflect.ValueOf(value.value); v.Type().AssignableTo(t) {
			return v, true
		}
	}
	for _, adapter := range []any{contextNode{n}, plainNode{n, c.ctx}} {
		v := reflect.ValueOf(adapter)
		if v.Type().AssignableTo(t) {
			return v, true
		}
		if f := v.MethodByName("Render"); t.Kind() == reflect.Func && f.Type().ConvertibleTo(t) {
			return f.Convert(t), true
		}
	}
	return reflect.Value{}, false
}

// html renders a node at once, for what takes HTML as text.
func (c *call) html(n node, p path) (string, bool) {
	if text, ok := n.(htmlNode); ok {
		return string(text), true
	}
	var b strings.Builder
	before := c.where
	c.where = p
	err := n.render(c.ctx, &b)
	c.where = before
	if err != nil {
		c.report(failed(err, p))
		return "", false
	}
	return b.String(), true
}

// isNil reports whether a value is a nil of any kind.
func isNil(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Chan, reflect.Func, reflect.Interface, reflect.Map, reflect.Pointer, reflect.Slice, reflect.UnsafePointer:
		return v.IsNil()
	}
	return false
}

func isBytes(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8
}
