// Package theme holds what all components share.
package theme

// A Size is how large a component is.
type Size string

// The sizes.
const (
	Small  Size = "sm"
	Medium Size = "md"
	Large  Size = "lg"
)

// Common are the properties of every component.
type Common struct {
	// ID is the element's id.
	ID string `json:"id,omitempty"`
	// Size is how large it is.
	Size  Size
	Class string // Class is added to the component's own.
}

// A Tone is a colour with a name.
type Tone struct{ name string }

// The tones.
var (
	Calm  = Tone{"calm"}
	Alarm = Tone{"alarm"}
)

// String returns the name of the tone.
func (t Tone) String() string { return t.name }
