package check

import (
	"slices"

	"golang.org/x/net/html/atom"
)

// endTag follows an end tag.
func (r *tagReader) endTag(name []byte, start, end int) {
	a := atom.Lookup(name)
	if a == atom.AnnotationXml || a == atom.Foreignobject {
		a = 0
	}
	matches := func(o *openTag) bool { return o.atom == a && (a != 0 || o.name == string(name)) }
	if top := r.top(); top != nil && top.space != "" && matches(top) {
		r.pop()
		return
	}
	if r.part != fragmentPart && r.endDocument(a, start, end) {
		return
	}
	i := len(r.open) - 1
	for i >= r.base && !matches(&r.open[i]) && r.open[i].space == "" && endsBefore(r.open[i].atom, a) {
		i--
	}
	if i >= r.base && matches(&r.open[i]) && r.open[i].space == "" {
		if a == atom.Form && !r.inTemplate() {
			r.form = false
		}
		r.popTo(i)
		return
	}
	r.wrongEnd(a, string(name), matches, start, end)
}

// endsBefore reports whether an element may lack its end tag where the end tag
// of one around it comes.
func endsBefore(inner, outer atom.Atom) bool {
	switch inner {
	case atom.Option, atom.Optgroup, atom.Rb, atom.Rp, atom.Rt, atom.Rtc:
		return true
	case atom.Td, atom.Th:
		switch outer {
		case atom.Tr, atom.Tbody, atom.Thead, atom.Tfoot, atom.Table, atom.Template:
			return true
		}
		return false
	case atom.Tr:
		switch outer {
		case atom.Tbody, atom.Thead, atom.Tfoot, atom.Table, atom.Template:
			return true
		}
		return false
	case atom.Tbody, atom.Thead, atom.Tfoot, atom.Caption, atom.Colgroup:
		return outer == atom.Table || outer == atom.Template
	case atom.P, atom.Li, atom.Dd, atom.Dt:
		return endsOthers[outer]
	}
	return false
}

// endsOthers are the elements whose end tag ends a p or an item of a list
// in them as well. A p in a link or in a custom element needs its end tag.
var endsOthers = set(
	atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Button, atom.Center, atom.Details, atom.Dialog, atom.Dir, atom.Div,
	atom.Dl, atom.Fieldset, atom.Figcaption, atom.Figure, atom.Footer, atom.Header, atom.Hgroup, atom.Listing, atom.Main, atom.Menu,
	atom.Nav, atom.Ol, atom.Pre, atom.Search, atom.Section, atom.Select, atom.Summary, atom.Ul, atom.Form, atom.P, atom.Li, atom.Dd, atom.Dt,
	atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Applet, atom.Marquee, atom.Object, atom.Template,
	atom.Table, atom.Tbody, atom.Td, atom.Tfoot, atom.Th, atom.Thead, atom.Tr, atom.Caption, atom.Body, atom.Html,
)

// wrongEnd reports an end tag that doesn't end the innermost element: others
// are still open, or there is nothing to end.
func (r *tagReader) wrongEnd(a atom.Atom, name string, matches func(*openTag) bool, start, end int) {
	if i := slices.Index(r.dropped, name); i >= 0 {
		r.dropped = slices.Delete(r.dropped, i, i+1)
		return
	}
	tag := r.shown(start, end)
	for i := len(r.open) - 1; i >= r.base && a != atom.Body && a != atom.Html; i-- {
		o := &r.open[i]
		if matches(o) {
			r.stillOpen(i, tag)
			r.popTo(i)
			if a == atom.Form {
				r.form = false
			}
			return
		}
		if o.bounds() && !o.moved || o.is(atom.Button) && a == atom.P {
			break
		}
	}
	e := r.ended
	if top := r.top(); top != nil {
		e = top.ended
	}
	switch top := r.top(); {
	case a == atom.P && e.byEnd > 0:
		r.report("write <div> in place of <p>, or end it before", "%s stands in %s, which can't contain it and ends",
			r.shown(e.byStart, e.byEnd), r.shown(e.start, e.end))
	case isVoidAtom(a):
		r.report("leave it out", "%s ends nothing: <%s> has no end tag", tag, name)
	case top != nil && top.space == "" && isHeading(a) && isHeading(top.atom) && len(r.open) > r.base:
		r.report("write </"+top.tagName()+">", "%s stands where %s ends", tag, r.tagOf(top))
		r.pop()
	default:
		r.report("leave it out, or add <"+name+"> where it begins", "%s ends nothing: no <%s> is open", tag, name)
	}
}

// stillOpen reports what is open within the element at i although its end tag
// comes.
func (r *tagReader) stillOpen(i int, tag string) {
	outer := r.open[i].atom
	for j := len(r.open) - 1; j > i; j-- {
		if o := &r.open[j]; o.space != "" || !endsBefore(o.atom, outer) {
			r.unclosed(o, tag)
		} else if !o.moved {
			r.drop(o.tagName())
		}
	}
}

