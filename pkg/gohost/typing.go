package gohost

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// hintRenderable says what can be rendered.
const hintRenderable = "return something with Render(io.Writer) error or Render(context.Context, io.Writer) error, " +
	"template.HTML or string; each may come with an error"

// renders reports whether a value of a type can be shown.
func renders(t types.Type) bool {
	return hasRender(t) || isType(t, "html/template", "HTML") || types.Identical(types.Unalias(t), types.Typ[types.String])
}

// hasRender reports whether a type has one of the two methods Render.
func hasRender(t types.Type) bool {
	method, _, _ := types.LookupFieldOrMethod(t, false, nil, "Render")
	f, ok := method.(*types.Func)
	if !ok {
		return false
	}
	sig := f.Signature()
	if sig.Results().Len() != 1 || !isError(sig.Results().At(0).Type()) {
		return false
	}
	switch in := sig.Params(); in.Len() {
	case 1:
		return isType(in.At(0).Type(), "io", "Writer")
	case 2:
		return isContext(in.At(0).Type()) && isType(in.At(1).Type(), "io", "Writer")
	}
	return false
}

func isContext(t types.Type) bool { return isType(t, "context", "Context") }
func isError(t types.Type) bool   { return types.Identical(t, types.Universe.Lookup("error").Type()) }

// isType reports whether a type is the one of this name.
func isType(t types.Type, path, name string) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Name() == name && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == path
}

// isComponent reports whether something is a function whose result can be
// shown, or can itself be.
func isComponent(t types.Type) bool {
	if sig := signature(t); sig != nil {
		return rendersResults(sig.Results())
	}
	return hasRender(t) || isType(t, "html/template", "HTML")
}

// signature is how a component is called, or nil if it is one as it stands. A
// function type with a method Render is.
func signature(t types.Type) *types.Signature {
	if sig, ok := t.Underlying().(*types.Signature); ok && !hasRender(t) {
		return sig
	}
	return nil
}

func rendersResults(results *types.Tuple) bool {
	switch results.Len() {
	case 2:
		return renders(results.At(0).Type()) && isError(results.At(1).Type())
	case 1:
		return renders(results.At(0).Type())
	}
	return false
}

// notComponent is the problem of what is no component.
func notComponent(name string, o types.Object, t types.Type) *problem.Problem {
	p := &problem.Problem{Kind: problem.Component, Hint: hintRenderable}
	sig, isFunc := t.Underlying().(*types.Signature)
	switch _, isTypeName := o.(*types.TypeName); {
	case isTypeName:
		p.Message = quoted(name) + " is a type, and a component is a function or a variable"
		p.Hint = "name a function that returns it, or write a go story"
	case !isFunc:
		p.Message = fmt.Sprintf("%q is of type %s, which is no component", name, typeName(t))
		p.Hint = "name a function that returns a component"
	case sig.Results().Len() == 0:
		p.Message = quoted(name) + " returns nothing"
	default:
		p.Message = fmt.Sprintf("%q returns %s, which is no component", name, results(sig.Results()))
	}
	return p
}

func results(tuple *types.Tuple) string {
	var all []string
	for v := range tuple.Variables() {
		all = append(all, typeName(v.Type()))
	}
	if len(all) == 1 {
		return all[0]
	}
	return "(" + strings.Join(all, ", ") + ")"
}

// typeName is a type as one writes it: with the names of packages.
func typeName(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string { return p.Name() })
}

// isWhole reports whether a struct stands for one value, so that its fields
// are nobody's props. It says the same as package rt.
func isWhole(t types.Type) bool {
	if isType(t, "time", "Time") || isType(t, "net/url", "URL") {
		return true
	}
	if named, ok := types.Unalias(t).(*types.Named); ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "database/sql" {
		return true
	}
	p := types.NewPointer(t)
	return hasRender(p) || hasMethod(p, "UnmarshalText") || hasMethod(p, "UnmarshalJSON")
}

// hasMethod reports whether a type has a method that takes bytes and returns
// an error.
func hasMethod(t types.Type, name string) bool {
	method, _, _ := types.LookupFieldOrMethod(t, false, nil, name)
	f, ok := method.(*types.Func)
	if !ok || f.Signature().Params().Len() != 1 || f.Signature().Results().Len() != 1 {
		return false
	}
	return f.Signature().Params().At(0).Type().String() == "[]byte" && isError(f.Signature().Results().At(0).Type())
}

