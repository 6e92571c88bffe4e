package watch

import "slices"

// changes are what has happened to files since a batch told of them. They
// compare the first state with the last: what was between them is nobody's
// business.
type changes struct {
	files  map[string]change
	rescan bool
	count  int // of what was noted, to see that something still happens
}

// A change tells whether there was a file before, and whether there is now.
type change struct{ before, now bool }

// note adds what has happened to a file.
func (c *changes) note(path string, before, now bool) {
	c.count++
	if first, noted := c.files[path]; noted {
		before = first.before
	}
	if !before && !now {
		delete(c.files, path)
		return
	}
	if c.files == nil {
		c.files = map[string]change{}
	}
	c.files[path] = change{before, now}
}

// lose notes that anything may have happened.
func (c *changes) lose() {
	c.count++
	c.rescan = true
}

// merge adds what happened later.
func (c *changes) merge(later *changes) {
	for path, l := range later.files {
		c.note(path, l.before, l.now)
	}
	c.rescan = c.rescan || later.rescan
}

func (c *changes) empty() bool { return len(c.files) == 0 && !c.rescan }

func (c *changes) batch() Batch {
	b := Batch{Rescan: c.rescan}
	for path, change := range c.files {
		if change.now {
			b.Changed = append(b.Changed, path)
		} else {
			b.Removed = append(b.Removed, path)
		}
	}
	slices.Sort(b.Changed)
	slices.Sort(b.Removed)
	return b
}
