package story

import (
	"cmp"
	"fmt"
	"html/template"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// Props documents what a component takes. When it is nil, nothing is known
// of it and everything is allowed.
type Props []Prop

// A Prop is one of them.
type Prop struct {
	Name     string
	Type     PropType
	Required bool
	// Default is what the component is given when the prop isn't; it is nil
	// when there is none.
	Default *Value
	Options List
	Doc     string
	At      problem.Place
}

// A PropType says which values a prop takes.
type PropType string

// The types of props. A component-typed prop takes what `children:` takes.
const (
	TypeAny       PropType = "any"
	TypeText      PropType = "string"
	TypeNumber    PropType = "number"
	TypeInteger   PropType = "integer"
	TypeBoolean   PropType = "boolean"
	TypeEnum      PropType = "enum"
	TypeList      PropType = "list"
	TypeObject    PropType = "object"
	TypeDate      PropType = "date"
	TypeColor     PropType = "color"
	TypeComponent PropType = "component"
)

// A Foreign value is one that is known elsewhere, such as a Go value. A prop
// of any type takes it.
type Foreign interface{ Foreign() }

var propTypes = []string{
	string(TypeText), string(TypeNumber), string(TypeInteger), string(TypeBoolean), string(TypeEnum), string(TypeList),
	string(TypeObject), string(TypeDate), string(TypeColor), string(TypeComponent), string(TypeAny),
}

var propKeys = []string{"type", "required", "default", "options", "doc"}

// readProps reads the `props:` of a front matter.
func readProps(src *Source, declared Map) Props {
	if declared == nil {
		return nil
	}
	props := Props{}
	for _, field := range declared {
		p := Prop{Name: field.Name, Type: TypeAny, At: field.At}
		// `text: string` is short for `text: {type: string}`.
		if short, ok := field.Value.Data.(string); ok {
			field.Value.Data = Map{{Name: "type", At: field.Value.At, Value: Value{short, field.Value.At}}}
		}
		f := newFields(src, field.Value, fmt.Sprintf("the prop %q", p.Name), propKeys)
		p.Required, p.Doc = f.flag("required"), f.text("doc")
		if p.Options = f.list("options"); p.Options != nil {
			p.Type = TypeEnum
		}
		if t := f.ref("type"); t.Name != "" {
			p.Type = PropType(t.Name)
			if !slices.Contains(propTypes, t.Name) {
				src.Report(problem.Type, t.At, len([]rune(t.Name)), fmt.Sprintf("unknown type %q", t.Name),
					problem.DidYouMean(t.Name, propTypes))
				p.Type = TypeAny
			}
		}
		if p.Type == TypeEnum && len(p.Options) == 0 {
			src.Report(problem.Type, p.At, len([]rune(p.Name)), fmt.Sprintf("the enum %q has no options", p.Name),
				"add `options: [one, other]`")
			p.Type = TypeAny
		}
		if v, found := f.get("default"); found {
			if m := p.mismatch(v.Plain()); m != nil {
				src.Report(problem.Prop, v.At, len([]rune(v.String())), "the default of "+m.message, m.hint)
			} else {
				p.Default = &v
			}
		}
		props = append(props, p)
	}
	return props
}

// A Mismatch is a prop that a component would not take.
type Mismatch struct {
	// Name is the prop. Missing says that it isn't among the given ones, so
	// there is no place to point to.
	Name          string
	Missing       bool
	Message, Hint string
}

func (m *Mismatch) Error() string {
	if m.Hint == "" {
		return m.Message
	}
	return m.Message + " (" + m.Hint + ")"
}

type mismatch struct{ message, hint string }

// Apply checks the given props and returns them together with the defaults of
// those that aren't given. The map that it gets stays as it is.
func (ps Props) Apply(given map[string]any) (map[string]any, []*Mismatch) {
	if ps == nil {
		return given, nil
	}
	// A required prop that is misspelled is one mistake, not two.
	misspelled := map[string]bool{}
	for name := range given {
		if !slices.Contains(ps.names(), name) {
			misspelled[problem.Nearest(name, ps.names())] = true
		}
	}
	applied := make(map[string]any, len(ps))
	maps.Copy(applied, given)
	var wrong []*Mismatch
	for _, p := range ps {
		value, found := given[p.Name]
		switch {
		case !found || value == nil:
			switch {
			case p.Default != nil:
				applied[p.Name] = p.Default.Plain()
			case p.Required && !misspelled[p.Name]:
				wrong = append(wrong, &Mismatch{
					Name: p.Name, Missing: true,
					Message: fmt.Sprintf("the prop %q is missing", p.Name),
					Hint:    fmt.Sprintf("add it: it is required, and must be %s", p.Type.describe(p.Options)),
				})
			}
		default:
			if m := p.mismatch(value); m != nil {
				wrong = append(wrong, &Mismatch{Name: p.Name, Message: m.message, Hint: m.hint})
			} else if f, ok := value.(float64); ok && p.Type == TypeInteger {
				applied[p.Name] = int(f) // a template's index takes no float
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.ContainsFunc(ps, func(p Prop) bool { return p.Name == name }) {
			wrong = append(wrong, &Mismatch{
				Name:    name,
				Message: fmt.Sprintf("the component has no prop %q", name),
				Hint:    cmp.Or(problem.DidYouMean(name, ps.names()), "remove it: the component takes no props"),
			})
		}
	}
	return applied, wrong
}

func (ps Props) names() []string {
	names := make([]string, len(ps))
	for i, p := range ps {
		names[i] = p.Name
	}
	return names
}

var colorText = regexp.MustCompile(`^(#[0-9a-fA-F]{3,8}|[a-zA-Z]+|[a-zA-Z-]+\(.*\))$`)

// mismatch says why the prop doesn't take a value, or nothing when it does.
func (p *Prop) mismatch(value any) *mismatch {
	if _, foreign := value.(Foreign); foreign {
		return nil
	}
	ok := true
	hint := fmt.Sprintf("give it %s", p.Type.describe(p.Options))
	switch p.Type {
	case TypeText:
		_, isText := value.(string)
		_, isHTML := value.(template.HTML)
		ok = isText || isHTML
		switch value.(type) {
		case int, float64, bool:
			hint = fmt.Sprintf(`put it in quotes: "%v"`, value)
		}
	case TypeNumber:
		switch value.(type) {
		case int, int64, float64:
		default:
			ok = false
		}
	case TypeInteger:
		switch n := value.(type) {
		case int, int64:
		case float64:
			ok = n == float64(int64(n))
		default:
			ok = false
		}
	case TypeBoolean:
		_, ok = value.(bool)
	case TypeList:
		_, ok = value.([]any)
	case TypeObject:
		_, ok = value.(map[string]any)
	case TypeDate:
		text, isText := value.(string)
		ok = isText && isDate(text)
	case TypeColor:
		text, isText := value.(string)
		ok = isText && colorText.MatchString(text)
	case TypeEnum:
		return p.notAnOption(value)
	}
	if ok {
		return nil
	}
	not := kindOf(value)
	if p.Type == TypeDate || p.Type == TypeColor || p.Type == TypeInteger && not == "a number" {
		not = shown(value)
	}
	return &mismatch{fmt.Sprintf("%q must be %s, not %s", p.Name, p.Type.describe(nil), not), hint}
}

func (p *Prop) notAnOption(value any) *mismatch {
	text := fmt.Sprint(value)
	var options []string
	for _, o := range p.Options {
		option := fmt.Sprint(o.Plain())
		if option == text {
			return nil
		}
		options = append(options, option)
	}
	hint := problem.DidYouMean(text, options)
	return &mismatch{fmt.Sprintf("%q can't be %q", p.Name, text), hint}
}

func isDate(text string) bool {
	for _, layout := range []string{time.DateOnly, time.RFC3339, time.DateTime, "2006-01-02T15:04", "2006-01-02 15:04"} {
		if _, err := time.Parse(layout, text); err == nil {
			return true
		}
	}
	return false
}

// describe says which values the type takes, for messages.
func (t PropType) describe(options List) string {
	switch t {
	case TypeText:
		return "text"
	case TypeNumber:
		return "a number"
	case TypeInteger:
		return "an integer"
	case TypeBoolean:
		return "true or false"
	case TypeList:
		return "a list"
	case TypeObject:
		return "an object"
	case TypeDate:
		return "a date such as 2026-11-21"
	case TypeColor:
		return "a CSS colour"
	case TypeComponent:
		return "text, {html: …}, {component: …} or a list of these"
	case TypeEnum:
		var names []string
		for _, o := range options {
			names = append(names, o.String())
		}
		return "one of " + strings.Join(names, ", ")
	}
	return "any value"
}
