package rt

import (
	"context"
	"fmt"
	"net/url"
	"reflect"
	"time"
)

// A signature is how a component is called.
type signature struct {
	params   []param
	names    []name // of the parameters, for find; a context has none
	variadic bool
	// props is the index of the one parameter whose fields are props too, and
	// fields are those; -1 for none.
	props  int
	fields *fields
	// result is what it returns, with an error beside it if fails.
	result reflect.Type
	fails  bool
}

// A param is one parameter of a component.
type param struct {
	name     string
	typ      reflect.Type // of a variadic one, the slice
	variadic bool
	context  bool // it is given the request's context
}

var (
	errorType   = reflect.TypeOf((*error)(nil)).Elem()
	contextType = reflect.TypeOf((*context.Context)(nil)).Elem()
)

// signatureOf finds how a component that is a function is called.
func (s *server) signatureOf(component *Component) *signature {
	if known, ok := s.signatures.Load(component); ok {
		return known.(*signature)
	}
	sig := s.signature(reflect.TypeOf(component.Fn), component.Params)
	s.signatures.Store(component, sig)
	return sig
}

func (s *server) signature(t reflect.Type, names []string) *signature {
	sig := &signature{variadic: t.IsVariadic(), props: -1}
	structs := 0
	for i := 0; i < t.NumIn(); i++ {
		p := param{
			name: fmt.Sprint("arg", i+1), typ: t.In(i), context: t.In(i) == contextType,
			variadic: t.IsVariadic() && i == t.NumIn()-1,
		}
		if i < len(names) && names[i] != "" && names[i] != "_" {
			p.name = names[i]
		}
		sig.params = append(sig.params, p)
		sig.names = append(sig.names, name{goName: p.name})
		if p.context {
			sig.names[i] = name{}
		}
		if p.structure() != nil {
			structs++
			sig.props = i
		}
	}
	if structs == 1 {
		sig.fields = s.fieldsOf(sig.params[sig.props].structure())
	} else {
		sig.props = -1
	}
	if n := t.NumOut(); n > 0 {
		sig.result = t.Out(0)
		sig.fails = n == 2 && isError(t.Out(1))
	}
	return sig
}

// isError reports whether a result can say that something failed.
func isError(t reflect.Type) bool { return t.Implements(errorType) && isNilable(t) }

// known are the names of all props, for a hint.
func (sig *signature) known() []string {
	var names []string
	for i, p := range sig.params {
		if i != sig.props && !p.context {
			names = append(names, p.name)
		}
	}
	if sig.fields != nil {
		names = append(names, sig.fields.goNames()...)
	}
	return names
}

// structure returns the struct whose fields are props, if the parameter is
// one, a pointer to one, or a variadic one.
func (p param) structure() reflect.Type {
	t := p.typ
	if p.variadic {
		t = t.Elem()
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || isWhole(t) {
		return nil
	}
	return t
}

var (
	timeType     = reflect.TypeOf(time.Time{})
	durationType = reflect.TypeOf(time.Duration(0))
	urlType      = reflect.TypeOf(url.URL{})
)

// isWhole reports whether a struct stands for one value, so that its fields
// are nobody's props.
func isWhole(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return t == timeType || t == urlType || t.PkgPath() == "database/sql" ||
		isRenderer(p) || p.Implements(textType) || p.Implements(jsonType)
}
