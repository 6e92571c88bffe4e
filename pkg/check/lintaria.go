package check

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// This file has the rules for roles and for the attributes of ARIA.

// laterRoles are those of ARIA's draft successor that no query knows yet, and
// one that screen readers know.
const laterRoles = "sectionheader sectionfooter text"

// explicitRole returns the role that an element asks for: the first that
// there is, or "".
func explicitRole(value string) string {
	for word := range strings.FieldsSeq(value) {
		if r, ok := canonical(strings.ToLower(word)); ok {
			return r
		}
	}
	return ""
}

// role searches the attribute and returns the role that it asks for.
func (l *linter) role(n *html.Node, value string) string {
	role := explicitRole(value)
	wrong := ""
	for word := range strings.FieldsSeq(value) {
		word = strings.ToLower(word)
		if containsWord(strings.Join(abstractRoles, " "), word) {
			if l.shown(n) {
				l.report("aria-roles", fmt.Sprintf("the role %q of %s is abstract: no element may have it", word, tagOf(n)), "",
					"write a role that elements have, or leave it out")
			}
			return role
		}
		if wrong == "" && role == "" && !containsWord(laterRoles, word) {
			wrong = word
		}
	}
	if wrong != "" && l.shown(n) {
		hint := "leave it out, or write a role of ARIA"
		if near := problem.Nearest(wrong, roleNames()); near != "" {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
		l.report("aria-roles", fmt.Sprintf("there is no role %q, which %s asks for", wrong, tagOf(n)), "", hint)
	}
	return role
}

// aria searches the attributes of ARIA of an element; role is the one that it
// asks for, or "".
func (l *linter) aria(n *html.Node, role string) {
	for i := range n.Attr {
		a := &n.Attr[i]
		name, ok := strings.CutPrefix(a.Key, "aria-")
		if !ok {
			continue
		}
		known, ok := ariaAttributes[name]
		if !ok {
			if l.shown(n) {
				hint := "leave it out"
				if near := nearAria(name); near != "" {
					hint = fmt.Sprintf("did you mean %q?", near)
				}
				l.report("aria-valid-attr", fmt.Sprintf("there is no attribute %q, which %s has", a.Key, tagOf(n)), "", hint)
			}
			continue
		}
		l.ariaValue(n, name, a.Val, known)
		if !known.global {
			l.allowed(n, role, name, a.Val)
		}
		switch name {
		case "label", "labelledby":
			l.prohibited(n, role, name, a.Val)
		case "hidden":
			if strings.EqualFold(a.Val, "true") {
				l.hiddenFocus(n)
			}
		case "checked":
			l.contradiction(n, a.Val)
		case "posinset", "setsize", "expanded", "level":
			l.treeOnly(n, role, name)
		}
	}
}

func nearAria(name string) string {
	names := make([]string, 0, len(ariaAttributes))
	for n := range ariaAttributes {
		names = append(names, "aria-"+n)
	}
	return problem.Nearest("aria-"+name, names)
}

// ariaValue searches the value of an attribute. An empty one means the same as
// none.
func (l *linter) ariaValue(n *html.Node, name, value string, known ariaAttribute) {
	value = strings.TrimSpace(value)
	if value == "" {
		return
	}
	wanted := ""
	switch known.kind {
	case oneID, manyIDs:
		if !l.excused(n, name) && l.shown(n) {
			l.missing(n, "aria-"+name, value)
		}
	case oneWord:
		if !containsWord(known.words, strings.ToLower(value)) {
			wanted = "write " + orList(known.words)
		}
	case manyWords:
		for word := range strings.FieldsSeq(strings.ToLower(value)) {
			if !containsWord(known.words, word) {
				wanted = "write " + orList(known.words)
			}
		}
	case wholeNumber:
		if i, err := strconv.Atoi(value); err != nil || i < known.least {
			wanted = fmt.Sprintf("write a whole number from %d", known.least)
		}
	case number:
		if !isDecimal(value) {
			wanted = "write a number"
		}
	}
	if wanted != "" && l.shown(n) {
		l.report("aria-valid-attr-value", fmt.Sprintf("aria-%s of %s is %q", name, tagOf(n), value), "", wanted)
	}
}

// orList writes words as one chooses among them.
func orList(words string) string {
	list := strings.Fields(words)
	if len(list) < 2 {
		return words
	}
	return strings.Join(list[:len(list)-1], ", ") + " or " + list[len(list)-1]
}

func isDecimal(s string) bool {
	s = strings.TrimLeft(s, "+-")
	whole, fraction, _ := strings.Cut(s, ".")
	return whole+fraction != "" && strings.Trim(whole+fraction, "0123456789") == ""
}

// excused reports whether what an attribute refers to may be missing: what is
// closed, or not chosen, or not wrong, may well not be there yet.
func (l *linter) excused(n *html.Node, name string) bool {
	is := func(name, value string) bool { return strings.EqualFold(strings.TrimSpace(attr(n, name)), value) }
	switch name {
	case "controls":
		popup := attr(n, "aria-haspopup")
		return is("aria-expanded", "false") || is("aria-selected", "false") || popup != "" && !is("aria-haspopup", "false")
	case "owns":
		return is("aria-expanded", "false")
	case "errormessage":
		return !has(n, "aria-invalid") || is("aria-invalid", "false") || is("aria-invalid", "")
	}
	return false
}

// allowed searches an attribute that only some roles have.
func (l *linter) allowed(n *html.Node, role, name, value string) {
	if name == "required" && value == "false" || name == "multiline" && value == "false" && has(n, "contenteditable") {
		return
	}
	called := role
	if role == "" {
		if role = l.implied(n); role == "" {
			return
		}
		called = role
	} else if role == "none" {
		role = l.d.Role(n)
	}
	list, known := supported[role]
	if strings.HasPrefix(role, "doc-") || strings.HasPrefix(role, "graphics-") || !known || containsWord(list, name) || !l.shown(n) {
		return
	}
	message := fmt.Sprintf("the role %s doesn't support aria-%s, which %s has", called, name, tagOf(n))
	if role == "generic" {
		message = fmt.Sprintf("aria-%s means nothing without a role, and %s has none", name, tagOf(n))
	}
	l.report("aria-allowed-attr", message, "", fmt.Sprintf("leave it out, or give the element a role that supports aria-%s", name))
}

// implied returns the role that an element has by itself for what ARIA
// attributes it may have, and "" where that isn't settled.
func (l *linter) implied(n *html.Node) string {
	if n.Namespace != "" || isCustom(n) {
		return ""
	}
	switch n.DataAtom {
	case atom.Input:
		switch inputType(n) {
		case "color", "file", "hidden":
			return ""
		}
		if r := l.d.Role(n); r != "" {
			return r
		}
		return "textbox"
	case atom.Li:
		return "listitem"
	case atom.Td, atom.Th, atom.Tr:
		if tableOf(n) == nil {
			return ""
		}
	case atom.Summary, atom.Iframe, atom.Canvas, atom.Video, atom.Audio, atom.Embed, atom.Object, atom.Datalist, atom.Html, atom.Body:
		return ""
	}
	if r := l.d.Role(n); r != "" {
		return r
	}
	return "generic"
}

// nameProhibited are the elements that can't have a name without a role.
var nameProhibited = set(
	atom.A, atom.Abbr, atom.B, atom.Bdi, atom.Bdo, atom.Caption, atom.Cite, atom.Code, atom.Data, atom.Dd, atom.Del, atom.Div, atom.Em,
	atom.Figcaption, atom.I, atom.Ins, atom.Kbd, atom.Label, atom.Legend, atom.Mark, atom.P, atom.Pre, atom.Q, atom.Rp, atom.Rt, atom.S,
	atom.Samp, atom.Small, atom.Span, atom.Strong, atom.Sub, atom.Sup, atom.U, atom.Var,
)

// withoutName are the roles that can't have a name.
const withoutName = "caption code deletion emphasis generic insertion mark paragraph strong subscript suggestion superscript"

// prohibited searches a name on what can't have one.
func (l *linter) prohibited(n *html.Node, role, name, value string) {
	if fold(value) == "" || n.Namespace != "" {
		return
	}
	switch {
	case containsWord(withoutName, role):
	case role != "", !nameProhibited[n.DataAtom], has(n, "role"), n.DataAtom == atom.A && has(n, "href"), l.inWidget(n):
		return
	}
	if !l.shown(n) {
		return
	}
	what := "element without a role"
	if role == "" {
		role = l.d.Role(n)
	}
	switch {
	case containsWord(withoutName, role) && (role != "generic" || has(n, "role")):
		what = "element with the role " + role
	case role != "" && role != "generic" && role != "none":
		what = "<" + n.Data + ">"
	}
	l.report("aria-prohibited-attr", fmt.Sprintf("%s has aria-%s, but no %s can have a name", tagOf(n), name, what), "",
		"give the element a role, such as group or img, or write the name as text")
}

// inWidget reports whether the nearest element around that has a role is one
// that can be used.
func (l *linter) inWidget(n *html.Node) bool {
	for p := n.Parent; p != nil && p.Type == html.ElementNode; p = p.Parent {
		switch role := l.d.Role(p); role {
		case "", "generic", "none":
		default:
			return containsWord(widgets, role)
		}
	}
	return false
}

// contradiction searches aria-checked on what HTML checks already.
func (l *linter) contradiction(n *html.Node, value string) {
	if n.DataAtom != atom.Input || n.Namespace != "" {
		return
	}
	t := inputType(n)
	if t != "checkbox" && t != "radio" {
		return
	}
	value = strings.ToLower(value)
	if value == "" {
		return
	}
	if value != "true" && (value != "mixed" || t == "radio") {
		value = "false"
	}
	if is := strconv.FormatBool(has(n, "checked")); is != value && l.shown(n) {
		l.report("aria-conditional-attr", fmt.Sprintf("aria-checked of %s contradicts the attribute checked", tagOf(n)), "", "leave aria-checked out")
	}
}

// treeOnly searches an attribute that a row has in a treegrid only.
func (l *linter) treeOnly(n *html.Node, role, name string) {
	if role != "row" && (role != "" || n.DataAtom != atom.Tr) {
		return
	}
	for p := n.Parent; p != nil && p != l.d.root; p = p.Parent {
		switch r := l.d.Role(p); r {
		case "treegrid":
			return
		case "table", "grid":
			if l.shown(n) {
				l.report("aria-conditional-attr", fmt.Sprintf("a row of a %s doesn't support aria-%s, which %s has", r, name, tagOf(n)), "",
					"leave it out, or give the table the role treegrid")
			}
			return
		}
	}
}

// reachable reports whether the keyboard reaches an element: aria-hidden
// hides nothing from it.
func reachable(n *html.Node) bool {
	if !focusable(n) {
		return false
	}
	if i, ok := integer(attr(n, "tabindex")); ok && i < 0 {
		return false
	}
	visibility := ""
	for p := n; p != nil && p.Type == html.ElementNode; p = p.Parent {
		if closed(p) || has(p, "inert") {
			return false
		}
		switch styleOf(p, "display") {
		case "none":
			return false
		case "":
			if hiddenByDefault(p) {
				return false
			}
		}
		if visibility == "" {
			visibility = styleOf(p, "visibility")
		}
	}
	return visibility != "hidden" && visibility != "collapse"
}

// gather returns the elements in another that fit, and not what is in them.
func gather(n *html.Node, fits func(*html.Node) bool) []*html.Node {
	var list []*html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type != html.ElementNode:
		case fits(c):
			list = append(list, c)
		case c.DataAtom != atom.Template:
			list = append(list, gather(c, fits)...)
		}
	}
	return list
}

