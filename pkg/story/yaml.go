package story

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// A decoder turns the YAML of one part of a source (all of it, its front
// matter, or a block) into values with the places they have in the file.
type decoder struct {
	src *Source
	// line and column are where the part begins, from zero.
	line, column int
	// inside moves places into the file, see decode.
	inside bool
	// expanded counts the values that aliases stand for, so that a few lines
	// of aliases can't fill the memory; aliases is how many the current value
	// is within.
	expanded, aliases int
	tooMuch           bool // and that has been said
}

// The limits of one YAML document.
const (
	maxExpanded = 100_000
	maxDepth    = 200
)

// decode parses text. It returns the zero Value, without a place, for a text
// that has no value or can't be parsed; the latter is a problem.
func (d *decoder) decode(text string) (Value, bool) {
	// YAML 1.1 ends a line at these, an editor doesn't: places after one are
	// off, but shall be in the file.
	d.inside = strings.ContainsAny(text, "\u0085\u2028\u2029")
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		d.report(text, err)
		return Value{}, false
	}
	if len(doc.Content) == 0 {
		return Value{}, true
	}
	d.expanded = 0
	return d.value(doc.Content[0], 0), true
}

// value converts a node.
func (d *decoder) value(n *yaml.Node, depth int) Value {
	v := Value{At: d.place(n)}
	if d.aliases > 0 {
		d.expanded++
	}
	if d.expanded > maxExpanded || depth > maxDepth {
		if !d.tooMuch {
			d.tooMuch = true
			d.src.Report(problem.YAML, v.At, 1, "this nests or expands to more than can be shown",
				"remove aliases that contain each other")
		}
		return v
	}
	switch n.Kind {
	case yaml.AliasNode:
		d.aliases++
		defer func() { d.aliases-- }()
		return d.value(n.Alias, depth+1)
	case yaml.SequenceNode:
		list := make(List, 0, len(n.Content))
		for _, c := range n.Content {
			list = append(list, d.value(c, depth+1))
		}
		v.Data = list
	case yaml.MappingNode:
		v.Data = d.mapping(n, depth)
	case yaml.ScalarNode:
		v.Data = d.scalar(n)
	}
	return v
}

func (d *decoder) mapping(n *yaml.Node, depth int) Map {
	m := make(Map, 0, len(n.Content)/2)
	seen := make(map[string]problem.Place, len(n.Content)/2)
	var merged []Map
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := d.place(key)
		if key.Tag == "!!merge" {
			merged = append(merged, mergedMaps(d.value(value, depth+1))...)
			continue
		}
		if key.Kind == yaml.AliasNode {
			key = key.Alias
		}
		if key.Kind != yaml.ScalarNode {
			d.src.Report(problem.YAML, at, 1, "a key must be text", "write the key as a word, or in quotes")
			continue
		}
		if first, found := seen[key.Value]; found {
			p := d.src.Report(problem.Key, at, utf8.RuneCountInString(key.Value),
				fmt.Sprintf("%q is there twice", key.Value), "remove one of them")
			p.Related = []problem.Place{first}
			continue
		}
		seen[key.Value] = at
		m = append(m, Field{Name: key.Value, At: at, Value: d.value(value, depth+1)})
	}
	for _, other := range merged {
		for _, f := range other {
			if _, found := seen[f.Name]; !found {
				seen[f.Name] = f.At
				m = append(m, f)
			}
		}
	}
	return m
}

// mergedMaps returns the mappings that a merge key brings in.
func mergedMaps(v Value) []Map {
	switch d := v.Data.(type) {
	case Map:
		return []Map{d}
	case List:
		var maps []Map
		for _, item := range d {
			maps = append(maps, mergedMaps(item)...)
		}
		return maps
	}
	return nil
}

// scalar resolves plain text as YAML does. Dates stay text: a template shows
// them as their author wrote them.
func (d *decoder) scalar(n *yaml.Node) any {
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		var b bool
		if n.Decode(&b) == nil {
			return b
		}
	case "!!int":
		var i int
		if n.Decode(&i) == nil {
			return i
		}
		var f float64
		if n.Decode(&f) == nil {
			return f
		}
	case "!!float":
		var f float64
		if n.Decode(&f) == nil {
			return f
		}
	}
	return n.Value
}

