package ui

import (
	"bytes"
	"strconv"
	"strings"
)

// navScript is the navigation of the whole site as one call. With thousands
// of stories its size is what counts, so a node is an array:
//
//	[flags, title, address, tags?, children?]
//
// flags is the kind (0 section, 1 subject, 2 story), plus 4 for a problem, plus
// 8 times the number of checks that failed. An
// address is written without the "index.html" at its end, and without its
// parent's address at its start; one that does not lie below its parent's
// starts with "/". Tags are numbers, places in the list of all tags, which is
// the call's first argument.
func navScript(nav []*Node) []byte {
	w := navWriter{tags: map[string]int{}}
	w.nodes(nav, "")
	var out bytes.Buffer
	out.WriteString("storytime.nav([")
	for i, tag := range w.names {
		if i > 0 {
			out.WriteByte(',')
		}
		writeJS(&out, tag)
	}
	out.WriteString("],\n")
	out.Write(w.out.Bytes())
	out.WriteString(");\n")
	return out.Bytes()
}

type navWriter struct {
	out   bytes.Buffer
	tags  map[string]int // each tag's place in names
	names []string       // in the order of their first use
}

func (w *navWriter) nodes(nodes []*Node, base string) {
	w.out.WriteByte('[')
	for i, node := range nodes {
		if i > 0 {
			w.out.WriteString(",\n")
		}
		w.node(node, base)
	}
	w.out.WriteByte(']')
}

func (w *navWriter) node(node *Node, base string) {
	flags := map[Kind]int{KindSection: 0, KindSubject: 1, KindStory: 2}[node.Kind]
	if node.Broken {
		flags += 4
	}
	flags += 8 * node.Failed
	w.out.WriteByte('[')
	w.out.WriteString(strconv.Itoa(flags))
	w.out.WriteByte(',')
	writeJS(&w.out, node.Title)
	w.out.WriteByte(',')
	href := shortHref(node.Href)
	if below, ok := strings.CutPrefix(href, base); ok {
		writeJS(&w.out, below)
	} else {
		writeJS(&w.out, "/"+href)
	}
	if len(node.Tags) > 0 || len(node.Children) > 0 {
		w.out.WriteString(",[")
		for i, tag := range node.Tags {
			if i > 0 {
				w.out.WriteByte(',')
			}
			w.out.WriteString(strconv.Itoa(w.tag(tag)))
		}
		w.out.WriteByte(']')
	}
	if len(node.Children) > 0 {
		w.out.WriteByte(',')
		w.nodes(node.Children, href)
	}
	w.out.WriteByte(']')
}

// tag returns a tag's number.
func (w *navWriter) tag(name string) int {
	number, ok := w.tags[name]
	if !ok {
		number = len(w.names)
		w.tags[name] = number
		w.names = append(w.names, name)
	}
	return number
}

// shortHref leaves away the "index.html" that workshop.js puts back.
func shortHref(href string) string {
	if href == "index.html" {
		return ""
	}
	if before, ok := strings.CutSuffix(href, "/index.html"); ok {
		return before + "/"
	}
	return href
}
