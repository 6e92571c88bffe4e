package rt

import (
	"fmt"
	"html"
	"math"
	"reflect"
	"strings"
)

// The objects of a request that have a meaning of their own.
const (
	specialComponent = "$component"
	specialHTML      = "$html"
	specialGo        = "$go"
	specialObject    = "$object"
	specialLive      = "$live"
)

// special returns the name and content of a special object, or "".
func special(v any) (name string, content any) {
	if m, ok := v.(map[string]any); ok && len(m) == 1 {
		for key, value := range m {
			if strings.HasPrefix(key, "$") {
				return key, value
			}
		}
	}
	return "", nil
}

// object returns the keys of an object, and the path that leads to them.
func object(v any, p path) (map[string]any, path, bool) {
	name, content := special(v)
	switch name {
	case "":
	case specialObject:
		v, p = content, p.at(specialObject)
	default:
		return nil, p, false
	}
	m, ok := v.(map[string]any)
	return m, p, ok
}

// unknownSpecial reports an object with a key that looks special and isn't.
func (c *call) unknownSpecial(name string, p path) {
	c.wrongKey(p.at(name), fmt.Sprintf("there is no special object %s", quoted(name)),
		"an object whose only key begins with $ is written {$object: {…}}")
}

// goValue decodes {$go: Name} for a type.
func (c *call) goValue(id any, t reflect.Type, p path) (reflect.Value, bool) {
	value, name, ok := c.goResult(id, t, p)
	if !ok {
		return reflect.Value{}, false
	}
	if !value.IsValid() || isNil(value) {
		if isNilable(t) && (!value.IsValid() || value.Type().AssignableTo(t) || t.Kind() == reflect.Interface) {
			return reflect.Zero(t), true
		}
		c.wrong(p, fmt.Sprintf("%s is nil, and %s must be %s", name, p.label(), c.describe(t)), "give it another value")
		return reflect.Value{}, false
	}
	if converted, ok := c.convert(value, t); ok {
		return converted, true
	}
	c.wrong(p, fmt.Sprintf("%s must be %s, and %s is %s", p.label(), typeName(t), name, typeName(value.Type())),
		"give it a value of the type "+typeName(t))
	return reflect.Value{}, false
}

// liveValue decodes {$live: 1} for a type.
func (c *call) liveValue(number any, t reflect.Type, p path) (reflect.Value, bool) {
	value := reflect.ValueOf(c.live(number))
	if value.IsValid() {
		if converted, ok := c.convert(value, t); ok {
			return converted, true
		}
		c.wrong(p, fmt.Sprintf("%s must be %s, not %s", p.label(), typeName(t), typeName(value.Type())), "give it a value of the type "+typeName(t))
		return reflect.Value{}, false
	}
	c.wrong(p, p.label()+" has gone", hintVersion)
	return reflect.Value{}, false
}

// goResult returns what {$go: Name} is: the value, or what it returns if it is
// a function without parameters and such a function isn't what is needed.
func (c *call) goResult(id any, t reflect.Type, p path) (value reflect.Value, name string, ok bool) {
	key, _ := id.(string)
	entry := c.values[key]
	if entry == nil {
		c.wrong(p, "there is no Go value "+shown(id), "write {$go: Name} with the name of a Go value or function")
		return reflect.Value{}, "", false
	}
	name = "the Go value"
	if entry.Name != "" {
		name = quoted(entry.Name)
	}
	before := c.where
	c.where = p // it stays so if the value's code panics
	value = reflect.ValueOf(entry.Fn())
	value, ok = c.called(value, name, t, p)
	c.where = before
	return value, name, ok
}

// called calls a Go value that is a function, unless one is needed.
func (c *call) called(value reflect.Value, name string, t reflect.Type, p path) (reflect.Value, bool) {
	if value.Kind() != reflect.Func || value.IsNil() || isRenderer(value.Type()) ||
		t.Kind() != reflect.Interface && value.Type().AssignableTo(t) {
		return value, true
	}
	f := value.Type()
	fails := f.NumOut() == 2 && isError(f.Out(1))
	if f.NumIn() > 0 && !(f.NumIn() == 1 && f.IsVariadic()) || f.NumOut() != 1 && !fails {
		if t.Kind() == reflect.Interface && value.Type().AssignableTo(t) {
			return value, true
		}
		c.wrong(p, name+" is a function that can't be called without arguments",
			"give it a function without parameters that returns one value, or write the call as a function of its own")
		return reflect.Value{}, false
	}
	results := value.Call(nil)
	if fails && !results[1].IsNil() {
		wrong := failed(results[1].Interface().(error), p)
		wrong.Hint = name + " returned this error: see what it needs"
		c.report(wrong)
		return reflect.Value{}, false
	}
	value = results[0]
	for value.Kind() == reflect.Interface {
		value = value.Elem()
	}
	return value, true
}

