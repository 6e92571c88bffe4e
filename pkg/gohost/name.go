package gohost

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// A name is what `component:` says, taken apart.
type name struct {
	// Of the first three one is set, or none when the name is one of the story
	// file's own package.
	dir       string // "../icon", on disk
	path      string // "example.com/shop/ui"
	qualifier string // "icon"

	chain []string // Icons, Check
	args  string   // "[string]"
}

// parseName takes a name apart.
func (m *Module) parseName(r Ref) (name, *problem.Problem) {
	wrong := func(message, hint string) (name, *problem.Problem) {
		return name{}, &problem.Problem{Kind: problem.Component, Message: message, Hint: hint}
	}
	text := strings.TrimSpace(r.Name)
	head, args := text, ""
	if i := strings.IndexByte(text, '['); i >= 0 {
		head, args = strings.TrimSpace(text[:i]), text[i:]
	}
	n := name{args: args}
	last := head
	if slash := strings.LastIndexByte(head, '/'); slash >= 0 {
		// The package's own last element may have a dot: gopkg.in/yaml.v3.Node.
		last = head[slash+1:]
		cut := firstExported(last)
		if cut <= 0 {
			return wrong(quoted(r.Name)+" names a package and nothing in it",
				"write it with the name of a component, such as "+quoted(head+".Button"))
		}
		where := head[:slash+1] + last[:cut-1]
		if last = last[cut:]; strings.HasPrefix(where, "./") || strings.HasPrefix(where, "../") || where == "." || where == ".." {
			n.dir = filepath.Join(m.opt.Dir, filepath.FromSlash(path.Join(r.Dir, where)))
		} else {
			n.path = where
		}
	}
	n.chain = strings.Split(last, ".")
	for _, part := range n.chain {
		if !token.IsIdentifier(part) {
			return wrong(quoted(r.Name)+" is not a name in Go", `write a name such as "Button", "icon.Check" or "./card.Card"`)
		}
	}
	if n.dir == "" && n.path == "" && !token.IsExported(n.chain[0]) && len(n.chain) > 1 {
		n.qualifier, n.chain = n.chain[0], n.chain[1:]
	}
	if args != "" {
		if !isInstance("X" + args) {
			return wrong("the type arguments of "+quoted(r.Name)+" can't be read", `write them as in Go: "List[string]"`)
		}
	}
	for _, part := range n.chain {
		if !token.IsExported(part) {
			return wrong("there is no exported "+quoted(part), fmt.Sprintf("export it, as %q, or correct the name", exportedName(part)))
		}
	}
	return n, nil
}

// isInstance reports whether code is a name with type arguments and no more.
func isInstance(code string) bool {
	expr, err := parser.ParseExpr(code)
	if err != nil {
		return false
	}
	switch e := expr.(type) {
	case *ast.IndexExpr:
		expr = e.X
	case *ast.IndexListExpr:
		expr = e.X
	default:
		return false
	}
	_, ok := expr.(*ast.Ident)
	return ok
}

// firstExported returns where in "yaml.v3.Node" the name begins that is not
// the package's, or 0.
func firstExported(s string) int {
	first := strings.IndexByte(s, '.') + 1
	for i := first; i > 0 && i < len(s); {
		if r := s[i]; 'A' <= r && r <= 'Z' || r >= 0x80 {
			return i
		}
		next := strings.IndexByte(s[i:], '.') + 1
		if next == 0 {
			break
		}
		i += next
	}
	if first == len(s) {
		return 0
	}
	return first
}

func exportedName(s string) string {
	return strings.ToUpper(s[:1]) + s[1:]
}

// An imported is an import of a file of the user's.
type imported struct{ name, path string }

// importsOf are the imports of a directory's files.
func (m *Module) importsOf(t *tree, dir string) []imported {
	if known, ok := t.imports[dir]; ok {
		return known
	}
	all := []imported{}
	defer func() { t.imports[dir] = all }()
	for _, file := range m.goFiles(t, dir) {
		parsed, err := parser.ParseFile(token.NewFileSet(), t.onDisk(file), nil, parser.ImportsOnly)
		if err != nil && parsed == nil {
			continue
		}
		for _, spec := range parsed.Imports {
			one := imported{path: strings.Trim(spec.Path.Value, "\"`")}
			if spec.Name != nil {
				one.name = spec.Name.Name
			}
			if one.name != "_" && one.path != "C" && !slices.Contains(all, one) {
				all = append(all, one)
			}
		}
	}
	return all
}

