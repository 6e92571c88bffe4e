package build

import (
	"html/template"
	"strings"
)

// The classes of highlighted code, which internal/ui gives colours.
const (
	classKeyword  = "k"
	className     = "n" // elements and mapping keys
	classAttr     = "a"
	classString   = "s"
	classNumber   = "m" // and other literals
	classComment  = "c"
	classFunction = "f" // and types
	classPunct    = "p"
	classAction   = "x" // of a template
)

// highlight returns the source as HTML with classes. A language that it
// doesn't know is only escaped.
//
// It reads code by hand. The libraries for it match regular expressions at
// every place of a text, which takes a hundred times as long (Chroma: 250 µs
// for the block of a story) and would be half of a build, where each story
// has two or three pieces of code that nobody else has.
func highlight(language, source string) template.HTML {
	language = strings.ToLower(language)
	switch language {
	case "yaml", "yml":
		return highlightYAML(source)
	case "html", "xml", "svg", "vue", "gohtml", "tmpl", "jinja", "html+template":
		return highlightMarkup(source)
	case "diff", "patch":
		return highlightDiff(source)
	}
	if name, ok := aliases[language]; ok {
		language = name
	}
	if g := grammars[language]; g != nil {
		return highlightCode(g, source)
	}
	var out strings.Builder
	writeEscaped(&out, source)
	return template.HTML(out.String())
}

// token writes text in a class, or as it is without one.
func token(out *strings.Builder, class, text string) {
	if class == "" {
		writeEscaped(out, text)
		return
	}
	out.WriteString(`<span class="`)
	out.WriteString(class)
	out.WriteString(`">`)
	writeEscaped(out, text)
	out.WriteString("</span>")
}

// writeEscaped writes text for the content of an element.
func writeEscaped(out *strings.Builder, text string) {
	last := 0
	for i := 0; i < len(text); i++ {
		var entity string
		switch text[i] {
		case '&':
			entity = "&amp;"
		case '<':
			entity = "&lt;"
		case '>':
			entity = "&gt;"
		case '\t', '\n', '\r', '\f':
			continue
		default:
			if text[i] >= ' ' {
				continue
			}
			entity = string(rune(0x2400 + int(text[i]))) // its picture: HTML may not have it
		}
		out.WriteString(text[last:i])
		out.WriteString(entity)
		last = i + 1
	}
	out.WriteString(text[last:])
}

// highlightYAML colours keys, quoted text, literals, comments and
// punctuation. It goes line by line and knows no more of YAML than that.
func highlightYAML(source string) template.HTML {
	var out strings.Builder
	out.Grow(2 * len(source))
	for line := range strings.Lines(source) {
		yamlLine(&out, line)
	}
	return template.HTML(out.String())
}

func yamlLine(out *strings.Builder, line string) {
	for i := 0; i < len(line); {
		c := line[i]
		switch {
		case c == ' ' || c == '\n' || c == '\r' || c == '\t':
			out.WriteByte(c)
			i++
		case c == '#' && (i == 0 || line[i-1] == ' '):
			end := strings.TrimRight(line[i:], "\r\n")
			token(out, classComment, end)
			i += len(end)
		case c == '"' || c == '\'':
			end := min(skipQuoted(line, i), len(strings.TrimRight(line, "\r\n")))
			end = max(end, i+1)
			class := classString
			if strings.HasPrefix(strings.TrimLeft(line[end:], " "), ":") {
				class = className
			}
			token(out, class, line[i:end])
			i = end
		case strings.IndexByte("{}[],", c) >= 0,
			(c == '-' || c == ':' || c == '?') && (i+1 == len(line) || isSpace(line[i+1])):
			token(out, classPunct, line[i:i+1])
			i++
		default:
			end := plainScalar(line, i)
			word := line[i:end]
			token(out, yamlClass(word, line[end:]), word)
			i = end
		}
	}
}

func skipQuoted(line string, i int) int {
	quote := line[i]
	for i++; i < len(line); i++ {
		switch {
		case line[i] == '\\' && quote == '"':
			i++
		case line[i] == quote:
			return i + 1
		}
	}
	return i
}

