package build

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/storytime-dev/storytime/internal/ui"
	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// storybookIndex is what Storybook's clients read first: which stories and
// pages there are. Its form is Storybook's, version 5; what else iframe.html
// has to know of a story is in ui.StorybookData.
const storybookIndex = "index.json"

// storybookFiles are those in the root of the site.
var storybookFiles = map[string]bool{storybookIndex: true, ui.StorybookPage: true}

// A bookStory is what iframe.html knows of a story beside its place in the
// index.
type bookStory struct {
	File     string          `json:"file,omitempty"` // the story alone
	Address  string          `json:"address"`
	Args     json.RawMessage `json:"args,omitempty"`
	ArgTypes int             `json:"argTypes"` // its place in the list of them
	Skip     *string         `json:"skip,omitempty"`
	// Why it can't be shown, and which promises it doesn't keep.
	Problems string `json:"problems,omitempty"`
	Failed   string `json:"failed,omitempty"`
	// Those that a matrix has rendered.
	Variants []bookVariant `json:"variants,omitempty"`

	argTypes string
}

// A bookVariant is another document of a story: Props are what it has in the
// place of the story's, Suffix is what its address has before ".html".
type bookVariant struct {
	Props  json.RawMessage `json:"props"`
	Suffix string          `json:"suffix"`
}

// An argType documents a prop in Storybook's words.
type argType struct {
	Name        string     `json:"name"`
	Description string     `json:"description,omitempty"`
	Type        argKind    `json:"type"`
	Options     []any      `json:"options,omitempty"`
	Control     argControl `json:"control"`
	Table       argTable   `json:"table"`
}

type argKind struct {
	Name     string `json:"name"`
	Value    any    `json:"value,omitempty"`
	Required bool   `json:"required,omitempty"`
}

type argControl struct {
	Type string `json:"type"`
}

type argTable struct {
	Type    argSummary  `json:"type"`
	Default *argSummary `json:"defaultValue,omitempty"`
}

type argSummary struct {
	Summary string `json:"summary"`
}

// argNames are the names of our types there, and the controls for them. A
// control for dates would give a number.
var argNames = map[story.PropType][2]string{
	story.TypeText: {"string", "text"}, story.TypeDate: {"string", "text"}, story.TypeColor: {"string", "color"},
	story.TypeNumber: {"number", "number"}, story.TypeInteger: {"number", "number"}, story.TypeBoolean: {"boolean", "boolean"},
	story.TypeEnum: {"enum", "select"}, story.TypeList: {"other", "object"}, story.TypeObject: {"other", "object"},
}

// keepForStorybook remembers what iframe.html has to know of a story that has
// been rendered.
func (s *site) keepForStorybook(v *view, declared story.Props) error {
	st := v.story
	b := &bookStory{Address: st.Path()}
	if st.Skip {
		reason := "This story is skipped."
		if st.SkipReason != "" {
			reason = "This story is skipped: " + st.SkipReason
		}
		b.Skip = &reason
	} else {
		b.File = pathURL(st.Alone())
	}
	b.Problems = bookText(v.problems)
	var broken problem.List
	for _, c := range v.checks {
		broken = append(broken, c.Problems...)
	}
	b.Failed = bookText(broken)
	var args, types members
	for _, p := range trialProps(st, declared) {
		if p.Given {
			args.add(p.Name, p.Value)
		}
		types.add(p.Name, newArgType(p))
	}
	err := errors.Join(args.err, types.err)
	for _, variant := range v.shownVariants() {
		var props members
		for _, f := range variant.Props {
			props.add(f.Name, encodable(f.Value.Plain()))
		}
		err = errors.Join(err, props.err)
		b.Variants = append(b.Variants, bookVariant{json.RawMessage(props.object("")), pathURL(variant.Suffix)})
	}
	if err != nil {
		return fmt.Errorf("writing the props of %s: %w", st.Path(), err)
	}
	b.Args, b.argTypes = json.RawMessage(args.object("")), types.object("")
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.book[st] = b
	return nil
}

func newArgType(p TrialProp) argType {
	name, known := argNames[story.PropType(p.Type)]
	if !known {
		name = [2]string{"other", "object"}
	}
	t := argType{
		Name: p.Name, Description: p.Doc, Options: p.Options,
		Type: argKind{Name: name[0], Required: p.Required}, Control: argControl{name[1]},
		Table: argTable{Type: argSummary{p.Type}},
	}
	switch name[0] {
	case "enum":
		t.Type.Value = p.Options
	case "other":
		t.Type.Value = p.Type
	}
	if p.Default != nil {
		if text, err := json.Marshal(p.Default); err == nil {
			t.Table.Default = &argSummary{strings.Trim(string(text), `"`)}
		}
	}
	return t
}

// bookText is what a terminal would say of problems.
func bookText(problems problem.List) string {
	var b strings.Builder
	printer := problem.Printer{W: &b}
	for _, p := range problems {
		_ = printer.Print(p) // a strings.Builder takes everything
	}
	return strings.TrimSpace(b.String())
}

// The members of a JSON object, in their order.
type members struct {
	list []string
	err  error
}

func (m *members) add(name string, value any) {
	key, err := json.Marshal(name)
	text, wrong := json.Marshal(value)
	if err = errors.Join(err, wrong); err != nil {
		m.err = errors.Join(m.err, fmt.Errorf("%s: %w", name, err))
		return
	}
	m.list = append(m.list, string(key)+":"+string(text))
}

// object returns the object, with an end before and after each member.
func (m *members) object(end string) string {
	return "{" + end + strings.Join(m.list, ","+end) + end + "}"
}

