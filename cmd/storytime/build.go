package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/storytime-dev/storytime/pkg/build"
	"github.com/storytime-dev/storytime/pkg/problem"
)

type buildOptions struct {
	streams
	dir           string
	output        string
	allowProblems bool
	noCheck       bool
	json          bool
	jobs          int
}

func newBuild(s streams) *cobra.Command {
	o := &buildOptions{streams: s}
	cmd := &cobra.Command{
		Use:   "build [DIR]",
		Short: "Build the catalog in DIR into a static site",
		Long: `Build reads the catalog in DIR, or in the current directory, and writes it as a
static site. The site works on any web server, under any path, and opened from
the disk.

The output directory is replaced all or nothing, and only if Storytime made it
or it is empty. A catalog with problems leaves it as it was.

Exit codes: 0 the site is built, 1 the catalog has problems, 2 wrong usage or
the system failed.`,
		Example: `  storytime build
  storytime build ui -o public/ui
  storytime build ui --allow-problems
  storytime build ui --json | jq '.problems[] | "\(.file):\(.line) \(.message)"'`,
		Args: oneDir,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.dir = catalogDir(args)
			if o.output == "" {
				return errors.New("-o needs a directory")
			}
			if o.jobs < 0 || o.jobs == 0 && cmd.Flags().Changed("jobs") {
				return fmt.Errorf("--jobs must be a number from 1, not %d", o.jobs)
			}
			return o.run(cmd.Context())
		},
	}
	cmd.Flags().StringVarP(&o.output, "output", "o", "dist", "directory that the site takes")
	cmd.Flags().BoolVar(&o.allowProblems, "allow-problems", false, "publish although the catalog has problems, each shown in its place")
	cmd.Flags().BoolVar(&o.noCheck, "no-check", false, "leave out the checks of the stories")
	cmd.Flags().BoolVar(&o.json, "json", false, "print the result and the problems as JSON")
	cmd.Flags().IntVar(&o.jobs, "jobs", 0, "stories rendered at once (default: one a processor)")
	_ = cmd.MarkFlagDirname("output")
	return cmd
}

func (o *buildOptions) run(ctx context.Context) error {
	status := newStatus(o.streams)
	defer status.clear()
	result, err := build.Site(ctx, build.Options{
		Dir: o.dir, Output: o.output, AllowProblems: o.allowProblems, NoCheck: o.noCheck, Jobs: o.jobs,
		Progress: build.BudgetMemory(status.build),
	})
	status.clear()
	if err != nil {
		return err
	}
	if o.json {
		err = o.printJSON(result)
	} else {
		err = o.print(result)
	}
	if err != nil {
		return fmt.Errorf("writing the result: %w", err)
	}
	if !result.Published {
		return errProblems
	}
	return nil
}

func (o *buildOptions) printJSON(r *build.Result) error {
	if r.Problems == nil {
		r.Problems = problem.List{}
	}
	encoder := json.NewEncoder(o.out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}

// print shows the problems, and then all in one line.
func (o *buildOptions) print(r *build.Result) error {
	if err := printProblems(o.streams, o.dir, r.Problems); err != nil {
		return err
	}
	summary := count(r.Stories, "story", "stories")
	if r.Published {
		summary += ", " + count(r.Pages, "page", "pages")
	}
	if n := len(r.Problems); n > 0 {
		summary += ", " + count(n, "problem", "problems")
	}
	summary += " in " + round(r.Duration)
	if r.Published {
		_, err := fmt.Fprintf(o.out, "%s → %s\n", summary, r.Output)
		return err
	}
	_, err := fmt.Fprintf(o.err, "%s; %s is as it was (--allow-problems publishes all the same)\n", summary, r.Output)
	return err
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// round leaves of a duration what a person wants to know.
func round(d time.Duration) string {
	if d < time.Second {
		return d.Round(time.Millisecond).String()
	}
	return d.Round(10 * time.Millisecond).String()
}
