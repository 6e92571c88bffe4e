package rt

import "reflect"

// unwritable is what describe says of a type that has no form in Markdown.
const unwritable = "a Go value"

// describe says what a type needs, in the words of who writes a story.
func (c *call) describe(t reflect.Type) string {
	if e := c.enums[t]; e != nil && t != durationType && len(e.Names) > 0 {
		return "one of " + enumerate(e.shortNames())
	}
	switch k := t.Kind(); {
	case isSlot(t), isRenderFunc(t):
		return "text, {html: …}, {component: …} or a list of these"
	case isSlots(t):
		return "text, {html: …}, {component: …} or a list of these"
	case t == timeType:
		return "a date or time such as 2026-11-21 or 2026-11-21T15:04:05Z"
	case t == durationType:
		return "a duration such as 1h30m"
	case t == urlType:
		return "a URL"
	case isAttributes(t), isOrderedAttributes(t):
		return "an object"
	case k == reflect.Pointer:
		return c.describe(t.Elem())
	case reflect.PointerTo(t).Implements(textType):
		return "text"
	case k == reflect.Bool:
		return "true or false"
	case k == reflect.String, isBytes(t):
		return "text"
	case isFloat(k):
		return "a number"
	case isNumber(k):
		return "a whole number"
	case k == reflect.Slice, k == reflect.Array:
		return "a list"
	case k == reflect.Map, k == reflect.Struct:
		return "an object"
	case k == reflect.Interface && t.NumMethod() == 0:
		return "any value"
	}
	return unwritable
}

// typeName is a type as it is written in Go, with its package.
func typeName(t reflect.Type) string { return t.String() }
