package check

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Description returns an element's accessible description, white space
// folded: what aria-describedby refers to, aria-description, what HTML
// describes it with, or its title; the last two unless they are its name.
func (d *Document) Description(n *html.Node) string {
	w := namer{d: d, origin: n}
	if text := fold(w.references(n, "aria-describedby")); text != "" {
		return text
	}
	if text := fold(attr(n, "aria-description")); text != "" {
		return text
	}
	if text := fold(w.nativeDescription(n)); text != "" && text != d.Name(n) {
		return text
	}
	title := fold(attr(n, "title"))
	if title == "" {
		return ""
	}
	// A title that is the name for want of another describes nothing.
	role := d.Role(n)
	untitled := namer{d: d, origin: n, untitled: true, tree: role == "treeitem"}
	if roles[role]&unnamed == 0 && title == d.Name(n) && fold(untitled.text(n, place{top: true, role: role})) == "" {
		return ""
	}
	return title
}

// nativeDescription is the text that would be the name if nothing else were.
func (w *namer) nativeDescription(n *html.Node) string {
	if n.Namespace == "svg" {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.ElementNode && c.Data == "desc" {
				return textContent(c)
			}
		}
		return ""
	}
	switch n.DataAtom {
	case atom.Input:
		switch inputType(n) {
		case "button", "submit", "reset":
			return attr(n, "value")
		}
	case atom.Table:
		text, _ := w.first(n, atom.Caption)
		return text
	case atom.Summary:
		if attr(n, "aria-label") != "" || attr(n, "aria-labelledby") != "" {
			return w.content(n, place{})
		}
	}
	return ""
}
