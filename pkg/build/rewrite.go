package build

import (
	"html"
	"slices"
	"strings"

	nethtml "golang.org/x/net/html"
)

// A reference is a URL in an element's attribute or in a style sheet.
type reference struct {
	value string
	// navigates says that a person follows it: a link or a form. Others are
	// assets, without which the page isn't whole.
	navigates bool
}

// rewriteHTML returns the HTML with each URL replaced by what resolve makes
// of it. All that isn't replaced stays to the byte. It also tells resolve of
// the URLs in style attributes and <style> elements.
func rewriteHTML(source string, resolve func(reference) string) string {
	if !mayRefer(source) {
		return source
	}
	var out strings.Builder
	out.Grow(len(source) + len(source)/8)
	z := nethtml.NewTokenizer(strings.NewReader(source))
	style := false
	for {
		kind := z.Next()
		if kind == nethtml.ErrorToken {
			out.Write(z.Raw())
			return out.String()
		}
		raw := z.Raw()
		switch kind {
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken:
			text := string(raw)
			name, hasAttributes := z.TagName()
			style = string(name) == "style" && kind == nethtml.StartTagToken
			if hasAttributes && mayRefer(text) {
				text = rewriteTag(text, string(name), z, resolve)
			}
			out.WriteString(text)
		case nethtml.TextToken:
			if style {
				out.WriteString(rewriteCSS(string(raw), func(_ int, url string) string { return resolve(reference{value: url}) }))
			} else {
				out.Write(raw)
			}
		default:
			style = false
			out.Write(raw)
		}
	}
}

// mayRefer is quick and may be wrong in one direction only: most components
// have no URL, and then need no tokenizer.
func mayRefer(source string) bool {
	for i := range len(source) {
		var word string
		switch source[i] | 0x20 { // the small letter
		case 'h':
			word = "href"
		case 's':
			word = "src"
		case 'u':
			word = "url("
		case 'a':
			word = "action"
		case 'p':
			word = "poster"
		case 'd':
			word = "data"
		case '@' | 0x20:
			word = "@import"
		default:
			continue
		}
		if hasPrefixFold(source[i:], word) {
			return true
		}
	}
	return false
}

// rewriteTag replaces URLs in the attributes of one start tag. The new value
// takes the place of the old one in the raw text, so that the rest of the tag
// stays as its author wrote it.
func rewriteTag(raw, tag string, z *nethtml.Tokenizer, resolve func(reference) string) string {
	spans := attributeSpans(raw)
	var out strings.Builder
	last := 0
	for i := 0; ; i++ {
		key, value, more := z.TagAttr()
		if i < len(spans) {
			before := string(value)
			after := rewriteAttribute(tag, string(key), before, resolve)
			if s := spans[i]; after != before && s.start < s.end {
				out.WriteString(raw[last:s.start])
				out.WriteString(`"` + html.EscapeString(after) + `"`)
				last = s.end
			}
		}
		if !more {
			break
		}
	}
	out.WriteString(raw[last:])
	return out.String()
}

func rewriteAttribute(tag, key, value string, resolve func(reference) string) string {
	switch key {
	case "href", "xlink:href":
		return resolve(reference{value, tag == "a" || tag == "area"})
	case "src", "poster":
		return resolve(reference{value: value})
	case "data":
		if tag == "object" {
			return resolve(reference{value: value})
		}
	case "action", "formaction":
		return resolve(reference{value, true})
	case "srcset", "imagesrcset":
		return rewriteSrcset(value, resolve)
	case "style":
		return rewriteCSS(value, func(_ int, url string) string { return resolve(reference{value: url}) })
	}
	return value
}

// rewriteSrcset handles a list of URLs with descriptors (HTML standard,
// 4.8.4.2.1: a URL goes up to white space, less the commas at its end; its
// descriptors go up to the next comma that isn't in parentheses).
func rewriteSrcset(value string, resolve func(reference) string) string {
	var out strings.Builder
	last := 0
	for i := 0; i < len(value); {
		for i < len(value) && (isSpace(value[i]) || value[i] == ',') {
			i++
		}
		start := i
		for i < len(value) && !isSpace(value[i]) {
			i++
		}
		url := strings.TrimRight(value[start:i], ",")
		if url != "" {
			if resolved := resolve(reference{value: url}); resolved != url {
				out.WriteString(value[last:start])
				out.WriteString(resolved)
				last = start + len(url)
			}
		}
		if start+len(url) < i {
			continue // a comma ended it: there is no descriptor
		}
		for depth := 0; i < len(value) && (depth > 0 || value[i] != ','); i++ {
			switch value[i] {
			case '(':
				depth++
			case ')':
				depth--
			}
		}
	}
	out.WriteString(value[last:])
	return out.String()
}

