//go:build unix

package worker

import (
	"os"
	"os/exec"
	"syscall"
)

// A group is what a worker's process has started, and the process itself.
type group struct {
	pid    int
	marker string // in the environment of all of them
}

// contain prepares a command to become a group.
func contain(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// newGroup returns the group of a command that has been started.
func newGroup(cmd *exec.Cmd, marker string) (*group, error) {
	return &group{pid: cmd.Process.Pid, marker: marker}, nil
}

// kill ends all of it. The process must not have been waited for yet, or its
// number may be another's.
func (g *group) kill() { _ = syscall.Kill(-g.pid, syscall.SIGKILL) }

// endAll ends this process, a worker, and what it has started.
func endAll() {
	killDescendants(os.Getpid())
	sweep(os.Getenv(environment))
	_ = syscall.Kill(-os.Getpid(), syscall.SIGKILL)
	os.Exit(1)
}
