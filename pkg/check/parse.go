package check

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

var (
	// queryKeys are the queries; a check has one of them.
	queryKeys = []string{
		"role", "label", "text", "placeholder", "alt", "title", "value", "testid", "css", "id", "class", "tag",
	}
	// roleKeys go with role.
	roleKeys = []string{
		"name", "description", "level", "checked", "selected", "expanded", "pressed", "current", "busy", "disabled", "hidden",
	}
	// expectKeys go with every query.
	expectKeys = []string{"within", "count", "absent", "nth", "has"}
	hasKeys    = []string{"text", "attr", "class", "value"}
)

// Parse reads one check. It returns a nil Check when something is wrong with
// it, and everything that is.
func Parse(v story.Value, options Options) (*Check, problem.List) {
	p := parser{options: options}
	if p.options.TestID == "" {
		p.options.TestID = "data-testid"
	}
	c := p.check(v)
	if len(p.problems) > 0 {
		return nil, p.problems
	}
	return c, nil
}

// A parser gathers what is wrong with one check.
type parser struct {
	options  Options
	problems problem.List
}

func (p *parser) report(k problem.Kind, at problem.Place, length int, message, hint string) {
	p.problems = append(p.problems, &problem.Problem{
		Kind: k, File: at.File, Line: at.Line, Column: at.Column, Length: length, Message: message, Hint: hint,
	})
}

// atKey reports a problem of a key, atValue one of its value.
func (p *parser) atKey(k problem.Kind, f story.Field, message, hint string) {
	p.report(k, f.At, utf8.RuneCountInString(f.Name), message, hint)
}

func (p *parser) atValue(k problem.Kind, v story.Value, message, hint string) {
	p.report(k, v.At, utf8.RuneCountInString(v.String()), message, hint)
}

func (p *parser) check(v story.Value) *Check {
	m, ok := v.Data.(story.Map)
	if !ok {
		p.atValue(problem.Type, v, "a check must be an object, not "+kindOf(v), "write it as `- {role: button, name: Save}`")
		return nil
	}
	c := &Check{at: v.At, source: sourceOf(v)}
	if f, found := m.Get("golden"); found {
		p.golden(m, f)
		c.golden = true
		return c
	}
	p.unknown(m, "a check", slices.Concat(queryKeys, roleKeys, expectKeys, []string{"golden"}))
	c.query = p.query(v, m, "the check")
	p.expectation(m, &c.expect)
	return c
}

func (p *parser) golden(m story.Map, f story.Field) {
	if f.Value.Data != true {
		p.atValue(problem.Type, f.Value, `"golden" must be true, not `+shown(f.Value), "write `golden: true`, or leave the check out")
	}
	for _, other := range m {
		if other.Name != "golden" {
			p.atKey(problem.Check, other, fmt.Sprintf("%q can't stand beside \"golden\"", other.Name), "make two checks of it: `golden: true` stands alone")
		}
	}
}

// unknown reports the keys that aren't known here.
func (p *parser) unknown(m story.Map, what string, known []string) {
	for _, f := range m {
		if slices.Contains(known, f.Name) {
			continue
		}
		hint := problem.DidYouMean(f.Name, known)
		if slices.Contains(slices.Concat(queryKeys, roleKeys, expectKeys, hasKeys, []string{"golden"}), f.Name) {
			hint = "known here are " + strings.Join(known, ", ")
		}
		p.atKey(problem.Key, f, fmt.Sprintf("unknown key %q in %s", f.Name, what), hint)
	}
}

