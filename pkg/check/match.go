package check

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A matcher is what a text must be: a whole text, white space folded, or what
// a regular expression finds something in.
type matcher struct {
	source string // as it is shown, without quotes where it is an expression
	text   string
	regexp *regexp.Regexp
}

// maxPattern is how many characters a regular expression may have. RE2 takes
// time in proportion to the length of the expression and that of the text.
const maxPattern = 1000

// newMatcher reads `/…/` and `/…/i` as regular expressions and all else as
// text. The error says what is wrong in the words of a message.
func newMatcher(s string) (*matcher, error) {
	pattern, flags, ok := cutPattern(s)
	if !ok {
		return &matcher{text: fold(s)}, nil
	}
	switch {
	case pattern == "":
		return nil, fmt.Errorf("the regular expression %q is empty and matches everything", s)
	case utf8.RuneCountInString(pattern) > maxPattern:
		return nil, fmt.Errorf("a regular expression may have %d characters, this one has %d", maxPattern, utf8.RuneCountInString(pattern))
	}
	if flags == "i" {
		pattern = "(?i:" + pattern + ")"
	}
	if tooLarge(pattern) {
		return nil, fmt.Errorf("the regular expression %q is too large: it repeats too much", shorten(s, 80))
	}
	r, err := regexp.Compile(pattern)
	if err != nil {
		reason := strings.TrimPrefix(err.Error(), "error parsing regexp: ")
		return nil, fmt.Errorf("the regular expression %q can't be read: %s", shorten(s, 80), reason)
	}
	return &matcher{source: s, regexp: r}, nil
}

// maxProgram is how many steps a compiled regular expression may have: as
// many as one of maxPattern letters needs, and some repetition.
const maxProgram = 2 * maxPattern

// tooLarge reports whether an expression is short to write and long to run,
// such as ((a{9}){9}){9}.
func tooLarge(pattern string) bool {
	r, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return false // which Compile will tell
	}
	program, err := syntax.Compile(r.Simplify())
	return err == nil && len(program.Inst) > maxProgram
}

// cutPattern returns what stands between the slashes, and the flags. The only
// flag is i.
func cutPattern(s string) (pattern, flags string, ok bool) {
	if len(s) < 2 || s[0] != '/' {
		return "", "", false
	}
	if pattern, ok := strings.CutSuffix(s[1:], "/"); ok {
		return pattern, "", true
	}
	if pattern, ok := strings.CutSuffix(s[1:], "/i"); ok {
		return pattern, "i", true
	}
	return "", "", false
}

// otherFlags are those that JavaScript knows after the second slash, alone or
// beside an i: long enough to be a slip, too short to be the end of a path.
var otherFlags = regexp.MustCompile(`(?s)^/.+/([gmsuy]|i[gmsu]|[gmsu]i)$`)

func (m *matcher) matches(s string) bool { return m.folded(fold(s)) }

// folded matches a text whose white space is folded already.
func (m *matcher) folded(s string) bool {
	if m.regexp != nil {
		return m.regexp.MatchString(s)
	}
	return s == m.text
}

func (m *matcher) String() string {
	if m.regexp != nil {
		return m.source
	}
	return strconv.Quote(m.text)
}

// isSpace reports what JavaScript's \s does: the white space of Unicode, with
// the no-break spaces and the byte order mark.
func isSpace(r rune) bool {
	switch r {
	case ' ', '\t', '\n', '\v', '\f', '\r', 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff:
		return true
	}
	return r >= 0x2000 && r <= 0x200a
}

// fold makes each run of white space one space, and none at the ends.
func fold(s string) string {
	if isFolded(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		if isSpace(r) {
			space = true
			continue
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(r)
	}
	return b.String()
}

// isFolded reports whether folding would change nothing.
func isFolded(s string) bool {
	before := byte(' ')
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= utf8.RuneSelf || c >= '\t' && c <= '\r' || c == ' ' && before == ' ' {
			return false
		}
		before = c
	}
	return s == "" || before != ' '
}

// textContent returns the text in an element, without what is a script or a
// style.
func textContent(n *html.Node) string {
	if c := n.FirstChild; c != nil && c.NextSibling == nil && c.Type == html.TextNode && !isCode(n) {
		return c.Data
	}
	var b strings.Builder
	var gather func(*html.Node)
	gather = func(n *html.Node) {
		if isCode(n) {
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch c.Type {
			case html.TextNode:
				b.WriteString(c.Data)
			case html.ElementNode:
				gather(c)
			}
		}
	}
	gather(n)
	return b.String()
}

func isCode(n *html.Node) bool {
	return n.DataAtom == atom.Script || n.DataAtom == atom.Style || n.DataAtom == atom.Template
}

// shorten cuts a text for display.
func shorten(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}
