package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Accessibility returns what a screen reader is told of the first element that
// the selector finds: a line for each node with its role, name and states, each
// below and right of the one that it belongs to. What is hidden is left out, and
// what is within frames.
func (p *Page) Accessibility(selector string) (string, error) {
	tree := &accessibilityTree{nodes: map[accessibility.NodeID]*accessibility.Node{}}
	var root cdp.BackendNodeID
	err := chromedp.Do(p.ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		found, err := cdp.Call(ctx, t, runtime.Evaluate, runtime.EvaluateParams{Expression: fmt.Sprintf("document.querySelector(%q)", selector)})
		if err != nil {
			return err
		}
		node, err := cdp.Call(ctx, t, dom.DescribeNode, dom.DescribeNodeParams{ObjectID: found.Result.ObjectID})
		if err != nil {
			return err
		}
		root = node.Node.BackendNodeID
		all, err := cdp.Call(ctx, t, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
		for _, n := range all.Nodes {
			tree.nodes[n.NodeID] = n
		}
		return err
	}))
	if err != nil {
		return "", fmt.Errorf("reading the accessibility of %s: %w", selector, err)
	}
	for _, n := range tree.nodes {
		if n.BackendDOMNodeID == root {
			tree.write(n, "", 0)
			tree.endRun()
			return tree.text.String(), nil
		}
	}
	return "", fmt.Errorf("reading the accessibility of %s: nobody is told of it", selector)
}

type accessibilityTree struct {
	nodes map[accessibility.NodeID]*accessibility.Node
	text  strings.Builder
	run   string // text that may go on in the next node
	depth int    // of it
}

// silent are the roles that say nothing, and those below text.
var silent = []string{"generic", "none", "InlineTextBox", "LabelText", "mark", "LayoutTableRow", "LayoutTable", "LayoutTableCell"}

// write writes a node and those below it. Text that is the name of the node
// around it is not said twice.
func (tree *accessibilityTree) write(n *accessibility.Node, around string, depth int) {
	role, name := axValue(n.Role), axValue(n.Name)
	switch line := strings.Join(strings.Fields(name), " "); {
	case n.Ignored || slices.Contains(silent, role):
	case role == "StaticText":
		if line == "" || !strings.Contains(around, line) {
			if tree.depth != depth {
				tree.endRun()
			}
			tree.run, tree.depth = tree.run+name, depth
		}
		return
	default:
		tree.endRun()
		tree.text.WriteString(strings.Repeat("  ", depth) + role)
		if line != "" {
			fmt.Fprintf(&tree.text, " %q", line)
			around = line
		}
		for _, state := range axStates(n) {
			tree.text.WriteString(" " + state)
		}
		tree.text.WriteString("\n")
		depth++
	}
	if role == "Iframe" {
		return
	}
	for _, id := range n.ChildIDs {
		if child := tree.nodes[id]; child != nil {
			tree.write(child, around, depth)
		}
	}
}

// endRun writes the text that has come together, in one line.
func (tree *accessibilityTree) endRun() {
	if line := strings.Join(strings.Fields(tree.run), " "); line != "" {
		fmt.Fprintf(&tree.text, "%stext %q\n", strings.Repeat("  ", tree.depth), line)
	}
	tree.run = ""
}

// implied are properties that go with the role, or that no reader speaks of.
var implied = []accessibility.PropertyName{"focusable", "focused", "settable", "editable", "multiline", "readonly", "required", "multiselectable",
	"orientation", "valuemin", "valuemax", "url", "labelledby", "describedby", "owns", "controls", "details", "activedescendant", "atomic", "relevant", "live", "busy", "root"}

// axStates are the states of a node: what it is worth, and what is true of it.
func axStates(n *accessibility.Node) []string {
	var states []string
	if value := axValue(n.Value); value != "" {
		states = append(states, "value="+value)
	}
	if text := axValue(n.Description); text != "" {
		states = append(states, fmt.Sprintf("description=%q", text))
	}
	for _, property := range n.Properties {
		value := axValue(property.Value)
		switch {
		case slices.Contains(implied, property.Name) || value == "" || property.Name == "level" && axValue(n.Role) == "listitem":
		case value == "true":
			states = append(states, string(property.Name))
		case value != "false" || slices.Contains([]accessibility.PropertyName{"expanded", "pressed", "checked"}, property.Name):
			states = append(states, string(property.Name)+"="+value)
		}
	}
	return states
}

// axValue returns a value as text.
func axValue(v *accessibility.Value) string {
	if v == nil || len(v.Value) == 0 {
		return ""
	}
	var value any
	if json.Unmarshal(v.Value, &value) != nil || value == nil {
		return ""
	}
	return fmt.Sprint(value)
}
