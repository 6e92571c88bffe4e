// Package icon draws small pictures.
package icon

import "html/template"

// A Set is several icons in one style.
type Set struct{ style string }

// Icons are the filled ones.
var Icons = Set{"filled"}

// Check is a tick.
func (s Set) Check(size int) template.HTML {
	return template.HTML(`<svg class="check ` + s.style + `" width="` + itoa(size) + `"></svg>`)
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

// Minus is a line.
var Minus = func() (template.HTML, error) { return `<svg class="minus"></svg>`, nil }

// Named is the icon with this name.
func Named(name string) string { return `<svg class="` + name + `"></svg>` }
