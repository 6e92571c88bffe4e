package rt

import "io"

// Serve is Main over any input and output.
func Serve(t Table, in io.Reader, out io.Writer) error { return serve(t, in, out) }

// MaxOutput is how much HTML a request may make.
const MaxOutput = maxOutput

// Find and Nearest are how names are told.
func Find(s string, goNames ...string) int {
	var names []name
	for _, n := range goNames {
		names = append(names, name{goName: n})
	}
	i, _ := find(s, names)
	return i
}

func Nearest(s string, candidates ...string) string { return nearest(s, candidates) }
