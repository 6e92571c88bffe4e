package gohost

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"go/build"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/storytime-dev/storytime/pkg/gohost/texts"
	"github.com/storytime-dev/storytime/pkg/problem"
)

// A tree is the user's modules as they are on disk, with the Go code of their
// templ files.
type tree struct {
	dirs map[string][]string // the names of the source files of each directory
	sums []string            // what all of it can be told by
	// overlay is which file on disk stands for which path of the module.
	overlay map[string]string
	// problems are those of templ files, by their path.
	problems map[string]*problem.Problem
	// texts are those of templ files, and raw what the whole file can be told
	// by; both by the names that errors have for the files.
	texts   map[string]texts.Table
	raw     map[string]string
	imports map[string][]imported // of directories, as far as asked for
	names   map[string]string     // of packages by directory, as far as asked for
	maps    map[string]mapped     // of templ files, as far as asked for
}

// sources are the endings of files that go into a package.
var sources = []string{
	".go", ".templ", ".c", ".cc", ".cpp", ".cxx", ".m", ".h", ".hh", ".hpp", ".hxx", ".f", ".F", ".for", ".f90",
	".s", ".S", ".sx", ".swig", ".swigcxx", ".syso",
}

func isSource(name string) bool {
	return slices.Contains(sources, filepath.Ext(name)) && !strings.HasSuffix(name, "_test.go") &&
		name[0] != '.' && name[0] != '_'
}

// scan reads the source of all members, and of the directories in also, which
// may be where the go command doesn't look on its own.
func (m *Module) scan(also []string) (*tree, error) {
	t := &tree{dirs: map[string][]string{}, overlay: map[string]string{}, problems: map[string]*problem.Problem{},
		texts: map[string]texts.Table{}, raw: map[string]string{}, imports: map[string][]imported{}, names: map[string]string{}, maps: map[string]mapped{}}
	for _, one := range m.members {
		err := filepath.WalkDir(one.Dir, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return nil // what can't be read is missed by the compiler, if it is needed
			case d.IsDir():
				if path != one.Dir && (ignoredDir(d.Name()) || isFile(filepath.Join(path, "go.mod"))) {
					return filepath.SkipDir
				}
			case isSource(d.Name()):
				t.add(path)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("reading the Go module: %w", err)
		}
	}
	for _, dir := range also {
		if _, ok := t.dirs[dir]; ok {
			continue
		}
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			if !e.IsDir() && isSource(e.Name()) {
				t.add(filepath.Join(dir, e.Name()))
			}
		}
	}
	return t, m.read(t)
}

func ignoredDir(name string) bool {
	return name[0] == '.' || name[0] == '_' || name == "testdata" || name == "vendor" || name == "node_modules"
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func (t *tree) add(path string) {
	dir, name := filepath.Split(path)
	dir = filepath.Clean(dir)
	t.dirs[dir] = append(t.dirs[dir], name)
}

// read reads all files of the tree, and makes Go of those that are templ.
func (m *Module) read(t *tree) error {
	var paths []string
	for dir, names := range t.dirs {
		for _, name := range names {
			paths = append(paths, filepath.Join(dir, name))
		}
	}
	for _, one := range m.members {
		for _, name := range []string{"go.mod", "go.sum", filepath.Join("vendor", "modules.txt")} {
			paths = append(paths, filepath.Join(one.Dir, name))
		}
	}
	if work := m.env["GOWORK"]; work != "" && work != "off" {
		paths = append(paths, work, strings.TrimSuffix(work, ".work")+".work.sum",
			filepath.Join(filepath.Dir(work), "vendor", "modules.txt"))
	}
	for _, flag := range strings.Fields(m.env["GOFLAGS"]) {
		if _, file, ok := strings.Cut(flag, "-modfile="); ok {
			paths = append(paths, file, strings.TrimSuffix(file, ".mod")+".sum")
		}
	}
	slices.Sort(paths)
	tooOld := m.oldTempl()
	t.sums = make([]string, len(paths))
	var mutex sync.Mutex
	err := inParallel(len(paths), func(i int) error {
		content, err := os.ReadFile(paths[i])
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading the Go module: %w", err)
		}
		sum := sha256.Sum256(content)
		t.sums[i] = paths[i] + " " + hex.EncodeToString(sum[:])
		if filepath.Ext(paths[i]) != ".templ" {
			return nil
		}
		if tooOld != "" {
			// What the version's own generator made is used as it is.
			mutex.Lock()
			defer mutex.Unlock()
			if !isFile(goFileOf(paths[i])) {
				t.problems[paths[i]] = m.tooOld(paths[i], tooOld)
			}
			return nil
		}
		g, err := m.generate(paths[i], string(content))
		mutex.Lock()
		defer mutex.Unlock()
		if g.wrong != nil {
			t.problems[paths[i]] = g.wrong
		} else if err == nil {
			t.overlay[goFileOf(paths[i])] = g.file
			name := m.errorName(paths[i])
			t.texts[name], t.raw[name] = g.text, t.sums[i]
			// The text doesn't go into the program.
			t.sums[i] = paths[i] + " " + filepath.Base(g.file)
		}
		return err
	})
	// The Go file of a templ file on disk is not what is compiled.
	for i, path := range paths {
		if t.overlay[path] != "" {
			t.sums[i] = ""
		}
	}
	if err == nil && len(t.texts) > 0 {
		err = m.putTexts(t)
	}
	return err
}

