package render

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// inherit gives a host the files that it reads from and writes to.
func inherit(cmd *exec.Cmd, in, out *os.File) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.AdditionalInheritedHandles = []syscall.Handle{syscall.Handle(in.Fd()), syscall.Handle(out.Fd())}
	cmd.Env = append(cmd.Env, fmt.Sprintf("STORYTIME_HOST_IN=%d", in.Fd()), fmt.Sprintf("STORYTIME_HOST_OUT=%d", out.Fd()))
}
