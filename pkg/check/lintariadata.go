package check

// This file has what ARIA 1.2 says of its attributes, with what its draft
// successor adds, and of the roles that they belong to. Where ARIA and axe
// differ, the one that allows more is right here.

// A valueKind is what an attribute's value may be.
type valueKind uint8

const (
	anyText valueKind = iota
	oneID
	manyIDs
	oneWord
	manyWords
	wholeNumber
	number
)

// An ariaAttribute is an attribute of ARIA without its prefix.
type ariaAttribute struct {
	kind   valueKind
	global bool   // every role has it
	words  string // what it may be
	least  int    // the least that a whole number may be
}

const (
	yesOrNo = "true false"
	mixed   = "true false mixed undefined"
	maybe   = "true false undefined"
)

var ariaAttributes = map[string]ariaAttribute{
	"actions":                {kind: manyIDs, global: true},
	"activedescendant":       {kind: oneID},
	"atomic":                 {kind: oneWord, global: true, words: yesOrNo},
	"autocomplete":           {kind: oneWord, words: "inline list both none"},
	"braillelabel":           {global: true},
	"brailleroledescription": {global: true},
	"busy":                   {kind: oneWord, global: true, words: yesOrNo},
	"checked":                {kind: oneWord, words: mixed},
	"colcount":               {kind: wholeNumber, least: -1},
	"colindex":               {kind: wholeNumber, least: 1},
	"colindextext":           {},
	"colspan":                {kind: wholeNumber, least: 1},
	"controls":               {kind: manyIDs, global: true},
	"current":                {global: true}, // what it may not be means true
	"describedby":            {kind: manyIDs, global: true},
	"description":            {global: true},
	"details":                {kind: manyIDs, global: true},
	"disabled":               {kind: oneWord, global: true, words: yesOrNo},
	"dropeffect":             {kind: manyWords, global: true, words: "copy execute link move none popup"},
	"errormessage":           {kind: manyIDs, global: true},
	"expanded":               {kind: oneWord, words: maybe},
	"flowto":                 {kind: manyIDs, global: true},
	"grabbed":                {kind: oneWord, global: true, words: maybe},
	"haspopup":               {kind: oneWord, global: true, words: "true false menu listbox tree grid dialog"},
	"hidden":                 {kind: oneWord, global: true, words: maybe},
	"invalid":                {kind: oneWord, global: true, words: "grammar false spelling true"},
	"keyshortcuts":           {global: true},
	"label":                  {global: true},
	"labelledby":             {kind: manyIDs, global: true},
	"level":                  {kind: wholeNumber, least: 1},
	"live":                   {kind: oneWord, global: true, words: "assertive off polite"},
	"modal":                  {kind: oneWord, words: yesOrNo},
	"multiline":              {kind: oneWord, words: yesOrNo},
	"multiselectable":        {kind: oneWord, words: yesOrNo},
	"orientation":            {kind: oneWord, words: "horizontal undefined vertical"},
	"owns":                   {kind: manyIDs, global: true},
	"placeholder":            {},
	"posinset":               {kind: wholeNumber, least: 1},
	"pressed":                {kind: oneWord, words: mixed},
	"readonly":               {kind: oneWord, words: yesOrNo},
	"relevant":               {kind: manyWords, global: true, words: "additions all removals text"},
	"required":               {kind: oneWord, words: yesOrNo},
	"roledescription":        {global: true},
	"rowcount":               {kind: wholeNumber, least: -1},
	"rowindex":               {kind: wholeNumber, least: 1},
	"rowindextext":           {},
	"rowspan":                {kind: wholeNumber},
	"selected":               {kind: oneWord, words: maybe},
	"setsize":                {kind: wholeNumber, least: -1},
	"sort":                   {kind: oneWord, words: "ascending descending none other"},
	"valuemax":               {kind: number},
	"valuemin":               {kind: number},
	"valuenow":               {kind: number},
	"valuetext":              {},
}

