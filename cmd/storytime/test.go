package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/storytime-dev/storytime/pkg/build"
	"github.com/storytime-dev/storytime/pkg/check"
	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/worker"
)

type testOptions struct {
	streams
	dir      string
	run      string
	tags     []string
	changed  string
	shard    string
	watch    bool
	poll     bool
	update   bool
	failFast bool
	stable   bool
	json     bool
	verbose  bool
	junit    string
	jobs     int
}

func newTest(s streams) *cobra.Command {
	o := &testOptions{streams: s}
	cmd := &cobra.Command{
		Use:   "test [DIR]",
		Short: "Run what the stories of the catalog in DIR promise",
		Long: `Test renders the stories of the catalog in DIR, or in the current directory, and
runs their checks: those that the stories list, and those for accessibility and
HTML that nobody has to ask for. No browser is needed, and no site is made.

The selection of --run, --tags, --changed and --shard is what fits all of them.
--changed takes the files that differ from where the branch left REV, and those
that git doesn't know yet; a story counts if it is made of one of these.

Where GITHUB_ACTIONS is true, failures are also shown as annotations.

What only pages have, such as links and prose, is left to storytime build.

Exit codes: 0 all promises are kept, 1 one isn't or a story or setting has a
problem, 2 wrong usage, nothing fits --run and --tags, or the system failed.`,
		Example: `  storytime test ui
  storytime test ui --run '^forms/' --fail-fast
  storytime test ui --tags 'stable,!slow' --shard 2/4 --junit report.xml
  storytime test ui --changed origin/main
  storytime test ui --update     keep the HTML of stories with golden: true`,
		Args: oneDir,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.dir = catalogDir(args)
			if o.jobs < 0 || o.jobs == 0 && cmd.Flags().Changed("jobs") {
				return fmt.Errorf("--jobs must be a number from 1, not %d", o.jobs)
			}
			for _, name := range []string{"run", "tags", "changed", "shard", "junit"} {
				if f := cmd.Flags().Lookup(name); f.Changed && (f.Value.String() == "" || f.Value.String() == "[]") {
					return fmt.Errorf("--%s needs a value; leave it out to test everything", name)
				}
			}
			if o.poll && !o.watch {
				return errors.New("--poll goes with --watch")
			}
			if o.watch {
				return o.runWatch(cmd.Context())
			}
			return o.runOnce(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.run, "run", "", "test only stories whose address the regular expression finds something in")
	f.StringSliceVar(&o.tags, "tags", nil, "test only stories that have one of these tags; !tag leaves out those with it")
	f.StringVar(&o.changed, "changed", "", "test only stories whose files changed in git since this revision")
	f.StringVar(&o.shard, "shard", "", "test only the part I of N that the stories are split into, as in 2/4")
	f.BoolVarP(&o.watch, "watch", "w", false, "test again whenever something is saved")
	f.BoolVar(&o.poll, "poll", false, "with --watch: look at the files again and again instead of waiting for events")
	f.BoolVar(&o.update, "update", false, "keep the HTML of stories with golden: true as it is now, and remove golden files of no story")
	f.BoolVar(&o.failFast, "fail-fast", false, "stop at the first story that fails")
	f.BoolVar(&o.stable, "stable", false, "render each story in several fresh processes, and fail if they differ")
	f.BoolVar(&o.json, "json", false, "print the result as JSON")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "print every story and check")
	f.StringVar(&o.junit, "junit", "", "write the result to this file, as JUnit XML")
	f.IntVar(&o.jobs, "jobs", 0, "stories rendered at once (default: one a processor)")
	return cmd
}

// A testRun is a result and how long it took.
type testRun struct {
	*build.TestResult
	took time.Duration
}

// runOnce tests once.
func (o *testOptions) runOnce(ctx context.Context) error {
	status := newStatus(o.streams)
	defer status.clear()
	var pool *worker.Pool
	if o.stable {
		var err error
		if pool, err = worker.NewPool(worker.Options{Dir: o.dir, Jobs: o.jobs}); err != nil {
			return err
		}
		defer pool.Close()
	}
	r, err := o.test(ctx, pool, status.build)
	if err != nil {
		return err
	}
	status.clear()
	if err := o.report(r); err != nil {
		return err
	}
	if r.Failed() {
		return errProblems
	}
	return nil
}

// test tests the catalog: in a process of its own if there is a pool.
func (o *testOptions) test(ctx context.Context, pool *worker.Pool, progress func(build.Progress)) (*testRun, error) {
	start := time.Now()
	selection, err := o.selection(ctx)
	if err != nil {
		return nil, err
	}
	options := build.TestOptions{Select: selection, Update: o.update, FailFast: o.failFast, KeepHTML: o.stable}
	var result *build.TestResult
	if pool == nil {
		result, err = build.Test(ctx, build.Options{Dir: o.dir, Jobs: o.jobs, Progress: build.BudgetMemory(progress)}, options)
	} else {
		result, err = inWorker(ctx, pool, options, progress)
	}
	if err == nil && o.stable {
		err = o.again(ctx, pool, options, progress, result)
	}
	if err != nil {
		return nil, err
	}
	if result.Selected == 0 && len(result.Problems) == 0 && o.changed == "" && o.shard == "" {
		return nil, o.nothing(result.Known)
	}
	return &testRun{result, time.Since(start)}, nil
}

