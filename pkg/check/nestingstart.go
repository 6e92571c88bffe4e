package check

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// startTag follows a start tag.
func (r *tagReader) startTag(name []byte, start, end int, closed bool) {
	a := atom.Lookup(name)
	t := openTag{atom: a, start: start, end: end}
	if a == 0 || a == atom.AnnotationXml || a == atom.Foreignobject {
		t.atom, t.name = 0, string(name)
	}
	if r.foreign(a) {
		r.startForeign(t, closed)
		return
	}
	if r.part != fragmentPart && r.startDocument(&t) {
		return
	}
	if top := r.top(); top != nil && top.is(atom.Template) && top.holds == 0 {
		top.holds = holds(a)
	}
	if r.startInTable(&t, closed) {
		return
	}
	r.startInBody(t, closed)
}

// holds returns what a template whose first element this is holds.
func holds(a atom.Atom) atom.Atom {
	switch a {
	case atom.Caption, atom.Colgroup, atom.Tbody, atom.Tfoot, atom.Thead:
		return atom.Table
	case atom.Col:
		return atom.Colgroup
	case atom.Tr:
		return atom.Tbody
	case atom.Td, atom.Th:
		return atom.Tr
	case atom.Base, atom.Basefont, atom.Bgsound, atom.Link, atom.Meta, atom.Noframes, atom.Script, atom.Style, atom.Template, atom.Title:
		return 0
	}
	return atom.Body
}

// startForeign follows a start tag in SVG or MathML, which some of HTML end.
func (r *tagReader) startForeign(t openTag, closed bool) {
	top := r.top()
	if breaksOut[t.atom] || t.atom == atom.Font && r.isOldFont() {
		outer := "<svg>"
		hint := "put it into a <foreignObject>, or outside"
		if top.space == "math" {
			outer, hint = "<math>", "put it outside"
		}
		r.report(hint, "%s can't stand in an %s, and ends it", r.tagOf(&t), outer)
		if !isVoidAtom(t.atom) && !closed {
			t.moved = true
			r.push(t)
		}
		return
	}
	t.space = top.space
	t.isHTML = t.name == "annotation-xml" && r.holdsHTML()
	r.raw = ""
	if closed {
		r.single(t)
		return
	}
	r.push(t)
}

// isOldFont reports whether the tag that is read has an attribute that only
// font has in HTML.
func (r *tagReader) isOldFont() bool {
	for _, name := range []string{"color", "face", "size"} {
		if _, ok := r.value(name); ok {
			return true
		}
	}
	return false
}

// holdsHTML reports whether the tag that is read says that HTML is in it.
func (r *tagReader) holdsHTML() bool {
	encoding, _ := r.value("encoding")
	return strings.EqualFold(encoding, "text/html") || strings.EqualFold(encoding, "application/xhtml+xml")
}

// breaksOut are the elements of HTML that end SVG and MathML.
var breaksOut = set(
	atom.B, atom.Big, atom.Blockquote, atom.Body, atom.Br, atom.Center, atom.Code, atom.Dd, atom.Div, atom.Dl, atom.Dt, atom.Em, atom.Embed,
	atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Head, atom.Hr, atom.I, atom.Img, atom.Li, atom.Listing, atom.Menu, atom.Meta,
	atom.Nobr, atom.Ol, atom.P, atom.Pre, atom.Ruby, atom.S, atom.Small, atom.Span, atom.Strong, atom.Strike, atom.Sub, atom.Sup, atom.Table,
	atom.Tt, atom.U, atom.Ul, atom.Var,
)