// query reads the query in a check, or in a within.
func (p *parser) query(v story.Value, m story.Map, what string) *query {
	var fields []story.Field
	for _, f := range m {
		if slices.Contains(queryKeys, f.Name) {
			fields = append(fields, f)
		}
	}
	switch {
	case len(fields) == 0:
		if !slices.ContainsFunc(m, func(f story.Field) bool { return nearQuery(f.Name) }) {
			p.atValue(problem.Check, v, what+" asks for nothing", "add one of "+strings.Join(queryKeys, ", "))
		}
		return nil
	case len(fields) > 1:
		first := fields[0]
		if i := slices.IndexFunc(fields, func(f story.Field) bool { return !slices.Contains(hasKeys, f.Name) }); i > 0 {
			fields[0], fields[i], first = fields[i], fields[0], fields[i]
		}
		for _, f := range fields[1:] {
			hint := fmt.Sprintf("keep %q or %q, or make two checks of it", first.Name, f.Name)
			if slices.Contains(hasKeys, f.Name) {
				hint = fmt.Sprintf("to ask what the element has, write `has: {%s: %s}`", f.Name, f.Value)
			} else if f.Name != "role" && first.Name != "role" {
				hint += fmt.Sprintf("; `within: {%s: %s}` looks only inside what that finds", f.Name, f.Value)
			}
			p.atKey(problem.Check, f, fmt.Sprintf("%s has two queries, %q and %q", what, first.Name, f.Name), hint)
		}
		return nil
	}
	q := &query{kind: fields[0].Name}
	switch q.kind {
	case "role":
		p.role(&q.role, fields[0])
		p.roleFields(&q.role, m)
	case "css":
		p.selector(q, fields[0])
	case "id", "class", "tag":
		q.match = p.markup(fields[0])
	default:
		q.match = p.matcher(fields[0])
		q.attribute = p.options.TestID
		if empty(q.match) && (q.kind == "text" || q.kind == "label" || q.kind == "testid") {
			p.atValue(problem.Check, fields[0].Value, fmt.Sprintf("%q is empty", q.kind), fmt.Sprintf("write what it must be, or /./ for any %s", q.kind))
		}
	}
	if q.kind != "role" {
		for _, f := range m {
			if slices.Contains(roleKeys, f.Name) {
				p.atKey(problem.Check, f, fmt.Sprintf("%q goes with \"role\", not with %q", f.Name, q.kind), hintWithoutRole(f, q.kind))
			}
		}
	}
	if f, found := m.Get("within"); found {
		q.within = p.within(f)
	}
	return q
}

// nearQuery reports whether an unknown key is a query with a slip in it, of
// which one problem is enough.
func nearQuery(name string) bool {
	return !slices.Contains(roleKeys, name) && !slices.Contains(expectKeys, name) && problem.Nearest(name, queryKeys) != ""
}

func empty(m *matcher) bool { return m != nil && m.regexp == nil && m.text == "" }

func hintWithoutRole(f story.Field, query string) string {
	switch f.Name {
	case "hidden":
		return fmt.Sprintf("leave it out: %q finds hidden elements as well", query)
	case "checked", "disabled":
		return fmt.Sprintf("ask by role, or write `has: {attr: {%s: %s}}`", f.Name, f.Value)
	case "selected", "expanded", "pressed", "current", "busy":
		return fmt.Sprintf("ask by role, or write `has: {attr: {aria-%s: \"%s\"}}`", f.Name, f.Value)
	}
	return "ask by role, or make two checks of it"
}

// within reads a query that must find one element.
func (p *parser) within(f story.Field) *query {
	m, ok := f.Value.Data.(story.Map)
	if !ok {
		p.atValue(problem.Type, f.Value, `"within" must be a query, not `+kindOf(f.Value), "write `within: {role: dialog}`")
		return nil
	}
	p.unknown(m, `"within"`, slices.Concat(queryKeys, roleKeys, []string{"within", "nth"}))
	q := p.query(f.Value, m, `"within"`)
	if n, found := m.Get("nth"); found {
		nth, ok := p.integer(n, false)
		if ok && q != nil {
			q.nth = &nth
		}
	}
	return q
}