// structure returns the struct whose fields are props, if a parameter is one,
// a pointer to one, or a variadic one.
func structure(t types.Type, variadic bool) (types.Type, *types.Struct) {
	if variadic {
		t = t.Underlying().(*types.Slice).Elem()
	}
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok || isWhole(t) {
		return nil, nil
	}
	return t, s
}

// An enum is the values of a type that have names.
type enum struct {
	typ     types.Type
	pkg     *types.Package
	objects []types.Object // in the order of the source
	closed  bool           // they are its constants
}

// enumOf returns the named values of a type, or nil.
func (p *program) enumOf(t types.Type) *enum {
	key := types.TypeString(t, nil)
	known, ok := p.enums[key]
	if !ok {
		known = p.findEnum(t)
		p.enums[key] = known
	}
	return known
}

// findEnum finds the constants of a type, or else the exported variables of
// its package that are of it. One constant alone is a special value more often
// than the only one: templ.FailedSanitizationURL is not the only SafeURL.
func (p *program) findEnum(t types.Type) *enum {
	of := types.Unalias(t)
	if pointer, ok := of.(*types.Pointer); ok {
		of = types.Unalias(pointer.Elem())
	}
	named, ok := of.(*types.Named)
	if !ok || named.Obj().Pkg() == nil || isType(named, "time", "Duration") {
		return nil
	}
	// What is imported for the sake of a type may lack the package's values, so
	// they are looked up in the package itself.
	pkg, broken := p.types(named.Obj().Pkg().Path())
	if broken != nil {
		return nil
	}
	e := &enum{typ: t, pkg: pkg}
	var variables []types.Object
	for _, name := range pkg.Scope().Names() {
		o := pkg.Scope().Lookup(name)
		if !o.Exported() || !types.Identical(o.Type(), t) {
			continue
		}
		switch o.(type) {
		case *types.Const:
			e.objects = append(e.objects, o)
		case *types.Var:
			variables = append(variables, o)
		}
	}
	if len(e.objects) == 1 {
		return nil
	}
	if e.closed = len(e.objects) > 0; !e.closed {
		if hasRender(t) || isWhole(t) {
			return nil
		}
		switch t.Underlying().(type) {
		case *types.Struct, *types.Pointer, *types.Basic, *types.Interface:
			e.objects = variables
		}
	}
	if len(e.objects) < 2 { // one variable is a sample
		return nil
	}
	p.docs.inOrder(e.objects)
	return e
}

// zero returns the constant that is the type's zero value.
func (e *enum) zero() types.Object {
	for _, o := range e.objects {
		c, ok := o.(*types.Const)
		if !ok {
			return nil
		}
		switch v := c.Val(); v.Kind() {
		case constant.String:
			if constant.StringVal(v) == "" {
				return o
			}
		case constant.Bool:
			if !constant.BoolVal(v) {
				return o
			}
		case constant.Int, constant.Float:
			if constant.Compare(v, token.EQL, constant.MakeInt64(0)) {
				return o
			}
		}
	}
	return nil
}

// allEnums are those among all types that the props of a component have.
func (p *program) allEnums(sig *types.Signature, seen map[string]*enum) {
	var visit func(types.Type, int)
	visited := map[types.Type]bool{}
	visit = func(t types.Type, depth int) {
		const deepest = 8
		if visited[t] || depth > deepest {
			return
		}
		visited[t] = true
		if e := p.enumOf(t); e != nil {
			seen[types.TypeString(t, nil)] = e
		}
		switch u := t.Underlying().(type) {
		case *types.Pointer:
			visit(u.Elem(), depth+1)
		case *types.Slice:
			visit(u.Elem(), depth+1)
		case *types.Array:
			visit(u.Elem(), depth+1)
		case *types.Map:
			visit(u.Key(), depth+1)
			visit(u.Elem(), depth+1)
		case *types.Struct:
			if isWhole(t) {
				return
			}
			for field := range u.Fields() {
				if field.Exported() || field.Embedded() {
					visit(field.Type(), depth+1)
				}
			}
		}
	}
	for param := range sig.Params().Variables() {
		visit(param.Type(), 0)
	}
}
