package rt

import (
	"fmt"
	"reflect"
)

// An arranged is the props of one component on their way to its parameters.
type arranged struct {
	*call
	sig  *signature
	path path // leads to the object with the props

	given   map[int]assignment // by parameter
	fields  []assignment       // of the one struct parameter
	guessed map[string]bool    // names that were probably meant by unknown ones
	bad     bool
}

// arrange makes the arguments of a component. It returns nil if a prop is
// wrong. content are the children that no parameter takes.
func (a *arranged) arrange(props, children any) (arguments []reflect.Value, content node) {
	a.given, a.guessed = map[int]assignment{}, map[string]bool{}
	before := len(a.problems)
	if !a.distribute(props) {
		return nil, nil // each prop would be missing
	}
	if children != nil && !a.takeChildren(children) {
		at := a.path.at("children")
		if a.knownToTakeNone() {
			a.noChildren(at)
		}
		content = a.node(children, at, nodeType)
	}
	arguments = make([]reflect.Value, len(a.sig.params))
	for i := range a.sig.params {
		arguments[i] = a.argument(i)
	}
	if a.bad || len(a.problems) > before {
		return nil, nil
	}
	return arguments, content
}

// wholeGo gives the struct parameter a Go value.
func (a *arranged) wholeGo(props any) bool {
	i := a.sig.props
	if i < 0 && len(a.sig.params) == 1 {
		i = 0
	}
	if i < 0 {
		a.wrong(a.path.at("props"), `"props" can't be a Go value: the component has no one struct parameter`,
			"give each parameter its own: {name: {$go: Name}}")
		return false
	}
	a.given[i] = assignment{key: "props", value: props, path: a.path.at("props")}
	return true
}

// distribute finds the parameter or field of each prop. It returns false if
// there are none to find one for.
func (a *arranged) distribute(props any) bool {
	if name, _ := special(props); name == specialGo {
		return a.wholeGo(props)
	}
	m, at, ok := object(props, a.path.at("props"))
	if props != nil && !ok {
		a.wrong(at, `"props" must be an object, not `+kindOf(props), "give it an object")
		return false
	}
	for _, key := range sorted(m) {
		a.place(assignment{key: key, value: m[key], path: at.at(key)})
	}
	return true
}

// place finds the parameter or field of one prop.
func (a *arranged) place(prop assignment) {
	i, _ := find(prop.key, a.sig.names)
	exact := i >= 0 && a.sig.names[i].goName == prop.key
	field, fine := -1, true
	if a.sig.fields != nil && (i < 0 || i == a.sig.props || a.sig.fields.has(prop.key) && !exact) {
		field, fine = a.sig.fields.find(a.call, prop.key, prop.path)
	}
	switch {
	case !fine:
		a.bad = true
	case i >= 0 && i == a.sig.props && (field < 0 || isPlainObject(prop.value)):
		a.whole(i, prop)
	case field >= 0:
		prop.field = field
		a.fields = append(a.fields, prop)
	case i >= 0:
		a.give(i, prop)
	default:
		a.unknown(prop)
	}
}

// whole takes a prop that is named as the struct parameter. The fields of an
// object meet those that are given beside it.
func (a *arranged) whole(i int, prop assignment) {
	m, at, ok := object(prop.value, prop.path)
	if !ok {
		a.give(i, prop)
		return
	}
	for _, key := range sorted(m) {
		field, fine := a.sig.fields.find(a.call, key, at.at(key))
		switch {
		case !fine:
			a.bad = true
		case field < 0:
			a.unknownField(key, a.sig.params[i].structure(), a.sig.fields, at.at(key))
		default:
			a.fields = append(a.fields, assignment{field: field, key: key, value: m[key], path: at.at(key)})
		}
	}
	if _, given := a.given[i]; !given {
		a.given[i] = assignment{key: prop.key, value: map[string]any{}, path: prop.path}
	}
}

// isPlainObject reports whether a value is an object with keys of its own.
func isPlainObject(v any) bool {
	_, _, ok := object(v, nil)
	return ok
}

// give takes a prop for a parameter.
func (a *arranged) give(i int, prop assignment) {
	if other, twice := a.given[i]; twice {
		a.wrongKey(prop.path, fmt.Sprintf("%s and %s both mean %s", quoted(other.key), quoted(prop.key), a.sig.params[i].name),
			"remove one of them")
		return
	}
	a.given[i] = prop
}

// unknown reports a prop that the component doesn't have.
func (a *arranged) unknown(prop assignment) {
	known := a.sig.known()
	a.guessed[nearest(prop.key, known)] = true
	if a.sig.fields != nil {
		if h := a.sig.fields.hiddenAs(prop.key); h != "" {
			a.unknownField(prop.key, a.sig.params[a.sig.props].structure(), a.sig.fields, prop.path)
			return
		}
	}
	hint := didYouMean(prop.key, known)
	if hint == "" {
		hint = "remove it: the component takes no props"
	}
	a.wrongKey(prop.path, "the component has no prop "+quoted(prop.key), hint)
}

// takeChildren finds a parameter or field for the children.
func (a *arranged) takeChildren(children any) bool {
	prop := assignment{key: "children", value: children, path: a.path.at("children"), children: true}
	for i, p := range a.sig.params {
		if fold(p.name) == "children" && (takesChildren(p.typ) || p.variadic && takesChildren(p.typ.Elem()) && p.typ.Elem() != htmlType) {
			a.give(i, prop)
			return true
		}
	}
	if f := a.sig.fields; f != nil {
		if i, also := find("children", f.names); i >= 0 && also == nil && takesChildren(f.list[i].Type) {
			prop.field = i
			a.fields = append(a.fields, prop)
			return true
		}
	}
	last := len(a.sig.params) - 1
	if last < 0 || !isSlots(a.sig.params[last].typ) {
		return false
	}
	if _, named := a.given[last]; named {
		return false
	}
	a.give(last, prop)
	return true
}