// inParallel calls do for each number below n, and returns the first error.
func inParallel(n int, do func(int) error) error {
	var running sync.WaitGroup
	errs := make([]error, runtime.GOMAXPROCS(0))
	for worker := range errs {
		running.Go(func() {
			for i := worker; i < n && errs[worker] == nil; i += len(errs) {
				errs[worker] = do(i)
			}
		})
	}
	running.Wait()
	return errors.Join(errs...)
}

// goFiles are the paths of a directory's Go files, those of templ files among
// them, that this build would compile.
func (m *Module) goFiles(t *tree, dir string) []string {
	context := m.context(t)
	all := map[string]bool{}
	for _, name := range t.dirs[dir] {
		path := filepath.Join(dir, name)
		if filepath.Ext(name) == ".templ" {
			path = goFileOf(path)
			if t.overlay[path] == "" {
				continue // it doesn't parse; what is on disk is in the list itself
			}
		}
		if filepath.Ext(path) == ".go" {
			if ok, err := context.MatchFile(dir, filepath.Base(path)); ok && err == nil {
				all[path] = true
			}
		}
	}
	paths := make([]string, 0, len(all))
	for path := range all {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return paths
}

// context is how the go command decides which files belong to a build.
func (m *Module) context(t *tree) *build.Context {
	context := build.Default
	context.CgoEnabled = m.env["CGO_ENABLED"] == "1"
	context.BuildTags = slices.Clone(m.opt.Tags)
	for _, flag := range append(strings.Fields(m.env["GOFLAGS"]), m.opt.Args...) {
		if tags, ok := strings.CutPrefix(strings.TrimLeft(flag, "-"), "tags="); ok {
			context.BuildTags = append(context.BuildTags, strings.Split(tags, ",")...)
		}
	}
	context.OpenFile = func(path string) (io.ReadCloser, error) { return os.Open(t.onDisk(path)) }
	return &context
}

// onDisk returns where a file of the module can be read.
func (t *tree) onDisk(path string) string {
	if overlaid := t.overlay[path]; overlaid != "" {
		return overlaid
	}
	return path
}

// packageName returns the name of the package in a directory, or "".
func (m *Module) packageName(t *tree, dir string) string {
	name, known := t.names[dir]
	if known {
		return name
	}
	for _, path := range m.goFiles(t, dir) {
		if file, err := parser.ParseFile(token.NewFileSet(), t.onDisk(path), nil, parser.PackageClauseOnly); err == nil {
			name = file.Name.Name
			break
		}
	}
	t.names[dir] = name
	return name
}

// rename makes a package called main one that can be imported, by putting
// another clause into its files. Nothing else could import it before, and its
// func main becomes one that nobody calls.
func (m *Module) rename(t *tree, dir string) error {
	if m.packageName(t, dir) != "main" {
		return nil
	}
	own, _ := m.importPath(dir)
	name := identifier(path.Base(own))
	for _, file := range m.goFiles(t, dir) {
		text, err := os.ReadFile(t.onDisk(file))
		if err != nil {
			return fmt.Errorf("reading the Go module: %w", err)
		}
		files := token.NewFileSet()
		parsed, err := parser.ParseFile(files, file, text, parser.PackageClauseOnly)
		if err != nil || parsed.Name.Name != "main" {
			continue
		}
		start := files.Position(parsed.Name.Pos()).Offset
		changed := string(text[:start]) + name + string(text[start+len("main"):])
		if t.overlay[file], err = m.store.file(changed, ".go"); err != nil {
			return fmt.Errorf("writing generated code: %w", err)
		}
	}
	t.names[dir] = name
	return nil
}

// identifier makes a name for a package of a directory's.
func identifier(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '_' || 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return r
		}
		if 'A' <= r && r <= 'Z' {
			return r - 'A' + 'a'
		}
		return -1
	}, s)
	if s == "" || s[0] <= '9' || token.IsKeyword(s) || s == "main" || s == "init" {
		return "pkg" + s
	}
	return s
}
