package gohost

import (
	"embed"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// The run-time parts of a host.
//
//go:embed rt/*.go texts/*.go
var runtimeFiles embed.FS

// The directories that exist only for the compiler. A leading dot keeps them
// out of `./...`.
const (
	hostDir   = ".storytime_host"
	bridgeDir = ".storytime_bridge"
)

// A group is a generated package: the host's main, or one below a directory
// with an `internal` that main can't import.
type group struct {
	path, dir, name string
	parent          string // the import path that it must be below of
}

func (m *Module) mainGroup() *group {
	return &group{m.home.Path + "/" + hostDir, filepath.Join(m.home.Dir, hostDir), "main", m.home.Path}
}

func (m *Module) runtimePath() string { return m.home.Path + "/" + hostDir + "/rt" }

// groupOf returns the package in which code that imports all of these packages
// must be.
func (m *Module) groupOf(paths []string) (*group, *problem.Problem) {
	deepest, because := "", ""
	var parents []string
	for _, path := range paths {
		parent, ok := internalParent(path)
		if !ok {
			continue
		}
		if parents = append(parents, parent); len(parent) >= len(deepest) {
			deepest, because = parent, path
		}
	}
	if len(parents) == 0 || below(m.home.Path, deepest) {
		return m.mainGroup(), nil
	}
	dir, ok := m.dirOf(deepest)
	for _, parent := range parents {
		ok = ok && below(deepest, parent)
	}
	if !ok {
		return nil, &problem.Problem{
			Kind: problem.Component, Message: fmt.Sprintf("the package %q is internal to %q, and a story can't use it here", because, deepest),
			Hint: "name a function of a package that may use it, or move it out of internal",
		}
	}
	return &group{deepest + "/" + bridgeDir, filepath.Join(dir, bridgeDir), "storytime_bridge", deepest}, nil
}

// internalParent returns the path below which a package may be imported.
func internalParent(path string) (string, bool) {
	elements := strings.Split(path, "/")
	for i := len(elements) - 1; i >= 0; i-- {
		if elements[i] == "internal" {
			return strings.Join(elements[:i], "/"), true
		}
	}
	return "", false
}

// below reports whether path is parent or lies below it.
func below(path, parent string) bool {
	return path == parent || strings.HasPrefix(path, parent+"/")
}

// A table is the generated part of one group.
type table struct {
	*group
	components, values, blocks, enums []string
	paths                             map[string]bool
	files                             map[string]string // the blocks' own
}

// tables are all of a host, by import path.
type tables map[string]*table

func (t tables) of(g *group) *table {
	if t[g.path] == nil {
		t[g.path] = &table{group: g, paths: map[string]bool{}, files: map[string]string{}}
	}
	return t[g.path]
}

// enum adds the named values of a type, if they can be imported from anywhere.
func (t tables) enum(m *Module, e *enum) {
	g, wrong := m.groupOf([]string{e.pkg.Path()})
	if wrong != nil {
		return
	}
	to := t.of(g)
	to.paths[e.pkg.Path()] = true
	of := "«" + e.pkg.Path() + "»."
	var names, values []string
	for _, o := range e.objects {
		names = append(names, fmt.Sprintf("%q", e.pkg.Name()+"."+o.Name()))
		values = append(values, of+o.Name())
	}
	// The type may not be exported, but its values are.
	typ := "reflect.TypeOf(" + values[0] + ")"
	if !e.closed {
		typ = "reflect.TypeOf(&" + values[0] + ").Elem()"
	}
	to.enums = append(to.enums, fmt.Sprintf("{Type: %s, Names: []string{%s}, Values: []any{%s}, Closed: %v},",
		typ, strings.Join(names, ", "), strings.Join(values, ", "), e.closed))
}

// write generates the files of all groups into an overlay.
func (m *Module) write(t tables, overlay *tree, templ bool) error {
	main := t.of(m.mainGroup())
	var bridges []string
	for _, path := range slices.Sorted(maps.Keys(t)) {
		if one := t[path]; one != main {
			bridges = append(bridges, path)
		}
	}
	for _, one := range t {
		files := maps.Clone(one.files)
		if one == main {
			files["main.go"] = one.source(m, bridges, templ)
		} else {
			files["bridge.go"] = one.source(m, nil, false)
		}
		for name, text := range files {
			if err := m.put(overlay, filepath.Join(one.dir, name), text); err != nil {
				return err
			}
		}
	}
	return nil
}

// put overlays a generated file. The constraint makes it one of a language
// that has all that is in it, however old the one of the user's module is.
func (m *Module) put(overlay *tree, path, text string) error {
	if before, rest, ok := strings.Cut(text, "//go:build "); ok && !strings.Contains(before, "package ") {
		own, after, _ := strings.Cut(rest, "\n")
		text = before + "//go:build (" + own + ") && " + oldestGo + "\n" + after
	} else {
		text = "//go:build " + oldestGo + "\n\n" + text
	}
	stored, err := m.store.file(text, ".go")
	if err != nil {
		return fmt.Errorf("writing generated code: %w", err)
	}
	overlay.overlay[path] = stored
	return nil
}

// putRuntime overlays package rt.
func (m *Module) putRuntime(overlay *tree) error {
	entries, err := runtimeFiles.ReadDir("rt")
	if err != nil {
		return fmt.Errorf("reading the host's own source: %w", err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		text, err := runtimeFiles.ReadFile("rt/" + e.Name())
		if err != nil {
			return fmt.Errorf("reading the host's own source: %w", err)
		}
		if err := m.put(overlay, filepath.Join(m.home.Dir, hostDir, "rt", e.Name()), string(text)); err != nil {
			return err
		}
	}
	return nil
}

const generatedMark = "// Code generated by Storytime. DO NOT EDIT.\n\n"

// source is the file that holds a group's table.
func (t *table) source(m *Module, bridges []string, templ bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%spackage %s\n\nimport (\n\t\"context\"\n\t\"io\"\n\t\"reflect\"\n\n\tstorytimeRT %q\n", generatedMark, t.name, m.runtimePath())
	alias := map[string]string{}
	for i, path := range slices.Sorted(maps.Keys(t.paths)) {
		alias[path] = fmt.Sprint("storytimeP", i)
		fmt.Fprintf(&b, "\t%s %q\n", alias[path], path)
	}
	for i, path := range bridges {
		fmt.Fprintf(&b, "\tstorytimeB%d %q\n", i, path)
	}
	if templ {
		b.WriteString("\tstorytimeTempl \"github.com/a-h/templ\"\n")
	}
	b.WriteString(")\n\nvar _ reflect.Type\n\n")
	name := "storytimeTable"
	if t.name != "main" {
		name = "StorytimeTable"
	}
	fmt.Fprintf(&b, "var %s = storytimeRT.Table{\n", name)
	for _, part := range []struct {
		field, typ string
		lines      []string
	}{{"Components", "Component", t.components}, {"Blocks", "Block", t.blocks}, {"Values", "Value", t.values}, {"Enums", "Enum", t.enums}} {
		fmt.Fprintf(&b, "\t%s: []storytimeRT.%s{\n", part.field, part.typ)
		for _, line := range part.lines {
			b.WriteString("\t\t" + withAliases(line, alias) + "\n")
		}
		b.WriteString("\t},\n")
	}
	if templ {
		b.WriteString(`	WithChildren: func(ctx context.Context, children any) context.Context {
		return storytimeTempl.WithChildren(ctx, children.(storytimeTempl.Component))
	},
	InitContext: storytimeTempl.InitializeContext,
	RenderAttributes: func(ctx context.Context, w io.Writer, attributes map[string]any) error {
		return storytimeTempl.RenderAttributes(ctx, w, storytimeTempl.Attributes(attributes))
	},
`)
	}
	b.WriteString(`}

// storytimeFailed shows the error beside a component.
type storytimeFailed struct{ err error }

func (f storytimeFailed) Render(context.Context, io.Writer) error { return f.err }

func storytimeResult(v ...any) any {
	if len(v) == 2 {
		if err, ok := v[1].(error); ok && err != nil {
			return storytimeFailed{err}
		}
	}
	return v[0]
}
`)
	if t.name == "main" {
		b.WriteString("\nfunc main() {\n\tt := storytimeTable\n")
		for i := range bridges {
			for _, field := range []string{"Components", "Blocks", "Values", "Enums"} {
				fmt.Fprintf(&b, "\tt.%s = append(t.%[1]s, storytimeB%d.StorytimeTable.%[1]s...)\n", field, i)
			}
		}
		b.WriteString("\tstorytimeRT.Main(t)\n}\n")
	}
	return b.String()
}

// withAliases writes the names of packages for their paths.
func withAliases(code string, alias map[string]string) string {
	for path, name := range alias {
		code = strings.ReplaceAll(code, "«"+path+"»", name)
	}
	return code
}