// startInTable follows a start tag within a table but outside of its cells,
// and one that belongs there; it reports whether the tag was one of those.
func (r *tagReader) startInTable(t *openTag, closed bool) bool {
	place := r.place()
	if place == 0 {
		return isTablePart(t.atom) && r.startCell(t)
	}
	for {
		switch place {
		case atom.Colgroup:
			switch t.atom {
			case atom.Col:
				r.single(*t)
				return true
			case atom.Template:
				return false
			}
		case atom.Table:
			switch t.atom {
			case atom.Caption, atom.Colgroup, atom.Tbody, atom.Thead, atom.Tfoot:
				return r.pushPart(t, closed)
			case atom.Col:
				r.push(openTag{atom: atom.Colgroup})
				r.single(*t)
				return true
			case atom.Tr:
				r.push(openTag{atom: atom.Tbody})
				return r.pushPart(t, closed)
			case atom.Td, atom.Th:
				return r.misplaced(t, closed, "%s stands in a table, but in no row", "put it into a <tr>")
			}
			return r.otherInTable(t, closed)
		case atom.Tbody:
			switch t.atom {
			case atom.Tr:
				return r.pushPart(t, closed)
			case atom.Td, atom.Th:
				return r.misplaced(t, closed, "%s stands in a table, but in no row", "put it into a <tr>")
			case atom.Caption, atom.Col, atom.Colgroup, atom.Tbody, atom.Tfoot, atom.Thead:
			default:
				return r.otherInTable(t, closed)
			}
		case atom.Tr:
			switch t.atom {
			case atom.Td, atom.Th:
				return r.pushPart(t, closed)
			case atom.Caption, atom.Col, atom.Colgroup, atom.Tbody, atom.Tfoot, atom.Thead, atom.Tr:
			default:
				return r.otherInTable(t, closed)
			}
		}
		// It ends the part that is open, unless that isn't the story's, or is a
		// template.
		if len(r.open) <= r.base || r.topAtom() == atom.Template {
			return r.misplaced(t, closed, "%s stands beside parts of a table that it can't stand beside", "put it where it belongs in the table")
		}
		r.pop()
		if place = r.place(); place == 0 {
			return r.misplaced(t, closed, "%s stands beside parts of a table that it can't stand beside", "put it where it belongs in the table")
		}
	}
}

func isTablePart(a atom.Atom) bool {
	switch a {
	case atom.Caption, atom.Col, atom.Colgroup, atom.Tbody, atom.Td, atom.Tfoot, atom.Th, atom.Thead, atom.Tr:
		return true
	}
	return false
}

// pushPart opens a part of a table.
func (r *tagReader) pushPart(t *openTag, closed bool) bool {
	if closed {
		r.selfClosed(t)
		r.single(*t)
		return true
	}
	r.push(*t)
	return true
}

// misplaced reports an element that can't stand where it does, and goes on as
// if it could.
func (r *tagReader) misplaced(t *openTag, closed bool, format, hint string) bool {
	r.report(hint, format, r.tagOf(t))
	if closed {
		r.raw = ""
		return true
	}
	if !isVoidAtom(t.atom) {
		t.moved = true
		r.push(*t)
	}
	if t.atom == atom.Noscript {
		r.raw = ""
	}
	return true
}

// otherInTable follows what stands in a table and isn't a part of it. Few
// elements may.
func (r *tagReader) otherInTable(t *openTag, closed bool) bool {
	switch t.atom {
	case atom.Style, atom.Script, atom.Template:
		return false
	case atom.Input:
		if kind, _ := r.value("type"); strings.EqualFold(kind, "hidden") {
			r.single(*t)
			return true
		}
	case atom.Form:
		return r.misplaced(t, closed, "%s stands in a table, but in no cell, and ends at once", "put it around the table, or into a cell")
	case atom.Table:
		return r.misplaced(t, closed, "%s stands in a table, but in no cell, and ends it", "put it into a cell, or end the first table before it")
	}
	return r.misplaced(t, closed, "%s stands in a table, but in no cell, and is moved out of it", "put it into a cell, or outside of the table")
}

