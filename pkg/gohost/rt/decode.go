package rt

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"sort"
)

var (
	textType = reflect.TypeOf((*encoding.TextUnmarshaler)(nil)).Elem()
	jsonType = reflect.TypeOf((*json.Unmarshaler)(nil)).Elem()
	anyType  = reflect.TypeOf((*any)(nil)).Elem()
)

// value decodes a value of the request for a Go type. If it can't, it reports
// why and returns false. All of a list or an object is decoded, so that all
// its mistakes are reported.
func (c *call) value(v any, t reflect.Type, p path) (reflect.Value, bool) {
	switch name, content := special(v); name {
	case "", specialObject:
	case specialGo:
		return c.goValue(content, t, p)
	case specialLive:
		return c.liveValue(content, t, p)
	case specialHTML, specialComponent:
		return c.shownValue(v, t, p)
	default:
		c.unknownSpecial(name, p)
		return reflect.Value{}, false
	}
	if v == nil && isNilable(t) && !reflect.PointerTo(t).Implements(jsonType) {
		return reflect.Zero(t), true
	}
	if e := c.enums[t]; e != nil && t != durationType {
		return c.enum(e, v, t, p)
	}
	return c.typed(v, t, p)
}

// typed is value for what is not special, not nil and not an enum.
func (c *call) typed(v any, t reflect.Type, p path) (reflect.Value, bool) {
	made := reflect.New(t).Elem()
	switch {
	case isSlot(t), isSlots(t), isRenderFunc(t):
		return c.shownValue(v, t, p)
	case t == timeType:
		return made, c.time(v, made, p)
	case t == durationType:
		return made, c.duration(v, made, p)
	case t == urlType:
		return made, c.url(v, made, p)
	case isAttributes(t):
		return c.attributes(v, t, p)
	case isOrderedAttributes(t):
		return c.orderedAttributes(v, t, p)
	case t.Kind() != reflect.Interface && t.Kind() != reflect.Pointer:
		if done, ok := c.unmarshal(v, made, p); done {
			return made, ok
		}
	}
	return made, c.kind(v, made, p)
}

// kind decodes a value by the kind of its type.
func (c *call) kind(v any, made reflect.Value, p path) bool {
	t := made.Type()
	switch k := t.Kind(); {
	case k == reflect.Bool:
		b, ok := v.(bool)
		if !ok {
			c.mismatch(v, t, p)
			return false
		}
		made.SetBool(b)
	case k == reflect.String:
		s, ok := v.(string)
		if !ok {
			c.mismatch(v, t, p)
			return false
		}
		made.SetString(s)
	case isNumber(k):
		return c.number(v, made, p)
	case k == reflect.Slice || k == reflect.Array:
		return c.list(v, made, p)
	case k == reflect.Map:
		return c.mapping(v, made, p)
	case k == reflect.Struct:
		return c.structure(v, made, p)
	case k == reflect.Pointer:
		inner, ok := c.value(v, t.Elem(), p)
		if !ok {
			return false
		}
		pointer := reflect.New(t.Elem())
		pointer.Elem().Set(inner)
		made.Set(pointer.Convert(t))
	case t.Kind() == reflect.Interface && t.NumMethod() == 0:
		plain, ok := c.plain(v, p)
		if ok && plain != nil {
			made.Set(reflect.ValueOf(plain))
		}
		return ok
	default: // an interface with methods, a function, a channel, a complex number
		c.mismatch(v, t, p)
		return false
	}
	return true
}

// list decodes a slice or an array.
func (c *call) list(v any, made reflect.Value, p path) bool {
	t := made.Type()
	if text, ok := v.(string); ok && isBytes(t) {
		made.SetBytes([]byte(text))
		return true
	}
	items, ok := v.([]any)
	switch {
	case !ok:
		c.mismatch(v, t, p)
		return false
	case t.Kind() == reflect.Slice:
		made.Set(reflect.MakeSlice(t, len(items), len(items)))
	case t.Len() != len(items):
		c.wrong(p, fmt.Sprintf("%s must be a list of %d, not of %d", p.label(), t.Len(), len(items)),
			fmt.Sprintf("give it %d", t.Len()))
		return false
	}
	good := true
	for i, item := range items {
		if value, ok := c.value(item, t.Elem(), p.at(i)); ok {
			made.Index(i).Set(value)
		} else {
			good = false
		}
	}
	return good
}