// knownToTakeNone reports whether a component that has no parameter for
// children can't have them from the context either.
func (a *arranged) knownToTakeNone() bool {
	t := a.sig.result
	if t == nil || a.WithChildren == nil {
		return true
	}
	if t.Kind() == reflect.Interface {
		return t.Implements(plainRendererType) // others may hold anything
	}
	return !t.Implements(contextRendererType) && !reflect.PointerTo(t).Implements(contextRendererType)
}

// argument makes the value of one parameter.
func (a *arranged) argument(i int) reflect.Value {
	p := a.sig.params[i]
	prop, given := a.given[i]
	switch {
	case p.context:
		return reflect.ValueOf(a.ctx)
	case i == a.sig.props:
		return a.structArgument(p, prop, given)
	case !given && (p.variadic || isSlots(p.typ) && i == len(a.sig.params)-1):
		return reflect.Zero(p.typ)
	case !given:
		a.missing(p)
		return reflect.Value{}
	}
	decode := a.value
	if prop.children {
		decode = a.children
	}
	if p.variadic {
		return a.variadicArgument(p, prop, decode)
	}
	value, ok := decode(prop.value, p.typ, prop.path)
	a.bad = a.bad || !ok
	return value
}

// missing reports a parameter that has no prop, unless a misspelled one is
// likely to be meant for it: that is one mistake, not two.
func (a *arranged) missing(p param) {
	a.bad = true
	if a.guessed[p.name] {
		return
	}
	needed := a.describe(p.typ)
	hint := "add it: it is required, and must be " + needed
	if fold(p.name) == "children" && takesChildren(p.typ) {
		hint = "add children: to the story: they are required"
	}
	a.wrong(a.path.at("props"), fmt.Sprintf("the prop %s is missing", quoted(p.name)), hint)
}

// variadicArgument decodes a list, or the one element of a list.
func (a *arranged) variadicArgument(p param, prop assignment, decode decoder) reflect.Value {
	t := p.typ
	_, isList := prop.value.([]any)
	name, content := special(prop.value)
	switch {
	case name == specialGo:
		value, what, ok := a.goResult(content, t.Elem(), prop.path)
		if !ok {
			a.bad = true
			return reflect.Value{}
		}
		if value.IsValid() {
			if list, ok := a.convert(value, t); ok {
				return list
			}
			if item, ok := a.convert(value, t.Elem()); ok {
				return reflect.Append(reflect.MakeSlice(t, 0, 1), item)
			}
		}
		a.wrong(prop.path, fmt.Sprintf("%s must be %s, and %s is not", prop.path.label(), typeName(t.Elem()), what),
			"give it a value of the type "+typeName(t.Elem()))
		return reflect.Value{}
	case prop.value == nil:
		return reflect.Zero(t)
	case isList || isSlots(t):
		value, ok := decode(prop.value, t, prop.path)
		a.bad = a.bad || !ok
		return value
	}
	item, ok := decode(prop.value, t.Elem(), prop.path)
	if !ok {
		a.bad = true
		return reflect.Value{}
	}
	return reflect.Append(reflect.MakeSlice(t, 0, 1), item)
}

// A decoder is value or children.
type decoder func(v any, t reflect.Type, p path) (reflect.Value, bool)

// structArgument makes the one struct parameter: from the prop of its name, if
// there is one, with the fields that are given beside it.
func (a *arranged) structArgument(p param, prop assignment, given bool) reflect.Value {
	if p.variadic {
		if _, isList := prop.value.([]any); isList || given && len(a.fields) == 0 {
			if isList && len(a.fields) > 0 {
				a.wrongKey(a.fields[0].path, fmt.Sprintf("%s can't be given beside a list of %s", quoted(a.fields[0].key), p.name),
					"write it in the list")
			}
			return a.variadicArgument(p, prop, a.value)
		}
		if !given && len(a.fields) == 0 {
			return reflect.Zero(p.typ)
		}
		item := a.structValue(p.typ.Elem(), prop, given)
		if !item.IsValid() {
			return item
		}
		return reflect.Append(reflect.MakeSlice(p.typ, 0, 1), item)
	}
	return a.structValue(p.typ, prop, given)
}

// structValue makes a struct, or a pointer to one.
func (a *arranged) structValue(t reflect.Type, prop assignment, given bool) reflect.Value {
	structure := t
	if t.Kind() == reflect.Pointer {
		structure = t.Elem()
	}
	made := reflect.New(structure)
	if given && prop.value == nil && len(a.fields) == 0 && t.Kind() == reflect.Pointer {
		return reflect.Zero(t)
	}
	if given {
		whole, ok := a.value(prop.value, t, prop.path)
		if !ok {
			a.bad = true
		} else if t.Kind() == reflect.Pointer && !whole.IsNil() {
			if len(a.fields) == 0 {
				return whole // the very one that a Go value points to
			}
			made.Elem().Set(whole.Elem())
		} else if t.Kind() != reflect.Pointer {
			made.Elem().Set(whole)
		}
	}
	if !a.assign(made.Elem(), a.sig.fields, a.fields) {
		a.bad = true
		return reflect.Value{}
	}
	if t.Kind() == reflect.Pointer {
		return made.Convert(t)
	}
	return made.Elem()
}
