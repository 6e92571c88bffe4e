package check

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Selectors are read and put together here; what cascadia is asked is whether
// an element has an id, a class or an attribute. It walks up the tree anew
// for each combinator, so that a selector with a dozen of them may take for
// ever, and it takes `:hover` and its like to match nothing, so that a check
// for their absence would pass whatever the story is. Here each part of a
// selector is matched against all elements at once: the time is the length
// of the selector times the number of elements.

// maxSelector is how many characters a selector may have.
const maxSelector = 1000

// maxNesting is how deep the parentheses of a selector may be nested.
const maxNesting = 20

// pseudoClasses are those that are supported, for hints and the
// documentation.
var pseudoClasses = []string{
	"any-link", "checked", "disabled", "empty", "enabled", "first-child", "first-of-type", "has", "is", "last-child", "last-of-type",
	"link", "not", "nth-child", "nth-last-child", "nth-last-of-type", "nth-of-type", "only-child", "only-of-type", "optional",
	"required", "where",
}

// PseudoClasses returns the names of the pseudo-classes that css queries
// support, sorted.
func PseudoClasses() []string { return append([]string(nil), pseudoClasses...) }

// A selector is one or more alternatives.
type selector []alternative

// An alternative is compounds with a combinator before each. That before the
// first is only used within :has().
type alternative []step

type step struct {
	combinator byte // ' ', '>', '+' or '~'
	compound
}

// A compound is what one element must be.
type compound struct {
	tag    string // lower case, "" for any
	simple []cascadia.Sel
	tests  []func(*Document, *html.Node) bool
	nth    []nth
	not    []selector
	is     []selector
	has    []selector
}

// nth is :nth-child(an+b) and its like.
type nth struct {
	a, b         int
	last, ofType bool
}

// An unsupported selector is an error with a hint.
type selectorError struct{ message, hint string }

func (e *selectorError) Error() string { return e.message }

func unsupported(message, hint string) error { return &selectorError{message, hint} }

// parseSelector reads a selector.
func parseSelector(s string) (selector, error) {
	if n := utf8.RuneCountInString(s); n > maxSelector {
		return nil, unsupported(fmt.Sprintf("a selector may have %d characters, this one has %d", maxSelector, n), "ask for less at once")
	}
	p := selectorParser{s: s}
	sel, err := p.alternatives(false)
	if err == nil && p.i < len(p.s) {
		err = p.unexpected()
	}
	return sel, err
}

type selectorParser struct {
	s     string
	i     int
	depth int
}

func (p *selectorParser) peek() byte {
	if p.i < len(p.s) {
		return p.s[p.i]
	}
	return 0
}

func (p *selectorParser) space() bool {
	start := p.i
	for p.i < len(p.s) && strings.IndexByte(" \t\r\n\f", p.s[p.i]) >= 0 {
		p.i++
	}
	return p.i > start
}

func (p *selectorParser) unexpected() error {
	if p.i >= len(p.s) {
		return unsupported(fmt.Sprintf("the selector %q ends too early", shorten(p.s, 80)), "write a CSS selector, such as `.card > a[href]`")
	}
	r, _ := utf8.DecodeRuneInString(p.s[p.i:])
	return unsupported(fmt.Sprintf("unexpected %q in the selector %q", r, shorten(p.s, 80)), "write a CSS selector, such as `.card > a[href]`")
}

func (p *selectorParser) alternatives(relative bool) (selector, error) {
	if p.depth++; p.depth > maxNesting {
		return nil, unsupported("the selector is nested too deep", "ask for less at once")
	}
	defer func() { p.depth-- }()
	var sel selector
	for {
		a, err := p.alternative(relative)
		if err != nil {
			return nil, err
		}
		sel = append(sel, a)
		if p.peek() != ',' {
			return sel, nil
		}
		p.i++
	}
}

func (p *selectorParser) alternative(relative bool) (alternative, error) {
	p.space()
	next := byte(' ')
	if c := p.peek(); relative && (c == '>' || c == '+' || c == '~') {
		next = c
		p.i++
		p.space()
	}
	var a alternative
	for {
		c, err := p.compound()
		if err != nil {
			return nil, err
		}
		a = append(a, step{next, c})
		next = 0
		if p.space() {
			next = ' '
		}
		switch c := p.peek(); c {
		case '>', '+', '~':
			next = c
			p.i++
			p.space()
		case 0, ',', ')':
			return a, nil
		}
		if next == 0 {
			return nil, p.unexpected()
		}
	}
}

