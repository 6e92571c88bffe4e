package gohost

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	templ "github.com/a-h/templ/parser/v2"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// A compiledBlock is a story's Go or templ as a file of its own, with the way
// back from it to the story.
type compiledBlock struct {
	Block
	function string // what it is called
	group    *group
	text     string // of the file
	// start is where the story's own text begins in the file; of templ, where
	// says which part comes from where.
	start    int
	where    *templ.SourceMap
	missing  map[string]*problem.Problem // qualifiers that mean no package, or several
	own      []ownProblem
	problems problem.List // of the packages that it uses
}

// An ownProblem is one in a story's block. Its line and column count from
// where the block begins, so that a host stays as it is when only the prose
// above a block changes.
type ownProblem struct {
	Problem problem.Problem
	Import  string // it is at this entry of `imports:`
}

// at puts the problem into the story's file.
func (o ownProblem) at(b *Block) *problem.Problem {
	p := o.Problem
	for _, i := range b.Imports {
		if o.Import != "" && i.name() == o.Import {
			return atPlace(&p, i.At, i.Path)
		}
	}
	p.File = b.At.File
	if b.At.Line > 0 {
		p.Line += b.At.Line - 1
		p.Column += max(b.At.Column-1, 0) // a block is indented as a whole
	}
	return &p
}

// failed reports whether the block can't be in the host.
func (b *compiledBlock) failed() bool { return len(b.own)+len(b.problems) > 0 }

// problem is one of the story's own text, which begins at offset.
func (b *compiledBlock) problem(offset int, message, hint string) {
	line := 1 + strings.Count(b.Text[:offset], "\n")
	column := characters(lineOf(b.Text, line), offset-strings.LastIndexByte(b.Text[:offset], '\n')-1)
	b.report(line, column, message, hint)
}

// report is one of the story's own text, with a line and column within it.
func (b *compiledBlock) report(line, column int, message, hint string) {
	b.own = append(b.own, ownProblem{Problem: problem.Problem{
		Kind: problem.Template, Line: line, Column: column, Message: message, Hint: hint,
	}})
}

// names are what a block's code speaks of: those before a dot, and exported
// ones on their own.
type names struct{ qualifiers, own map[string]bool }

func namesIn(node ast.Node) names {
	n := names{map[string]bool{}, map[string]bool{}}
	selected, variables := map[*ast.Ident]bool{}, map[string]bool{}
	declare := func(expr ast.Expr) {
		if id, ok := expr.(*ast.Ident); ok {
			variables[id.Name] = true
		}
	}
	ast.Inspect(node, func(node ast.Node) bool {
		switch e := node.(type) {
		case *ast.SelectorExpr:
			selected[e.Sel] = true
			if x, ok := e.X.(*ast.Ident); ok {
				n.qualifiers[x.Name] = true
			}
		case *ast.Ident:
			if !selected[e] && token.IsExported(e.Name) {
				n.own[e.Name] = true
			}
		case *ast.AssignStmt:
			if e.Tok == token.DEFINE {
				for _, left := range e.Lhs {
					declare(left)
				}
			}
		case *ast.RangeStmt:
			if e.Tok == token.DEFINE {
				declare(e.Key)
				declare(e.Value)
			}
		case *ast.ValueSpec:
			for _, id := range e.Names {
				declare(id)
			}
		case *ast.FuncType:
			for _, param := range e.Params.List {
				for _, id := range param.Names {
					declare(id)
				}
			}
		}
		return true
	})
	// What looks like a package may be a variable of the block.
	for name := range variables {
		delete(n.qualifiers, name)
	}
	return n
}

// parseBlock reads a block, and returns what its code speaks of.
func (m *Module) parseBlock(b *compiledBlock) names {
	if b.Language == "templ" {
		code, _ := b.translate(m, "", "")
		if code == "" {
			return names{}
		}
		file, err := parser.ParseFile(token.NewFileSet(), "", code, parser.SkipObjectResolution)
		if file == nil || err != nil && len(file.Decls) == 0 {
			return names{}
		}
		n := namesIn(file)
		for _, generated := range []string{"templ", "templruntime"} {
			delete(n.qualifiers, generated)
		}
		return n
	}
	files := token.NewFileSet()
	expr, err := parser.ParseExprFrom(files, "", b.Text, parser.SkipObjectResolution)
	if err != nil {
		var list scanner.ErrorList
		if errors.As(err, &list) {
			for _, e := range list[:1] { // the rest follows from it
				message := e.Msg
				hint := "correct the expression"
				if strings.Contains(message, "expected 'EOF'") || strings.Contains(message, "expected operand, found 'return'") {
					message, hint = "a go story is one expression", "write one expression, or move the rest into a function of the package"
				}
				if strings.TrimSpace(b.Text) == "" {
					message, hint = "the go story is empty", "write an expression that makes a component"
				}
				b.problem(min(e.Pos.Offset, len(b.Text)), message, hint)
			}
		}
		return names{}
	}
	// What follows the expression is at most a comment, which would swallow
	// the parenthesis behind it.
	b.Text = b.Text[:files.Position(expr.End()).Offset]
	return namesIn(expr)
}