func (d *decoder) place(n *yaml.Node) problem.Place {
	at := problem.Place{File: d.src.Name, Line: d.line + n.Line, Column: n.Column}
	// A fenced block inside a list item is indented, all its lines alike.
	at.Column += d.column
	if d.inside {
		return d.src.nearest(at)
	}
	return at
}

// report turns an error of the YAML parser into a problem. The parser knows
// where it gave up; what it says of it is of little use to who wrote the file.
func (d *decoder) report(text string, err error) {
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		d.src.Report(problem.YAML, problem.Place{Line: d.line + 1, Column: d.column + 1}, 1,
			"this isn't YAML: "+strings.TrimPrefix(err.Error(), "yaml: "), "check quotes, colons and indentation")
		return
	}
	mark := load.Mark
	if strings.Contains(load.ContextMsg, "flow") || strings.Contains(load.ContextMsg, "quoted") && strings.Contains(load.Message, "end of") {
		mark = load.ContextMark // where the bracket or the quote is that isn't closed
	}
	line, column := max(1, mark.Line), max(1, mark.Column)
	if mark.Line == 0 {
		line, column = controlCharacter(text)
	}
	// The parser notices a missing end only at the end of its input, often on
	// the line after: the last line that has something is the better place.
	lines := strings.Split(text, "\n")
	line = min(line, len(lines)+1)
	for line > 1 && (line > len(lines) || strings.TrimSpace(lines[line-1]) == "") {
		line--
		column = utf8.RuneCountInString(strings.TrimRight(lines[line-1], " \t\r")) + 1
	}
	message, hint := "this isn't YAML: "+load.Message, "check quotes, colons and indentation"
	for _, known := range yamlAdvice {
		before := []rune(lines[line-1])
		before = before[:min(column-1, len(before))]
		if strings.Contains(load.Message, known.says) && strings.Contains(lines[line-1], known.line) && strings.Contains(string(before), known.before) {
			message, hint = known.message, known.hint
			break
		}
	}
	at := d.src.nearest(problem.Place{File: d.src.Name, Line: d.line + line, Column: d.column + column})
	d.src.Report(problem.YAML, at, 1, message, hint)
}

// yamlAdvice is what to say instead of the parser's own words, where the line
// has the given text, and has it before the place.
var yamlAdvice = []struct{ says, line, before, message, hint string }{
	{"cannot start any token", "\t", "", "YAML doesn't allow a tab here", "indent with spaces"},
	{"cannot start any token", "", "", "text can't begin with this character", "put the text in quotes"},
	{"mapping values are not allowed", "", ": ", "a second colon on this line makes YAML expect a value", "put text that has a colon in quotes"},
	{"mapping values are not allowed", "", "", "this line doesn't fit the one above it", "indent it like its neighbours"},
	{"did not find expected ',' or ']'", "", "", "a list in brackets isn't closed", "add the missing `]` or comma"},
	{"did not find expected ',' or '}'", "", "", "an object in braces isn't closed", "add the missing `}` or comma"},
	{"did not find expected node content", "", "", "a value is missing here", "write the value, or close the bracket"},
	{"unexpected end of stream", "", "", "a quote isn't closed", "add the missing quote"},
	{"unexpected document indicator", "", "", "a quote isn't closed", "add the missing quote"},
	{"did not find expected key", "'", "", "the text in quotes ends before the line does", "double a quote inside single quotes ('it''s'), or use double quotes"},
	{"did not find expected key", `"`, "", "the text in quotes ends before the line does", "put all of the text in quotes"},
	{"did not find expected key", "", "", "this line doesn't fit the ones above it", "indent it like its neighbours"},
	{"did not find expected '-' indicator", "", "", "a list ends where no other key is expected", "indent the list under its key, or begin the line with `- `"},
	{"unknown anchor", "", "", "this alias has no anchor", "define it with `&name` before, or put text that begins with `*` in quotes"},
	{"unknown escape character", "", "", "a backslash in double quotes begins an escape", "double the backslash, or use single quotes"},
	{"control characters are not allowed", "", "", "a control character isn't allowed here", `write it as an escape in double quotes, such as "\t"`},
}

// controlCharacter returns where the first one is, from one.
func controlCharacter(text string) (line, column int) {
	line, column = 1, 1
	for _, r := range text {
		switch {
		case r == '\n':
			line, column = line+1, 1
			continue
		case r < ' ' && r != '\t' && r != '\r', r == 0x7f:
			return line, column
		}
		column++
	}
	return 1, 1
}