func (p *selectorParser) compound() (compound, error) {
	var c compound
	start := p.i
	if p.peek() == '*' {
		p.i++
	} else if name := p.name(); name != "" {
		c.tag = strings.ToLower(unescape(name))
	}
	if p.peek() == '|' {
		return c, unsupported("namespaces in selectors aren't supported", "leave out the part before the |")
	}
	for {
		from := p.i
		switch p.peek() {
		case '#', '.':
			p.i++
			if p.name() == "" {
				return c, p.unexpected()
			}
		case '[':
			if !p.brackets() {
				return c, p.unexpected()
			}
		case ':':
			if err := p.pseudo(&c); err != nil {
				return c, err
			}
			continue
		default:
			if p.i == start {
				return c, p.unexpected()
			}
			return c, nil
		}
		if err := c.add(p.s[from:p.i]); err != nil {
			return c, err
		}
	}
}

// add adds an id, a class or an attribute, which cascadia reads.
func (c *compound) add(s string) error {
	if invented.MatchString(s) {
		return unsupported(fmt.Sprintf("%q is no selector of CSS", s), `write "[a=b]", "[a~=b]", "[a|=b]", "[a^=b]", "[a$=b]" or "[a*=b]", and ":not([a=b])"`)
	}
	sel, err := cascadia.Parse(s)
	if err != nil {
		return unsupported(fmt.Sprintf("%q can't be read as part of a selector", shorten(s, 80)),
			`put a value that isn't one word in quotes: [href="/mugs"]`)
	}
	c.simple = append(c.simple, sel)
	return nil
}

// invented are operators that cascadia has and CSS hasn't.
var invented = regexp.MustCompile(`^\[[^\]=~|^$*"']*[!#]=`)

// name reads an identifier, and returns "" where there is none.
func (p *selectorParser) name() string {
	start := p.i
	for p.i < len(p.s) {
		c := p.s[p.i]
		switch {
		case c == '\\' && p.i+1 < len(p.s):
			_, size := utf8.DecodeRuneInString(p.s[p.i+1:])
			p.i += 1 + size
			continue
		case c == '-' || c == '_' || c >= 0x80 || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' && p.i > start,
			c >= '0' && c <= '9' && start > 0 && (p.s[start-1] == '#' || p.s[start-1] == '.'): // cascadia refuses it with reason
			p.i++
			continue
		}
		break
	}
	return p.s[start:p.i]
}

var escape = regexp.MustCompile(`(?s)\\(?:([0-9a-fA-F]{1,6})[ \t\n\f]?|(.))`)

func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return escape.ReplaceAllStringFunc(s, func(e string) string {
		m := escape.FindStringSubmatch(e)
		if m[1] != "" {
			n, _ := strconv.ParseInt(m[1], 16, 32)
			return string(rune(n))
		}
		return m[2]
	})
}

// brackets moves past […].
func (p *selectorParser) brackets() bool {
	quote := byte(0)
	for p.i++; p.i < len(p.s); p.i++ {
		switch c := p.s[p.i]; {
		case c == '\\':
			p.i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == ']':
			p.i++
			return true
		}
	}
	p.i = len(p.s)
	return false
}

func (p *selectorParser) pseudo(c *compound) error {
	p.i++
	if p.peek() == ':' {
		p.i++
		return unsupported(fmt.Sprintf("the pseudo-element \"::%s\" is no element of the story", p.name()), "ask for the element that it belongs to")
	}
	name := strings.ToLower(p.name())
	function := p.peek() == '('
	switch name {
	case "not", "is", "where", "has", "nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type":
		if !function {
			return unsupported(fmt.Sprintf("\":%s\" needs something in parentheses", name), fmt.Sprintf("write :%s(…)", name))
		}
		p.i++
		if strings.HasPrefix(name, "nth-") {
			return p.nth(c, name)
		}
		sel, err := p.alternatives(name == "has")
		if err != nil {
			return err
		}
		if p.peek() != ')' {
			return p.unexpected()
		}
		p.i++
		switch name {
		case "not":
			c.not = append(c.not, sel)
		case "has":
			c.has = append(c.has, sel)
		default:
			c.is = append(c.is, sel)
		}
		return nil
	}
	if !function {
		if test, n := simplePseudo(name); n != nil {
			c.nth = append(c.nth, n...)
			return nil
		} else if test != nil {
			c.tests = append(c.tests, test)
			return nil
		}
	}
	hint := "supported are :" + strings.Join(pseudoClasses, ", :")
	switch name {
	case "root", "scope":
		hint = "the story is the root: leave it out"
	case "hover", "focus", "active", "visited", "target", "focus-visible", "focus-within":
		hint = "no story is in this state when it is checked; " + hint
	case "contains":
		hint = "write `has: {text: …}` beside the selector"
	}
	return unsupported(fmt.Sprintf("the pseudo-class \":%s\" isn't supported", name), hint)
}

