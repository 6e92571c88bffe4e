package build

import (
	"context"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/render"
	"github.com/storytime-dev/storytime/pkg/story"
)

// A Draft is a catalog that has been read ahead of a build, so that when
// somebody saves a file, what is on a screen can be made at once, and before
// the whole site. What it makes is what Site would make of the same files, to
// the byte; where it can't be sure of that, it makes nothing.
//
// A Draft is for one build: make it while nobody waits, use it once, and read
// everything anew with Site.
type Draft struct {
	site *site
	mine map[string]*story.Subject // page → whose it is; made when first asked for
}

// ReadAhead makes a draft of the catalog in options.Dir.
func ReadAhead(ctx context.Context, options Options) (*Draft, error) {
	options.AllowProblems = true
	s, err := openCatalog(options)
	if err != nil {
		return nil, err
	}
	if err := s.read(ctx, s.root.FS()); err != nil {
		s.close()
		return nil, err
	}
	return &Draft{site: s}, nil
}

// Close gives the draft's files back.
func (d *Draft) Close() { d.site.close() }

// most is how many subjects a draft makes the pages of. More are never on one
// screen, and the whole site is to follow soon.
const most = 24

// Pages are what a draft made.
type Pages struct {
	Files   map[string][]byte // by their names in the site
	Copies  map[string]bool   // those that are changed files of the catalog, needed or not
	Stories []string          // the addresses of the stories that were rendered
	// Problems are those of these stories and their files.
	Problems problem.List
}

// Pages returns those of the shown files of the site that may be other ones
// now that the named files have changed. Files have their absolute paths;
// shown begins with what matters most. It returns nil when the changes
// concern more than single pages.
func (d *Draft) Pages(ctx context.Context, changed, shown []string) (*Pages, error) {
	if len(d.site.catalog.Before) > 0 { // they have to run first
		return nil, nil
	}
	d.site.problems = nil // those of the reading
	needed := plan{subjects: map[*story.Subject]bool{}, assets: map[string]bool{}}
	for _, file := range changed {
		if !d.concern(&needed, file) {
			return nil, nil
		}
	}
	d.site.sources.Clear() // a trial may have shown them
	if needed.compile {
		if err := d.site.compile(ctx); err != nil {
			return nil, err
		}
	}
	subjects, assets := d.onScreen(needed, shown)
	wanted := map[string]bool{}
	for _, name := range shown {
		wanted[name] = true
	}
	var mutex sync.Mutex
	made := &Pages{Files: map[string][]byte{}, Copies: map[string]bool{}}
	for _, name := range assets {
		made.Copies[name] = true
	}
	d.site.put = func(name string, data []byte) error {
		mutex.Lock()
		defer mutex.Unlock()
		if wanted[name] {
			made.Files[name] = slices.Clone(data) // the buffer is used again
		}
		return nil
	}
	if err := d.site.subjects(ctx, subjects); err != nil {
		return nil, err
	}
	// A page may load a file now that the site has not had yet.
	d.site.links.assets.Range(func(name, _ any) bool {
		delete(made.Copies, name.(string))
		assets = append(assets, name.(string))
		return true
	})
	for _, name := range assets {
		wanted[name] = true
		if err := d.asset(name); err != nil {
			return nil, err
		}
	}
	for _, u := range subjects {
		for _, st := range u.Stories {
			made.Stories = append(made.Stories, st.Path())
		}
	}
	d.site.addExcerpts()
	made.Problems = d.site.problems.Sort()
	return made, nil
}

// A plan is what changed files concern.
type plan struct {
	all      bool // every story: a component has changed
	compile  bool // a Go component has
	subjects map[*story.Subject]bool
	assets   map[string]bool // files of the site
}

// concern adds to the plan what a changed file concerns. It reports false for
// what is more than a new content of a file that the catalog knows.
func (d *Draft) concern(p *plan, file string) bool {
	s := d.site
	name, inside := below(file, s.dir)
	if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() || info.Size() > largeFile {
		return false
	}
	template := slices.ContainsFunc(s.catalog.TemplateSet, func(t story.TemplateFile) bool {
		return filepath.Join(s.dir, filepath.FromSlash(t.Name)) == file
	})
	p.all = p.all || template
	if s.compiles(file) && (!inside || s.catalog.Files[name]) {
		p.all, p.compile = true, true
		return true
	}
	if !template && s.catalog.IsTemplate(name) {
		return false // a new one
	}
	if !inside {
		mounted := false
		for _, m := range s.links.mounts {
			if rest, ok := below(file, filepath.Join(s.dir, filepath.FromSlash(m.dir))); ok {
				p.assets[path.Join(m.prefix, rest)], mounted = true, true
				break
			}
		}
		return template || mounted
	}
	if !s.catalog.Files[name] {
		return false
	}
	switch {
	case strings.HasSuffix(name, story.Suffix):
		u, ok := s.catalog.Reread(name)
		if ok && !s.knowsGo(render.GoNeedsOf(u)) {
			return false // another host has to be built
		}
		if ok {
			s.links.add(u)
			p.subjects[u] = true
		}
		return ok
	case strings.HasPrefix(name, story.StaticDir+"/"):
		p.assets[name] = true
	case slices.Contains([]string{".yaml", ".yml", ".json", ".md"}, strings.ToLower(path.Ext(name))):
		return false // settings, props, a section's text
	case story.IsGoFile(name):
		return false // another host has to be built
	case path.Ext(name) == ".html" && !s.knowsGo(render.GoNeedsIn(s.catalog, name)) && s.golang.host != nil:
		return false
	case s.catalog.Ending(name) != "", story.IsGolden(name):
		p.all = true
		p.assets[name] = true
	default:
		p.assets[name] = true
	}
	return true
}

// below returns a file's path within a directory, with forward slashes.
func below(file, dir string) (string, bool) {
	rel, err := filepath.Rel(dir, file)
	return filepath.ToSlash(rel), err == nil && filepath.IsLocal(rel)
}

// onScreen returns what of a plan is among the shown files: the subjects that
// have a page there, and the files that are copies.
func (d *Draft) onScreen(p plan, shown []string) (subjects []*story.Subject, assets []string) {
	if d.mine == nil {
		d.mine = map[string]*story.Subject{}
		for _, u := range d.site.catalog.Subjects() {
			d.mine[path.Join(u.Path(), "index.html")] = u
			for _, st := range u.Stories {
				d.mine[path.Join(st.Path(), "index.html")], d.mine[st.Alone()] = u, u
			}
		}
	}
	for _, name := range shown {
		u := d.mine[name]
		if u != nil && (p.all || p.subjects[u]) && !slices.Contains(subjects, u) && len(subjects) < most {
			subjects = append(subjects, u)
		}
		if p.assets[name] {
			assets = append(assets, name)
		}
	}
	return subjects, assets
}

// asset makes one file that is a copy.
func (d *Draft) asset(name string) error {
	if d.site.catalog.Files[name] {
		return d.site.copyAsset(name)
	}
	for _, m := range d.site.links.mounts {
		if rest, ok := strings.CutPrefix(name, m.prefix+"/"); ok {
			return d.site.copyMounted(m, rest)
		}
	}
	return nil
}
