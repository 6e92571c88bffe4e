package gohost

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// relative returns a path on disk as problems show it.
func (m *Module) relative(path string) string {
	if rel, err := filepath.Rel(m.opt.Dir, path); err == nil {
		return filepath.ToSlash(rel)
	}
	return filepath.ToSlash(path)
}

// A located is a place with the text of its file.
type located struct {
	problem.Place
	Path, Text string
}

// locate finds where something is in the user's own file: what the compiler
// says of generated Go code lies in a .templ file. The line counts from one, as
// does the column, in bytes; zero is unknown.
func (m *Module) locate(t *tree, path string, line, column int) located {
	if t != nil && within(m.store.dir, path) {
		for of, generated := range t.overlay {
			if generated == path {
				path = of
				break
			}
		}
	}
	if from, ok := templFileOf(path); ok && isFile(from) && (t == nil || t.problems[from] == nil) {
		if where, text := m.sourceMap(t, from); where != nil {
			place := problem.Place{File: m.relative(from)}
			if line > 0 {
				if at, ok := sourceOf(where, line-1, column-1); ok {
					place.Line = int(at.Line) + 1
					place.Column = characters(lineOf(text, place.Line), int(at.Col))
				}
			}
			return located{place, from, text}
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return located{problem.Place{File: m.relative(path), Line: line}, path, ""}
	}
	place := problem.Place{File: m.relative(path), Line: line}
	if column > 0 {
		place.Column = characters(lineOf(string(text), line), column-1)
	}
	return located{place, path, string(text)}
}

// Place finds where something is that a running host names: a file as it
// stands in a trace or in an error of templ's, with a line from one and a
// column in bytes from one, or zero.
func (h *Host) Place(file string, line, column int) (problem.Place, bool) {
	if _, key, ok := strings.Cut("/"+filepath.ToSlash(file), storyFile); ok {
		return h.inBlock(key, line, column)
	}
	path := h.module.onDisk(file)
	if _, generated := templFileOf(path); !generated && !isFile(path) {
		return problem.Place{}, false
	}
	return h.module.locate(nil, path, line, column).Place, true
}

// onDisk returns the path of a file as a running host names it: -trimpath puts
// the import path of its package before a file's name, and errors of templ have
// the path in the module.
func (m *Module) onDisk(file string) string {
	path := filepath.FromSlash(file)
	if filepath.IsAbs(path) {
		return path
	}
	if strings.HasSuffix(file, ".templ") {
		return filepath.Join(m.home.Dir, path)
	}
	if dir, ok := m.dirOf(filepath.ToSlash(filepath.Dir(path))); ok {
		return filepath.Join(dir, filepath.Base(path))
	}
	return path
}

// inBlock is a place in the block of a story.
func (h *Host) inBlock(key string, line, column int) (problem.Place, bool) {
	b := h.needed[key]
	if b == nil {
		return problem.Place{}, false
	}
	if b.Language == "templ" {
		line -= templHeader
	}
	if line < 1 {
		return b.At, true
	}
	o := ownProblem{Problem: problem.Problem{Line: line, Column: characters(lineOf(b.Text, line), column-1)}}
	return o.at(b).Place(), true
}

// compilerLine is one message of the compiler.
var compilerLine = regexp.MustCompile(`^(.+?\.[A-Za-z0-9]+):(\d+)(?::(\d+))?: (.*)$`)

// A diagnostic is one message of the compiler, with the lines that belong to
// it.
type diagnostic struct {
	path         string
	line, column int
	message      string
}

// diagnostics reads what the compiler writes. The paths in it are relative to
// dir.
func diagnostics(output, dir string) []diagnostic {
	var found []diagnostic
	for line := range strings.Lines(output) {
		line = strings.TrimRight(line, "\r\n")
		at := compilerLine.FindStringSubmatch(line)
		switch {
		case strings.HasPrefix(line, "#"):
		case at != nil && !strings.HasPrefix(line, "\t"):
			d := diagnostic{path: at[1], message: at[4]}
			d.line, _ = strconv.Atoi(at[2])
			d.column, _ = strconv.Atoi(at[3])
			if !filepath.IsAbs(d.path) {
				d.path = filepath.Join(dir, d.path)
			}
			found = append(found, d)
		case len(found) > 0 && strings.HasPrefix(line, "\t"):
			found[len(found)-1].message += "; " + strings.TrimSpace(line)
		}
	}
	return found
}
