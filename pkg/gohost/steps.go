package gohost

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// After an edit within functions a package is to be compiled and the host to be
// linked, and to find that out takes the go command as long as to do it. But it
// tells what it does, with -x, so the same can be done again without asking it.
// That packages fit together that were not compiled together the linker checks,
// by the fingerprints of what they export (cmd/link/internal/loader). If it
// finds that they don't, or anything else is not as it was, the go command does
// it all.

// A step is a command that the go command ran: a compiler or a linker. What
// lies in the go command's own directory has a path below $WORK.
type step struct {
	Dir       string
	Env, Args []string
	// Files are those that were written for it, by their paths.
	Files map[string]string
	// Overlaid says for which file of the module a generated file among Args
	// stands.
	Overlaid map[string]string
	// Key is what all but the bodies of functions was told by.
	Key string
}

// steps are what the go command did to make a host.
type steps struct {
	Program string // the host
	Link    *step
	// Compile has the packages of the module, as far as they were compiled, by
	// their import paths.
	Compile map[string]*step
}

const work = "$WORK"

// readSteps finds the steps in what the go command tells with -x. What it
// can't be sure of is not among them: a package that took more than the
// compiler, or a file that is gone.
func readSteps(log, dir string) *steps {
	s := &steps{Compile: map[string]*step{}}
	var temp string               // is $WORK
	files := map[string]string{}  // written by the go command
	cached := map[string]string{} // where the go command keeps them
	spoiled := map[string]bool{}  // directories below $WORK
	in := dir                     // where commands run
	lines := strings.Split(log, "\n")
	for i := 0; i < len(lines); i++ {
		line := strings.TrimSuffix(lines[i], "\r")
		switch name, rest, _ := strings.Cut(line, " "); {
		case temp == "":
			if path, ok := strings.CutPrefix(line, "WORK="); ok {
				temp = path
			}
		case name == "cd":
			in = filepath.Join(dir, rest)
			if filepath.IsAbs(rest) {
				in = rest
			}
		case name == "cat":
			path, _, _ := strings.Cut(strings.TrimPrefix(rest, ">"), " << 'EOF'")
			var content strings.Builder
			for i++; i < len(lines); i++ {
				// JSON has no line break at its end.
				if last, ended := strings.CutSuffix(lines[i], "EOF"); ended && (last == "" || last == "}") {
					content.WriteString(last)
					break
				}
				content.WriteString(lines[i] + "\n")
			}
			files[strings.ReplaceAll(path, temp, work)] = strings.ReplaceAll(content.String(), temp, work)
		case name == "cp":
			from, to, _ := strings.Cut(rest, " ")
			cached[from] = strings.TrimSuffix(to, " # internal")
		case slices.Contains([]string{"mkdir", "mv", "rm", "go"}, name): // go is `go tool buildid`
		default:
			one, ok := readStep(line, in)
			if !ok {
				for _, found := range workDirs.FindAllString(line, -1) {
					spoiled[found] = true
				}
			} else if path, compiles := one.flag("-p"); compiles {
				s.Compile[path] = one
			} else {
				s.Link = one
			}
		}
	}
	for path, one := range s.Compile {
		if !one.complete(files, cached, spoiled) {
			delete(s.Compile, path)
		}
	}
	if s.Link != nil && !s.Link.complete(files, cached, nil) {
		s.Link = nil
	}
	return s
}

var (
	workDirs = regexp.MustCompile(`\$WORK/b\d+`)
	setting  = regexp.MustCompile(`^(\w+)='([^']*)' `)
)

