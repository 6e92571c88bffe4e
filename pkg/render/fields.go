package render

import (
	"slices"
	"text/template/parse"
)

// Fields returns the names of the data that a template reads, in the order of
// their first use, .Children left out: what a component takes that nobody has
// documented. What stands within a range or a with speaks of other data, but
// for $.
func Fields(source string) []string {
	t := parse.New("")
	t.Mode = parse.SkipFuncCheck
	trees := map[string]*parse.Tree{}
	tree, err := t.Parse(source, "", "", trees)
	if err != nil || tree.Root == nil {
		return nil
	}
	var f fieldReader
	f.list(tree.Root, true)
	return f.names
}

type fieldReader struct{ names []string }

func (f *fieldReader) add(name string) {
	if name != "Children" && !slices.Contains(f.names, name) {
		f.names = append(f.names, name)
	}
}

// list reads nodes; own says that the dot is the component's data.
func (f *fieldReader) list(l *parse.ListNode, own bool) {
	if l == nil {
		return
	}
	for _, n := range l.Nodes {
		f.node(n, own)
	}
}

func (f *fieldReader) node(n parse.Node, own bool) {
	switch n := n.(type) {
	case *parse.ActionNode:
		f.pipe(n.Pipe, own)
	case *parse.TemplateNode:
		f.pipe(n.Pipe, own)
	case *parse.IfNode:
		f.pipe(n.Pipe, own)
		f.list(n.List, own)
		f.list(n.ElseList, own)
	case *parse.WithNode:
		f.pipe(n.Pipe, own)
		f.list(n.List, false)
		f.list(n.ElseList, own)
	case *parse.RangeNode:
		f.pipe(n.Pipe, own)
		f.list(n.List, false)
		f.list(n.ElseList, own)
	}
}

func (f *fieldReader) pipe(p *parse.PipeNode, own bool) {
	if p == nil {
		return
	}
	for _, command := range p.Cmds {
		for _, arg := range command.Args {
			f.argument(arg, own)
		}
	}
}

func (f *fieldReader) argument(n parse.Node, own bool) {
	switch n := n.(type) {
	case *parse.FieldNode:
		if own {
			f.add(n.Ident[0])
		}
	case *parse.VariableNode:
		if n.Ident[0] == "$" && len(n.Ident) > 1 {
			f.add(n.Ident[1])
		}
	case *parse.ChainNode:
		f.argument(n.Node, own)
	case *parse.PipeNode:
		f.pipe(n, own)
	}
}
