package story

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// ConfigFile is the name of the settings of a catalog, in its root.
const ConfigFile = "storytime.yaml"

// A Config is the settings of a catalog.
type Config struct {
	Title       string
	Description string
	Lang        string
	Static      []Mount
	Styles      []Ref
	Scripts     []Ref
	Themes      []Theme
	Viewports   []Viewport
	Backgrounds []Background
	Layout      Ref
	Ignore      []string
	Templates   []Ref
	// Funcs names the application's functions for templates, in Go.
	Funcs  Ref
	Before []Command
	// Renderers are sorted, longer endings first.
	Renderers []Renderer
	// TestID is the attribute that `testid:` of a check asks for; "" is
	// data-testid.
	TestID string
	// Lint is what all stories begin with.
	Lint Lint
	// Go says how Go components are built.
	Go Go
	// Brand is how the workshop looks.
	Brand Brand
	// RawHTML lets HTML through in prose.
	RawHTML bool
}

// A Mount serves a directory, which may lie outside the catalog, under a
// path of the site.
type Mount struct {
	// Prefix is without slashes at its ends: "assets" for `/assets`.
	Prefix string
	// Dir is as written, relative to the catalog's root.
	Dir Ref
}

// A Theme is attributes of the <html> element of a story's document.
type Theme struct {
	Name       string
	Attributes []Attribute
}

// An Attribute is an attribute of an element.
type Attribute struct{ Name, Value string }

// A Viewport is a size to look at a story in, in CSS pixels. A height of
// zero is free.
type Viewport struct {
	Name          string
	Width, Height int
}

// A Background is a CSS colour to look at a story on.
type Background struct{ Name, Color string }

// A Command is a program that the settings name.
type Command struct {
	// Run is a line for the shell, or Args a program and its arguments.
	Run  string
	Args []string
	// Reads and Writes are globs of the files that the command reads, and the
	// files that it writes, relative to the catalog's root.
	Reads, Writes []string
	At            problem.Place
}

var configKeys = []string{
	"title", "description", "lang", "static", "styles", "scripts", "themes", "viewports", "backgrounds",
	"brand", "layout", "ignore", "templates", "funcs", "before", "renderers", "go", "testid", "lint", "rawHTML",
}

var defaultViewports = []Viewport{
	{"phone", 390, 844}, {"tablet", 820, 1180}, {"laptop", 1280, 800}, {"desktop", 1600, 1000},
}