// readStep reads a command, if it is one of the two that count.
func readStep(line, dir string) (*step, bool) {
	s := &step{Dir: dir, Files: map[string]string{}}
	for m := setting.FindStringSubmatch(line); m != nil; m = setting.FindStringSubmatch(line) {
		s.Env, line = append(s.Env, m[1]+"="+m[2]), line[len(m[0]):]
	}
	for line != "" {
		word, err := strconv.QuotedPrefix(line)
		if err != nil {
			word, _, _ = strings.Cut(line, " ")
		}
		line = strings.TrimPrefix(line[len(word):], " ")
		if plain, err := strconv.Unquote(word); err == nil {
			word = plain
		}
		s.Args = append(s.Args, word)
	}
	if len(s.Args) == 0 || !filepath.IsAbs(s.Args[0]) {
		return nil, false
	}
	tool := strings.TrimSuffix(filepath.Base(s.Args[0]), ".exe")
	return s, tool == "compile" || tool == "link"
}

// flag returns the argument after a flag.
func (s *step) flag(name string) (string, bool) {
	if i := slices.Index(s.Args, name); i > 0 && i+1 < len(s.Args) {
		return s.Args[i+1], true
	}
	return "", false
}

// complete gives the step the files that it reads, and reports whether all of
// them are there.
func (s *step) complete(files, cached map[string]string, spoiled map[string]bool) bool {
	output, _ := s.flag("-o")
	if spoiled[workDirs.FindString(output)] {
		return false
	}
	for i, arg := range s.Args {
		switch {
		case !strings.Contains(arg, work) || arg == output || s.Args[i-1] == "-trimpath":
		case files[arg] != "":
			content := archives.ReplaceAllStringFunc(files[arg], func(path string) string {
				if kept := cached[path]; kept != "" {
					return kept
				}
				return path
			})
			if strings.Contains(content, work) {
				return false
			}
			s.Files[arg] = content
		case cached[arg] != "":
			s.Args[i] = cached[arg]
		default:
			return false
		}
	}
	return output != ""
}

var archives = regexp.MustCompile(`\$WORK/b\d+/_pkg_\.a`)

