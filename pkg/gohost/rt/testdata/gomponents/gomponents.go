// Package gomponents is as much of maragu.dev/gomponents as the tests need.
package gomponents

import (
	"fmt"
	"html"
	"io"
)

type Node interface{ Render(w io.Writer) error }

type NodeFunc func(io.Writer) error

func (f NodeFunc) Render(w io.Writer) error { return f(w) }

type Group []Node

func (g Group) Render(w io.Writer) error {
	for _, n := range g {
		if n == nil {
			continue
		}
		if err := n.Render(w); err != nil {
			return err
		}
	}
	return nil
}

type attribute struct{ name, value string }

func Attr(name, value string) Node { return attribute{name, value} }

func (a attribute) Render(w io.Writer) error {
	_, err := fmt.Fprintf(w, ` %s="%s"`, a.name, html.EscapeString(a.value))
	return err
}

func Text(s string) Node {
	return NodeFunc(func(w io.Writer) error {
		_, err := io.WriteString(w, html.EscapeString(s))
		return err
	})
}

// El writes attributes into its tag, which it tells by their type.
func El(name string, children ...Node) Node {
	return NodeFunc(func(w io.Writer) error {
		var attributes, content Group
		for _, n := range children {
			if _, ok := n.(attribute); ok {
				attributes = append(attributes, n)
			} else {
				content = append(content, n)
			}
		}
		fmt.Fprintf(w, "<%s", name)
		if err := attributes.Render(w); err != nil {
			return err
		}
		fmt.Fprint(w, ">")
		if err := content.Render(w); err != nil {
			return err
		}
		_, err := fmt.Fprintf(w, "</%s>", name)
		return err
	})
}
