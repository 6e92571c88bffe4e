package ui

import (
	"bytes"
	"html/template"
	"io"
	"strings"
	"sync"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// liveScripts are the parts of the script for live reload. begin.js is not a
// function of its own but the head of all; live.js comes last, for it starts
// what the others do.
var liveScripts = []string{
	"live/morph.js",
	"live/frames.js",
	"live/page.js",
	"live/panel.js",
	"live/controls.js",
	"live/live.js",
}

// LiveScript is what the development server adds to workshop.js and to
// frame.js, so that a page follows the catalog as it changes. It is no part
// of a built site. live/live.js says how it talks with the server.
func LiveScript() []byte { return liveScript() }

var liveScript = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	b.WriteString("(()=>{\n")
	b.WriteString(leanScript(asset("live/begin.js")))
	for _, style := range []string{"panel", "controls"} {
		name := map[string]string{"panel": "live/live.css", "controls": "live/controls.css"}[style]
		b.WriteString("live.styles." + style + "=")
		writeJS(&b, leanStyle(asset(name)))
		b.WriteString(";\n")
	}
	for _, name := range liveScripts {
		b.WriteString("(()=>{\n")
		b.WriteString(leanScript(asset(name)))
		b.WriteString("})();\n")
	}
	b.WriteString("})();\n")
	return b.Bytes()
})

// liveTemplates are those of live reload. They know no site.
var liveTemplates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("live").Funcs(template.FuncMap{
		"excerpt": excerpt,
	}).ParseFS(embedded, "live/*.html"))
})

// Waiting writes the page that a server answers with, at any address, until
// a build has succeeded. It comes back as what was asked for by itself.
func Waiting(w io.Writer, lang string) error {
	return liveTemplates().ExecuteTemplate(w, "waiting", struct {
		Lang string
		Dir  template.HTMLAttr
	}{language(lang), direction(lang)})
}

// mostProblems is how many the panel shows: one mends them from the top.
const mostProblems = 50

// A linkedPlace is a place that may be a link.
type linkedPlace struct {
	Place string
	Href  template.URL
}

// A linkedProblem is a problem whose places may be links.
type linkedProblem struct {
	*problem.Problem
	Linked linkedPlace
	See    []linkedPlace
}

// ProblemPanel is the content of the panel of problems, as HTML. link returns
// the address that opens a place in the reader's editor, or "" for none.
func ProblemPanel(problems []*problem.Problem, link func(problem.Place) string) string {
	linked := func(p problem.Place) linkedPlace {
		// Such an address has a scheme that html/template does not know, so it
		// has to be vouched for: it is the caller's, who gets it from the
		// configuration, and puts the file into it escaped. What could run in
		// the page is no editor's, whoever says so.
		href := ""
		if link != nil {
			href = link(p)
		}
		if runs(href) {
			href = ""
		}
		return linkedPlace{p.String(), template.URL(href)}
	}
	shown := problems[:min(len(problems), mostProblems)]
	list := make([]linkedProblem, 0, len(shown))
	for _, p := range shown {
		one := linkedProblem{Problem: p, Linked: linked(p.Place())}
		for _, related := range p.Related {
			one.See = append(one.See, linked(related))
		}
		list = append(list, one)
	}
	var b strings.Builder
	err := liveTemplates().ExecuteTemplate(&b, "live-problems", struct {
		Problems []linkedProblem
		More     int
	}{list, len(problems) - len(shown)})
	if err != nil {
		panic(err) // strings.Builder does not fail, and the template is ours
	}
	return b.String()
}

// runs reports whether following an address runs what is in it. Browsers
// overlook control characters and space in a scheme.
func runs(href string) bool {
	scheme, _, found := strings.Cut(href, ":")
	scheme = strings.ToLower(strings.Map(func(r rune) rune {
		if r <= ' ' {
			return -1
		}
		return r
	}, scheme))
	return found && (scheme == "javascript" || scheme == "data" || scheme == "vbscript")
}
