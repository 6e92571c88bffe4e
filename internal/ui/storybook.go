package ui

import (
	"io"
	"strings"
)

// storybookScripts are the parts of storybook.js. begin.js is no function of
// its own but the head of all.
var storybookScripts = []string{
	"storybook/channel.js",
	"storybook/address.js",
	"storybook/show.js",
	"storybook/preview.js",
}

// storybookScript is storybook.js, the script of iframe.html.
func storybookScript() string {
	var b strings.Builder
	b.WriteString("(()=>{\n")
	b.WriteString(leanScript(asset("storybook/begin.js")))
	for _, name := range storybookScripts {
		b.WriteString("(()=>{\n")
		b.WriteString(leanScript(asset(name)))
		b.WriteString("})();\n")
	}
	b.WriteString("})();\n")
	return b.String()
}

// LiveStorybook is what the development server adds to storybook.js, so that
// iframe.html follows the catalog as it changes.
func LiveStorybook() []byte {
	return []byte("(()=>{\n" + leanScript(asset("storybook/follow.js")) + "})();\n")
}

// Storybook writes the page that Storybook's clients open.
func (p *Pages) Storybook(w io.Writer, page *Page) error {
	return p.templates.ExecuteTemplate(w, "storybook", p.bare(page))
}

// ThemeAttributes are the attributes of each theme, by its name, as the
// scripts take them.
func (s *Site) ThemeAttributes() map[string][][2]string {
	themes := make(map[string][][2]string, len(s.Themes))
	for _, theme := range s.Themes {
		list := [][2]string{}
		for _, a := range theme.Attributes {
			list = append(list, [2]string{a.Name, a.Value})
		}
		themes[theme.Name] = list
	}
	return themes
}
