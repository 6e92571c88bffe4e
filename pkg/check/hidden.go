package check

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Hidden reports whether an element is hidden from everybody, or from
// assistive technology: by itself or with something that it stands in. Style
// sheets don't count, inline styles do.
func (d *Document) Hidden(n *html.Node) bool {
	visibility := ""
	for p := n; p != nil && p.Type == html.ElementNode; p = p.Parent {
		if notShown(p) {
			return true
		}
		if visibility == "" {
			visibility = styleOf(p, "visibility")
		}
	}
	return visibility == "hidden" || visibility == "collapse"
}

// notShown reports whether an element hides itself and all that is in it,
// without regard to what it stands in except where that is a closed details.
func notShown(n *html.Node) bool { return ariaHidden(n) || away(n) }

// ariaHidden reports whether an element hides itself from assistive
// technology, and from nobody else.
func ariaHidden(n *html.Node) bool { return strings.EqualFold(attr(n, "aria-hidden"), "true") }

// away reports whether an element hides itself from everybody.
func away(n *html.Node) bool {
	if closed(n) || has(n, "inert") {
		return true
	}
	switch display := styleOf(n, "display"); display {
	case "":
		return hiddenByDefault(n)
	default:
		return display == "none" || neverShown(n)
	}
}

// hiddenByDefault is what the style sheet of every browser hides.
func hiddenByDefault(n *html.Node) bool {
	if _, ok := lookup(n, "hidden"); ok {
		return true
	}
	if n.Namespace != "" {
		return false
	}
	switch n.DataAtom {
	case atom.Dialog:
		return !has(n, "open")
	case atom.Datalist, atom.Rp, atom.Noembed, atom.Noframes, atom.Head, atom.Script, atom.Style, atom.Title, atom.Meta, atom.Link, atom.Base:
		return true
	}
	return neverShown(n) || has(n, "popover")
}

// neverShown is what no style sheet can show.
func neverShown(n *html.Node) bool {
	if n.Namespace != "" {
		return false
	}
	switch n.DataAtom {
	case atom.Template, atom.Param, atom.Source, atom.Track, atom.Col, atom.Colgroup:
		return true
	case atom.Input:
		return inputType(n) == "hidden"
	case atom.Audio:
		return !has(n, "controls")
	}
	// What stands in these is for browsers that don't know them.
	if p := n.Parent; p != nil && p.Namespace == "" {
		switch p.DataAtom {
		case atom.Video, atom.Audio, atom.Iframe, atom.Meter, atom.Progress:
			return true
		}
	}
	return false
}

// closed reports whether an element is in a closed details, of which only
// the summary is shown.
func closed(n *html.Node) bool {
	p := n.Parent
	return p != nil && skipped(p) && (p.DataAtom != atom.Details || n.DataAtom != atom.Summary || child(p, atom.Summary) != n)
}

// skipped reports whether an element shows nothing of what is in it, but a
// summary.
func skipped(n *html.Node) bool {
	return n.DataAtom == atom.Details && n.Namespace == "" && !has(n, "open") || styleOf(n, "content-visibility") == "hidden"
}

// styleOf returns what the inline style says of a property, in lower case.
func styleOf(n *html.Node, property string) string {
	style, found := lookup(n, "style")
	if !found || !strings.Contains(strings.ToLower(style), property) {
		return ""
	}
	value, important := "", false
	for declaration := range strings.SplitSeq(style, ";") {
		name, v, found := strings.Cut(declaration, ":")
		if !found || !strings.EqualFold(strings.TrimSpace(name), property) {
			continue
		}
		v = strings.ToLower(strings.TrimSpace(v))
		v, isImportant := strings.CutSuffix(v, "!important")
		if isImportant || !important {
			value, important = strings.TrimSpace(v), isImportant
		}
	}
	switch value {
	case "inherit", "unset", "revert", "revert-layer":
		return ""
	}
	return value
}
