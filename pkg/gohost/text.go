package gohost

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/storytime-dev/storytime/pkg/gohost/texts"
)

// textsPath is the import path of package texts in the user's module.
func (m *Module) textsPath() string { return m.home.Path + "/" + hostDir + "/texts" }

// A part is a piece of code that another takes the place of.
type part struct {
	from, to int // offsets
	code     string
}

// withoutText takes the text out of code that templ generated: its literals,
// and the places in the .templ file that its errors name. Two versions of a
// file that differ in text alone leave the same code, line by line. name is
// what the table of the text is found by. Code that can't be read stays as it
// is.
func (m *Module) withoutText(code []byte, name string) ([]byte, texts.Table) {
	var t texts.Table
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", code, parser.SkipObjectResolution)
	if err != nil {
		return code, t
	}
	table := "storytimeTexts_" + hashOf(name)[:8]
	var parts []part
	replace := func(n ast.Node, format string, index int) {
		parts = append(parts, part{files.Position(n.Pos()).Offset, files.Position(n.End()).Offset, fmt.Sprintf(format, table, index)})
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if !isSelector(n.Fun, "templruntime", "WriteString") || len(n.Args) != 3 {
				break
			}
			if literal, ok := n.Args[2].(*ast.BasicLit); ok && literal.Kind == token.STRING {
				if text, err := strconv.Unquote(literal.Value); err == nil {
					replace(literal, "%s.Text[%d]", len(t.Text))
					t.Text = append(t.Text, text)
				}
			}
		case *ast.CompositeLit:
			if !isSelector(n.Type, "templ", "Error") {
				break
			}
			for _, field := range n.Elts {
				pair, _ := field.(*ast.KeyValueExpr)
				if pair == nil {
					continue
				}
				if literal, ok := pair.Value.(*ast.BasicLit); ok && literal.Kind == token.INT {
					if number, err := strconv.Atoi(literal.Value); err == nil {
						replace(literal, "%s.Number[%d]", len(t.Number))
						t.Number = append(t.Number, number)
					}
				}
			}
		}
		return true
	})
	// The import goes onto the line of another, for no line may move.
	at := slices.IndexFunc(file.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == `"github.com/a-h/templ/runtime"` })
	if len(parts) == 0 || at < 0 {
		return code, texts.Table{}
	}
	end := files.Position(file.Imports[at].End()).Offset
	parts = append(parts, part{end, end, fmt.Sprintf("; import storytimeTexts %q", m.textsPath())})
	slices.SortFunc(parts, func(a, b part) int { return a.from - b.from })
	var b strings.Builder
	last := 0
	for _, p := range parts {
		b.Write(code[last:p.from])
		b.WriteString(p.code)
		last = p.to
	}
	b.Write(code[last:])
	fmt.Fprintf(&b, "\n\nvar %s = storytimeTexts.Of(%q)\n", table, name)
	return []byte(b.String()), t
}

// split returns what generated code can be told by without its text, and the
// text. It is kept by the source, so that the code is only made when that is
// new. name is as in withoutText.
func (m *Module) split(name, source string, generate func() ([]byte, error)) (sum string, table texts.Table, err error) {
	entry, err := m.store.made(hashOf(generatorVersion, m.textsPath(), name, source)+".texts", func() ([]byte, error) {
		whole, err := generate()
		if err != nil {
			return nil, err
		}
		code, table := m.withoutText(whole, name)
		return texts.Encode(map[string]texts.Table{hashOf(string(code)): table}), nil
	})
	if err != nil {
		return "", table, err
	}
	kept, err := os.ReadFile(entry)
	if err != nil {
		return "", table, err
	}
	one, err := texts.Decode(string(kept))
	for sum, table = range one {
		break
	}
	return sum, table, err
}

// readBlocks finds what the blocks can be told by. A block of templ is told by
// its code without its text, as a .templ file is.
func (b *maker) readBlocks() error {
	b.blockSums = make([]string, len(b.needs.Blocks))
	for i, block := range b.needs.Blocks {
		b.blockSums[i] = block.Text
		if block.Language != "templ" {
			continue
		}
		name := block.errorName()
		alone := &compiledBlock{Block: block, function: "storytimeBlock"}
		sum, table, err := b.split(name, block.Text, func() ([]byte, error) {
			code, _ := alone.translate(b.Module, "", "")
			return []byte(code), nil
		})
		if err != nil {
			return fmt.Errorf("writing generated code: %w", err)
		}
		if len(table.Text)+len(table.Number) == 0 {
			continue // there is none, or it can't be read
		}
		b.blockSums[i] = sum
		b.tree.texts[name], b.tree.raw[name] = table, hashOf(block.Text)
		if err := b.putTexts(b.tree); err != nil {
			return err
		}
	}
	return nil
}

// textsFile writes the file that the host reads its text from.
func (b *maker) textsFile() (string, error) {
	path, err := b.store.file(string(texts.Encode(b.tree.texts)), ".texts")
	if err != nil {
		return "", fmt.Errorf("writing the host's texts: %w", err)
	}
	return path, nil
}

// refresh brings a record up to date that was made when files had another
// text. It reports false if that can't be: problems show lines of the files as
// they were.
func (b *maker) refresh() (current bool) {
	changed := map[string]bool{}
	for name, raw := range b.tree.raw {
		if b.record.Raw[name] != raw {
			changed[name] = true
		}
	}
	if len(changed) == 0 {
		return true
	}
	if len(b.record.Problems) > 0 {
		return false
	}
	for _, f := range b.record.Blocks {
		if len(f.Own) > 0 {
			return false
		}
	}
	for key, f := range b.record.Components {
		if f.Component.File == "" || !changed[b.errorName(f.Component.File)] {
			continue
		}
		// The props are the record's own, so they can be changed in place.
		f.Component.Place = b.locate(b.tree, f.Code.Path, f.Code.Line, f.Code.Column).Place
		for i := range f.Component.Props {
			f.Component.Props[i].At = f.Component.Place
		}
		b.record.Components[key] = f
	}
	b.record.Raw = b.tree.raw
	return true
}

func isSelector(e ast.Expr, pkg, name string) bool {
	s, ok := e.(*ast.SelectorExpr)
	if !ok || s.Sel.Name != name {
		return false
	}
	x, ok := s.X.(*ast.Ident)
	return ok && x.Name == pkg
}

// putTexts overlays package texts.
func (m *Module) putTexts(overlay *tree) error {
	text, err := runtimeFiles.ReadFile("texts/texts.go")
	if err != nil {
		return fmt.Errorf("reading the host's own source: %w", err)
	}
	return m.put(overlay, filepath.Join(m.home.Dir, hostDir, "texts", "texts.go"), string(text))
}
