package ui

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
)

// One folder holds what belongs to one part of the workshop: its markup, its
// style and its script.
//
//go:embed */*.html */*.css */*.js */*.svg
var embedded embed.FS

// styles are the parts of workshop.css, in this order. The order of the
// cascade layers is set in base.css, so it matters only for reading.
var styles = []string{
	"shell/base.css",
	"shell/shell.css",
	"tree/tree.css",
	"search/search.css",
	"toolbar/toolbar.css",
	"stage/stage.css",
	"panels/panels.css",
	"props/props.css",
	"checks/checks.css",
	"accessibility/accessibility.css",
	"card/card.css",
	"subject/subject.css",
	"problem/problem.css",
	"prose/prose.css",
	"code/code.css",
}

// scripts are the parts of workshop.js. shell.js comes first, for it makes
// what the others share.
var scripts = []string{
	"shell/shell.js",
	"shell/sidebar.js",
	"tree/tree.js",
	"tree/filter.js",
	"search/search.js",
	"code/code.js",
	"stage/frames.js",
	"toolbar/toolbar.js",
	"panels/panels.js",
	"subject/subject.js",
}

// later are scripts that are loaded when somebody asks for what is in them,
// by their names below Dir.
var later = map[string]string{
	"embed.js":    "embed/embed.js",
	"find.js":     "search/find.js",
	"help.js":     "help/help.js",
	"tools.js":    "frame/tools.js",
	"variants.js": "variants/variants.js",
}

// laterScript is one of these, in the language of w.
func laterScript(name string, w words) string {
	return "\"use strict\";(()=>{\n" + w.script(leanScript(asset(later[name]))) + "})();\n"
}

// asset returns an embedded file. That it is there is known when the program
// is compiled.
func asset(name string) string {
	data, err := embedded.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return string(data)
}

// stylesheet is workshop.css, in a catalog's colour.
func stylesheet(accent string) string {
	var b strings.Builder
	for _, name := range styles {
		b.WriteString(leanStyle(asset(name)))
	}
	if accent != "" {
		b.WriteString("@layer base{:root{--accent:" + accent + "}}")
	}
	return b.String()
}

// script is workshop.js: each part in a function of its own, so that nothing
// but the object "storytime" is shared.
func script(w words) string {
	var b strings.Builder
	b.WriteString("\"use strict\";\n")
	for _, name := range scripts {
		b.WriteString("(()=>{\n")
		b.WriteString(w.script(leanScript(asset(name))))
		b.WriteString("})();\n")
	}
	return b.String()
}

// version changes whenever one of the files that carry it changes. It leaves
// out nav.js and search.js on purpose: a page must not change because another
// story came or went.
func version(accent string, w words) string {
	sum := sha256.New()
	for _, part := range []string{stylesheet(accent), script(w), leanScript(asset("shell/theme.js"))} {
		sum.Write([]byte(part))
	}
	for _, name := range slices.Sorted(maps.Keys(later)) {
		sum.Write([]byte(laterScript(name, w)))
	}
	return hex.EncodeToString(sum.Sum(nil))[:10]
}
