// Package ui holds the components of the kiosk.
package ui

import (
	g "maragu.dev/gomponents"
	. "maragu.dev/gomponents/html"
)

// A Kind is what an alert is about.
type Kind string

// The kinds.
const (
	Info    Kind = "info"
	Warning Kind = "warning"
)

// AlertProps are what an alert takes.
type AlertProps struct {
	// Kind is what it is about.
	Kind Kind `json:"kind"`
	// Title stands above the text.
	Title   string `json:"title"`
	Actions g.Node // Actions stand below.
}

// Alert tells something.
func Alert(props AlertProps, children ...g.Node) g.Node {
	return Div(Class("alert "+string(props.Kind)), Role("alert"),
		g.If(props.Title != "", Strong(g.Text(props.Title))),
		g.Group(children),
		props.Actions,
	)
}

// Page is a whole document.
func Page(title string, body ...g.Node) g.Node {
	return HTML(Head(TitleEl(g.Text(title))), Body(body...))
}
