package story

import "path"

// NoLayout is what a story's `layout:` says to be shown in no layout at all.
const NoLayout = "none"

// LayoutOf returns the layout file that a story is shown in and, when the
// story or the settings name it, where; "" when there is none. A story's own
// comes first, then the nearest layout.html above its file, then the
// catalog's.
func (c *Catalog) LayoutOf(s *Story) Ref {
	dir := path.Dir(s.Subject.File)
	if s.Layout.Name == NoLayout {
		return Ref{}
	}
	if s.Layout.Name != "" {
		file, _ := ComponentPath(dir, s.Layout.Name)
		return Ref{Name: file, At: s.Layout.At}
	}
	for {
		if file := path.Join(dir, LayoutFile); c.Files[file] {
			return Ref{Name: file}
		}
		if dir == "." {
			break
		}
		dir = path.Dir(dir)
	}
	if c.Layout.Name == "" || c.Layout.Name == NoLayout {
		return Ref{}
	}
	file, _ := ComponentPath("", c.Layout.Name)
	return Ref{Name: file, At: c.Layout.At}
}