// convert makes a Go value one of another type, if nothing is lost by it.
func (c *call) convert(v reflect.Value, t reflect.Type) (reflect.Value, bool) {
	from := v.Type()
	switch {
	case from.AssignableTo(t):
		made := reflect.New(t).Elem()
		made.Set(v)
		return made, true
	case isNumber(from.Kind()) && isNumber(t.Kind()):
		return convertNumber(v, t)
	case from.Kind() == t.Kind() && from.ConvertibleTo(t),
		from.Kind() == reflect.String && isBytes(t) && from.ConvertibleTo(t),
		isBytes(from) && t.Kind() == reflect.String && from.ConvertibleTo(t):
		return v.Convert(t), true
	case isSlot(t), isRenderFunc(t), t == htmlType:
		return c.convertNode(v, t)
	case t.Kind() == reflect.Pointer && from.Kind() != reflect.Pointer:
		if inner, ok := c.convert(v, t.Elem()); ok {
			made := reflect.New(t.Elem())
			made.Elem().Set(inner)
			return made.Convert(t), true
		}
	case isSlots(t) && from.Kind() == reflect.Slice:
		made := reflect.MakeSlice(t, v.Len(), v.Len())
		for i := 0; i < v.Len(); i++ {
			item, ok := c.convertNode(v.Index(i), t.Elem())
			if !ok {
				return reflect.Value{}, false
			}
			made.Index(i).Set(item)
		}
		return made, true
	case isSlots(t):
		if item, ok := c.convertNode(v, t.Elem()); ok {
			return reflect.Append(reflect.MakeSlice(t, 0, 1), item), true
		}
	case from.Kind() == reflect.Pointer && t.Kind() != reflect.Interface && t.Kind() != reflect.Pointer:
		return c.convert(v.Elem(), t)
	}
	return reflect.Value{}, false
}

// convertNode makes a Go value something to be rendered.
func (c *call) convertNode(v reflect.Value, t reflect.Type) (reflect.Value, bool) {
	n := c.plainNodeOf(v)
	if n == nil {
		return reflect.Value{}, false
	}
	if t == htmlType {
		text, ok := c.html(n, c.where)
		return reflect.ValueOf(text).Convert(t), ok
	}
	return c.adapt(n, t)
}

// plainNodeOf is nodeOf for what isn't a component's result: its text is text,
// unless its type says that it is HTML.
func (c *call) plainNodeOf(v reflect.Value) node {
	if n := c.nodeOf(v); n != nil {
		if value, ok := n.(*valueNode); ok {
			value.nested = true
		}
		return n
	}
	for v.IsValid() && v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	switch {
	case !v.IsValid():
		return nil
	case v.Type() == htmlType:
		return htmlNode(v.String())
	case v.Kind() == reflect.String:
		return htmlNode(html.EscapeString(v.String()))
	}
	return nil
}

// convertNumber converts between kinds of numbers if the value stays the same.
func convertNumber(v reflect.Value, t reflect.Type) (reflect.Value, bool) {
	made := reflect.New(t).Elem()
	switch {
	case v.CanInt() && made.CanInt():
		if made.OverflowInt(v.Int()) {
			return made, false
		}
		made.SetInt(v.Int())
	case v.CanInt() && made.CanUint():
		if v.Int() < 0 || made.OverflowUint(uint64(v.Int())) {
			return made, false
		}
		made.SetUint(uint64(v.Int()))
	case v.CanUint() && made.CanInt():
		if v.Uint() > math.MaxInt64 || made.OverflowInt(int64(v.Uint())) {
			return made, false
		}
		made.SetInt(int64(v.Uint()))
	case v.CanUint() && made.CanUint():
		if made.OverflowUint(v.Uint()) {
			return made, false
		}
		made.SetUint(v.Uint())
	case made.CanFloat():
		converted := v.Convert(t)
		if converted.Convert(v.Type()).Interface() != v.Interface() && !v.CanFloat() {
			return made, false
		}
		return converted, true
	default:
		return made, false // a fraction for a whole number
	}
	return made, true
}

// isNilable reports whether a type has nil.
func isNilable(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Chan, reflect.Func, reflect.Interface, reflect.Map, reflect.Pointer, reflect.Slice:
		return true
	}
	return false
}

// isNumber reports whether a kind is a number that props can be.
func isNumber(k reflect.Kind) bool { return isInt(k) || isUint(k) || isFloat(k) }
func isInt(k reflect.Kind) bool    { return reflect.Int <= k && k <= reflect.Int64 }
func isUint(k reflect.Kind) bool   { return reflect.Uint <= k && k <= reflect.Uintptr }
func isFloat(k reflect.Kind) bool  { return k == reflect.Float32 || k == reflect.Float64 }
