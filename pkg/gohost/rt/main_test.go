package rt_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/storytime-dev/storytime/pkg/gohost/rt"
)

// TestMain makes this program a host when it is started as one.
func TestMain(m *testing.M) {
	if os.Getenv("STORYTIME_HOST_OUT") != "" {
		fmt.Println("printed by an init")
		rt.Main(rt.Table{Blocks: []rt.Block{
			{ID: "env", Fn: func() any { return os.Getenv("STORYTIME_HOST_IN") + os.Getenv("STORYTIME_HOST_OUT") }},
			// A command that outlives the host must not hold its answers open.
			{ID: "command", Fn: func() any { return fmt.Sprint(exec.Command("sleep", "5").Start()) }},
			{ID: "hang", Fn: func() any { select {} }},
		}})
	}
	os.Exit(m.Run())
}

// host starts this program as a host. It returns its answers to some requests
// and what it printed.
func host(t *testing.T, requests ...string) (answers []string, printed string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("a process on Windows is given handles in another way")
	}
	in, toHost, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	fromHost, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var stdout strings.Builder
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "STORYTIME_HOST_IN=3", "STORYTIME_HOST_OUT=4")
	cmd.ExtraFiles = []*os.File{in, out}
	cmd.Stdout = &stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	in.Close()
	out.Close()
	for _, r := range requests {
		fmt.Fprintln(toHost, r)
	}
	toHost.Close()
	lines := bufio.NewScanner(fromHost)
	for lines.Scan() {
		answers = append(answers, lines.Text())
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("the host ended with %v", err)
	}
	return answers, stdout.String()
}

func TestMainServesFilesThatItInherits(t *testing.T) {
	answers, printed := host(t, `{"id":1,"block":"env"}`)
	if got := strings.Join(answers, " "); got != `{"ready":true} {"id":1,"html":""}` {
		t.Error(got)
	}
	if printed != "printed by an init\n" {
		t.Error(printed)
	}
}

func TestMainKeepsItsFilesFromCommands(t *testing.T) {
	if answers, _ := host(t, `{"id":1,"block":"command"}`); len(answers) != 2 {
		t.Error(answers)
	}
}

func TestMainEndsThoughARequestHangs(t *testing.T) {
	t.Parallel()
	if answers, _ := host(t, `{"id":1,"block":"hang"}`); len(answers) != 1 {
		t.Error(answers)
	}
}
