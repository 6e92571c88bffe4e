// Package ui makes the workshop's pages: what a person sees around the
// stories of a catalog.
//
// It is given data and writes HTML. It reads no file but its own embedded
// ones, knows no directory, and never sees the story format: pkg/build fills
// the structs below. Every Href is relative to the page it stands on, and
// ready to be put into an attribute.
//
// The pages hold nothing that grows with the catalog. The navigation and the
// search index are one script each for the whole site, and are scripts, not
// JSON, so that they load from file:// as well.
package ui

import (
	"html/template"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// Dir is the directory of the site that holds the workshop's own files.
const Dir = "_storytime"

// A Site is what all pages of a catalog have in common.
type Site struct {
	Title       string // shown in the sidebar and in every page's <title>
	Description string // plain text, for <meta> and home
	Lang        string // of the catalog's prose, "en" when not set
	Themes      []Theme
	Viewports   []Viewport
	Backgrounds []Background
	Brand       Brand
}

// A Brand is what of a catalog's own stands on each page. Files are relative
// to the site's root.
type Brand struct {
	Logo, DarkLogo, Favicon, Style string
	Accent                         string // a CSS colour, taken as it is
	Links                          []Link
	Footer                         string
}

// A Theme is a set of attributes for the <html> element of a story's
// document. The first is the one that stories are shown in unless they or
// the reader choose another.
type Theme struct {
	Name       string
	Attributes []Attribute
}

// An Attribute is one attribute of an element.
type Attribute struct{ Name, Value string }

// A Viewport is a size, in CSS pixels, that a story can be looked at in. A
// Height of zero leaves the height free.
type Viewport struct {
	Name          string
	Width, Height int
}

// A Background is a CSS colour behind a story.
type Background struct{ Name, Color string }

// A Page is what each page has. The other structs embed it.
type Page struct {
	Site  *Site
	Root  string // leads from the page to the site's root: "", "../", "../../"
	Path  string // the page's own address: "forms/button/primary/", "" for home
	Title string
	Tags  []string
	// Crumbs lead from home to the page's parent, home left out.
	Crumbs []Link
	// Problems are those that stop this page's story, or belong to its file.
	Problems []*problem.Problem
}

// A Link is a title and where it leads.
type Link struct{ Title, Href string }

// A Listing is home or a section: prose, and a card for each of its children.
type Listing struct {
	Page
	Description string
	Prose       template.HTML
	Sections    []Card
	Subjects    []Card
	Tally       // of all that is in it, at any depth
	// All is the address of the page with all stories; "" if there is none.
	All string
}

// A Tally counts what there is to know of stories before one looks at them.
type Tally struct {
	Stories int
	Broken  int // of these, how many have a problem
	Checks  int // that were run
	Failed  int // of these
}

// A Card stands for a section or a subject in a listing.
type Card struct {
	Link
	Description string
	Tags        []string
	Frame       string // the address of a story alone, for the thumbnail; "" for none
	FrameTitle  string
	Tally
}

// A Subject is a component's documentation with its stories in place.
type Subject struct {
	Page
	Description string
	// Parts are the prose and, where they stand in it, the stories.
	Parts []Part
	// Contents are the headings of levels 2 and 3, for the table of contents.
	Contents []Heading
	// Grid is a matrix that stands after the prose, if there is one.
	Grid *Grid
	// Tables document what its components take, those that take something.
	Tables []Table
	// Nested are subjects and sections that stand below this one.
	Nested []Card
	Source string // path of its Markdown file within the catalog
}

// A Part is a run of prose, a story or a grid. The HTML of one part need not
// be balanced: a story may stand inside a list item.
type Part struct {
	HTML  template.HTML
	Story *Inline
	Grid  *Grid
}

// A Grid is variants of a story beside and below each other.
type Grid struct {
	Title string
	Story Link // what is varied
	// Down and Across say what changes; Down is "" where there is one row.
	Down, Across string
	Columns      []string
	Rows         []GridRow // none if the story was not rendered
}

// A GridRow is a row of a Grid.
type GridRow struct {
	Title string
	Cells []GridCell
}

// A GridCell is a variant in a Grid; the rest is as in Inline.
type GridCell struct {
	Title, Frame, Theme, Viewport string
	Problems                      []*problem.Problem
}

// A Variant is another document that a story's page can show: Suffix is what
// its name has before ".html" beside the story's own, Props what it has in the
// place of the story's, as YAML.
type Variant struct {
	Suffix string            `json:"suffix"`
	Props  map[string]string `json:"props"`
}

// An Inline is a story within its subject's page.
type Inline struct {
	ID          string // anchor within the page
	Link               // to the story's own page
	Description string
	Frame       string // address of the story alone
	Theme       string // names one of the site's themes; "" for the first
	Viewport    string // names one of the site's viewports; "" for all the width
	Tags        []string
	Source      Code
	Problems    []*problem.Problem
	Failed      int  // checks
	Skipped     bool // there is no frame: its author said `skip`
}

// A Heading is a line of a table of contents.
type Heading struct {
	Level     int
	ID, Title string
}

// A Prop documents one prop of a component.
type Prop struct {
	Name, Type  string
	Required    bool
	Default     string   // as YAML; "" for none
	Options     []string // as YAML
	Description string
	// Value is what the story gives it, as YAML; Given says that it does.
	// Both are for story pages only.
	Value string
	Given bool
}

// Code is a piece of source, highlighted.
type Code struct {
	Title string // what it is: a path within the catalog, mostly
	Lang  string // "yaml", "html", …
	HTML  template.HTML
}

// A Table documents what a component takes.
type Table struct {
	Component string
	Props     []Prop
}

// A Story is one story in the workshop: its frame, toolbar and panels.
type Story struct {
	Page
	Description string
	Frame       string // address of the story alone
	Theme       string
	Viewport    string
	Skipped     bool
	Props       []Prop
	Variants    []Variant
	Checks      []Check
	// Source is the story's block, then the source of its component.
	Source []Code
	// Markup is the HTML that the story rendered to, formatted.
	Markup Code
	// Accessibility is nil for a story that has no HTML.
	Accessibility *Accessibility
	// Subject leads to the story's place in its subject's page.
	Subject    Link
	Prev, Next *Link  // stories of the same subject
	Place      string // file:line of the story's block
}

// A Check is a promise of a story. It is kept if it has no problems.
type Check struct {
	Title    string // as it was written, on one line
	Place    string // file:line
	Problems []*problem.Problem
}

// Accessibility is what assistive technology is given of a story.
type Accessibility struct {
	// Findings are the mistakes that were found without being asked, if they
	// were searched for.
	Searched bool
	Findings []*problem.Problem
	Unread   bool      // the HTML can't be parsed: nothing below is known
	Nodes    []Exposed // the tree; each may be one deeper than the one before it
	More     int       // how many nodes there are beyond those
	// Stops are what the Tab key reaches, in its order.
	Stops     []Exposed
	MoreStops int
}

// An Exposed is an element that assistive technology knows of; without a
// role, a text.
type Exposed struct {
	Depth                          int
	Role, Name, Description, Value string
	States                         []string
}

// A Node is a place in the navigation: a section, a subject or a story.
type Node struct {
	Kind     Kind
	Title    string
	Href     string // relative to the site's root
	Tags     []string
	Broken   bool // the story, or the subject's own file, has a problem
	Failed   int  // checks of the story that failed
	Children []*Node
}

// A Kind says what a Node or Entry is.
type Kind byte

// The kinds of places in a catalog.
const (
	KindSection Kind = 'c'
	KindSubject Kind = 'u'
	KindStory   Kind = 's'
)

// An Entry is one thing that a search can find.
type Entry struct {
	Kind        Kind
	Title       string
	Path        string // where it is, for people: "Forms › Button"
	Href        string // relative to the site's root
	Description string
	Tags        []string
	Text        string // prose, as plain text
}
