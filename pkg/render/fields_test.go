package render

import (
	"strings"
	"testing"
)

func TestTheFieldsThatATemplateReads(t *testing.T) {
	for source, want := range map[string]string{
		`<b>{{.text}}</b>`: "text",
		`{{if .a}}{{.b | printf "%s" .c}}{{else}}{{.d.deep}}{{end}}`:                "a b c d",
		`{{range .items}}{{.name}} {{$.title}}{{else}}{{.none}}{{end}}`:             "items title none",
		`{{with .user}}{{.name}}{{end}}{{.Children}}`:                               "user",
		`{{$x := .first}}{{$x.second}}{{(index .list 0).x}}`:                        "first list",
		`{{component "a.html" (props "text" .label)}}{{template "x" .data}}`:        "label data",
		`{{define "x"}}{{.inner}}{{end}}{{.outer}}{{unknown .arg}}{{.outer.again}}`: "outer arg",
		`{{.broken`: "",
	} {
		if got := strings.Join(Fields(source), " "); got != want {
			t.Errorf("%s: %q, want %q", source, got, want)
		}
	}
}
