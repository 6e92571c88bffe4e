package serve

import (
	"bytes"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/storytime-dev/storytime/pkg/build"
	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/worker"
)

// publishFirst serves the pages that are on a screen, before the whole site.
func (r *run) publishFirst(pages *build.Pages) {
	v := r.served.take()
	if v == nil {
		return
	}
	defer r.served.release(v)
	first := map[string][]byte{}
	for name, data := range pages.Files {
		served, err := v.ReadFile(name)
		if len(served) > largeFile {
			continue // that is read from the site, which is to follow
		}
		if err != nil && pages.Copies[name] {
			continue // no page needs it yet, or any more
		}
		if err != nil || !bytes.Equal(served, data) {
			first[name] = data
		}
	}
	problems := mend(r.hub.problems, pages)
	if len(first) == 0 && sameProblems(problems, r.hub.problems) {
		return
	}
	next := r.served.replace(nil, first, r.hub.prepare(problems))
	var changed []string
	for name := range first {
		changed = append(changed, name)
	}
	r.hub.publish(next.number, changed, nil)
	r.building.screen = time.Since(r.building.saved.since)
}

// mend returns what is wrong when some stories have been rendered again: what
// stopped only these counts no more.
func mend(problems problem.List, pages *build.Pages) problem.List {
	rendered := map[string]bool{}
	for _, s := range pages.Stories {
		rendered[s] = true
	}
	kept := problem.List{}
	for _, p := range problems {
		if len(p.Stories) > 0 {
			rest := *p
			rest.Stories = slices.DeleteFunc(slices.Clone(p.Stories), func(s string) bool { return rendered[s] })
			if p = &rest; len(rest.Stories) == 0 {
				continue
			}
		}
		kept = append(kept, p)
	}
	return append(kept, pages.Problems...).Sort()
}

// publish serves the whole site of a build.
func (r *run) publish(b *building, result *worker.Result) error {
	next, err := openSite(b.dir)
	if err != nil {
		return err
	}
	changed, gone := result.Changed, result.Removed
	if v := r.served.take(); v != nil {
		changed, gone = difference(v, next.root.FS(), changed, gone)
		r.served.release(v)
	}
	v := r.served.replace(next, nil, r.hub.prepare(result.Problems))
	r.site, r.unpublished = filepath.Join(b.dir, "site"), changes{}
	r.hub.publish(v.number, changed, gone)
	r.watchOutside(result.Outside)
	r.log(b, result)
	return nil
}

// difference returns what is another file in a site than in the view before
// it, and what isn't there any more, given that for the view's own site.
func difference(before *view, next fs.FS, changed, gone []string) ([]string, []string) {
	if len(before.first) == 0 {
		return changed, gone
	}
	changed = slices.DeleteFunc(changed, func(name string) bool {
		_, made := before.first[name]
		return made
	})
	for name, served := range before.first {
		data, err := fs.ReadFile(next, name)
		switch {
		case err != nil && !slices.Contains(gone, name):
			gone = append(gone, name)
		case err == nil && !bytes.Equal(data, served):
			changed = append(changed, name)
		}
	}
	return changed, gone
}

// watchOutside watches also what a build was read from beside the catalog. If
// that isn't watched yet, it may have changed since it was read.
func (r *run) watchOutside(outside []string) {
	news := slices.ContainsFunc(outside, func(dir string) bool { return !slices.Contains(r.files.Outside(), dir) })
	if !news && len(outside) == len(r.files.Outside()) {
		return
	}
	r.files.SetOutside(outside)
	if news {
		r.pending.add(changes{all: true, since: time.Now()})
	}
	if err := r.watcher.Watch(append([]string{r.dir}, outside...)); err != nil {
		r.options.Log.Error("not all can be watched", "reason", err)
	}
}

// log writes the line of a build.
func (r *run) log(b *building, result *worker.Result) {
	attrs := []any{"changed", r.summary(b.saved), "stories", result.Stories}
	if b.screen > 0 {
		attrs = append(attrs, "screen", round(b.screen))
	}
	attrs = append(attrs, "total", round(time.Since(b.saved.since)))
	if n := len(result.Problems); n > 0 {
		attrs = append(attrs, "problems", n)
	}
	r.options.Log.Info("built", attrs...)
	r.print(result.Problems)
}

// print shows the problems, unless they have been shown.
func (r *run) print(problems problem.List) {
	if !sameProblems(problems, r.reported) && r.options.Problems != nil {
		r.options.Problems(problems)
	}
	r.reported = problems
}

// summary names what changed, in short.
func (r *run) summary(c changes) string {
	if len(c.files) == 0 {
		return "everything"
	}
	name, err := filepath.Rel(r.dir, c.files[0])
	if err != nil {
		name = c.files[0]
	}
	name = problem.Clean(strings.ReplaceAll(filepath.ToSlash(name), "\n", "␤"))
	if n := len(c.files) - 1; n > 0 {
		name += fmt.Sprintf(" and %d more", n)
	}
	return name
}

func round(d time.Duration) time.Duration { return d.Round(time.Millisecond) }