// templHeader is how many lines stand above a templ story in its file.
const templHeader = 3

// storyFile is the directory that a story's code seems to be in for the
// compiler, below which its file is named by its address.
const storyFile = "/storytime-story/"

// translate makes Go of a templ block, below the given imports.
func (b *compiledBlock) translate(m *Module, pkg, imports string) (string, *templ.SourceMap) {
	source := "package " + cmp.Or(pkg, "main") + "\n" + imports + "\ntempl " + b.function + "() {\n" + b.Text + "\n}\n"
	file, err := templ.ParseString(source)
	if err == nil && count(file) != 1 {
		err = errors.New("the block must be the body of one templ component: line 0, col 0")
	}
	if err != nil {
		p := m.templProblem(err, source, "")
		lines := strings.Count(strings.TrimRight(b.Text, "\n"), "\n") + 1
		line, column := p.Line-templHeader, p.Column
		if line < 1 || line > lines {
			line, column = min(max(line, 1), lines), 1
		}
		if strings.TrimSpace(p.Message) == "template closing brace not found" {
			if p.Message = "the templ code can't be read from here on"; p.Line-templHeader > lines {
				p.Message = "a brace is open at the end of the templ story"
			}
		}
		b.report(line, column, p.Message, "correct the templ code there")
		return "", nil
	}
	code, where, err := translate(source, b.errorName())
	if err != nil {
		b.report(1, 1, err.Error(), "correct the templ code")
		return "", nil
	}
	return string(code), where
}

// errorName is what templ's errors call a block when it is rendered.
func (b *Block) errorName() string { return storyFile[1:] + b.Key }

func count(file *templ.TemplateFile) int {
	n := 0
	for _, node := range file.Nodes {
		if _, ok := node.(*templ.HTMLTemplate); ok {
			n++
		}
	}
	return n
}

// write makes the file of a block, now that all packages are loaded.
func (p *program) write(b *compiledBlock, n names) {
	dir := filepath.Join(p.m.opt.Dir, filepath.FromSlash(b.Dir))
	specs := map[string]string{} // "name path" → something that it exports
	var paths []string
	use := func(name, path string) {
		imported, broken := p.types(path)
		if broken != nil {
			p.unusable(b, name, path, broken)
			return
		}
		paths = append(paths, path)
		specs[name+" "+path] = exportOf(imported)
	}
	own, _ := p.m.importPath(dir)
	dotted := map[string]bool{}
	dot := func(path string, ofOwn bool) {
		imported, broken := p.types(path)
		if broken != nil {
			if ofOwn && len(n.own) > 0 {
				b.problems = append(b.problems, broken...)
			}
			return
		}
		for name := range n.own {
			if o := imported.Scope().Lookup(name); o != nil && !dotted[name] {
				paths = append(paths, path)
				specs[". "+path] = exportOf(imported)
				for _, all := range imported.Scope().Names() {
					dotted[all] = true
				}
				return
			}
		}
	}
	if one := p.packages[own]; one != nil && (len(one.GoFiles)+len(one.CgoFiles) > 0 || len(p.unparsed(dir)) > 0) {
		dot(own, true)
	}
	for _, i := range p.m.importsOf(p.tree, dir) {
		if i.name == "." {
			dot(i.path, false)
		}
	}
	b.missing = map[string]*problem.Problem{}
	for _, qualifier := range slices.Sorted(maps.Keys(n.qualifiers)) {
		path, several := p.qualified(dir, b.Imports, qualifier)
		if path == "" {
			b.missing[qualifier] = several
			continue
		}
		use(qualifier, path)
	}
	if b.failed() {
		return
	}
	g, wrong := p.m.groupOf(paths)
	if wrong != nil {
		b.report(1, 1, wrong.Message, wrong.Hint)
		return
	}
	b.group = g
	b.render(p.m, specs)
}

