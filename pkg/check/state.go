package check

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// State returns one of an element's states: "true", "false", "mixed" or a
// value of aria-current, and "" where it says nothing. Names are those of the
// keys of a check: checked, selected, expanded, pressed, current, busy,
// disabled.
func (d *Document) State(n *html.Node, name string) string {
	role := d.Role(n)
	if t, some := stateTraits[name]; some && roles[role]&t == 0 {
		return ""
	}
	switch name {
	case "checked":
		return d.checked(n, role)
	case "selected":
		return d.selected(n, role)
	case "expanded":
		return d.expanded(n, role)
	case "pressed":
		return token(n, "aria-pressed", "true", "false", "mixed")
	case "current":
		return current(n)
	case "busy":
		return strconv.FormatBool(attr(n, "aria-busy") == "true")
	case "disabled":
		return strconv.FormatBool(d.disabled(n))
	}
	return ""
}

// token returns the value of an attribute when it is one of those that it may
// have.
func token(n *html.Node, name string, known ...string) string {
	value := strings.ToLower(strings.TrimSpace(attr(n, name)))
	for _, k := range known {
		if value == k {
			return value
		}
	}
	return ""
}

func (d *Document) checked(n *html.Node, role string) string {
	if n.DataAtom == atom.Input && n.Namespace == "" {
		if t := inputType(n); t == "checkbox" || t == "radio" {
			return strconv.FormatBool(has(n, "checked"))
		}
	}
	value := token(n, "aria-checked", "true", "false", "mixed")
	if value == "mixed" && (role == "radio" || role == "menuitemradio" || role == "switch") {
		value = "false"
	}
	if value == "" && roles[role]&defaultUnchecked != 0 {
		value = "false"
	}
	return value
}

func (d *Document) selected(n *html.Node, role string) string {
	if n.DataAtom == atom.Option && n.Namespace == "" {
		return strconv.FormatBool(d.optionSelected(n))
	}
	value := token(n, "aria-selected", "true", "false")
	if value == "" && roles[role]&defaultUnselected != 0 {
		value = "false"
	}
	return value
}

func (d *Document) expanded(n *html.Node, role string) string {
	if n.DataAtom == atom.Summary && n.Parent != nil && n.Parent.DataAtom == atom.Details && child(n.Parent, atom.Summary) == n {
		return strconv.FormatBool(has(n.Parent, "open"))
	}
	if value := token(n, "aria-expanded", "true", "false"); value != "" {
		return value
	}
	if n.DataAtom == atom.Button || n.DataAtom == atom.Input {
		if target := d.byID(attr(n, "popovertarget")); target != nil && has(target, "popover") && !inside(n, target) {
			return "false"
		}
	}
	if roles[role]&defaultUnexpanded != 0 {
		return "false"
	}
	return ""
}

func current(n *html.Node) string {
	switch value := strings.ToLower(strings.TrimSpace(attr(n, "aria-current"))); value {
	case "", "false":
		return "false"
	case "page", "step", "location", "date", "time":
		return value
	}
	return "true"
}

// disabled reports whether an element, or something that it stands in and
// that takes it along, is disabled.
func (d *Document) disabled(n *html.Node) bool {
	if natively(n) {
		return true
	}
	for p := n; p != nil; p = p.Parent {
		switch token(p, "aria-disabled", "true", "false") {
		case "true":
			return true
		case "false":
			return false
		}
	}
	return false
}

// natively reports whether HTML disables an element.
func natively(n *html.Node) bool {
	if n.Namespace != "" {
		return false
	}
	switch n.DataAtom {
	case atom.Button, atom.Input, atom.Select, atom.Textarea, atom.Fieldset:
		return has(n, "disabled") || inDisabledFieldset(n)
	case atom.Optgroup:
		return has(n, "disabled") || inDisabledSelect(n)
	case atom.Option:
		p := n.Parent
		return has(n, "disabled") || p != nil && p.DataAtom == atom.Optgroup && has(p, "disabled") || inDisabledSelect(n)
	}
	return false
}

func inDisabledSelect(n *html.Node) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.DataAtom == atom.Select {
			return natively(p)
		}
	}
	return false
}

// inDisabledFieldset reports whether a disabled fieldset disables what stands
// in it; what stands in its first legend goes free.
func inDisabledFieldset(n *html.Node) bool {
	for p, from := n.Parent, n; p != nil; from, p = p, p.Parent {
		if p.DataAtom == atom.Fieldset && p.Namespace == "" && has(p, "disabled") &&
			(from.DataAtom != atom.Legend || child(p, atom.Legend) != from) {
			return true
		}
	}
	return false
}

// level returns the level of a heading.
func level(n *html.Node) int {
	if l, ok := integer(attr(n, "aria-level")); ok && l > 0 {
		return l
	}
	if n.Namespace == "" && len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
		return int(n.Data[1] - '0')
	}
	return 2 // what ARIA gives to a heading without
}
