//go:build unix

package command

import (
	"os/exec"
	"syscall"
)

// endWithChildren makes the end of a command's context end also what the
// command started.
func endWithChildren(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
