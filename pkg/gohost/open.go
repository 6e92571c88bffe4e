package gohost

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// oldestGo is the oldest version of Go that a host can be built with. The
// source of package rt keeps to the language of an older one.
const oldestGo = "go1.22"

// A Module is the user's module, or the modules of their workspace.
type Module struct {
	opt     Options
	command string            // the go command
	env     map[string]string // of `go env`
	members []member          // the module, or those of the workspace
	home    member            // the one that the catalog is in
	store   store

	standards map[string][]string // packages of the standard library by name, as far as asked for
}

// A member is a module whose packages a host can import with their internals.
type member struct{ Path, Dir string }

// Open finds the go command and the module that holds the catalog.
func Open(ctx context.Context, opt Options) (*Module, *problem.Problem, error) {
	m := &Module{opt: opt}
	var err error
	if m.command, err = exec.LookPath("go"); err != nil {
		return nil, &problem.Problem{
			Kind: problem.Command, Message: "the go command is not there, and stories use Go components",
			Hint: "install Go from https://go.dev/dl, and put it in the PATH",
		}, nil
	}
	if m.store.dir = opt.Cache; m.store.dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return nil, nil, fmt.Errorf("finding a directory for hosts: %w", err)
		}
		m.store.dir = filepath.Join(cache, "storytime")
	}
	// The two questions take as long as one.
	var modules []byte
	var modulesErr error
	var asked sync.WaitGroup
	asked.Go(func() { modules, modulesErr = m.goCommand(ctx, opt.Dir, "list", "-m", "-json") })
	environment, err := m.goCommand(ctx, opt.Dir, "env", "-json")
	asked.Wait()
	if err != nil {
		return m.failedToOpen(ctx, err)
	}
	if err := json.Unmarshal(environment, &m.env); err != nil {
		return nil, nil, fmt.Errorf("reading what `go env` says: %w", err)
	}
	if p := m.unfit(); p != nil {
		return nil, p, nil
	}
	if modulesErr != nil {
		return m.failedToOpen(ctx, modulesErr)
	}
	for decoder := json.NewDecoder(bytes.NewReader(modules)); ; {
		var one member
		if err := decoder.Decode(&one); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, nil, fmt.Errorf("reading what `go list -m` says: %w", err)
		}
		if one.Dir != "" {
			m.members = append(m.members, one)
		}
	}
	if len(m.members) == 0 {
		return nil, m.noModule(), nil
	}
	// A module may lie within another, so the longest wins.
	slices.SortFunc(m.members, func(a, b member) int { return len(b.Dir) - len(a.Dir) })
	m.home = m.members[len(m.members)-1]
	if own, ok := m.memberOf(opt.Dir); ok {
		m.home = own
	}
	return m, nil, nil
}

// Dirs are the directories of the user's modules, for who watches them: what
// is built from lies below them, or is among a host's Watch.
func (m *Module) Dirs() []string {
	var dirs []string
	for _, one := range m.members {
		dirs = append(dirs, one.Dir)
	}
	return dirs
}

// unfit says why the go command can't build a host here.
func (m *Module) unfit() *problem.Problem {
	version := m.env["GOVERSION"]
	if major, minor, ok := goVersion(version); ok {
		if oldMajor, oldMinor, _ := goVersion(oldestGo); major < oldMajor || major == oldMajor && minor < oldMinor {
			return &problem.Problem{
				Kind: problem.Command, Message: fmt.Sprintf("%s is too old to build Go components", version),
				Hint: fmt.Sprintf("install %s or a later one from https://go.dev/dl", oldestGo),
			}
		}
	}
	if mod := m.env["GOMOD"]; (mod == "" || mod == os.DevNull) && m.env["GOWORK"] == "" {
		return m.noModule()
	}
	return nil
}

func (m *Module) noModule() *problem.Problem {
	return &problem.Problem{
		Kind: problem.Command, Message: "stories use Go components, but the catalog is in no Go module",
		Hint: "run `go mod init` in the directory of the components or above it",
	}
}

var goVersionText = regexp.MustCompile(`go(\d+)\.(\d+)`)

