package check

import (
	"fmt"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// This file has the rules for ids and what refers to them, and for the values
// of HTML's attributes.

func (l *linter) id(n *html.Node, id string) {
	if id == "" || strings.ContainsAny(id, whiteSpace) {
		wrong := "is empty"
		if id != "" {
			wrong = "has white space in it"
		}
		l.report("valid-id", fmt.Sprintf("the id of %s %s", tagOf(n), wrong), "", "write an id without white space, or leave it out")
		return
	}
	first := l.d.byID(id)
	if first == n || l.reported("id "+id) {
		return
	}
	l.report("duplicate-id", fmt.Sprintf("the id %q of %s is that of %s as well", id, tagOf(n), tagOf(first)),
		"", "give each its own id")
}

// reported reports whether something was asked before.
func (l *linter) reported(key string) bool {
	if l.twice == nil {
		l.twice = map[string]bool{}
	}
	before := l.twice[key]
	l.twice[key] = true
	return before
}

func (l *linter) accessKey(n *html.Node, key string) {
	key = strings.ToLower(strings.TrimSpace(key))
	if key == "" {
		return
	}
	if l.keys == nil {
		l.keys = map[string]*html.Node{}
	}
	first := l.keys[key]
	if first == nil {
		l.keys[key] = n
		return
	}
	if !l.reported("key " + key) {
		l.report("accesskeys", fmt.Sprintf("the access key %q of %s is that of %s as well", key, tagOf(n), tagOf(first)), "",
			"give each its own key, or leave them out")
	}
}

// reference searches an attribute of HTML that refers to an element.
func (l *linter) reference(n *html.Node, name, value string) {
	if n.Namespace != "" {
		return
	}
	switch name {
	case "for":
		if n.DataAtom != atom.Label {
			if n.DataAtom == atom.Output {
				l.missing(n, name, value)
			}
			return
		}
	case "list":
		if n.DataAtom != atom.Input {
			return
		}
	case "form":
		if !isControl(n) && n.DataAtom != atom.Fieldset && n.DataAtom != atom.Object {
			return
		}
	case "popovertarget", "commandfor":
		if n.DataAtom != atom.Button && n.DataAtom != atom.Input {
			return
		}
	case "usemap":
		l.imageMap(n, value)
		return
	}
	if id := strings.TrimSpace(value); id == "" || l.d.byID(value) == nil {
		l.nowhere(n, name, id)
	}
}

func (l *linter) imageMap(n *html.Node, value string) {
	_, name, found := strings.Cut(value, "#")
	if !found || n.DataAtom != atom.Img && n.DataAtom != atom.Object {
		return
	}
	for _, e := range l.d.elements {
		if e.DataAtom == atom.Map && (attr(e, "name") == name || attr(e, "id") == name) {
			return
		}
	}
	l.report("no-missing-references", fmt.Sprintf("usemap=%q of %s leads nowhere", value, tagOf(n)), "",
		fmt.Sprintf("add <map name=%q>, or leave usemap out", name))
}

// missing searches a list of ids.
func (l *linter) missing(n *html.Node, name, value string) {
	for id := range strings.FieldsSeq(value) {
		if l.d.byID(id) == nil {
			l.nowhere(n, name, id)
		}
	}
}

func (l *linter) nowhere(n *html.Node, name, id string) {
	if id == "" {
		l.report("no-missing-references", fmt.Sprintf("the attribute %s of %s is empty and leads nowhere", name, tagOf(n)), "",
			"write the id of an element, or leave the attribute out")
		return
	}
	hint := fmt.Sprintf("add an element with id=%q, or leave %s out", id, name)
	if near := l.nearID(id); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	l.report("no-missing-references", fmt.Sprintf("%s=%q of %s leads nowhere: no element has this id", name, id, tagOf(n)), "", hint)
}

// headers searches what a cell says of its header cells.
func (l *linter) headers(n *html.Node, value string) {
	if n.DataAtom != atom.Td && n.DataAtom != atom.Th || n.Namespace != "" {
		return
	}
	table := tableOf(n)
	if table == nil || !inside(table, l.d.root) {
		return // the rest of it is the page's
	}
	switch l.d.Role(table) {
	case "table", "grid", "treegrid":
	default:
		return
	}
	for id := range strings.FieldsSeq(value) {
		e := l.d.byID(id)
		wrong, hint := "", "write the ids of <th> elements of the same table"
		switch {
		case e == n:
			wrong = "is the cell itself"
		case e == nil:
			wrong = "leads nowhere: no element in the table has this id"
		case e.DataAtom != atom.Td && e.DataAtom != atom.Th || tableOf(e) != table:
			wrong = "is no cell of its table"
		default:
			if r := l.d.Role(e); r != "columnheader" && r != "rowheader" {
				wrong, hint = "is no header cell", "make it a <th>"
			}
		}
		if wrong != "" && l.shown(n) {
			l.report("td-headers-attr", fmt.Sprintf("headers=%q of %s %s", id, tagOf(n), wrong), "", hint)
		}
	}
}

func tableOf(n *html.Node) *html.Node {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.DataAtom == atom.Table && p.Namespace == "" {
			return p
		}
	}
	return nil
}

func (l *linter) scope(n *html.Node, value string) {
	if n.Namespace != "" {
		return
	}
	switch {
	case n.DataAtom == atom.Td:
		if l.shown(n) {
			l.report("scope-attr-valid", "the attribute scope stands on "+tagOf(n)+", which is no header cell", "", "make it a <th>, or leave scope out")
		}
	case n.DataAtom == atom.Th:
		switch strings.ToLower(value) {
		case "row", "col", "rowgroup", "colgroup":
			return
		}
		if l.shown(n) {
			l.report("scope-attr-valid", fmt.Sprintf("the scope of %s is %q", tagOf(n), value), "", "write row, col, rowgroup or colgroup")
		}
	}
}

func (l *linter) tabIndex(n *html.Node, value string) {
	if i, ok := integer(value); ok && i > 0 && l.shown(n) {
		l.report("tabindex", tagOf(n)+" is moved to the front of the tab order of the whole page", "",
			"write tabindex=\"0\", and put the element where it belongs in the order")
	}
}

// nearID returns the id that someone may have meant, or "". Among many, no
// one could tell.
func (l *linter) nearID(id string) string {
	const many = 200
	if l.ids == nil {
		for _, n := range l.d.elements {
			if v := attr(n, "id"); v != "" {
				l.ids = append(l.ids, v)
			}
		}
	}
	if len(l.ids) > many {
		return ""
	}
	return problem.Nearest(id, l.ids)
}
