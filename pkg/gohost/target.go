package gohost

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/storytime-dev/storytime/pkg/problem"
)

func (b *maker) resolveAll() {
	enums := map[string]*enum{}
	for i, r := range b.needs.Components {
		t, typ, f := b.find(r)
		if len(f.Problems) == 0 && !isComponent(typ) {
			f = here(notComponent(r.Name, t.last, typ))
		}
		if len(f.Problems) == 0 {
			f = b.component(fmt.Sprint("c", i), t, typ)
			if sig := signature(typ); sig != nil && len(f.Problems) == 0 {
				b.program.allEnums(sig, enums)
			}
		}
		b.record.Components[r.key()] = f
	}
	for i, r := range b.needs.Values {
		t, typ, f := b.find(r)
		if len(f.Problems) == 0 {
			f = b.value(fmt.Sprint("v", i), r, t, typ)
		}
		b.record.Values[r.key()] = f
	}
	for _, name := range slices.Sorted(maps.Keys(enums)) {
		b.tables.enum(b.Module, enums[name])
	}
}

func here(p *problem.Problem) found { return found{Problems: problem.List{p}, Here: true} }

func (b *maker) find(r Ref) (target, types.Type, found) {
	n, ok := b.names[r.key()]
	if !ok {
		_, wrong := b.parseName(r)
		return target{}, nil, here(wrong)
	}
	t, wrong, broken := b.program.resolve(r, n)
	switch {
	case wrong != nil:
		return target{}, nil, here(wrong)
	case len(broken) > 0:
		return target{}, nil, found{Problems: broken}
	case n.args == "":
		return t, t.last.Type(), found{}
	}
	typ, err := b.program.typeOf(t)
	if err != nil {
		return target{}, nil, here(&problem.Problem{
			Kind: problem.Component, Message: fmt.Sprintf("%q can't be: %s", r.Name, err), Hint: "give it other type arguments",
		})
	}
	return t, typ, found{}
}

func (p *program) typeOf(t target) (types.Type, error) {
	source, alias := "package p\n", map[string]string{}
	for i, path := range t.paths {
		if alias[path] == "" {
			alias[path] = fmt.Sprint("p", i)
			source += fmt.Sprintf("import p%d %q\n", i, path)
		}
	}
	file, err := parser.ParseFile(p.files, "", source+"var Name = "+withAliases(t.expr, alias)+"\n", 0)
	if err != nil {
		return nil, err
	}
	config := types.Config{Importer: p.imports}
	checked, err := config.Check("p", p.files, []*ast.File{file}, nil)
	if err != nil {
		var e types.Error
		if errors.As(err, &e) {
			message := e.Msg
			for path, name := range alias {
				message = strings.ReplaceAll(message, name+".", p.packages[path].Name+".")
			}
			return nil, errors.New(message)
		}
		return nil, err
	}
	return checked.Scope().Lookup("Name").Type(), nil
}

func (b *maker) component(id string, t target, typ types.Type) found {
	g, wrong := b.groupOf(t.paths)
	if wrong != nil {
		return here(wrong)
	}
	c, code := b.program.docs.component(t, typ)
	c.ID = id
	var params []string
	if sig := signature(typ); sig != nil {
		for param := range sig.Params().Variables() {
			params = append(params, fmt.Sprintf("%q", param.Name()))
		}
	}
	to := b.tables.of(g)
	to.use(t.paths)
	to.components = append(to.components, fmt.Sprintf("{ID: %q, Name: %q, Params: []string{%s}, Fn: %s},",
		id, c.Name, strings.Join(params, ", "), t.expr))
	return found{Component: c, Code: code}
}

func (b *maker) value(id string, r Ref, t target, typ types.Type) found {
	if _, ok := t.last.(*types.TypeName); ok {
		return here(&problem.Problem{
			Kind: problem.Component, Message: quoted(r.Name) + " is a type, not a value",
			Hint: "name a variable, a constant, or a function without parameters",
		})
	}
	if sig, ok := typ.Underlying().(*types.Signature); ok && sig.Params().Len() == 0 && sig.Results().Len() == 0 {
		return here(&problem.Problem{Kind: problem.Component, Message: quoted(r.Name) + " returns nothing", Hint: "name a function that returns the value"})
	}
	g, wrong := b.groupOf(t.paths)
	if wrong != nil {
		return here(wrong)
	}
	to := b.tables.of(g)
	to.use(t.paths)
	to.values = append(to.values, fmt.Sprintf("{ID: %q, Name: %q, Fn: func() any { return %s }},", id, r.Name, t.expr))
	return found{Component: Component{ID: id, Name: r.Name, Import: t.pkg.Path()}}
}

func (t *table) use(paths []string) {
	for _, path := range paths {
		t.paths[path] = true
	}
}
