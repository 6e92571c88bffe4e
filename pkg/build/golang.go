package build

import (
	"context"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/storytime-dev/storytime/internal/ui"
	"github.com/storytime-dev/storytime/pkg/gohost"
	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/render"
	"github.com/storytime-dev/storytime/pkg/story"
)

// golang is what the stories use of Go, and the host that has it.
type golang struct {
	needs  gohost.Needs
	module *gohost.Module
	host   *gohost.Host
	none   *problem.Problem // why there is no host
}

// buildHost builds the host of the Go components, if there are any. Nothing is
// compiled when nothing has changed.
func (s *site) buildHost(ctx context.Context) error {
	s.golang.needs = render.GoNeeds(s.catalog)
	if n := s.golang.needs; len(n.Components)+len(n.Values)+len(n.Blocks) == 0 {
		return nil
	}
	s.progress(StageCompiling, 0)
	var p *problem.Problem
	var err error
	s.golang.module, p, err = gohost.Open(ctx, gohost.Options{
		Dir: s.dir, Tags: s.catalog.Go.Tags, Args: s.catalog.Go.Args, ArgsAt: s.catalog.Go.At, Jobs: s.options.Jobs, Contained: s.options.Contained,
	})
	if err != nil {
		return err
	}
	if p != nil {
		s.golang.none = p
		return nil
	}
	return s.compile(ctx)
}

// compile builds the host from the source as it is now.
func (s *site) compile(ctx context.Context) error {
	var err error
	if s.golang.host, err = s.golang.module.Build(ctx, s.golang.needs); err != nil {
		return err
	}
	s.report(s.golang.host.Problems...)
	for _, dir := range slices.Concat(s.golang.host.Sources, s.golang.host.Watch) {
		if dir != s.dir && !within(dir, s.dir) && !slices.Contains(s.outside, dir) {
			s.outside = append(s.outside, dir)
		}
	}
	return nil
}

// compiles reports whether the host is built from a file that isn't go.mod or
// the like, which say more.
func (s *site) compiles(file string) bool {
	if s.golang.host == nil || path.Ext(file) != ".go" && path.Ext(file) != ".templ" {
		return false
	}
	return slices.Contains(s.golang.host.Sources, filepath.Dir(file))
}

// knowsGo reports whether the host has all that a subject uses of Go, as it is
// written now.
func (s *site) knowsGo(needs gohost.Needs) bool {
	known := func(in []gohost.Ref, refs []gohost.Ref) bool {
		return !slices.ContainsFunc(refs, func(r gohost.Ref) bool {
			return !slices.ContainsFunc(in, func(k gohost.Ref) bool {
				return k.Dir == r.Dir && k.Name == r.Name && slices.EqualFunc(k.Imports, r.Imports, sameImport)
			})
		})
	}
	have := s.golang.needs
	return known(have.Components, needs.Components) && known(have.Values, needs.Values) &&
		!slices.ContainsFunc(needs.Blocks, func(b gohost.Block) bool {
			return !slices.ContainsFunc(have.Blocks, func(k gohost.Block) bool {
				return k.Key == b.Key && k.Language == b.Language && k.Text == b.Text && k.At == b.At && slices.EqualFunc(k.Imports, b.Imports, sameImport)
			})
		})
}

func sameImport(a, b gohost.Import) bool { return a.Name == b.Name && a.Path == b.Path }

// propsOf returns what a component of a subject takes: what the subject says of
// its first, or else what the source tells. Of a Go component that is much; of a
// template only the names that it reads.
func (s *site) propsOf(u *story.Subject, ref story.Ref) story.Props {
	if len(u.Components) == 0 || u.Props != nil && ref.Name == u.Components[0].Name {
		return u.Props
	}
	dir := path.Dir(u.File)
	if story.IsGo(ref.Name) {
		if s.golang.host == nil {
			return nil
		}
		c, _ := s.golang.host.Component(render.GoRef(dir, ref, u.Imports))
		return c.Props
	}
	file, define := story.ComponentPath(dir, ref.Name)
	if define != "" || path.Ext(file) != ".html" || !s.catalog.Files[file] {
		return nil
	}
	var props story.Props
	for _, name := range render.Fields(story.ReadSource(s.catalog.FS, file).Text) {
		props = append(props, story.Prop{Name: name, Type: story.TypeAny})
	}
	return props
}

// unknownGo is what is wrong with a subject's component in Go.
func (s *site) unknownGo(u *story.Subject, ref story.Ref) problem.List {
	if !story.IsGo(ref.Name) || s.golang.host == nil {
		return nil
	}
	if _, p := s.golang.host.Component(render.GoRef(path.Dir(u.File), ref, u.Imports)); p != nil {
		return problem.List{p}
	}
	return nil
}

// describe returns a subject's description: its own, or else the comment above
// its Go component.
func (s *site) describe(u *story.Subject) string {
	if u.Description != "" || s.golang.host == nil || len(u.Components) == 0 || !story.IsGo(u.Components[0].Name) {
		return u.Description
	}
	c, _ := s.golang.host.Component(render.GoRef(path.Dir(u.File), u.Components[0], u.Imports))
	first, _, _ := strings.Cut(c.Doc, "\n\n")
	return strings.Join(strings.Fields(first), " ")
}

// goSource returns the source of a Go component, if its file is part of the
// catalog.
func (w *worker) goSource(st *story.Story) (ui.Code, bool) {
	if w.golang.host == nil {
		return ui.Code{}, false
	}
	c, p := w.golang.host.Component(render.GoRef(path.Dir(st.Subject.File), st.Component, st.Subject.Imports))
	if p != nil || !w.catalog.Files[c.Place.File] {
		return ui.Code{}, false
	}
	language := "go"
	if path.Ext(c.Place.File) == ".templ" {
		language = "templ"
	}
	return w.highlighted(c.Place.File, language), true
}
