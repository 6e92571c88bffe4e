package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/cli/browser"
	"github.com/spf13/cobra"

	"github.com/storytime-dev/storytime/pkg/build"
	"github.com/storytime-dev/storytime/pkg/serve"
)

type serveOptions struct {
	streams
	dir        string
	host       string
	port       int
	portGiven  bool
	allowHosts []string
	open       bool

	watch   bool
	poll    bool
	isolate bool
	timeout time.Duration
	memory  byteSize
	editor  string
}

// defaultPort is tried first, and then the ones after it.
const defaultPort = 6007

func newServe(s streams) *cobra.Command {
	o := &serveOptions{streams: s, memory: 1 << 30}
	cmd := &cobra.Command{
		Use:   "serve [DIR]",
		Short: "Build the catalog in DIR and serve it",
		Long: `Serve builds the catalog in DIR, or in the current directory, and serves the
site until it is interrupted. Problems are printed, and shown in their place;
everything else of the catalog works.

With --watch it builds again whenever a file is saved, and shows the change at
once in every browser that has the page open. Each build is a process of its
own: what a story does in it can't take the server down.

It can be reached from this machine only, unless --host says otherwise.`,
		Example: `  storytime serve ui --watch --open
  storytime serve ui --port 8080
  storytime serve ui --host 0.0.0.0 --allow-host mymachine.local`,
		Args: oneDir,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.dir, o.portGiven = catalogDir(args), cmd.Flags().Changed("port")
			for _, name := range o.allowHosts {
				if strings.ContainsAny(name, ":/ ") && net.ParseIP(name) == nil {
					return fmt.Errorf("--allow-host takes a name without a port, not %q", name)
				}
			}
			if o.editor != "" && o.editor != "none" && !strings.Contains(o.editor, "{file}") {
				return fmt.Errorf("--editor needs {file} in its address, or the word none; %q has neither", o.editor)
			}
			if !o.watch {
				for _, name := range []string{"poll", "isolate", "build-timeout", "build-memory", "editor"} {
					if cmd.Flags().Changed(name) {
						return fmt.Errorf("--%s is for --watch; add that, or leave it out", name)
					}
				}
				return o.run(cmd.Context())
			}
			if o.timeout <= 0 {
				return fmt.Errorf("--build-timeout must be longer than nothing, not %s", o.timeout)
			}
			return o.runWatch(cmd.Context())
		},
	}
	cmd.Flags().StringVar(&o.host, "host", "localhost", "address to listen on")
	cmd.Flags().IntVar(&o.port, "port", defaultPort, "port to listen on; without it the next free one is taken, 0 for any")
	cmd.Flags().StringSliceVar(&o.allowHosts, "allow-host", nil, "name that the server may be asked for, beside localhost")
	cmd.Flags().BoolVar(&o.open, "open", false, "open it in the browser")
	cmd.Flags().BoolVarP(&o.watch, "watch", "w", false, "build again and show it when a file is saved")
	cmd.Flags().BoolVar(&o.poll, "poll", false, "with --watch: look at the files again and again, where the system tells of no changes")
	cmd.Flags().BoolVar(&o.isolate, "isolate", true, "with --watch: build in processes of their own")
	cmd.Flags().DurationVar(&o.timeout, "build-timeout", 2*time.Minute, "with --watch: how long one build may take")
	cmd.Flags().Var(&o.memory, "build-memory", "with --watch: how much memory one build may take")
	cmd.Flags().StringVar(&o.editor, "editor", "", "with --watch: address that opens a file, with {file}, {line} and {column}, or \"none\" (default: Visual Studio Code's)")
	return cmd
}

func (o *serveOptions) run(ctx context.Context) (err error) {
	listener, err := o.listen(ctx)
	if err != nil {
		return err
	}
	defer listener.Close()
	temp, err := os.MkdirTemp("", "storytime-")
	if err != nil {
		return fmt.Errorf("making a directory for the site: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	status := newStatus(o.streams)
	result, err := build.Site(ctx, build.Options{
		Dir: o.dir, Output: filepath.Join(temp, "site"), AllowProblems: true, Progress: status.build,
	})
	status.clear()
	if err != nil {
		return err
	}
	if err := printProblems(o.streams, o.dir, result.Problems); err != nil {
		return err
	}
	root, err := os.OpenRoot(filepath.Join(temp, "site"))
	if err != nil {
		return fmt.Errorf("opening the site: %w", err)
	}
	defer root.Close()
	summary := count(result.Stories, "story", "stories")
	if n := len(result.Problems); n > 0 {
		summary += ", " + count(n, "problem", "problems")
	}
	o.announce(listener, summary+" in "+round(result.Duration))
	return serveUntil(ctx, listener, &serve.Site{Files: root.FS(), Hosts: o.hosts()})
}

// hosts are the names that the server may be asked for.
func (o *serveOptions) hosts() []string {
	if ip := net.ParseIP(o.host); ip != nil && ip.IsUnspecified() {
		return o.allowHosts
	}
	return append([]string{o.host}, o.allowHosts...)
}

// announce says where the site is, and who can reach it, and opens it.
func (o *serveOptions) announce(listener net.Listener, what string) {
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	host := o.host
	ip := net.ParseIP(host)
	if ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	url := "http://" + net.JoinHostPort(host, port) + "/"
	fmt.Fprintf(o.out, "%s → %s (Ctrl-C ends it)\n", what, url)
	names := strings.Join(append([]string{"localhost", "its own addresses"}, o.hosts()...), ", ")
	if slices.Contains(o.allowHosts, "*") {
		names = "any name, so that any page in a browser here can read it"
	}
	switch {
	case o.host != "localhost" && (ip == nil || !ip.IsLoopback()):
		fmt.Fprintf(o.err, "storytime: other machines can reach this server; it answers to %s\n", names)
	case len(o.allowHosts) > 0:
		fmt.Fprintf(o.err, "storytime: the server answers to %s\n", names)
	}
	if !o.open {
		return
	}
	// A browser that isn't there is no reason not to serve, and what its
	// launcher has to say is of no use.
	browser.Stdout, browser.Stderr = io.Discard, io.Discard
	if err := browser.OpenURL(url); err != nil {
		fmt.Fprintln(o.err, "storytime: no browser could be opened; open the address yourself")
	}
}

// listen takes the port that is wanted. When nobody asked for one, the next
// that is free does as well.
func (o *serveOptions) listen(ctx context.Context) (net.Listener, error) {
	const tries = 20
	var config net.ListenConfig
	for port := o.port; ; port++ {
		listener, err := config.Listen(ctx, "tcp", net.JoinHostPort(o.host, strconv.Itoa(port)))
		switch {
		case err == nil:
			return listener, nil
		case !errors.Is(err, syscall.EADDRINUSE):
			return nil, fmt.Errorf("listening: %w", err)
		case o.portGiven:
			return nil, fmt.Errorf("port %d is taken; choose another with --port, or leave it out", o.port)
		case port == o.port+tries:
			return nil, fmt.Errorf("the ports from %d to %d are taken; choose another with --port", o.port, port)
		}
	}
}

// serveUntil serves until the context ends.
func serveUntil(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := serve.NewServer(handler)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serving: %w", err)
	case <-ctx.Done():
	}
	// Who is being answered gets the rest of it, but not for long.
	const grace = 500 * time.Millisecond
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if err := server.Shutdown(stopping); err != nil {
		_ = server.Close()
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving: %w", err)
	}
	return nil
}
