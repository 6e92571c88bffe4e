package main

import (
	"os"
	"runtime/debug"
	"sync"

	"github.com/storytime-dev/storytime/pkg/build"
)

// A build allocates fifteen times what it keeps. Collecting that whenever the
// heap has doubled, as Go does, takes a quarter of the processor. So the
// collector may wait until the process has what a catalog of its size may
// take: about twice what it needs, and in proportion to the stories, so that
// a large catalog isn't collected without end.
const (
	memoryBase  = 60 << 20
	memoryStory = 10 << 10
)

// budgetMemory returns progress, and sets the memory limit once the number of
// stories is known. GOGC or GOMEMLIMIT in the environment have the last word.
func budgetMemory(progress func(build.Progress)) func(build.Progress) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return progress
	}
	var once sync.Once
	return func(p build.Progress) {
		if p.Total > 0 {
			once.Do(func() {
				debug.SetMemoryLimit(memoryBase + memoryStory*int64(p.Total))
				debug.SetGCPercent(-1)
			})
		}
		progress(p)
	}
}