func goVersion(s string) (major, minor int, ok bool) {
	parts := goVersionText.FindStringSubmatch(s)
	if parts == nil {
		return 0, 0, false
	}
	major, _ = strconv.Atoi(parts[1])
	minor, _ = strconv.Atoi(parts[2])
	return major, minor, true
}

// failedToOpen makes a problem of what the go command says about a module.
func (m *Module) failedToOpen(ctx context.Context, err error) (*Module, *problem.Problem, error) {
	var failed *goError
	if ctx.Err() != nil || !errors.As(err, &failed) {
		return nil, nil, fmt.Errorf("asking the go command for the module: %w", err)
	}
	return nil, m.moduleProblem(failed.stderr), nil
}

// modPlace is how the go command says where in go.mod or go.work.
var modPlace = regexp.MustCompile(`(?m)^(?:go: )?(\S*go\.(?:mod|work)):(\d+): (.*)$`)

var tooNew = regexp.MustCompile(`requires go >= (\S+) \(running go (\S+?)[;)]`)

// moduleProblem is the problem of a module that the go command can't load.
func (m *Module) moduleProblem(stderr string) *problem.Problem {
	stderr = strings.TrimSpace(stderr)
	if v := tooNew.FindStringSubmatch(stderr); v != nil {
		return &problem.Problem{
			Kind: problem.Command, Message: fmt.Sprintf("the module requires Go %s, and Go %s is installed", v[1], v[2]),
			Hint: fmt.Sprintf("install Go %s, or allow the go command to get it with GOTOOLCHAIN=auto", v[1]), Detail: stderr,
		}
	}
	p := &problem.Problem{
		Kind: problem.Command, Message: "the Go module can't be loaded: " + firstLine(strings.TrimPrefix(stderr, "go: ")),
		Hint: "run `go list ./...` in the module and correct what it says", Detail: stderr,
	}
	if at := modPlace.FindStringSubmatch(stderr); at != nil {
		file := at[1]
		if !filepath.IsAbs(file) {
			// It is relative to where the command ran, or to the module.
			if beside := filepath.Join(m.opt.Dir, file); isFile(beside) {
				file = beside
			} else if above := findAbove(m.opt.Dir, filepath.Base(file)); above != "" {
				file = above
			}
		}
		p.File, p.Message = m.relative(file), at[3]
		p.Line, _ = strconv.Atoi(at[2])
		p.Hint = "correct the line"
	}
	switch {
	case strings.Contains(stderr, "flag provided but not defined"), strings.Contains(stderr, "malformed import path \"-"), strings.Contains(stderr, "invalid value"):
		at := m.opt.ArgsAt
		p.File, p.Line, p.Column = at.File, at.Line, at.Column
		p.Message = "the go command doesn't take these arguments: " + firstLine(strings.TrimPrefix(stderr, "go: "))
		p.Hint = "correct `args` below `go:`; they are flags of go build"
	case strings.Contains(stderr, "inconsistent vendoring"):
		p.Message, p.Hint = "the directory vendor does not fit go.mod", "run `go mod vendor`"
	case strings.Contains(stderr, "go.sum"), strings.Contains(stderr, "updates to go.mod needed"):
		p.Hint = "run `go mod tidy`"
	}
	return p
}

// findAbove returns the file of this name in a directory or one above it.
func findAbove(dir, name string) string {
	for {
		if isFile(filepath.Join(dir, name)) {
			return filepath.Join(dir, name)
		}
		if filepath.Dir(dir) == dir {
			return ""
		}
		dir = filepath.Dir(dir)
	}
}

// memberOf returns the module that a directory is in.
func (m *Module) memberOf(dir string) (member, bool) {
	for _, one := range m.members {
		if within(one.Dir, dir) {
			return one, true
		}
	}
	return member{}, false
}

// importPath returns the path that the package in a directory is imported by.
func (m *Module) importPath(dir string) (string, bool) {
	one, ok := m.memberOf(dir)
	if !ok {
		return "", false
	}
	rel, err := filepath.Rel(one.Dir, dir)
	if err != nil || rel == "." {
		return one.Path, err == nil
	}
	return one.Path + "/" + filepath.ToSlash(rel), true
}

