package gohost

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
)

// Most edits of code are within functions. What Storytime knows of a component
// is in what surrounds them: names, types, comments, lines. So where all of
// that is as it was with the last good host, its record holds for the next one
// too, and to compile it is all that there is to do: the go command need not
// be asked what is in the packages, which takes as long.

// shape is what a Go file can be told by without the bodies of its functions,
// of which only the lines count. Of what is no Go it is the whole.
func shape(content []byte) string {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", content, parser.SkipObjectResolution)
	if err != nil {
		return hashOf("as it is", string(content))
	}
	var b strings.Builder
	last := 0
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Body == nil {
			continue
		}
		from, to := files.Position(f.Body.Lbrace).Offset, files.Position(f.Body.Rbrace).Offset
		b.Write(content[last:from])
		b.WriteString(strings.Repeat("\n", strings.Count(string(content[from:to]), "\n")))
		last = to
	}
	b.Write(content[last:])
	return hashOf(b.String())
}

// shapeOf is that of all source of a directory.
func (t *tree) shapeOf(dir string) string {
	parts := make([]string, 0, 2*len(t.dirs[dir]))
	for _, name := range t.dirs[dir] {
		path := filepath.Join(dir, name)
		if generated := goFileOf(path); filepath.Ext(name) == ".templ" && t.overlay[generated] != "" {
			path = generated
		}
		content, err := os.ReadFile(t.onDisk(path))
		if err != nil {
			return ""
		}
		parts = append(parts, name, shape(content))
	}
	return hashOf(parts...)
}

// shapes are those of all directories; what was found of the same source
// before is taken from there.
func (t *tree) shapes(dirs map[string]string, before *goodHost) map[string]string {
	all := map[string]string{}
	for dir, sum := range dirs {
		if all[dir] = before.Shapes[dir]; all[dir] == "" || before.Dirs[dir] != sum {
			all[dir] = t.shapeOf(dir)
		}
	}
	return all
}

// sameShape reports whether nothing has changed since the last good host but
// the bodies of functions.
func (b *maker) sameShape(good *goodHost) bool {
	dirs := b.tree.sumsByDir()
	if len(dirs) != len(good.Dirs) || len(b.tree.problems) > 0 {
		return false
	}
	for dir, sum := range dirs {
		if sum == good.Dirs[dir] {
			continue
		}
		// A package main is compiled under another name, which is made later.
		if dir == "" || good.Shapes[dir] == "" || b.tree.shapeOf(dir) != good.Shapes[dir] || b.packageName(b.tree, dir) == "main" {
			return false
		}
	}
	return b.outside(good.Watch, good.Embedded) == good.Outside
}

// A following host has the record of the one before.
type following struct {
	good   *goodHost
	record record
	wrong  bool // what was to be compiled doesn't compile
}

// follow finds the record that holds for the host that is to be made; nil if
// all has to be found out anew.
func (b *maker) follow() *following {
	good := b.lastGood()
	if good == nil || !b.sameShape(good) {
		return nil
	}
	f := &following{good: good}
	if !b.store.readRecord(filepath.Join(filepath.Dir(good.Program), recordName), &f.record) ||
		!f.record.Runs || f.record.Uncertain || len(f.record.Problems) > 0 {
		return nil
	}
	return f
}

// followGuess makes the host of what was guessed. It reports false if all has
// to be found out anew.
func (b *maker) followGuess(ctx context.Context, f *following, g *guess, dir string) (bool, error) {
	if f == nil || g == nil {
		return false, nil
	}
	<-g.done
	if g.err != nil { // whatever it is, who asks the go command can say
		return false, ctx.Err()
	}
	// It stays where it is, too: who finds out all anew may take it from there.
	return b.adopt(ctx, f, g.dir, g.steps, dir)
}

// adopt makes the host of a program and of the record that it follows.
func (b *maker) adopt(ctx context.Context, f *following, made string, s *steps, dir string) (bool, error) {
	if err := linkOrCopy(filepath.Join(made, programName()), filepath.Join(dir, programName())); err != nil {
		return false, fmt.Errorf("writing the host: %w", err)
	}
	b.record = f.record
	_, ready, err := b.initialize(ctx, dir)
	if err != nil || !ready || !b.refresh() {
		b.record = emptyRecord()
		return false, err
	}
	b.steps = s
	b.keepGood(dir)
	return true, nil
}
