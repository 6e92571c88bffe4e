package check

import (
	"fmt"
	"strings"
	"testing"

	"github.com/storytime-dev/storytime/pkg/story"
)

// value reads YAML as the value of a check.
func value(t testing.TB, source string) story.Value {
	t.Helper()
	v, problems := story.ParseProps("a.stories.md", source)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return v
}

func parsed(t testing.TB, source string) *Check {
	t.Helper()
	c, problems := Parse(value(t, source), Options{})
	if len(problems) > 0 {
		t.Fatalf("%s: %v", source, problems)
	}
	return c
}

func TestAMistakeIsAProblemAtItsPlace(t *testing.T) {
	for _, test := range []struct{ source, want string }{
		{`{}`, `1:1 the check asks for nothing`},
		{`{count: 2}`, `1:1 the check asks for nothing`},
		{`{rol: button}`, `1:2 unknown key "rol" in a check | did you mean "role"?`},
		{`{role: buton}`, `1:8 unknown role "buton" | did you mean "button"?`},
		{`{role: Button}`, `1:8 unknown role "Button" | did you mean "button"?`},
		{`{role: nav}`, `1:8 unknown role "nav" | did you mean "navigation"?`},
		{`{role: widget}`, `1:8 unknown role "widget" | it is abstract`},
		{`{role: text}`, `1:8 unknown role "text" | did you mean the query`},
		{`{role: [button]}`, `1:8 "role" must be text, not a list`},
		{`{role: 4}`, `1:8 "role" must be text`},
		{`{role: link, checked: true}`, `1:14 the role "link" has no state "checked" | roles that have it are checkbox`},
		{`{role: heading, disabled: true}`, `1:17 the role "heading" has no state "disabled"`},
		{`{role: textbox, expanded: true}`, `1:17 the role "textbox" has no state "expanded"`},
		{`{role: checkbox, pressed: true}`, `1:18 the role "checkbox" has no state "pressed"`},
		{`{role: button, selected: true}`, `1:16 the role "button" has no state "selected"`},
		{`{role: button, level: 1}`, `1:16 the role "button" has no "level"`},
		{`{role: heading, level: 0}`, `1:24 "level" must be 1 or more, not 0`},
		{`{role: heading, level: one}`, `1:24 "level" must be a whole number, not "one"`},
		{`{role: checkbox, checked: maybe}`, `1:27 "checked" must be true, false or mixed, not "maybe"`},
		{`{role: checkbox, checked: "true"}`, "1:27 \"checked\" must be true, false or mixed, not \"true\" | write `checked: true`, without quotes"},
		{`{role: radio, checked: mixed}`, `1:24 "checked" must be true or false, not "mixed"`},
		{`{role: button, expanded: mixed}`, `1:26 "expanded" must be true or false`},
		{`{role: link, current: pag}`, `1:23 "current" must be true, false, page, step, location, date or time, not "pag" | did you mean "page"?`},
		{`{role: paragraph, name: x}`, `1:19 the role "paragraph" can't have a name`},
		{`{role: dialog, hidden: yes please}`, `1:24 "hidden" must be true or false`},
		{`{text: x, name: y}`, `1:11 "name" goes with "role", not with "text"`},
		{`{text: x, hidden: true}`, `1:11 "hidden" goes with "role", not with "text" | leave it out`},
		{`{text: x, label: y}`, "1:2 the check has two queries, \"label\" and \"text\" | to ask what the element has, write `has: {text: x}`"},
		{`{label: x, css: y}`, "1:12 the check has two queries, \"label\" and \"css\" | keep \"label\" or \"css\", or make two checks of it; `within: {css: \"y\"}`"},
		{`{role: button, text: Save}`, "1:16 the check has two queries, \"role\" and \"text\" | to ask what the element has, write `has: {text: Save}`"},
		{`{class: a, role: button}`, "1:2 the check has two queries, \"role\" and \"class\" | to ask what the element has, write `has: {class: a}`"},
		{`{text: ""}`, `1:8 "text" is empty`},
		{`{text: [a]}`, `1:8 "text" must be text, not a list`},
		{`{text: null}`, `1:8 "text" must be text, not nothing`},
		{`{text: "/(/"}`, `1:8 the regular expression "/(/" can't be read: missing closing ): `},
		{`{text: "/a(?=b)/"}`, `1:8 the regular expression "/a(?=b)/" can't be read`},
		{`{text: "//"}`, `1:8 the regular expression "//" is empty`},
		{`{text: "/a/g"}`, `1:8 the regular expression "/a/g" has the flags "g"`},
		{`{text: "/` + strings.Repeat("a", 1001) + `/"}`, `1:8 a regular expression may have 1000 characters`},
		{`{text: "/([ab]c.){900}/"}`, `1:8 the regular expression "/([ab]c.){900}/" is too large`},
		{`{class: a b}`, "1:9 \"class\" is one name, not \"a b\" | ask for one class, or write `css: .a.b`"},
		{`{class: .a}`, `1:9 "class" is a name, not the selector ".a"`},
		{`{id: "#a"}`, `1:6 "id" is a name, not the selector "#a"`},
		{`{tag: ""}`, `1:7 "tag" is empty`},
		{`{css: ""}`, `1:7 "css" must be a selector`},
		{`{css: "a:hover"}`, `1:7 the pseudo-class ":hover" isn't supported | no story is in this state`},
		{`{css: "a::before"}`, `1:7 the pseudo-element "::before" is no element`},
		{`{css: ":root > p"}`, `1:7 the pseudo-class ":root" isn't supported | the story is the root`},
		{`{css: "a:contains(x)"}`, `1:7 the pseudo-class ":contains" isn't supported`},
		{`{css: "[a!=b]"}`, `1:7 "[a!=b]" is no selector of CSS`},
		{`{css: "[href=/mugs]"}`, `1:7 "[href=/mugs]" can't be read as part of a selector`},
		{`{css: "a >"}`, `1:7 the selector "a >" ends too early`},
		{`{css: "> a"}`, `1:7 unexpected '>' in the selector`},
		{`{css: "a,,b"}`, `1:7 unexpected ','`},
		{`{css: "svg|a"}`, `1:7 namespaces in selectors aren't supported`},
		{`{css: "li:nth-child(2 of .a)"}`, `1:7 ":nth-child(2 of .a)" isn't supported`},
		{`{css: "li:nth-child"}`, `1:7 ":nth-child" needs something in parentheses`},
		{`{css: "a:not(b"}`, `1:7 the selector "a:not(b" ends too early`},
		{`{css: "` + strings.Repeat(":not(", 30) + `a` + strings.Repeat(")", 30) + `"}`, `1:7 the selector is nested too deep`},
		{`{css: "` + strings.Repeat("a ", 600) + `"}`, `1:7 a selector may have 1000 characters`},
		{`{role: button, count: -1}`, `1:23 "count" must be 0 or more, not -1`},
		{`{role: button, count: 1.5}`, `1:23 "count" must be a whole number, not 1.5`},
		{`{role: button, count: two}`, `1:23 "count" must be a whole number, not "two"`},
		{`{role: button, absent: false}`, `1:24 "absent" must be true, not false`},
		{`{role: button, absent: true, count: 2}`, `1:30 "count" can't stand beside "absent"`},
		{`{role: button, absent: true, nth: 0}`, `1:30 "nth" can't stand beside "absent"`},
		{`{role: button, absent: true, has: {text: x}}`, `1:30 "has" can't stand beside "absent"`},
		{`{role: button, count: 0, has: {text: x}}`, `1:26 "has" can't stand beside "count: 0"`},
		{`{role: button, nth: first}`, `1:21 "nth" must be a whole number, not "first"`},
		{`{role: button, has: x}`, `1:21 "has" must say what the element has, not text`},
		{`{role: button, has: {}}`, `1:21 "has" must say what the element has, not empty`},
		{`{role: button, has: {txt: x}}`, `1:22 unknown key "txt" in "has" | did you mean "text"?`},
		{`{role: button, has: {type: submit}}`, `1:22 unknown key "type" in "has"`},
		{`{role: button, has: {attr: type}}`, `1:28 "attr" must be an object of attributes, not text`},
		{`{role: button, has: {attr: {type: [a]}}}`, `1:35 the attribute "type" must be text, true or false, not a list`},
		{`{role: button, has: {class: []}}`, `1:29 "class" is empty`},
		{`{role: button, within: dialog}`, `1:24 "within" must be a query, not text`},
		{`{role: button, within: {}}`, `1:24 "within" asks for nothing`},
		{`{role: button, within: {role: dialog, count: 2}}`, `1:39 unknown key "count" in "within"`},
		{`{role: button, within: {role: dialogue}}`, `1:31 unknown role "dialogue" | did you mean "dialog"?`},
		{`{golden: false}`, `1:10 "golden" must be true, not false`},
		{`{golden: true, role: button}`, `1:16 "role" can't stand beside "golden"`},
		{"role: button\nnam: x", `2:1 unknown key "nam" in a check | did you mean "name"?`},
		{"role: button\nhas:\n  attr:\n    type: {a: b}", `4:11 the attribute "type" must be text`},
	} {
		c, problems := Parse(value(t, test.source), Options{})
		if c != nil || len(problems) != 1 {
			t.Errorf("%s: got %v and %d problems: %v", test.source, c, len(problems), problems)
			continue
		}
		p := problems[0]
		if p.Hint == "" || p.Kind == "" || p.Length == 0 || p.File != "a.stories.md" {
			t.Errorf("%s: hint %q, kind %q, length %d, file %q", test.source, p.Hint, p.Kind, p.Length, p.File)
		}
		want, hint, _ := strings.Cut(test.want, " | ")
		if got := fmt.Sprintf("%d:%d %s", p.Line, p.Column, p.Message); !strings.HasPrefix(got, want) || !strings.HasPrefix(p.Hint, hint) {
			t.Errorf("%s:\ngot  %s | %s\nwant %s", test.source, got, p.Hint, test.want)
		}
	}
}

func TestEveryMistakeOfACheckIsReported(t *testing.T) {
	_, problems := Parse(value(t, `{role: buton, coumt: 2, nth: x, has: {attr: {a: []}}}`), Options{})
	if len(problems) != 4 {
		t.Errorf("got %d problems: %v", len(problems), problems)
	}
}

func TestACheckIsShownAsItWasWritten(t *testing.T) {
	for _, source := range []string{
		`role: button, name: Save`, `css: "a > b"`, `golden: true`, `role: link, count: 2, within: {role: dialog}`,
	} {
		if got := parsed(t, "{"+source+"}").String(); got != source {
			t.Errorf("got %s, want %s", got, source)
		}
	}
	if !parsed(t, `{golden: true}`).Golden() || parsed(t, `{text: x}`).Golden() {
		t.Error("Golden is wrong")
	}
}

func TestAnotherAttributeMayBeTheTestID(t *testing.T) {
	c, problems := Parse(value(t, `{testid: total}`), Options{TestID: "data-cy"})
	if c == nil {
		t.Fatal(problems)
	}
	if p := c.Run(NewDocument(`<p data-cy="total"></p><p data-testid="total"></p>`)); p != nil {
		t.Error(p)
	}
}