// startCell follows a part of a table that begins within a cell or a caption,
// which thereby ends, and one outside of all tables. It always is the whole
// story of the tag.
func (r *tagReader) startCell(t *openTag) bool {
	for i := len(r.open) - 1; i >= r.base; i-- {
		o := &r.open[i]
		if o.moved {
			t.moved = true
			if !isVoidAtom(t.atom) {
				r.push(*t)
			}
			return true
		}
		if o.is(atom.Td) || o.is(atom.Th) || o.is(atom.Caption) {
			r.endBefore(i, t, nil)
			r.pop()
			return r.startInTable(t, false)
		}
		if o.is(atom.Table) || o.is(atom.Template) || o.bounds() && o.space != "" {
			break
		}
	}
	return r.misplaced(t, false, "%s stands outside of a table, and is ignored", "put it into a <table>")
}

// endBefore closes what is open within the element at i because another
// begins. That is fine where each may end without an end tag; what else may, may
// says.
func (r *tagReader) endBefore(i int, by *openTag, may func(atom.Atom) bool) {
	for j := len(r.open) - 1; j > i; j-- {
		o := &r.open[j]
		if o.space != "" || !endsAlone(o.atom) || may != nil && !may(o.atom) {
			r.unclosed(o, r.tagOf(by))
		}
	}
	r.popTo(i + 1)
}

// unclosed reports an element that ends without its end tag.
func (r *tagReader) unclosed(o *openTag, before string) {
	if o.moved {
		return
	}
	name := o.tagName()
	r.drop(name)
	r.report("add </"+name+"> before it", "%s is still open where %s comes", r.tagOf(o), before)
}

// drop remembers an element whose end tag is still to come.
func (r *tagReader) drop(name string) {
	if len(r.dropped) < 10*mostNesting {
		r.dropped = append(r.dropped, name)
	}
}

// startInBody follows a start tag anywhere else.
func (r *tagReader) startInBody(t openTag, closed bool) {
	switch t.atom {
	case atom.Html, atom.Head, atom.Body, atom.Frameset, atom.Frame:
		r.misplaced(&t, closed, "%s stands within the content, and is ignored", "leave it out")
		return
	case atom.Image:
		r.report("write <img>", "%s is no element of HTML", r.tagOf(&t))
		return
	case atom.Plaintext:
		r.report("write <pre>", "%s can't be ended: all that follows is text", r.tagOf(&t))
		t.moved = true
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Center, atom.Details, atom.Dialog, atom.Dir, atom.Div, atom.Dl,
		atom.Fieldset, atom.Figcaption, atom.Figure, atom.Footer, atom.Header, atom.Hgroup, atom.Main, atom.Menu, atom.Nav, atom.Ol, atom.P,
		atom.Search, atom.Section, atom.Summary, atom.Ul, atom.Pre, atom.Listing, atom.Xmp:
		r.endParagraph(&t)
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		r.endParagraph(&t)
		if top := r.top(); top != nil && top.space == "" && isHeading(top.atom) {
			r.report("end the first before it", "%s stands in %s, and ends it", r.tagOf(&t), r.tagOf(top))
		}
	case atom.Form:
		r.startForm(&t)
	case atom.Li:
		r.startItem(&t, atom.Li, atom.Li)
	case atom.Dd, atom.Dt:
		r.startItem(&t, atom.Dd, atom.Dt)
	case atom.Button:
		r.notIn(&t, atom.Button)
	case atom.Nobr:
		r.notIn(&t, atom.Nobr)
	case atom.A:
		r.startLink(&t)
	case atom.Table:
		r.startTable(&t)
	case atom.Input:
		if r.inSelect() {
			r.report("put it outside", "%s can't stand in a <select>, and ends it", r.tagOf(&t))
		}
	case atom.Hr:
		r.startRule(&t)
	case atom.Select:
		if r.inSelect() {
			r.report("end the first before it", "%s stands in a <select>, and ends it", r.tagOf(&t))
		}
	case atom.Option:
		r.startOption(&t, atom.Optgroup)
	case atom.Optgroup:
		r.startOption(&t, 0)
	case atom.Rb, atom.Rtc:
		r.startRuby(&t, 0)
	case atom.Rp, atom.Rt:
		r.startRuby(&t, atom.Rtc)
	case atom.Math, atom.Svg:
		t.space = t.atom.String()
		if closed {
			r.single(t)
			return
		}
	case atom.Noscript:
		r.raw = "" // it counts, as in browsers without scripts
	}
	switch {
	case isVoidAtom(t.atom):
		r.single(t)
	case closed && t.space == "":
		r.selfClosed(&t)
		r.single(t)
	default:
		r.push(t)
	}
}

