//go:build unix

package rt

import "syscall"

// keepFromChildren closes a descriptor in commands that the user's code
// starts. One that outlives the host would otherwise hold its answers open.
func keepFromChildren(descriptor uintptr) { syscall.CloseOnExec(int(descriptor)) }
