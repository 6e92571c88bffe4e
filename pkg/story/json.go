package story

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// decodeJSON parses a JSON file. encoding/json knows of surrogate pairs and
// of numbers what a YAML parser does not.
func decodeJSON(src *Source) (Value, bool) {
	d := &jsonDecoder{src: src, dec: json.NewDecoder(strings.NewReader(src.Text))}
	d.dec.UseNumber()
	v, err := d.value(0)
	if err == nil {
		if _, more := d.dec.Token(); more == nil {
			err = errors.New("there is more after the end of the value")
		}
	}
	if err == nil {
		return v, true
	}
	d.report(err)
	return Value{}, false
}

// report says what is wrong with JSON. Where a syntax error is, the decoder
// of whole texts knows better than that of tokens.
func (d *jsonDecoder) report(err error) {
	offset := int(d.dec.InputOffset())
	var whole any
	var syntax *json.SyntaxError
	if errors.As(json.Unmarshal([]byte(d.src.Text), &whole), &syntax) {
		offset, err = int(syntax.Offset)-1, syntax
	}
	message, hint := "this isn't JSON: "+strings.TrimPrefix(err.Error(), "json: "), "check quotes, commas and brackets"
	if strings.TrimSpace(d.src.Text) == "" {
		message, hint = "the file is empty", "write the value, such as {}"
	}
	for _, known := range jsonAdvice {
		if strings.Contains(err.Error(), known.says) && strings.TrimSpace(d.src.Text) != "" {
			message, hint = known.message, known.hint
			break
		}
	}
	d.src.Report(problem.YAML, d.src.Place(offset), 1, message, hint)
}

// jsonAdvice is what to say instead of the decoder's own words.
var jsonAdvice = []struct{ says, message, hint string }{
	{"unexpected end of JSON", "a list, an object or a text isn't closed", "add the missing bracket or quote"},
	{"looking for beginning of value", "a value is missing here", "write the value, or remove the comma before it"},
	{"looking for beginning of object key", "a name in double quotes is missing here", "write the name, or remove the comma before it"},
	{"after object key:value pair", "a comma or a closing brace is missing here", "add it"},
	{"after object key", "a colon is missing here", "write a colon between the name and its value"},
	{"after array element", "a comma or a closing bracket is missing here", "add it"},
	{"after top-level value", "there is more after the end of the value", "remove it"},
	{"in literal", "this word isn't a value", "write true, false or null, or put text in double quotes"},
}

type jsonDecoder struct {
	src *Source
	dec *json.Decoder
}

// value reads the next value from the tokens.
func (d *jsonDecoder) value(depth int) (Value, error) {
	if depth > maxDepth {
		return Value{}, fmt.Errorf("it nests deeper than %d levels", maxDepth)
	}
	v := Value{At: d.next()}
	token, err := d.dec.Token()
	if err != nil {
		return v, err
	}
	switch token := token.(type) {
	case json.Delim:
		if token == '[' {
			v.Data, err = d.list(depth)
		} else {
			v.Data, err = d.object(depth)
		}
		if err != nil {
			return v, err
		}
		_, err = d.dec.Token() // the closing bracket
		return v, err
	case json.Number:
		if i, err := strconv.Atoi(token.String()); err == nil {
			v.Data = i
			return v, nil
		}
		v.Data, err = token.Float64()
		return v, err
	default:
		v.Data = token
	}
	return v, nil
}

func (d *jsonDecoder) list(depth int) (List, error) {
	list := List{}
	for d.dec.More() {
		item, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	return list, nil
}

func (d *jsonDecoder) object(depth int) (Map, error) {
	m := Map{}
	seen := map[string]int{}
	for d.dec.More() {
		at := d.next()
		key, err := d.dec.Token()
		if err != nil {
			return nil, err
		}
		value, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		name, _ := key.(string)
		// As in JavaScript, the last of several wins.
		if i, found := seen[name]; found {
			m[i].Value = value
			continue
		}
		seen[name] = len(m)
		m = append(m, Field{Name: name, At: at, Value: value})
	}
	return m, nil
}

// next returns where the next token begins.
func (d *jsonDecoder) next() problem.Place {
	offset := int(d.dec.InputOffset())
	rest := d.src.Text[min(offset, len(d.src.Text)):]
	return d.src.Place(offset + len(rest) - len(strings.TrimLeft(rest, " \t\r\n,:")))
}