// candidates are the packages that a bare name may mean, before it is known
// what the packages are called that the story's own imports.
func (m *Module) candidates(t *tree, dir string, imports []Import, qualifier string) []string {
	for _, i := range imports {
		if i.name() == qualifier {
			return []string{m.importedPath(dir, i.Path)}
		}
	}
	if slices.ContainsFunc(m.importsOf(t, dir), func(i imported) bool { return i.may(qualifier) }) {
		return nil // it comes with the package itself
	}
	if own := m.named(t, qualifier); len(own) > 0 {
		return own
	}
	if standard := m.standard(qualifier); len(standard) > 0 {
		return standard
	}
	return m.importedAs(t, qualifier)
}

// may reports whether a file may call what it imports so. A package's own name
// is most often a part of its path.
func (i imported) may(name string) bool {
	return i.name == name || i.name == "" && slices.Contains(strings.FieldsFunc(i.path, func(r rune) bool {
		return r == '/' || r == '.' || r == '-'
	}), name)
}

// importedAs are the packages that files anywhere in the modules import, and
// may call so: templ, in a directory that has no Go itself.
func (m *Module) importedAs(t *tree, qualifier string) []string {
	var paths []string
	for dir := range t.dirs {
		for _, i := range m.importsOf(t, dir) {
			if i.may(qualifier) && !slices.Contains(paths, i.path) {
				paths = append(paths, i.path)
			}
		}
	}
	return paths
}

// name is what a package is called by an entry of `imports:`.
func (i Import) name() string {
	if i.Name != "" {
		return i.Name
	}
	return path.Base(i.Path)
}

// importedPath is the path that an entry of `imports:` means, which may be
// relative to the story file.
func (m *Module) importedPath(dir, of string) string {
	if strings.HasPrefix(of, "./") || strings.HasPrefix(of, "../") || of == "." || of == ".." {
		if own, ok := m.importPath(filepath.Join(dir, filepath.FromSlash(of))); ok {
			return own
		}
	}
	return of
}

// named are the module's packages with this name.
func (m *Module) named(t *tree, qualifier string) []string {
	var paths []string
	for dir := range t.dirs {
		if m.packageName(t, dir) == qualifier {
			if own, ok := m.importPath(dir); ok {
				paths = append(paths, own)
			}
		}
	}
	slices.Sort(paths)
	return paths
}

// standard are the packages of the standard library with this name.
func (m *Module) standard(qualifier string) []string {
	if qualifier == "" {
		return nil
	}
	if known, ok := m.standards[qualifier]; ok {
		return known
	}
	var paths []string
	defer func() {
		if m.standards == nil {
			m.standards = map[string][]string{}
		}
		m.standards[qualifier] = paths
	}()
	root := os.DirFS(filepath.Join(m.env["GOROOT"], "src"))
	_ = fs.WalkDir(root, ".", func(at string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() || at == "." {
			return nil
		}
		switch d.Name() {
		case "internal", "vendor", "testdata", "cmd", "builtin":
			return fs.SkipDir
		case qualifier:
			if entries, err := fs.Glob(root, at+"/*.go"); err == nil && len(entries) > 0 {
				paths = append(paths, at)
			}
		}
		return nil
	})
	return paths
}

// qualified returns the package that a bare name means in a story file in dir,
// "" if none, or a problem if it may mean several.
func (p *program) qualified(dir string, imports []Import, qualifier string) (string, *problem.Problem) {
	for _, i := range imports {
		if i.name() == qualifier {
			return p.m.importedPath(dir, i.Path), nil
		}
	}
	var fit []string
	if own, ok := p.m.importPath(dir); ok && p.packages[own] != nil && p.packages[own].Name == qualifier {
		return own, nil
	}
	for _, i := range p.m.importsOf(p.tree, dir) {
		called := i.name
		if one := p.packages[i.path]; called == "" && one != nil {
			called = one.Name
		}
		if called == "" {
			called = path.Base(i.path) // it isn't there, which will be said
		}
		if called == qualifier {
			fit = append(fit, i.path)
		}
	}
	if fit == nil {
		fit = p.m.named(p.tree, qualifier)
	}
	if fit == nil {
		fit = p.m.standard(qualifier)
	}
	if fit == nil {
		for _, path := range p.m.importedAs(p.tree, qualifier) {
			if one := p.packages[path]; one != nil && one.Name == qualifier {
				fit = append(fit, path)
			}
		}
	}
	slices.Sort(fit)
	switch fit = slices.Compact(fit); len(fit) {
	case 0:
		return "", nil
	case 1:
		return fit[0], nil
	}
	return "", &problem.Problem{
		Kind: problem.Component, Message: quoted(qualifier) + " may be the package " + strings.Join(fit, " or "),
		Hint: fmt.Sprintf("say which in the front matter: `imports: {%s: %s}`", qualifier, fit[0]),
	}
}

