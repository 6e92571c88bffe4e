package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/storytime-dev/storytime/pkg/problem"
)

type newStoryOptions struct {
	streams
	dir  string
	name string
}

func newNew(s streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "new",
		Short: "Write what is tedious to write",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	o := &newStoryOptions{streams: s}
	cmd.AddCommand(&cobra.Command{
		Use:   "story NAME [DIR]",
		Short: "Write a story for a component that has none",
		Long: `New story writes a story for a component of the catalog in DIR, or in the
current directory. NAME is as storytime list --components prints it. The story
is put into a new file beside the component, or at the end of the one there is.`,
		Example: `  storytime list --components
  storytime new story button.Button
  storytime new story forms/field.html ui`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("%s needs the name of a component; see storytime list --components", cmd.CommandPath())
			}
			return oneDir(cmd, args[1:])
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			o.name, o.dir = args[0], catalogDir(args[1:])
			return o.run(cmd.Context())
		},
	})
	return cmd
}

func (o *newStoryOptions) run(ctx context.Context) error {
	catalog, _, closeCatalog, err := readCatalog(ctx, o.dir)
	if err != nil {
		return err
	}
	defer closeCatalog()
	all, err := findUnwritten(ctx, o.dir, catalog)
	if err != nil {
		return err
	}
	var names []string
	for _, u := range all {
		if u.Name == o.name {
			return o.write(u)
		}
		names = append(names, u.Name)
	}
	if len(names) == 0 {
		return errors.New("every component of the catalog has a story")
	}
	return fmt.Errorf("no component without a story is called %q; %s", o.name, problem.DidYouMean(o.name, names))
}

// write adds the story to its file.
func (o *newStoryOptions) write(u unwritten) error {
	name := filepath.Join(o.dir, filepath.FromSlash(u.StoryFile))
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	text := u.file
	if errors.Is(err, fs.ErrExist) {
		f, err = os.OpenFile(name, os.O_WRONLY|os.O_APPEND, 0o644)
		text = "\n" + u.Story
	}
	if err != nil {
		return fmt.Errorf("writing the story: %w", err)
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("writing the story: %w", err)
	}
	_, err = fmt.Fprintf(o.out, "wrote %s\n", problem.Clean(filepath.ToSlash(name)))
	return err
}
