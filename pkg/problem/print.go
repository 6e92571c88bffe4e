package problem

import (
	"fmt"
	"io"
	"path"
	"strings"
	"unicode/utf8"
)

// A Printer writes problems for people, as on a terminal.
type Printer struct {
	W io.Writer
	// Color uses the terminal's colours.
	Color bool
	// Dir is put before each file, so that the places can be opened from
	// where the user stands.
	Dir string
}

// The escapes of ECMA-48 that the printer uses.
const (
	bold  = "\x1b[1m"
	red   = "\x1b[31m"
	blue  = "\x1b[34m"
	cyan  = "\x1b[36m"
	reset = "\x1b[0m"
)

// Print writes one problem: its place and message, the lines around the place
// with a caret below it, what it is related to, its rule, and the hint.
func (p *Printer) Print(x *Problem) error {
	var b strings.Builder
	place := x.Place()
	if place.File != "" {
		place.File = path.Join(p.Dir, place.File)
		b.WriteString(p.paint(bold, Clean(place.String())) + ": ")
	}
	b.WriteString(p.paint(bold+red, Clean(x.Message)) + "\n")
	p.excerpt(&b, x)
	for line := range strings.Lines(x.Detail) {
		b.WriteString("    " + Clean(strings.TrimRight(line, "\r\n")) + "\n")
	}
	for _, r := range x.Related {
		r.File = path.Join(p.Dir, r.File)
		b.WriteString("  " + p.paint(blue, "see") + "  " + Clean(r.String()) + "\n")
	}
	if x.Rule != "" {
		b.WriteString("  " + p.paint(blue, "rule") + " " + Clean(x.Rule+", "+x.Link) + "\n")
	}
	if x.Hint != "" {
		b.WriteString("  " + p.paint(cyan, "hint") + " " + Clean(x.Hint) + "\n")
	}
	b.WriteString("\n")
	_, err := io.WriteString(p.W, b.String())
	return err
}

// excerpt writes the numbered lines, and the caret under the place. Tabs
// before the place are kept, so that the caret stands right whatever a
// terminal makes of them.
func (p *Printer) excerpt(b *strings.Builder, x *Problem) {
	if len(x.Excerpt) == 0 {
		return
	}
	width := len(fmt.Sprint(x.Excerpt[len(x.Excerpt)-1].Number))
	for _, line := range x.Excerpt {
		mark := " "
		if line.Number == x.Line {
			mark = p.paint(red, ">")
		}
		fmt.Fprintf(b, "%s %s %s\n", mark, p.paint(blue, fmt.Sprintf("%*d |", width, line.Number)), Clean(line.Text))
		if line.Number != x.Line || x.Column == 0 {
			continue
		}
		before := []rune(line.Text)
		length := min(max(1, x.Length), max(1, len(before)-x.Column+1))
		before = before[:min(x.Column-1, len(before))]
		for i, r := range before {
			if r != '\t' {
				before[i] = ' '
			}
		}
		fmt.Fprintf(b, "  %s %s%s\n", p.paint(blue, strings.Repeat(" ", width)+" |"), string(before), p.paint(red, strings.Repeat("^", length)))
	}
}

func (p *Printer) paint(escape, text string) string {
	if !p.Color {
		return text
	}
	return escape + text + reset
}

// Clean returns the text with what a terminal would obey instead of show
// (control characters other than a tab) made visible. File names and sources
// are not trusted to be harmless.
func Clean(text string) string {
	if utf8.ValidString(text) && !strings.ContainsFunc(text, isControl) {
		return text
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r < 0x20 && r != '\t':
			return 0x2400 + r // the picture of the control character
		case isControl(r):
			return utf8.RuneError
		}
		return r
	}, text)
}

func isControl(r rune) bool {
	return r < 0x20 && r != '\t' || r == 0x7f || r >= 0x80 && r < 0xa0
}