func simplePseudo(name string) (func(*Document, *html.Node) bool, []nth) {
	switch name {
	case "first-child":
		return nil, []nth{{b: 1}}
	case "last-child":
		return nil, []nth{{b: 1, last: true}}
	case "only-child":
		return nil, []nth{{b: 1}, {b: 1, last: true}}
	case "first-of-type":
		return nil, []nth{{b: 1, ofType: true}}
	case "last-of-type":
		return nil, []nth{{b: 1, ofType: true, last: true}}
	case "only-of-type":
		return nil, []nth{{b: 1, ofType: true}, {b: 1, ofType: true, last: true}}
	case "empty":
		return func(_ *Document, n *html.Node) bool {
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				if c.Type == html.ElementNode || c.Type == html.TextNode && c.Data != "" {
					return false
				}
			}
			return true
		}, nil
	case "link", "any-link":
		return func(_ *Document, n *html.Node) bool {
			return (n.Data == "a" || n.Data == "area") && (has(n, "href") || has(n, "xlink:href"))
		}, nil
	case "checked":
		return func(d *Document, n *html.Node) bool {
			switch n.DataAtom {
			case atom.Input:
				t := inputType(n)
				return (t == "checkbox" || t == "radio") && has(n, "checked")
			case atom.Option:
				return d.optionSelected(n)
			}
			return false
		}, nil
	case "disabled":
		return func(_ *Document, n *html.Node) bool { return cssDisabled(n) }, nil
	case "enabled":
		return func(_ *Document, n *html.Node) bool { return canBeDisabled(n) && !cssDisabled(n) }, nil
	case "required":
		return func(_ *Document, n *html.Node) bool { return isField(n) && has(n, "required") }, nil
	case "optional":
		return func(_ *Document, n *html.Node) bool { return isField(n) && !has(n, "required") }, nil
	}
	return nil, nil
}

func isField(n *html.Node) bool {
	return n.Namespace == "" && (n.DataAtom == atom.Input || n.DataAtom == atom.Select || n.DataAtom == atom.Textarea)
}

func canBeDisabled(n *html.Node) bool {
	return n.Namespace == "" && (isField(n) || n.DataAtom == atom.Button || n.DataAtom == atom.Fieldset || n.DataAtom == atom.Optgroup || n.DataAtom == atom.Option)
}

// cssDisabled is :disabled, which a select doesn't hand on to its options.
func cssDisabled(n *html.Node) bool {
	switch {
	case !canBeDisabled(n):
		return false
	case n.DataAtom == atom.Option:
		return has(n, "disabled") || n.Parent != nil && n.Parent.DataAtom == atom.Optgroup && has(n.Parent, "disabled")
	case n.DataAtom == atom.Optgroup:
		return has(n, "disabled")
	}
	return natively(n)
}

var nthForm = regexp.MustCompile(`(?i)^([+-]?\d*)n(?:\s*([+-])\s*(\d+))?$|^([+-]?\d+)$`)

// nth reads what stands in the parentheses of :nth-child() and its like.
func (p *selectorParser) nth(c *compound, name string) error {
	end := strings.IndexByte(p.s[p.i:], ')')
	if end < 0 {
		p.i = len(p.s)
		return p.unexpected()
	}
	text := strings.ToLower(strings.TrimSpace(p.s[p.i : p.i+end]))
	p.i += end + 1
	n := nth{last: strings.HasPrefix(name, "nth-last"), ofType: strings.HasSuffix(name, "of-type")}
	switch text {
	case "odd":
		text = "2n+1"
	case "even":
		text = "2n"
	}
	m := nthForm.FindStringSubmatch(text)
	if m == nil || len(text) > 12 {
		return unsupported(fmt.Sprintf("\":%s(%s)\" isn't supported", name, shorten(text, 40)), "write a number, odd, even, or a form such as 2n+1")
	}
	if m[4] != "" {
		n.b, _ = strconv.Atoi(m[4])
	} else {
		switch m[1] {
		case "", "+":
			n.a = 1
		case "-":
			n.a = -1
		default:
			n.a, _ = strconv.Atoi(m[1])
		}
		n.b, _ = strconv.Atoi(m[2] + m[3])
	}
	c.nth = append(c.nth, n)
	return nil
}

func (n nth) matches(position int) bool {
	x := position - n.b
	if n.a == 0 {
		return x == 0
	}
	return x%n.a == 0 && x/n.a >= 0
}

// An order is how the elements of a document stand to each other, by their
// numbers in document order; -1 is none.
type order struct {
	parent, previous []int
	// The position among the siblings, from one: from the first or the last,
	// of all or of those with the same name.
	position [4][]int
}

