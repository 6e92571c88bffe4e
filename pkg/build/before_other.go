//go:build !unix

package build

import (
	"os/exec"
	"time"
)

// endWithChildren bounds how long a command's children can hold its output
// open once its context has ended.
func endWithChildren(cmd *exec.Cmd) { cmd.WaitDelay = time.Second }