// run does the step again, with its own directory for $WORK and other files
// for some of its arguments.
func (m *Module) run(ctx context.Context, s *step, temp string, others map[string]string) error {
	var pairs []string
	for from, to := range others {
		pairs = append(pairs, from, to)
	}
	replace := strings.NewReplacer(append(pairs, work, temp)...)
	for path, content := range s.Files {
		if err := writeWhole(replace.Replace(path), []byte(content)); err != nil {
			return fmt.Errorf("writing for the compiler: %w", err)
		}
	}
	args := make([]string, len(s.Args))
	for i, arg := range s.Args {
		args[i] = replace.Replace(arg)
	}
	output, _ := s.flag("-o")
	if err := os.MkdirAll(filepath.Dir(replace.Replace(output)), 0o700); err != nil {
		return fmt.Errorf("writing for the compiler: %w", err)
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = s.Dir
	// They are short, so they need not tidy up after themselves as often.
	cmd.Env = append(os.Environ(), "PWD="+s.Dir, "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH, "GOGC=400")
	for _, name := range []string{"GOEXPERIMENT", "GOAMD64", "GOARM64", "GOARM", "GO386"} {
		if value := m.env[name]; value != "" {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	cmd.Env = append(cmd.Env, s.Env...)
	cmd.WaitDelay = time.Second
	var stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stderr, &stderr
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return &goError{fmt.Errorf("running %s: %w", filepath.Base(args[0]), err), stderr.String()}
	}
	return nil
}

// overlaid notes which files of the module were generated.
func (s *steps) overlaid(overlay map[string]string) {
	of := map[string]string{}
	for path, generated := range overlay {
		of[generated] = path
	}
	for _, one := range s.Compile {
		one.Overlaid = map[string]string{}
		for _, arg := range one.Args {
			if path := of[arg]; path != "" {
				one.Overlaid[arg] = path
			}
		}
	}
}

func (b *maker) stepsPath() string { return b.lastPath() + ".steps" }

// stepKey is what a package was told by when it was compiled, but for the
// bodies of its functions.
func (good *goodHost) stepKey(dir string) string {
	return hashOf(good.Base, good.Dirs[""], good.Outside, dir, good.Shapes[dir])
}

// keepSteps remembers the steps of the host that was made, and of those before
// what still holds.
func (b *maker) keepSteps(good *goodHost) {
	if b.steps == nil || b.steps.Link == nil {
		_ = os.Remove(b.stepsPath())
		return
	}
	var before steps
	_ = b.store.readRecord(b.stepsPath(), &before)
	all := steps{Program: good.Program, Link: b.steps.Link, Compile: map[string]*step{}}
	for path, one := range before.Compile {
		if dir, ok := b.dirOf(path); ok && one.Key == good.stepKey(dir) {
			all.Compile[path] = one
		}
	}
	for path, one := range b.steps.Compile {
		if dir, ok := b.dirOf(path); ok && good.Shapes[dir] != "" {
			one.Key = good.stepKey(dir)
			all.Compile[path] = one
		}
	}
	_ = b.store.writeRecord(b.stepsPath(), &all)
}

// mostSteps is how many packages are compiled one by one.
const mostSteps = 4

// retrace makes the host by the steps that made the last good one, when nothing
// but the bodies of functions has changed since. It reports false if the go
// command has to be asked.
func (b *maker) retrace(ctx context.Context, f *following, dir string) (bool, error) {
	overlaid := b.overlaid()
	var s steps
	if f == nil || overlaid == nil || !b.store.readRecord(b.stepsPath(), &s) || s.Program != f.good.Program {
		return false, nil
	}
	changed, ok := b.toCompile(f.good, &s, overlaid)
	if !ok {
		return false, nil
	}
	made, err := newDir(dir)
	if err != nil {
		return false, err
	}
	defer func() { _ = os.RemoveAll(made) }()
	link := *s.Link
	link.Args, link.Files = slices.Clone(link.Args), maps.Clone(link.Files)
	for path, others := range changed {
		one := s.Compile[path]
		if err := b.run(ctx, one, made, others); err != nil {
			f.wrong = true // the packages will say what it is
			return false, ctx.Err()
		}
		output, _ := one.flag("-o")
		archive := filepath.Join(dir, hashOf(path)[:8]+".a")
		if err := os.Rename(strings.Replace(output, work, made, 1), archive); err != nil {
			return false, fmt.Errorf("writing the host: %w", err)
		}
		if !link.replace(path, archive) {
			return false, nil
		}
	}
	if err := b.run(ctx, &link, made, nil); err != nil {
		return false, ctx.Err()
	}
	output, _ := link.flag("-o")
	if err := os.Rename(strings.Replace(output, work, made, 1), filepath.Join(made, programName())); err != nil {
		return false, fmt.Errorf("writing the host: %w", err)
	}
	return b.adopt(ctx, f, made, &steps{Link: &link, Compile: s.Compile}, dir)
}

// toCompile finds the packages that have changed, with the generated files
// that take the place of others. It reports false if it isn't known how they
// are compiled.
func (b *maker) toCompile(good *goodHost, s *steps, overlaid *tree) (map[string]map[string]string, bool) {
	changed := map[string]map[string]string{}
	for dir, sum := range b.tree.sumsByDir() {
		if sum == good.Dirs[dir] {
			continue
		}
		path, _ := b.importPath(dir)
		one := s.Compile[path]
		if one == nil || one.Key != good.stepKey(dir) || len(changed) == mostSteps {
			return nil, false
		}
		changed[path] = map[string]string{}
		for generated, of := range one.Overlaid {
			now := overlaid.overlay[of]
			if now == "" {
				return nil, false
			}
			changed[path][generated] = now
		}
	}
	return changed, len(changed) > 0
}

// replace gives the linker another archive of a package. It reports false if
// the package isn't linked.
func (s *step) replace(path, archive string) bool {
	config, _ := s.flag("-importcfg")
	lines, found := strings.Split(s.Files[config], "\n"), false
	for i, line := range lines {
		if strings.HasPrefix(line, "packagefile "+path+"=") {
			lines[i], found = "packagefile "+path+"="+archive, true
		}
	}
	s.Files[config] = strings.Join(lines, "\n")
	return found
}
