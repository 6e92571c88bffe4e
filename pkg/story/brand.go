package story

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// A Brand is how the workshop shows whose catalog it is.
type Brand struct {
	// Logo stands beside the title, and DarkLogo in its place in the dark, if
	// there is one.
	Logo, DarkLogo Ref
	// Favicon is the icon of the pages.
	Favicon Ref
	// Style is a style sheet of the workshop's pages.
	Style Ref
	// Accent is a CSS colour.
	Accent string
	// Links lead out of the catalog, in the order they are written in.
	Links []Link
	// Footer is a line below them.
	Footer string
}

// A Link leads to an address somewhere else.
type Link struct{ Title, Href string }

var brandKeys = []string{"logo", "favicon", "style", "accent", "links", "footer"}

// outwards is an address that a link may lead to.
var outwards = regexp.MustCompile(`^(?i:https?://[^\s/]|mailto:[^\s@]+@)\S*$`)

// readBrand reads `brand:`.
func readBrand(f fields) Brand {
	v, found := f.get("brand")
	if !found {
		return Brand{}
	}
	b := newFields(f.src, v, "`brand:`", brandKeys)
	brand := Brand{Favicon: b.ref("favicon"), Style: b.ref("style"), Footer: b.text("footer")}
	if logo, _ := b.get("logo"); logo.Data != nil {
		if _, ok := logo.Data.(Map); ok {
			both := newFields(f.src, logo, "`logo:`", []string{"light", "dark"})
			brand.Logo, brand.DarkLogo = both.ref("light"), both.ref("dark")
		} else {
			brand.Logo = b.ref("logo")
		}
	}
	if accent := b.ref("accent"); accent.Name != "" {
		if colorText.MatchString(accent.Name) && !strings.ContainsAny(accent.Name, "{};<") {
			brand.Accent = accent.Name
		} else {
			f.src.Report(problem.Type, accent.At, utf8.RuneCountInString(accent.Name), fmt.Sprintf("%q isn't a CSS colour", accent.Name),
				"write it in quotes, as in `accent: \"#b5502d\"`")
		}
	}
	for _, l := range b.object("links") {
		href, ok := l.Value.Data.(string)
		if !ok || !outwards.MatchString(href) {
			b.unfit(l.Name, l.Value, "an address", "write all of it, as in `"+l.Name+": https://example.com`")
			continue
		}
		brand.Links = append(brand.Links, Link{l.Name, href})
	}
	return brand
}

// Files are those that the brand names.
func (b *Brand) Files() []Ref {
	var files []Ref
	for _, r := range []Ref{b.Logo, b.DarkLogo, b.Favicon, b.Style} {
		if r.Name != "" {
			files = append(files, r)
		}
	}
	return files
}
