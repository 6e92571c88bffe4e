package check

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// This file searches the HTML of a story for mistakes that nobody asked for.
// Each file lint….go has the rules of one kind, and nesting.go those that the
// tree doesn't show any more.
//
// A finding is a certain mistake: one that a standard names, and that can be
// seen in the HTML alone. What may be right in the page that uses the
// component isn't found: an li at the top of a story may well get its list
// from there.

// A Rule is one mistake that the HTML of every story is searched for, without
// being asked.
type Rule struct {
	// Name is as in `lint:`: the name that axe has for the rule, or else the
	// one of html-validate.
	Name string
	// Description says what is right: "images have an alternative text".
	Description string
	// Link leads to the section of a standard that says so.
	Link string
}

// A Finding is a mistake that Lint has found. The texts are as in
// problem.Problem.
type Finding struct {
	Rule                  Rule
	Message, Detail, Hint string
}

// Lint returns what is wrong with the story's HTML, leaving out the rules in
// off: first what is wrong with the tags, in the order of the source, since
// all else follows from them; then the rest, in document order.
func (d *Document) Lint(off map[string]bool) []Finding {
	if d.err != nil {
		return nil
	}
	l := linter{d: d, off: off}
	l.tags()
	for _, n := range d.elements {
		l.element(n)
	}
	return l.findings
}

// A linter searches one document.
type linter struct {
	d        *Document
	off      map[string]bool
	findings []Finding

	// twice has the ids and access keys that are reported already.
	twice map[string]bool
	// ids are those of the story, once they are asked for.
	ids []string
	// comboboxes are those of the story, once they are asked for.
	comboboxes []*html.Node
	// keys has the first element with each access key.
	keys map[string]*html.Node
}

// report adds a finding.
func (l *linter) report(rule, message, detail, hint string) {
	if !l.off[rule] {
		l.findings = append(l.findings, Finding{rules[rule].named(rule), message, detail, hint})
	}
}

// shown reports whether an element isn't hidden. Most rules find nothing in
// what is; they ask last, since it takes the longest.
func (l *linter) shown(n *html.Node) bool { return !l.d.Hidden(n) }

// atTop reports whether an element has no other around it in the story, so
// that what it stands in is up to the page.
func (l *linter) atTop(n *html.Node) bool { return n.Parent == nil || n.Parent == l.d.root }

// element searches one element, by its attributes, its tag and its role.
func (l *linter) element(n *html.Node) {
	role, aria := "", false
	for i := range n.Attr {
		a := &n.Attr[i]
		switch {
		case strings.HasPrefix(a.Key, "aria-"):
			aria = true
		case a.Key == "role":
			role = l.role(n, a.Val)
		case a.Key == "class":
		default:
			l.attribute(n, a)
		}
	}
	if aria {
		l.aria(n, role)
	}
	if role != "" {
		l.byRole(n, role)
	}
	if n.Namespace == "" {
		l.byTag(n, role)
	}
}

// attribute searches an attribute that isn't ARIA's.
func (l *linter) attribute(n *html.Node, a *html.Attribute) {
	switch a.Key {
	case "id":
		l.id(n, a.Val)
	case "accesskey":
		l.accessKey(n, a.Val)
	case "lang":
		l.language(n, a.Val)
	case "tabindex":
		l.tabIndex(n, a.Val)
	case "for", "list", "form", "popovertarget", "commandfor", "usemap":
		l.reference(n, a.Key, a.Val)
	case "headers":
		l.headers(n, a.Val)
	case "scope":
		l.scope(n, a.Val)
	case "autocomplete":
		l.autocomplete(n, a.Val)
	}
}

// byTag searches an HTML element for what its tag says; role is the one that
// it asks for, or "".
func (l *linter) byTag(n *html.Node, role string) {
	switch n.DataAtom {
	case atom.Img:
		l.image(n, role)
	case atom.Area:
		l.area(n)
	case atom.Object:
		l.object(n, role)
	case atom.A, atom.Button, atom.Input, atom.Textarea, atom.Select, atom.Summary:
		l.control(n, role)
		l.interactive(n, role)
	case atom.Meter, atom.Progress:
		l.gauge(n, role)
	case atom.Iframe:
		l.frame(n, role)
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		if role == "" {
			l.heading(n)
		}
	case atom.Label:
		l.label(n)
	case atom.Ul, atom.Ol, atom.Menu:
		l.list(n)
	case atom.Li:
		l.listItem(n)
	case atom.Dl:
		l.definitions(n)
	case atom.Dt, atom.Dd:
		l.definition(n)
	case atom.Blink, atom.Marquee:
		l.moving(n)
	case atom.Meta:
		l.refresh(n)
	}
}

// byRole searches an element that asks for a role.
func (l *linter) byRole(n *html.Node, role string) {
	l.roleName(n, role)
	if role == "heading" {
		l.heading(n)
	}
	l.presentation(n, role)
	l.requiredAttributes(n, role)
	l.requiredChildren(n, role)
	l.requiredParent(n, role)
	if n.Namespace != "" || !isControl(n) && n.DataAtom != atom.A && n.DataAtom != atom.Summary {
		l.interactive(n, role)
	}
}

// isCustom reports whether an element is one that a script defines.
func isCustom(n *html.Node) bool { return n.Namespace == "" && strings.Contains(n.Data, "-") }
