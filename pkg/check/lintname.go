package check

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// This file has the rules for what must have a name.

const labelHint = "add a text, or aria-label"

// nameless reports whether an element has no name and shows.
func (l *linter) nameless(n *html.Node) bool { return l.d.Name(n) == "" && l.shown(n) }

// nameRoles are the roles that need a name, each with its rule and with what
// an element with it is called.
var nameRoles = map[string]struct{ rule, noun string }{
	"button": {"aria-command-name", "the button"}, "link": {"aria-command-name", "the link"}, "menuitem": {"aria-command-name", "the menu item"},
	"dialog": {"aria-dialog-name", "the dialog"}, "alertdialog": {"aria-dialog-name", "the dialog"},
	"combobox": {"aria-input-field-name", "the combobox"}, "listbox": {"aria-input-field-name", "the listbox"},
	"searchbox": {"aria-input-field-name", "the search field"}, "slider": {"aria-input-field-name", "the slider"},
	"spinbutton": {"aria-input-field-name", "the spin button"}, "textbox": {"aria-input-field-name", "the text field"},
	"meter": {"aria-meter-name", "the meter"}, "progressbar": {"aria-progressbar-name", "the progress bar"},
	"tab":      {"aria-tab-name", "the tab"},
	"checkbox": {"aria-toggle-field-name", "the checkbox"}, "menuitemcheckbox": {"aria-toggle-field-name", "the menu item"},
	"menuitemradio": {"aria-toggle-field-name", "the menu item"}, "radio": {"aria-toggle-field-name", "the radio button"},
	"switch": {"aria-toggle-field-name", "the switch"}, "option": {"aria-toggle-field-name", "the option"},
	"tooltip": {"aria-tooltip-name", "the tooltip"}, "treeitem": {"aria-treeitem-name", "the tree item"},
	"img": {"role-img-alt", "the image"}, "graphics-symbol": {"svg-img-alt", "the symbol"}, "graphics-document": {"svg-img-alt", "the drawing"},
}

// roleName searches what needs a name because of the role that it asks for.
// What needs one because of its tag is byTag's.
func (l *linter) roleName(n *html.Node, role string) {
	r, needed := nameRoles[role]
	if !needed || n.Namespace == "" && namedByTag(n) {
		return
	}
	drawn := n.Namespace == "svg"
	switch {
	case role == "img" && drawn:
		r.rule = "svg-img-alt"
	case strings.HasPrefix(role, "graphics-") && !drawn:
		return
	case role == "graphics-document" && n.Data != "svg":
		return
	case role == "combobox" && find(n, func(n *html.Node) bool { return n.DataAtom == atom.Input && labelable(n) }) != nil:
		return // the field in it has the name
	}
	if !l.nameless(n) || role == "listbox" && l.isPopup(n) {
		return
	}
	hint := "add aria-label, or aria-labelledby with the id of what names it"
	switch {
	case drawn:
		hint = "add a <title> as its first child, or aria-label; if it is decoration, put aria-hidden=\"true\" in place of the role"
	case r.rule == "role-img-alt":
		hint = "add aria-label that says what it shows"
	case roles[role]&fromContent != 0:
		hint = labelHint
	}
	l.report(r.rule, r.noun+" "+tagOf(n)+" has no name", "", hint)
}

// namedByTag reports whether a rule for the tag sees to an element's name.
func namedByTag(n *html.Node) bool {
	switch n.DataAtom {
	case atom.A:
		return has(n, "href")
	case atom.Summary:
		return nativeSummary(n)
	case atom.Button, atom.Input, atom.Textarea, atom.Select, atom.Img, atom.Area, atom.Object, atom.Iframe, atom.Meter, atom.Progress, atom.Option:
		return true
	}
	return false
}

// isPopup reports whether a combobox shows an element, which then needs no
// name of its own.
func (l *linter) isPopup(n *html.Node) bool {
	if l.comboboxes == nil {
		l.comboboxes = []*html.Node{}
		for _, e := range l.d.elements {
			if l.d.Role(e) == "combobox" {
				l.comboboxes = append(l.comboboxes, e)
			}
		}
	}
	id := attr(n, "id")
	for _, e := range l.comboboxes {
		if inside(n, e) || id != "" && (containsWord(attr(e, "aria-controls"), id) || containsWord(attr(e, "aria-owns"), id)) {
			return true
		}
	}
	return false
}

// containsWord reports whether one of the words of a list is the given one.
func containsWord(list, word string) bool {
	for w := range strings.FieldsSeq(list) {
		if w == word {
			return true
		}
	}
	return false
}

// needsName reports whether an element needs the name that its tag asks for
// although it asks for a role: one that needs no name relieves it, unless it
// takes the focus.
func needsName(n *html.Node, role string) bool {
	if role == "" || role == "none" || focusable(n) {
		return true
	}
	_, needed := nameRoles[role]
	return needed
}

func (l *linter) image(n *html.Node, role string) {
	alt, given := lookup(n, "alt")
	if given && alt == "" && role == "" && l.d.notPresentational(n) && l.shown(n) {
		l.report("presentation-role-conflict", "alt=\"\" of the image "+tagOf(n)+" says that it is decoration, but it takes the focus or has a name", "",
			"say in alt what it shows, or leave out what is at odds with it")
		return
	}
	if given && (alt == "" || fold(alt) != "") || !needsName(n, role) || l.d.Role(n) == "none" {
		return
	}
	if given {
		if l.shown(n) {
			l.report("image-alt", "the alternative text of the image "+tagOf(n)+" is only white space", "",
				"say what it shows, or write alt=\"\" if it is decoration")
		}
		return
	}
	if l.nameless(n) {
		l.report("image-alt", "the image "+tagOf(n)+" has no alternative text", "",
			"add alt=\"…\" that says what it shows, or alt=\"\" if it is decoration")
	}
}

