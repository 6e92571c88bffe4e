package check

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Unstable says in what the HTML of one story differs that was rendered
// several times, such as `the attribute "id" of <input> is "f-31", then
// "f-77"`, a line for each difference. It is "" when all are the same to the
// byte.
func Unstable(rendered []string) string {
	if len(rendered) == 0 {
		return ""
	}
	first := rendered[0]
	i := slices.IndexFunc(rendered, func(other string) bool { return other != first })
	if i < 0 {
		return ""
	}
	a, b := NewDocument(first), NewDocument(rendered[i])
	if a.err == nil && b.err == nil && sameShape(a.root, b.root) {
		w := &wobble{}
		w.compare(a.root, b.root)
		if w.ordered > 0 {
			w.lines = append(w.lines, w.order)
		}
		if len(w.lines) > 0 {
			return w.String()
		}
	}
	if d := Diff(first, rendered[i]); d != "" {
		return d
	}
	return "white space, comments or the way it is written\n"
}

// sameShape reports whether two trees have the same elements.
func sameShape(a, b *html.Node) bool {
	if a.Type != b.Type || a.Type == html.ElementNode && a.Data != b.Data {
		return false
	}
	x, y := a.FirstChild, b.FirstChild
	for x != nil && y != nil {
		if !sameShape(x, y) {
			return false
		}
		x, y = x.NextSibling, y.NextSibling
	}
	return x == nil && y == nil
}

// A wobble gathers in what trees of the same shape differ. Of classes in
// another order, which mean the same, the first is told and the rest counted.
type wobble struct {
	lines   []string
	order   string
	ordered int
}

// maxWobble is how many differences are told.
const maxWobble = 20

func (w *wobble) add(format string, args ...any) {
	w.lines = append(w.lines, fmt.Sprintf(format, args...))
}

func (w *wobble) String() string {
	var b strings.Builder
	for _, line := range w.lines[:min(len(w.lines), maxWobble)] {
		b.WriteString(line + "\n")
	}
	if w.ordered > 1 {
		fmt.Fprintf(&b, "and the classes of %d more elements\n", w.ordered-1)
	}
	if left := len(w.lines) - maxWobble; left > 0 {
		fmt.Fprintf(&b, "and %d more differences\n", left)
	}
	return b.String()
}

func (w *wobble) compare(a, b *html.Node) {
	switch {
	case a.Type == html.TextNode && a.Data != b.Data:
		w.add("a text is %s, then %s", quoted(fold(a.Data)), quoted(fold(b.Data)))
	case a.Type == html.ElementNode:
		w.attributes(a, b)
	}
	for x, y := a.FirstChild, b.FirstChild; x != nil; x, y = x.NextSibling, y.NextSibling {
		w.compare(x, y)
	}
}

func (w *wobble) attributes(a, b *html.Node) {
	different := false
	for _, x := range a.Attr {
		value, given := lookup(b, x.Key)
		switch {
		case !given:
			w.add("<%s> has the attribute %q, and then hasn't", a.Data, x.Key)
		case value == x.Val:
			continue
		case x.Key == "class" && sameClasses(value, x.Val):
			if w.ordered++; w.ordered == 1 {
				w.order = fmt.Sprintf("the classes of <%s> are in another order: %s, then %s", a.Data, quoted(x.Val), quoted(value))
			}
		default:
			w.add("the attribute %q of <%s> is %s, then %s", x.Key, a.Data, quoted(x.Val), quoted(value))
		}
		different = true
	}
	for _, y := range b.Attr {
		if _, given := lookup(a, y.Key); !given {
			w.add("<%s> hasn't the attribute %q, and then has it", a.Data, y.Key)
			different = true
		}
	}
	if !different && !slices.EqualFunc(a.Attr, b.Attr, func(x, y html.Attribute) bool { return x.Key == y.Key }) {
		w.add("the attributes of <%s> are in another order", a.Data)
	}
}

func sameClasses(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}
