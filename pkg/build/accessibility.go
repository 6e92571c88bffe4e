package build

import (
	"github.com/storytime-dev/storytime/internal/ui"
	"github.com/storytime-dev/storytime/pkg/check"
)

// mostNodes is how much of a story's outline stands on its page.
const mostNodes = 500

// accessibility is what assistive technology is given of a story, or nil.
func (v *view) accessibility() *ui.Accessibility {
	if v.document == nil {
		return nil
	}
	a := &ui.Accessibility{}
	for _, c := range v.checks {
		if c.Title == check.LintTitle {
			a.Searched, a.Findings = true, c.Problems
		}
	}
	o := v.document.Outline(mostNodes)
	if o == nil {
		a.Unread = true
		return a
	}
	a.Nodes, a.More = exposed(o.Nodes), o.More
	a.Stops, a.MoreStops = exposed(o.Stops), o.MoreStops
	return a
}

func exposed(nodes []check.Node) []ui.Exposed {
	list := make([]ui.Exposed, len(nodes))
	for i, n := range nodes {
		list[i] = ui.Exposed(n)
	}
	return list
}
