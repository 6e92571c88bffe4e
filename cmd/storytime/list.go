package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"io/fs"

	"github.com/spf13/cobra"

	"github.com/storytime-dev/storytime/pkg/check"
	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

type listOptions struct {
	streams
	dir        string
	components bool
	json       bool
}

func newList(s streams) *cobra.Command {
	o := &listOptions{streams: s}
	cmd := &cobra.Command{
		Use:   "list [DIR]",
		Short: "List the stories of the catalog in DIR",
		Long: `List reads the catalog in DIR, or in the current directory, and prints a line
for each story: its address, its title, and where it is written. Nothing is
rendered, and no command of the catalog is run.

With --components it lists instead the components that no story shows, each
with a story to paste; storytime new story writes it.`,
		Example: `  storytime list
  storytime list ui --json | jq -r '.stories[].address'`,
		Args: oneDir,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.dir = catalogDir(args)
			return o.run(cmd.Context())
		},
	}
	cmd.Flags().BoolVar(&o.components, "components", false, "list the components that have no story, each with one to paste")
	cmd.Flags().BoolVar(&o.json, "json", false, "print the catalog as JSON")
	return cmd
}

// A listedStory is a story in the output of `list --json`.
type listedStory struct {
	Address string   `json:"address"`
	Section string   `json:"section"`
	Subject string   `json:"subject"`
	Title   string   `json:"title"`
	Tags    []string `json:"tags"`
	Skip    bool     `json:"skip"`
	File    string   `json:"file"`
	Line    int      `json:"line,omitempty"`
	HTML    string   `json:"html"` // the story alone, in the site
}

func (o *listOptions) run(ctx context.Context) error {
	catalog, problems, closeCatalog, err := readCatalog(ctx, o.dir)
	if err != nil {
		return err
	}
	defer closeCatalog()
	if o.components {
		return o.runComponents(ctx, catalog)
	}
	var stories []listedStory
	catalog.Each(func(s *story.Section) { problems = append(problems, s.Problems...) })
	for _, u := range catalog.Subjects() {
		problems = append(problems, u.Problems...)
		for _, st := range u.Stories {
			problems = append(problems, st.Problems...)
			stories = append(stories, listed(st))
		}
	}
	problems = problems.Sort()
	if o.json {
		err = o.printJSON(catalog.Title, stories, problems)
	} else {
		err = o.print(stories, problems)
	}
	if err != nil {
		return fmt.Errorf("writing the list: %w", err)
	}
	if len(problems) > 0 {
		return errProblems
	}
	return nil
}

// readCatalog reads the catalog in a directory. It can be used until it is
// closed.
func readCatalog(ctx context.Context, dir string) (c *story.Catalog, problems problem.List, closeCatalog func(), err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("opening the catalog: %w", err)
	}
	c, problems, err = story.Read(ctx, root.FS(), story.Options{LintRules: check.RuleNames(), Open: func(outside string) (fs.FS, error) {
		return os.DirFS(filepath.Join(dir, filepath.FromSlash(outside))), nil
	}})
	if err != nil {
		_ = root.Close()
		return nil, nil, nil, err
	}
	return c, problems, func() { _ = root.Close() }, nil
}

// runComponents lists what no story shows.
func (o *listOptions) runComponents(ctx context.Context, c *story.Catalog) error {
	all, err := findUnwritten(ctx, o.dir, c)
	if err != nil {
		return err
	}
	if o.json {
		encoder := json.NewEncoder(o.out)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		return encoder.Encode(struct {
			Components []unwritten `json:"components"`
		}{all})
	}
	for _, u := range all {
		place := problem.Place{File: u.File, Line: u.Line}
		text := fmt.Sprintf("%s  %s\n", problem.Clean(u.Name), problem.Clean(place.String()))
		for line := range strings.Lines(u.Story) {
			text += strings.TrimRight("    "+problem.Clean(strings.TrimRight(line, "\n")), " ") + "\n"
		}
		if _, err := fmt.Fprintln(o.out, text); err != nil {
			return fmt.Errorf("writing the list: %w", err)
		}
	}
	return nil
}

func listed(st *story.Story) listedStory {
	return listedStory{
		Address: st.Path(), Section: st.Subject.Section.Dir, Subject: st.Subject.Title, Title: st.Title,
		Tags: append([]string{}, st.AllTags()...), Skip: st.Skip, File: st.Subject.File, Line: st.At.Line, HTML: st.Alone(),
	}
}

func (o *listOptions) printJSON(title string, stories []listedStory, problems problem.List) error {
	encoder := json.NewEncoder(o.out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(struct {
		Title    string        `json:"title"`
		Stories  []listedStory `json:"stories"`
		Problems problem.List  `json:"problems"`
	}{title, append([]listedStory{}, stories...), append(problem.List{}, problems...)})
}

// print writes the stories in columns.
func (o *listOptions) print(stories []listedStory, problems problem.List) error {
	const most = 60 // an address longer than this doesn't widen the column for all
	width := 0
	for _, s := range stories {
		if n := len([]rune(s.Address)); n <= most {
			width = max(width, n)
		}
	}
	for _, s := range stories {
		notes := ""
		if len(s.Tags) > 0 {
			notes += "  [" + strings.Join(s.Tags, ", ") + "]"
		}
		if s.Skip {
			notes += "  (skipped)"
		}
		place := problem.Place{File: s.File, Line: s.Line}
		_, err := fmt.Fprintf(o.out, "%-*s  %s / %s%s  %s\n", width, problem.Clean(s.Address),
			problem.Clean(s.Subject), problem.Clean(s.Title), problem.Clean(notes), problem.Clean(place.String()))
		if err != nil {
			return err
		}
	}
	return printProblems(o.streams, o.dir, problems)
}
