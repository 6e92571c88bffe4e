package build

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// A Trial is one story with other props than its author gave it, for somebody
// who tries it out.
type Trial struct {
	// Story is its address.
	Story string `json:"story"`
	// Props are YAML (or JSON), and take the place of all the story's props
	// if Given says so. They are not trusted as the files of a catalog are.
	Props string `json:"props"`
	Given bool   `json:"given"`
}

// A TrialResult is a tried story.
type TrialResult struct {
	// HTML is the document of the story alone, as a build would write it, and
	// Markup its HTML formatted and highlighted. Both are empty when there
	// are problems.
	HTML     string       `json:"html"`
	Markup   string       `json:"markup"`
	Problems problem.List `json:"problems"`
	// YAML is how to write the props into the story.
	YAML  string      `json:"yaml"`
	Props []TrialProp `json:"props"`
}

// A TrialProp is what there is to know of a prop to change it. Its values are
// plain data, and nil when there is none.
type TrialProp struct {
	Name     string `json:"name"`
	Type     string `json:"type"` // one of the story.PropTypes
	Required bool   `json:"required"`
	Options  []any  `json:"options,omitempty"`
	Default  any    `json:"default,omitempty"`
	Given    bool   `json:"given"` // it has a Value
	Value    any    `json:"value,omitempty"`
	Doc      string `json:"doc,omitempty"`
}

// propsPlace is what problems call the place where tried props were typed.
const propsPlace = "props"

// Try renders a story with other props. The story's own file is read again,
// and its components are read now; the rest of the catalog is as it was when
// the draft was made.
func (d *Draft) Try(ctx context.Context, t Trial) (*TrialResult, error) {
	written := d.storyAt(t.Story)
	if written == nil {
		return &TrialResult{Problems: problem.List{{Kind: problem.Story,
			Message: fmt.Sprintf("there is no story %q", t.Story), Hint: "it may have been renamed; reload the page"}}}, nil
	}
	tried := *written
	result := &TrialResult{}
	if t.Given {
		tried.Props, result.Problems = story.ParseProps(propsPlace, t.Props)
		tried.Problems = nil
		result.Problems = append(result.Problems, untrusted(&tried, written)...)
	}
	result.YAML = "props: " + tried.Props.String()
	declared := d.site.propsOf(tried.Subject, tried.Component)
	result.Props = trialProps(&tried, declared)
	if len(result.Problems) > 0 {
		return result, nil
	}
	if err := d.render(ctx, &tried, result); err != nil {
		return nil, err
	}
	return result, nil
}

// render makes the document of a story.
func (d *Draft) render(ctx context.Context, st *story.Story, result *TrialResult) error {
	var mutex sync.Mutex
	d.site.put = func(name string, data []byte) error {
		mutex.Lock()
		defer mutex.Unlock()
		if name == st.Alone() {
			result.HTML = string(data)
		}
		return nil
	}
	w := &worker{site: d.site, patient: newPatient(ctx, d.site.catalog, d.site.programs(), nil)}
	defer func() { w.patient.end() }()
	v, err := w.alone(ctx, st)
	if err != nil {
		return err
	}
	result.Markup, result.Problems = string(v.markup.HTML), v.problems
	if v.broken {
		result.HTML = ""
	}
	return nil
}

// storyAt returns the story with an address, from its file as it is now.
func (d *Draft) storyAt(address string) *story.Story {
	find := func(u *story.Subject) *story.Story {
		i := slices.IndexFunc(u.Stories, func(st *story.Story) bool { return st.Path() == address })
		if i < 0 {
			return nil
		}
		return u.Stories[i]
	}
	for _, u := range d.site.catalog.Subjects() {
		st := find(u)
		if st == nil {
			continue
		}
		if again, ok := d.site.catalog.Reread(u.File); ok {
			return find(again)
		}
		return st
	}
	return nil
}

// untrusted finds HTML in tried props that take components, where only the
// author of a catalog may write it. Elsewhere it is text like any other.
func untrusted(tried, written *story.Story) problem.List {
	given, _ := tried.Props.Data.(story.Map)
	own, _ := written.Props.Data.(story.Map)
	var problems problem.List
	if story.IsGo(tried.Component.Name) { // which of its props take HTML, only Go knows
		return rawHTML(tried.Props, written.Props)
	}
	for _, p := range tried.Subject.Props {
		if p.Type == story.TypeComponent {
			f, _ := given.Get(p.Name)
			before, _ := own.Get(p.Name)
			problems = append(problems, rawHTML(f.Value, before.Value)...)
		}
	}
	return problems
}

// rawHTML finds HTML in a value, but for what the story has itself.
func rawHTML(v, own story.Value) problem.List {
	if v.String() == own.String() {
		return nil
	}
	var problems problem.List
	switch data := v.Data.(type) {
	case story.List:
		ownList, _ := own.Data.(story.List)
		for i, item := range data {
			var before story.Value
			if i < len(ownList) {
				before = ownList[i]
			}
			problems = append(problems, rawHTML(item, before)...)
		}
	case story.Map:
		ownMap, _ := own.Data.(story.Map)
		for _, f := range data {
			before, _ := ownMap.Get(f.Name)
			if f.Name == "html" {
				problems = append(problems, &problem.Problem{Kind: problem.Prop,
					File: propsPlace, Line: f.At.Line, Column: f.At.Column, Length: utf8.RuneCountInString(f.Name),
					Message: "HTML can't be tried out", Hint: "write `{html: …}` into the story's file, or use text"})
				continue
			}
			problems = append(problems, rawHTML(f.Value, before.Value)...)
		}
	}
	return problems
}

// trialProps lists what the component declares, and then what the story gives
// it beside that.
func trialProps(st *story.Story, declaredProps story.Props) []TrialProp {
	given, _ := st.Props.Data.(story.Map)
	list := []TrialProp{}
	for _, p := range storyProps(st, propDocs(declaredProps)) {
		if p.Name == "children" && p.Type == "" {
			continue
		}
		prop := TrialProp{Name: p.Name, Type: p.Type, Required: p.Required, Doc: p.Description}
		if f, found := given.Get(p.Name); found {
			prop.Given, prop.Value = true, encodable(f.Value.Plain())
		}
		for _, declared := range declaredProps {
			if declared.Name != p.Name || p.Type == "" {
				continue
			}
			for _, o := range declared.Options {
				prop.Options = append(prop.Options, encodable(o.Plain()))
			}
			if declared.Default != nil {
				prop.Default = encodable(declared.Default.Plain())
			}
		}
		list = append(list, prop)
	}
	return list
}

// encodable replaces the numbers that JSON doesn't have by their YAML.
func encodable(v any) any {
	switch v := v.(type) {
	case float64:
		switch {
		case math.IsNaN(v):
			return ".nan"
		case math.IsInf(v, 1):
			return ".inf"
		case math.IsInf(v, -1):
			return "-.inf"
		}
	case []any:
		for i := range v {
			v[i] = encodable(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = encodable(v[name])
		}
	}
	return v
}
