package rt

import (
	"fmt"
	"html"
	"html/template"
	"reflect"
)

// shownValue decodes what is to be shown, for a parameter or field of a type
// that takes it: text, {$html}, {$component} or a list of these.
func (c *call) shownValue(v any, t reflect.Type, p path) (reflect.Value, bool) {
	if v == nil && isNilable(t) {
		return reflect.Zero(t), true
	}
	if isSlots(t) {
		return c.slotList(v, t, p)
	}
	name, _ := special(v)
	asked := t.Kind() == reflect.Pointer || t.Kind() == reflect.Struct || t.Kind() == reflect.Interface
	if !isSlot(t) && !isRenderFunc(t) && t != htmlType && !(asked && name == specialComponent) &&
		!(t == anyType && name == specialHTML) {
		c.mismatch(v, t, p)
		return reflect.Value{}, false
	}
	n := c.node(v, p, t)
	if n == nil {
		return reflect.Value{}, false
	}
	if t == htmlType || t == anyType && name == specialHTML {
		text, ok := c.html(n, p)
		return reflect.ValueOf(template.HTML(text)), ok
	}
	value, ok := c.adapt(n, t)
	if !ok {
		c.unadaptable(n, t, p)
	}
	return value, ok
}

// unadaptable reports a type that is more than a node can be.
func (c *call) unadaptable(n node, t reflect.Type, p path) {
	given := "text or HTML"
	if value, ok := n.(*valueNode); ok {
		given = "a " + typeName(reflect.TypeOf(value.value))
	}
	c.wrong(p, fmt.Sprintf("%s must be a %s, not %s", p.label(), typeName(t), given), "give it a Go value: {$go: Name}")
}

// slotList decodes a list of what is to be shown; one alone is a list of one.
func (c *call) slotList(v any, t reflect.Type, p path) (reflect.Value, bool) {
	items, isList := v.([]any)
	if !isList {
		value, ok := c.shownValue(v, t.Elem(), p)
		if !ok {
			return reflect.Value{}, false
		}
		return reflect.Append(reflect.MakeSlice(t, 0, 1), value), true
	}
	made, good := reflect.MakeSlice(t, len(items), len(items)), true
	for i, item := range items {
		if value, ok := c.value(item, t.Elem(), p.at(i)); ok {
			made.Index(i).Set(value)
		} else {
			good = false
		}
	}
	return made, good
}

// node decodes what is to be shown, and returns nil if it can't. needed is the
// type that it is for, in a message.
func (c *call) node(v any, p path, needed reflect.Type) node {
	switch v := v.(type) {
	case string:
		return htmlNode(html.EscapeString(v))
	case []any:
		list, good := make(listNode, len(v)), true
		for i, item := range v {
			list[i] = c.node(item, p.at(i), needed)
			good = good && list[i] != nil
		}
		if !good {
			return nil
		}
		return list
	}
	switch name, content := special(v); name {
	case specialHTML:
		if text, ok := content.(string); ok {
			return htmlNode(text)
		}
		c.mismatch(content, reflect.TypeOf(""), p.at(specialHTML))
		return nil
	case specialComponent:
		return c.nested(content, p.at(specialComponent))
	case specialGo:
		return c.goNode(content, p, needed)
	case "", specialObject:
		c.mismatch(v, needed, p)
	default:
		c.unknownSpecial(name, p)
	}
	return nil
}

// goNode is a Go value that is to be shown.
func (c *call) goNode(id any, p path, needed reflect.Type) node {
	value, name, ok := c.goResult(id, needed, p)
	if !ok {
		return nil
	}
	n := c.plainNodeOf(value)
	if n == nil && value.IsValid() && value.Kind() == reflect.Slice {
		var list listNode
		for i := 0; i < value.Len(); i++ {
			item := c.plainNodeOf(value.Index(i))
			if item == nil {
				list = nil
				break
			}
			list = append(list, item)
		}
		if list != nil {
			return list
		}
	}
	if n == nil {
		c.wrong(p, fmt.Sprintf("%s can't be shown", name), "give it text, or a value with a Render method")
	}
	return n
}

// nested is another component of the table, called for one of its values.
func (c *call) nested(content any, p path) node {
	m, _ := content.(map[string]any)
	id, _ := m["id"].(string)
	component := c.components[id]
	if component == nil {
		c.wrong(p, "there is no component "+shown(m["id"]), hintVersion)
		return nil
	}
	n := c.invoke(component, m["props"], m["children"], p)
	if value, ok := n.(*valueNode); ok {
		value.nested = true
	}
	return n
}

// children decodes a component's children for a parameter or field. It is as
// value, but for text in HTML: children are escaped.
func (c *call) children(v any, t reflect.Type, p path) (reflect.Value, bool) {
	if t != htmlType {
		return c.value(v, t, p)
	}
	n := c.node(v, p, nodeType)
	if n == nil {
		return reflect.Value{}, false
	}
	text, ok := c.html(n, p)
	return reflect.ValueOf(template.HTML(text)), ok
}

// nodeType stands for whatever can be shown, in messages.
var nodeType = contextRendererType