// unusable reports a package that a block can't import.
func (p *program) unusable(b *compiledBlock, name, path string, broken problem.List) {
	if one := p.packages[path]; one != nil && one.Dir != "" {
		b.problems = append(b.problems, broken...)
		return
	}
	own := ownProblem{Problem: *broken[0], Import: name}
	own.Problem.Line, own.Problem.Column = 1, 1
	b.own = append(b.own, own)
}

// exportOf writes a declaration that uses something of a package, so that its
// import is never one too many; or nothing.
func exportOf(pkg *types.Package) string {
	for _, name := range pkg.Scope().Names() {
		switch o := pkg.Scope().Lookup(name); o := o.(type) {
		case *types.Const:
			if o.Exported() {
				return "const _ = «»" + name
			}
		case *types.Var:
			if o.Exported() {
				return "var _ = &«»" + name
			}
		case *types.Func:
			if o.Exported() && o.Signature().TypeParams().Len() == 0 {
				return "var _ = «»" + name
			}
		case *types.TypeName:
			if named, ok := types.Unalias(o.Type()).(*types.Named); o.Exported() && ok && named.TypeParams().Len() == 0 {
				return "type _ = «»" + name
			}
		}
	}
	return ""
}

// render writes the file of a block.
func (b *compiledBlock) render(m *Module, specs map[string]string) {
	var imports, uses []string
	for _, spec := range slices.Sorted(maps.Keys(specs)) {
		name, path, _ := strings.Cut(spec, " ")
		if specs[spec] == "" && name == "." {
			continue
		}
		if b.Language == "templ" && path == "github.com/a-h/templ" && name == "templ" {
			continue // generated code imports it itself
		}
		imports = append(imports, fmt.Sprintf("%s %q", name, path))
		prefix := name + "."
		if name == "." {
			prefix = ""
		}
		if specs[spec] != "" {
			uses = append(uses, strings.Replace(specs[spec], "«»", prefix, 1))
		}
	}
	head := "import (" + strings.Join(imports, "; ") + "); " + strings.Join(uses, "; ")
	if b.Language == "templ" {
		var code string
		code, b.where = b.translate(m, b.group.name, head)
		without, _ := m.withoutText([]byte(code), b.errorName())
		b.text = string(without)
		return
	}
	before := fmt.Sprintf("package %s\n\n%s\n\nfunc %s() any {\n\treturn storytimeResult(\n/*line %s%s:1:1*/",
		b.group.name, head, b.function, storyFile, b.Key)
	b.start = len(before)
	b.text = before + b.Text + ")\n}\n"
}

