package gohost

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// needGo skips a test where there is no go command: nothing here can run then.
func needGo(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("SKIPPED, AND NOTHING OF THIS PACKAGE IS TESTED: the go command is not in the PATH")
	}
}

// copyOf puts one of the modules in testdata/golang into a directory of the
// test's own.
func copyOf(t *testing.T, module string) string {
	t.Helper()
	needGo(t)
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", "..", "testdata", "golang", module))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// write writes a file of a module.
func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// edit replaces a text that is in a file once.
func edit(t *testing.T, dir, name, before, after string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), before); n != 1 {
		t.Fatalf("%s has %q %d times", name, before, n)
	}
	write(t, dir, name, strings.Replace(string(text), before, after, 1))
}

// sumOf is a hash of all that is below a directory.
func sumOf(t *testing.T, dir string) string {
	t.Helper()
	h := sha256.New()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		fmt.Fprintln(h, path, d.Type())
		if d.Type().IsRegular() {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			fmt.Fprintf(h, "%d %s\n", len(text), text)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// open opens the module of a catalog, which must be fine.
func open(t *testing.T, opt Options) *Module {
	t.Helper()
	if opt.Cache == "" {
		opt.Cache = filepath.Join(t.TempDir(), "cache")
	}
	m, p, err := Open(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	if p != nil {
		t.Fatalf("%s (%s)", p, p.Hint)
	}
	return m
}

func built(t *testing.T, m *Module, needs Needs) *Host {
	t.Helper()
	h, err := m.Build(t.Context(), needs)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// A client talks to a running host.
type client struct {
	t       *testing.T
	h       *Host
	in      *os.File
	answers *bufio.Scanner
}

// start runs a host until the test ends.
func start(t *testing.T, h *Host) *client {
	t.Helper()
	if h.Program == "" {
		t.Fatalf("there is no program: %v", h.Problems)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	cmd := exec.CommandContext(ctx, h.Program)
	cmd.Dir, cmd.Stdout, cmd.Stderr = h.Dir, os.Stderr, os.Stderr
	theirIn, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, theirOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.ExtraFiles = []*os.File{theirIn, theirOut}
	cmd.Env = append(append(os.Environ(), "STORYTIME_HOST_IN=3", "STORYTIME_HOST_OUT=4"), h.Env...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = theirIn.Close()
	_ = theirOut.Close()
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
		_ = out.Close()
		cancel()
	})
	c := &client{t: t, h: h, in: in, answers: bufio.NewScanner(out)}
	if !c.answers.Scan() || c.answers.Text() != `{"ready":true}` {
		t.Fatalf("the host is not ready: %q", c.answers.Text())
	}
	return c
}

type answer struct {
	HTML   string
	Errors []struct {
		Kind, Message, Hint, File, Trace string
		Line, Column                     int
	}
}

func (c *client) ask(request map[string]any) answer {
	c.t.Helper()
	request["id"] = 1
	line, err := json.Marshal(request)
	if err != nil {
		c.t.Fatal(err)
	}
	if _, err := c.in.Write(append(line, '\n')); err != nil {
		c.t.Fatal(err)
	}
	if !c.answers.Scan() {
		c.t.Fatalf("the host ended: %v", c.answers.Err())
	}
	var a answer
	if err := json.Unmarshal(c.answers.Bytes(), &a); err != nil {
		c.t.Fatal(err)
	}
	return a
}

func (c *client) html(request map[string]any) string {
	c.t.Helper()
	a := c.ask(request)
	if len(a.Errors) > 0 {
		return fmt.Sprint("ERROR ", a.Errors)
	}
	return strings.Join(strings.Fields(a.HTML), " ")
}

// component renders the component that a ref means.
func (c *client) component(r Ref, props map[string]any) string {
	c.t.Helper()
	found, p := c.h.Component(r)
	if p != nil {
		return "PROBLEM " + said(p)
	}
	return c.html(map[string]any{"component": found.ID, "props": props})
}

func (c *client) block(key string) string {
	c.t.Helper()
	id, problems := c.h.Block(key)
	if len(problems) > 0 {
		return "PROBLEM " + saidAll(problems)
	}
	return c.html(map[string]any{"block": id})
}

// said is a problem as a test compares it.
func said(p *problem.Problem) string {
	if p == nil {
		return ""
	}
	return fmt.Sprintf("%s: %s | %s", p.Place(), p.Message, p.Hint)
}

func saidAll(list problem.List) string {
	var all []string
	for _, p := range list {
		all = append(all, said(p))
	}
	return strings.Join(all, "\n")
}