// A bookEntry is a story or a page in the index.
type bookEntry struct {
	Type           string    `json:"type"`
	Subtype        string    `json:"subtype,omitempty"`
	ID             string    `json:"id"`
	Name           string    `json:"name"`
	Title          string    `json:"title"`
	ImportPath     string    `json:"importPath"`
	ComponentPath  string    `json:"componentPath,omitempty"`
	ExportName     string    `json:"exportName,omitempty"`
	StoriesImports *[]string `json:"storiesImports,omitempty"`
	Tags           []string  `json:"tags"`
}

// A storybook gathers the files for Storybook's clients, in the order of the
// navigation.
type storybook struct {
	*site
	ids                    map[string]bool
	entries, stories, docs members
	argTypes               []string
	argTypesAt             map[string]int
}

// writeStorybook writes them.
func (w *worker) writeStorybook() error {
	book := &storybook{site: w.site, ids: map[string]bool{}, argTypesAt: map[string]int{}}
	book.section(w.catalog.Root, nil)
	first := ""
	if len(w.ui.Themes) > 0 {
		first = w.ui.Themes[0].Name
	}
	theme, err := json.Marshal(first)
	themes, wrong := json.Marshal(w.ui.ThemeAttributes())
	if err := errors.Join(err, wrong, book.entries.err, book.stories.err, book.docs.err); err != nil {
		return fmt.Errorf("writing %s: %w", storybookIndex, err)
	}
	index := "{\"v\":5,\"entries\":" + book.entries.object("\n") + "}\n"
	if err := w.write(storybookIndex, []byte(index)); err != nil {
		return err
	}
	data := "{\"theme\":" + string(theme) + ",\n\"themes\":" + string(themes) + ",\n\"docs\":" + book.docs.object("\n") +
		",\n\"argTypes\":[\n" + strings.Join(book.argTypes, ",\n") + "\n],\n\"stories\":" + book.stories.object("\n") + "}\n"
	if err := w.write(ui.StorybookData, []byte(data)); err != nil {
		return err
	}
	page := w.page(ui.StorybookPage, w.catalog.Title)
	var b bytes.Buffer
	if err := w.pages.Storybook(&b, &page); err != nil {
		return fmt.Errorf("making the page %s: %w", ui.StorybookPage, err)
	}
	return w.write(ui.StorybookPage, b.Bytes())
}

// section adds what is in a section; trail are the titles that lead to it.
func (b *storybook) section(c *story.Section, trail []string) {
	below := trail
	if c.Dir != "" {
		below = append(trail[:len(trail):len(trail)], b.titles()[c.Dir])
	}
	if c.Lead != nil {
		b.subject(c.Lead, trail)
	}
	for _, item := range c.Items() {
		if item.Subject != nil {
			b.subject(item.Subject, below)
		} else {
			b.section(item.Section, below)
		}
	}
}

func (b *storybook) subject(u *story.Subject, trail []string) {
	title := strings.Join(append(trail[:len(trail):len(trail)], u.Title), "/")
	docs := bookEntry{
		Type: "docs", ID: b.id(title, "docs"), Name: "Docs", Title: title, ImportPath: "./" + u.File,
		StoriesImports: &[]string{}, Tags: bookTags(u.Tags, "dev", "test", "autodocs"),
	}
	b.entries.add(docs.ID, docs)
	b.docs.add(docs.ID, pathURL(path.Join(u.Path(), "index.html")))
	for _, st := range u.Stories {
		b.story(st, title)
	}
}

func (b *storybook) story(st *story.Story, title string) {
	entry := bookEntry{
		Type: "story", Subtype: "story", ID: b.id(title, st.Title), Name: st.Title, Title: title,
		ImportPath: "./" + st.Subject.File, ExportName: exportName(st.Title),
		Tags: bookTags(st.AllTags(), "dev", "test", "autodocs"),
	}
	if st.Skip { // "test" are those that can be tested
		entry.Tags = bookTags(st.AllTags(), "dev", "autodocs")
	}
	if file, _ := story.ComponentPath(path.Dir(st.Subject.File), st.Component.Name); st.Component.Name != "" && b.catalog.Files[file] {
		entry.ComponentPath = "./" + file
	}
	b.entries.add(entry.ID, entry)
	known := b.book[st]
	if known == nil {
		known = &bookStory{File: pathURL(st.Alone()), Address: st.Path(), argTypes: "{}"}
	}
	at, found := b.argTypesAt[known.argTypes]
	if !found {
		at = len(b.argTypes)
		b.argTypesAt[known.argTypes], b.argTypes = at, append(b.argTypes, known.argTypes)
	}
	known.ArgTypes = at
	b.stories.add(entry.ID, known)
}

// id makes an ID that nothing before has.
func (b *storybook) id(title, name string) string {
	wanted := bookID(title) + "--" + bookID(name)
	id := wanted
	for n := 2; b.ids[id]; n++ {
		id = wanted + "-" + strconv.Itoa(n)
	}
	b.ids[id] = true
	return id
}

// bookID makes part of an ID: small letters and digits, and a hyphen for each
// run of anything else between them.
func bookID(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !inWord(r) })
	return strings.Join(words, "-")
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r) }

// exportName is a story's title as a name in JavaScript, which it would have
// there.
func exportName(title string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(title, func(r rune) bool { return !inWord(r) }) {
		runes := []rune(word)
		if b.Len() == 0 && !unicode.IsLetter(runes[0]) {
			b.WriteByte('_')
		}
		b.WriteString(string(unicode.ToUpper(runes[0])) + string(runes[1:]))
	}
	if b.Len() == 0 {
		return "_"
	}
	return b.String()
}

// bookTags returns the tags that Storybook gives, and those of the author.
func bookTags(own []string, given ...string) []string {
	for _, t := range own {
		if !slices.Contains(given, t) {
			given = append(given, t)
		}
	}
	return given
}