// nothing is the error of a selection that no story fits.
func (o *testOptions) nothing(known int) error {
	switch {
	case known == 0:
		return fmt.Errorf("the catalog in %s has no stories; name the directory with your components", o.dir)
	case o.run != "" && len(o.tags) == 0:
		return fmt.Errorf("--run %q finds none of the %s; see storytime list", o.run, count(known, "story", "stories"))
	}
	return fmt.Errorf("--run and --tags leave none of the %s; see storytime list", count(known, "story", "stories"))
}

// inWorker tests in a fresh process.
func inWorker(ctx context.Context, pool *worker.Pool, options build.TestOptions, progress func(build.Progress)) (*build.TestResult, error) {
	r, err := pool.Build(ctx, worker.Job{Test: &options}, worker.Events{Progress: progress})
	if err != nil {
		var p *problem.Problem
		if errors.As(err, &p) {
			return &build.TestResult{Problems: problem.List{p}, Stories: []build.TestedStory{}, Updated: []string{}, Removed: []string{}}, nil
		}
		return nil, err
	}
	r.Tested.Outside = r.Outside
	return r.Tested, nil
}

// renderings is how often --stable renders a story.
const renderings = 3

// again renders the stories in more processes, and adds a failed check to
// those that don't come out the same.
func (o *testOptions) again(ctx context.Context, pool *worker.Pool, options build.TestOptions, progress func(build.Progress), result *build.TestResult) error {
	options.Update, options.FailFast = false, false
	html := make(map[string][]string, len(result.Stories))
	for _, s := range result.Stories {
		html[s.Address] = []string{s.HTML}
	}
	for range renderings - 1 {
		other, err := inWorker(ctx, pool, options, progress)
		if err != nil {
			return err
		}
		result.Problems = append(result.Problems, other.Problems...).Sort()
		for _, s := range other.Stories {
			html[s.Address] = append(html[s.Address], s.HTML)
		}
	}
	for i := range result.Stories {
		s := &result.Stories[i]
		if s.Skipped || len(s.Problems) > 0 {
			continue
		}
		stable := build.TestedCheck{Title: "the same each time", Short: "stable", File: s.File, Line: s.Line, Problems: problem.List{}}
		if what := check.Unstable(html[s.Address]); what != "" {
			stable.Problems = append(stable.Problems, &problem.Problem{
				Kind: problem.Check, File: s.File, Line: s.Line, Stories: []string{s.Address},
				Message: fmt.Sprintf("the story isn't the same each time; it was rendered in %d processes", renderings),
				Detail:  what,
				Hint:    "let nothing in it come from the clock, from chance, or from the order of a map",
			})
		}
		s.Checks = append(s.Checks, stable)
		if !o.json {
			s.HTML = ""
		}
	}
	return nil
}

// selection reads what the flags say of the stories.
func (o *testOptions) selection(ctx context.Context) (build.Selection, error) {
	s := build.Selection{Run: o.run, Tags: o.tags}
	if o.shard != "" {
		part, of, _ := strings.Cut(o.shard, "/")
		var err error
		s.Shard, err = strconv.Atoi(part)
		if err == nil {
			s.Shards, err = strconv.Atoi(of)
		}
		if err != nil || s.Shard < 1 || s.Shard > s.Shards {
			return s, fmt.Errorf("--shard must be a part and how many there are, as in 2/4, not %q", o.shard)
		}
	}
	if o.changed != "" {
		var err error
		if s.Changed, err = changedFiles(ctx, o.dir, o.changed); err != nil {
			return s, err
		}
	}
	return s, nil
}

// report tells what came of a test, in all the ways that are asked for.
func (o *testOptions) report(r *testRun) error {
	if o.junit != "" {
		data, err := o.reportJUnit(r)
		if err == nil {
			err = os.MkdirAll(filepath.Dir(o.junit), 0o755)
		}
		if err == nil {
			err = os.WriteFile(o.junit, data, 0o644)
		}
		if err != nil {
			return fmt.Errorf("writing the JUnit report: %w", err)
		}
	}
	if on, _ := o.env("GITHUB_ACTIONS"); on == "true" {
		o.annotate(r)
	}
	if o.json {
		return o.printJSON(r)
	}
	return o.print(r)
}

func (o *testOptions) printJSON(r *testRun) error {
	encoder := json.NewEncoder(o.out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	t := r.totals()
	return encoder.Encode(struct {
		OK      bool    `json:"ok"`
		Tested  int     `json:"tested"`
		Skipped int     `json:"skipped"`
		Checks  int     `json:"checks"`
		Failed  int     `json:"failed"`
		Seconds float64 `json:"seconds"`
		*build.TestResult
	}{!r.Failed(), t.stories, t.skipped, t.checks, t.failedStories, r.took.Seconds(), r.TestResult})
}
