package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func newVersion(s streams) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version of this program",
		Example: "  storytime version",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(s.out, version(debug.ReadBuildInfo()))
			return err
		},
	}
}

// version says what the Go command has written into the program: the
// module's version, the commit, and what it was built with.
func version(info *debug.BuildInfo, ok bool) string {
	name, commit := "unknown", ""
	if ok {
		name = info.Main.Version
		modified := false
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				commit = s.Value[:min(12, len(s.Value))]
			case "vcs.modified":
				modified = s.Value == "true"
			}
		}
		if modified {
			commit += ", modified"
		}
	}
	if commit != "" {
		commit = " (" + commit + ")"
	}
	return fmt.Sprintf("storytime %s%s %s %s/%s", name, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
