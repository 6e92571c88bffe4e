package main

import (
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/storytime-dev/storytime/pkg/gohost"
	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/render"
	"github.com/storytime-dev/storytime/pkg/story"
)

// An unwritten is a component that no story shows.
type unwritten struct {
	Name string `json:"name"` // what `storytime new story` takes
	File string `json:"file"` // where it is, relative to the catalog
	Line int    `json:"line,omitempty"`
	// StoryFile is the file that a story of it belongs into, relative to the
	// catalog, and Story that story, ready to paste into any file beside it.
	StoryFile string `json:"storyFile"`
	Story     string `json:"story"`
	// file is all of a new StoryFile.
	file string
}

// findUnwritten returns the components of a catalog that no story shows: the
// files that are shown as they are, and the Go components of its module.
func findUnwritten(ctx context.Context, dir string, c *story.Catalog) ([]unwritten, error) {
	all := []unwritten{}
	for _, u := range c.Subjects() {
		if !u.Implicit {
			continue
		}
		props := u.Props
		if c.Ending(u.File) == ".html" {
			for _, name := range render.Fields(story.ReadSource(c.FS, u.File).Text) {
				props = append(props, story.Prop{Name: name, Type: story.TypeText, Required: true})
			}
		}
		all = append(all, unwritten{
			Name: u.File, File: u.File, StoryFile: c.Stem(u.File) + story.Suffix,
			Story: storyText(u.Title, path.Base(u.File), props), file: storyText(u.Title, "", props),
		})
	}
	inGo, err := unwrittenInGo(ctx, dir, c)
	return append(all, inGo...), err
}

func unwrittenInGo(ctx context.Context, dir string, c *story.Catalog) ([]unwritten, error) {
	needs := render.GoNeeds(c)
	if !c.HasGo() && len(needs.Components)+len(needs.Blocks) == 0 {
		return nil, nil
	}
	abs, err := filepath.Abs(dir)
	if err == nil {
		abs, err = filepath.EvalSymlinks(abs)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the catalog: %w", err)
	}
	module, p, err := gohost.Open(ctx, gohost.Options{Dir: abs, Tags: c.Go.Tags, Args: c.Go.Args})
	if p != nil || err != nil {
		return nil, orError(p, err)
	}
	components, err := module.List(ctx)
	if err != nil {
		return nil, err
	}
	host, err := module.Build(ctx, needs)
	if err != nil {
		return nil, err
	}
	shown := map[string]bool{} // by a story of its own, not as a part of another
	for _, u := range c.Subjects() {
		for _, st := range u.Stories {
			if st.Language != "yaml" || !story.IsGo(st.Component.Name) {
				continue
			}
			if used, p := host.Component(render.GoRef(path.Dir(u.File), st.Component, u.Imports)); p == nil {
				shown[used.Import+" "+used.Name] = true
			}
		}
	}
	var all []unwritten
	for _, g := range components {
		ignored := filepath.IsLocal(filepath.FromSlash(g.Place.File)) && !c.Files[g.Place.File]
		if !ignored && !shown[g.Import+" "+g.Name] {
			all = append(all, unwrittenGo(g))
		}
	}
	slices.SortFunc(all, func(a, b unwritten) int { return strings.Compare(a.File+a.Name, b.File+b.Name) })
	return all, nil
}

func orError(p *problem.Problem, err error) error {
	if p != nil {
		return errors.New(p.Message + "; " + p.Hint)
	}
	return err
}

// unwrittenGo says where the story of a Go component belongs: beside it, if
// that is in the catalog.
func unwrittenGo(g gohost.Component) unwritten {
	_, name, _ := strings.Cut(g.Name, ".")
	u := unwritten{Name: g.Name, File: g.Place.File, Line: g.Place.Line, StoryFile: kebab(name) + story.Suffix}
	component := name
	if filepath.IsLocal(filepath.FromSlash(g.Place.File)) {
		u.StoryFile = path.Join(path.Dir(g.Place.File), u.StoryFile)
	} else {
		component = g.Import + "." + name
	}
	u.Story = storyText(words(name), component, g.Props)
	u.file = storyText(words(name), "", g.Props)
	if story.GoNameOf(kebab(name)) != component { // it isn't the file's own
		u.file = "---\ncomponent: " + component + "\n---\n\n" + u.file
	}
	return u
}

// storyText is a story that gives a component what it requires.
func storyText(title, component string, props story.Props) string {
	var settings []string
	if component != "" {
		settings = append(settings, "component: "+component)
	}
	var given story.Map
	for _, p := range props {
		if p.Required && p.Name != "children" {
			given = append(given, story.Field{Name: p.Name, Value: story.Value{Data: example(p)}})
		}
	}
	if given != nil {
		settings = append(settings, "props: "+story.Value{Data: given}.String())
	}
	text := "## " + title + "\n\n```yaml story\n"
	for _, s := range settings {
		text += s + "\n"
	}
	return text + "```\n"
}

// example is a value that a prop may have.
func example(p story.Prop) any {
	if len(p.Options) > 0 {
		return p.Options[0].Data
	}
	switch p.Type {
	case story.TypeNumber, story.TypeInteger:
		return 1
	case story.TypeBoolean:
		return true
	case story.TypeList:
		return story.List{}
	case story.TypeObject:
		return story.Map{}
	case story.TypeDate:
		return "2026-01-31"
	case story.TypeColor:
		return "#336699"
	}
	return words(p.Name)
}

// words makes words of a name: "Icon button" of IconButton.
func words(name string) string {
	text := strings.ReplaceAll(kebab(name), "-", " ")
	if text == "" {
		return name
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// kebab makes icon-button of IconButton and icon_button.
func kebab(name string) string {
	var b strings.Builder
	before := ' '
	for _, r := range name {
		upper := r >= 'A' && r <= 'Z'
		switch {
		case r == '_' || r == ' ' || r == '.':
			r = '-'
		case upper && before != ' ' && before != '-' && (before < 'A' || before > 'Z'):
			b.WriteByte('-')
		}
		before = r
		b.WriteString(strings.ToLower(string(r)))
	}
	return b.String()
}
