package check

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

const libraryFile = "testdata/testinglibrary.json"

// An asked is a fragment with what Testing Library finds in it: for each
// query that finds anything, the numbers of the elements. 0 is what the
// fragment stands in.
type asked struct {
	HTML  string           `json:"html"`
	Found map[string][]int `json:"found"`
}

var libraryKinds = []string{"text", "label", "placeholder", "alt", "title", "value", "testid"}

// libraryFragments are those of testdata/labels.txt and of the table for
// Chromium.
func libraryFragments(t *testing.T) []string {
	t.Helper()
	data, err := os.ReadFile("testdata/labels.txt")
	if err != nil {
		t.Fatal(err)
	}
	list := strings.Split(strings.TrimSpace(string(data)), "\n\n")
	fragments, _ := readFragments(t)
	for _, f := range fragments {
		list = append(list, f.html)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

var word = regexp.MustCompile(`^[\pL\pN]+$`)

// candidates are the texts that are asked for: all that stand in the
// fragment, and a word of each as a regular expression.
func candidates(source string) []string {
	d := NewDocument(source)
	var list []string
	add := func(s string) {
		s = fold(s)
		if s == "" || len(s) > 60 || strings.HasPrefix(s, "/") {
			return
		}
		list = append(list, s)
		if words := strings.Fields(s); word.MatchString(words[len(words)-1]) {
			list = append(list, "/"+strings.ToUpper(words[len(words)-1])+"/i", "/^"+words[len(words)-1]+"$/")
		}
	}
	all := append([]*html.Node{d.root}, d.Elements()...)
	for _, n := range all {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.TextNode {
				add(c.Data)
			}
		}
		add(ownText(n))
		add(rawText(n))
		for _, name := range []string{"aria-label", "alt", "title", "placeholder", "value", "label", "data-testid"} {
			add(attr(n, name))
		}
		if v, ok := d.value(n); ok {
			add(v)
		}
		texts, _ := d.labelTexts(n)
		add(strings.Join(texts, " "))
		for i, t := range texts {
			add(t)
			add(strings.Join(slices.Delete(slices.Clone(texts), i, i+1), " "))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// find asks this package.
func (a asked) find(t *testing.T, kind, text string) []int {
	t.Helper()
	m, err := newMatcher(text)
	if err != nil {
		t.Fatal(err)
	}
	d := NewDocument(a.HTML)
	q := query{kind: kind, match: m, attribute: "data-testid"}
	numbers := []int{}
	for _, n := range q.find(d, d.root) {
		numbers = append(numbers, slices.Index(d.elements, n)+1)
	}
	return numbers
}

// libraryExceptions are the queries that find something else here, with the
// reason.
var libraryExceptions = func() map[string]string {
	m := map[string]string{}
	add := func(html, reason string, queries ...string) {
		for _, q := range queries {
			m[html+" | "+q] = reason
		}
	}
	add(`<select aria-label="x"><button>b</button><option>One</select>`,
		"HTML lets a button stand in a select now; jsdom's parser drops it",
		"text /B/i", "text /^b$/", "text b", "text /ONE/i", "text /^One$/", "text One")
	add(`<input type="range" min="10" max="20" value="50"><input type="range" min="1" max="4">`,
		"HTML keeps the value of a range between its ends and on a step; jsdom doesn't when it parses",
		"value /3/i", "value /^3$/", "value 3",
		"value /50/i", "value /^50$/", "value 50")
	return m
}()

func TestQueriesFindWhatTestingLibraryFinds(t *testing.T) {
	data, err := os.ReadFile(libraryFile)
	if err != nil {
		t.Fatal(err)
	}
	var list []asked
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	unused := map[string]bool{}
	for key := range libraryExceptions {
		unused[key] = true
	}
	asked, found := 0, 0
	for _, a := range list {
		for _, text := range candidates(a.HTML) {
			for _, kind := range libraryKinds {
				asked++
				query := kind + " " + text
				want, got := a.Found[query], a.find(t, kind, text)
				found += len(got)
				if len(want) == 0 && len(got) == 0 || slices.Equal(want, got) {
					continue
				}
				key := a.HTML + " | " + query
				if libraryExceptions[key] == "" {
					t.Errorf("%s: found %v, Testing Library finds %v", key, got, want)
				}
				delete(unused, key)
			}
		}
	}
	for key := range unused {
		t.Errorf("this exception is none any more: %s", key)
	}
	t.Logf("%d fragments, %d queries, %d elements found", len(list), asked, found)
}

// modules returns the directory with Testing Library in its node_modules.
func modules(t *testing.T) string {
	t.Helper()
	for _, dir := range []string{os.Getenv("TESTING_LIBRARY"), "../.."} {
		if dir == "" {
			continue
		}
		dir, err := filepath.Abs(dir)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(dir, "node_modules/@testing-library/dom")); err == nil {
			if _, err := os.Stat(filepath.Join(dir, "node_modules/jsdom")); err == nil {
				return dir
			}
		}
	}
	message := "@testing-library/dom and jsdom aren't installed: run `npm ci`"
	if os.Getenv("CI") != "" {
		t.Fatal(message)
	}
	t.Skip(message)
	return ""
}

func TestTheDataIsWhatTestingLibrarySays(t *testing.T) {
	dir := modules(t)
	type question struct {
		HTML    string     `json:"html"`
		Queries [][]string `json:"queries"`
	}
	var questions []question
	var names [][]string
	for _, f := range libraryFragments(t) {
		q, list := question{HTML: f, Queries: [][]string{}}, []string{}
		for _, text := range candidates(f) {
			for _, kind := range libraryKinds {
				ask := []string{kind, text}
				if pattern, flags, ok := cutPattern(text); ok {
					ask = []string{kind, pattern, flags}
				}
				q.Queries = append(q.Queries, ask)
				list = append(list, kind+" "+text)
			}
		}
		questions, names = append(questions, q), append(names, list)
	}
	input, err := json.Marshal(questions)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "node", "testdata/testinglibrary.mjs", dir)
	var stderr bytes.Buffer
	command.Stdin, command.Stderr = bytes.NewReader(input), &stderr
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	var answers [][][]any
	if err := json.Unmarshal(output, &answers); err != nil {
		t.Fatal(err)
	}
	var list []asked
	for i, q := range questions {
		a := asked{q.HTML, map[string][]int{}}
		for k, answer := range answers[i] {
			for _, x := range answer {
				number, ok := x.(float64)
				if !ok {
					t.Fatalf("%s: %s: %v", q.HTML, names[i][k], answer)
				}
				a.Found[names[i][k]] = append(a.Found[names[i][k]], int(number))
			}
		}
		list = append(list, a)
	}
	var b bytes.Buffer
	b.WriteString("[")
	for i, a := range list {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString("\n")
		encoder := json.NewEncoder(&b)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(a); err != nil {
			t.Fatal(err)
		}
		b.Truncate(b.Len() - 1)
	}
	b.WriteString("\n]\n")
	if *update {
		if err := os.WriteFile(libraryFile, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	data, err := os.ReadFile(libraryFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(data, b.Bytes()) {
		t.Errorf("%s is not what Testing Library says; update it with: go test ./pkg/check -run TestingLibrary -update", libraryFile)
	}
}