// hiddenFocus searches what is hidden from assistive technology and takes the
// focus all the same.
func (l *linter) hiddenFocus(n *html.Node) {
	if n.DataAtom == atom.Body && n.Namespace == "" {
		l.report("aria-hidden-body", "the whole "+tagOf(n)+" is hidden from assistive technology", "", "leave aria-hidden out")
		return
	}
	for p := n.Parent; p != nil; p = p.Parent {
		if strings.EqualFold(attr(p, "aria-hidden"), "true") {
			return
		}
	}
	const hint = "hide it from everybody, or add tabindex=\"-1\", or leave aria-hidden out"
	if reachable(n) {
		l.report("aria-hidden-focus", tagOf(n)+" is hidden from assistive technology but takes the focus", "", hint)
		return
	}
	list := gather(n, reachable)
	if len(list) == 0 {
		return
	}
	message, detail := tagOf(n)+" is hidden from assistive technology, but "+tagOf(list[0])+" in it takes the focus", ""
	if len(list) > 1 {
		detail = l.d.listing("what takes the focus in it:", list)
	}
	l.report("aria-hidden-focus", message, detail, hint)
}

// presentation searches an element that asks for no role and doesn't get it.
func (l *linter) presentation(n *html.Node, role string) {
	if role != "none" || !l.d.notPresentational(n) || !l.shown(n) {
		return
	}
	switch l.d.nativeRole(n) {
	case "", "generic":
		return
	}
	why := "it takes the focus"
	if !focusable(n) {
		why = "it has an ARIA attribute that every role has"
	}
	l.report("presentation-role-conflict", tagOf(n)+" asks for no role, but keeps its own: "+why, "", "leave the role out, or what is at odds with it")
}