// role reads the role itself.
func (p *parser) role(r *roleQuery, f story.Field) {
	s, ok := f.Value.Data.(string)
	if !ok {
		p.atValue(problem.Type, f.Value, `"role" must be text, not `+kindOf(f.Value), "write `role: button`")
		return
	}
	s = fold(s)
	role, known := canonical(s)
	if !known {
		hint := ""
		lower, isRole := canonical(strings.ToLower(s))
		switch {
		case isRole:
			hint = fmt.Sprintf("did you mean %q?", lower)
		case slices.Contains(abstractRoles, s):
			hint = "it is abstract, so that no element has it: ask for a role of its kind"
		case ofTag[s] != "":
			hint = ofTag[s]
		default:
			hint = problem.DidYouMean(s, plainNames())
		}
		p.atValue(problem.Check, f.Value, fmt.Sprintf("unknown role %q", s), hint)
		return
	}
	r.role, r.written = role, s
}

// plainNames are the roles without those of ARIA's modules, which nobody
// means by a slip.
func plainNames() []string {
	return slices.DeleteFunc(roleNames(), func(s string) bool { return strings.Contains(s, "-") })
}

// ofTag are hints for elements that are taken for roles.
var ofTag = map[string]string{
	"a": `did you mean "link"?`, "nav": `did you mean "navigation"?`, "header": `did you mean "banner"?`,
	"footer": `did you mean "contentinfo"?`, "aside": `did you mean "complementary"?`, "ul": `did you mean "list"?`,
	"ol": `did you mean "list"?`, "li": `did you mean "listitem"?`, "p": `did you mean "paragraph"?`,
	"h1": "did you mean \"heading\" with `level: 1`?", "h2": "did you mean \"heading\" with `level: 2`?",
	"h3": "did you mean \"heading\" with `level: 3`?", "h4": "did you mean \"heading\" with `level: 4`?",
	"h5": "did you mean \"heading\" with `level: 5`?", "h6": "did you mean \"heading\" with `level: 6`?",
	"section": `did you mean "region"?`, "fieldset": `did you mean "group"?`, "details": `did you mean "group"?`,
	"tr": `did you mean "row"?`, "td": `did you mean "cell"?`, "th": `did you mean "columnheader" or "rowheader"?`,
	"hr": `did you mean "separator"?`, "progress": `did you mean "progressbar"?`, "textarea": `did you mean "textbox"?`,
	"input": `did you mean "textbox"?`, "select": `did you mean "combobox" or "listbox"?`, "output": `did you mean "status"?`,
	"dt": `did you mean "term"?`, "dd": `did you mean "definition"?`, "span": `did you mean "generic"?`, "div": `did you mean "generic"?`,
	"password": "a password field has no role: ask for its label", "label": "a label has no role: write `label: …` or `text: …`",
	"svg": `did you mean "img"?`, "picture": `did you mean "img"?`, "em": `did you mean "emphasis"?`, "del": `did you mean "deletion"?`,
	"ins": `did you mean "insertion"?`, "summary": `did you mean "button"?`, "radiobutton": `did you mean "radio"?`,
	"dropdown": `did you mean "combobox"?`, "image": `did you mean "img"?`, "text": "did you mean the query `text: …`?",
}

// roleFields reads what goes with a role.
func (p *parser) roleFields(r *roleQuery, m story.Map) {
	for _, f := range m {
		if !slices.Contains(roleKeys, f.Name) {
			continue
		}
		switch f.Name {
		case "name", "description":
			match := p.matcher(f)
			if f.Name == "description" {
				r.description = match
				continue
			}
			r.name = match
			if r.role != "" && roles[r.role]&unnamed != 0 && match != nil && !empty(match) {
				p.atKey(problem.Check, f, fmt.Sprintf("the role %q can't have a name", r.written), "ask for its text: `has: {text: …}`")
			}
		case "level":
			n, ok := p.integer(f, false)
			if ok && n < 1 {
				p.atValue(problem.Type, f.Value, fmt.Sprintf("\"level\" must be 1 or more, not %d", n), "write `level: 1`, as of an <h1>")
			}
			if r.role != "" && r.role != "heading" {
				p.atKey(problem.Check, f, fmt.Sprintf("the role %q has no \"level\"", r.written), "only a heading has one")
			}
			r.level = n
		case "hidden":
			r.hidden = p.boolean(f)
		default:
			p.state(r, f)
		}
	}
}