func (l *linter) area(n *html.Node) {
	if !has(n, "href") {
		return
	}
	for p := n.Parent; p != nil; p = p.Parent {
		if p.DataAtom == atom.Map {
			if l.nameless(n) {
				l.report("area-alt", "the area "+tagOf(n)+" has no alternative text", "", "add alt=\"…\" that says where it leads")
			}
			return
		}
	}
}

// object is content to find the text of an object in it: what stands there is
// shown when the object isn't.
func (l *linter) object(n *html.Node, role string) {
	if !has(n, "data") || !needsName(n, role) || l.d.presentational(n) || n.FirstChild != nil && l.hasContent(n) {
		return
	}
	if l.nameless(n) {
		l.report("object-alt", "the object "+tagOf(n)+" has no alternative text", "", "add aria-label that says what it shows")
	}
}

// hasContent reports whether there is text in an element, or something that
// may stand for a text.
func (l *linter) hasContent(n *html.Node) bool {
	return fold(textContent(n)) != "" || find(n, func(n *html.Node) bool { return fold(attr(n, "alt")+attr(n, "aria-label")+attr(n, "title")) != "" }) != nil
}

func nativeSummary(n *html.Node) bool {
	return n.Parent != nil && n.Parent.DataAtom == atom.Details && child(n.Parent, atom.Summary) == n
}

// control searches what can be used and must have a name.
func (l *linter) control(n *html.Node, role string) {
	rule, noun, hint := "", "", labelHint
	switch n.DataAtom {
	case atom.A:
		if !has(n, "href") {
			return
		}
		rule, noun = "link-name", "the link"
	case atom.Button:
		if opensSelect(n) {
			return
		}
		rule, noun = "button-name", "the button"
	case atom.Summary:
		if !nativeSummary(n) {
			return
		}
		rule, noun, hint = "summary-name", "the summary", "add a text"
	case atom.Select:
		rule, noun, hint = "select-name", "the select", "put a <label> around it, or add aria-label"
	case atom.Textarea:
		rule, noun, hint = "label", "the text field", "put a <label> around it, or add aria-label"
	case atom.Input:
		rule, noun, hint = inputRule(n)
	}
	if rule == "" || rule != "label" && rule != "select-name" && !needsName(n, role) {
		return
	}
	if rule == "input-image-alt" {
		if !l.imageInputNamed(n) && l.shown(n) {
			l.report(rule, noun+" "+tagOf(n)+" has no alternative text", "", hint)
		}
		return
	}
	if l.nameless(n) && l.d.Role(n) != "none" {
		l.report(rule, noun+" "+tagOf(n)+" has no name", "", hint)
	}
}

// opensSelect reports whether an element is the button of a customizable
// select that shows what is chosen: its text is that of an option.
func opensSelect(n *html.Node) bool {
	p := n.Parent
	return p != nil && p.DataAtom == atom.Select && p.Namespace == "" && find(n, func(n *html.Node) bool { return n.Data == "selectedcontent" }) != nil
}

// inputRule returns the rule for an input, what to call it and what to do.
func inputRule(n *html.Node) (rule, noun, hint string) {
	switch t := inputType(n); t {
	case "hidden":
		return "", "", ""
	case "button", "submit", "reset":
		return "input-button-name", "the button", "add value=\"…\" that says what it does"
	case "image":
		return "input-image-alt", "the button", "add alt=\"…\" that says what it does"
	case "checkbox":
		noun = "the checkbox"
	case "radio":
		noun = "the radio button"
	default:
		noun = "the field"
	}
	return "label", noun, "put a <label> around it, or add aria-label"
}

// imageInputNamed reports whether an input of type image has a name of its
// own, not only the one that browsers make up.
func (l *linter) imageInputNamed(n *html.Node) bool {
	if fold(attr(n, "alt")) != "" || fold(attr(n, "aria-label")) != "" || fold(attr(n, "title")) != "" {
		return true
	}
	w := namer{d: l.d, origin: n}
	return fold(w.references(n, "aria-labelledby")) != "" || fold(w.labels(n)) != ""
}

// gauge searches meters and progress bars.
func (l *linter) gauge(n *html.Node, role string) {
	rule, noun := "aria-progressbar-name", "the progress bar"
	if n.DataAtom == atom.Meter {
		rule, noun = "aria-meter-name", "the meter"
	}
	if needsName(n, role) && l.nameless(n) && !l.d.presentational(n) {
		l.report(rule, noun+" "+tagOf(n)+" has no name", "", "put a <label> around it, or add aria-label")
	}
}

// frame searches frames. One that can't be reached by the keyboard needs no
// title.
func (l *linter) frame(n *html.Node, role string) {
	if i, ok := integer(attr(n, "tabindex")); ok && i < 0 || role == "none" {
		return
	}
	if l.nameless(n) {
		l.report("frame-title", "the frame "+tagOf(n)+" has no title", "", "add title=\"…\" that says what it shows")
	}
}

func (l *linter) heading(n *html.Node) {
	if l.nameless(n) {
		l.report("empty-heading", "the heading "+tagOf(n)+" has no text", "", "add a text, or leave the heading out")
	}
}