func (l *linter) requiredAttributes(n *html.Node, role string) {
	list, some := required[role]
	if !some || n.Namespace != "" {
		return
	}
	switch role {
	case "separator":
		if !focusable(n) {
			return
		}
	case "combobox":
		if n.DataAtom == atom.Select || strings.EqualFold(attr(n, "aria-expanded"), "false") {
			return
		}
	case "heading":
		if n.DataAtom != 0 && len(n.Data) == 2 && n.Data[0] == 'h' && n.DataAtom != atom.Hr {
			return
		}
	case "slider":
		if attr(n, "aria-valuetext") != "" {
			return
		}
	}
	if n.DataAtom == atom.Input && role != "combobox" || n.DataAtom == atom.Meter || n.DataAtom == atom.Progress || n.DataAtom == atom.Hr {
		return // HTML has the value
	}
	var missing []string
	for name := range strings.FieldsSeq(list) {
		if attr(n, "aria-"+name) == "" {
			missing = append(missing, "aria-"+name)
		}
	}
	if len(missing) > 0 && l.shown(n) {
		names := strings.Join(missing, " and ")
		l.report("aria-required-attr", fmt.Sprintf("the role %s requires %s, which %s doesn't have", role, names, tagOf(n)), "", "add "+names)
	}
}

// owned returns what an element has in it, as ARIA sees it: through what has
// no role, and with what aria-owns names.
func (l *linter) owned(n *html.Node, through string) []*html.Node {
	var list []*html.Node
	steps := 0
	var visit func(*html.Node, int)
	each := func(n *html.Node, depth int) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			visit(c, depth)
		}
		const deepest = 100 // aria-owns may go in circles
		if depth < deepest {
			for _, e := range l.d.referenced(n, "aria-owns") {
				visit(e, depth+1)
			}
		}
	}
	visit = func(c *html.Node, depth int) {
		if steps++; c.Type != html.ElementNode || steps > maxOwned || !l.shown(c) {
			return
		}
		switch role := l.d.Role(c); {
		case isCustom(c) && explicitRole(attr(c, "role")) == "":
			list = append(list, c)
		case role == "group" || role == "rowgroup":
			if containsWord(through, role) {
				each(c, depth)
				return
			}
			list = append(list, c)
		case (role == "" || role == "generic" || role == "none" || role == "paragraph") && !globalProperty(c) && !focusable(c):
			each(c, depth)
		default:
			list = append(list, c)
		}
	}
	each(n, 0)
	return list
}

