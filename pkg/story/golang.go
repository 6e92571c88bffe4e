package story

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// Go is what `go:` says of how Go components are built.
type Go struct {
	// Tags are build tags, and Args more arguments of the go command.
	Tags, Args []string
	At         problem.Place // of the arguments
}

var goKeys = []string{"tags", "args"}

func readGo(f fields) Go {
	v, found := f.get("go")
	if !found {
		return Go{}
	}
	g := newFields(f.src, v, "`go:`", goKeys)
	args, _ := g.get("args")
	return Go{Tags: g.texts("tags"), Args: g.texts("args"), At: args.At}
}

// An Import is a Go package that the stories of a subject name. Name is what
// they call it; "" is the package's own name.
type Import struct {
	Name, Path string
	At         problem.Place
}

// readImports reads `imports:`: a list of paths, or an object of names and
// paths.
func readImports(f fields) []Import {
	v, found := f.get("imports")
	if !found {
		return nil
	}
	var imports []Import
	if m, ok := v.Data.(Map); ok {
		for _, i := range m {
			name, ok := i.Value.Data.(string)
			if !ok {
				f.wrong(i.Name, i.Value, "the path of a package", "write `"+i.Name+": example.com/shop/ui`")
				continue
			}
			imports = append(imports, Import{Name: i.Name, Path: name, At: i.Value.At})
		}
		return imports
	}
	for _, r := range f.refs("imports") {
		imports = append(imports, Import{Path: r.Name, At: r.At})
	}
	return imports
}

// goName is the last part of the name of something in Go: exported, in a
// package or not, of a value or not, instantiated or not.
var goName = regexp.MustCompile(`^(\pL[\pL\pN_]*\.)?(\p{Lu}[\pL\pN_]*\.)?\p{Lu}[\pL\pN_]*(\[.*\])?$`)

// IsGo reports whether a component's name is one in Go and not that of a file:
// Button, ./card.Card, example.com/shop/ui.Icons.Check, List[string].
func IsGo(name string) bool {
	if strings.ContainsAny(name, "#") {
		return false
	}
	plain, _, _ := strings.Cut(name, "[")
	base := path.Base(plain)
	return goName.MatchString(base) && !strings.HasPrefix(plain, "/")
}

// GoNameOf returns the name of the Go function that a file is named as:
// IconButton for icon-button.
func GoNameOf(file string) string {
	var b strings.Builder
	upper := true
	for _, r := range file {
		switch {
		case r == '-' || r == '_' || r == ' ' || r == '.':
			upper = true
		case upper:
			b.WriteRune(unicode.ToUpper(r))
			upper = false
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// HasGo reports whether the catalog has Go in it.
func (c *Catalog) HasGo() bool { return len(c.goDirs) > 0 }

// IsGoFile reports whether Go components are compiled from a file.
func IsGoFile(name string) bool {
	switch path.Ext(name) {
	case ".go", ".templ":
		return true
	}
	switch path.Base(name) {
	case "go.mod", "go.sum", "go.work", "go.work.sum":
		return true
	}
	return false
}

// GoValue returns the name of the Go value that {$go: Name} asks for.
func GoValue(v Value) (Ref, bool) {
	m, ok := v.Data.(Map)
	if !ok || len(m) != 1 || m[0].Name != "$go" {
		return Ref{}, false
	}
	name, _ := m[0].Value.Data.(string)
	return Ref{Name: name, At: m[0].Value.At}, true
}

// checkGoValue reports a {$go: …} that names nothing.
func checkGoValue(src *Source, f Field) {
	if name, ok := f.Value.Data.(string); !ok || name == "" {
		src.Report(problem.Type, f.Value.At, utf8.RuneCountInString(f.Value.String()), fmt.Sprintf("`$go` must be the name of a Go value, not %s", kindOf(f.Value.Data)),
			"write `{$go: SampleUser}`")
	}
}