// check type-checks the blocks of one group in memory: that finds all mistakes
// at once, with their columns, before the compiler stops at the first ones.
func (p *program) check(g *group, blocks []*compiledBlock) {
	files := token.NewFileSet()
	var parsed []*ast.File
	byFile := map[string]*compiledBlock{}
	for _, b := range blocks {
		name := b.function + ".go"
		byFile[name] = b
		// Positions are those of the file: what a line comment says is ignored.
		file, err := parser.ParseFile(files, name, b.text, parser.SkipObjectResolution)
		if err != nil {
			var list scanner.ErrorList
			if errors.As(err, &list) {
				p.mistake(b, list[0].Msg, list[0].Pos.Offset, b.text)
			}
			continue
		}
		parsed = append(parsed, file)
	}
	common, err := parser.ParseFile(files, "storytime.go", "package "+g.name+"\n\nfunc storytimeResult(v ...any) any { return v[0] }\n", 0)
	if err != nil {
		return
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	config := types.Config{Importer: p.imports, Error: func(err error) {
		var e types.Error
		if !errors.As(err, &e) || strings.HasPrefix(e.Msg, "\t") {
			return
		}
		at := files.PositionFor(e.Pos, false)
		if b := byFile[at.Filename]; b != nil {
			p.mistake(b, e.Msg, at.Offset, b.text)
		}
	}}
	_, _ = config.Check(g.path, files, append(parsed, common), info) // each error was reported
	for expr, typ := range info.Types {
		call, ok := expr.(*ast.CallExpr)
		if !ok || len(call.Args) != 1 || call.Ellipsis.IsValid() {
			continue
		}
		if id, ok := call.Fun.(*ast.Ident); !ok || id.Name != "storytimeResult" {
			continue
		}
		b := byFile[files.PositionFor(call.Pos(), false).Filename]
		if result, ok := info.Types[call.Args[0]]; ok && b != nil && !b.failed() && typ.IsValue() {
			b.fits(result.Type)
		}
	}
}

// fits reports a go story whose value can't be shown. What is an interface is
// only known when it is rendered.
func (b *compiledBlock) fits(t types.Type) {
	shown := t
	if tuple, ok := t.(*types.Tuple); ok {
		if rendersResults(tuple) {
			return
		}
		if tuple.Len() == 2 && isError(tuple.At(1).Type()) && types.IsInterface(tuple.At(0).Type()) {
			return
		}
		b.problem(b.skip(), "the go story makes "+results(tuple)+", which is no component", hintRenderable)
		return
	}
	if b, ok := t.(*types.Basic); ok && b.Kind() == types.UntypedString {
		return
	}
	if renders(t) || types.IsInterface(t) && !isError(t) {
		return
	}
	if waits(t) {
		return
	}
	hint := "make a value with Render(io.Writer) error or Render(context.Context, io.Writer) error, template.HTML or string"
	if _, ok := t.Underlying().(*types.Signature); ok {
		hint = "call the function"
	}
	b.problem(b.skip(), "the go story makes "+typeName(shown)+", which is no component", hint)
}

// waits reports whether a type is a function that makes a component of nothing
// but children.
func waits(t types.Type) bool {
	sig := signature(t)
	if sig == nil || sig.Params().Len() == 0 || !rendersResults(sig.Results()) {
		return false
	}
	for param := range sig.Params().Variables() {
		of := param.Type()
		if list, ok := of.Underlying().(*types.Slice); ok && !hasRender(of) {
			of = list.Elem()
		}
		if !hasRender(of) {
			return false
		}
	}
	return true
}

// skip is where the text of a block begins behind white space.
func (b *compiledBlock) skip() int {
	return len(b.Text) - len(strings.TrimLeft(b.Text, " \t\r\n"))
}

// mistake reports what the compiler says of a block's file.
func (p *program) mistake(b *compiledBlock, message string, offset int, text string) {
	message = compilerMessage(message)
	hint := "correct the code there"
	if name, ok := strings.CutPrefix(message, "undefined: "); ok && strings.Contains(name, ".") {
		qualifier, member, _ := strings.Cut(name, ".")
		path, _ := p.qualified(filepath.Join(p.m.opt.Dir, filepath.FromSlash(b.Dir)), b.Imports, qualifier)
		if imported, broken := p.types(path); path != "" && broken == nil {
			hint = didYouMean(member, slices.DeleteFunc(imported.Scope().Names(), func(name string) bool { return !token.IsExported(name) }), hint)
		}
	} else if ok {
		if several := b.missing[name]; several != nil {
			message, hint = several.Message, several.Hint
		} else if _, qualifier := b.missing[name]; qualifier {
			message = "there is no package or variable " + quoted(name)
			hint = didYouMean(name, p.knownPackages(filepath.Join(p.m.opt.Dir, filepath.FromSlash(b.Dir))), "correct the name")
		} else {
			var known []string
			dir := filepath.Join(p.m.opt.Dir, filepath.FromSlash(b.Dir))
			if unparsed := p.unparsed(dir); len(unparsed) > 0 {
				b.problems = append(b.problems, unparsed...)
				return // it is probably in there
			}
			if own, ok := p.m.importPath(dir); ok {
				if imported, broken := p.types(own); broken == nil {
					known = imported.Scope().Names()
				}
				if one := p.packages[own]; one != nil && slices.Contains(p.docs.unexported(own), name) {
					hint = fmt.Sprintf("it is not exported: rename it to %q", exportedName(name))
				}
			}
			if near := problem.Nearest(name, known); near != "" {
				hint = fmt.Sprintf("did you mean %q?", near)
			}
		}
	}
	if b.where == nil {
		b.problem(min(max(offset-b.start, 0), len(b.Text)), message, hint)
		return
	}
	before := text[:min(offset, len(text))]
	line := strings.Count(before, "\n")
	column := len(before) - strings.LastIndexByte(before, '\n') - 1
	at, ok := sourceOf(b.where, line, column)
	if !ok || int(at.Line) < templHeader {
		b.report(1, 1, message, hint)
		return
	}
	own := int(at.Line) - templHeader + 1
	b.report(own, characters(lineOf(b.Text, own), int(at.Col)), message, hint)
}