func (p *parser) state(r *roleQuery, f story.Field) {
	if t, some := stateTraits[f.Name]; some && r.role != "" && roles[r.role]&t == 0 {
		p.atKey(problem.Check, f, fmt.Sprintf("the role %q has no state %q", r.written, f.Name), "roles that have it are "+strings.Join(rolesWith(t), ", "))
		return
	}
	var allowed []string
	switch f.Name {
	case "checked":
		allowed = []string{"mixed"}
		if r.role == "radio" || r.role == "menuitemradio" || r.role == "switch" {
			allowed = nil
		}
	case "pressed":
		allowed = []string{"mixed"}
	case "current":
		allowed = []string{"page", "step", "location", "date", "time"}
	}
	want := "true or false"
	if len(allowed) > 0 {
		want = "true, false, " + strings.Join(allowed[:len(allowed)-1], ", ")
		want = strings.TrimSuffix(want, ", ") + " or " + allowed[len(allowed)-1]
	}
	switch v := f.Value.Data.(type) {
	case bool:
		r.states = append(r.states, wanted{f.Name, strconv.FormatBool(v)})
		return
	case string:
		if slices.Contains(allowed, v) {
			r.states = append(r.states, wanted{f.Name, v})
			return
		}
		hint := problem.DidYouMean(v, append([]string{"true", "false"}, allowed...))
		if v == "true" || v == "false" {
			hint = fmt.Sprintf("write `%s: %s`, without quotes", f.Name, v)
		}
		p.atValue(problem.Type, f.Value, fmt.Sprintf("%q must be %s, not %s", f.Name, want, shown(f.Value)), hint)
		return
	}
	p.atValue(problem.Type, f.Value, fmt.Sprintf("%q must be %s, not %s", f.Name, want, shown(f.Value)), fmt.Sprintf("write `%s: true`", f.Name))
}

func (p *parser) selector(q *query, f story.Field) {
	s, ok := f.Value.Data.(string)
	if !ok || strings.TrimSpace(s) == "" {
		p.atValue(problem.Type, f.Value, `"css" must be a selector, not `+shown(f.Value), "write `css: \".card > a\"`")
		return
	}
	sel, err := parseSelector(s)
	if err != nil {
		hint := ""
		if e, ok := errors.AsType[*selectorError](err); ok {
			hint = e.hint
		}
		p.atValue(problem.Check, f.Value, err.Error(), hint)
		return
	}
	q.selector, q.text = sel, shorten(s, 120)
}

// markup reads an id, a class or the name of an element.
func (p *parser) markup(f story.Field) *matcher {
	m := p.matcher(f)
	if m == nil || m.regexp != nil {
		return m
	}
	switch {
	case m.text == "":
		p.atValue(problem.Check, f.Value, fmt.Sprintf("%q is empty", f.Name), fmt.Sprintf("write `%s: some-name`", f.Name))
		return nil
	case f.Name != "id" && strings.Contains(m.text, " "):
		hint := "ask for one: `tag: li`"
		if f.Name == "class" {
			hint = fmt.Sprintf("ask for one class, or write `css: .%s`", strings.ReplaceAll(m.text, " ", "."))
		}
		p.atValue(problem.Check, f.Value, fmt.Sprintf("%q is one name, not %q", f.Name, m.text), hint)
		return nil
	case f.Name == "class" && strings.HasPrefix(m.text, "."), f.Name == "id" && strings.HasPrefix(m.text, "#"):
		p.atValue(problem.Check, f.Value, fmt.Sprintf("%q is a name, not the selector %q", f.Name, m.text), fmt.Sprintf("write `%s: %s`", f.Name, m.text[1:]))
		return nil
	case f.Name == "tag":
		m.text = strings.ToLower(strings.TrimSuffix(strings.TrimPrefix(m.text, "<"), ">"))
	}
	return m
}

