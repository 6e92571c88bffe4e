package gohost

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// A guess is a build that begins before it is known what to build. After most
// edits of a component the tables of the host are as they were, so the
// compiler can work while the packages are read; if they are not, the guess is
// dropped.
type guess struct {
	overlay string
	cancel  context.CancelFunc
	done    chan struct{}
	dir     string // where the program is
	steps   *steps // that made it
	err     error
}

// lastPath is where the files are listed that were generated for the same
// needs the last time.
func (b *maker) lastPath() string {
	parts := []string{b.home.Dir, b.opt.Dir}
	for _, refs := range [][]Ref{b.needs.Components, b.needs.Values} {
		for _, r := range refs {
			parts = append(parts, r.key())
		}
		parts = append(parts, "")
	}
	for i, block := range b.needs.Blocks {
		parts = append(parts, block.Key, block.Language, b.blockSums[i])
	}
	return b.store.path("last", hashOf(parts...))
}

// overlaid is the source as it is now with the files that were generated for
// the same needs the last time; nil if there were none.
func (b *maker) overlaid() *tree {
	text, err := os.ReadFile(b.lastPath())
	generated := map[string]string{}
	if err != nil || json.Unmarshal(text, &generated) != nil {
		return nil
	}
	t := *b.tree
	t.overlay = maps.Clone(b.tree.overlay)
	maps.Copy(t.overlay, generated)
	return &t
}

// begin starts to build what was built the last time, from the source as it
// is now. It returns nil if there was none.
func (b *maker) begin(ctx context.Context, dir string) *guess {
	overlaid := b.overlaid()
	if overlaid == nil {
		return nil
	}
	overlay, err := b.overlay(overlaid)
	if err != nil {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	g := &guess{overlay: overlay, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(g.done)
		var log string
		if g.dir, log, g.err = b.link(ctx, dir, overlay, "-x"); g.err == nil {
			g.steps = readSteps(log, b.home.Dir)
			g.steps.overlaid(overlaid.overlay)
		}
	}()
	return g
}

// end waits until nothing of the guess runs any more, and removes what it
// made if nobody took it.
func (g *guess) end() {
	if g == nil {
		return
	}
	g.cancel()
	<-g.done
	if g.dir != "" {
		_ = os.RemoveAll(g.dir)
	}
}

// built returns the directory with the program that is made of an overlay,
// from the guess if it was right.
func (b *maker) built(ctx context.Context, g *guess, dir, overlay string) (string, error) {
	if g != nil && g.overlay == overlay {
		<-g.done
		if made := g.dir; g.err == nil && made != "" {
			g.dir, b.steps = "", g.steps
			return made, nil
		}
	}
	g.end()
	b.steps = nil
	made, _, err := b.link(ctx, dir, overlay)
	return made, err
}

// link builds the program into a new directory below dir. It returns what the
// go command told, too, which the flags may make more.
func (b *maker) link(ctx context.Context, dir, overlay string, flags ...string) (made, log string, err error) {
	if made, err = newDir(dir); err != nil {
		return "", "", err
	}
	args := slices.Concat([]string{"build", "-o", filepath.Join(made, programName()), "-ldflags=-s -w"}, flags, b.buildFlags(overlay))
	_, told, err := b.runGo(ctx, b.home.Dir, append(args, "./"+hostDir)...)
	if err != nil {
		_ = os.RemoveAll(made)
		return "", "", err
	}
	return made, string(told), nil
}

// newDir makes a directory for a program below dir.
func newDir(dir string) (string, error) {
	err := os.MkdirAll(dir, 0o700)
	fresh := ""
	if err == nil {
		fresh, err = os.MkdirTemp(dir, ".new-*")
	}
	if err != nil {
		return "", fmt.Errorf("writing the host: %w", err)
	}
	return fresh, nil
}

// remember lists the generated files for the next guess, which may do without.
func (b *maker) remember(overlaid *tree) {
	generated := map[string]string{}
	for path, stored := range overlaid.overlay {
		if b.scanned[path] != stored {
			generated[path] = stored
		}
	}
	if text, err := json.Marshal(generated); err == nil {
		_ = writeWhole(b.lastPath(), text)
	}
}
