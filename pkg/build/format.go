package build

import (
	"strings"

	nethtml "golang.org/x/net/html"
)

// formatHTML returns the HTML with each block-level element on a line of its
// own, indented by its depth. It is for reading: white space between inline
// content is folded, as a browser does it, and that of <pre>, <textarea>,
// <script> and <style> stays.
func formatHTML(source string) string {
	f := formatter{z: nethtml.NewTokenizer(strings.NewReader(source))}
	f.out.Grow(len(source) + len(source)/4)
	f.run()
	return strings.TrimSpace(f.out.String()) + "\n"
}

type formatter struct {
	z     *nethtml.Tokenizer
	out   strings.Builder
	stack []formatElement
	// blank: nothing but indentation stands on the current line. space: white
	// space came before what is next. verbatim: depth within elements whose
	// white space counts.
	blank    bool
	space    bool
	verbatim int
}

type formatElement struct {
	name   string
	block  bool
	broken bool // something within it began a new line
}

// blockElements begin a line of their own. What a browser lays out in a line
// but people write as a block, such as buttons in a toolbar, flows.
var blockElements = set("address article aside base blockquote body caption col colgroup dd details dialog div dl dt fieldset " +
	"figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li link main menu meta nav noscript ol " +
	"optgroup option p pre script search section select style summary table tbody td template tfoot th thead title tr ul video " +
	"audio picture source track object iframe canvas svg")

var voidElements = set("area base br col embed hr img input link meta param source track wbr")

var verbatimElements = set("pre textarea script style")

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

func (f *formatter) run() {
	f.blank = true
	for {
		switch kind := f.z.Next(); kind {
		case nethtml.ErrorToken:
			f.out.Write(f.z.Raw())
			return
		case nethtml.TextToken:
			f.text(string(f.z.Raw()))
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken:
			raw := string(f.z.Raw())
			name, _ := f.z.TagName()
			f.start(string(name), raw, kind == nethtml.SelfClosingTagToken)
		case nethtml.EndTagToken:
			raw := string(f.z.Raw())
			name, _ := f.z.TagName()
			f.end(string(name), raw)
		default:
			f.line()
			f.inline(string(f.z.Raw()))
		}
	}
}

func (f *formatter) start(name, raw string, selfClosing bool) {
	block := blockElements[name]
	if f.verbatim > 0 {
		f.out.WriteString(raw)
	} else {
		if block {
			f.line()
		}
		f.inline(foldTag(raw))
	}
	if voidElements[name] || selfClosing {
		return
	}
	f.stack = append(f.stack, formatElement{name: name, block: block})
	if verbatimElements[name] {
		f.verbatim++
	}
}

func (f *formatter) end(name, raw string) {
	i := len(f.stack) - 1
	for i >= 0 && f.stack[i].name != name {
		i--
	}
	if i < 0 { // it closes nothing
		f.inline(raw)
		return
	}
	broken := false
	for _, e := range f.stack[i:] {
		broken = broken || e.broken
		if verbatimElements[e.name] {
			f.verbatim--
		}
	}
	block := f.stack[i].block
	f.stack = f.stack[:i]
	if f.verbatim == 0 && block {
		f.space = false
		if broken {
			f.line()
		}
	}
	f.inline(raw)
	if f.verbatim == 0 && block {
		f.space = false
		f.out.WriteByte('\n')
		f.blank = true
	}
}

func (f *formatter) text(raw string) {
	if f.verbatim > 0 {
		f.out.WriteString(raw)
		f.blank = false
		return
	}
	words := strings.Fields(raw)
	if len(words) == 0 {
		f.space = true
		return
	}
	if isSpace(raw[0]) {
		f.space = true
	}
	f.inline(strings.Join(words, " "))
	f.space = isSpace(raw[len(raw)-1])
}

// inline writes text on the current line.
func (f *formatter) inline(text string) {
	if f.blank {
		f.indent()
		for i := range f.stack {
			f.stack[i].broken = true
		}
	} else if f.space && f.verbatim == 0 {
		f.out.WriteByte(' ')
	}
	f.space, f.blank = false, false
	f.out.WriteString(text)
}

// line ends the current line, unless it is blank.
func (f *formatter) line() {
	f.space = false
	if !f.blank {
		f.out.WriteByte('\n')
		f.blank = true
	}
}

func (f *formatter) indent() {
	for range f.stack {
		f.out.WriteString("  ")
	}
}

// foldTag puts a tag that its template spread over lines on one line. White
// space within quotes stays.
func foldTag(raw string) string {
	if !strings.ContainsAny(raw, "\n\t") && !strings.Contains(raw, "  ") {
		return raw
	}
	var out strings.Builder
	var quote byte
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case isSpace(c):
			next := i + 1
			for next < len(raw) && isSpace(raw[next]) {
				next++
			}
			if next < len(raw) && raw[next] != '>' {
				out.WriteByte(' ')
			}
			i = next - 1
			continue
		}
		out.WriteByte(c)
	}
	return out.String()
}
