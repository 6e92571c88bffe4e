package gohost

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/storytime-dev/storytime/internal/command"
	"github.com/storytime-dev/storytime/pkg/gohost/rt"
	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// readyWithin is how long the packages of a host may take to initialize.
const readyWithin = 10 * time.Second

// tryOut starts the program, which initializes all packages in it. If one of
// them panics, exits or doesn't end, that is a problem of the package, and
// tryOut reports false: the host has to be made without it.
func (b *maker) tryOut(ctx context.Context, dir string) (ready bool, err error) {
	if !b.record.Runs {
		return true, nil
	}
	output, ended, err := b.initialize(ctx, dir)
	if ended || err != nil {
		return true, err
	}
	c := b.readCrash(output)
	p := &problem.Problem{
		Kind: problem.Template, Hint: "let its init and its variables do without what isn't there when stories are rendered",
		Detail: b.trace(c),
	}
	path := ""
	for _, f := range c.frames {
		if strings.Contains(f.function, ".init") { // of it or of something below it
			path = packageOf(f.function)
		}
	}
	if path == "" {
		if path, err = b.nextToInitialize(ctx, dir); err != nil {
			return false, err
		}
	} else {
		where := b.locate(b.tree, c.frames[0].path, c.frames[0].line, 0)
		p.File, p.Line = where.File, where.Line
		p.WithExcerpt(where.Text)
	}
	one := b.program.packages[path]
	if one == nil || b.program.failed[path] != nil {
		return true, nil // the stories will tell
	}
	if p.File == "" {
		p.File = b.relative(one.Dir)
	}
	why := c.message
	switch {
	case strings.HasPrefix(why, "SIGQUIT"):
		why = "it doesn't end"
	case why == "":
		why = "it ends the program"
		if said := strings.TrimSpace(output); said != "" {
			why += fmt.Sprintf(" and says %q", said[strings.LastIndexByte(said, '\n')+1:])
		}
	}
	p.Message = fmt.Sprintf("the package %q can't be initialized: %s", path, why)
	if b.program.failed == nil {
		b.program.failed = map[string]*problem.Problem{}
	}
	b.program.failed[path] = p
	return false, nil
}

// initialize runs the program until its packages are initialized, and reports
// whether they were. Otherwise it returns what the program has written.
func (b *maker) initialize(ctx context.Context, dir string, env ...string) (output string, ended bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, readyWithin+time.Second)
	defer cancel()
	cmd := command.New(ctx, b.home.Dir, story.Command{Args: []string{filepath.Join(dir, programName())}}, b.opt.Contained)
	log := &command.Tail{Max: MaxLog}
	cmd.Stdout, cmd.Stderr = log, log
	host, err := b.host(dir)
	if err != nil {
		return "", false, err
	}
	cmd.Env = append(append(append(os.Environ(), host.Env...), rt.TryVariable+"=1"), env...)
	if err := cmd.Start(); err != nil {
		return "", false, fmt.Errorf("starting the host: %w", err)
	}
	late := time.AfterFunc(readyWithin, func() { _ = cmd.Process.Signal(syscall.SIGQUIT) }) // it shows where it is
	defer late.Stop()
	err = cmd.Wait()
	_ = cmd.Cancel() // what it has started
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == rt.TriedCode {
		return "", true, nil
	}
	return string(log.Take()), false, nil
}

var initialized = regexp.MustCompile(`(?m)^init (\S+) @`)

// nextToInitialize finds the package that ends the program without a trace:
// Go tells which are done, and takes of those whose imports are done the first
// by its path.
func (b *maker) nextToInitialize(ctx context.Context, dir string) (string, error) {
	debug := "inittrace=1"
	if set := os.Getenv("GODEBUG"); set != "" {
		debug = set + "," + debug
	}
	output, _, err := b.initialize(ctx, dir, "GODEBUG="+debug)
	if err != nil {
		return "", err
	}
	done := map[string]bool{}
	for _, m := range initialized.FindAllStringSubmatch(output, -1) {
		done[m[1]] = true
	}
	for _, path := range slices.Sorted(maps.Keys(b.program.packages)) {
		if b.program.uninitialized(path) == nil && b.initializes(path) && !done[path] && !slices.ContainsFunc(b.program.imported(path), func(below string) bool {
			return b.initializes(below) && !done[below]
		}) {
			return path, nil
		}
	}
	return "", nil
}

// initializes reports whether a package of the user's runs code before main.
func (b *maker) initializes(path string) bool {
	one := b.program.packages[path]
	if one == nil || b.tree.dirs[one.Dir] == nil || strings.Contains(path, "/.storytime_") {
		return false
	}
	for _, name := range one.GoFiles {
		file, err := parser.ParseFile(token.NewFileSet(), b.tree.onDisk(filepath.Join(one.Dir, name)), nil, parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil && d.Name.Name == "init" {
					return true
				}
			case *ast.GenDecl:
				if d.Tok == token.VAR && slices.ContainsFunc(d.Specs, func(s ast.Spec) bool { return runs(s.(*ast.ValueSpec)) }) {
					return true
				}
			}
		}
	}
	return false
}

// runs reports whether code runs for the values of a variable.
func runs(v *ast.ValueSpec) bool {
	calls := false
	for _, value := range v.Values {
		ast.Inspect(value, func(n ast.Node) bool {
			if _, ok := n.(*ast.CallExpr); ok {
				calls = true
			}
			return !calls
		})
	}
	return calls
}

// imported are all packages below one.
func (p *program) imported(path string) []string {
	seen := map[string]bool{}
	var visit func(string)
	visit = func(path string) {
		if one := p.packages[path]; one != nil {
			for _, next := range one.Imports {
				if !seen[next] {
					seen[next] = true
					visit(next)
				}
			}
		}
	}
	visit(path)
	return slices.Sorted(maps.Keys(seen))
}

// uninitialized is the problem of a package, or of one below it, that can't be
// initialized.
func (p *program) uninitialized(path string) *problem.Problem {
	if len(p.failed) == 0 {
		return nil
	}
	for _, one := range append([]string{path}, p.imported(path)...) {
		if wrong := p.failed[one]; wrong != nil {
			return wrong
		}
	}
	return nil
}
