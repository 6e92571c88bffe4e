package gohost

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// After an edit within functions a package is to be compiled and the host to be
// linked, and to find that out takes the go command as long as to do it. But it
// tells what it does, with -x, so the same can be done again without asking it.
// That packages fit together that were not compiled together the linker checks,
// by the fingerprints of what they export (cmd/link/internal/loader). If it
// finds that they don't, or anything else is not as it was, the go command does
// it all.

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
	env := []string{"GOGC=400"} // they are short, so they need not tidy up after themselves as often
	for _, name := range []string{"GOEXPERIMENT", "GOAMD64", "GOARM64", "GOARM", "GO386"} {
		if value := m.env[name]; value != "" {
			env = append(env, name+"="+value)
		}
	}
	_, _, err := runTool(ctx, s.Dir, append(env, s.Env...), args[0], args[1:]...)
	return err
}
