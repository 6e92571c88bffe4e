// Command storytime builds a catalog of stories into a static site.
//
// See the package pkg/build for what a build promises, pkg/serve for the
// development server, pkg/story for what a catalog is, and docs/ for how to
// use it.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/storytime-dev/storytime/pkg/worker"
)

func main() {
	worker.Main()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// The first signal ends the work in good order; a second one ends the
	// process.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, streams{in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.LookupEnv}, os.Args[1:]))
}