// readConfig reads storytime.yaml. An empty source stands for no file.
func readConfig(src *Source, rules lintReader) Config {
	c := Config{Lang: "en", Viewports: defaultViewports}
	d := decoder{src: src}
	v, _ := d.decode(src.Text)
	f := newFields(src, v, ConfigFile, configKeys)
	c.Title, c.Description = f.text("title"), f.text("description")
	if lang := f.ref("lang"); lang.Name != "" {
		if regexp.MustCompile(`^[A-Za-z0-9-]{2,35}$`).MatchString(lang.Name) {
			c.Lang = lang.Name
		} else {
			src.Report(problem.Type, lang.At, utf8.RuneCountInString(lang.Name), fmt.Sprintf("%q isn't a language", lang.Name),
				"write a language tag such as `en` or `pt-BR`")
		}
	}
	c.Styles, c.Scripts = f.refs("styles"), f.refs("scripts")
	c.Lint = rules.lint(f, nil)
	if id := f.ref("testid"); id.Name != "" && !attributeName.MatchString(id.Name) {
		src.Report(problem.Type, id.At, utf8.RuneCountInString(id.Name), fmt.Sprintf("%q can't be the name of an attribute", id.Name),
			"write the name alone, as in `testid: data-test`")
	} else {
		c.TestID = strings.ToLower(id.Name)
	}
	c.Layout, c.Templates, c.RawHTML = f.ref("layout"), f.refs("templates"), f.flag("rawHTML")
	if c.Funcs = f.ref("funcs"); c.Funcs.Name != "" && !IsGo(c.Funcs.Name) {
		src.Report(problem.Type, c.Funcs.At, utf8.RuneCountInString(c.Funcs.Name), fmt.Sprintf("%q can't be the name of functions in Go", c.Funcs.Name),
			"name an exported variable or function, as in `funcs: ./web.Funcs`")
		c.Funcs = Ref{}
	}
	for _, glob := range f.refs("ignore") {
		if !doublestar.ValidatePattern(glob.Name) {
			src.Report(problem.Type, glob.At, utf8.RuneCountInString(glob.Name), fmt.Sprintf("%q isn't a pattern", glob.Name),
				"close its brackets, or escape them with a backslash")
			continue
		}
		c.Ignore = append(c.Ignore, glob.Name)
	}
	c.Static = readMounts(f)
	c.Renderers = readRenderers(f)
	c.Go = readGo(f)
	c.Brand = readBrand(f)
	c.Themes = readThemes(f)
	if v := readViewports(f); v != nil {
		c.Viewports = v
	}
	for _, b := range f.object("backgrounds") {
		color, ok := b.Value.Data.(string)
		if !ok || !colorText.MatchString(color) {
			f.unfit(b.Name, b.Value, "a CSS colour", "write it in quotes, as in `paper: \"#fff\"`")
			continue
		}
		c.Backgrounds = append(c.Backgrounds, Background{b.Name, color})
	}
	for _, item := range f.list("before") {
		if command, ok := readCommand(src, item, "a command of `before:`"); ok {
			c.Before = append(c.Before, command)
		}
	}
	return c
}

func readMounts(f fields) []Mount {
	var mounts []Mount
	for _, m := range f.object("static") {
		dir, ok := m.Value.Data.(string)
		prefix := strings.Trim(path.Clean("/"+m.Name), "/")
		switch {
		case !ok || dir == "":
			f.wrong(m.Name, m.Value, "a directory", "write `/assets: ../web/assets`")
		case !strings.HasPrefix(m.Name, "/") || prefix == "":
			f.src.Report(problem.Type, m.At, utf8.RuneCountInString(m.Name),
				fmt.Sprintf("%q isn't a path of the site", m.Name), "begin it with a slash, as in `/assets: ../web/assets`")
		case prefix == SiteDir || strings.HasPrefix(prefix, SiteDir+"/"):
			f.src.Report(problem.Address, m.At, utf8.RuneCountInString(m.Name),
				fmt.Sprintf("%q is where the workshop's own files are", m.Name), "choose another path")
		default:
			mounts = append(mounts, Mount{prefix, Ref{dir, m.Value.At}})
		}
	}
	// The longest prefix is the nearest: it is asked first.
	slices.SortStableFunc(mounts, func(a, b Mount) int { return len(b.Prefix) - len(a.Prefix) })
	return mounts
}

// attributeName is what HTML lets an attribute be called, less what only a
// mistake would have in it.
var attributeName = regexp.MustCompile(`^[A-Za-z_:][A-Za-z0-9_:.-]*$`)

func readThemes(f fields) []Theme {
	var themes []Theme
	for _, t := range f.object("themes") {
		theme := Theme{Name: t.Name}
		attributes, ok := t.Value.Data.(Map)
		if !ok && t.Value.Data != nil {
			f.wrong(t.Name, t.Value, "attributes", "write `dark: {data-theme: dark}`")
			continue
		}
		for _, a := range attributes {
			name := strings.ToLower(a.Name)
			if !attributeName.MatchString(name) || strings.HasPrefix(name, "on") {
				f.src.Report(problem.Type, a.At, utf8.RuneCountInString(a.Name),
					fmt.Sprintf("a theme can't set the attribute %q", a.Name), "use an attribute such as data-theme, class, lang or dir")
				continue
			}
			switch a.Value.Data.(type) {
			case Map, List:
				f.wrong(a.Name, a.Value, "text", "write `"+a.Name+": some text`")
				continue
			case nil:
				a.Value.Data = ""
			}
			theme.Attributes = append(theme.Attributes, Attribute{name, fmt.Sprint(a.Value.Data)})
		}
		themes = append(themes, theme)
	}
	return themes
}

