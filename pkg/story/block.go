package story

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// languages are the words that a story's info string may begin with.
var languages = []string{"yaml", "html", "go", "templ"}

var storyKeys = []string{
	"title", "description", "component", "props", "children", "layout", "theme", "viewport", "tags", "check", "lint", "skip", "slug",
}

// A blockReader finds the stories in the prose of one subject.
type blockReader struct {
	*subjectReader
	subject *Subject
	src     *Source
	body    int // where the prose begins in the source
	// matrices are read when all stories are known.
	matrices []matrixBlock
}

// A matrixBlock is one that a matrix stands in, at the offset of its info
// string in the prose.
type matrixBlock struct {
	block
	offset int
}

// readBlocks walks the prose and makes a story of each fenced block whose
// info string has the word "story".
func (r *blockReader) readBlocks(doc ast.Node) {
	prose := &r.subject.Prose
	heading, next := "", 0
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			heading = prose.Headings[next].Title
			next++
		case *ast.FencedCodeBlock:
			r.fencedBlock(n, heading)
		}
		if n.Type() == ast.TypeInline {
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil
	})
}

func (r *blockReader) fencedBlock(n *ast.FencedCodeBlock, heading string) {
	if n.Info == nil {
		return
	}
	words := strings.Fields(string(n.Info.Value(r.subject.Prose.Source)))
	switch {
	case len(words) < 2:
	case slices.Contains(words[1:], "story"):
		s := r.story(r.block(n), words[0], heading)
		r.subject.Stories = append(r.subject.Stories, s)
		if r.subject.Prose.Stories == nil {
			r.subject.Prose.Stories = map[int]*Story{}
		}
		r.subject.Prose.Stories[n.Info.Segment.Start] = s
	case slices.Contains(words[1:], "check"):
		if r.checks(r.block(n), strings.ToLower(words[0])) {
			if r.subject.Prose.Checks == nil {
				r.subject.Prose.Checks = map[int]bool{}
			}
			r.subject.Prose.Checks[n.Info.Segment.Start] = true
		}
	case slices.Contains(words[1:], "matrix") && isYAML(words[0]):
		r.matrices = append(r.matrices, matrixBlock{r.block(n), n.Info.Segment.Start})
	default:
		r.slip(n, words)
	}
}

// slip reports a block that would be a story, or its checks, but for a slip in
// the word that makes it one.
func (r *blockReader) slip(n *ast.FencedCodeBlock, words []string) {
	known := []string{"story"}
	switch strings.ToLower(words[0]) {
	case "yaml", "yml":
		known = append(known, "check", "matrix")
	case "html", "go", "templ":
	default:
		return
	}
	for _, word := range words[1:] {
		if near := problem.Nearest(strings.ToLower(word), known); near != "" {
			b := r.block(n)
			r.src.Report(problem.Story, b.fence, b.infoLength, fmt.Sprintf("this block is shown as code: %q makes no %s of it", word, map[string]string{"story": "story", "check": "checks", "matrix": "matrix"}[near]),
				fmt.Sprintf("write ```%s %s", strings.ToLower(words[0]), near))
			return
		}
	}
}

// A block is the content of a fenced block, and where it is in the file.
type block struct {
	text string
	// fence is where the info string begins, start where the content does.
	fence, start problem.Place
	infoLength   int
}

func (r *blockReader) block(n *ast.FencedCodeBlock) block {
	info := n.Info.Segment
	b := block{
		fence:      r.src.Place(r.body + info.Start),
		infoLength: utf8.RuneCount(info.Value(r.subject.Prose.Source)),
	}
	b.text = string(n.Lines().Value(r.subject.Prose.Source))
	b.start = problem.Place{File: r.src.Name, Line: b.fence.Line + 1, Column: 1}
	if n.Lines().Len() > 0 {
		b.start = r.src.Place(r.body + n.Lines().At(0).Start)
	}
	return b
}

// cutSettings separates the YAML between --- lines at the top of a block from
// the rest.
func (b block) cutSettings(src *Source) (settings, rest block) {
	first, after, found := strings.Cut(b.text, "\n")
	if !found || strings.TrimRight(first, " \t\r") != "---" {
		return block{}, b
	}
	settings, rest = b, b
	settings.start.Line++
	lines := 1
	for offset := 0; offset < len(after); lines++ {
		line, _, _ := strings.Cut(after[offset:], "\n")
		end := min(offset+len(line)+1, len(after))
		if strings.TrimRight(line, " \t\r") == "---" {
			settings.text, rest.text = after[:offset], after[end:]
			rest.start.Line += lines + 1
			return settings, rest
		}
		offset = end
	}
	src.Report(problem.YAML, b.start, 3, "the settings of this story have no end", "close them with a line `---`")
	settings.text, rest.text = "", ""
	return settings, rest
}

