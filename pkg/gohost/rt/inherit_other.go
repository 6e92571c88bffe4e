//go:build !unix

package rt

// keepFromChildren has nothing to do where handles are inherited one by one.
func keepFromChildren(uintptr) {}
