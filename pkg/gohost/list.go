package gohost

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// A pkg is what the go command says of a package.
type pkg struct {
	ImportPath, Name, Dir, Export string
	GoFiles, CgoFiles             []string
	Imports, EmbedPatterns        []string
	Standard                      bool
	Module                        *struct{ Path, Version string }
	Error                         *pkgError
	DepsErrors                    []*pkgError
}

type pkgError struct {
	ImportStack []string
	Pos, Err    string
}

// pkgFields are those of pkg, for the go command.
const pkgFields = "-json=ImportPath,Name,Dir,Export,GoFiles,CgoFiles,Imports,EmbedPatterns,Standard,Module,Error,DepsErrors"

// A program is packages that the go command has compiled, as far as they
// compile, with all that they import.
type program struct {
	m        *Module
	tree     *tree
	packages map[string]*pkg
	files    *token.FileSet
	imports  types.Importer
	wrong    map[string]problem.List     // of packages that don't compile, once asked for
	failed   map[string]*problem.Problem // of packages that can't be initialized
	docs     docs
	enums    map[string]*enum // by type, once asked for
	// uncertain says that a package could not be found, which the network may
	// have been the reason for.
	uncertain bool
}

// load compiles packages and all that they import.
func (m *Module) load(ctx context.Context, t *tree, patterns []string) (*program, error) {
	overlay, err := m.overlay(t)
	if err != nil {
		return nil, err
	}
	args := append([]string{"list", "-e", "-export", "-deps", pkgFields}, m.buildFlags(overlay)...)
	output, err := m.goCommand(ctx, m.home.Dir, append(append(args, "--"), patterns...)...)
	if err != nil {
		return nil, err
	}
	p := &program{m: m, tree: t, packages: map[string]*pkg{}, files: token.NewFileSet(), wrong: map[string]problem.List{}, enums: map[string]*enum{}}
	for decoder := json.NewDecoder(bytes.NewReader(output)); ; {
		one := &pkg{}
		if err := decoder.Decode(one); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("reading what `go list` says: %w", err)
		}
		p.packages[one.ImportPath] = one
	}
	p.imports = importer.ForCompiler(p.files, "gc", func(path string) (io.ReadCloser, error) {
		if one := p.packages[path]; one != nil && one.Export != "" {
			return os.Open(one.Export)
		}
		return nil, fmt.Errorf("the package %s has not been compiled", path)
	})
	p.docs = docs{program: p, files: map[string]*source{}}
	return p, nil
}

// overlay writes the list of the overlaid files.
func (m *Module) overlay(t *tree) (string, error) {
	list, err := json.Marshal(map[string]any{"Replace": t.overlay})
	if err != nil {
		return "", err
	}
	path, err := m.store.file(string(list), ".json")
	if err != nil {
		return "", fmt.Errorf("writing generated code: %w", err)
	}
	return path, nil
}

// types returns what a package exports, or why it doesn't compile.
func (p *program) types(path string) (*types.Package, problem.List) {
	if wrong := p.broken(path); wrong != nil {
		return nil, wrong
	}
	imported, err := p.imports.Import(path)
	if err != nil {
		return nil, problem.List{{
			Kind: problem.Command, Message: "what the compiler says of " + quoted(path) + " can't be read",
			Hint:   "get a newer version of Storytime, made with " + p.m.env["GOVERSION"] + " or later",
			Detail: err.Error(),
		}}
	}
	return imported, nil
}