// maxOwned is how many elements of a list are looked at: more than any has,
// and few enough where aria-owns leads to the same ones again and again.
const maxOwned = 10000

func (l *linter) requiredChildren(n *html.Node, role string) {
	wanted, some := requiredChildren[role]
	if !some || containsWord(attr(n, "role"), "directory") || !l.shown(n) {
		return
	}
	var wrong []*html.Node
	found := false
	for _, c := range l.owned(n, wanted) {
		if isCustom(c) && explicitRole(attr(c, "role")) == "" {
			found = true // what it has in it is its script's
			continue
		}
		r := l.d.Role(c)
		switch {
		case containsWord(wanted, r):
			found = true
		case !containsWord(requiredParents[r], role):
			wrong = append(wrong, c)
		}
	}
	if len(wrong) > 0 {
		message, detail := fmt.Sprintf("the role %s of %s may contain %s, not %s", role, tagOf(n), orList(wanted), tagOf(wrong[0])), ""
		if len(wrong) > 1 {
			detail = l.d.listing("what may not stand in it:", wrong)
		}
		l.report("aria-required-children", message, detail, "give it such a role, or put it outside")
		return
	}
	if found || strings.EqualFold(attr(n, "aria-busy"), "true") || containsWord(maybeEmpty, role) && !l.hasContent(n) {
		return
	}
	l.report("aria-required-children", fmt.Sprintf("the role %s of %s requires %s in it", role, tagOf(n), orList(wanted)), "",
		"give what is in it such a role, or leave the role out")
}