// dirOf returns the directory of a package of the user's own.
func (m *Module) dirOf(importPath string) (string, bool) {
	best, dir := 0, ""
	for _, one := range m.members {
		if rest, ok := strings.CutPrefix(importPath, one.Path); ok && (rest == "" || rest[0] == '/') && len(one.Path) > best {
			best, dir = len(one.Path), filepath.Join(one.Dir, filepath.FromSlash(rest))
		}
	}
	return dir, best > 0
}

func within(dir, path string) bool {
	return path == dir || strings.HasPrefix(path, strings.TrimSuffix(dir, string(filepath.Separator))+string(filepath.Separator))
}

// A goError is what the go command said when it failed.
type goError struct {
	err    error
	stderr string
}

func (e *goError) Error() string { return fmt.Sprintf("%v: %s", e.err, firstLine(e.stderr)) }
func (e *goError) Unwrap() error { return e.err }

// goCommand runs the go command and returns its standard output, also when it
// fails.
func (m *Module) goCommand(ctx context.Context, dir string, args ...string) ([]byte, error) {
	stdout, _, err := m.runGo(ctx, dir, args...)
	return stdout, err
}

// runGo is goCommand with what the go command tells beside its output.
func (m *Module) runGo(ctx context.Context, dir string, args ...string) (output, log []byte, err error) {
	var env []string
	if m.store.dir != "" {
		env = append(env, "GOTMPDIR="+m.store.temp())
	}
	return runTool(ctx, dir, env, m.command, args...)
}

// runTool runs a command of the toolchain, as runGo does.
func runTool(ctx context.Context, dir string, env []string, name string, args ...string) (output, log []byte, err error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	// A host runs on this machine, whatever the module is built for. A module
	// that asks for it must not be changed, so GOFLAGS is overruled by flags.
	cmd.Env = append(append(os.Environ(), "PWD="+dir, "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH), env...)
	cmd.WaitDelay = time.Second
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		return stdout.Bytes(), stderr.Bytes(), &goError{fmt.Errorf("running %s %s: %w", filepath.Base(name), args[0], err), stderr.String()}
	}
	return stdout.Bytes(), stderr.Bytes(), nil
}

// buildFlags are the same wherever packages are compiled, so that what one
// command compiled the next finds in the go command's cache.
func (m *Module) buildFlags(overlay string) []string {
	flags := []string{"-trimpath", "-overlay=" + overlay}
	if len(m.opt.Tags) > 0 {
		flags = append(flags, "-tags="+strings.Join(m.opt.Tags, ","))
	}
	if m.opt.Jobs > 0 {
		flags = append(flags, "-p="+strconv.Itoa(m.opt.Jobs))
	}
	given := m.env["GOFLAGS"] + " " + strings.Join(m.opt.Args, " ")
	if !strings.Contains(given, "-gcflags") {
		// Inlining costs a fifth of an edit, and ten errors are not all.
		for _, one := range m.members {
			flags = append(flags, "-gcflags="+one.Path+"/...=-l -e")
		}
	}
	flags = append(flags, m.opt.Args...)
	return append(flags, m.modFlag()...)
}

// modFlag keeps the go command from changing go.mod.
func (m *Module) modFlag() []string {
	mode := ""
	for _, flag := range append(strings.Fields(m.env["GOFLAGS"]), m.opt.Args...) {
		if value, ok := strings.CutPrefix(strings.TrimPrefix(flag, "-"), "-mod="); ok {
			mode = value
		} else if value, ok := strings.CutPrefix(flag, "-mod="); ok {
			mode = value
		}
	}
	root := m.home.Dir
	if work := m.env["GOWORK"]; work != "" && work != "off" {
		root = filepath.Dir(work)
	}
	switch _, err := os.Stat(filepath.Join(root, "vendor", "modules.txt")); {
	case mode == "vendor":
		return []string{"-mod=vendor"}
	case mode == "" && err == nil:
		return nil // the go command sees whether go.mod is new enough for it
	}
	return []string{"-mod=readonly"}
}

// fingerprint is all of the environment that a build depends on.
func (m *Module) fingerprint() []string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(m.env)) {
		if name != "GOGCCFLAGS" { // it names a new directory each time
			all = append(all, name+"="+m.env[name])
		}
	}
	return append(append(all, m.opt.Tags...), m.opt.Args...)
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return strings.TrimSpace(line)
}
