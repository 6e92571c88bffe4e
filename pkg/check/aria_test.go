package check

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

var nodeForm = regexp.MustCompile(`^(\d+) (\S+) (\S+)(?: ("(?:[^"\\]|\\.)*"))?(?: description=("(?:[^"\\]|\\.)*"))?(.*)$`)

// An exposed is an element as Chromium exposes it.
type exposed struct {
	number                       int
	tag, role, name, description string
	states                       map[string]string
}

func parseExposed(t *testing.T, line string) exposed {
	t.Helper()
	m := nodeForm.FindStringSubmatch(line)
	if m == nil {
		t.Fatalf("%s: can't read %q", chromiumFile, line)
	}
	x := exposed{tag: m[2], role: m[3], states: map[string]string{}}
	x.number, _ = strconv.Atoi(m[1])
	x.name, _ = strconv.Unquote(m[4])
	x.description, _ = strconv.Unquote(m[5])
	if m[4] == "" {
		x.name = ""
	}
	x.name, x.description = fold(x.name), fold(x.description)
	for _, s := range strings.Fields(m[6]) {
		name, value, _ := strings.Cut(s, "=")
		x.states[name] = value
	}
	return x
}

// exceptions are the elements that Chromium describes otherwise on purpose or
// by mistake, by what it says of which fragment, with the reason. Each of
// them is checked to still differ.
func readExceptions(t *testing.T) map[string]string {
	t.Helper()
	data, err := os.ReadFile("testdata/chromium-exceptions.txt")
	if err != nil {
		t.Fatal(err)
	}
	exceptions := map[string]string{}
	reason := ""
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "# "):
			reason = line[2:]
		case line != "":
			if exceptions[line] != "" {
				t.Errorf("twice: %s", line)
			}
			exceptions[line] = reason
		}
	}
	return exceptions
}

func TestRolesNamesAndStatesAreThoseOfChromium(t *testing.T) {
	fragments, _ := readFragments(t)
	exceptions := readExceptions(t)
	elements := 0
	for _, f := range fragments {
		d := NewDocument(f.html)
		byNumber := map[int]exposed{}
		for _, line := range f.nodes {
			x := parseExposed(t, line)
			byNumber[x.number] = x
		}
		for i, n := range d.Elements() {
			x, isExposed := byNumber[i+1]
			if isExposed && !strings.EqualFold(x.tag, n.Data) {
				t.Fatalf("%s: element %d is %s here and %s there", f.html, i+1, n.Data, x.tag)
			}
			elements++
			for _, difference := range compare(d, n, x, isExposed) {
				line := fmt.Sprintf("%s | %d %s | %s", strings.ReplaceAll(f.html, "\n", "↵"), i+1, n.Data, difference)
				if exceptions[line] == "" {
					t.Errorf("%s", line)
				}
				delete(exceptions, line)
			}
		}
	}
	for line, reason := range exceptions {
		t.Errorf("this exception (%s) is none any more: %s", reason, line)
	}
	t.Logf("%d fragments, %d elements", len(fragments), elements)
}

// compare returns in what Chromium and this package differ.
func compare(d *Document, n *html.Node, x exposed, isExposed bool) []string {
	role, name := d.Role(n), d.Name(n)
	// Chromium takes small tables without headings for a means of layout, and
	// leaves out tbody where there is no thead. What HTML-AAM gives to them is
	// what an author means by a table.
	if strings.HasPrefix(x.role, "LayoutTable") || role == "rowgroup" && !isExposed {
		return nil
	}
	// ARIA names a row by its cells; Chromium does so in a grid only.
	if role == "row" && x.name == "" {
		name = ""
	}
	nothing := role == "" || role == "generic" || role == "none"
	if !isExposed {
		if nothing || d.Hidden(n) || underPresentational(d, n) {
			return nil
		}
		return []string{fmt.Sprintf("ours %s %q, Chromium's ignored", role, name)}
	}
	theirs, renamed := ariaRoles[x.role]
	if !renamed && strings.HasPrefix(x.role, "MathML") {
		theirs = ""
	} else if !renamed {
		theirs = x.role
	}
	their := theirs == "" || theirs == "generic" || theirs == "none"
	if d.Hidden(n) && !their {
		return []string{fmt.Sprintf("ours hidden, Chromium's %s %q", x.role, x.name)}
	}
	var differences []string
	if role != theirs && !(nothing && their) {
		differences = append(differences, fmt.Sprintf("ours %s, Chromium's %s", role, x.role))
	}
	if nothing && their || theirs == "paragraph" {
		return differences
	}
	if name != x.name {
		differences = append(differences, fmt.Sprintf("ours %q, Chromium's %q", name, x.name))
	}
	if description := d.Description(n); description != x.description {
		differences = append(differences, fmt.Sprintf("ours description %q, Chromium's %q", description, x.description))
	}
	for _, s := range []string{"checked", "selected", "expanded", "pressed", "disabled", "busy"} {
		ours, value := d.State(n, s), x.states[s]
		if ours == "false" && value == "" {
			ours = ""
		}
		if ours != value {
			differences = append(differences, fmt.Sprintf("ours %s=%s, Chromium's %s", s, ours, value))
		}
	}
	if theirs == "heading" && strconv.Itoa(level(n)) != x.states["level"] {
		differences = append(differences, fmt.Sprintf("ours level %d, Chromium's %s", level(n), x.states["level"]))
	}
	return differences
}

// underPresentational reports whether an element stands in one whose children
// are presentational. Chromium leaves those out; here they are exposed, as
// they are by Testing Library, because a story's author asks for them.
func underPresentational(d *Document, n *html.Node) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		switch d.Role(p) {
		case "button", "checkbox", "img", "math", "menuitemcheckbox", "menuitemradio", "meter", "option", "progressbar", "radio",
			"scrollbar", "separator", "slider", "switch", "tab":
			return true
		}
	}
	return false
}