// maxViewport is larger than any screen, in CSS pixels.
const maxViewport = 10_000

func readViewports(f fields) []Viewport {
	var viewports []Viewport
	for _, v := range f.object("viewports") {
		viewport, ok := parseViewport(v.Value.Data)
		if !ok {
			f.unfit(v.Name, v.Value, fmt.Sprintf("a size from 1 to %d pixels", maxViewport), "write a width, or a width and a height: `"+v.Name+": 390x844`")
			continue
		}
		viewport.Name = v.Name
		viewports = append(viewports, viewport)
	}
	return viewports
}

// parseViewport understands 390, "390x844" and {width: 390, height: 844}.
func parseViewport(data any) (Viewport, bool) {
	var v Viewport
	switch d := data.(type) {
	case int:
		v.Width = d
	case string:
		width, height, hasHeight := strings.Cut(strings.ReplaceAll(d, "×", "x"), "x")
		var err error
		if v.Width, err = strconv.Atoi(strings.TrimSpace(width)); err != nil {
			return v, false
		}
		if hasHeight {
			if v.Height, err = strconv.Atoi(strings.TrimSpace(height)); err != nil || v.Height <= 0 {
				return v, false
			}
		}
	case Map:
		for _, f := range d {
			n, ok := f.Value.Data.(int)
			switch {
			case ok && f.Name == "width":
				v.Width = n
			case ok && f.Name == "height" && n > 0:
				v.Height = n
			default:
				return v, false
			}
		}
	}
	return v, v.Width > 0 && v.Width <= maxViewport && v.Height <= maxViewport
}

var commandKeys = []string{"run", "reads", "writes"}

// readCommand reads a command, which messages call what.
func readCommand(src *Source, v Value, what string) (Command, bool) {
	// A line alone is a command that says nothing of its files.
	if line, ok := v.Data.(string); ok {
		v.Data = Map{{Name: "run", At: v.At, Value: Value{line, v.At}}}
	}
	if _, ok := v.Data.(Map); !ok {
		v.Data = nil // what is said below is enough
	}
	f := newFields(src, v, what, commandKeys)
	c := Command{At: v.At, Reads: f.texts("reads"), Writes: f.texts("writes")}
	run, _ := f.get("run")
	switch d := run.Data.(type) {
	case string:
		c.Run, c.At = d, run.At
	case List:
		c.Args, c.At = f.texts("run"), run.At
	}
	if strings.TrimSpace(c.Run) == "" && len(c.Args) == 0 {
		src.Report(problem.Type, v.At, 1, what+" has nothing to run", "write `run: some-command --its-flags`")
		return c, false
	}
	return c, true
}

// String returns the command as a person would type it.
func (c Command) String() string {
	if len(c.Args) > 0 {
		return strings.Join(c.Args, " ")
	}
	return c.Run
}

// Short returns the command for a message: its first line, in quotes.
func (c Command) Short() string {
	first, rest, _ := strings.Cut(strings.TrimSpace(c.String()), "\n")
	if strings.TrimSpace(rest) != "" {
		first += " …"
	}
	return `"` + first + `"`
}

// ReadConfig reads the settings of a catalog alone, for what has to be done
// before the catalog is read. Read says what is wrong in them.
func ReadConfig(fsys fs.FS) Config { return readConfig(configSource(fsys), nil) }

// configSource reads storytime.yaml; without one it is empty.
func configSource(fsys fs.FS) *Source {
	if _, err := fs.Stat(fsys, ConfigFile); errors.Is(err, fs.ErrNotExist) {
		return &Source{Name: ConfigFile}
	}
	return ReadSource(fsys, ConfigFile)
}
