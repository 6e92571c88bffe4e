package check

import "slices"

// A trait is something that elements of a role have, or may have.
type trait uint16

const (
	fromContent trait = 1 << iota // its name may come from what is in it
	unnamed                       // it can't have a name
	checkable
	selectable
	expandable
	pressable
	disableable
	defaultUnchecked  // aria-checked is required, and false by default
	defaultUnselected // aria-selected likewise
	defaultUnexpanded // aria-expanded likewise
)

// roles are those of ARIA 1.2, of its draft successor where browsers have
// them, and of its modules for publishing and graphics; abstract ones left
// out.
var roles = map[string]trait{
	"alert":            0,
	"alertdialog":      0,
	"application":      expandable | disableable,
	"article":          0,
	"banner":           0,
	"blockquote":       0,
	"button":           fromContent | expandable | pressable | disableable,
	"caption":          unnamed,
	"cell":             fromContent,
	"checkbox":         fromContent | checkable | expandable | disableable | defaultUnchecked,
	"code":             unnamed,
	"columnheader":     fromContent | selectable | expandable | disableable,
	"combobox":         expandable | disableable | defaultUnexpanded,
	"comment":          0,
	"complementary":    0,
	"contentinfo":      0,
	"definition":       0,
	"deletion":         unnamed,
	"dialog":           0,
	"document":         0,
	"emphasis":         unnamed,
	"feed":             0,
	"figure":           0,
	"form":             0,
	"generic":          unnamed,
	"grid":             disableable,
	"gridcell":         fromContent | selectable | expandable | disableable,
	"group":            disableable,
	"heading":          fromContent,
	"img":              0,
	"insertion":        unnamed,
	"link":             fromContent | expandable | disableable,
	"list":             0,
	"listbox":          expandable | disableable,
	"listitem":         0,
	"log":              0,
	"main":             0,
	"mark":             unnamed,
	"marquee":          0,
	"math":             0,
	"menu":             disableable,
	"menubar":          disableable,
	"menuitem":         fromContent | expandable | disableable,
	"menuitemcheckbox": fromContent | checkable | expandable | disableable | defaultUnchecked,
	"menuitemradio":    fromContent | checkable | expandable | disableable | defaultUnchecked,
	"meter":            0,
	"navigation":       0,
	"none":             unnamed,
	"note":             0,
	"option":           fromContent | checkable | selectable | disableable | defaultUnselected,
	"paragraph":        unnamed,
	"progressbar":      0,
	"radio":            fromContent | checkable | disableable | defaultUnchecked,
	"radiogroup":       disableable,
	"region":           0,
	"row":              fromContent | selectable | expandable | disableable,
	"rowgroup":         0,
	"rowheader":        fromContent | selectable | expandable | disableable,
	"scrollbar":        disableable,
	"search":           0,
	"searchbox":        disableable,
	"separator":        disableable,
	"slider":           disableable,
	"spinbutton":       disableable,
	"status":           0,
	"strong":           unnamed,
	"subscript":        unnamed,
	"suggestion":       unnamed,
	"superscript":      unnamed,
	"switch":           fromContent | checkable | expandable | disableable | defaultUnchecked,
	"tab":              fromContent | selectable | expandable | disableable | defaultUnselected,
	"table":            0,
	"tablist":          disableable,
	"tabpanel":         0,
	"term":             fromContent,
	"textbox":          disableable,
	"time":             0,
	"timer":            0,
	"toolbar":          disableable,
	"tooltip":          fromContent,
	"tree":             disableable,
	"treegrid":         disableable,
	"treeitem":         fromContent | checkable | selectable | expandable | disableable | defaultUnselected,

	"graphics-document": 0,
	"graphics-object":   0,
	"graphics-symbol":   0,

	"doc-abstract": 0, "doc-acknowledgments": 0, "doc-afterword": 0, "doc-appendix": 0, "doc-backlink": fromContent,
	"doc-biblioentry": 0, "doc-bibliography": 0, "doc-biblioref": fromContent, "doc-chapter": 0, "doc-colophon": 0,
	"doc-conclusion": 0, "doc-cover": 0, "doc-credit": 0, "doc-credits": 0, "doc-dedication": 0, "doc-endnote": 0,
	"doc-endnotes": 0, "doc-epigraph": 0, "doc-epilogue": 0, "doc-errata": 0, "doc-example": 0, "doc-footnote": 0,
	"doc-foreword": 0, "doc-glossary": 0, "doc-glossref": fromContent, "doc-index": 0, "doc-introduction": 0,
	"doc-noteref": fromContent, "doc-notice": 0, "doc-pagebreak": 0, "doc-pagefooter": 0, "doc-pageheader": 0,
	"doc-pagelist": 0, "doc-part": 0, "doc-preface": 0, "doc-prologue": 0, "doc-pullquote": 0, "doc-qna": 0,
	"doc-subtitle": fromContent, "doc-tip": 0, "doc-toc": 0,
}

// synonyms are other names of roles.
var synonyms = map[string]string{"image": "img", "presentation": "none", "directory": "list", "graphics-doc": "graphics-document"}

// abstractRoles are those of which ARIA says that no author uses them.
var abstractRoles = []string{
	"command", "composite", "input", "landmark", "range", "roletype", "section", "sectionhead", "select", "structure", "widget", "window",
}

// canonical returns a role's one name, and whether there is such a role.
func canonical(role string) (string, bool) {
	if s, ok := synonyms[role]; ok {
		return s, true
	}
	_, ok := roles[role]
	return role, ok
}

// roleNames returns the names of all roles, the plain ones of ARIA first, for
// hints.
func roleNames() []string {
	var names []string
	for name := range roles {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// stateTraits are the states that only some roles have.
var stateTraits = map[string]trait{
	"checked": checkable, "selected": selectable, "expanded": expandable, "pressed": pressable, "disabled": disableable,
}

// rolesWith returns the roles that have a trait, sorted.
func rolesWith(t trait) []string {
	return slices.DeleteFunc(roleNames(), func(name string) bool { return roles[name]&t == 0 })
}