// A span is a part of a text.
type span struct{ start, end int }

// attributeSpans returns where the value of each attribute of a start tag is,
// quotes included; an empty span for an attribute without one. It finds the
// attributes that the tokenizer finds, in the same order (HTML standard,
// 13.2.5.32 and following): a name that comes again is dropped.
func attributeSpans(raw string) []span {
	var spans []span
	var names []string
	i := 1
	for i < len(raw) && !isSpace(raw[i]) && raw[i] != '/' && raw[i] != '>' {
		i++ // the tag's name
	}
	for {
		for i < len(raw) && (isSpace(raw[i]) || raw[i] == '/') {
			i++
		}
		if i >= len(raw) || raw[i] == '>' {
			return spans
		}
		start := i
		i++ // a name has one character at least, even "="
		for i < len(raw) && !isSpace(raw[i]) && raw[i] != '/' && raw[i] != '>' && raw[i] != '=' {
			i++
		}
		name := lowerASCII(raw[start:i])
		value := attributeValue(raw, &i)
		if !slices.Contains(names, name) {
			names, spans = append(names, name), append(spans, value)
		}
	}
}

// lowerASCII is how HTML lowers the names of attributes.
func lowerASCII(s string) string {
	lower := []byte(s)
	for i, c := range lower {
		if c >= 'A' && c <= 'Z' {
			lower[i] = c + ('a' - 'A')
		}
	}
	return string(lower)
}

// attributeValue returns where the value of an attribute is whose name ends
// at i, and moves i behind it.
func attributeValue(raw string, i *int) span {
	none := span{*i, *i}
	at := *i
	for at < len(raw) && isSpace(raw[at]) {
		at++
	}
	if at >= len(raw) || raw[at] != '=' {
		*i = at
		return none
	}
	at++
	for at < len(raw) && isSpace(raw[at]) {
		at++
	}
	start := at
	if at < len(raw) && (raw[at] == '"' || raw[at] == '\'') {
		quote := raw[at]
		at++
		for at < len(raw) && raw[at] != quote {
			at++
		}
		at = min(at+1, len(raw))
	} else {
		for at < len(raw) && !isSpace(raw[at]) && raw[at] != '>' {
			at++
		}
	}
	*i = at
	return span{start, at}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' }

// rewriteCSS returns the style sheet with each URL in url(…) and @import
// replaced. Comments and strings are passed over. The offset that resolve
// gets is where the URL stands.
func rewriteCSS(css string, resolve func(offset int, url string) string) string {
	var out strings.Builder
	last := 0
	replace := func(start, end int) {
		url := css[start:end]
		if resolved := resolve(start, url); resolved != url {
			out.WriteString(css[last:start])
			out.WriteString(resolved)
			last = end
		}
	}
	for i := 0; i < len(css); {
		switch {
		case strings.HasPrefix(css[i:], "/*"):
			end := strings.Index(css[i+2:], "*/")
			if end < 0 {
				i = len(css)
				break
			}
			i += end + 4
		case css[i] == '"' || css[i] == '\'':
			i = skipString(css, i)
		case hasPrefixFold(css[i:], "url("):
			i += len("url(")
			for i < len(css) && isSpace(css[i]) {
				i++
			}
			start, end := i, i
			if i < len(css) && (css[i] == '"' || css[i] == '\'') {
				start, end = i+1, max(i+1, skipString(css, i)-1)
				i = end + 1
			} else {
				for i < len(css) && css[i] != ')' && !isSpace(css[i]) {
					i++
				}
				end = i
			}
			replace(start, min(end, len(css)))
		case hasPrefixFold(css[i:], "@import"):
			i += len("@import")
			for i < len(css) && isSpace(css[i]) {
				i++
			}
			if i < len(css) && (css[i] == '"' || css[i] == '\'') {
				end := skipString(css, i)
				replace(i+1, max(i+1, end-1))
				i = end
			}
		default:
			i++
		}
	}
	out.WriteString(css[last:])
	return out.String()
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// skipString returns where the string that begins at i is over.
func skipString(css string, i int) int {
	quote := css[i]
	for i++; i < len(css); i++ {
		switch css[i] {
		case '\\':
			i++
		case quote, '\n':
			return i + 1
		}
	}
	return len(css)
}
