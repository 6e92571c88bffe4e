//go:build !unix

package worker

// giveWay does nothing here: a process has no nice value.
func giveWay() {}
