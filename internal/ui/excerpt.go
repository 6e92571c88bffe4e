package ui

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// An excerptLine is a line of source around a problem, or the line of carets
// below it.
type excerptLine struct {
	Class  string
	Number int // 0 for the carets
	Text   string
}

// excerpt returns the lines around a problem, the carets in their place.
func excerpt(p *problem.Problem) []excerptLine {
	var lines []excerptLine
	for _, line := range p.Excerpt {
		if line.Number != p.Line {
			lines = append(lines, excerptLine{"line", line.Number, line.Text})
			continue
		}
		lines = append(lines, excerptLine{"line here", line.Number, line.Text})
		if p.Column > 0 {
			lines = append(lines, excerptLine{"carets", 0, carets(line.Text, p.Column, p.Length)})
		}
	}
	return lines
}

// carets is a line that underlines length characters of another, from column
// on. It is as wide as that in a font of fixed width: tabs stay tabs, and
// characters that take two places get a wide space.
func carets(text string, column, length int) string {
	var b strings.Builder
	length = max(min(length, utf8.RuneCountInString(text)-column+1), 1)
	for _, r := range text {
		if column--; column <= 0 {
			break
		}
		switch {
		case r == '\t':
			b.WriteByte('\t')
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
			b.WriteRune('\u3000')
		default:
			b.WriteByte(' ')
		}
	}
	b.WriteString(strings.Repeat("^", length))
	return b.String()
}
