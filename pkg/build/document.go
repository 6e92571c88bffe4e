package build

import (
	"html"
	"slices"
	"strings"

	nethtml "golang.org/x/net/html"

	"github.com/storytime-dev/storytime/internal/ui"
	"github.com/storytime-dev/storytime/pkg/render"
	"github.com/storytime-dev/storytime/pkg/story"
)

// A document is a story alone: what its frame loads.
type document struct {
	page       string // its file
	icon       string // the file of the site's icon
	lang       string
	title      string
	attributes []story.Attribute // of <html>: the theme's
	styles     []string          // files of the site, or URLs of other hosts
	scripts    []string
	body       string // the story's HTML
	frame      *render.Frame
}

// html puts the document together. HTML that is a document by itself, be it
// the layout's or the story's, stays one and gets what belongs into its head.
func (d *document) html() string {
	body := d.body
	if isDocument(body) {
		return d.complete(body)
	}
	body = inParent(body)
	if d.frame != nil {
		body = d.frame.Before + body + d.frame.After
		if isDocument(body) {
			return d.complete(body)
		}
	}
	var out strings.Builder
	out.Grow(len(body) + 1024)
	out.WriteString("<!doctype html>\n<html")
	if !d.hasAttribute("lang") {
		writeAttribute(&out, story.Attribute{Name: "lang", Value: d.lang})
	}
	if ui.RightToLeft(d.lang) && !d.hasAttribute("dir") {
		writeAttribute(&out, story.Attribute{Name: "dir", Value: "rtl"})
	}
	for _, a := range d.attributes {
		writeAttribute(&out, a)
	}
	out.WriteString(">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
	out.WriteString(html.EscapeString(d.title))
	out.WriteString("</title>\n")
	d.head(&out)
	out.WriteString("</head>\n<body>\n")
	out.WriteString(body)
	out.WriteString("\n</body>\n</html>\n")
	return out.String()
}

// head writes what each story's document loads. The workshop's script comes
// first: it sets the theme before the first style is asked for.
func (d *document) head(out *strings.Builder) {
	out.WriteString(`<script src="`)
	out.WriteString(relativeURL(d.page, ui.FrameScript))
	out.WriteString("\"></script>\n<link rel=\"icon\" href=\"")
	out.WriteString(relativeURL(d.page, d.icon))
	out.WriteString("\">\n")
	for _, s := range d.styles {
		out.WriteString(`<link rel="stylesheet" href="`)
		out.WriteString(d.url(s))
		out.WriteString("\">\n")
	}
	for _, s := range d.scripts {
		out.WriteString(`<script defer src="`)
		out.WriteString(d.url(s))
		out.WriteString("\"></script>\n")
	}
}

func (d *document) url(file string) string {
	if story.IsRemote(file) {
		return html.EscapeString(file)
	}
	return relativeURL(d.page, file)
}

func writeAttribute(out *strings.Builder, a story.Attribute) {
	out.WriteByte(' ')
	out.WriteString(a.Name)
	out.WriteString(`="`)
	out.WriteString(html.EscapeString(a.Value))
	out.WriteByte('"')
}

// isDocument reports whether HTML begins, comments aside, with a doctype or
// <html>.
func isDocument(source string) bool {
	if start := strings.TrimLeft(source, " \t\r\n\f"); !strings.HasPrefix(start, "<!") && !hasPrefixFold(start, "<html") {
		return false
	}
	z := nethtml.NewTokenizer(strings.NewReader(source))
	for {
		switch z.Next() {
		case nethtml.CommentToken:
		case nethtml.TextToken:
			if strings.TrimSpace(string(z.Raw())) != "" {
				return false
			}
		case nethtml.DoctypeToken:
			return true
		case nethtml.StartTagToken:
			name, _ := z.TagName()
			return string(name) == "html"
		default:
			return false
		}
	}
}

// complete adds the head and the theme to HTML that is a document. The tags
// that it leaves out, as HTML allows, are written where they are needed.
func (d *document) complete(source string) string {
	var head, out strings.Builder
	d.head(&head)
	root, done := false, false
	z := nethtml.NewTokenizer(strings.NewReader(source))
	for {
		kind := z.Next()
		raw := string(z.Raw())
		if kind == nethtml.ErrorToken {
			out.WriteString(raw)
			return out.String()
		}
		tag := ""
		if kind == nethtml.StartTagToken || kind == nethtml.EndTagToken || kind == nethtml.SelfClosingTagToken {
			name, _ := z.TagName()
			tag = string(name)
		}
		switch {
		case done, kind == nethtml.DoctypeToken, kind == nethtml.CommentToken, kind == nethtml.TextToken && strings.TrimSpace(raw) == "":
		case tag == "html" && kind == nethtml.StartTagToken:
			raw, root = d.rootTag(z), true
		case tag == "head" && kind == nethtml.StartTagToken, headElements[tag]:
			out.WriteString(d.missingRoot(&root))
		case tag == "head":
			out.WriteString(head.String())
			done = true
		case kind == nethtml.TextToken && inHead(out.String()):
			// The text of a title, a style or a script.
		default: // the body begins, with its tag or without; the parser makes the head
			out.WriteString(d.missingRoot(&root) + head.String())
			done = true
		}
		out.WriteString(raw)
	}
}

// headElements may stand in a head that has no tag of its own.
var headElements = set("title meta link base style script noscript template")

// inHead reports whether HTML ends within an element of the head.
func inHead(written string) bool {
	open := strings.LastIndexByte(written, '<')
	return open >= 0 && !strings.HasPrefix(written[open:], "</")
}

// missingRoot returns an <html> tag with the theme's attributes for a document
// that has left it out.
func (d *document) missingRoot(root *bool) string {
	if *root || len(d.attributes) == 0 {
		return ""
	}
	*root = true
	var out strings.Builder
	out.WriteString("<html")
	for _, a := range d.attributes {
		writeAttribute(&out, a)
	}
	out.WriteString(">\n")
	return out.String()
}

func (d *document) hasAttribute(name string) bool {
	return slices.ContainsFunc(d.attributes, func(a story.Attribute) bool { return a.Name == name })
}

// rootTag writes the <html> tag with the theme's attributes in the place of
// its own ones.
func (d *document) rootTag(z *nethtml.Tokenizer) string {
	var out strings.Builder
	out.WriteString("<html")
	for {
		key, value, more := z.TagAttr()
		name := string(key)
		if name != "" && !d.hasAttribute(name) {
			writeAttribute(&out, story.Attribute{Name: name, Value: string(value)})
		}
		if !more {
			break
		}
	}
	for _, a := range d.attributes {
		writeAttribute(&out, a)
	}
	out.WriteString(">")
	return out.String()
}

// parents are what an element needs around it so that a browser doesn't drop
// it (HTML standard, 13.2.6.4: the insertion modes of tables and selects).
var parents = map[string][2]string{
	"tr":       {"<table><tbody>", "</tbody></table>"},
	"td":       {"<table><tbody><tr>", "</tr></tbody></table>"},
	"th":       {"<table><tbody><tr>", "</tr></tbody></table>"},
	"thead":    {"<table>", "</table>"},
	"tbody":    {"<table>", "</table>"},
	"tfoot":    {"<table>", "</table>"},
	"caption":  {"<table>", "</table>"},
	"colgroup": {"<table>", "</table>"},
	"col":      {"<table><colgroup>", "</colgroup></table>"},
	"option":   {"<select>", "</select>"},
	"optgroup": {"<select>", "</select>"},
}

// inParent puts a fragment that a browser would change into the parent that
// it needs. Its first element decides.
func inParent(body string) string {
	trimmed := strings.TrimLeft(body, " \t\r\n")
	for strings.HasPrefix(trimmed, "<!--") {
		_, after, _ := strings.Cut(trimmed, "-->")
		trimmed = strings.TrimLeft(after, " \t\r\n")
	}
	if !strings.HasPrefix(trimmed, "<") {
		return body
	}
	end := 1
	for end < len(trimmed) && isLetter(trimmed[end]) {
		end++
	}
	if p, ok := parents[strings.ToLower(trimmed[1:end])]; ok {
		return p[0] + body + p[1]
	}
	return body
}

// document returns the story alone.
func (s *site) document(st *story.Story, out *render.Output, frame *render.Frame, body string) *document {
	d := &document{
		page: st.Alone(), icon: s.icon(), lang: s.catalog.Lang, title: st.Title + " – " + st.Subject.Title,
		body: body, frame: frame,
	}
	for _, t := range s.catalog.Themes {
		if t.Name == st.Theme || st.Theme == "" {
			d.attributes = t.Attributes
			break
		}
	}
	for _, r := range s.catalog.Styles {
		d.styles = append(d.styles, s.ownFile(r.Name))
	}
	for _, r := range s.catalog.Scripts {
		d.scripts = append(d.scripts, s.ownFile(r.Name))
	}
	components := out.Components
	if frame != nil {
		components = append(frame.Components[:len(frame.Components):len(frame.Components)], components...)
	}
	for _, file := range components {
		s.beside(d, s.catalog.Stem(file))
	}
	s.beside(d, strings.TrimSuffix(st.Subject.File, story.Suffix))
	return d
}

// icon is the file of the site's icon.
func (s *site) icon() string {
	if r := s.catalog.Brand.Favicon; r.Name != "" {
		return s.ownFile(r.Name)
	}
	return ui.Icon
}

// beside adds the style sheet and the script that bear a component's name.
func (s *site) beside(d *document, name string) {
	if file := name + ".css"; s.catalog.Files[file] && !slices.Contains(d.styles, file) {
		d.styles = append(d.styles, file)
		s.links.assets.Store(file, true)
	}
	if file := name + ".js"; s.catalog.Files[file] && !slices.Contains(d.scripts, file) {
		d.scripts = append(d.scripts, file)
		s.links.assets.Store(file, true)
	}
}

// ownFile returns the file of the site that the settings name: one of the
// catalog, one below a mount, or the URL of another host as it is.
func (s *site) ownFile(name string) string {
	if story.IsRemote(name) {
		return name
	}
	file, _ := story.ComponentPath("", name)
	if s.catalog.Files[file] {
		s.links.assets.Store(file, true)
	}
	return file
}
