package ui

import (
	"maps"
	"path"
	"slices"
	"strings"
)

// The workshop's own files, relative to the site's root. A story's own
// document loads FrameScript, blocking, in its head and before any style, and
// links Icon; it needs nothing else.
const (
	FrameScript = Dir + "/frame.js"
	Icon        = Dir + "/icon.svg"

	// What Storybook's clients load: the page, its script, and what that has to
	// know of the stories, which is the caller's.
	StorybookPage   = "iframe.html"
	StorybookScript = Dir + "/storybook.js"
	StorybookData   = Dir + "/storybook.json"

	styleFile  = Dir + "/workshop.css"
	ScriptFile = Dir + "/workshop.js"
	themeFile  = Dir + "/theme.js"
	navFile    = Dir + "/nav.js"
	searchFile = Dir + "/search.js"
)

// IconOf returns the file of a site's icon and its type.
func IconOf(site *Site) (file, mediaType string) {
	switch file = site.Brand.Favicon; strings.ToLower(path.Ext(file)) {
	case "":
		return Icon, "image/svg+xml"
	case ".svg":
		return file, "image/svg+xml"
	case ".ico":
		return file, "image/x-icon"
	default:
		return file, "image/" + strings.ToLower(strings.TrimPrefix(path.Ext(file), "."))
	}
}

// A File is one file of the site. Path is relative to its root.
type File struct {
	Path string
	Data []byte
}

// Files returns everything that lies below Dir, in a fixed order and, for the
// same input, the same to the byte.
func Files(site *Site, nav []*Node, index []Entry) []File {
	w := wordsIn(site.Lang)
	files := []File{
		{FrameScript, frameScript(site)},
		{Icon, []byte(asset("icon/icon.svg"))},
		{navFile, navScript(nav)},
		{searchFile, searchScript(nav, index)},
		{themeFile, []byte(leanScript(asset("shell/theme.js")))},
		{styleFile, []byte(stylesheet(site.Brand.Accent))},
		{ScriptFile, []byte(script(w))},
		{StorybookScript, []byte(storybookScript())},
	}
	for _, name := range slices.Sorted(maps.Keys(later)) {
		files = append(files, File{Dir + "/" + name, []byte(laterScript(name, w))})
	}
	return files
}
