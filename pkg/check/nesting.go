package check

import (
	"fmt"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// This file finds what the parser of HTML had to repair, and so what the tree
// doesn't show any more. It reads the tags once more and follows them as the
// section "Parsing HTML documents" of the standard does, but only as far as
// they are right: what is left out must be what the section "Optional tags"
// lets one leave out, and what the parser would move, end or ignore is
// reported. After that it goes on as the author seems to have meant it.
//
// What is promised, and tested: where it finds nothing, the elements that it
// has followed are those of the tree.

// A tagReader follows the tags of one story.
type tagReader struct {
	l      *linter
	source string
	// raw is the name of an element that was just opened and in which there are
	// no tags, or "".
	raw string
	// tag is the tag that is read, and attributes where its attributes begin.
	tag        string
	attributes int

	// open are the elements that are open, the innermost last. The first base
	// of them are not in the story: it is taken to stand there.
	open []openTag
	base int
	// part is where in a whole document the reader is.
	part part
	// form reports whether a form is open, but for those in templates.
	form bool
	// quirks reports whether a table may stand in a p, as it may in documents
	// without a doctype; odd, whether that depends on which doctype it is.
	quirks, odd bool
	// dropped are the names of elements that ended before their end tags,
	// which are then no further mistake.
	dropped []string
	// ended is as in openTag, outside of all elements.
	ended ending
	// found is how many mistakes there are so far.
	found int

	// enter and leave, if any, are told of each element.
	enter func(name string)
	leave func()
}

// An openTag is an element that is open.
type openTag struct {
	atom       atom.Atom
	name       string // where it has no atom
	space      string // "svg", "math" or ""
	start, end int    // of its start tag in the source
	// holds is what a template holds: the element that its content would stand
	// in, or 0 before its first element.
	holds atom.Atom
	// isHTML reports whether an annotation-xml holds HTML.
	isHTML bool
	// moved reports whether it stands where it can't, which is reported
	// already.
	moved bool
	// ended is the last p in it that ended at another's start tag.
	ended ending
}

// An ending is where a p starts and the tag that ended it.
type ending struct{ start, end, byStart, byEnd int }

// A part is a part of a whole document.
type part uint8

const (
	fragmentPart part = iota // it isn't a whole document
	beforeHTML
	beforeHead
	inHead
	afterHead
	inBody
	afterBody
	afterHTML
)

// mostNesting is how many mistakes are reported: one is often followed by
// others.
const mostNesting = 10

// tags searches the tags of the story.
func (l *linter) tags() {
	if l.off["nesting"] && l.off["no-dup-attr"] && l.off["attr-name"] {
		return
	}
	r := tagReader{l: l, source: l.d.source}
	r.read()
}

// read follows all tags.
func (r *tagReader) read() {
	var space [16]openTag
	r.open = space[:0]
	if r.l.d.root.Type == html.DocumentNode {
		r.part = beforeHTML
		r.quirks = true
	} else if n := r.l.d.root; n.Data != rootName {
		r.open = append(r.open, openTag{atom: n.DataAtom})
	}
	r.base = len(r.open)
	at := 0
	for at < len(r.source) {
		end := r.next(at)
		if end < 0 {
			break
		}
		at = end
	}
	r.finish(at)
}

// top returns the innermost open element, nil if there is none.
func (r *tagReader) top() *openTag {
	if len(r.open) == 0 {
		return nil
	}
	return &r.open[len(r.open)-1]
}

// topAtom returns the innermost open element's tag, if it is one of HTML.
func (r *tagReader) topAtom() atom.Atom {
	if t := r.top(); t != nil && t.space == "" {
		return t.atom
	}
	return 0
}

func (r *tagReader) push(t openTag) {
	r.open = append(r.open, t)
	if r.enter != nil {
		r.enter(t.tagName())
	}
}

func (r *tagReader) pop() {
	r.open = r.open[:len(r.open)-1]
	if r.leave != nil {
		r.leave()
	}
}

// popTo closes all elements from a place on the stack on.
func (r *tagReader) popTo(i int) {
	for len(r.open) > i {
		r.pop()
	}
}

// single adds an element that contains nothing.
func (r *tagReader) single(t openTag) {
	r.push(t)
	r.pop()
}

func (t *openTag) tagName() string {
	if t.atom != 0 {
		return t.atom.String()
	}
	return t.name
}

// is reports whether an open element is a certain one of HTML.
func (t *openTag) is(a atom.Atom) bool { return t.atom == a && t.space == "" }

// shown returns a piece of the source for a message.
func (r *tagReader) shown(start, end int) string { return shorten(fold(r.source[start:end]), 80) }

// tag returns an open element's start tag for a message.
func (r *tagReader) tagOf(t *openTag) string {
	if t.end == 0 {
		return "<" + t.tagName() + ">"
	}
	return r.shown(t.start, t.end)
}

func (r *tagReader) report(hint, format string, args ...any) {
	r.found++
	if r.found <= mostNesting {
		r.l.report("nesting", fmt.Sprintf(format, args...), "", hint)
	}
}

// text looks at a text, which may not stand everywhere.
func (r *tagReader) text(source string) {
	place := r.place()
	if r.part == fragmentPart || r.part == inBody {
		if place == 0 {
			return
		}
	}
	text := html.UnescapeString(source)
	if place != 0 && place != atom.Colgroup {
		text = strings.ReplaceAll(text, "\x00", "")
	}
	if strings.Trim(text, whiteSpace) == "" {
		return
	}
	if place != 0 {
		r.report("put it into a cell, or outside of the table", "the text %q stands in a table, but in no cell", shorten(fold(text), 40))
		return
	}
	r.documentText(text)
}

// comment looks for comments that are none, or have no end.
func (r *tagReader) comment(start, end int) {
	switch raw := r.source[start:end]; {
	case strings.HasPrefix(raw, "</"):
		r.report("write the name of an element right after the </", "%s isn't an end tag", r.shown(start, end))
	case end == len(r.source) && raw[len(raw)-1] != '>':
		r.report("end it with -->", "the comment %s has no end", shorten(fold(raw), 40))
	}
}

func (r *tagReader) doctype(start, end int) {
	if r.part != beforeHTML || r.found > 0 && !r.quirks {
		r.report("leave it out", "%s stands elsewhere than at the beginning of a document", r.shown(start, end))
		return
	}
	r.quirks = false
	r.odd = !strings.EqualFold(fold(r.source[start:end]), "<!doctype html>")
	r.part = beforeHead
	r.part = beforeHTML
}

// finish looks at what is still open at the end.
func (r *tagReader) finish(at int) {
	if at < len(r.source) {
		r.report("end it with >", "the tag %s has no end", shorten(fold(r.source[at:]), 40))
	}
	for i := len(r.open) - 1; i >= r.base; i-- {
		if t := &r.open[i]; !t.moved && (t.space != "" || !endsAtEnd(t.atom)) {
			r.report("add "+"</"+t.tagName()+"> where it ends", "%s has no end tag", r.tagOf(t))
		}
	}
	r.documentEnd()
	r.popTo(r.base)
}

// endsAtEnd reports whether an element needs no end tag at the end of all.
func endsAtEnd(a atom.Atom) bool {
	switch a {
	case atom.Tbody, atom.Td, atom.Tfoot, atom.Th, atom.Thead, atom.Tr, atom.Caption, atom.Colgroup, atom.Body, atom.Html, atom.Head:
		return true
	}
	return endsAlone(a)
}

// endsAlone reports whether an element ends with the one that it stands in,
// without an end tag.
func endsAlone(a atom.Atom) bool {
	switch a {
	case atom.Dd, atom.Dt, atom.Li, atom.Optgroup, atom.Option, atom.P, atom.Rb, atom.Rp, atom.Rt, atom.Rtc:
		return true
	}
	return false
}

// place returns which part of a table is innermost: what may stand there is
// but a few elements, and no text. It is 0 elsewhere.
func (r *tagReader) place() atom.Atom {
	t := r.top()
	if t == nil || t.space != "" || t.moved {
		return 0
	}
	switch t.atom {
	case atom.Table, atom.Tr, atom.Colgroup:
		return t.atom
	case atom.Tbody, atom.Thead, atom.Tfoot:
		return atom.Tbody
	case atom.Template:
		if t.holds != atom.Body {
			return t.holds
		}
	}
	return 0
}

// bounds reports whether a search for an open element ends at this one: what
// is around it is another matter.
func (t *openTag) bounds() bool {
	switch t.space {
	case "svg":
		return t.atom == atom.Desc || t.atom == atom.Title || t.name == "foreignobject"
	case "math":
		switch t.atom {
		case atom.Mi, atom.Mn, atom.Mo, atom.Ms, atom.Mtext, atom.AnnotationXml:
			return true
		}
		return t.name == "annotation-xml"
	}
	switch t.atom {
	case atom.Applet, atom.Caption, atom.Html, atom.Table, atom.Td, atom.Th, atom.Marquee, atom.Object, atom.Template, atom.Select:
		return true
	}
	return false
}

// find returns where an element is open, -1 if it isn't. One that is outside
// of what bounds it, or of stop, doesn't count.
func (r *tagReader) find(a, stop atom.Atom) int {
	for i := len(r.open) - 1; i >= r.base; i-- {
		t := &r.open[i]
		if t.is(a) {
			return i
		}
		if t.bounds() || stop != 0 && t.is(stop) {
			return -1
		}
	}
	return -1
}

// inTemplate reports whether a template is open.
func (r *tagReader) inTemplate() bool {
	for i := range r.open {
		if r.open[i].is(atom.Template) {
			return true
		}
	}
	return false
}

// foreign reports whether a start tag is one of SVG or MathML where it
// stands.
func (r *tagReader) foreign(a atom.Atom) bool {
	t := r.top()
	if t == nil {
		return false
	}
	switch t.space {
	case "svg":
		return t.atom != atom.Desc && t.atom != atom.Title && t.name != "foreignobject"
	case "math":
		switch t.atom {
		case atom.Mi, atom.Mn, atom.Mo, atom.Ms, atom.Mtext:
			return a == atom.Mglyph || a == atom.Malignmark
		}
		if t.name == "annotation-xml" {
			return a != atom.Svg && !t.isHTML
		}
		return true
	}
	return false
}
