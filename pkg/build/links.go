package build

import (
	"cmp"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// links knows what the site will have, and where references lead. It is made
// once for a catalog and then only read, but for what it learns is needed.
type links struct {
	catalog *story.Catalog
	mounts  []mount
	pages   map[string]bool   // files that the build makes
	sources map[string]source // Markdown files and components → their pages
	assets  sync.Map          // files of the catalog that something refers to
}

// A mount is a directory that is served under a path of the site.
type mount struct {
	prefix string
	dir    string // as the settings name it
	fsys   fs.FS
}

// A source is the page that a file of the catalog became.
type source struct {
	page    string
	anchors map[string]string // heading or story → ID in the page; nil for a component
}

func newLinks(c *story.Catalog, mounts []mount) *links {
	l := &links{catalog: c, mounts: mounts, pages: map[string]bool{"404.html": true}, sources: map[string]source{}}
	for name := range storybookFiles {
		l.pages[name] = true
	}
	c.Each(func(s *story.Section) {
		page := path.Join(s.Path(), "index.html")
		l.pages[page] = true // also when a subject has it
		if s.Prose.File != "" {
			l.sources[s.Prose.File] = source{page, anchors(s.Prose, nil)}
		}
		for _, u := range s.AllSubjects() {
			l.add(u)
		}
	})
	return l
}

// add adds what a subject becomes. The first subject that is about a
// component has it.
func (l *links) add(u *story.Subject) {
	page := path.Join(u.Path(), "index.html")
	l.pages[page] = true
	l.sources[u.File] = source{page, anchors(u.Prose, u.Stories)}
	for _, r := range u.Components {
		file, _ := story.ComponentPath(path.Dir(u.File), r.Name)
		if _, taken := l.sources[file]; !taken {
			l.sources[file] = source{page: page}
		}
	}
	for _, st := range u.Stories {
		l.pages[path.Join(st.Path(), "index.html")] = true
		l.pages[st.Alone()] = true
	}
}

// anchors returns what a fragment may name in a Markdown file.
func anchors(p story.Prose, stories []*story.Story) map[string]string {
	ids := make(map[string]string, len(p.Headings)+len(stories))
	for _, s := range stories {
		ids[s.Slug] = s.Anchor()
	}
	for _, h := range p.Headings {
		ids[h.ID] = h.ID
	}
	return ids
}

// A linkContext is a piece of HTML whose references are resolved: where its
// author thinks it lies, and where it will lie.
type linkContext struct {
	dir  string // references are relative to it
	page string // the file that they end up in
	// prose lets a fragment alone name a story or heading of the same file.
	prose string
	// find says where a reference is written, and how: HTML may have it with
	// escapes that its author didn't write.
	find   func(ref string) (problem.Place, string)
	report func(*problem.Problem)
}

var hasScheme = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9+.-]*:`)

// resolve returns what a reference must be in the page to lead where it is
// meant to. One that leads nowhere is reported, and stays.
func (l *links) resolve(c *linkContext, r reference) string {
	value := strings.TrimSpace(r.value)
	switch {
	case value == "", hasScheme.MatchString(value), strings.HasPrefix(value, "//"), value[0] == '?':
		return r.value
	case value[0] == '#':
		return l.resolveFragment(c, r, value[1:])
	}
	name, tail := value, ""
	if i := strings.IndexAny(value, "?#"); i >= 0 {
		name, tail = value[:i], value[i:]
	}
	decoded, err := url.PathUnescape(name)
	if err != nil {
		l.broken(c, r, "the link %q can't be read", "write a percent sign as %25")
		return r.value
	}
	if decoded[0] == '/' {
		return l.resolveAbsolute(c, r, decoded, tail)
	}
	target := path.Join(c.dir, decoded)
	if target == ".." || strings.HasPrefix(target, "../") {
		l.broken(c, r, "the "+r.what()+" %q leads out of the catalog",
			"copy what it names into the catalog, or name its directory under `static:` in "+story.ConfigFile)
		return r.value
	}
	if found, fragment := l.find(c, r, target, tail); found != "" {
		if found == path.Join(path.Dir(c.page), decoded) && fragment == tail {
			return r.value // it is right as it is written
		}
		return relativeURL(c.page, found) + fragment
	}
	return r.value
}

// find returns the file of the site that a path of the catalog leads to, and
// the fragment there. What leads nowhere is reported.
func (l *links) find(c *linkContext, r reference, target, tail string) (file, fragment string) {
	if s, ok := l.sources[target]; ok {
		return s.page, l.anchor(c, r, s, tail)
	}
	switch {
	case storybookFiles[target] && l.catalog.Files[target]:
		l.broken(c, r, "the "+r.what()+" %q leads to a file whose address is taken", "give the file another name: the site has an "+target+" of its own")
		return "", ""
	case l.pages[target]:
		return target, tail
	case l.pages[path.Join(target, "index.html")]:
		return path.Join(target, "index.html"), tail
	case l.catalog.Files[target]:
		l.assets.Store(target, true)
		return target, tail
	}
	for _, m := range l.mounts {
		if rest, ok := strings.CutPrefix(target, m.prefix+"/"); ok && isFile(m.fsys, rest) {
			return target, tail
		}
	}
	hint := "create it, or correct the name; it is relative to " + describeDir(c.dir)
	if near := l.nearest(c.dir, target); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	} else if r.navigates {
		hint = "create it, or begin it with a slash if it belongs to the application"
	}
	l.broken(c, r, "the "+r.what()+" %q leads nowhere", hint)
	return "", ""
}

// anchor translates the fragment of a link to a Markdown file.
func (l *links) anchor(c *linkContext, r reference, s source, tail string) string {
	i := strings.IndexByte(tail, '#')
	if i < 0 || s.anchors == nil {
		return tail
	}
	name, err := url.PathUnescape(tail[i+1:])
	if id, ok := s.anchors[name]; ok && err == nil {
		return tail[:i] + "#" + fragmentURL(id)
	}
	l.broken(c, r, "the link %q leads to no heading and no story", l.anchorHint(name, s))
	return tail
}

func (l *links) anchorHint(name string, s source) string {
	var known []string
	for a := range s.anchors {
		known = append(known, "#"+a)
	}
	slices.Sort(known)
	return cmp.Or(problem.DidYouMean("#"+name, known), "that file has no heading")
}

// resolveFragment handles a link within its own page.
func (l *links) resolveFragment(c *linkContext, r reference, fragment string) string {
	if c.prose == "" || !r.navigates || fragment == "" || strings.HasPrefix(fragment, "fn:") || strings.HasPrefix(fragment, "fnref") {
		return r.value
	}
	return l.anchor(c, r, l.sources[c.prose], "#"+fragment)
}

// resolveAbsolute handles a path that begins with a slash: those that a mount
// covers are made relative, links that none covers belong to the application.
func (l *links) resolveAbsolute(c *linkContext, r reference, name, tail string) string {
	target := strings.TrimPrefix(path.Clean(name), "/")
	for _, m := range l.mounts {
		rest, covered := strings.CutPrefix(target, m.prefix+"/")
		switch {
		case !covered:
		case isFile(m.fsys, rest):
			return relativeURL(c.page, target) + tail
		default:
			l.broken(c, r, "the "+r.what()+" %q leads nowhere",
				fmt.Sprintf("create it in the directory that `static:` names for /%s", m.prefix))
			return r.value
		}
	}
	if r.navigates {
		return r.value
	}
	hint := fmt.Sprintf("name the directory behind /%s under `static:` in %s", strings.Split(target, "/")[0], story.ConfigFile)
	if l.catalog.Files[target] {
		hint = fmt.Sprintf("write it relatively: %q", relativeURL(path.Join(c.dir, "x"), target))
	}
	l.broken(c, r, "nothing covers the asset %q", hint)
	return r.value
}

func (r reference) what() string {
	if r.navigates {
		return "link"
	}
	return "asset"
}

// broken reports a reference; the message has a %q for it as it is written.
func (l *links) broken(c *linkContext, r reference, message, hint string) {
	at, written := c.find(r.value)
	c.report(&problem.Problem{
		Kind: problem.Link, File: at.File, Line: at.Line, Column: at.Column, Length: utf8.RuneCountInString(written),
		Message: fmt.Sprintf(message, written), Hint: hint,
	})
}

// nearest suggests a file for one that isn't there, as it would be written.
func (l *links) nearest(dir, target string) string {
	var beside []string
	for f := range l.catalog.Files {
		if path.Dir(f) == path.Dir(target) {
			beside = append(beside, f)
		}
	}
	slices.Sort(beside)
	// Two short names are near each other for their long endings alone.
	ending := path.Ext(target)
	if strings.HasSuffix(target, story.Suffix) {
		ending = story.Suffix
	}
	var names []string
	for _, f := range beside {
		if name, found := strings.CutSuffix(path.Base(f), ending); found {
			names = append(names, name)
		}
	}
	if near := problem.Nearest(strings.TrimSuffix(path.Base(target), ending), names); near != "" {
		return relativeURL(path.Join(dir, "x"), path.Join(path.Dir(target), near+ending))
	}
	for _, f := range beside {
		if problem.Near(path.Base(f), path.Base(target)) {
			return relativeURL(path.Join(dir, "x"), f)
		}
	}
	return ""
}

func describeDir(dir string) string {
	if dir == "" || dir == "." {
		return "the catalog's root"
	}
	return dir + "/"
}

func isFile(fsys fs.FS, name string) bool {
	if !fs.ValidPath(name) || strings.HasPrefix(name, ".") || strings.Contains(name, "/.") {
		return false
	}
	info, err := fs.Stat(fsys, name)
	return err == nil && info.Mode().IsRegular()
}

// relativeURL returns the reference from one file of the site to another.
func relativeURL(from, to string) string {
	common := 0 // bytes of the directories that both are in
	for i := 0; i < len(from) && i < len(to) && from[i] == to[i]; i++ {
		if from[i] == '/' {
			common = i + 1
		}
	}
	return strings.Repeat("../", strings.Count(from[common:], "/")) + pathURL(to[common:])
}

// pathURL escapes a path for use in a URL. A colon would make a scheme of
// what stands before it.
func pathURL(name string) string {
	if isPlain(name) {
		return name
	}
	segments := strings.Split(name, "/")
	for i, s := range segments {
		segments[i] = strings.ReplaceAll(url.PathEscape(s), ":", "%3A")
	}
	return strings.Join(segments, "/")
}

// fragmentURL escapes an ID for use as a fragment.
func fragmentURL(id string) string {
	return strings.ReplaceAll(pathURL(id), "%3A", ":")
}

// isPlain reports whether nothing in a path needs to be escaped.
func isPlain(name string) bool {
	for i := range len(name) {
		c := name[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' || c == '/') {
			return false
		}
	}
	return true
}
