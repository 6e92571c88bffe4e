package rt

import (
	"encoding"
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"reflect"
	"strconv"
	"time"
)

// number decodes a number and checks its range.
func (c *call) number(v any, made reflect.Value, p path) bool {
	number, ok := v.(json.Number)
	t := made.Type()
	if !ok {
		c.mismatch(v, t, p)
		return false
	}
	if isFloat(t.Kind()) {
		f, err := number.Float64()
		if err != nil || made.OverflowFloat(f) {
			c.wrong(p, fmt.Sprintf("%s can't be %s: it is too large", p.label(), shown(v)), "give it a smaller number")
			return false
		}
		made.SetFloat(f)
		return true
	}
	i, isInt := wholeNumber(number)
	u, isUint := wholeUnsigned(number)
	if f, err := number.Float64(); err == nil && f != math.Trunc(f) {
		c.wrong(p, fmt.Sprintf("%s must be a whole number, not %s", p.label(), shown(v)), "give it a whole number")
		return false
	}
	if made.CanInt() && isInt && !made.OverflowInt(i) {
		made.SetInt(i)
		return true
	}
	if made.CanUint() && isUint && !made.OverflowUint(u) {
		made.SetUint(u)
		return true
	}
	c.wrong(p, fmt.Sprintf("%s can't be %s", p.label(), shown(v)), "give it a whole number "+rangeOf(t))
	return false
}

// rangeOf says which numbers a type holds.
func rangeOf(t reflect.Type) string {
	bits := uint(t.Bits())
	if reflect.Zero(t).CanUint() {
		return fmt.Sprintf("from 0 to %d", uint64(math.MaxUint64)>>(64-bits))
	}
	return fmt.Sprintf("from %d to %d", int64(math.MinInt64)>>(64-bits), int64(math.MaxInt64)>>(64-bits))
}

// exact is the largest number below which all whole numbers are floats.
const exact = 1 << 53

// wholeNumber reads a whole number, also one written as 1e3 or 7.0.
func wholeNumber(n json.Number) (int64, bool) {
	if i, err := strconv.ParseInt(n.String(), 10, 64); err == nil {
		return i, true
	}
	f, err := n.Float64()
	if err != nil || f != math.Trunc(f) || math.Abs(f) >= exact {
		return 0, false
	}
	return int64(f), true
}

func wholeUnsigned(n json.Number) (uint64, bool) {
	if u, err := strconv.ParseUint(n.String(), 10, 64); err == nil {
		return u, true
	}
	i, ok := wholeNumber(n)
	return uint64(i), ok && i >= 0
}

// isNumberText reports whether a map's key is written as a whole number.
func isNumberText(s string) bool {
	_, err := strconv.ParseInt(s, 10, 64)
	_, unsigned := strconv.ParseUint(s, 10, 64)
	return err == nil || unsigned == nil
}

// plainNumber is a number for an interface: an int where it fits.
func plainNumber(n json.Number) any {
	if i, err := strconv.ParseInt(n.String(), 10, 64); err == nil {
		if int64(int(i)) == i {
			return int(i)
		}
		return i
	}
	if u, err := strconv.ParseUint(n.String(), 10, 64); err == nil {
		return u
	}
	f, _ := n.Float64() // what is too large is infinite
	return f
}

// timeLayouts are the ways to write a time.
func timeLayouts() []string {
	return []string{
		time.RFC3339, "2006-01-02", "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04",
		"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 Z07:00", "2006-01-02 15:04:05 -0700", "15:04:05", "15:04",
	}
}

func (c *call) time(v any, made reflect.Value, p path) bool {
	text, ok := v.(string)
	if !ok {
		c.mismatch(v, timeType, p)
		return false
	}
	for _, layout := range timeLayouts() {
		if at, err := time.Parse(layout, text); err == nil {
			made.Set(reflect.ValueOf(at))
			return true
		}
	}
	c.unreadable(v, timeType, p)
	return false
}

func (c *call) duration(v any, made reflect.Value, p path) bool {
	text, ok := v.(string)
	if !ok {
		c.mismatch(v, durationType, p)
		return false
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		c.unreadable(v, durationType, p)
		return false
	}
	made.SetInt(int64(d))
	return true
}

func (c *call) url(v any, made reflect.Value, p path) bool {
	text, ok := v.(string)
	if !ok {
		c.mismatch(v, urlType, p)
		return false
	}
	u, err := url.Parse(text)
	if err != nil {
		c.unreadable(v, urlType, p)
		return false
	}
	made.Set(reflect.ValueOf(*u))
	return true
}

// unreadable reports a text that is not of the form that a type needs.
func (c *call) unreadable(v any, t reflect.Type, p path) {
	needed := c.describe(t)
	c.wrong(p, fmt.Sprintf("%s must be %s, not %s", p.label(), needed, shown(v)), "give it "+needed)
}

// unmarshal lets a type decode itself, if it can. Text goes to UnmarshalText
// first: a type with both methods may want the quotes of JSON in the other.
func (c *call) unmarshal(v any, made reflect.Value, p path) (done, ok bool) {
	t := made.Type()
	byText, hasText := made.Addr().Interface().(encoding.TextUnmarshaler)
	byJSON, hasJSON := made.Addr().Interface().(json.Unmarshaler)
	text, isText := v.(string)
	decode := func() error { return byText.UnmarshalText([]byte(text)) }
	switch {
	case hasText && isText:
	case hasJSON:
		plain, ok := c.unwrap(v, p)
		if !ok {
			return true, false
		}
		data, err := json.Marshal(plain)
		decode = func() error {
			if err != nil {
				return err
			}
			return byJSON.UnmarshalJSON(data)
		}
	case hasText && t.Kind() != reflect.Slice && t.Kind() != reflect.Map:
		c.mismatch(v, t, p)
		return true, false
	default:
		return false, false
	}
	before := c.where
	c.where = p // it stays so if the user's method panics
	err := decode()
	c.where = before
	if err != nil {
		c.wrong(p, fmt.Sprintf("%s can't be %s: %s", p.label(), shown(v), firstLine(err.Error())),
			"give it what "+typeName(t)+" reads")
	}
	return true, err == nil
}

// unwrap turns a value into plain JSON: objects lose their $object, and there
// are no others.
func (c *call) unwrap(v any, p path) (any, bool) {
	switch v := v.(type) {
	case []any:
		list, good := make([]any, len(v)), true
		for i, item := range v {
			var ok bool
			list[i], ok = c.unwrap(item, p.at(i))
			good = good && ok
		}
		return list, good
	case map[string]any:
		m, inner, ok := object(v, p)
		if !ok {
			c.wrong(p, fmt.Sprintf("%s can't be %s within a value that reads JSON", p.label(), kindOf(v)),
				"give the whole as a Go value: {$go: Name}")
			return nil, false
		}
		made, good := make(map[string]any, len(m)), true
		for _, key := range sorted(m) {
			value, ok := c.unwrap(m[key], inner.at(key))
			made[key] = value
			good = good && ok
		}
		return made, good
	}
	return v, true
}
