package check

import (
	"math"

	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// value returns the value of a form control, or of what else has one, as the
// DOM's property of that name does.
func (d *Document) value(n *html.Node) (string, bool) {
	if n.Namespace != "" {
		return "", false
	}
	switch n.DataAtom {
	case atom.Input:
		return inputValue(n), true
	case atom.Textarea:
		return textContent(n), true
	case atom.Select:
		for _, o := range d.options(n) {
			if d.optionSelected(o) {
				return optionValue(o), true
			}
		}
		return "", true
	case atom.Option:
		return optionValue(n), true
	case atom.Output:
		return textContent(n), true
	case atom.Button, atom.Data, atom.Param:
		return attr(n, "value"), true
	case atom.Li, atom.Meter, atom.Progress:
		return lookup(n, "value")
	}
	return "", false
}

// values returns the values of all options that are selected.
func (d *Document) values(n *html.Node) []string {
	var list []string
	for _, o := range d.options(n) {
		if d.optionSelected(o) {
			list = append(list, optionValue(o))
		}
	}
	return list
}

func optionValue(n *html.Node) string {
	if v, ok := lookup(n, "value"); ok {
		return v
	}
	return strings.Join(strings.Fields(textContent(n)), " ")
}

// options returns the options of a select.
func (d *Document) options(n *html.Node) []*html.Node {
	var list []*html.Node
	var gather func(*html.Node)
	gather = func(n *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case c.Type != html.ElementNode, c.DataAtom == atom.Template:
			case c.DataAtom == atom.Option:
				list = append(list, c)
			default:
				gather(c)
			}
		}
	}
	gather(n)
	return list
}

// optionSelected reports whether an option is selected: of a dropdown there
// is always one.
func (d *Document) optionSelected(n *html.Node) bool {
	s := n.Parent
	for s != nil && s.DataAtom != atom.Select {
		s = s.Parent
	}
	if s == nil || has(s, "multiple") {
		return has(n, "selected")
	}
	options := d.options(s)
	for _, o := range slices.Backward(options) {
		if has(o, "selected") {
			return o == n
		}
	}
	if !isDropdown(s) || s == d.root {
		return false
	}
	for _, o := range options {
		p := o.Parent
		if !has(o, "disabled") && !(p.DataAtom == atom.Optgroup && has(p, "disabled")) {
			return o == n
		}
	}
	return false
}

var (
	floatForm = regexp.MustCompile(`^-?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?$`)
	colorForm = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)
	dateForms = map[string]*regexp.Regexp{
		"date":           regexp.MustCompile(`^\d{4,}-\d\d-\d\d$`),
		"month":          regexp.MustCompile(`^\d{4,}-\d\d$`),
		"week":           regexp.MustCompile(`^\d{4,}-W\d\d$`),
		"time":           regexp.MustCompile(`^\d\d:\d\d(:\d\d(\.\d{1,3})?)?$`),
		"datetime-local": regexp.MustCompile(`^\d{4,}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?$`),
	}
)

// inputValue returns the value of an input, cleaned as HTML says for its
// type: what isn't a number is no value of a number input.
func inputValue(n *html.Node) string {
	v, given := lookup(n, "value")
	oneLine := strings.NewReplacer("\n", "", "\r", "")
	switch t := inputType(n); t {
	case "checkbox", "radio":
		if !given {
			return "on"
		}
		return v
	case "file":
		return ""
	case "hidden", "submit", "button", "reset", "image":
		return v
	case "number":
		if !floatForm.MatchString(v) {
			return ""
		}
		return v
	case "range":
		return rangeValue(n, v)
	case "color":
		if !colorForm.MatchString(v) {
			return "#000000"
		}
		return strings.ToLower(v)
	case "date", "month", "week", "time", "datetime-local":
		if !dateForms[t].MatchString(v) {
			return ""
		}
		return v
	case "email", "url":
		return strings.TrimSpace(oneLine.Replace(v))
	}
	return oneLine.Replace(v)
}

// rangeValue is the middle by default, and never outside.
func rangeValue(n *html.Node, v string) string {
	number := func(s string, fallback float64) float64 {
		if f, err := strconv.ParseFloat(strings.TrimSpace(s), 64); err == nil {
			return f
		}
		return fallback
	}
	low := number(attr(n, "min"), 0)
	high := number(attr(n, "max"), 100)
	middle := low
	if high >= low {
		middle = low + (high-low)/2
	}
	x := max(min(number(v, middle), high), low)
	if step := number(attr(n, "step"), 1); step > 0 && attr(n, "step") != "any" {
		base := number(attr(n, "min"), number(v, 0))
		x = base + math.Floor((x-base)/step+0.5)*step
		if x > high && x-step >= low {
			x -= step
		}
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}
