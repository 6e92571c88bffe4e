package gohost

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

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
	all := steps{Program: good.Program, Link: b.steps.Link, Compile: before.Compile}
	if all.Compile == nil {
		all.Compile = map[string]*step{}
	}
	maps.Copy(all.Compile, b.steps.Compile)
	for path, one := range all.Compile {
		dir, own := b.dirOf(path)
		if one.Key == "" { // it was done just now
			one.Key = good.stepKey(dir)
		}
		if !own || good.Shapes[dir] == "" || one.Key != good.stepKey(dir) {
			delete(all.Compile, path)
		}
	}
	_ = b.store.writeRecord(b.stepsPath(), &all)
}
