//go:build unix

package worker

import "syscall"

// giveWay lets all else on the machine go first from now on, with what this
// process has started and will start: a browser has pages to draw. The worker
// leads a process group of its own, whose threads it concerns all.
func giveWay() {
	const nice = 10
	_ = syscall.Setpriority(syscall.PRIO_PGRP, 0, nice) // it is only slower without
}