// story reads one block. What is wrong in it stops this story alone, so the
// problems move from the source to the story.
func (r *blockReader) story(b block, language, heading string) *Story {
	before := len(r.src.Problems)
	s := &Story{Subject: r.subject, Language: language, Block: b.text, At: b.fence, BodyAt: b.start}
	settings := b
	switch language {
	case "yml":
		s.Language = "yaml"
	case "yaml":
	case "html", "go", "templ":
		var rest block
		settings, rest = b.cutSettings(r.src)
		s.Body, s.BodyAt = rest.text, rest.start
	default:
		settings = block{}
		r.src.Report(problem.Story, b.fence, utf8.RuneCountInString(language),
			fmt.Sprintf("no stories are written in %q", language), problem.DidYouMean(language, languages))
	}
	d := decoder{src: r.src, line: settings.start.Line - 1, column: settings.start.Column - 1}
	v, _ := d.decode(settings.text)
	f := newFields(r.src, v, "a story", storyKeys)
	r.settings(s, f, heading, b)
	if language == "go" || language == "templ" {
		for _, key := range []string{"props", "component"} {
			if v, found := f.get(key); found {
				r.src.Report(problem.Key, v.At, utf8.RuneCountInString(v.String()), fmt.Sprintf("a %s story has no `%s:`", language, key),
					"write what it shows into its code, or make it a yaml story")
			}
		}
	}
	s.Problems = slices.Clone(r.src.Problems[before:])
	r.src.Problems = r.src.Problems[:before]
	return s
}

func (r *blockReader) settings(s *Story, f fields, heading string, b block) {
	if s.Title = f.text("title"); s.Title == "" {
		s.Title = heading
	}
	if s.Title == "" {
		r.src.Report(problem.Story, b.fence, b.infoLength, "the story has no title",
			"put a heading above it, or add `title: …` to it")
		s.Title = "Untitled"
	}
	s.Slug = r.slug(r.src, f.ref("slug"), s.Title)
	s.Description, s.Tags = f.text("description"), f.texts("tags")
	s.Component, s.Layout = f.ref("component"), f.ref("layout")
	if s.Component.Name == "" && len(r.subject.Components) > 0 {
		s.Component = r.subject.Components[0]
	}
	s.Theme = named(r.src, f.ref("theme"), "theme", "themes", r.config.Themes, func(t Theme) string { return t.Name })
	s.Viewport = named(r.src, f.ref("viewport"), "viewport", "viewports", r.config.Viewports, func(v Viewport) string { return v.Name })
	if v, found := f.get("skip"); found {
		switch d := v.Data.(type) {
		case bool:
			s.Skip = d
		case string:
			s.Skip, s.SkipReason = true, d
		default:
			f.wrong("skip", v, "true, or the reason as text", "write `skip: true`")
		}
	}
	s.Props = r.props(f)
	s.Lint = r.rules.lint(f, r.subject.Lint)
	s.Children, _ = f.get("children")
	s.Children = r.fixtures.resolve(r.src, s.Children)
	s.Checks = append(s.Checks, r.checkList(f.list("check"))...)
}

// named returns the name of one of the catalog's themes or viewports.
func named[T any](src *Source, given Ref, what, key string, known []T, name func(T) string) string {
	if given.Name == "" {
		return ""
	}
	var names []string
	for _, k := range known {
		if name(k) == given.Name {
			return given.Name
		}
		names = append(names, name(k))
	}
	hint := problem.DidYouMean(given.Name, names)
	if hint == "" {
		hint = fmt.Sprintf("define it under `%s:` in %s", key, ConfigFile)
	}
	src.Report(problem.Key, given.At, utf8.RuneCountInString(given.Name), fmt.Sprintf("unknown %s %q", what, given.Name), hint)
	return ""
}

// props reads the props of a story: an object, or the name of a file with
// one.
func (r *blockReader) props(f fields) Value {
	v, found := f.get("props")
	if !found {
		return Value{}
	}
	if file, ok := v.Data.(string); ok {
		v = r.fixtures.load(r.src, file, v.At)
	} else {
		v = r.fixtures.resolve(r.src, v)
	}
	if _, ok := v.Data.(Map); !ok && v.Data != nil {
		f.wrong("props", v, "an object", "write `props: {name: value}`, or the name of a .json or .yaml file that has one")
		return Value{}
	}
	return v
}

// checks reads a block of checks, which belong to the story above it.
func (r *blockReader) checks(b block, language string) bool {
	if !isYAML(language) {
		return false
	}
	if len(r.subject.Stories) == 0 {
		r.src.Report(problem.Story, b.fence, b.infoLength, "these checks belong to no story", "move the block below the story that it checks")
		return true
	}
	s := r.subject.Stories[len(r.subject.Stories)-1]
	before := len(r.src.Problems)
	d := decoder{src: r.src, line: b.start.Line - 1, column: b.start.Column - 1}
	v, _ := d.decode(b.text)
	if list, ok := v.Data.(List); ok {
		s.Checks = append(s.Checks, r.checkList(list)...)
	} else if v.Data != nil {
		s.Checks = append(s.Checks, r.checkList(List{v})...)
	}
	s.Problems = append(s.Problems, r.src.Problems[before:]...)
	r.src.Problems = r.src.Problems[:before]
	return true
}

func isYAML(language string) bool {
	return strings.EqualFold(language, "yaml") || strings.EqualFold(language, "yml")
}

// checkList keeps the checks that have the form of one.
func (r *blockReader) checkList(list List) List {
	var checks List
	for _, v := range list {
		if _, ok := v.Data.(Map); !ok {
			r.src.Report(problem.Type, v.At, utf8.RuneCountInString(v.String()), "a check must be an object, not "+kindOf(v.Data),
				"write it as `- {role: button, name: Save}`")
			continue
		}
		checks = append(checks, v)
	}
	return checks
}
