//go:build unix

package render

import (
	"os"
	"os/exec"
)

// inherit gives a host the files that it reads from and writes to.
func inherit(cmd *exec.Cmd, in, out *os.File) {
	cmd.ExtraFiles = []*os.File{in, out}
	cmd.Env = append(cmd.Env, "STORYTIME_HOST_IN=3", "STORYTIME_HOST_OUT=4")
}
