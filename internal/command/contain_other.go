//go:build !unix

package command

import "os/exec"

// endWithChildren does nothing here: a command's children may outlive it.
func endWithChildren(*exec.Cmd) {}
