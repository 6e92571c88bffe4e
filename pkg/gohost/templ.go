package gohost

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/parse"
	"github.com/a-h/templ/generator"
	templ "github.com/a-h/templ/parser/v2"

	"github.com/storytime-dev/storytime/pkg/gohost/texts"
	"github.com/storytime-dev/storytime/pkg/problem"
)

// generatorVersion is a part of the names of generated files: another version
// of the generator, or other options, make others.
const generatorVersion = "templ v0.3.977, 2"

// oldestTempl is the oldest version whose run-time part fits the generator.
const oldestTempl = "v0.3.898"

// goFileOf returns the name that templ gives the Go file of a .templ file.
func goFileOf(path string) string { return strings.TrimSuffix(path, ".templ") + "_templ.go" }

// templFileOf returns the .templ file that a Go file comes from.
func templFileOf(path string) (string, bool) {
	base, ok := strings.CutSuffix(path, "_templ.go")
	return base + ".templ", ok
}

// templVersion finds the version of templ in a go.mod.
var templVersion = regexp.MustCompile(`(?m)^\s*(?:require\s+)?github\.com/a-h/templ\s+(v\d+\.\d+\.\d+)`)

// oldTempl returns the version of templ that the modules have, if the
// generator's code doesn't fit it.
func (m *Module) oldTempl() string {
	version := ""
	for _, one := range m.members {
		text, err := os.ReadFile(filepath.Join(one.Dir, "go.mod"))
		if err != nil {
			continue
		}
		if found := templVersion.FindSubmatch(text); found != nil && versionLess(version, string(found[1])) {
			version = string(found[1]) // of a workspace's, the latest is used
		}
	}
	if version == "" || !versionLess(version, oldestTempl) {
		return ""
	}
	return version
}

// versionLess compares two versions of three numbers.
func versionLess(a, b string) bool {
	numbers := func(s string) []int {
		var all []int
		for part := range strings.SplitSeq(strings.TrimPrefix(s, "v"), ".") {
			n, _ := strconv.Atoi(part)
			all = append(all, n)
		}
		return all
	}
	return slices.Compare(numbers(a), numbers(b)) < 0
}

func (m *Module) tooOld(path, version string) *problem.Problem {
	return &problem.Problem{
		Kind: problem.Template, File: m.relative(path),
		Message: fmt.Sprintf("the module has templ %s, and Storytime makes Go of .templ files for %s and later", version, oldestTempl),
		Hint:    "run `go get github.com/a-h/templ@latest`, or `templ generate` after each change",
	}
}

// generated is the Go code of a .templ file.
type generated struct {
	file  string // where it lies
	text  texts.Table
	wrong *problem.Problem // why there is none
}

// generate makes the Go code of a .templ file, apart from its text. The code
// is as the generator writes it: formatted, the compiler's errors would not be
// found again in the .templ file.
func (m *Module) generate(path, text string) (generated, error) {
	name := m.errorName(path)
	var g generated
	code := func() ([]byte, error) {
		code, _, err := translate(text, name)
		if err != nil {
			g.wrong = m.templProblem(err, text, m.relative(path))
		}
		return code, err
	}
	sum, table, err := m.split(name, text, code)
	if err == nil {
		g.text = table
		// The file that the compiler reads is named by what is in it, so it
		// stays when only the text changes.
		g.file, err = m.store.made(sum+"_templ.go", func() ([]byte, error) {
			whole, err := code()
			if err != nil {
				return nil, err
			}
			code, _ := m.withoutText(whole, name)
			return code, nil
		})
	}
	if err != nil && g.wrong == nil {
		return g, fmt.Errorf("writing generated code: %w", err)
	}
	return g, nil
}

// errorName is what templ's errors call a file when a story is rendered: its
// path in the module, so that a host is the same for all catalogs in it.
func (m *Module) errorName(path string) string {
	if rel, err := filepath.Rel(m.home.Dir, path); err == nil {
		return filepath.ToSlash(rel)
	}
	return filepath.Base(path)
}

// translate makes Go of templ.
func translate(text, name string) ([]byte, *templ.SourceMap, error) {
	file, err := templ.ParseString(text)
	if err != nil {
		return nil, nil, err
	}
	if file.Package.Expression.Value == "" {
		return nil, nil, parse.Error("there is no package clause", parse.Position{})
	}
	var code bytes.Buffer
	output, err := generator.Generate(file, &code, generator.WithFileName(name))
	return code.Bytes(), output.SourceMap, err
}

// parserPlace is how templ's parser ends a message.
var parserPlace = regexp.MustCompile(`: line (\d+), col (\d+)$`)

// templProblem is the problem of text that is no templ.
func (m *Module) templProblem(err error, text, file string) *problem.Problem {
	message, line, column := err.Error(), 0, 0
	var at parse.ParseError
	var until templ.UntilNotFoundError
	switch {
	case errors.As(err, &at):
		message, line, column = at.Msg, at.Pos.Line+1, at.Pos.Col
	case errors.As(err, &until):
		message, line, column = until.Msg, until.Pos.Line+1, until.Pos.Col
	default:
		if found := parserPlace.FindStringSubmatch(message); found != nil {
			line, _ = strconv.Atoi(found[1])
			column, _ = strconv.Atoi(found[2])
			message = strings.TrimSuffix(message, found[0])
		}
	}
	message = strings.Join(strings.Fields(message), " ")
	return (&problem.Problem{
		Kind: problem.Template, File: file, Line: line, Column: characters(lineOf(text, line), column),
		Message: message, Hint: "correct the templ code there",
	}).WithExcerpt(text)
}

// A mapped is the text of a .templ file with where its code comes from.
type mapped struct {
	where *templ.SourceMap
	text  string
}

// sourceMap translates a .templ file again, for where its code comes from. A
// tree, if there is one, keeps it.
func (m *Module) sourceMap(t *tree, path string) (*templ.SourceMap, string) {
	if t != nil {
		if known, ok := t.maps[path]; ok {
			return known.where, known.text
		}
	}
	var one mapped
	if text, err := os.ReadFile(path); err == nil {
		if _, where, err := translate(string(text), m.errorName(path)); err == nil {
			one = mapped{where, string(text)}
		}
	}
	if t != nil {
		t.maps[path] = one
	}
	return one.where, one.text
}

// sourceOf finds where generated code comes from. What the generator put
// around an expression comes from the expression.
func sourceOf(where *templ.SourceMap, line, column int) (templ.Position, bool) {
	if at, ok := where.SourcePositionFromTarget(uint32(line), uint32(max(column, 0))); ok {
		return at, true
	}
	const farthest = 20 // an expression is followed by some lines of the generator's
	for above := line; above >= max(line-farthest, 0); above-- {
		if columns := where.TargetLinesToSource[uint32(above)]; len(columns) > 0 {
			return columns[slices.Min(slices.Collect(maps.Keys(columns)))], true
		}
	}
	return templ.Position{}, false
}

// lineOf returns a line of a text, counted from one.
func lineOf(text string, number int) string {
	for line := range strings.Lines(text) {
		if number--; number == 0 {
			return strings.TrimRight(line, "\r\n")
		}
	}
	return ""
}

// characters is the column, in characters from one, of what begins after so
// many bytes of a line.
func characters(line string, bytes int) int {
	return len([]rune(line[:min(max(bytes, 0), len(line))])) + 1
}
