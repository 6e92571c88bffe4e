package build

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// checkOutput resolves the directory and refuses those whose loss nobody can
// want.
func checkOutput(dir, catalog string) (string, error) {
	refuse := func(why string) (string, error) {
		return "", fmt.Errorf("%w: %s %s; name another with -o", ErrOutput, dir, why)
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("resolving %s: %w", dir, err)
	}
	real, err := realPath(abs)
	if err != nil {
		return refuse("can't be reached: " + err.Error())
	}
	if info, err := os.Stat(real); err == nil && !info.IsDir() {
		return refuse("is a file")
	}
	home, _ := os.UserHomeDir()
	if home != "" {
		home, _ = realPath(home)
	}
	switch {
	case real == filepath.Dir(real):
		return refuse("is the root directory")
	case real == home:
		return refuse("is your home directory")
	case real == catalog:
		return refuse("is the catalog itself")
	case within(catalog, real):
		return refuse("holds the catalog")
	}
	return real, nil
}

// realPath resolves the symbolic links of a path of which the end need not
// exist.
func realPath(name string) (string, error) {
	real, err := filepath.EvalSymlinks(name)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return real, err
	}
	if _, err := os.Lstat(name); err == nil {
		return "", fmt.Errorf("%s is a link that leads nowhere", name)
	}
	parent, err := realPath(filepath.Dir(name))
	return filepath.Join(parent, filepath.Base(name)), err
}

// within reports whether name lies below dir.
func within(name, dir string) bool {
	rel, err := filepath.Rel(dir, name)
	return err == nil && rel != "." && filepath.IsLocal(rel)
}

// litter is what desktops put into directories by themselves.
var litter = []string{".DS_Store", "Thumbs.db", "desktop.ini"}

// checkTop reports whether the directory holds a site, and refuses it if it
// holds anything else, as far as its top level shows. It spares a build that
// could not be published; publish looks at the rest.
func (o *output) checkTop() (old bool, err error) {
	entries, err := os.ReadDir(o.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, o.failed("reading", err)
	}
	if len(entries) == 0 {
		return false, nil
	}
	mine, err := readManifest(o.dir)
	if err != nil {
		return false, fmt.Errorf("%w: %s isn't empty and wasn't made by Storytime; empty it, or name another with -o", ErrOutput, o.named)
	}
	top := map[string]bool{}
	for f := range mine {
		name, _, _ := strings.Cut(f, "/")
		top[name] = true
	}
	var foreign []string
	for _, e := range entries {
		if !top[e.Name()] && !slices.Contains(litter, e.Name()) {
			foreign = append(foreign, e.Name())
		}
	}
	return true, o.refuse(foreign)
}

// checkAll refuses a directory that holds anything but a site.
func (o *output) checkAll(dir string) error {
	mine, err := readManifest(dir)
	if err != nil {
		mine = nil // then it has to be empty
	}
	var foreign []string
	err = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if _, ok := mine[rel]; !ok && !slices.Contains(litter, d.Name()) {
			foreign = append(foreign, rel)
		}
		return nil
	})
	if err != nil {
		return o.failed("reading", err)
	}
	return o.refuse(foreign)
}

// refuse is the error for files that would be lost.
func (o *output) refuse(foreign []string) error {
	if len(foreign) == 0 {
		return nil
	}
	const most = 3
	names := strings.Join(foreign[:min(most, len(foreign))], ", ")
	if len(foreign) > most {
		names += ", …"
	}
	return fmt.Errorf("%w: %s has files that Storytime didn't put there (%s) and that would be lost; move them away (static files belong into the catalog's static/), or name another directory with -o",
		ErrOutput, o.named, names)
}

// readManifest returns the files of the site in a directory.
func readManifest(dir string) (map[string]struct{}, error) {
	data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(manifestFile)))
	if err != nil {
		return nil, err
	}
	files := map[string]struct{}{manifestFile: {}}
	for line := range strings.Lines(string(data)) {
		files[strings.TrimSuffix(line, "\n")] = struct{}{}
	}
	return files, nil
}