// A target is what a name leads to, and how the generated code writes it.
type target struct {
	pkg    *types.Package
	object types.Object // the first of the chain
	owner  types.Object // of a method or field, what it is one of
	last   types.Object // the last of the chain
	expr   string       // with the paths of packages between « and »
	paths  []string     // of the packages in it
}

// resolve finds what a name means. Problems that are not about the name itself
// are returned as the second list.
func (p *program) resolve(r Ref, n name) (target, *problem.Problem, problem.List) {
	dir := filepath.Join(p.m.opt.Dir, filepath.FromSlash(r.Dir))
	wrong := func(message, hint string) (target, *problem.Problem, problem.List) {
		return target{}, &problem.Problem{Kind: problem.Component, Message: message, Hint: hint}, nil
	}
	at, ok := n.path, true
	switch {
	case n.qualifier != "":
		found, several := p.qualified(dir, r.Imports, n.qualifier)
		if several != nil {
			return target{}, several, nil
		}
		if found == "" {
			known := p.knownPackages(dir)
			return wrong("there is no package "+quoted(n.qualifier), didYouMean(n.qualifier, known,
				"write the path of its directory, such as \"../icon.Check\""))
		}
		at = found
	case n.path == "":
		where := n.dir
		if where == "" {
			where = dir
		}
		if at, ok = p.m.importPath(where); !ok {
			return wrong(quoted(r.Name)+" is outside of the Go module", "write a path that is within it, or the package's import path")
		}
		if len(p.tree.dirs[where]) == 0 || len(p.m.goFiles(p.tree, where)) == 0 && len(p.unparsed(where)) == 0 {
			shown := p.m.relative(where)
			return wrong(fmt.Sprintf("there is no Go package in the directory %q, so no %q", shown, r.Name),
				"write the package's path before the name, such as \"../ui.Button\", or put the story file into its directory")
		}
	}
	imported, broken := p.types(at)
	if broken != nil {
		if broken[0].File == "" && (p.packages[at] == nil || p.packages[at].Dir == "") {
			return target{}, broken[0], nil
		}
		return target{}, nil, broken
	}
	t := target{pkg: imported, paths: []string{at}, expr: "«" + at + "»." + strings.Join(n.chain, ".")}
	if t.object = imported.Scope().Lookup(n.chain[0]); t.object == nil {
		// A file aspectratio.stories.md means AspectRatio.
		exported := slices.DeleteFunc(imported.Scope().Names(), func(name string) bool {
			return !token.IsExported(name) || !strings.EqualFold(name, n.chain[0])
		})
		if n.qualifier+n.dir+n.path != "" || len(n.chain) > 1 || len(exported) != 1 {
			return p.unknown(r, n, imported)
		}
		t.object, t.expr = imported.Scope().Lookup(exported[0]), "«"+at+"»."+exported[0]
	}
	t.last = t.object
	for _, part := range n.chain[1:] {
		t.owner = t.last
		if _, isType := t.owner.(*types.TypeName); isType {
			return wrong(fmt.Sprintf("%q is a type, so %q needs a value of it", t.owner.Name(), r.Name),
				"declare a variable of the type, or write a go story")
		}
		found, _, _ := types.LookupFieldOrMethod(t.owner.Type(), true, imported, part)
		if found == nil {
			return wrong(fmt.Sprintf("%q has no field or method %q", t.owner.Name(), part),
				didYouMean(part, members(t.owner.Type()), "look up its name in the source"))
		}
		t.last = found
	}
	if n.args == "" {
		if sig, ok := t.last.Type().(*types.Signature); ok && sig.TypeParams().Len() > 0 {
			return wrong(fmt.Sprintf("%q needs its type arguments", r.Name), fmt.Sprintf("write \"%s[string]\", or another type", r.Name))
		}
		return t, nil, nil
	}
	expr, paths, several := p.arguments(dir, r.Imports, n.args)
	t.expr, t.paths = t.expr+expr, append(t.paths, paths...)
	return t, several, nil
}

