package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// The exit codes of all commands.
const (
	exitFine     = 0
	exitProblems = 1 // the catalog has problems
	exitFailed   = 2 // wrong usage, or the system failed
)

// errProblems ends a command that has already shown the problems.
var errProblems = errors.New("the catalog has problems")

// streams are what a command reads and writes.
type streams struct {
	in  io.Reader
	out io.Writer
	err io.Writer
	env func(string) (string, bool)
}

// color reports whether w understands colours: it is a terminal, and neither
// NO_COLOR (no-color.org) nor TERM=dumb says otherwise.
func (s streams) color(w io.Writer) bool {
	if force, ok := s.env("CLICOLOR_FORCE"); ok && force != "" && force != "0" {
		return true
	}
	if no, ok := s.env("NO_COLOR"); ok && no != "" {
		return false
	}
	if name, _ := s.env("TERM"); name == "dumb" {
		return false
	}
	return isTerminal(w)
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// run runs one command and returns its exit code.
func run(ctx context.Context, s streams, args []string) int {
	root := newRoot(s)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return exitFine
	case errors.Is(err, errProblems):
		return exitProblems
	}
	if ctx.Err() != nil {
		fmt.Fprintln(s.err, "storytime: interrupted; nothing was changed")
		return exitFailed
	}
	fmt.Fprintf(s.err, "storytime: %v\n", err)
	return exitFailed
}

func newRoot(s streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "storytime",
		Short: "A component workshop for HTML that is made on the server",
		Long: `Storytime shows the components of a server-rendered application, one by one and
in every state. Stories are Markdown files beside the components; a directory
with nothing but .html components works as well.`,
		Example: `  storytime build ui -o dist     build the catalog in ui/ into dist/
  storytime serve ui             build it and look at it in the browser
  storytime test ui              run what its stories promise
  storytime list ui              what is in it`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			var names []string
			for _, c := range cmd.Commands() {
				names = append(names, c.Name())
			}
			hint := problem.DidYouMean(args[0], names)
			return fmt.Errorf("unknown command %q; %s; see %s --help", args[0], hint, cmd.Name())
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		// What strconv says of a number is for programmers.
		text, _, _ := strings.Cut(err.Error(), ": strconv.")
		return fmt.Errorf("%s; see %s --help", text, cmd.CommandPath())
	})
	root.AddCommand(newBuild(s), newServe(s), newTest(s), newList(s), newNew(s), newVersion(s))
	for _, c := range root.Commands() {
		c.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		}
	}
	root.InitDefaultCompletionCmd()
	if completion, _, err := root.Find([]string{"completion"}); err == nil && completion != root {
		completion.Args = func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return fmt.Errorf("no completion for the shell %q; see %s --help", args[0], cmd.CommandPath())
		}
		completion.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	}
	return root
}

// catalogDir returns the directory that a command is about: its argument, or
// the current one.
func catalogDir(args []string) string {
	if len(args) == 0 {
		return "."
	}
	return args[0]
}

// oneDir accepts at most one argument, a directory.
func oneDir(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return fmt.Errorf("%s takes one directory, not %d; see %s --help", cmd.CommandPath(), len(args), cmd.CommandPath())
	}
	info, err := os.Stat(catalogDir(args))
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("there is no directory %q; name the one with your components", catalogDir(args))
	case err != nil:
		return fmt.Errorf("opening the catalog: %w", err)
	case !info.IsDir():
		return fmt.Errorf("%q is a file; name the directory with your components", args[0])
	}
	return nil
}
