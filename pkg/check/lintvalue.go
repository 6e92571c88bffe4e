package check

import (
	"fmt"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// This file has the rules for languages and for autocomplete.

// languages are the codes of two letters of ISO 639, with those that
// were. Those of three letters are too many to be listed here, so that
// none of them is taken for a mistake.
const languages = " aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu" +
	" fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu iw ja ji jv jw ka kg ki kj kk kl km kn" +
	" ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl" +
	" ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve" +
	" vi vo wa wo xh yi yo za zh zu "

func (l *linter) language(n *html.Node, value string) {
	if value == "" || n.Namespace != "" {
		return // "" says that the language isn't known
	}
	code, _, _ := strings.Cut(strings.ToLower(value), "-")
	valid := false
	switch len(code) {
	case 1:
		valid = code == "x" || code == "i"
	case 2:
		valid = strings.Contains(languages, " "+code+" ")
	case 3:
		valid = strings.Trim(code, "abcdefghijklmnopqrstuvwxyz") == ""
	}
	if valid || !l.shown(n) {
		return
	}
	hint := `write a code such as "en", "de" or "pt-BR"`
	if fixed := strings.ReplaceAll(strings.TrimSpace(value), "_", "-"); fixed != value {
		hint = fmt.Sprintf("did you mean %q?", fixed)
	}
	l.report("valid-lang", fmt.Sprintf("the language %q of %s isn't one", value, tagOf(n)), "", hint)
}

// What autocomplete may say, as the section "Autofill" of HTML has it.
var (
	fillAlone = strings.Fields("name honorific-prefix given-name additional-name family-name honorific-suffix nickname username" +
		" new-password current-password organization-title organization street-address address-line1 address-line2 address-line3" +
		" address-level4 address-level3 address-level2 address-level1 country country-name postal-code cc-name cc-given-name" +
		" cc-additional-name cc-family-name cc-number cc-exp cc-exp-month cc-exp-year cc-csc cc-type transaction-currency" +
		" transaction-amount language bday bday-day bday-month bday-year sex url photo one-time-code")
	fillContact = strings.Fields("tel tel-country-code tel-national tel-area-code tel-local tel-local-prefix tel-local-suffix" +
		" tel-extension email impp")
	// fillLoose are values that axe lets pass, since they do what they say in
	// some browser or other.
	fillLoose = " on off none false true disabled enabled undefined null xoff xon text pronouns gender message content "
)

func (l *linter) autocomplete(n *html.Node, value string) {
	if n.Namespace != "" || n.DataAtom != atom.Input && n.DataAtom != atom.Textarea && n.DataAtom != atom.Select {
		return
	}
	if n.DataAtom == atom.Input {
		switch inputType(n) {
		case "hidden", "button", "submit", "reset":
			return
		}
	}
	if has(n, "readonly") || has(n, "disabled") || strings.EqualFold(attr(n, "aria-readonly"), "true") ||
		strings.EqualFold(attr(n, "aria-disabled"), "true") {
		return
	}
	words := strings.Fields(strings.ToLower(value))
	if validFill(words) || !l.shown(n) {
		return
	}
	hint := "write what HTML knows, such as email, given-name or street-address"
	if near := problem.Nearest(words[len(words)-1], append(fillAlone[:len(fillAlone):len(fillAlone)], fillContact...)); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	l.report("autocomplete-valid", fmt.Sprintf("the autocomplete of %s is %q, which means nothing", tagOf(n), value), "", hint)
}

// validFill reports whether the words of an autocomplete mean something: a
// section, the kind of address, the kind of contact, and the field.
func validFill(words []string) bool {
	if len(words) == 0 {
		return true
	}
	if words[len(words)-1] == "webauthn" {
		if words = words[:len(words)-1]; len(words) == 0 {
			return false
		}
	}
	drop := func(fits func(string) bool) bool {
		if len(words) > 1 && fits(words[0]) {
			words = words[1:]
			return true
		}
		return false
	}
	drop(func(s string) bool { return len(s) > len("section-") && strings.HasPrefix(s, "section-") })
	drop(func(s string) bool { return s == "billing" || s == "shipping" })
	contact := drop(func(s string) bool { return containsWord("home work mobile fax pager", s) })
	if len(words) != 1 {
		return false
	}
	for _, s := range fillContact {
		if words[0] == s {
			return true
		}
	}
	if contact {
		return strings.Contains(fillLoose, " "+words[0]+" ")
	}
	for _, s := range fillAlone {
		if words[0] == s {
			return true
		}
	}
	return strings.Contains(fillLoose, " "+words[0]+" ")
}
