package gohost

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A goodHost is the last one of some needs in which everything compiled. While
// a package doesn't, that host renders the rest: nothing has to be linked
// before the mistake is shown.
type goodHost struct {
	Program string
	// Base is all that the host was made from but for the source, and Dirs the
	// source of each directory.
	Base string
	Dirs map[string]string
	// Shapes are the shapes of these.
	Shapes map[string]string

	Watch, Embedded []string
	Outside         string
}

func (b *maker) goodPath() string { return b.lastPath() + ".good" }

// sumsByDir is the source of each directory; that of what isn't a package's is
// at "".
func (t *tree) sumsByDir() map[string]string {
	dirs := map[string]string{}
	for _, sum := range t.sums {
		path, dir := sum[:max(strings.LastIndexByte(sum, ' '), 0)], ""
		if path != "" && isSource(filepath.Base(path)) {
			dir = filepath.Dir(path)
		}
		dirs[dir] += sum + "\n"
	}
	return dirs
}

// keepGood remembers the host that was made, if everything in it is good. What
// was saved while it was made may be in it, so it is not what its name says.
func (b *maker) keepGood(dir string) {
	now, err := b.scan(b.dirs())
	b.record.Uncertain = b.record.Uncertain || err != nil || !slices.Equal(now.sums, b.tree.sums)
	if !b.record.Runs || b.record.Uncertain || len(b.record.Problems) > 0 {
		return
	}
	before := b.lastGood()
	if before == nil {
		before = &goodHost{}
	}
	dirs := b.tree.sumsByDir()
	good := goodHost{
		Program: filepath.Join(dir, programName()), Base: hashOf(b.base()...), Dirs: dirs, Shapes: b.tree.shapes(dirs, before),
		Watch: b.record.Watch, Embedded: b.record.Embedded, Outside: b.record.Outside,
	}
	if text, err := json.Marshal(good); err == nil {
		_ = writeWhole(b.goodPath(), text) // it is only faster with it
		b.keepSteps(&good)
	}
}

// lastGood returns the last good host of the same needs; nil if there is none.
func (b *maker) lastGood() *goodHost {
	var good goodHost
	text, err := os.ReadFile(b.goodPath())
	if err != nil || json.Unmarshal(text, &good) != nil || good.Base != hashOf(b.base()...) {
		return nil
	}
	return &good
}

// standIn uses the last good host if it is what would be built now: one that
// differs in nothing but packages that don't compile. It reports false if there
// is none.
func (b *maker) standIn(dir string) bool {
	good := b.lastGood()
	if good == nil || len(b.program.failed) > 0 {
		return false
	}
	dirs, broken := b.tree.sumsByDir(), false
	for path, one := range b.program.packages {
		if b.tree.dirs[one.Dir] == nil || strings.Contains(path, "/.storytime_") {
			continue
		}
		if b.program.broken(path) != nil {
			broken = true
		} else if dirs[one.Dir] != good.Dirs[one.Dir] {
			return false
		}
	}
	if !broken || dirs[""] != good.Dirs[""] || b.outside(good.Watch, good.Embedded) != good.Outside {
		return false
	}
	if err := linkOrCopy(good.Program, filepath.Join(dir, programName())); err != nil {
		return false
	}
	b.record.Runs = true
	for i, block := range b.blocks {
		if !block.failed() {
			b.record.Blocks[block.Key] = found{Component: Component{ID: fmt.Sprint("b", i)}}
		}
	}
	return true
}

// linkOrCopy gives a program another name.
func linkOrCopy(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	_ = os.Remove(to)
	if os.Link(from, to) == nil {
		return nil
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o700)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if closing := out.Close(); err == nil {
		err = closing
	}
	return err
}
