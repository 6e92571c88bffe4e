package ui

import (
	"bytes"
	"strings"
)

// frameScript is frame.js, the one script that the workshop adds to a story's
// own document. The site's themes and backgrounds are written into it, so
// that neither an address nor a message can bring in others.
func frameScript(site *Site) []byte {
	backgrounds := map[string]string{}
	for _, b := range site.Backgrounds {
		backgrounds[b.Name] = b.Color
	}
	var t, b bytes.Buffer
	writeJS(&t, site.ThemeAttributes())
	writeJS(&b, backgrounds)
	return []byte(strings.NewReplacer(
		"{/*themes*/}", t.String(),
		"{/*backgrounds*/}", b.String(),
	).Replace(leanScript(asset("frame/frame.js"))))
}
