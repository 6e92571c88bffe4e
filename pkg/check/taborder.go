package check

import (
	"slices"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A stop is an element that the Tab key may reach.
type stop struct {
	n      *html.Node
	role   string
	index  int
	listed int // its place in the outline, or -1
	hidden bool
}

// stop notes an element that can have the focus.
func (o *outliner) stop(n *html.Node, role string, listed int, hidden bool) {
	index, _ := integer(attr(n, "tabindex"))
	if index >= 0 {
		o.stops = append(o.stops, stop{n, role, index, listed, hidden})
	}
}

// tabOrder puts the stops into their order: a tabindex that is a number of
// its own comes first.
func (o *outliner) tabOrder() {
	o.oneOfEachGroup()
	slices.SortStableFunc(o.stops, func(a, b stop) int {
		switch {
		case a.index == b.index:
			return 0
		case b.index == 0 || a.index != 0 && a.index < b.index:
			return -1
		}
		return 1
	})
	shown := o.stops[:min(o.limit, len(o.stops))]
	o.out.MoreStops = len(o.stops) - len(shown)
	o.out.Stops = make([]Node, 0, len(shown))
	for _, s := range shown {
		var node Node
		if s.listed >= 0 {
			node = o.out.Nodes[s.listed]
			node.Depth = 0
		} else {
			node = o.d.node(s.n, s.role)
		}
		if s.hidden {
			node.States = append(node.States, "hidden")
		}
		o.out.Stops = append(o.out.Stops, node)
	}
}

// A radioGroup is what radio buttons have in common of which one is chosen.
type radioGroup struct {
	form *html.Node
	name string
}

// oneOfEachGroup leaves of each group of radio buttons the one that Tab
// reaches: the chosen one, or else the first. The arrow keys reach the others.
func (o *outliner) oneOfEachGroup() {
	chosen := map[radioGroup]*html.Node{}
	for _, s := range o.stops {
		if g, ok := o.groupOf(s.n); ok && (chosen[g] == nil || has(s.n, "checked")) {
			chosen[g] = s.n
		}
	}
	if len(chosen) == 0 {
		return
	}
	o.stops = slices.DeleteFunc(o.stops, func(s stop) bool {
		g, ok := o.groupOf(s.n)
		return ok && chosen[g] != s.n
	})
}

func (o *outliner) groupOf(n *html.Node) (radioGroup, bool) {
	if n.DataAtom != atom.Input || n.Namespace != "" || inputType(n) != "radio" || attr(n, "name") == "" {
		return radioGroup{}, false
	}
	g := radioGroup{name: attr(n, "name")}
	if id, given := lookup(n, "form"); given {
		g.form = o.d.byID(id)
		return g, true
	}
	for g.form = n.Parent; g.form != nil && g.form.DataAtom != atom.Form; g.form = g.form.Parent {
	}
	return g, true
}
