package gohost

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// A docs reads what the source says of components. Types come from what the
// compiler exports; comments and the order of constants only the source has.
type docs struct {
	program *program
	files   map[string]*source
}

// A source is one parsed file.
type source struct {
	path string
	set  *token.FileSet
	file *ast.File
}

// of returns the file that declares something.
func (d *docs) of(o types.Object) *source {
	if o.Pkg() == nil {
		return nil
	}
	one := d.program.packages[o.Pkg().Path()]
	if one == nil {
		return nil
	}
	// The compiler's path is trimmed; only its end is sure.
	return d.parse(filepath.Join(one.Dir, filepath.Base(d.program.files.Position(o.Pos()).Filename)))
}

func (d *docs) parse(path string) *source {
	if known, ok := d.files[path]; ok {
		return known
	}
	s := parseSource(d.program.tree, path)
	d.files[path] = s
	return s
}

func parseSource(t *tree, path string) *source {
	s := &source{path: path, set: token.NewFileSet()}
	s.file, _ = parser.ParseFile(s.set, t.onDisk(path), nil, parser.ParseComments|parser.SkipObjectResolution)
	if s.file == nil {
		return nil
	}
	return s
}

// readAhead parses the files of directories while the go command is busy. The
// function that it returns waits for them.
func (m *Module) readAhead(t *tree, dirs []string) func() map[string]*source {
	var paths []string
	for _, dir := range dirs {
		paths = append(paths, m.goFiles(t, dir)...)
	}
	files, maps := make([]*source, len(paths)), make([]mapped, len(paths))
	var reading sync.WaitGroup
	reading.Go(func() {
		_ = inParallel(len(paths), func(i int) error {
			files[i] = parseSource(t, paths[i])
			if from, ok := templFileOf(paths[i]); ok {
				maps[i].where, maps[i].text = m.sourceMap(nil, from)
			}
			return nil
		})
	})
	return func() map[string]*source {
		reading.Wait()
		byPath := map[string]*source{}
		for i, path := range paths {
			byPath[path] = files[i]
			if from, ok := templFileOf(path); ok {
				t.maps[from] = maps[i]
			}
		}
		return byPath
	}
}

// unexported are the names that a package keeps to itself.
func (d *docs) unexported(path string) []string {
	one := d.program.packages[path]
	var names []string
	for _, file := range slices.Concat(one.GoFiles, one.CgoFiles) {
		s := d.parse(filepath.Join(one.Dir, file))
		if s == nil {
			continue
		}
		for _, decl := range s.file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && !f.Name.IsExported() {
				names = append(names, f.Name.Name)
			}
		}
	}
	return names
}

// A declared is what the source has of something: its name and its comment.
type declared struct {
	name    *ast.Ident
	doc     string
	typ     ast.Expr // of a type
	comment string
}

// find returns the declaration of something at the top of a file, or of a
// method, whose receiver is then named.
func (s *source) find(name, receiver string) (declared, bool) {
	for _, decl := range s.file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Name.Name == name && receiverOf(decl) == receiver {
				return declared{name: decl.Name, doc: decl.Doc.Text()}, true
			}
		case *ast.GenDecl:
			if receiver != "" {
				continue
			}
			for _, spec := range decl.Specs {
				if found, ok := findSpec(spec, name); ok {
					if found.doc == "" && len(decl.Specs) == 1 {
						found.doc = decl.Doc.Text()
					}
					found.doc = cmp.Or(found.doc, found.comment)
					return found, true
				}
			}
		}
	}
	return declared{}, false
}

func findSpec(spec ast.Spec, name string) (declared, bool) {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		if spec.Name.Name == name {
			return declared{spec.Name, spec.Doc.Text(), spec.Type, spec.Comment.Text()}, true
		}
	case *ast.ValueSpec:
		for _, n := range spec.Names {
			if n.Name == name {
				return declared{n, spec.Doc.Text(), nil, spec.Comment.Text()}, true
			}
		}
	}
	return declared{}, false
}

// receiverOf is the type that a function is a method of, or "".
func receiverOf(f *ast.FuncDecl) string {
	if f.Recv == nil || len(f.Recv.List) == 0 {
		return ""
	}
	name := ""
	ast.Inspect(f.Recv.List[0].Type, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && name == "" {
			name = id.Name
		}
		return name == ""
	})
	return name
}

