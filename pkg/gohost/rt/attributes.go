package rt

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// isAttributes recognises templ.Attributes by its name: this package can't
// import templ. Another module may hold a copy of it.
func isAttributes(t reflect.Type) bool {
	return t.Name() == "Attributes" && isTempl(t) && t.Kind() == reflect.Map && t.Key().Kind() == reflect.String
}

// isOrderedAttributes recognises templ.OrderedAttributes, a list of keys and
// values.
func isOrderedAttributes(t reflect.Type) bool {
	if t.Name() != "OrderedAttributes" || !isTempl(t) || t.Kind() != reflect.Slice || t.Elem().Kind() != reflect.Struct {
		return false
	}
	key, ok := t.Elem().FieldByName("Key")
	value, ok2 := t.Elem().FieldByName("Value")
	return ok && ok2 && key.Type.Kind() == reflect.String && value.Type == anyType
}

func isTempl(t reflect.Type) bool {
	return t.PkgPath() == "templ" || strings.HasSuffix(t.PkgPath(), "/templ")
}

// attributes decodes templ.Attributes.
func (c *call) attributes(v any, t reflect.Type, p path) (reflect.Value, bool) {
	m, p, ok := object(v, p)
	if !ok {
		c.mismatch(v, t, p)
		return reflect.Value{}, false
	}
	made := reflect.MakeMapWithSize(t, len(m))
	good := true
	for _, key := range sorted(m) {
		value, ok := c.attribute(key, m[key], p.at(key))
		if !ok {
			good = false
			continue
		}
		made.SetMapIndex(reflect.ValueOf(key).Convert(t.Key()), value)
	}
	return made, good
}

// orderedAttributes decodes templ.OrderedAttributes: an object, whose order a
// request doesn't keep, or a list of objects with one key each.
func (c *call) orderedAttributes(v any, t reflect.Type, p path) (reflect.Value, bool) {
	type place struct {
		object any
		path   path
	}
	places := []place{{v, p}}
	if items, ok := v.([]any); ok {
		places = places[:0]
		for i, item := range items {
			places = append(places, place{item, p.at(i)})
		}
	}
	made, good := reflect.MakeSlice(t, 0, len(places)), true
	for _, at := range places {
		m, p, ok := object(at.object, at.path)
		if !ok {
			c.mismatch(at.object, t, at.path)
			good = false
		}
		for _, key := range sorted(m) {
			value, ok := c.attribute(key, m[key], p.at(key))
			if !ok {
				good = false
				continue
			}
			item := reflect.New(t.Elem()).Elem()
			item.FieldByName("Key").SetString(key)
			item.FieldByName("Value").Set(value)
			made = reflect.Append(made, item)
		}
	}
	return made, good
}

// attribute decodes the value of one attribute, and reports one that templ
// would not show as it is written.
func (c *call) attribute(key string, v any, p path) (reflect.Value, bool) {
	decoded, ok := c.value(v, anyType, p)
	if !ok {
		return decoded, false
	}
	value := reflect.New(anyType).Elem() // decoded may be what is in it
	value.Set(decoded)
	if b, isBool := v.(bool); isBool && strings.HasPrefix(strings.ToLower(key), "aria-") {
		how := "without a value"
		if !b {
			how = "not at all"
		}
		c.wrong(p, fmt.Sprintf("templ writes the attribute %s %s when it is %v", quoted(key), how, b),
			fmt.Sprintf(`write it as text: "%v"`, b))
		return value, false
	}
	if !c.drops(key, v, value) {
		return value, true
	}
	hint := "write it as text"
	if number, ok := v.(json.Number); ok {
		hint = fmt.Sprintf(`write it as text: "%v"`, number)
	}
	c.wrong(p, fmt.Sprintf("templ leaves the attribute %s out when it is %s", quoted(key), c.kindOfGo(v, value)), hint)
	return value, false
}

// kindOfGo is kindOf, with the type of what {$go} stands for.
func (c *call) kindOfGo(v any, value reflect.Value) string {
	if name, _ := special(v); name == specialGo && !value.IsNil() {
		return "a " + typeName(value.Elem().Type())
	}
	return kindOf(v)
}

// drops reports whether this version of templ leaves an attribute out although
// it has something to say. It asks templ, if it can.
func (c *call) drops(key string, v any, value reflect.Value) bool {
	if v == nil || value.IsNil() {
		return false // it was meant to be left out
	}
	name, _ := special(v)
	inner := value.Elem()
	switch kind := inner.Kind(); {
	case kind == reflect.Bool:
		return inner.Type() != reflect.TypeOf(false)
	case kind == reflect.String:
		return inner.Type() != reflect.TypeOf("")
	case isNumber(kind):
		if c.RenderAttributes == nil {
			return true
		}
		var b bytes.Buffer
		err := c.RenderAttributes(c.ctx, &b, map[string]any{key: inner.Interface()})
		return err == nil && b.Len() == 0
	}
	// A list or an object of the request is dropped. A Go value may be one of
	// templ's own that are not: a key and whether it applies, a function.
	return name != specialGo
}
