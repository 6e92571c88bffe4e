package serve

import (
	"cmp"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/storytime-dev/storytime/pkg/problem"
)

const (
	defaultEditor = "vscode://file/{file}:{line}:{column}"
	noEditor      = "none"
)

// editorLink returns the address that opens a place in an editor, or "" if it
// has none.
func (w *Workshop) editorLink(at problem.Place) string {
	if at.File == "" || w.options.Editor == noEditor {
		return ""
	}
	file := filepath.Join(w.dir, filepath.FromSlash(at.File))
	if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() {
		return "" // it is a name for something else, or gone
	}
	path := (&url.URL{Path: strings.TrimPrefix(filepath.ToSlash(file), "/")}).EscapedPath()
	if strings.Contains(cmp.Or(w.options.Editor, defaultEditor), "file={file}") { // as in a query
		path = url.QueryEscape(file)
	}
	return strings.NewReplacer(
		"{file}", path, "{line}", strconv.Itoa(max(1, at.Line)), "{column}", strconv.Itoa(max(1, at.Column)),
	).Replace(cmp.Or(w.options.Editor, defaultEditor))
}
