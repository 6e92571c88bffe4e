package build

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// openMounts opens the directories that `static:` names.
func (s *site) openMounts() []mount {
	var mounts []mount
	for _, m := range s.catalog.Static {
		fsys, err := s.openOutside(m.Dir.Name)
		if err != nil {
			s.report(&problem.Problem{
				Kind: problem.File, File: story.ConfigFile, Line: m.Dir.At.Line, Column: m.Dir.At.Column,
				Length:  utf8.RuneCountInString(m.Dir.Name),
				Message: fmt.Sprintf("the directory %q can't be opened", m.Dir.Name),
				Hint:    "create it, or correct the name; it is relative to the catalog's root",
			})
			continue
		}
		mounts = append(mounts, mount{m.Prefix, m.Dir.Name, fsys})
	}
	return mounts
}

// copyFiles copies what the site needs beside its pages: all of static/ and
// of the mounts, and of the catalog's other files those that something refers
// to.
func (s *site) copyFiles(ctx context.Context) error {
	done := map[string]bool{}
	for file := range s.catalog.Files {
		if strings.HasPrefix(file, story.StaticDir+"/") {
			s.links.assets.Store(file, true)
		}
	}
	for _, list := range [][]story.Ref{s.catalog.Styles, s.catalog.Scripts} {
		for _, r := range list {
			s.ownFile(r.Name)
		}
	}
	// A style sheet may refer to more files, other style sheets among them.
	for {
		var next []string
		s.links.assets.Range(func(file, _ any) bool {
			if !done[file.(string)] {
				next = append(next, file.(string))
			}
			return true
		})
		if len(next) == 0 {
			break
		}
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(s.options.Jobs)
		for _, file := range next {
			done[file] = true
			group.Go(func() error { return errors.Join(ctx.Err(), s.copyAsset(file)) })
		}
		if err := group.Wait(); err != nil {
			return err
		}
	}
	for _, m := range s.links.mounts {
		if err := s.copyMount(ctx, m, done); err != nil {
			return err
		}
	}
	return nil
}

// copyAsset copies a file of the catalog. In a style sheet, references are
// checked and made relative; what is in static/ stays as it is.
func (s *site) copyAsset(file string) error {
	if path.Ext(file) != ".css" {
		return s.copyFile(s.catalog.FS, file, file)
	}
	src := story.ReadSource(s.catalog.FS, file)
	if len(src.Problems) > 0 {
		s.report(src.Problems...)
		return nil
	}
	c := &linkContext{dir: path.Dir(file), page: file, report: func(p *problem.Problem) { s.report(p) }}
	css := rewriteCSS(src.Text, func(offset int, url string) string {
		c.find = func(ref string) (problem.Place, string) { return src.Place(offset), ref }
		return s.links.resolve(c, reference{value: url})
	})
	if strings.HasPrefix(file, story.StaticDir+"/") {
		return s.copyFile(s.catalog.FS, file, file)
	}
	return s.write(file, []byte(css))
}

// copyMount copies a mounted directory. Its style sheets may refer to each
// other from the root; those references are made relative.
func (s *site) copyMount(ctx context.Context, m mount, done map[string]bool) error {
	return fs.WalkDir(m.fsys, ".", func(name string, d fs.DirEntry, err error) error {
		target, source := path.Join(m.prefix, name), path.Join(m.dir, name)
		switch {
		case err != nil:
			s.report(story.FileProblem(source, err))
			return nil
		case name != "." && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return ctx.Err()
		}
		info, err := fs.Stat(m.fsys, name)
		switch {
		case err != nil && d.Type()&fs.ModeSymlink != 0:
			s.report(&problem.Problem{Kind: problem.Link, File: source,
				Message: "the link leads out of the directory, or nowhere", Hint: "remove it, or copy what it names into the directory"})
			return nil
		case err != nil:
			s.report(story.FileProblem(source, err))
			return nil
		case !info.Mode().IsRegular():
			return nil
		case done[target] || s.links.pages[target]:
			s.report(&problem.Problem{Kind: problem.Address, File: source,
				Message: fmt.Sprintf("the file has the address %q, which is taken", target),
				Hint:    "give its directory another path under `static:` in " + story.ConfigFile})
			return nil
		}
		done[target] = true
		return s.copyMounted(m, name)
	})
}

// copyMounted copies one file of a mounted directory.
func (s *site) copyMounted(m mount, name string) error {
	target := path.Join(m.prefix, name)
	if path.Ext(name) != ".css" {
		return s.copyFile(m.fsys, name, target)
	}
	data, err := fs.ReadFile(m.fsys, name)
	if err != nil {
		s.report(story.FileProblem(path.Join(m.dir, name), err))
		return nil
	}
	c := &linkContext{dir: path.Dir(target), page: target, report: func(*problem.Problem) {},
		find: func(ref string) (problem.Place, string) { return problem.Place{}, ref }}
	css := rewriteCSS(string(data), func(_ int, url string) string {
		if !strings.HasPrefix(url, "/") {
			return url
		}
		return s.links.resolve(c, reference{value: url})
	})
	return s.write(target, []byte(css))
}

// largeFile is from how many bytes on a file is copied in pieces.
const largeFile = 1 << 20

// copyFile copies a file of fsys into the site.
func (s *site) copyFile(fsys fs.FS, name, target string) error {
	info, err := fs.Stat(fsys, name)
	if err == nil && info.Size() > largeFile {
		if s.doomed.Load() {
			return nil
		}
		return s.out.copy(fsys, name, target)
	}
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		s.report(story.FileProblem(target, err))
		return nil
	}
	return s.write(target, data)
}

// copy puts a large file into the stage without holding it in memory.
func (o *output) copy(fsys fs.FS, name, target string) error {
	to, err := o.prepare(target)
	if err != nil {
		return err
	}
	file, err := fsys.Open(name)
	if err != nil {
		return fmt.Errorf("reading %s: %w", target, err)
	}
	defer file.Close()
	from, ok := file.(io.ReadSeeker)
	if !ok {
		return fmt.Errorf("reading %s: the file system can't seek", target)
	}
	if o.before != "" && share(filepath.Join(o.before, filepath.FromSlash(target)), to, from) {
		return nil
	}
	if _, err := from.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("reading %s: %w", target, err)
	}
	o.change(target)
	if err := writeFrom(to, from); err != nil {
		return o.failed("writing", err)
	}
	return nil
}
