// Package serve shows a catalog in the browser.
//
// A Site is a built site as an http.Handler, and no more: GET and HEAD, from
// the files of one directory and nothing else. It lists no directory, shows
// no hidden file, and follows no link that leads out. What isn't there is
// answered with the site's own 404 page.
//
// A Workshop is the development server. It watches a catalog, builds it in
// worker processes when something is saved (pkg/watch, pkg/worker), and tells
// the browsers what has changed.
//
// # What is served
//
// Each build goes into a directory of its own, and is served once it is whole.
// A request is answered from one build to its end; the directory before goes
// when nobody reads it any more. Every file is, byte for byte, what
// `storytime build` makes of the same catalog, with its problems shown in
// their place. Pages that are on a screen are served anew before the whole
// site is there; then they, and what they load, are from the newer state, and
// all else is from the older.
//
// The reload script is in no file. It is sent after workshop.js and frame.js,
// when a browser asks for these to run them, and after the 404 page; one for
// iframe.html is sent after storybook.js. As long
// as there is no build, every page is answered with 503 and a page that waits.
//
// # Who is answered
//
// A server on one's own machine can be reached by every page that the same
// browser shows. So that none of them can read a catalog, only requests for a
// host that the server is known by are answered (a page that has rebound its
// own name can't send one), other origins are forbidden to use the answers,
// and what is more than a file is refused to them: the socket and the
// rendering of stories. A client that sends neither Origin nor Sec-Fetch-Site
// is no browser, and is treated as the machine's own user.
//
// # The reload socket
//
// GET /_storytime/live answers {"token": …, "build": 12}; with the token, as
// /_storytime/live?token=…, it is a websocket (a client without an Origin
// needs no token). Messages are JSON objects with a "type". Builds are
// numbered from 1, each time that what is served changes. A page learns from
// the header `Server-Timing: build;desc="12", problems;desc="3"` which one it is
// from, and which problems have to be known to judge it.
//
// A client sends, at first and whenever it changes:
//
//	{"type": "show", "build": 12, "files": ["forms/button/primary/index.html", …]}
//
// the files of the site that it shows or uses, what matters most first, and
// the build that they are from, 0 for the newest. At most 400 files count.
//
// The server sends:
//
//	{"type": "hello", "build": 13}                         once, after the first "show"
//	{"type": "build", "build": 14, "changed": […], "gone": […]}
//	    of the files that the client shows, those that are others since the
//	    build that it has; also what it missed while it was away
//	{"type": "problems", "build": 14, "version": 3, "problems": […], "html": "…"}
//	    all that is wrong in the catalog now, before the "build" of the same
//	    number; html is the panel's content, escaped
//	{"type": "progress", "stage": "rendering", "done": 120, "total": 10000}
//	    of a build that takes long; the stage is "" when it has ended
//	{"type": "reload"}                                     what changed isn't known any more
//
// Whom nothing concerns hears nothing. What a client hasn't taken yet isn't
// queued up but computed anew when it does, so a client that never reads
// costs a fixed amount of memory, until it is dropped.
//
// # Rendering with other props
//
// GET /_storytime/render?story=forms/button/primary&props=text:%20Save, with a
// header X-Storytime of any content, renders one story with other props, which
// are YAML; without the parameter, with its own. The answer is a JSON object:
// build.TrialResult, but that "problems" is the panel's content, escaped.
package serve

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/storytime-dev/storytime/pkg/build"
	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/worker"
)

// Options are the choices of a Workshop.
type Options struct {
	// Dir is the catalog's directory; "" is the current one.
	Dir string
	// Hosts are as in Site.
	Hosts []string
	// Isolate builds in processes of their own, so that no story can take the
	// server down. Programs that set it call worker.Main first in their main.
	Isolate bool
	// Timeout and Memory bound each build, where it is isolated; see
	// worker.Options.
	Timeout time.Duration
	Memory  int64
	// Jobs is as in build.Options.
	Jobs int
	// Poll looks at the files again and again instead of waiting for events.
	Poll bool
	// Editor is the address that opens a file in an editor, with {file},
	// {line} and {column} in their places; "" is that of Visual Studio Code,
	// "none" makes no links.
	Editor string
	// Temp is where the sites are built; "" is the system's directory for
	// temporary files.
	Temp string
	// Log gets one line a build; nil logs nothing.
	Log *slog.Logger
	// Problems is called after a line of the log, with the problems of the
	// catalog, when they are not those of the call before; it may be nil.
	Problems func(problem.List)
	// Progress is as in build.Options.
	Progress func(build.Progress)
}

// A builder does builds: a worker.Pool or a worker.Local.
type builder interface {
	Build(context.Context, worker.Job, worker.Events) (*worker.Result, error)
	Try(context.Context, build.Trial) (*build.TrialResult, error)
	Close()
}

// A Workshop is the development server of one catalog. It is an http.Handler
// that answers as long as Run runs.
type Workshop struct {
	options Options
	dir     string // the catalog's, absolute and without links
	temp    string // has a directory for each build
	token   string
	builder builder
	hub     *hub
	served  served
	trials  chan struct{} // has room for those who may wait for a rendering
}

// New prepares a server. Run starts the work.
func New(options Options) (*Workshop, error) {
	w := &Workshop{options: options, token: rand.Text(), trials: make(chan struct{}, maxTrials)}
	if w.options.Log == nil {
		w.options.Log = slog.New(slog.DiscardHandler)
	}
	abs, err := filepath.Abs(options.Dir)
	if err != nil {
		return nil, fmt.Errorf("resolving the catalog's directory: %w", err)
	}
	if w.dir, err = filepath.EvalSymlinks(abs); err != nil {
		return nil, fmt.Errorf("opening the catalog: %w", err)
	}
	if w.temp, err = os.MkdirTemp(options.Temp, "storytime-"); err != nil {
		return nil, fmt.Errorf("making a directory for the site: %w", err)
	}
	workers := worker.Options{Dir: w.dir, Jobs: options.Jobs, Timeout: options.Timeout, Memory: options.Memory, Temp: w.temp}
	if !options.Isolate {
		w.builder = worker.NewLocal(workers)
	} else if w.builder, err = worker.NewPool(workers); err != nil {
		return nil, errors.Join(err, os.RemoveAll(w.temp))
	}
	w.hub = newHub(w.editorLink)
	return w, nil
}

// Run watches and builds until ctx ends, and gives back what the server has
// taken. The error is nil if only ctx ended it.
func (w *Workshop) Run(ctx context.Context) error {
	err := w.loop(ctx)
	w.hub.close()
	w.builder.Close()
	w.served.close()
	return errors.Join(err, os.RemoveAll(w.temp))
}

// The addresses that are no files.
const (
	livePath   = "/_storytime/live"
	renderPath = "/_storytime/render"
	scriptPath = "/_storytime/live.js"
)

// ServeHTTP implements http.Handler.
func (w *Workshop) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case livePath, renderPath, scriptPath:
		if !admit(rw, r, w.options.Hosts) {
			return
		}
		if !ownOrigin(r) {
			http.Error(rw, "Only pages of this server are answered here.", http.StatusForbidden)
			return
		}
	}
	switch r.URL.Path {
	case livePath:
		w.live(rw, r)
	case renderPath:
		w.render(rw, r)
	case scriptPath:
		w.script(rw, r)
	default:
		w.file(rw, r)
	}
}