// broken returns why a package can't be used: what is wrong in it, or else in
// what it imports.
func (p *program) broken(path string) problem.List {
	one := p.packages[path]
	if dir, ok := p.m.dirOf(path); ok && (one == nil || one.Dir == "") {
		if unparsed := p.unparsed(dir); len(unparsed) > 0 {
			return unparsed
		}
	}
	if one != nil && one.Dir == "" && one.Error != nil && strings.Contains(one.Error.Err, "missing go.sum entry") {
		return p.problems(one.Error)
	}
	if one == nil || one.Dir == "" && path != "unsafe" {
		return problem.List{{
			Kind: problem.Component, Message: "there is no package " + quoted(path), Hint: p.m.hintGet(path),
		}}
	}
	if one.Export != "" && one.Error == nil || path == "unsafe" {
		if wrong := p.uninitialized(path); wrong != nil {
			return problem.List{wrong}
		}
		return nil
	}
	wrong, known := p.wrong[path]
	if known {
		return wrong
	}
	// Whatever is missing is most likely in a file that can't be read.
	if wrong = p.unparsedBelow(path, map[string]bool{}); len(wrong) == 0 {
		for _, e := range one.DepsErrors {
			wrong = append(wrong, p.problems(e)...)
		}
		if one.Error != nil {
			wrong = append(wrong, p.problems(one.Error)...)
		}
	}
	if len(wrong) == 0 {
		wrong = problem.List{{
			Kind: problem.Template, Message: "the package " + quoted(path) + " can't be compiled",
			Hint: "run `go build " + path + "` to see why",
		}}
	}
	wrong = wrong.Sort()
	p.wrong[path] = wrong
	return wrong
}

// hintGet says what to do about a package that isn't there.
func (m *Module) hintGet(path string) string {
	if _, own := m.dirOf(path); own || !strings.Contains(path, ".") {
		return "correct the path"
	}
	return "correct the path, or run `go get " + path + "`"
}

// unparsedBelow are those of a package and all that it imports.
func (p *program) unparsedBelow(path string, seen map[string]bool) problem.List {
	if seen[path] {
		return nil
	}
	seen[path] = true
	var wrong problem.List
	if dir, ok := p.m.dirOf(path); ok {
		wrong = p.unparsed(dir)
		if one := p.packages[path]; one != nil {
			for _, imported := range one.Imports {
				wrong = append(wrong, p.unparsedBelow(imported, seen)...)
			}
		}
	}
	return wrong
}

// unparsed are the problems of a directory's templ files that leave no Go code
// at all, not even an older one.
func (p *program) unparsed(dir string) problem.List {
	var wrong problem.List
	for file, one := range p.tree.problems {
		if filepath.Dir(file) == dir && !isFile(goFileOf(file)) {
			wrong = append(wrong, one)
		}
	}
	return wrong
}

// problems are those that the go command reports for a package.
func (p *program) problems(e *pkgError) problem.List {
	if strings.HasPrefix(e.Err, "#") {
		return p.m.compilerProblems(p.tree, e.Err)
	}
	p.uncertain = true
	wrong := &problem.Problem{
		Kind: problem.Template, Message: firstLine(e.Err), Hint: "correct the import", Detail: strings.TrimSpace(e.Err),
	}
	if wrong.Detail == wrong.Message {
		wrong.Detail = ""
	}
	importing := ""
	if n := len(e.ImportStack); n > 0 {
		importing = e.ImportStack[n-1]
	}
	switch message := wrong.Message; {
	case strings.Contains(message, "missing go.sum entry"):
		wrong.Kind, wrong.Hint = problem.Command, "run `go mod tidy`"
		wrong.Message, _, _ = strings.Cut(message, " (imported by")
		wrong.Message, _, _ = strings.Cut(wrong.Message, "; to add")
	case strings.Contains(message, "replacement directory"):
		wrong.Kind, wrong.Hint = problem.Command, "correct the replace in go.mod"
	case strings.Contains(message, "no required module provides package"), strings.Contains(message, "cannot find module providing package"):
		_, path, _ := strings.Cut(message, "package ")
		path, _, _ = strings.Cut(path, ";")
		path, _, _ = strings.Cut(path, ":")
		wrong.Message, wrong.Detail = "no module has the package "+quoted(path), ""
		wrong.Hint = strings.Replace(p.m.hintGet(path), "path", "import", 1)
	case strings.Contains(message, "is not in std"):
		wrong.Hint = "correct the import"
	case strings.Contains(message, "import cycle"):
		wrong.Message = "packages import each other: " + strings.Join(e.ImportStack, " → ")
		wrong.Hint = "move what both need into a package of its own"
	case strings.Contains(message, "found packages"):
		wrong.Hint = "give all files of the directory the same package clause"
		before, dir, _ := strings.Cut(message, " in "+string(filepath.Separator))
		wrong.Message, wrong.Detail = before, ""
		wrong.File = p.m.relative(string(filepath.Separator) + dir)
	case strings.Contains(message, "inconsistent vendoring"), strings.Contains(message, "vendor"):
		wrong.Hint = "run `go mod vendor`"
	case strings.Contains(message, "build constraints exclude all Go files"), strings.Contains(message, "no Go files"):
		wrong.Hint = "set the build tags under `go:` in storytime.yaml"
	}
	if strings.Contains(e.Pos, ":") {
		if at := diagnostics(e.Pos+": x", p.m.home.Dir); len(at) == 1 {
			where := p.m.locate(p.tree, at[0].path, at[0].line, at[0].column)
			wrong.File, wrong.Line, wrong.Column = where.File, where.Line, where.Column
			wrong.WithExcerpt(where.Text)
		}
	} else if one := p.packages[importing]; one != nil && one.Dir != "" && wrong.File == "" {
		wrong.File = p.m.relative(one.Dir)
	}
	return problem.List{wrong}
}