func (d *Document) ordered() *order {
	if d.order != nil {
		return d.order
	}
	count := len(d.elements)
	o := &order{parent: make([]int, count), previous: make([]int, count)}
	for i := range o.position {
		o.position[i] = make([]int, count)
	}
	number := make(map[*html.Node]int, count)
	children := map[*html.Node][]int{}
	for i, n := range d.elements {
		number[n] = i
		o.parent[i], o.previous[i] = -1, -1
		if p, ok := number[n.Parent]; ok {
			o.parent[i] = p
		}
		siblings := children[n.Parent]
		if len(siblings) > 0 {
			o.previous[i] = siblings[len(siblings)-1]
		}
		children[n.Parent] = append(siblings, i)
	}
	for _, siblings := range children {
		first, last := map[string]int{}, map[string]int{}
		for k, i := range siblings {
			first[d.elements[i].Data]++
			o.position[0][i], o.position[2][i] = k+1, first[d.elements[i].Data]
		}
		for k := len(siblings) - 1; k >= 0; k-- {
			i := siblings[k]
			last[d.elements[i].Data]++
			o.position[1][i], o.position[3][i] = len(siblings)-k, last[d.elements[i].Data]
		}
	}
	d.order = o
	return o
}

// selected returns, for each element, whether the selector matches it.
func (d *Document) matching(sel selector) []bool {
	result := make([]bool, len(d.elements))
	for _, a := range sel {
		set := d.matchCompound(&a[0].compound)
		for i := 1; i < len(a); i++ {
			set = d.follow(set, a[i].combinator, d.matchCompound(&a[i].compound))
		}
		for i, in := range set {
			result[i] = result[i] || in
		}
	}
	return result
}

// follow returns the elements of next that stand to one of set as the
// combinator says.
func (d *Document) follow(set []bool, combinator byte, next []bool) []bool {
	o := d.ordered()
	from := o.parent
	if combinator == '+' || combinator == '~' {
		from = o.previous
	}
	far := combinator == ' ' || combinator == '~'
	reached := make([]bool, len(set)) // all, not only those in next
	result := make([]bool, len(set))
	for i := range set {
		if f := from[i]; f >= 0 {
			reached[i] = set[f] || far && reached[f]
		}
		result[i] = reached[i] && next[i]
	}
	return result
}

// lead is follow the other way round: the elements to which one of set stands
// as the combinator says.
func (d *Document) lead(set []bool, combinator byte) []bool {
	o := d.ordered()
	from := o.parent
	if combinator == '+' || combinator == '~' {
		from = o.previous
	}
	far := combinator == ' ' || combinator == '~'
	result := make([]bool, len(set))
	for i := len(set) - 1; i >= 0; i-- {
		if f := from[i]; f >= 0 && (set[i] || far && result[i]) {
			result[f] = true
		}
	}
	return result
}

// having returns the elements that :has() finds.
func (d *Document) having(sel selector) []bool {
	result := make([]bool, len(d.elements))
	for _, a := range sel {
		set := d.matchCompound(&a[len(a)-1].compound)
		for i := len(a) - 1; i > 0; i-- {
			set = d.lead(set, a[i].combinator)
			for j, in := range d.matchCompound(&a[i-1].compound) {
				set[j] = set[j] && in
			}
		}
		for i, in := range d.lead(set, a[0].combinator) {
			result[i] = result[i] || in
		}
	}
	return result
}

func (d *Document) matchCompound(c *compound) []bool {
	result := make([]bool, len(d.elements))
	for i, n := range d.elements {
		result[i] = d.matchSimple(c, n)
	}
	if c.nth != nil {
		o := d.ordered()
		for _, n := range c.nth {
			which := 0
			if n.last {
				which |= 1
			}
			if n.ofType {
				which |= 2
			}
			for i, position := range o.position[which] {
				result[i] = result[i] && n.matches(position)
			}
		}
	}
	keep := func(set []bool, wanted bool) {
		for i, in := range set {
			result[i] = result[i] && in == wanted
		}
	}
	for _, s := range c.not {
		keep(d.matching(s), false)
	}
	for _, s := range c.is {
		keep(d.matching(s), true)
	}
	for _, s := range c.has {
		keep(d.having(s), true)
	}
	return result
}

func (d *Document) matchSimple(c *compound, n *html.Node) bool {
	if c.tag != "" && !strings.EqualFold(c.tag, n.Data) {
		return false
	}
	asked := n
	if n.Namespace != "" && c.simple != nil {
		asked = lowered(n)
	}
	for _, s := range c.simple {
		if !s.Match(asked) {
			return false
		}
	}
	for _, test := range c.tests {
		if !test(d, n) {
			return false
		}
	}
	return true
}

// lowered returns a copy of an element of SVG or MathML that names its
// attributes as cascadia does, in lower case and with their prefixes.
func lowered(n *html.Node) *html.Node {
	clone := *n
	clone.Attr = make([]html.Attribute, len(n.Attr))
	for i, a := range n.Attr {
		key := strings.ToLower(a.Key)
		if a.Namespace != "" {
			key = a.Namespace + ":" + key
		}
		clone.Attr[i] = html.Attribute{Key: key, Val: a.Val}
	}
	return &clone
}
