package rt

import (
	"context"
	"fmt"
	"reflect"
)

// A call is one request while it is answered.
type call struct {
	*server
	id       int64
	answers  *lines
	kept     []int64 // of the live values
	ctx      context.Context
	problems []*problem
	slots    []*slot
	// where is the value of the request that the user's code is running for,
	// in case it panics.
	where path
}

func (c *call) report(p *problem) { c.problems = append(c.problems, p) }

// block renders a story's Go expression.
func (c *call) block(b *Block, children any) node {
	value := reflect.ValueOf(b.Fn())
	if children != nil && value.Kind() == reflect.Func && !value.IsNil() && !isRenderer(value.Type()) {
		// A function that still waits for its children.
		return c.invoke(&Component{Fn: value.Interface(), Name: "the expression"}, nil, children, nil)
	}
	n := c.resultNode(value)
	if n == nil {
		c.unshowable(value, "the expression", nil)
		return nil
	}
	if children == nil {
		return n
	}
	content := c.node(children, path{"children"}, nodeType)
	return c.surround(n, content, path{"children"})
}

// invoke calls a component. p leads to the object in the request that has its
// props and children. It returns nil if something is wrong.
func (c *call) invoke(component *Component, props, children any, p path) node {
	result := reflect.ValueOf(component.Fn)
	var content node // the children, if they go with the context
	var ok bool
	if result.IsValid() && result.Kind() == reflect.Func && !isRenderer(result.Type()) {
		result, content, ok = c.function(component, props, children, p)
	} else {
		ok = c.noProps(props, p)
		if children != nil {
			content = c.node(children, p.at("children"), nodeType)
			ok = ok && content != nil
		}
	}
	if !ok {
		return nil
	}
	n := c.resultNode(result)
	if n == nil {
		c.unshowable(result, component.display(), p)
		return nil
	}
	if content == nil {
		return n
	}
	return c.surround(n, content, p.at("children"))
}

// function calls a component that is a function with its props. content are
// the children that none of its parameters takes.
func (c *call) function(component *Component, props, children any, p path) (result reflect.Value, content node, ok bool) {
	f := reflect.ValueOf(component.Fn)
	sig := c.signatureFor(component, f)
	a := arranged{call: c, sig: sig, path: p}
	arguments, content := a.arrange(props, children)
	if arguments == nil {
		return reflect.Value{}, nil, false
	}
	if f.IsNil() {
		c.unshowable(reflect.Value{}, component.display(), p)
		return reflect.Value{}, nil, false
	}
	result, ok = c.do(f, sig, arguments, p)
	return result, content, ok
}

// signatureFor finds how a function is called. What is not of the table has
// a signature that nobody asks for again.
func (c *call) signatureFor(component *Component, value reflect.Value) *signature {
	if c.components[component.ID] == component {
		return c.signatureOf(component)
	}
	return c.signature(value.Type(), component.Params)
}

// do calls the user's function.
func (c *call) do(f reflect.Value, sig *signature, arguments []reflect.Value, p path) (reflect.Value, bool) {
	before := c.where
	c.where = p
	var results []reflect.Value
	if sig.variadic {
		results = f.CallSlice(arguments)
	} else {
		results = f.Call(arguments)
	}
	c.where = before
	switch {
	case sig.fails && !results[1].IsNil():
		c.report(failed(results[1].Interface().(error), p))
		return reflect.Value{}, false
	case len(results) == 0 || len(results) > 1 && !sig.fails:
		c.report(&problem{
			Kind: kindRender, Message: fmt.Sprintf("the component returns %d values", len(results)), Path: p,
			Hint: "return one value that can be shown, or that and an error",
		})
		return reflect.Value{}, false
	}
	return results[0], true
}

// surround gives a component the children that templ keeps in the context.
func (c *call) surround(n, content node, p path) node {
	value, ok := n.(*valueNode)
	if ok {
		_, ok = value.value.(contextRenderer)
	}
	if !ok || c.WithChildren == nil {
		c.noChildren(p)
		return nil
	}
	if content == nil {
		return nil
	}
	value.children = &slot{content: content, path: p}
	c.slots = append(c.slots, value.children)
	return value
}

func (c *call) noChildren(p path) {
	c.wrongKey(p, "the component takes no children", "remove them, or give the component a parameter children")
}

// noProps reports the props of what isn't a function.
func (c *call) noProps(props any, p path) bool {
	m, at, ok := object(props, p.at("props"))
	if props != nil && !ok {
		c.wrong(at, `"props" must be an object, not `+kindOf(props), "remove them: the component takes no props")
		return false
	}
	for _, key := range sorted(m) {
		c.wrongKey(at.at(key), "the component has no prop "+quoted(key), "remove it: the component takes no props")
	}
	return len(m) == 0
}

// unshowable reports a component that returned nothing, or nothing that can be
// shown.
func (c *call) unshowable(v reflect.Value, what string, p path) {
	for v.IsValid() && v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	report := &problem{Kind: kindRender, Path: p, Message: what + " gives nil", Hint: "let it give something that can be shown"}
	if v.IsValid() && (!isNil(v) || v.Kind() == reflect.Slice) {
		report.Message = fmt.Sprintf("%s gives a value of the type %s, which can't be shown", what, typeName(v.Type()))
		report.Hint = "let it give a value with a method Render(io.Writer) error or Render(context.Context, io.Writer) error, " +
			"template.HTML or string"
		if v.Kind() == reflect.Func {
			report.Hint = "call it, with what it still needs"
		}
	}
	c.report(report)
}

// display is what a component's result is called in messages.
func (component *Component) display() string {
	if component.Name == "" {
		return "the component"
	}
	return component.Name
}
