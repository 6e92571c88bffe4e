package gohost

import (
	"context"
	"errors"
	"go/types"
	"maps"
	"path"
	"slices"
	"strings"
)

// List finds every exported component of the module's packages: functions,
// variables, and methods of exported variables. Functions that return a
// string are more often helpers, so they are not among them.
func (m *Module) List(ctx context.Context) ([]Component, error) {
	t, err := m.scan(nil)
	if err != nil {
		return nil, err
	}
	all := map[string]bool{}
	for dir := range t.dirs {
		if own, ok := m.importPath(dir); ok && len(m.goFiles(t, dir)) > 0 {
			all[own] = true
			if err := m.rename(t, dir); err != nil {
				return nil, err
			}
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	patterns := slices.Sorted(maps.Keys(all))
	p, err := m.load(ctx, t, patterns)
	if err != nil {
		var failed *goError
		if errors.As(err, &failed) && ctx.Err() == nil {
			return nil, m.moduleProblem(failed.stderr)
		}
		return nil, err
	}
	var list []Component
	for _, path := range patterns {
		pkg, broken := p.types(path)
		if broken != nil {
			continue
		}
		for _, name := range pkg.Scope().Names() {
			if o := pkg.Scope().Lookup(name); o.Exported() {
				list = append(list, p.components(pkg, o)...)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Component) int { return strings.Compare(path.Dir(a.Import), path.Dir(b.Import)) })
	return list, nil
}

// components are those that an exported object is or has.
func (p *program) components(pkg *types.Package, o types.Object) []Component {
	expr := "«" + pkg.Path() + "»." + o.Name()
	var list []Component
	add := func(last types.Object, expr string) {
		if sig, ok := last.Type().Underlying().(*types.Signature); ok && sig.TypeParams().Len() == 0 && (!isComponent(sig) || isText(sig)) {
			return
		}
		c, _ := p.docs.component(target{pkg: pkg, object: o, last: last, expr: expr}, last.Type())
		list = append(list, c)
	}
	switch o := o.(type) {
	case *types.Func:
		sig := o.Signature()
		if sig.TypeParams().Len() == 0 || rendersResults(sig.Results()) {
			add(o, expr)
		}
	case *types.Var:
		if isComponent(o.Type()) {
			add(o, expr)
			break
		}
		if _, isFunc := o.Type().Underlying().(*types.Signature); isFunc {
			break
		}
		for method := range types.NewMethodSet(types.NewPointer(o.Type())).Methods() {
			if f, ok := method.Obj().(*types.Func); ok && f.Exported() {
				add(f, expr+"."+f.Name())
			}
		}
	}
	return list
}

// isText reports whether a function returns a string.
func isText(sig *types.Signature) bool {
	return types.Identical(types.Unalias(sig.Results().At(0).Type()), types.Typ[types.String])
}