// startDocument follows a start tag outside of the body of a whole document.
// It reports whether that is all there is to do.
func (r *tagReader) startDocument(t *openTag) bool {
	if top := r.top(); top != nil && top.is(atom.Noscript) && r.part == inHead {
		switch t.atom {
		case atom.Basefont, atom.Bgsound, atom.Link, atom.Meta:
			r.single(*t)
			return true
		case atom.Noframes, atom.Style:
			r.push(*t)
			return true
		}
		return r.misplaced(t, false, "%s stands in a <noscript> of the head, and ends it", "put the <noscript> into the body")
	}
	if top := r.top(); r.part == inHead && top != nil && !top.is(atom.Head) {
		return false // in a template
	}
	for {
		switch r.part {
		case beforeHTML:
			r.part = beforeHead
			if t.atom == atom.Html {
				r.push(*t)
				return true
			}
			r.push(openTag{atom: atom.Html})
		case beforeHead:
			if t.atom == atom.Html {
				return false
			}
			r.part = inHead
			if t.atom == atom.Head {
				r.push(*t)
				return true
			}
			r.push(openTag{atom: atom.Head})
		case inHead:
			switch t.atom {
			case atom.Html, atom.Head:
				return false
			case atom.Base, atom.Basefont, atom.Bgsound, atom.Link, atom.Meta, atom.Script, atom.Style, atom.Noframes, atom.Title, atom.Template:
				return false
			case atom.Noscript:
				r.raw = ""
				r.push(*t)
				return true
			}
			r.pop()
			r.part = afterHead
		case afterHead:
			switch t.atom {
			case atom.Body:
				r.part = inBody
				r.push(*t)
				return true
			case atom.Html, atom.Head, atom.Frameset:
				return false
			case atom.Base, atom.Basefont, atom.Bgsound, atom.Link, atom.Meta, atom.Noframes, atom.Script, atom.Style, atom.Template, atom.Title:
				return r.misplaced(t, false, "%s stands between the head and the body, and is moved into the head", "put it into the head")
			}
			r.push(openTag{atom: atom.Body})
			r.part = inBody
			return false
		case afterBody, afterHTML:
			r.report("put it before </body>", "%s stands after the end of the body, and is moved into it", r.tagOf(t))
			r.part = inBody
			return false
		default:
			return false
		}
	}
}

// documentText looks at a text outside of the body of a whole document.
func (r *tagReader) documentText(text string) {
	switch {
	case r.part == inHead && !r.top().is(atom.Head):
		if top := r.top(); top.is(atom.Noscript) {
			r.report("put the <noscript> into the body", "the text %q stands in a <noscript> of the head, and ends it", shorten(fold(text), 40))
		}
	case r.part == afterBody || r.part == afterHTML:
		r.report("put it before </body>", "the text %q stands after the end of the body, and is moved into it", shorten(fold(text), 40))
		r.part = inBody
	default:
		r.body()
	}
}

// body opens what a whole document may begin without.
func (r *tagReader) body() {
	if r.part == beforeHTML {
		r.push(openTag{atom: atom.Html})
		r.part = beforeHead
	}
	if r.part == beforeHead {
		r.push(openTag{atom: atom.Head})
		r.part = inHead
	}
	if r.part == inHead {
		r.pop()
		r.part = afterHead
	}
	if r.part == afterHead {
		r.push(openTag{atom: atom.Body})
		r.part = inBody
	}
}

// endDocument follows an end tag that matters to the parts of a whole
// document. It reports whether that is all there is to do.
func (r *tagReader) endDocument(a atom.Atom, start, end int) bool {
	stray := func(what string) bool {
		r.report("leave it out", "%s %s", r.shown(start, end), what)
		return true
	}
	switch {
	case r.part == afterHTML, r.part == afterBody && a != atom.Html:
		return stray("stands after the end of the body")
	case r.part == afterBody:
		r.part = afterHTML
		return true
	case a == atom.Head && r.part == inHead && r.top().is(atom.Head):
		r.pop()
		r.part = afterHead
		return true
	case a != atom.Body && a != atom.Html:
		return false
	case r.part != inBody:
		if r.part == inHead && !r.top().is(atom.Head) {
			return false
		}
		r.body()
	}
	i := len(r.open) - 1
	for i >= 0 && r.open[i].space == "" && endsBefore(r.open[i].atom, atom.Body) {
		i--
	}
	if i < 0 || !r.open[i].is(atom.Body) {
		if j := r.find(atom.Body, 0); j >= 0 {
			r.stillOpen(j, r.shown(start, end))
			i = j
		} else {
			return stray("ends nothing here")
		}
	}
	r.popTo(i + 1)
	r.part = afterBody
	if a == atom.Html {
		r.part = afterHTML
	}
	return true
}

// documentEnd opens, at the end, what every document has.
func (r *tagReader) documentEnd() {
	if r.part == fragmentPart || r.part >= inBody {
		return
	}
	for len(r.open) > 0 && !r.top().is(atom.Html) && !r.top().is(atom.Head) {
		r.pop()
	}
	r.body()
}