// declaration finds something in the source.
func (d *docs) declaration(o types.Object) (declared, *source, bool) {
	s := d.of(o)
	if s == nil {
		return declared{}, nil, false
	}
	receiver := ""
	if f, ok := o.(*types.Func); ok && f.Signature().Recv() != nil {
		t := f.Signature().Recv().Type()
		if p, ok := t.(*types.Pointer); ok {
			t = p.Elem()
		}
		if named, ok := types.Unalias(t).(*types.Named); ok {
			receiver = named.Obj().Name()
		}
	}
	found, ok := s.find(o.Name(), receiver)
	return found, s, ok
}

// A codePlace is a place in Go code, which templ may have generated. The column
// is in bytes.
type codePlace struct {
	Path         string
	Line, Column int
}

// inOrder sorts objects as they stand in the source.
func (d *docs) inOrder(objects []types.Object) {
	type order struct {
		file string
		pos  token.Pos
	}
	places := map[types.Object]order{}
	for _, o := range objects {
		if found, s, ok := d.declaration(o); ok {
			places[o] = order{s.path, found.name.Pos()}
		}
	}
	slices.SortStableFunc(objects, func(a, b types.Object) int {
		return cmp.Or(cmp.Compare(places[a].file, places[b].file), cmp.Compare(places[a].pos, places[b].pos))
	})
}

// component documents what a target is, and tells where its code is.
func (d *docs) component(t target, typ types.Type) (Component, codePlace) {
	var code codePlace
	_, name, _ := strings.Cut(t.expr, "»")
	c := Component{Name: t.pkg.Name() + strings.NewReplacer("«", "", "»", "").Replace(name), Import: t.pkg.Path()}
	for _, o := range []types.Object{t.last, t.object} {
		if found, s, ok := d.declaration(o); ok {
			c.Doc = strings.TrimSpace(found.doc)
			at := s.set.PositionFor(found.name.Pos(), false)
			code = codePlace{s.path, at.Line, at.Column}
			where := d.program.m.locate(d.program.tree, code.Path, code.Line, code.Column)
			c.Place, c.File = where.Place, where.Path
			break
		}
	}
	c.Props = story.Props{}
	if sig := signature(typ); sig != nil {
		c.Props = d.props(sig, c.Place)
	}
	return c, code
}

// props documents the parameters of a component, and the fields of the one
// struct among them.
func (d *docs) props(sig *types.Signature, at problem.Place) story.Props {
	props := story.Props{}
	params := sig.Params()
	one, structs := -1, 0
	for i := range params.Len() {
		if _, s := structure(params.At(i).Type(), sig.Variadic() && i == params.Len()-1); s != nil {
			one, structs = i, structs+1
		}
	}
	for i := range params.Len() {
		param, variadic := params.At(i), sig.Variadic() && i == params.Len()-1
		if isContext(param.Type()) {
			continue
		}
		if i == one && structs == 1 {
			t, _ := structure(param.Type(), variadic)
			before := len(props)
			if d.fields(&props, t, at, map[types.Type]bool{}, nil); len(props) > before {
				continue
			}
		}
		p := story.Prop{Name: paramName(param, i), Required: !variadic, At: at}
		d.describe(&p, param.Type())
		props = append(props, p)
	}
	return props
}

// paramName is what a parameter is called, also when it has no name.
func paramName(param *types.Var, i int) string {
	if name := param.Name(); name != "" && name != "_" {
		return name
	}
	return fmt.Sprint("arg", i+1)
}