// matcher reads a text, or a regular expression.
func (p *parser) matcher(f story.Field) *matcher {
	s, ok := scalar(f.Value)
	if !ok {
		p.atValue(problem.Type, f.Value, fmt.Sprintf("%q must be text, not %s", f.Name, kindOf(f.Value)), fmt.Sprintf("write `%s: some text`, or /…/ for a regular expression", f.Name))
		return nil
	}
	if flags := otherFlags.FindStringSubmatch(s); flags != nil && flags[1] != "i" {
		p.atValue(problem.Check, f.Value, fmt.Sprintf("the regular expression %q has the flags %q", shorten(s, 80), flags[1]), "the only flag is i; a text that ends like this is written as /^…$/ with each slash as \\/")
		return nil
	}
	return p.compiled(f.Value, s)
}

func (p *parser) compiled(v story.Value, s string) *matcher {
	if utf8.RuneCountInString(s) > maxText {
		p.atValue(problem.Check, v, fmt.Sprintf("a text to compare with may have %d characters, this one has %d", maxText, utf8.RuneCountInString(s)), "ask for a part of it, as /…/, or use `golden: true`")
		return nil
	}
	m, err := newMatcher(s)
	if err != nil {
		p.atValue(problem.Check, v, err.Error(), "write an expression as RE2 reads it, without lookaround and back-references")
		return nil
	}
	return m
}

// maxText is how many characters a text to compare with may have.
const maxText = 10_000

// scalar returns a value as the text that it is compared as.
func scalar(v story.Value) (string, bool) {
	switch d := v.Data.(type) {
	case string:
		return d, true
	case bool, int:
		return fmt.Sprint(d), true
	case float64:
		return strconv.FormatFloat(d, 'f', -1, 64), true
	}
	return "", false
}

func (p *parser) boolean(f story.Field) bool {
	b, ok := f.Value.Data.(bool)
	if !ok {
		p.atValue(problem.Type, f.Value, fmt.Sprintf("%q must be true or false, not %s", f.Name, shown(f.Value)), fmt.Sprintf("write `%s: true`", f.Name))
	}
	return b
}

// integer reads a whole number.
func (p *parser) integer(f story.Field, natural bool) (int, bool) {
	n, ok := f.Value.Data.(int)
	if d, isFloat := f.Value.Data.(float64); isFloat && d == math.Trunc(d) && math.Abs(d) <= math.MaxInt32 {
		n, ok = int(d), true
	}
	switch {
	case !ok:
		p.atValue(problem.Type, f.Value, fmt.Sprintf("%q must be a whole number, not %s", f.Name, shown(f.Value)), fmt.Sprintf("write `%s: 1`", f.Name))
	case natural && n < 0:
		p.atValue(problem.Type, f.Value, fmt.Sprintf("%q must be 0 or more, not %d", f.Name, n), fmt.Sprintf("write `%s: 1`", f.Name))
		ok = false
	}
	return n, ok
}

// expectation reads what is expected of what the query finds.
func (p *parser) expectation(m story.Map, e *expectation) {
	e.count = -1
	count, counted := m.Get("count")
	if counted {
		if n, ok := p.integer(count, true); ok {
			e.count = n
		}
	}
	absent, isAbsent := m.Get("absent")
	if isAbsent {
		e.count = 0
		if absent.Value.Data != true {
			p.atValue(problem.Type, absent.Value, `"absent" must be true, not `+shown(absent.Value), "write `absent: true`, or leave it out")
		}
	}
	nth, hasNth := m.Get("nth")
	if hasNth {
		if n, ok := p.integer(nth, false); ok {
			e.nth = &n
		}
	}
	hasField, hasHas := m.Get("has")
	if hasHas {
		p.has(hasField, e)
	}
	none := ""
	switch {
	case isAbsent:
		none = "absent"
	case counted && e.count == 0:
		none = "count: 0"
	default:
		return
	}
	for _, f := range []struct {
		given bool
		story.Field
	}{{counted && isAbsent, count}, {hasNth, nth}, {hasHas, hasField}} {
		if f.given {
			p.atKey(problem.Check, f.Field, fmt.Sprintf("%q can't stand beside %q: there is nothing left that it could speak of", f.Name, none),
				"keep one of the two, or make two checks of it")
		}
	}
}

