package build

import (
	"os"
	"runtime/debug"
	"sync"
)

// A build allocates thirty times what it keeps. Collecting that whenever the
// heap has doubled, as Go does, takes a quarter of the processor. So the
// collector waits until the process has what a catalog of its size may take:
// in proportion to the stories, so that a large catalog isn't collected
// without end. Where a catalog needs more than that, Go gives the collector
// half of the processor at most.
const (
	memoryBase  = 64 << 20
	memoryStory = 11 << 10
)

// BudgetMemory is for a process that does one build and little else: it sets
// the process's memory limit, and again once the progress tells the number of
// stories. GOGC or GOMEMLIMIT in the environment have the last word. The
// result takes the place of progress in the Options of the build.
func BudgetMemory(progress func(Progress)) func(Progress) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return progress
	}
	debug.SetMemoryLimit(2 * memoryBase)
	debug.SetGCPercent(-1)
	var once sync.Once
	return func(p Progress) {
		if p.Total > 0 {
			once.Do(func() { debug.SetMemoryLimit(memoryBase + max(memoryBase, memoryStory*int64(p.Total))) })
		}
		progress(p)
	}
}