// requiredParent searches a role that stands outside of what it belongs in.
// What has nothing with a role around it in the story may get it from the
// page.
func (l *linter) requiredParent(n *html.Node, role string) {
	wanted, some := requiredParents[role]
	if !some {
		return
	}
	group := containsWord(wanted, "group")
	for p := n.Parent; p != nil && p.Type == html.ElementNode; p = p.Parent {
		r := l.d.Role(p)
		switch {
		case r == "", r == "generic", r == "none", r == "paragraph":
			if isCustom(p) {
				return
			}
			continue
		case r == "group" && group:
			continue
		case containsWord(wanted, r), r == role && group:
			return
		}
		if !l.isOwned(n) && l.shown(n) {
			l.report("aria-required-parent", fmt.Sprintf("the role %s of %s belongs in %s, not in %s", role, tagOf(n), orList(wanted), tagOf(p)), "",
				"put it there, or give it another role")
		}
		return
	}
}

// isOwned reports whether aria-owns puts an element, or one around it,
// somewhere else.
func (l *linter) isOwned(n *html.Node) bool {
	for p := n; p != nil; p = p.Parent {
		id := attr(p, "id")
		if id == "" {
			continue
		}
		for _, e := range l.d.elements {
			if containsWord(attr(e, "aria-owns"), id) {
				return true
			}
		}
	}
	return false
}

// interactive searches a control in what may contain none.
func (l *linter) interactive(n *html.Node, role string) {
	if n.FirstChild == nil {
		return
	}
	r := role
	if r == "" || r == "none" {
		r = l.d.Role(n)
	}
	native := n.Namespace == "" && (n.DataAtom == atom.Button || n.DataAtom == atom.A && has(n, "href"))
	if !native && (role == "" || !containsWord(withoutContent, r)) {
		return
	}
	list := gather(n, func(c *html.Node) bool {
		return (native && isInteractive(c) || focusable(c) && containsWord(widgets, l.d.Role(c))) && l.shown(c)
	})
	if len(list) == 0 || !l.shown(n) {
		return
	}
	article := "a "
	if r == "option" || r == "img" {
		article = "an "
	}
	message, detail := tagOf(list[0])+" stands in "+tagOf(n)+": "+article+strings.TrimPrefix(r, "graphics-")+" may contain no control", ""
	if len(list) > 1 {
		detail = l.d.listing("controls in it:", list)
	}
	l.report("nested-interactive", message, detail, "put them side by side")
}

// isInteractive reports whether HTML allows an element neither in a link nor
// in a button.
func isInteractive(n *html.Node) bool {
	if n.Namespace != "" {
		return false
	}
	if _, ok := integer(attr(n, "tabindex")); ok {
		return true
	}
	switch n.DataAtom {
	case atom.A:
		return has(n, "href")
	case atom.Audio, atom.Video:
		return has(n, "controls")
	case atom.Input:
		return inputType(n) != "hidden"
	case atom.Button, atom.Details, atom.Embed, atom.Iframe, atom.Label, atom.Select, atom.Textarea:
		return true
	}
	return false
}
