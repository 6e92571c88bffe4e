package ui

import (
	"bytes"
	"slices"
)

// searchScript holds what a search looks through beyond the titles and tags
// of the navigation, as arrays:
//
//	[address, description, prose]
//	[address, description, prose, title, path]
//
// The longer form is for what the navigation does not have, such as the home
// page. Entries that add nothing are left out.
func searchScript(nav []*Node, index []Entry) []byte {
	known := map[string]bool{}
	var visit func(nodes []*Node)
	visit = func(nodes []*Node) {
		for _, node := range nodes {
			known[node.Href] = true
			visit(node.Children)
		}
	}
	visit(nav)

	var out bytes.Buffer
	out.WriteString("storytime.index([")
	first := true
	for _, entry := range index {
		parts := []string{shortHref(entry.Href), entry.Description, entry.Text}
		if !known[entry.Href] {
			parts = slices.Concat(parts, []string{entry.Title, entry.Path})
		} else if entry.Description == "" && entry.Text == "" {
			continue
		}
		if !first {
			out.WriteString(",\n")
		}
		first = false
		writeJS(&out, parts)
	}
	out.WriteString("]);\n")
	return out.Bytes()
}
