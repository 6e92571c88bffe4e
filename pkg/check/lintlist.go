package check

import (
	"fmt"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// This file has the rules for lists, for labels, and for what moves.

// isScript reports whether an element may stand anywhere, since it shows
// nothing.
func isScript(n *html.Node) bool {
	return n.DataAtom == atom.Script || n.DataAtom == atom.Template || n.DataAtom == atom.Style || n.DataAtom == atom.Noscript
}

// strangers returns the children of an element that may not stand in it: what
// isn't fine, and texts, abridged.
func (l *linter) strangers(n *html.Node, fine func(*html.Node) bool) []string {
	var list []string
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Type {
		case html.TextNode:
			if text := strings.Trim(c.Data, whiteSpace); text != "" {
				list = append(list, fmt.Sprintf("the text %q", shorten(fold(text), 40)))
			}
		case html.ElementNode:
			if !fine(c) && !isScript(c) && !isCustom(c) && l.shown(c) {
				list = append(list, tagOf(c))
			}
		}
	}
	return list
}

const whiteSpace = " \t\r\n\f"

// contains says what is wrong with an element that contains what it may not:
// the first in the message, all in the detail.
func contains(what string, list []string) (message, detail string) {
	message = what + " contains " + list[0]
	if len(list) > 1 {
		message += fmt.Sprintf(", and %d more that may not stand in it", len(list)-1)
		detail = under("what may not stand in it:", list[:min(most, len(list))], len(list)-min(most, len(list)))
		return message, detail
	}
	return message + ", which may not stand in it", ""
}

func (l *linter) list(n *html.Node) {
	if attr(n, "role") != "" {
		return
	}
	list := l.strangers(n, func(c *html.Node) bool { return c.DataAtom == atom.Li || l.d.Role(c) == "listitem" })
	if len(list) == 0 || !l.shown(n) {
		return
	}
	message, detail := contains("the list "+tagOf(n), list)
	l.report("list", message, detail, "put it into an <li>, or outside of the list")
}

func (l *linter) listItem(n *html.Node) {
	if attr(n, "role") != "" || l.atTop(n) {
		return
	}
	p := n.Parent
	switch {
	case p.DataAtom == atom.Ul, p.DataAtom == atom.Ol, p.DataAtom == atom.Menu, isCustom(p), p.Namespace != "":
		return
	}
	switch l.d.Role(p) {
	case "list", "none":
		return
	}
	if l.shown(n) {
		l.report("listitem", "the list item "+tagOf(n)+" stands in "+tagOf(p)+", which is no list", "", "put it into a <ul> or <ol>")
	}
}

func (l *linter) definitions(n *html.Node) {
	if attr(n, "role") != "" {
		return
	}
	fine := func(c *html.Node) bool {
		if c.DataAtom == atom.Dt || c.DataAtom == atom.Dd {
			if r := explicitRole(attr(c, "role")); r == "" {
				return true
			}
		}
		switch l.d.Role(c) {
		case "definition", "term", "listitem":
			return true
		}
		return false
	}
	var list []string
	list = append(list, l.strangers(n, func(c *html.Node) bool {
		if c.DataAtom != atom.Div || explicitRole(attr(c, "role")) != "" {
			return fine(c)
		}
		return true
	})...)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && c.DataAtom == atom.Div && explicitRole(attr(c, "role")) == "" {
			list = append(list, l.strangers(c, fine)...)
		}
	}
	if len(list) > 0 {
		if l.shown(n) {
			message, detail := contains("the list "+tagOf(n), list)
			l.report("definition-list", message, detail, "put it into a <dt> or <dd>, or outside of the list")
		}
		return
	}
	l.pairs(n)
}

// pairs searches a dl whose terms and descriptions don't go together.
func (l *linter) pairs(n *html.Node) {
	var term, description *html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.DataAtom {
		case atom.Dt:
			term = c
		case atom.Dd:
			if term != nil {
				return
			}
			description = c
		}
	}
	switch {
	case description != nil && l.shown(n):
		l.report("definition-list", "the list "+tagOf(n)+" has a <dd> without a <dt> before it", "", "add the <dt> that it describes")
	case description == nil && term != nil && l.shown(n):
		l.report("definition-list", "the list "+tagOf(n)+" has a <dt> without a <dd> after it", "", "add the <dd> that describes it")
	}
}

func (l *linter) definition(n *html.Node) {
	if attr(n, "role") != "" || l.atTop(n) {
		return
	}
	p := n.Parent
	if p.DataAtom == atom.Div {
		if l.atTop(p) {
			return
		}
		p = p.Parent
	}
	if p.DataAtom == atom.Dl || isCustom(p) || p.Namespace != "" || !l.shown(n) {
		return
	}
	l.report("dlitem", "the element "+tagOf(n)+" stands in "+tagOf(n.Parent)+" rather than in a <dl>", "", "put it into a <dl>")
}

// label searches labels that contain several form fields, of which they name
// the first only.
func (l *linter) label(n *html.Node) {
	first := l.d.controlOf(n)
	if first == nil {
		return
	}
	other := find(n, func(c *html.Node) bool { return c != first && labelable(c) && c.DataAtom != atom.Output && l.shown(c) })
	if other != nil && l.shown(n) {
		l.report("multiple-labeled-controls", "the label "+tagOf(n)+" contains "+tagOf(other)+", but names "+tagOf(first), "",
			"give each form field a <label> of its own")
	}
}

func (l *linter) moving(n *html.Node) {
	if l.shown(n) {
		l.report(n.Data, "the element "+tagOf(n)+" moves by itself", "", "leave it out: nobody can stop it")
	}
}

// maxRefresh is how many seconds a page may take to reload itself: twenty
// hours, as in WCAG.
const maxRefresh = 20 * 60 * 60

func (l *linter) refresh(n *html.Node) {
	if !strings.EqualFold(attr(n, "http-equiv"), "refresh") {
		return
	}
	content := strings.TrimSpace(attr(n, "content"))
	if content == "" || content[0] < '0' || content[0] > '9' {
		return
	}
	if delay, ok := integer(content); ok && delay > 0 && delay <= maxRefresh {
		l.report("meta-refresh", fmt.Sprintf("the element %s leaves the page after %d seconds", tagOf(n), delay), "",
			"leave it out, or redirect at once with 0")
	}
}