// plainScalar returns where a scalar without quotes ends.
func plainScalar(line string, i int) int {
	start := i
	for i++; i < len(line); i++ {
		c := line[i]
		if strings.IndexByte("{}[],\n\r", c) >= 0 ||
			c == ':' && (i+1 == len(line) || isSpace(line[i+1])) ||
			c == '#' && line[i-1] == ' ' {
			break
		}
	}
	return start + len(strings.TrimRight(line[start:i], " "))
}

func yamlClass(word, rest string) string {
	if strings.HasPrefix(strings.TrimLeft(rest, " "), ":") {
		return className
	}
	switch word {
	case "true", "false", "null", "~":
		return classNumber
	case "|", ">", "|-", ">-", "|+", ">+":
		return classPunct
	}
	if strings.Trim(word, "0123456789.-+eE_") == "" {
		return classNumber
	}
	if word[0] == '&' || word[0] == '*' || word[0] == '!' {
		return classFunction
	}
	return classString
}

// highlightMarkup colours HTML and XML with or without actions of a template.
func highlightMarkup(source string) template.HTML {
	m := markup{source: source}
	m.out.Grow(4 * len(source)) // half of markup is tags
	m.run()
	return template.HTML(m.out.String())
}

// A markup reader goes through tags, comments and actions. It has to make
// sense of code that is not well formed, and never loses a byte.
type markup struct {
	source string
	at     int
	out    strings.Builder
}

func (m *markup) run() {
	for m.at < len(m.source) {
		rest := m.source[m.at:]
		switch {
		case strings.HasPrefix(rest, "{{"):
			m.action()
		case strings.HasPrefix(rest, "<!--"):
			m.until(classComment, "-->")
		case strings.HasPrefix(rest, "<!") || strings.HasPrefix(rest, "<?"):
			m.until(classComment, ">")
		case len(rest) > 1 && rest[0] == '<' && (isLetter(rest[1]) || rest[1] == '/'):
			m.tag()
		default:
			end := strings.IndexAny(rest[1:], "<{") + 1
			if end == 0 {
				end = len(rest)
			}
			writeEscaped(&m.out, rest[:end])
			m.at += end
		}
	}
}

func (m *markup) emit(class string, end int) {
	token(&m.out, class, m.source[m.at:end])
	m.at = end
}

// until emits all up to and with the mark, or to the end.
func (m *markup) until(class, mark string) {
	end := strings.Index(m.source[m.at:], mark)
	if end < 0 {
		m.emit(class, len(m.source))
		return
	}
	m.emit(class, m.at+end+len(mark))
}

func (m *markup) action() { m.until(classAction, "}}") }

// tag emits a start or end tag.
func (m *markup) tag() {
	end := m.at + 1
	if m.source[end] == '/' {
		end++
	}
	m.emit(classPunct, end)
	m.emit(className, m.name(m.at))
	for m.at < len(m.source) {
		c := m.source[m.at]
		switch {
		case strings.HasPrefix(m.source[m.at:], "{{"):
			m.action()
		case c == '>':
			m.emit(classPunct, m.at+1)
			return
		case c == '/' || c == '=':
			m.emit(classPunct, m.at+1)
		case c == '<':
			return // the tag was never closed
		case c == '"' || c == '\'':
			m.value(c)
		case isSpace(c):
			m.out.WriteByte(c)
			m.at++
		default:
			class := classAttr
			if m.at > 0 && m.source[m.at-1] == '=' {
				class = classString
			}
			m.emit(class, max(m.name(m.at), m.at+1))
		}
	}
}

// name returns where a name that begins at i ends.
func (m *markup) name(i int) int {
	for i < len(m.source) && !isSpace(m.source[i]) && strings.IndexByte(`/>="'<`, m.source[i]) < 0 && !strings.HasPrefix(m.source[i:], "{{") {
		i++
	}
	return i
}

// value emits an attribute's value in quotes. Actions may stand in it, with
// quotes of their own.
func (m *markup) value(quote byte) {
	end := m.at + 1
	for end < len(m.source) && m.source[end] != quote {
		if strings.HasPrefix(m.source[end:], "{{") {
			m.emit(classString, end)
			m.action()
			end = m.at
			continue
		}
		end++
	}
	m.emit(classString, min(end+1, len(m.source)))
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
