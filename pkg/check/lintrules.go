package check

import (
	"maps"
	"slices"
)

const (
	wcag = "https://www.w3.org/TR/WCAG22/#"
	aria = "https://www.w3.org/TR/wai-aria-1.2/#"
	spec = "https://html.spec.whatwg.org/multipage/"
)

// A standard is what a rule says, and where that is written.
type standard struct{ description, link string }

func (s standard) named(name string) Rule { return Rule{name, s.description, s.link} }

// rules are all rules by their names.
var rules = map[string]standard{
	// Names.
	"area-alt":              {"the areas of an image map have an alternative text", wcag + "non-text-content"},
	"aria-command-name":     {"elements with the role button, link or menuitem have a name", wcag + "name-role-value"},
	"aria-dialog-name":      {"elements with the role dialog or alertdialog have a name", aria + "dialog"},
	"aria-input-field-name": {"elements with the role of a field have a name", wcag + "name-role-value"},
	"aria-meter-name":       {"meters have a name", aria + "meter"},
	"aria-progressbar-name": {"progress bars have a name", aria + "progressbar"},
	"aria-tab-name":         {"elements with the role tab have a name", wcag + "name-role-value"},
	"aria-toggle-field-name": {
		"elements with the role checkbox, radio, switch, option or the like have a name", wcag + "name-role-value"},
	"aria-tooltip-name":  {"elements with the role tooltip have a name", aria + "tooltip"},
	"aria-treeitem-name": {"elements with the role treeitem have a name", aria + "treeitem"},
	"button-name":        {"buttons have a name", wcag + "name-role-value"},
	"empty-heading":      {"headings have a text", wcag + "headings-and-labels"},
	"frame-title":        {"frames have a title", wcag + "name-role-value"},
	"image-alt":          {"images have an alternative text", wcag + "non-text-content"},
	"input-button-name":  {"inputs that are buttons have a name", wcag + "name-role-value"},
	"input-image-alt":    {"inputs that are images have an alternative text", wcag + "non-text-content"},
	"label":              {"form fields have a name", wcag + "labels-or-instructions"},
	"link-name":          {"links have a name", wcag + "link-purpose-in-context"},
	"object-alt":         {"objects have an alternative text", wcag + "non-text-content"},
	"role-img-alt":       {"elements with the role img have a name", wcag + "non-text-content"},
	"select-name":        {"selects have a name", wcag + "labels-or-instructions"},
	"summary-name":       {"summaries have a text", wcag + "name-role-value"},
	"svg-img-alt":        {"SVG elements with the role img have a name", wcag + "non-text-content"},

	// Roles and attributes of ARIA.
	"aria-allowed-attr":          {"elements have only the ARIA attributes that their role supports", aria + "states_and_properties"},
	"aria-conditional-attr":      {"ARIA attributes don't contradict the element", "https://www.w3.org/TR/html-aria/#docconformance-attr"},
	"aria-hidden-body":           {"the body isn't hidden from assistive technology", aria + "aria-hidden"},
	"aria-hidden-focus":          {"nothing that is hidden from assistive technology takes the focus", aria + "aria-hidden"},
	"aria-prohibited-attr":       {"elements whose role can't have a name aren't given one", aria + "namefromprohibited"},
	"aria-required-attr":         {"elements have the ARIA attributes that their role requires", aria + "requiredState"},
	"aria-required-children":     {"elements contain the roles that their role requires, and no others", aria + "mustContain"},
	"aria-required-parent":       {"elements stand in the role that their role requires", aria + "scope"},
	"aria-roles":                 {"elements have roles that there are", aria + "role_definitions"},
	"aria-valid-attr":            {"ARIA attributes are ones that there are", aria + "state_prop_def"},
	"aria-valid-attr-value":      {"ARIA attributes have values that they may have", aria + "propcharacteristic_value"},
	"nested-interactive":         {"controls don't stand in controls", spec + "dom.html#interactive-content"},
	"presentation-role-conflict": {"elements without a role take no focus and have no ARIA attributes", aria + "conflict_resolution_presentation_none"},

	// References.
	"accesskeys":            {"access keys are used once", spec + "interaction.html#the-accesskey-attribute"},
	"duplicate-id":          {"ids are used once", spec + "dom.html#the-id-attribute"},
	"no-missing-references": {"attributes that refer to an id refer to one that is there", spec + "dom.html#the-id-attribute"},
	"td-headers-attr":       {"the headers of a cell are header cells of its table", spec + "tables.html#attr-tdth-headers"},
	"valid-id":              {"ids are neither empty nor have white space", spec + "dom.html#the-id-attribute"},

	// Structure.
	"definition-list": {"dl elements contain groups of dt and dd elements", spec + "grouping-content.html#the-dl-element"},
	"dlitem":          {"dt and dd elements stand in a dl", spec + "grouping-content.html#the-dt-element"},
	"list":            {"lists contain li elements only", spec + "grouping-content.html#the-ul-element"},
	"listitem":        {"li elements stand in a list", spec + "grouping-content.html#the-li-element"},
	"multiple-labeled-controls": {
		"labels contain one form field", spec + "forms.html#the-label-element"},

	// Attributes of HTML.
	"autocomplete-valid": {"autocomplete has values that it may have", wcag + "identify-input-purpose"},
	"scope-attr-valid":   {"scope stands on th elements, with a value that it may have", spec + "tables.html#attr-th-scope"},
	"tabindex":           {"tabindex doesn't change the order of the focus", spec + "interaction.html#the-tabindex-attribute"},
	"valid-lang":         {"lang has languages that there are", wcag + "language-of-parts"},

	// What moves or changes by itself.
	"blink":        {"there are no blink elements", wcag + "pause-stop-hide"},
	"marquee":      {"there are no marquee elements", wcag + "pause-stop-hide"},
	"meta-refresh": {"pages aren't reloaded after some time", wcag + "timing-adjustable"},

	// Tags.
	"attr-name":   {"the names of attributes have no quotes and no <", spec + "parsing.html#parse-error-unexpected-character-in-attribute-name"},
	"nesting":     {"tags are nested as HTML allows, and none is missing", spec + "parsing.html#parse-errors"},
	"no-dup-attr": {"a tag has each attribute once", spec + "parsing.html#parse-error-duplicate-attribute"},
}

// Rules returns all rules, sorted by name.
func Rules() []Rule {
	var list []Rule
	for _, name := range slices.Sorted(maps.Keys(rules)) {
		list = append(list, rules[name].named(name))
	}
	return list
}