// fields documents the exported fields of a struct, and those that embedded
// structs lend it, but for the hidden ones.
func (d *docs) fields(props *story.Props, t types.Type, at problem.Place, seen map[types.Type]bool, hidden []string) {
	s, ok := t.Underlying().(*types.Struct)
	if !ok || seen[t] {
		return
	}
	seen[t] = true
	// A field of the struct itself hides one that an embedded struct lends it.
	outer := hidden
	for field := range s.Fields() {
		if !field.Embedded() {
			hidden = append(hidden[:len(hidden):len(hidden)], field.Name())
		}
	}
	list := d.structType(t)
	for field := range s.Fields() {
		if field.Embedded() {
			inner := types.Unalias(field.Type())
			if p, ok := inner.(*types.Pointer); ok && field.Exported() {
				inner = types.Unalias(p.Elem())
			}
			if _, isStruct := inner.Underlying().(*types.Struct); isStruct && !isWhole(inner) {
				d.fields(props, inner, at, seen, hidden)
				continue
			}
		}
		if !field.Exported() || slices.Contains(outer, field.Name()) ||
			slices.ContainsFunc(*props, func(p story.Prop) bool { return p.Name == field.Name() }) {
			continue
		}
		p := story.Prop{Name: field.Name(), At: at}
		if found, ok := fieldNamed(list, field.Name()); ok {
			p.Doc = strings.TrimSpace(found.doc)
		}
		if d.describe(&p, field.Type()); p.Type == story.TypeEnum {
			if zero := d.program.enumOf(field.Type()).zero(); zero != nil {
				p.Default = &story.Value{Data: zero.Name(), At: p.At}
			}
		}
		*props = append(*props, p)
	}
}

// structType finds the fields of a named struct in the source.
func (d *docs) structType(t types.Type) *ast.FieldList {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return nil
	}
	found, _, ok := d.declaration(named.Obj())
	if !ok {
		return nil
	}
	if literal, ok := found.typ.(*ast.StructType); ok {
		return literal.Fields
	}
	return nil
}

func fieldNamed(list *ast.FieldList, name string) (declared, bool) {
	if list == nil {
		return declared{}, false
	}
	for _, field := range list.List {
		for _, id := range field.Names {
			if id.Name == name {
				return declared{name: id, doc: cmp.Or(field.Doc.Text(), field.Comment.Text())}, true
			}
		}
		if embedded := embeddedName(field.Type); len(field.Names) == 0 && embedded != nil && embedded.Name == name {
			return declared{name: embedded, doc: cmp.Or(field.Doc.Text(), field.Comment.Text())}, true
		}
	}
	return declared{}, false
}

func embeddedName(e ast.Expr) *ast.Ident {
	switch e := e.(type) {
	case *ast.Ident:
		return e
	case *ast.StarExpr:
		return embeddedName(e.X)
	case *ast.SelectorExpr:
		return e.Sel
	case *ast.IndexExpr:
		return embeddedName(e.X)
	}
	return nil
}

// describe fills in which values a prop takes.
func (d *docs) describe(p *story.Prop, t types.Type) {
	if e := d.program.enumOf(t); e != nil {
		p.Type = story.TypeEnum
		for _, o := range e.objects {
			p.Options = append(p.Options, story.Value{Data: o.Name(), At: p.At})
		}
		return
	}
	p.Type = propType(t)
	if pointer, ok := types.Unalias(t).(*types.Pointer); ok && p.Type != story.TypeComponent {
		d.describe(p, pointer.Elem())
	}
}

// propType is the sort of values that a Go type is decoded from.
func propType(t types.Type) story.PropType {
	switch {
	case isType(t, "time", "Time"):
		return story.TypeDate
	case isType(t, "time", "Duration"), isType(t, "net/url", "URL"):
		return story.TypeText
	case hasRender(t):
		return story.TypeComponent
	case hasMethod(types.NewPointer(t), "UnmarshalText"):
		return story.TypeText
	case hasMethod(types.NewPointer(t), "UnmarshalJSON"):
		return story.TypeAny
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch info := u.Info(); {
		case info&types.IsString != 0:
			return story.TypeText
		case info&types.IsBoolean != 0:
			return story.TypeBoolean
		case info&types.IsInteger != 0:
			return story.TypeInteger
		case info&types.IsFloat != 0:
			return story.TypeNumber
		}
	case *types.Slice:
		if types.Identical(u.Elem().Underlying(), types.Typ[types.Byte]) {
			return story.TypeText
		}
		if hasRender(u.Elem()) {
			return story.TypeComponent
		}
		return story.TypeList
	case *types.Array:
		return story.TypeList
	case *types.Map, *types.Struct:
		return story.TypeObject
	case *types.Pointer:
		return propType(u.Elem())
	}
	return story.TypeAny
}
