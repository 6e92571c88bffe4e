package check

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Role returns an element's ARIA role: the one that it asks for, or else the
// one that HTML gives it. It is "generic" for what has no meaning, "none" for
// what is presentational, and "" for elements that no role of ARIA describes.
func (d *Document) Role(n *html.Node) string {
	if n.Type != html.ElementNode || n.Data == rootName {
		return ""
	}
	value, given := lookup(n, "role")
	if !given {
		return d.nativeRole(n)
	}
	for word := range strings.FieldsSeq(value) {
		role, ok := canonical(strings.ToLower(word))
		switch {
		case !ok:
			continue
		case role == "none":
			if d.notPresentational(n) {
				return d.nativeRole(n)
			}
			return role
		case (role == "region" || role == "form") && !d.named(n):
			continue
		}
		return role
	}
	return d.nativeRole(n)
}

// notPresentational is the conflict of ARIA's section 5.3.3: what can have
// the focus, or bears a global property, keeps its own role.
func (d *Document) notPresentational(n *html.Node) bool {
	return focusable(n) || globalProperty(n)
}

// globalProperty reports whether an element bears one of the properties of
// ARIA that every role has, aria-hidden left out.
func globalProperty(n *html.Node) bool {
	for _, a := range n.Attr {
		if !strings.HasPrefix(a.Key, "aria-") {
			continue
		}
		switch a.Key[len("aria-"):] {
		case "atomic", "braillelabel", "brailleroledescription", "busy", "controls", "current", "describedby", "description", "details",
			"dropeffect", "flowto", "grabbed", "keyshortcuts", "label", "labelledby", "live", "owns", "relevant", "roledescription":
			if a.Val != "" {
				return true
			}
		}
	}
	return false
}

// focusable reports whether an element can have the focus.
func focusable(n *html.Node) bool {
	if n.Namespace == "" {
		switch n.DataAtom {
		case atom.Button, atom.Select, atom.Textarea, atom.Input:
			if n.DataAtom == atom.Input && inputType(n) == "hidden" {
				return false
			}
			if !has(n, "disabled") && !inDisabledFieldset(n) {
				return true
			}
			return false
		case atom.Iframe:
			return true
		case atom.Summary:
			if n.Parent != nil && n.Parent.DataAtom == atom.Details && child(n.Parent, atom.Summary) == n {
				return true
			}
		case atom.Audio, atom.Video:
			if has(n, "controls") {
				return true
			}
		}
	}
	if (n.Data == "a" || n.Data == "area") && (has(n, "href") || has(n, "xlink:href")) {
		return true
	}
	if v, ok := lookup(n, "contenteditable"); ok && !strings.EqualFold(v, "false") {
		return true
	}
	_, ok := integer(attr(n, "tabindex"))
	return ok
}

// integer reads a number as HTML does: what follows it is ignored.
func integer(s string) (int, bool) {
	s = strings.TrimLeft(s, " \t\r\n\f")
	negative := strings.HasPrefix(s, "-")
	s = strings.TrimLeft(s, "+-")
	value, digits := 0, 0
	for digits < len(s) && digits < 9 && s[digits] >= '0' && s[digits] <= '9' {
		value = value*10 + int(s[digits]-'0')
		digits++
	}
	if negative {
		value = -value
	}
	return value, digits > 0
}

// plainRoles are the elements whose role depends on nothing.
var plainRoles = map[atom.Atom]string{
	atom.Address: "group", atom.Article: "article", atom.B: "generic", atom.Bdi: "generic", atom.Bdo: "generic",
	atom.Blockquote: "blockquote", atom.Body: "generic", atom.Button: "button", atom.Caption: "caption", atom.Code: "code",
	atom.Data: "generic", atom.Datalist: "listbox", atom.Dd: "definition", atom.Del: "deletion", atom.Details: "group",
	atom.Dfn: "term", atom.Dialog: "dialog", atom.Div: "generic", atom.Dt: "term", atom.Em: "emphasis",
	atom.Fieldset: "group", atom.Figure: "figure", atom.H1: "heading", atom.H2: "heading", atom.H3: "heading",
	atom.H4: "heading", atom.H5: "heading", atom.H6: "heading", atom.Hgroup: "group", atom.Hr: "separator", atom.I: "generic",
	atom.Ins: "insertion", atom.Main: "main", atom.Mark: "mark", atom.Math: "math", atom.Menu: "list", atom.Meter: "meter",
	atom.Nav: "navigation", atom.Ol: "list", atom.Optgroup: "group", atom.Option: "option", atom.Output: "status",
	atom.P: "paragraph", atom.Pre: "generic", atom.Progress: "progressbar", atom.Q: "generic", atom.S: "deletion",
	atom.Samp: "generic", atom.Small: "generic", atom.Span: "generic", atom.Strong: "strong", atom.Sub: "subscript",
	atom.Sup: "superscript", atom.Textarea: "textbox", atom.Time: "time", atom.U: "generic", atom.Ul: "list",
	atom.Html: "document",
}