// selfClosed reports a tag such as <div/>. What follows is read as if it were
// one.
func (r *tagReader) selfClosed(t *openTag) {
	name := t.tagName()
	r.report("write <"+name+"></"+name+">", "%s doesn't end the element: the slash means nothing here", r.tagOf(t))
	r.raw = ""
}

// isVoidAtom reports whether an element has no end tag.
func isVoidAtom(a atom.Atom) bool {
	switch a {
	case atom.Area, atom.Base, atom.Basefont, atom.Bgsound, atom.Br, atom.Col, atom.Embed, atom.Frame, atom.Hr, atom.Img, atom.Input,
		atom.Keygen, atom.Link, atom.Meta, atom.Param, atom.Source, atom.Track, atom.Wbr:
		return true
	}
	return false
}

func isHeading(a atom.Atom) bool {
	switch a {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

// endParagraph ends the p that is open, as the start tag of a block does. It
// may end so where it is innermost.
func (r *tagReader) endParagraph(by *openTag) {
	i := r.find(atom.P, atom.Button)
	if i < 0 {
		return
	}
	p := r.open[i]
	if i < len(r.open)-1 {
		if !p.moved {
			r.report("write <div> in place of <p>, or end it before", "%s stands in %s, which can't contain it and ends", r.tagOf(by), r.tagOf(&p))
			r.open[i].moved = true
		}
		return
	}
	switch by.atom {
	case atom.Center, atom.Dir, atom.Listing, atom.Xmp, atom.Summary, atom.Li, atom.Dd, atom.Dt:
		r.unclosed(&p, r.tagOf(by))
	}
	r.pop()
	e := ending{p.start, p.end, by.start, by.end}
	if top := r.top(); top != nil {
		top.ended = e
	} else {
		r.ended = e
	}
}

func (r *tagReader) startForm(t *openTag) {
	template := r.inTemplate()
	if r.form && !template {
		r.report("end the first before it", "%s stands in a <form>, and is ignored", r.tagOf(t))
		t.moved = true
		return
	}
	r.endParagraph(t)
	if !template {
		r.form = true
	}
}

// startItem follows an item of a list, which ends the one before it.
func (r *tagReader) startItem(t *openTag, one, other atom.Atom) {
	for i := len(r.open) - 1; i >= r.base; i-- {
		o := &r.open[i]
		if o.is(one) || o.is(other) {
			r.endBefore(i, t, nil)
			r.pop()
			break
		}
		if o.is(atom.Address) || o.is(atom.Div) || o.is(atom.P) {
			continue
		}
		if o.special() {
			break
		}
	}
	r.endParagraph(t)
}

// special reports whether an element is none of those that flow in a line.
func (t *openTag) special() bool {
	if t.space != "" {
		return t.bounds()
	}
	return specials[t.atom]
}

// specials are those that the standard calls so.
var specials = set(
	atom.Address, atom.Applet, atom.Area, atom.Article, atom.Aside, atom.Base, atom.Basefont, atom.Bgsound, atom.Blockquote, atom.Body,
	atom.Br, atom.Button, atom.Caption, atom.Center, atom.Col, atom.Colgroup, atom.Dd, atom.Details, atom.Dir, atom.Div, atom.Dl, atom.Dt,
	atom.Embed, atom.Fieldset, atom.Figcaption, atom.Figure, atom.Footer, atom.Form, atom.Frame, atom.Frameset, atom.H1, atom.H2, atom.H3,
	atom.H4, atom.H5, atom.H6, atom.Head, atom.Header, atom.Hgroup, atom.Hr, atom.Html, atom.Iframe, atom.Img, atom.Input, atom.Keygen,
	atom.Li, atom.Link, atom.Listing, atom.Main, atom.Marquee, atom.Menu, atom.Meta, atom.Nav, atom.Noembed, atom.Noframes, atom.Noscript,
	atom.Object, atom.Ol, atom.P, atom.Param, atom.Plaintext, atom.Pre, atom.Script, atom.Section, atom.Select, atom.Source, atom.Style,
	atom.Summary, atom.Table, atom.Tbody, atom.Td, atom.Template, atom.Textarea, atom.Tfoot, atom.Th, atom.Thead, atom.Title, atom.Tr,
	atom.Track, atom.Ul, atom.Wbr, atom.Xmp,
)

// notIn reports an element that stands in another of its kind.
func (r *tagReader) notIn(t *openTag, a atom.Atom) {
	if i := r.find(a, 0); i >= 0 {
		r.report("end the first before it", "%s stands in %s, and ends it", r.tagOf(t), r.tagOf(&r.open[i]))
	}
}

// startLink follows a link, which ends one that it stands in unless a cell or
// the like is between them.
func (r *tagReader) startLink(t *openTag) {
	for i := len(r.open) - 1; i >= r.base; i-- {
		switch o := &r.open[i]; {
		case o.is(atom.A):
			r.report("end the first before it", "%s stands in %s, and ends it", r.tagOf(t), r.tagOf(o))
			return
		case o.space != "":
		case o.atom == atom.Applet, o.atom == atom.Marquee, o.atom == atom.Object, o.atom == atom.Template, o.atom == atom.Td,
			o.atom == atom.Th, o.atom == atom.Caption:
			return
		}
	}
}

func (r *tagReader) startTable(t *openTag) {
	if r.odd && r.find(atom.P, atom.Button) >= 0 {
		r.report("add </p> before it, or begin the document with <!doctype html>",
			"whether %s stands in a <p> depends on the doctype", r.tagOf(t))
		return
	}
	if !r.quirks {
		r.endParagraph(t)
	}
}

// inSelect reports whether a select is open, or what the story begins with
// stands in one.
func (r *tagReader) inSelect() bool {
	return r.find(atom.Select, 0) >= 0 || r.base > 0 && r.open[0].is(atom.Select)
}

func (r *tagReader) startRule(t *openTag) {
	if r.find(atom.P, atom.Button) >= 0 {
		r.endParagraph(t)
	}
	if r.find(atom.Select, 0) >= 0 {
		r.endImplied(0, t, func(a atom.Atom) bool { return a == atom.Option || a == atom.Optgroup })
	}
}

// startOption follows an option or a group of options, which ends those before
// it.
func (r *tagReader) startOption(t *openTag, except atom.Atom) {
	if r.find(atom.Select, 0) >= 0 {
		r.endImplied(except, t, func(a atom.Atom) bool { return a == atom.Option || a == atom.Optgroup })
	} else if len(r.open) > r.base && r.topAtom() == atom.Option {
		r.pop()
	}
}

func (r *tagReader) startRuby(t *openTag, except atom.Atom) {
	if r.find(atom.Ruby, 0) >= 0 {
		r.endImplied(except, t, func(a atom.Atom) bool { return a == atom.Rb || a == atom.Rp || a == atom.Rt || a == atom.Rtc })
	}
}

// endImplied ends what ends alone and is innermost, because another begins.
// What may not end so is reported.
func (r *tagReader) endImplied(except atom.Atom, by *openTag, may func(atom.Atom) bool) {
	for len(r.open) > r.base {
		o := r.top()
		if o.space != "" || !endsAlone(o.atom) || o.atom == except {
			return
		}
		if !may(o.atom) {
			r.unclosed(o, r.tagOf(by))
		}
		r.pop()
	}
}
