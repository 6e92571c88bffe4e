package ui

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

func TestLeanScript(t *testing.T) {
	for in, want := range map[string]string{
		"a = b; // why\n":                    "a=b;",
		"  // only a comment\n\n  f(a, b);":  "f(a,b);",
		"if (a === 1) {\n  b(\"x, y = z\");": "if(a===1){b(\"x, y = z\");",
		"x = `a ${b} // c`;":                 "x=`a ${b} // c`;",
		`x = "a \" b , c" + 'it"s , so';`:    `x="a \" b , c"+'it"s , so';`,
		"if (a) b();\nelse c();":             "if(a)b();else c();",
		"const f = (a) => {\n  g();\n}\nh()": "let f=(a)=>{g();}\nh()\n",
	} {
		if got := leanScript(in); got != want {
			t.Errorf("leanScript(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestLeanStyle(t *testing.T) {
	in := "/* why */\n@layer a, b;\na {\n  color: red; /* not\n  blue */\n  b, i > u { top: 0; margin: 0.5px -0.5px; }\n}\n@media (x) { a { y: 0.1s; } }\n"
	if got, want := leanStyle(in), "@layer a,b;a{color:red;b,i>u{top:0;margin:.5px -0.5px}}@media (x){a{y:.1s}}"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Our own scripts have to keep the rules that lean.go relies on.
func TestScriptsKeepTheRulesOfLean(t *testing.T) {
	regex := regexp.MustCompile(`[(,=:!&|?] ?/([^/*\s](?:[^/\\]|\\.)*)/[a-z]*[.,;) ]`)
	names, err := fs.Glob(embedded, "*/*.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		for number, line := range strings.Split(asset(name), "\n") {
			line = strings.TrimSpace(line)
			if strings.HasPrefix(line, "//") {
				continue
			}
			if strings.Contains(line, "/*") && !strings.HasPrefix(name, "frame/") {
				t.Errorf("%s:%d: a comment within a line: use //", name, number+1)
			}
			if before, _, ok := strings.Cut(line, " // "); ok {
				line = before
			}
			for _, mark := range []string{`"`, "`"} {
				if strings.Count(strings.ReplaceAll(line, `\`+mark, ""), mark)%2 != 0 {
					t.Errorf("%s:%d: a string goes on in the next line", name, number+1)
				}
			}
			for _, found := range regex.FindAllStringSubmatch(line, -1) {
				if strings.ContainsAny(found[1], "\"'` ") {
					t.Errorf("%s:%d: /%s/ has a quote or a space in it", name, number+1, found[1])
				}
			}
		}
	}
}