// nativeRole returns the role that HTML-AAM gives to an element.
func (d *Document) nativeRole(n *html.Node) string {
	switch n.Namespace {
	case "svg":
		return d.svgRole(n)
	case "math":
		if n.DataAtom == atom.Math {
			return "math"
		}
		return ""
	}
	switch n.DataAtom {
	case atom.A, atom.Area:
		if has(n, "href") {
			return "link"
		}
		return "generic"
	case atom.Aside:
		if sectioned(n, false) && !d.named(n) {
			return "generic"
		}
		return "complementary"
	case atom.Footer, atom.Header:
		switch {
		case sectioned(n, true):
			return "generic"
		case n.DataAtom == atom.Footer:
			return "contentinfo"
		}
		return "banner"
	case atom.Form:
		return "form"
	case atom.Section:
		if d.named(n) {
			return "region"
		}
		return "generic"
	case atom.Img:
		if alt, ok := lookup(n, "alt"); ok && alt == "" && !globalProperty(n) && !focusable(n) && attr(n, "title") == "" {
			return "none"
		}
		return "img"
	case atom.Input:
		return d.inputRole(n)
	case atom.Select:
		if isDropdown(n) {
			return "combobox"
		}
		return "listbox"
	case atom.Li:
		return d.itemRole(n)
	case atom.Summary:
		if n.Parent != nil && n.Parent.DataAtom == atom.Details && child(n.Parent, atom.Summary) == n {
			return "button"
		}
		return "generic"
	case atom.Table:
		return "table"
	case atom.Tr, atom.Td, atom.Th, atom.Tbody, atom.Thead, atom.Tfoot:
		return d.tableRole(n)
	}
	if n.Data == "search" {
		return "search"
	}
	return plainRoles[n.DataAtom]
}

func (d *Document) svgRole(n *html.Node) string {
	switch n.Data {
	case "svg":
		return "img"
	case "a":
		if has(n, "href") || has(n, "xlink:href") {
			return "link"
		}
	case "g":
		if svgTitle(n) != "" || attr(n, "aria-label") != "" {
			return "group"
		}
	}
	return ""
}

// itemRole returns the role of an li: a list that is presentational takes it
// along, and one that is something else has no items. An li alone is one, as
// in browsers, since it may well be a component.
func (d *Document) itemRole(n *html.Node) string {
	p := n.Parent
	if p == nil || p.DataAtom != atom.Ul && p.DataAtom != atom.Ol && p.DataAtom != atom.Menu || !has(p, "role") {
		return "listitem"
	}
	switch d.Role(p) {
	case "list":
		return "listitem"
	case "none":
		if d.notPresentational(n) {
			return "listitem"
		}
		return "none"
	}
	return "generic"
}

// presentational reports whether an element asks for no role and gets it.
func (d *Document) presentational(n *html.Node) bool {
	return has(n, "role") && d.Role(n) == "none"
}

// sectioned reports whether an element belongs to a part of the page rather
// than to the page, which makes no landmark of a header or footer. An aside
// in main is still one.
func sectioned(n *html.Node, main bool) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		switch p.DataAtom {
		case atom.Article, atom.Aside, atom.Nav, atom.Section:
			return true
		case atom.Main:
			if main {
				return true
			}
		}
		switch attr(p, "role") {
		case "article", "complementary", "navigation", "region":
			return true
		case "main":
			if main {
				return true
			}
		}
	}
	return false
}

func (d *Document) inputRole(n *html.Node) string {
	switch inputType(n) {
	case "button", "image", "reset", "submit":
		return "button"
	case "checkbox":
		return "checkbox"
	case "radio":
		return "radio"
	case "number":
		return "spinbutton"
	case "range":
		return "slider"
	case "email", "tel", "text", "url":
		if d.suggests(n) {
			return "combobox"
		}
		return "textbox"
	case "search":
		if d.suggests(n) {
			return "combobox"
		}
		return "searchbox"
	}
	return ""
}

// suggests reports whether an input has a list of suggestions.
func (d *Document) suggests(n *html.Node) bool {
	id, given := lookup(n, "list")
	if !given {
		return false
	}
	list := d.byID(id)
	return list != nil && list.DataAtom == atom.Datalist
}

// isDropdown reports whether a select shows one option at a time.
func isDropdown(n *html.Node) bool {
	size, _ := integer(attr(n, "size"))
	return !has(n, "multiple") && size <= 1
}

// tableRole returns the role of a part of a table, which it has of the table.
func (d *Document) tableRole(n *html.Node) string {
	table := n.Parent
	for table != nil && table.DataAtom != atom.Table {
		table = table.Parent
	}
	role := ""
	if table != nil {
		role = d.Role(table)
	}
	switch role {
	case "table", "grid", "treegrid":
	case "none":
		if d.presentational(table) && !d.notPresentational(n) {
			return "none"
		}
		return "generic"
	default:
		return "generic"
	}
	if n.DataAtom == atom.Td || n.DataAtom == atom.Th {
		if row := n.Parent; row.DataAtom == atom.Tr && d.presentational(row) && !d.notPresentational(n) {
			return "none"
		}
	}
	switch n.DataAtom {
	case atom.Tr:
		return "row"
	case atom.Td:
		if role != "table" {
			return "gridcell"
		}
		return "cell"
	case atom.Th:
		return headerRole(n)
	}
	return "rowgroup"
}

// headerRole tells a column's header from a row's.
func headerRole(n *html.Node) string {
	switch strings.ToLower(attr(n, "scope")) {
	case "col", "colgroup":
		return "columnheader"
	case "row", "rowgroup":
		return "rowheader"
	}
	row := n.Parent
	if row == nil {
		return "columnheader"
	}
	// An empty cell in the corner is no data.
	for c := row.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.Td && (c.FirstChild != nil && (c.FirstChild.Type == html.ElementNode || fold(textContent(c)) != "")) {
			return "rowheader"
		}
	}
	return "columnheader"
}