// compilerProblems are those in the output of the compiler.
func (m *Module) compilerProblems(t *tree, output string) problem.List {
	var wrong problem.List
	for _, d := range diagnostics(output, m.home.Dir) {
		if strings.HasPrefix(d.message, "too many errors") {
			continue
		}
		where := m.locate(t, d.path, d.line, d.column)
		p := &problem.Problem{
			Kind: problem.Template, File: where.File, Line: where.Line, Column: where.Column,
			Message: compilerMessage(d.message), Hint: "correct the code there",
		}
		wrong = append(wrong, p.WithExcerpt(where.Text))
	}
	if len(wrong) == 0 && strings.TrimSpace(output) != "" {
		wrong = problem.List{{
			Kind: problem.Template, Message: "the Go code can't be compiled: " + firstLine(strings.TrimPrefix(firstLine(output), "#")),
			Hint: "run `go build ./...` and correct what it says", Detail: strings.TrimSpace(output),
		}}
	}
	return wrong
}

// compilerMessage is one of the compiler's as problems are worded.
func compilerMessage(s string) string {
	first, rest, _ := strings.Cut(strings.TrimPrefix(s, "syntax error: "), "\n")
	for line := range strings.Lines(rest) {
		first += "; " + strings.TrimSpace(line)
	}
	return first
}

// sources are the directories of the user's packages that take part.
func (p *program) sources() []string {
	var dirs []string
	for _, one := range p.packages {
		if p.tree.dirs[one.Dir] != nil && !strings.Contains(one.ImportPath, "/.storytime_") {
			dirs = append(dirs, one.Dir)
		}
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}

// outside are the directories of packages that may change and that the tree
// doesn't cover: those of replaced and vendored modules.
func (p *program) outside() []string {
	var dirs []string
	for _, one := range p.packages {
		if one.Standard || one.Dir == "" || p.tree.dirs[one.Dir] != nil || strings.Contains(one.ImportPath, "/.storytime_") {
			continue
		}
		if within(p.m.env["GOMODCACHE"], one.Dir) || within(p.m.env["GOROOT"], one.Dir) {
			continue
		}
		dirs = append(dirs, one.Dir)
	}
	slices.Sort(dirs)
	return dirs
}

// embedded are the patterns of files that packages of the tree embed.
func (p *program) embedded() []string {
	var patterns []string
	for _, one := range p.packages {
		if p.tree.dirs[one.Dir] == nil {
			continue
		}
		for _, pattern := range one.EmbedPatterns {
			patterns = append(patterns, filepath.Join(one.Dir, filepath.FromSlash(strings.TrimPrefix(pattern, "all:"))))
		}
	}
	slices.Sort(patterns)
	return slices.Compact(patterns)
}
