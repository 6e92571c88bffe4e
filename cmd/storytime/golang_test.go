//go:build unix

package main

import (
	"strings"
	"testing"
)

// goCatalog is a module with one component, and its catalog.
var goCatalog = map[string]string{
	"go.mod":               "module example.com/shop\n\ngo 1.22\n",
	"part/part.go":         "package part\n\nimport (\n\t\"html/template\"\n\n\t\"example.com/shop/text\"\n)\n\n// Part shows a text.\nfunc Part(title string) template.HTML { return template.HTML(\"<b>\" + text.Loud(title) + \"</b>\") }\n",
	"text/text.go":         "package text\n\nfunc Loud(s string) string { return s + \"!\" }\n",
	"part/part.stories.md": "## One\n\n```yaml story\nprops: {title: One}\n```\n\n## Two\n\n```go story\nPart(\"Two\")\n```\n",
	"plain.html":           "<p>plain</p>\n",
}

// TestGoComponentsFollowEachSave edits a catalog of Go components while it is
// served, breaks it, and compares all with a clean build.
func TestGoComponentsFollowEachSave(t *testing.T) {
	needGo(t)
	t.Parallel()
	l := serveLive(t, goCatalog, "--build-timeout", "1m")
	e := &editor{live: l}
	var before map[string]string
	shows := func(name, want string) {
		t.Helper()
		l.eventually(name+" has "+want, func() bool {
			_, text := l.fetch(name)
			return strings.Contains(text, want)
		})
		l.settle()
		before = e.compare(before, nil)
	}
	shows("part/part--one.html", "<b>One!</b>")
	shows("part/part--two.html", "<b>Two!</b>")
	for _, edit := range []struct{ file, old, text, page, want string }{
		{"part/part.stories.md", "title: One", "title: Uno", "part/part--one.html", "<b>Uno!</b>"},
		{"part/part.stories.md", "Part(\"Two\")", "Part(\"Due\")", "part/part--two.html", "<b>Due!</b>"},
		{"part/part.go", "<b>", "<i>", "part/part--one.html", "<i>One!"},
		{"text/text.go", "\"!\"", "\"?\"", "part/part--one.html", "<b>One?</b>"},
		{"text/text.go", "s + \"!\"", "missing", "part/part--one.html", "undefined: missing"},
		{"part/part.go", "func Part", "func init() { panic(\"no\") }\n\nfunc Part", "part/part--one.html", "can&#39;t be initialized: panic: no"},
		{"part/part.go", "return", "for {\n\t}\n\treturn", "plain--default.html", "plain"},
	} {
		l.save(edit.file, strings.Replace(goCatalog[edit.file], edit.old, edit.text, 1))
		if edit.page == "plain--default.html" { // it takes a build until its time is over
			l.save("plain.html", "<p>plain still</p>\n")
			l.eventually("the rest is shown", func() bool {
				_, text := l.fetch(edit.page)
				return strings.Contains(text, "plain still")
			})
		} else {
			shows(edit.page, edit.want)
		}
		l.save(edit.file, goCatalog[edit.file])
		shows("part/part--one.html", "<b>One!</b>")
	}
	l.remove("go.mod")
	shows("part/part--one.html", "is in no Go module")
	l.save("go.mod", goCatalog["go.mod"])
	shows("part/part--two.html", "<b>Two!</b>")
}

// TestFunctionsOfAnApplicationFollowEachSave edits what templates call.
func TestFunctionsOfAnApplicationFollowEachSave(t *testing.T) {
	needGo(t)
	t.Parallel()
	files := map[string]string{
		"go.mod":           "module example.com/app\n\ngo 1.22\n",
		"storytime.yaml":   "funcs: ./web.Funcs\n",
		"web/web.go":       "package web\n\nimport \"html/template\"\n\nvar Funcs = template.FuncMap{\"loud\": func(s string) string { return s + \"!\" }}\n",
		"greet.html":       "<p>{{loud .name}}</p>\n",
		"greet.stories.md": "## One\n\n```yaml story\nprops: {name: Ada}\n```\n",
	}
	l := serveLive(t, files, "--build-timeout", "1m")
	e := &editor{live: l}
	for _, edit := range []struct{ file, old, text, want string }{
		{"greet.html", "", "", "<p>Ada!</p>"},
		{"web/web.go", "\"!\"", "\"?\"", "<p>Ada?</p>"},
		{"greet.html", "<p>", "<p class=\"a\">", "<p class=\"a\">Ada!</p>"},
		{"greet.stories.md", "Ada", "Bob", "<p>Bob!</p>"},
		{"web/web.go", "\"loud\"", "\"quiet\"", "function &#34;loud&#34; not defined"},
		{"web/web.go", "return s", "panic(s); return s", "error calling loud: Ada"},
		{"storytime.yaml", "funcs: ./web.Funcs", "title: None", "function &#34;loud&#34; not defined"},
	} {
		l.save(edit.file, strings.Replace(files[edit.file], edit.old, edit.text, 1))
		l.has("greet--one.html", edit.want)
		l.settle()
		e.compare(nil, nil)
		l.save(edit.file, files[edit.file])
		l.has("greet--one.html", "<p>Ada!</p>")
	}
}
