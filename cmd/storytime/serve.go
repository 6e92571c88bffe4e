package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
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
}

// defaultPort is tried first, and then the ones after it.
const defaultPort = 6007

func newServe(s streams) *cobra.Command {
	o := &serveOptions{streams: s}
	cmd := &cobra.Command{
		Use:   "serve [DIR]",
		Short: "Build the catalog in DIR and serve it",
		Long: `Serve builds the catalog in DIR, or in the current directory, once, and serves
the site until it is interrupted. Problems are printed, and shown in their
place; everything else of the catalog works.

It can be reached from this machine only, unless --host says otherwise.`,
		Example: `  storytime serve ui --open
  storytime serve ui --port 8080
  storytime serve ui --host 0.0.0.0 --allow-host mymachine.local`,
		Args: oneDir,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.dir, o.portGiven = catalogDir(args), cmd.Flags().Changed("port")
			return o.run(cmd.Context())
		},
	}
	cmd.Flags().StringVar(&o.host, "host", "localhost", "address to listen on")
	cmd.Flags().IntVar(&o.port, "port", defaultPort, "port to listen on; without it the next free one is taken, 0 for any")
	cmd.Flags().StringSliceVar(&o.allowHosts, "allow-host", nil, "name that the server may be asked for, beside localhost")
	cmd.Flags().BoolVar(&o.open, "open", false, "open it in the browser")
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
	url := o.announce(listener, result)
	if o.open {
		// A browser that isn't there is no reason not to serve, and what its
		// launcher has to say is of no use.
		browser.Stdout, browser.Stderr = io.Discard, io.Discard
		if err := browser.OpenURL(url); err != nil {
			fmt.Fprintln(o.err, "storytime: no browser could be opened; open the address yourself")
		}
	}
	return serveUntil(ctx, listener, root.FS(), o.hosts())
}

// hosts are the names that the server may be asked for.
func (o *serveOptions) hosts() []string {
	if ip := net.ParseIP(o.host); ip != nil && ip.IsUnspecified() {
		return o.allowHosts
	}
	return append([]string{o.host}, o.allowHosts...)
}

// announce says where the site is, and who can reach it.
func (o *serveOptions) announce(listener net.Listener, result *build.Result) string {
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	url := "http://" + net.JoinHostPort(o.host, port) + "/"
	summary := count(result.Stories, "story", "stories")
	if n := len(result.Problems); n > 0 {
		summary += ", " + count(n, "problem", "problems")
	}
	fmt.Fprintf(o.out, "%s in %s → %s (Ctrl-C ends it)\n", summary, round(result.Duration), url)
	if ip := net.ParseIP(o.host); o.host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		fmt.Fprintf(o.err, "storytime: other machines can reach this server; it answers to localhost and %v\n", o.hosts())
	}
	return url
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

// serveUntil serves the files until the context ends.
func serveUntil(ctx context.Context, listener net.Listener, files fs.FS, hosts []string) error {
	server := serve.NewServer(&serve.Site{Files: files, Hosts: hosts})
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