// mapping decodes a map.
func (c *call) mapping(v any, made reflect.Value, p path) bool {
	t := made.Type()
	m, p, ok := object(v, p)
	if !ok {
		c.mismatch(v, t, p)
		return false
	}
	made.Set(reflect.MakeMapWithSize(t, len(m)))
	good := true
	for _, key := range sorted(m) {
		k, ok := c.key(key, t.Key(), p.at(key))
		if ok && made.MapIndex(k).IsValid() {
			c.wrongKey(p.at(key), fmt.Sprintf("%s is a key that another one means too", quoted(key)), "remove one of them")
			ok = false
		}
		value, valueOK := c.value(m[key], t.Elem(), p.at(key))
		if !ok || !valueOK {
			good = false
			continue
		}
		made.SetMapIndex(k, value)
	}
	return good
}

// key decodes the key of a map.
func (c *call) key(key string, t reflect.Type, p path) (reflect.Value, bool) {
	before := len(c.problems)
	value, ok := reflect.Value{}, false
	switch k := t.Kind(); {
	case isNumber(k) && !isFloat(k) && !reflect.PointerTo(t).Implements(textType) && isNumberText(key):
		value, ok = c.value(json.Number(key), t, p)
	case isFloat(k), k == reflect.Bool, k == reflect.Pointer && !t.Implements(textType):
		c.wrong(p, fmt.Sprintf("the keys of %s can't be written", typeName(t)), "give it a Go value: {$go: Name}")
	default:
		value, ok = c.value(key, t, p)
	}
	for _, problem := range c.problems[before:] {
		problem.Key = true
	}
	if ok && !value.Comparable() {
		c.wrongKey(p, quoted(key)+" can't be a key", "give it a Go value: {$go: Name}")
		return value, false
	}
	return value, ok
}

// structure decodes a struct.
func (c *call) structure(v any, made reflect.Value, p path) bool {
	m, p, ok := object(v, p)
	if !ok {
		c.mismatch(v, made.Type(), p)
		return false
	}
	f := c.fieldsOf(made.Type())
	good := true
	var found []assignment
	for _, key := range sorted(m) {
		i, ok := f.find(c, key, p.at(key))
		switch {
		case !ok:
			good = false
		case i < 0:
			c.unknownField(key, made.Type(), f, p.at(key))
			good = false
		default:
			found = append(found, assignment{field: i, key: key, value: m[key], path: p.at(key)})
		}
	}
	return c.assign(made, f, found) && good
}

func (c *call) unknownField(key string, t reflect.Type, f *fields, p path) {
	if h := f.hiddenAs(key); h != "" {
		c.wrongKey(p, fmt.Sprintf("%s can't be set: the field %s of %s is not exported", quoted(key), h, typeName(t)),
			"export the field, or give the whole as a Go value: {$go: Name}")
		return
	}
	hint := didYouMean(key, f.goNames())
	if hint == "" {
		hint = "remove it: the type has no fields that can be set"
	}
	c.wrongKey(p, fmt.Sprintf("%s has no field %s", typeName(t), quoted(key)), hint)
}

// An assignment is a value for a field.
type assignment struct {
	field    int
	key      string
	value    any
	path     path
	children bool // it is the component's children, not a prop
}

// assign decodes values into the fields of a struct. A whole embedded struct
// comes before its fields, so that those can change it.
func (c *call) assign(made reflect.Value, f *fields, values []assignment) bool {
	sort.SliceStable(values, func(i, j int) bool {
		return len(f.list[values[i].field].Index) < len(f.list[values[j].field].Index)
	})
	good := true
	first := map[int]string{}
	for _, a := range values {
		field := f.list[a.field]
		if other, twice := first[a.field]; twice {
			c.wrongKey(a.path, fmt.Sprintf("%s and %s both mean %s", quoted(other), quoted(a.key), field.Name),
				"remove one of them")
			good = false
			continue
		}
		first[a.field] = a.key
		decode := c.value
		if a.children {
			decode = c.children
		}
		if value, ok := decode(a.value, field.Type, a.path); ok {
			fieldAt(made, field.Index).Set(value)
		} else {
			good = false
		}
	}
	return good
}

// plain decodes a value for an interface without methods: what a program would
// expect to find there.
func (c *call) plain(v any, p path) (any, bool) {
	switch v := v.(type) {
	case json.Number:
		return plainNumber(v), true
	case []any:
		list, good := make([]any, len(v)), true
		for i, item := range v {
			value, ok := c.value(item, anyType, p.at(i))
			if good = good && ok; good {
				list[i] = value.Interface()
			}
		}
		return list, good
	case map[string]any:
		m, p, ok := object(v, p)
		if !ok {
			c.mismatch(v, reflect.TypeOf(m), p)
			return nil, false
		}
		made, good := make(map[string]any, len(m)), true
		for _, key := range sorted(m) {
			value, ok := c.value(m[key], anyType, p.at(key))
			if good = good && ok; good {
				made[key] = value.Interface()
			}
		}
		return made, good
	}
	return v, true
}

// sorted returns the keys of an object in an order that stays the same, which
// is that of its problems.
func sorted(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}