// has reads what elements must have.
func (p *parser) has(f story.Field, e *expectation) {
	m, ok := f.Value.Data.(story.Map)
	if !ok || len(m) == 0 {
		what := kindOf(f.Value)
		if ok {
			what = "empty"
		}
		p.atValue(problem.Type, f.Value, `"has" must say what the element has, not `+what, "write `has: {text: Save}`, or attr, class, value")
		return
	}
	p.unknown(m, `"has"`, hasKeys)
	for _, f := range m {
		switch f.Name {
		case "text":
			e.text = p.matcher(f)
		case "value":
			p.hasValue(f, e)
		case "class":
			p.hasClass(f, e)
		case "attr":
			p.hasAttr(f, e)
		}
	}
}

func (p *parser) hasValue(f story.Field, e *expectation) {
	list, ok := f.Value.Data.(story.List)
	if !ok {
		e.value = p.matcher(f)
		return
	}
	e.values = []*matcher{}
	for _, v := range list {
		if m := p.matcher(story.Field{Name: "value", Value: v}); m != nil {
			e.values = append(e.values, m)
		}
	}
}

func (p *parser) hasClass(f story.Field, e *expectation) {
	list, ok := f.Value.Data.(story.List)
	if !ok {
		list = story.List{f.Value}
	}
	for _, v := range list {
		m := p.matcher(story.Field{Name: "class", Value: v})
		switch {
		case m == nil:
		case m.regexp != nil:
			e.classes = append(e.classes, m)
		case m.text == "":
			p.atValue(problem.Check, v, `"class" is empty`, "write `class: some-name`, or `attr: {class: false}` for an element without any")
		default:
			for class := range strings.FieldsSeq(m.text) {
				e.classes = append(e.classes, &matcher{text: class})
			}
		}
	}
	if ok && len(list) == 0 {
		p.atValue(problem.Check, f.Value, `"class" is empty`, "write `class: [a, b]`, or leave it out")
	}
}

func (p *parser) hasAttr(f story.Field, e *expectation) {
	m, ok := f.Value.Data.(story.Map)
	if !ok || len(m) == 0 {
		what := kindOf(f.Value)
		if ok {
			what = "an empty one"
		}
		p.atValue(problem.Type, f.Value, `"attr" must be an object of attributes, not `+what, "write `attr: {type: submit}`")
		return
	}
	for _, f := range m {
		a := attribute{name: f.Name}
		switch v := f.Value.Data.(type) {
		case bool:
			a.present = v
		case string:
			a.present, a.value = true, p.compiled(f.Value, v)
		case int, float64:
			s, _ := scalar(f.Value)
			a.present, a.value = true, &matcher{text: s}
		default:
			p.atValue(problem.Type, f.Value, fmt.Sprintf("the attribute %q must be text, true or false, not %s", f.Name, kindOf(f.Value)),
				"write its value, true for \"it is there\", or false for \"it isn't\"")
			continue
		}
		e.attributes = append(e.attributes, a)
	}
}

// shown is a value for a message that is about the value.
func shown(v story.Value) string {
	switch d := v.Data.(type) {
	case string:
		return strconv.Quote(shorten(d, 60))
	case int, bool:
		return fmt.Sprint(d)
	case float64:
		return strconv.FormatFloat(d, 'g', -1, 64)
	}
	return kindOf(v)
}

// kindOf names what a value is.
func kindOf(v story.Value) string {
	switch v.Data.(type) {
	case nil:
		return "nothing"
	case bool:
		return "a boolean"
	case int:
		return "an integer"
	case float64:
		return "a number"
	case string:
		return "text"
	case story.List:
		return "a list"
	case story.Map:
		return "an object"
	}
	return "something else"
}
