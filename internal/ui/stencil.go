package ui

import (
	"fmt"
	"html/template"
	"io"
	"slices"
	"strconv"
	"strings"
)

// A stencil is a template that has been executed already, with marks in the
// place of its values. Filling it in is a matter of joining strings, at a
// twentieth of the cost of html/template; a large catalog has tens of
// thousands of props, tags and code blocks.
//
// What html/template would do with a value in its place is then up to who
// fills it in, which is why values are of the type template.HTML: text and
// address make them. They are right in an element and in a quoted attribute;
// stencils have values nowhere else.
type stencil struct {
	chunks []string // one more than there are slots
	slots  []int    // for each, which of the values it takes
}

const markEnd = "qz"

// markFor returns how a mark begins for a site: in a way that none of its own
// texts has. It is in small letters, which html/template makes of the name of
// an attribute.
func markFor(site *Site) string {
	mark := "zqstorytimemark"
	for strings.Contains(strings.ToLower(fmt.Sprint(*site)), mark) {
		mark += "x"
	}
	return mark
}

// stencil makes one from a template that takes the given fields, which are
// filled in in the same order.
func (p *Pages) stencil(name string, fields ...string) stencil {
	return p.stencilOf(name, map[string]any{"Site": p.site}, fields...)
}

// stencilOf does so for a template that takes other data as well.
func (p *Pages) stencilOf(name string, data map[string]any, fields ...string) stencil {
	for i, field := range fields {
		data[field] = p.mark + strconv.Itoa(i) + markEnd
	}
	var s stencil
	rest := string(p.fragment(name, data))
	for {
		before, after, found := strings.Cut(rest, p.mark)
		s.chunks = append(s.chunks, before)
		if !found {
			break
		}
		number, after, _ := strings.Cut(after, markEnd)
		slot, err := strconv.Atoi(number)
		if err != nil {
			panic(fmt.Sprintf("template %q changes what is put into it: %v", name, err))
		}
		s.slots = append(s.slots, slot)
		rest = after
	}
	for i, field := range fields {
		if !slices.Contains(s.slots, i) {
			panic(fmt.Sprintf("template %q does not use %s", name, field))
		}
	}
	return s
}

// write writes a page.
func (s stencil) write(w io.Writer, values ...template.HTML) error {
	for i, slot := range s.slots {
		if _, err := io.WriteString(w, s.chunks[i]); err != nil {
			return err
		}
		if _, err := io.WriteString(w, string(values[slot])); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, s.chunks[len(s.slots)])
	return err
}

// fill writes the stencil with its values.
func (s stencil) fill(b *strings.Builder, values ...template.HTML) {
	for i, slot := range s.slots {
		b.WriteString(s.chunks[i])
		b.WriteString(string(values[slot]))
	}
	b.WriteString(s.chunks[len(s.slots)])
}

// html is the stencil with its values.
func (s stencil) html(values ...template.HTML) template.HTML {
	size := 0
	for _, chunk := range s.chunks {
		size += len(chunk)
	}
	for _, slot := range s.slots {
		size += len(values[slot])
	}
	var b strings.Builder
	b.Grow(size)
	s.fill(&b, values...)
	return template.HTML(b.String())
}

// text makes a value from what is not HTML.
func text(s string) template.HTML { return template.HTML(template.HTMLEscapeString(s)) }

// address makes a value from a relative URL. Another sort would be a mistake
// of the caller's, and goes nowhere.
func address(href string) template.HTML {
	if i := strings.IndexAny(href, ":/?#"); i >= 0 && href[i] == ':' {
		return "#"
	}
	return text(href)
}