// arguments writes type arguments with the packages of their names.
func (p *program) arguments(dir string, imports []Import, args string) (string, []string, *problem.Problem) {
	const before = "X"
	expr, err := parser.ParseExpr(before + args)
	if err != nil {
		return args, nil, nil
	}
	own, _ := p.m.importPath(dir)
	type change struct {
		from, to int
		text     string
	}
	var changes []change
	var paths []string
	var several *problem.Problem
	qualify := func(e ast.Node, path, rest string) {
		changes = append(changes, change{int(e.Pos()) - 1 - len(before), int(e.End()) - 1 - len(before), "«" + path + "»" + rest})
		paths = append(paths, path)
	}
	first := true
	ast.Inspect(expr, func(node ast.Node) bool {
		switch e := node.(type) {
		case *ast.SelectorExpr:
			if x, ok := e.X.(*ast.Ident); ok {
				path, ambiguous := p.qualified(dir, imports, x.Name)
				if ambiguous != nil {
					several = ambiguous
				} else if path != "" {
					qualify(x, path, "")
				}
			}
			return false
		case *ast.Ident:
			if first {
				first = false // X itself
			} else if types.Universe.Lookup(e.Name) == nil && token.IsExported(e.Name) {
				qualify(e, own, "."+e.Name)
			}
		}
		return true
	})
	slices.SortFunc(changes, func(a, b change) int { return b.from - a.from })
	for _, c := range changes {
		args = args[:c.from] + c.text + args[c.to:]
	}
	return args, paths, several
}

// unknown is the problem of a name that its package doesn't export.
func (p *program) unknown(r Ref, n name, in *types.Package) (target, *problem.Problem, problem.List) {
	if dir, ok := p.m.dirOf(in.Path()); ok {
		if unparsed := p.unparsed(dir); len(unparsed) > 0 {
			return target{}, nil, unparsed // it is probably in there
		}
	}
	var known []string
	for _, exported := range in.Scope().Names() {
		if o := in.Scope().Lookup(exported); o.Exported() {
			if _, isType := o.(*types.TypeName); !isType {
				known = append(known, exported)
			}
		}
	}
	wanted := n.chain[0]
	wrong := &problem.Problem{
		Kind:    problem.Component,
		Message: fmt.Sprintf("the package %q has no %q", in.Path(), wanted),
		Hint:    didYouMean(wanted, known, "export a function from it"),
	}
	for _, declared := range p.docs.unexported(in.Path()) {
		if strings.EqualFold(declared, wanted) {
			wrong.Hint = fmt.Sprintf("export %q: rename it to %q", declared, wanted)
		}
	}
	return target{}, wrong, nil
}

// didYouMean is problem.DidYouMean, or what to do when nothing is known.
func didYouMean(name string, known []string, otherwise string) string {
	if hint := problem.DidYouMean(name, known); hint != "" {
		return hint
	}
	return otherwise
}

// knownPackages are the names of packages that a story file in dir can use.
func (p *program) knownPackages(dir string) []string {
	var known []string
	for _, i := range p.m.importsOf(p.tree, dir) {
		if one := p.packages[i.path]; i.name != "" && i.name != "." {
			known = append(known, i.name)
		} else if one != nil && one.Name != "" {
			known = append(known, one.Name)
		}
	}
	for of := range p.tree.dirs {
		if called := p.m.packageName(p.tree, of); called != "" && called != "main" {
			known = append(known, called)
		}
	}
	known = slices.DeleteFunc(known, func(name string) bool { return name == "templruntime" }) // the generator's
	slices.Sort(known)
	return slices.Compact(known)
}

// members are the exported fields and methods of a type.
func members(t types.Type) []string {
	var known []string
	methods := types.NewMethodSet(types.NewPointer(t))
	if types.IsInterface(t) {
		methods = types.NewMethodSet(t)
	}
	for method := range methods.Methods() {
		if method.Obj().Exported() {
			known = append(known, method.Obj().Name())
		}
	}
	if pointer, ok := t.Underlying().(*types.Pointer); ok {
		t = pointer.Elem()
	}
	if s, ok := t.Underlying().(*types.Struct); ok {
		for field := range s.Fields() {
			if field.Exported() {
				known = append(known, field.Name())
			}
		}
	}
	slices.Sort(known)
	return known
}
