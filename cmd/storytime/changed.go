package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// changedFiles returns the absolute names of the files that differ from where
// the current branch left a revision, and of those that git doesn't know yet.
func changedFiles(ctx context.Context, dir, revision string) ([]string, error) {
	if strings.HasPrefix(revision, "-") {
		return nil, fmt.Errorf("--changed needs a revision of git, such as origin/main, not %q", revision)
	}
	git := func(args ...string) (string, error) {
		cmd := exec.CommandContext(ctx, "git", args...)
		cmd.Dir = dir
		var message bytes.Buffer
		cmd.Stderr = &message
		out, err := cmd.Output()
		if errors.Is(err, exec.ErrNotFound) {
			return "", errors.New("--changed needs git, and there is none in the PATH")
		}
		if err != nil {
			first, _, _ := strings.Cut(strings.TrimSpace(message.String()), "\n")
			return "", fmt.Errorf("asking git what changed since %q: %s; name a revision that this checkout has (CI may fetch too little of the history)", revision, first)
		}
		return string(out), nil
	}
	top, err := git("rev-parse", "--show-toplevel")
	if err != nil {
		return nil, fmt.Errorf("%s is in no checkout of git, so nothing is known of what changed", dir)
	}
	root, err := filepath.EvalSymlinks(strings.TrimRight(top, "\r\n"))
	if err != nil {
		return nil, fmt.Errorf("finding the root of the checkout: %w", err)
	}
	differ, err := git("diff", "--name-only", "--no-renames", "--no-relative", "-z", "--merge-base", revision, "--")
	if err != nil {
		return nil, err
	}
	unknown, err := git("ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--", ":/")
	if err != nil {
		return nil, err
	}
	files := []string{}
	for name := range strings.SplitSeq(differ+unknown, "\x00") {
		if name != "" {
			files = append(files, filepath.Join(root, filepath.FromSlash(name))) // without the slash that marks a directory
		}
	}
	return files, nil
}
