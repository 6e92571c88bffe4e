package story

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf8"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// SiteDir is the directory of a built site that holds the workshop's own
// files. A directory that has one is a site, not a part of a catalog, so an
// output directory may lie within the catalog.
const SiteDir = "_storytime"

// StaticDir is the directory in the root that is copied as it is.
const StaticDir = "static"

// LayoutFile is the name of the document that the stories below it are shown
// in.
const LayoutFile = "layout.html"

// GoldenSuffix is how the name of a file ends that keeps the HTML of a story;
// before it stands the name of the story alone, such as button--primary.
const GoldenSuffix = ".golden.html"

// IsGolden reports whether a file's name is that of such a file.
func IsGolden(name string) bool {
	stem, found := strings.CutSuffix(path.Base(name), GoldenSuffix)
	return found && strings.Contains(stem, "--")
}

// A finder walks the tree of a catalog once and sorts its files.
type finder struct {
	fsys     fs.FS
	config   *Config
	problems problem.List

	files      map[string]bool
	dirs       map[string]bool
	subjects   []string // files of subjects
	indexes    []string
	components []string
	goldens    []string
	goDirs     map[string]bool
}

// find walks the catalog. Passed over are what is hidden (a leading dot),
// node_modules, what `ignore:` names, sites that Storytime built, and links
// to directories: what those hold is in the catalog at its own place, or
// leads out of it.
func (f *finder) find() {
	f.files, f.dirs, f.goDirs = map[string]bool{}, map[string]bool{"": true}, map[string]bool{}
	f.dir(".", false)
}

func (f *finder) dir(dir string, static bool) {
	entries, err := fs.ReadDir(f.fsys, dir)
	if err != nil {
		p := FileProblem(dir, err)
		p.Message = strings.Replace(p.Message, "the file", "the directory", 1)
		f.problems = append(f.problems, p)
		return
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), "."), e.Name() == "node_modules", f.ignored(name):
		case !utf8.ValidString(name), strings.ContainsFunc(e.Name(), unicode.IsControl):
			f.problems = append(f.problems, &problem.Problem{Kind: problem.Encoding, File: strings.ToValidUTF8(name, "\uFFFD"),
				Message: "the name of this file has bytes that aren't printable UTF-8 text", Hint: "rename it"})
		case name == SiteDir:
			f.problems = append(f.problems, &problem.Problem{Kind: problem.Address, File: name,
				Message: fmt.Sprintf("the catalog has a directory %q, which a built site needs for its own files", SiteDir),
				Hint:    "rename it; if this is a built site, name the catalog it was built from instead"})
		case e.Type()&fs.ModeSymlink != 0:
			f.link(name, static)
		case e.IsDir():
			if f.isSite(name) {
				continue
			}
			f.dirs[name] = true
			f.dir(name, static || name == StaticDir)
		case e.Type().IsRegular():
			f.file(name, static)
		}
	}
}

func (f *finder) isSite(dir string) bool {
	info, err := fs.Stat(f.fsys, path.Join(dir, SiteDir))
	return err == nil && info.IsDir()
}

func (f *finder) ignored(name string) bool { return matchesAny(f.config.Ignore, name) }

// Ignores reports whether a file or directory of the catalog, by its name or
// by the settings, is none of its parts. Those above it are not asked about.
func (c *Config) Ignores(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(base, ".") || base == "node_modules" || matchesAny(c.Ignore, name)
}

// Writes reports whether a command of the settings says that it writes a file.
func (c *Config) Writes(name string) bool {
	return slices.ContainsFunc(c.Before, func(command Command) bool { return matchesAny(command.Writes, name) })
}

func matchesAny(globs []string, name string) bool {
	return slices.ContainsFunc(globs, func(glob string) bool {
		// A pattern without a slash speaks of names anywhere, as in .gitignore.
		if !strings.Contains(strings.TrimSuffix(glob, "/"), "/") {
			glob = "**/" + glob
		}
		ok, _ := doublestar.Match(strings.Trim(glob, "/"), name)
		return ok
	})
}

// link follows a symbolic link to a file of the catalog.
func (f *finder) link(name string, static bool) {
	info, err := fs.Stat(f.fsys, name)
	report := func(message, hint string) {
		f.problems = append(f.problems, &problem.Problem{Kind: problem.Link, File: name, Message: message, Hint: hint})
	}
	switch {
	case err == nil && info.Mode().IsRegular():
		f.file(name, static)
	case err == nil, errors.Is(err, syscall.ELOOP):
	case errors.Is(err, fs.ErrNotExist):
		report("the link leads nowhere", "remove it, or create what it names")
	case errors.Is(err, fs.ErrPermission):
		f.problems = append(f.problems, FileProblem(name, err))
	default:
		report("the link leads out of the catalog", "copy what it names into the catalog, name its directory under `static:`, or the link under `ignore:`, in "+ConfigFile)
	}
}

func (f *finder) file(name string, static bool) {
	f.files[name] = true
	if static {
		return
	}
	base := path.Base(name)
	switch {
	case strings.HasSuffix(base, Suffix):
		f.subjects = append(f.subjects, name)
	case path.Ext(base) == ".go" || path.Ext(base) == ".templ":
		f.goDirs[path.Dir(name)] = true
	case IsGolden(base):
		f.goldens = append(f.goldens, name)
	case base == "index.md":
		f.indexes = append(f.indexes, name)
	case f.config.Ending(base) != "" && base != LayoutFile && !strings.HasPrefix(base, "_"):
		f.components = append(f.components, name)
	}
}
