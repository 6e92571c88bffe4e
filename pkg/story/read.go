package story

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bmatcuk/doublestar/v4"
	"golang.org/x/sync/errgroup"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// Options are the choices of a Read. The zero value reads a catalog that
// names no directory outside itself.
type Options struct {
	// Open opens a directory that the catalog's settings name and that lies
	// outside it, relative to its root: "../web/templates". Without it such
	// a directory is a problem.
	Open func(dir string) (fs.FS, error)
	// LintRules are the names of the rules that `lint:` can tune; nil is none.
	LintRules []string
	// Jobs is how many files are parsed at once; zero means one a processor.
	Jobs int
}

// Read reads the catalog in fsys. It always returns a catalog, with as much
// in it as could be understood; what could not is in the problems of its
// sections, subjects and stories, and, as far as it belongs to none of them,
// in the list returned. The error is the context's.
func Read(ctx context.Context, fsys fs.FS, options Options) (*Catalog, problem.List, error) {
	c := &Catalog{FS: fsys, lintRules: options.LintRules}
	var problems problem.List

	settings := configSource(fsys)
	c.Config = readConfig(settings, options.LintRules)

	find := finder{fsys: fsys, config: &c.Config}
	find.find()
	c.Files, c.Dirs, c.Goldens, c.goDirs = find.files, find.dirs, find.goldens, find.goDirs
	problems = append(problems, find.problems...)

	c.TemplateSet = templateSet(c, settings, options)
	c.checkRefs(settings)
	problems = append(problems, settings.Problems...)

	if options.Jobs == 0 {
		options.Jobs = runtime.GOMAXPROCS(0)
	}
	reader := c.reader()
	subjects := make([]*Subject, len(find.subjects))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(options.Jobs)
	for i, name := range find.subjects {
		group.Go(func() error {
			subjects[i] = reader.read(ReadSource(fsys, name))
			return ctx.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return nil, nil, err
	}
	subjects = append(subjects, implicitSubjects(c, subjects, find.components)...)
	c.assemble(reader, subjects, find.indexes)
	return c, append(problems, c.checkAddresses()...), nil
}

// reader returns what reads the files of subjects.
func (c *Catalog) reader() *subjectReader {
	return &subjectReader{
		config:   &c.Config,
		rules:    c.lintRules,
		fixtures: &fixtures{fsys: c.FS},
		exists:   func(name string) bool { return c.Files[name] },
		hasGo:    func(dir string) bool { return c.goDirs[dir] },
	}
}

// implicitSubjects makes a subject of each component that no story is written
// for: it is shown as it is. Not meant are templates of an application and
// the layouts of stories.
func implicitSubjects(c *Catalog, subjects []*Subject, components []string) []*Subject {
	used := map[string]bool{}
	use := func(dir string, r Ref) {
		if r.Name != "" {
			file, _ := ComponentPath(dir, r.Name)
			used[file] = true
		}
	}
	use("", c.Layout)
	for _, t := range c.TemplateSet {
		used[t.Name] = true
	}
	for _, s := range subjects {
		dir := path.Dir(s.File)
		for _, ending := range c.endings() {
			used[strings.TrimSuffix(s.File, Suffix)+ending] = true
		}
		for _, r := range s.Components {
			use(dir, r)
		}
		for _, story := range s.Stories {
			use(dir, story.Component)
			use(dir, story.Layout)
		}
	}
	var implicit []*Subject
	for _, file := range components {
		if used[file] {
			continue
		}
		base := path.Base(file)
		name := strings.TrimSuffix(base, c.Ending(base))
		s := &Subject{
			File: file, Implicit: true, Slug: Slug(name), Title: titleFromName(name),
			Components: []Ref{{Name: base, At: problem.Place{File: file}}},
		}
		s.Stories = []*Story{{
			Subject: s, Title: "Default", Slug: "default", Language: "yaml", Lint: c.Lint,
			At: problem.Place{File: file}, BodyAt: problem.Place{File: file}, Component: s.Components[0],
		}}
		implicit = append(implicit, s)
	}
	return implicit
}

// assemble puts the subjects and indexes into sections.
func (c *Catalog) assemble(reader *subjectReader, subjects []*Subject, indexes []string) {
	sections := map[string]*Section{}
	var section func(dir string) *Section
	section = func(dir string) *Section {
		if dir == "." {
			dir = ""
		}
		if s := sections[dir]; s != nil {
			return s
		}
		s := &Section{Dir: dir, Title: titleFromName(path.Base(dir))}
		sections[dir] = s
		if dir != "" {
			parent := section(path.Dir(dir))
			parent.Sections = append(parent.Sections, s)
		}
		return s
	}
	c.Root = section("")
	c.Root.Title = c.Title
	for _, s := range subjects {
		s.settle(section(path.Dir(s.File)))
		if s.leads && s.Section.Lead == nil {
			s.Section.Lead = s
			continue
		}
		s.Section.Subjects = append(s.Section.Subjects, s)
	}
	for _, name := range indexes {
		reader.readIndex(ReadSource(c.FS, name), section(path.Dir(name)))
	}
	if c.Title == "" {
		c.Title = cmp.Or(c.Root.Title, "Components")
	}
	c.Root.Title = c.Title
	c.Description = cmp.Or(c.Description, c.Root.Description)
	for _, s := range sections {
		slices.SortFunc(s.Sections, func(a, b *Section) int {
			orderA, titleA := a.shown()
			orderB, titleB := b.shown()
			return cmp.Or(orderA.compare(orderB), compareTitles(titleA, titleB), cmp.Compare(a.Dir, b.Dir))
		})
		slices.SortFunc(s.Subjects, func(a, b *Subject) int {
			return cmp.Or(a.Order.compare(b.Order), compareTitles(a.Title, b.Title), cmp.Compare(a.File, b.File))
		})
	}
}

// compare puts those that have an order before those that have none.
func (o Order) compare(other Order) int {
	switch {
	case o.Given && !other.Given:
		return -1
	case !o.Given && other.Given:
		return 1
	}
	return cmp.Compare(o.Value, other.Value)
}

// shown returns what the section is sorted by: a section that a subject leads
// is shown as that subject.
func (s *Section) shown() (Order, string) {
	if s.Lead != nil {
		return s.Lead.Order, s.Lead.Title
	}
	return s.Order, s.Title
}

// subjectFirst reports whether a subject comes before a section that stands
// beside it.
func subjectFirst(u *Subject, s *Section) bool {
	order, title := s.shown()
	return cmp.Or(u.Order.compare(order), compareTitles(u.Title, title)) < 0
}

func compareTitles(a, b string) int {
	return cmp.Or(cmp.Compare(strings.ToLower(a), strings.ToLower(b)), cmp.Compare(a, b))
}

// templateSet finds the files that `templates:` names.
func templateSet(c *Catalog, src *Source, options Options) []TemplateFile {
	var set []TemplateFile
	seen := map[string]bool{}
	for _, glob := range c.Templates {
		report := func(message, hint string) {
			src.Report(problem.Template, glob.At, utf8.RuneCountInString(glob.Name), message, hint)
		}
		base, pattern := doublestar.SplitPattern(path.Clean(strings.TrimPrefix(glob.Name, "/")))
		fsys, name := c.FS, func(match string) string { return path.Join(base, match) }
		inside := fs.ValidPath(base)
		if !inside {
			var err error
			if options.Open == nil {
				err = fs.ErrPermission
			} else {
				fsys, err = options.Open(base)
			}
			if err != nil {
				report(fmt.Sprintf("the directory %q can't be opened", base), "correct the pattern; it is relative to the catalog's root")
				continue
			}
		} else if sub, err := fs.Sub(fsys, base); err == nil {
			fsys = sub
		}
		matches, err := doublestar.Glob(fsys, pattern, doublestar.WithFilesOnly(), doublestar.WithNoFollow())
		if err != nil || len(matches) == 0 {
			report(fmt.Sprintf("no file matches %q", glob.Name), "correct the pattern; it is relative to the catalog's root")
			continue
		}
		matches = slices.DeleteFunc(matches, IsGolden)
		slices.Sort(matches)
		for _, m := range matches {
			if !seen[name(m)] {
				seen[name(m)] = true
				set = append(set, TemplateFile{FS: fsys, Path: m, Name: name(m)})
			}
		}
	}
	return set
}

// IsTemplate reports whether a file, relative to the catalog, is one that
// `templates:` names, be it there or not.
func (c *Config) IsTemplate(file string) bool {
	return slices.ContainsFunc(c.Templates, func(glob Ref) bool {
		found, err := doublestar.Match(path.Clean(strings.TrimPrefix(glob.Name, "/")), file)
		return err == nil && found && !IsGolden(file)
	})
}

// checkRefs reports what the settings name and the catalog doesn't have, and
// takes it out of the settings.
func (c *Catalog) checkRefs(src *Source) {
	missing := func(r Ref) bool {
		if IsRemote(r.Name) || c.mounted(r.Name) {
			return false
		}
		file, _ := ComponentPath("", r.Name)
		if c.Files[file] {
			return false
		}
		src.Report(problem.Link, r.At, utf8.RuneCountInString(r.Name), fmt.Sprintf("there is no file %q", r.Name), c.nearestFile(file))
		return true
	}
	c.Styles = slices.DeleteFunc(c.Styles, missing)
	c.Scripts = slices.DeleteFunc(c.Scripts, missing)
	if c.Layout.Name != "" && c.Layout.Name != NoLayout && missing(c.Layout) {
		c.Layout = Ref{}
	}
}

// nearestFile is the hint for a file that isn't there.
func (c *Catalog) nearestFile(name string) string {
	var beside []string
	for f := range c.Files {
		if path.Ext(f) == path.Ext(name) {
			beside = append(beside, f)
		}
	}
	slices.Sort(beside)
	if near := problem.Nearest(name, beside); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "create it, or correct the name; it is relative to the catalog's root"
}

// mounted reports whether a root-absolute path lies below one of the mounts.
func (c *Catalog) mounted(name string) bool {
	return strings.HasPrefix(name, "/") && slices.ContainsFunc(c.Static, func(m Mount) bool {
		return strings.HasPrefix(name, "/"+m.Prefix+"/")
	})
}

// IsRemote reports whether a reference leads to another host.
func IsRemote(ref string) bool {
	return strings.HasPrefix(ref, "//") || strings.HasPrefix(ref, "https://") || strings.HasPrefix(ref, "http://")
}