// supported are the attributes that a role has beside the global ones.
// aria-expanded was global in ARIA 1.0, and is still supported by the roles
// that bear it here.
var supported = map[string]string{
	"alert": "expanded", "alertdialog": "expanded modal", "application": "activedescendant expanded",
	"article": "posinset setsize expanded", "banner": "expanded", "blockquote": "",
	"button": "expanded pressed", "caption": "",
	"cell":     "colindex colindextext colspan rowindex rowindextext rowspan expanded",
	"checkbox": "checked readonly expanded required", "code": "",
	"columnheader": "sort colindex colindextext colspan expanded readonly required rowindex rowindextext rowspan selected",
	"combobox":     "expanded autocomplete readonly required activedescendant orientation",
	"comment":      "level posinset setsize", "complementary": "expanded", "contentinfo": "expanded",
	"definition": "expanded", "deletion": "", "dialog": "expanded modal", "document": "expanded", "emphasis": "",
	"feed": "expanded", "figure": "expanded", "form": "expanded", "generic": "",
	"grid":     "level multiselectable readonly activedescendant colcount expanded rowcount",
	"gridcell": "readonly required selected colindex colindextext colspan expanded rowindex rowindextext rowspan",
	"group":    "activedescendant expanded", "heading": "level expanded", "img": "expanded", "insertion": "",
	"link": "expanded", "list": "expanded",
	"listbox":  "multiselectable readonly required activedescendant expanded orientation",
	"listitem": "level posinset setsize expanded", "log": "expanded", "main": "expanded", "mark": "", "marquee": "expanded",
	"math": "expanded", "menu": "activedescendant expanded orientation", "menubar": "activedescendant expanded orientation",
	"menuitem": "posinset setsize expanded", "menuitemcheckbox": "checked expanded posinset readonly setsize",
	"menuitemradio": "checked expanded posinset readonly setsize", "meter": "valuenow valuemax valuemin valuetext",
	"navigation": "expanded", "none": "", "note": "expanded", "option": "selected checked posinset setsize", "paragraph": "",
	"progressbar": "expanded valuemax valuemin valuenow valuetext", "radio": "checked posinset setsize required",
	"radiogroup": "readonly required activedescendant expanded orientation", "region": "expanded",
	"row":       "colindex level rowindex rowindextext selected activedescendant expanded posinset setsize",
	"rowgroup":  "",
	"rowheader": "sort colindex colindextext colspan expanded readonly required rowindex rowindextext rowspan selected",
	"scrollbar": "valuenow controls orientation valuemax valuemin valuetext", "search": "expanded",
	"searchbox":  "activedescendant autocomplete multiline placeholder readonly required",
	"separator":  "valuenow valuemax valuemin orientation valuetext",
	"slider":     "valuenow valuemax valuemin orientation readonly required valuetext",
	"spinbutton": "valuemax valuemin readonly required activedescendant valuetext valuenow",
	"status":     "expanded", "strong": "", "subscript": "", "suggestion": "", "superscript": "",
	"switch": "checked expanded readonly required", "tab": "posinset selected setsize expanded",
	"table": "colcount rowcount expanded", "tablist": "level multiselectable orientation activedescendant expanded",
	"tabpanel": "expanded", "term": "expanded",
	"textbox": "activedescendant autocomplete multiline placeholder readonly required", "time": "", "timer": "expanded",
	"toolbar": "orientation activedescendant expanded", "tooltip": "expanded",
	"tree":     "multiselectable required activedescendant expanded orientation",
	"treegrid": "activedescendant colcount expanded level multiselectable orientation readonly required rowcount",
	"treeitem": "checked expanded level posinset selected setsize",
}

// required are the attributes that a role must have.
var required = map[string]string{
	"checkbox": "checked", "combobox": "expanded controls", "heading": "level", "menuitemcheckbox": "checked",
	"menuitemradio": "checked", "meter": "valuenow", "radio": "checked", "scrollbar": "valuenow", "separator": "valuenow",
	"slider": "valuenow", "switch": "checked",
}

// contexts of roles: what they must stand in.
var requiredParents = map[string]string{
	"caption": "figure table grid treegrid", "cell": "row", "columnheader": "row", "gridcell": "row", "listitem": "list",
	"menuitem": "menu menubar group", "menuitemcheckbox": "menu menubar group", "menuitemradio": "menu menubar group",
	"option": "group listbox", "row": "grid rowgroup table treegrid", "rowgroup": "grid table treegrid", "rowheader": "row",
	"tab": "tablist", "treeitem": "group tree",
}

// requiredChildren are what roles must contain one of.
var requiredChildren = map[string]string{
	"feed": "article", "grid": "rowgroup row", "list": "listitem", "listbox": "group option",
	"menu":    "group menuitemradio menuitem menuitemcheckbox menu separator",
	"menubar": "group menuitemradio menuitem menuitemcheckbox menu separator",
	"row":     "cell columnheader gridcell rowheader", "rowgroup": "row", "suggestion": "insertion deletion",
	"table": "rowgroup row", "tablist": "tab", "tree": "group treeitem", "treegrid": "rowgroup row",
}

// maybeEmpty are those of them that may wait for what they contain.
const maybeEmpty = "grid list listbox menu menubar table tablist tree treegrid rowgroup"

// withoutContent are the roles of which ARIA says that all in them is
// presentational, so that no control may stand there.
const withoutContent = "button checkbox img math menuitemcheckbox menuitemradio meter option progressbar radio scrollbar separator slider" +
	" switch tab graphics-symbol"

// widgets are the roles of what can be used.
const widgets = "button checkbox combobox gridcell link listbox menuitem menuitemcheckbox menuitemradio option radio searchbox" +
	" slider spinbutton switch tab textbox treeitem"
