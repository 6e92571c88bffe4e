package rt

import (
	"reflect"
	"strings"
)

// A fields is what can be set in a struct: its exported fields and those that
// embedded structs lend it.
type fields struct {
	names  []name
	list   []reflect.StructField
	hidden []string // the fields that are not exported
}

// fieldsOf finds the fields of a struct type.
func (s *server) fieldsOf(t reflect.Type) *fields {
	if known, ok := s.fields.Load(t); ok {
		return known.(*fields)
	}
	found := &fields{}
	for _, f := range reflect.VisibleFields(t) {
		switch {
		case !f.IsExported():
			if !f.Anonymous {
				found.hidden = append(found.hidden, f.Name)
			}
		case reachable(t, f.Index):
			tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if tag == "-" {
				tag = ""
			}
			found.names = append(found.names, name{f.Name, tag})
			found.list = append(found.list, f)
		}
	}
	s.fields.Store(t, found)
	return found
}

// reachable reports whether a promoted field can be set: an embedded pointer
// to a struct that isn't exported can't be made to point to one.
func reachable(t reflect.Type, index []int) bool {
	for _, i := range index[:len(index)-1] {
		f := t.Field(i)
		t = f.Type
		if t.Kind() == reflect.Pointer {
			if !f.IsExported() {
				return false
			}
			t = t.Elem()
		}
	}
	return true
}

// find returns the index of the field that a key means, or -1. It reports a
// key that fits several.
func (f *fields) find(c *call, key string, p path) (index int, ok bool) {
	index, also := find(key, f.names)
	if len(also) == 0 {
		return index, true
	}
	names := []string{f.list[index].Name}
	for _, i := range also {
		names = append(names, f.list[i].Name)
	}
	c.wrongKey(p, quoted(key)+" may mean "+strings.Join(names, " or "), "write it as it is in Go")
	return index, false
}

// has reports whether a field is named exactly so.
func (f *fields) has(key string) bool {
	for _, n := range f.names {
		if n.goName == key || n.tag == key {
			return true
		}
	}
	return false
}

// goNames are the fields' names for a hint.
func (f *fields) goNames() []string {
	names := make([]string, len(f.list))
	for i := range f.list {
		names[i] = f.list[i].Name
	}
	return names
}

// hiddenAs returns the field that isn't exported which a key means, or "".
func (f *fields) hiddenAs(key string) string {
	for _, h := range f.hidden {
		if fold(h) == fold(key) {
			return h
		}
	}
	return ""
}

// fieldAt returns a field that can be set, and makes the embedded structs on
// the way to it that are pointers.
func fieldAt(v reflect.Value, index []int) reflect.Value {
	for i, n := range index {
		if i > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = v.Field(n)
	}
	return v
}
