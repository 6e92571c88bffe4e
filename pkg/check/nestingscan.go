package check

import (
	"fmt"
	"io"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// This file splits a story into tags and texts. It does so as the tokenizer of
// golang.org/x/net/html, but keeps the attributes as they are written and makes
// nothing of them, which takes a fifth of the time; whatever is rare is left to
// that tokenizer.

// next reads the tag, text or comment at a place, and returns where it ends;
// -1 if it is a tag without an end.
func (r *tagReader) next(at int) int {
	if r.raw != "" {
		z := html.NewTokenizer(io.MultiReader(strings.NewReader("<"+r.raw+">"), strings.NewReader(r.source[at:])))
		r.raw = ""
		z.Next()
		if z.Next() == html.TextToken {
			return at + len(z.Raw())
		}
	}
	i := markup(r.source, at)
	if i > at {
		r.text(r.source[at:i])
		return i
	}
	switch c := r.source[at+1]; {
	case isLetter(c):
		return r.startAt(at)
	case c == '/' && isLetter(r.source[at+2]):
		return r.endAt(at)
	}
	z := html.NewTokenizer(strings.NewReader(r.source[at:]))
	top := r.top()
	z.AllowCDATA(top != nil && top.space != "")
	kind := z.Next()
	end := at + len(z.Raw())
	switch kind {
	case html.CommentToken:
		r.comment(at, end)
	case html.DoctypeToken:
		r.doctype(at, end)
	case html.ErrorToken:
		return -1
	}
	return end
}

// markup returns where the next tag or comment begins, or the source ends.
func markup(source string, at int) int {
	for {
		i := strings.IndexByte(source[at:], '<')
		if i < 0 || at+i+1 >= len(source) {
			return len(source)
		}
		at += i
		switch c := source[at+1]; {
		case isLetter(c), c == '!', c == '?':
			return at
		case c == '/':
			if at+2 < len(source) {
				return at
			}
		}
		at++
	}
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func isTagSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' }

// A sourceAttribute is an attribute as it is written in a tag.
type sourceAttribute struct {
	name, value string
	end         int // of the value
}

// startAt reads a start tag.
func (r *tagReader) startAt(at int) int {
	var buffer [32]byte
	name, i := tagName(r.source, at+1, buffer[:0])
	var space [16]sourceAttribute
	list := space[:0]
	r.attributes = i
	for {
		var a sourceAttribute
		if a, i = nextAttribute(r.source, i); i >= len(r.source) {
			return -1
		}
		if a.name != "" {
			list = append(list, a)
		} else if r.source[i] == '>' {
			break
		}
	}
	end := i + 1
	r.tag = r.source[at:end]
	last := r.looks(list)
	closed := r.source[end-2] == '/' && end-2 != last-1
	if a := atom.Lookup(name); rawElements[a] {
		r.raw = a.String()
	}
	r.startTag(name, at, end, closed)
	return end
}

// endAt reads an end tag.
func (r *tagReader) endAt(at int) int {
	var buffer [32]byte
	name, i := tagName(r.source, at+2, buffer[:0])
	for {
		var a sourceAttribute
		if a, i = nextAttribute(r.source, i); i >= len(r.source) {
			return -1
		}
		if a.name == "" && r.source[i] == '>' {
			break
		}
	}
	r.endTag(name, at, i+1)
	return i + 1
}

// rawElements are those in which there are no tags.
var rawElements = set(
	atom.Iframe, atom.Noembed, atom.Noframes, atom.Noscript, atom.Plaintext, atom.Script, atom.Style, atom.Textarea, atom.Title, atom.Xmp,
)

// tagName appends the name of a tag in small letters, and returns where it
// ends.
func tagName(source string, i int, name []byte) ([]byte, int) {
	for ; i < len(source) && !isTagSpace(source[i]) && source[i] != '/' && source[i] != '>'; i++ {
		c := source[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		name = append(name, c)
	}
	return name, i
}

// nextAttribute returns the attribute from i on, and where the next one
// begins. Its name is "" at a slash, and at the end of the tag, which is then
// at the place that is returned.
func nextAttribute(source string, i int) (a sourceAttribute, next int) {
	skip := func() {
		for i < len(source) && isTagSpace(source[i]) {
			i++
		}
	}
	skip()
	if i >= len(source) || source[i] == '>' {
		return a, i
	}
	start := i
	for i < len(source) && !isTagSpace(source[i]) && source[i] != '/' && source[i] != '>' && (source[i] != '=' || i == start) {
		i++
	}
	a.name, a.end = source[start:i], i
	skip()
	if i >= len(source) || source[i] != '=' {
		if i < len(source) && source[i] == '/' {
			i++
			skip()
		}
		return a, i
	}
	i++
	skip()
	if i >= len(source) {
		return a, i
	}
	start = i
	switch quote := source[i]; quote {
	case '>':
		return a, i
	case '"', '\'':
		length := strings.IndexByte(source[i+1:], quote)
		if length < 0 {
			return a, len(source)
		}
		a.value, a.end = source[i+1:i+1+length], i+1+length
		i += length + 2
	default:
		for i < len(source) && !isTagSpace(source[i]) && source[i] != '>' {
			i++
		}
		a.value, a.end = source[start:i], i
	}
	return a, i
}

// looks looks at the attributes of a start tag as they are written: of two
// with one name, the tree has the first only. It returns where the last one
// that counts ends.
func (r *tagReader) looks(list []sourceAttribute) (last int) {
	const most = 1000 // more are a mistake of another kind
	told := len(list) > most
	for i, a := range list {
		twice := false
		for _, before := range list[:min(i, most)] {
			if len(before.name) == len(a.name) && strings.EqualFold(before.name, a.name) {
				twice = true
				break
			}
		}
		if !twice {
			last = a.end
		}
		switch {
		case told:
		case twice:
			told = true
			r.l.report("no-dup-attr", fmt.Sprintf("the tag %s has the attribute %s twice: only the first counts", shorten(fold(r.tag), 80),
				strings.ToLower(a.name)), "", "leave one of them out")
		case a.name[0] == '=' || strings.ContainsAny(a.name, `"'<`):
			told = true
			r.l.report("attr-name", fmt.Sprintf("the tag %s has an attribute with the name %s", shorten(fold(r.tag), 80), shorten(a.name, 40)), "",
				"look at the quotes and the spaces before it")
		}
	}
	return last
}

// value returns an attribute of the start tag that is read.
func (r *tagReader) value(name string) (string, bool) {
	for i := r.attributes; ; {
		var a sourceAttribute
		if a, i = nextAttribute(r.source, i); a.name == "" && r.source[i] == '>' {
			return "", false
		}
		if strings.EqualFold(a.name, name) {
			return html.UnescapeString(a.value), true
		}
	}
}
