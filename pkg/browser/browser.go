// Package browser drives Chromium: it opens pages, sees what they ask for and
// complain about, takes screenshots, and runs axe on them.
//
// It is the one package that knows the DevTools protocol. Tests use it for
// what only a browser can tell, and a missing browser is an error that says
// how to install one: nothing here is skipped in silence.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// programs are the names under which Chromium is installed.
var programs = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"}

// ErrMissing is wrapped by the error of Start when there is no browser.
var ErrMissing = errors.New("no Chromium was found; install it (on Debian: apt-get install chromium), or name its program in CHROMIUM")

// Find returns the program of Chromium: what CHROMIUM in the environment
// names, or the first in the PATH that has a usual name.
func Find() (string, error) {
	if name := os.Getenv("CHROMIUM"); name != "" {
		path, err := exec.LookPath(name)
		if err != nil {
			return "", fmt.Errorf("%w (CHROMIUM is %q)", ErrMissing, name)
		}
		return path, nil
	}
	for _, name := range programs {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrMissing
}

// A Browser is a running Chromium without a window.
type Browser struct {
	ctx  context.Context
	stop func()
}

// Start starts Chromium. It ends with Close, or when ctx does.
func Start(ctx context.Context) (*Browser, error) {
	program, err := Find()
	if err != nil {
		return nil, err
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(program),
		chromedp.DisableGPU,
		// Without these it asks the net for updates.
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("hide-scrollbars", true),
		// A built site is opened from the disk as well, with all its frames.
		chromedp.Flag("disable-dev-shm-usage", true),
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // root has none
	}
	allocator, stopAllocator := chromedp.NewExecAllocator(ctx, options...)
	tab, stopTab := chromedp.NewContext(allocator)
	b := &Browser{ctx: tab, stop: func() { stopTab(); stopAllocator() }}
	if err := chromedp.Do(tab); err != nil {
		b.stop()
		return nil, fmt.Errorf("starting %s: %w", program, err)
	}
	return b, nil
}

// Close ends the browser.
func (b *Browser) Close() { b.stop() }

// A View is how a page is looked at. The zero View is a wide, light screen.
type View struct {
	Width, Height int
	Dark          bool
	NoScript      bool
	ReducedMotion bool
	Touch         bool
	Script        string // runs in each document before its own scripts
}

// A Page is a page in a tab of its own.
type Page struct {
	ctx  context.Context
	stop func()

	mutex    sync.Mutex
	console  []string
	requests []string
	failed   []string
	watching sync.WaitGroup
}

// Open opens a URL and waits until it is loaded, its frames included.
func (b *Browser) Open(url string, view View) (*Page, error) {
	ctx, stop := chromedp.NewContext(b.ctx)
	p := &Page{ctx: ctx, stop: stop}
	if err := chromedp.Do(ctx, p.view(view)); err != nil {
		stop()
		return nil, fmt.Errorf("opening a tab: %w", err)
	}
	p.watch()
	if err := p.Go(url); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// Go leaves the page for another.
func (p *Page) Go(url string) error {
	if err := chromedp.Do(p.ctx, chromedp.Navigate(url)); err != nil {
		return fmt.Errorf("opening %s: %w", url, err)
	}
	return nil
}

// Close closes the tab.
func (p *Page) Close() {
	p.stop()
	p.watching.Wait()
}

// view sets the size, the colours and the script of a tab.
func (p *Page) view(v View) chromedp.Action[chromedp.Void] {
	if v.Width == 0 {
		v.Width, v.Height = 1280, 800
	}
	color, motion := "light", "no-preference"
	if v.Dark {
		color = "dark"
	}
	if v.ReducedMotion {
		motion = "reduce"
	}
	return func(ctx context.Context, t *chromedp.Target) (none chromedp.Void, err error) {
		_, err = cdp.Call(ctx, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width: int64(v.Width), Height: int64(v.Height), DeviceScaleFactor: 1, Mobile: v.Touch,
		})
		if err != nil {
			return none, err
		}
		_, err = cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{
				{Name: "prefers-color-scheme", Value: color}, {Name: "prefers-reduced-motion", Value: motion},
			},
		})
		if err != nil {
			return none, err
		}
		if v.Touch {
			_, err = cdp.Call(ctx, t, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true})
			if err != nil {
				return none, err
			}
		}
		if v.Script != "" {
			_, err = cdp.Call(ctx, t, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: v.Script})
			if err != nil {
				return none, err
			}
		}
		_, err = cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: v.NoScript})
		return none, err
	}
}

// watch gathers what the page asks for and what it complains about.
func (p *Page) watch() {
	collect := func(list *[]string, text string) {
		p.mutex.Lock()
		defer p.mutex.Unlock()
		*list = append(*list, text)
	}
	events(p, chromedp.Events(p.ctx, network.RequestWillBeSent), func(e network.EventRequestWillBeSent) {
		collect(&p.requests, e.Request.URL)
	})
	events(p, chromedp.Events(p.ctx, network.ResponseReceived), func(e network.EventResponseReceived) {
		if e.Response.Status >= 400 {
			collect(&p.failed, fmt.Sprintf("%d %s", e.Response.Status, e.Response.URL))
		}
	})
	events(p, chromedp.Events(p.ctx, network.LoadingFailed), func(e network.EventLoadingFailed) {
		if !e.Canceled {
			collect(&p.failed, e.ErrorText)
		}
	})
	events(p, chromedp.Events(p.ctx, log.EntryAdded), func(e log.EventEntryAdded) {
		collect(&p.console, fmt.Sprintf("%s: %s", e.Entry.Level, e.Entry.Text))
	})
	events(p, chromedp.Events(p.ctx, runtime.ConsoleAPICalled), func(e runtime.EventConsoleAPICalled) {
		var text []string
		for _, arg := range e.Args {
			text = append(text, string(arg.Value))
		}
		collect(&p.console, fmt.Sprintf("%s: %s", e.Type, strings.Join(text, " ")))
	})
	events(p, chromedp.Events(p.ctx, runtime.ExceptionThrown), func(e runtime.EventExceptionThrown) {
		collect(&p.console, "exception: "+e.ExceptionDetails.Text)
	})
}

// events calls f for each event, until the page is closed.
func events[E any](p *Page, stream func(func(E, error) bool), f func(E)) {
	p.watching.Go(func() {
		for e, err := range stream {
			if err != nil {
				return
			}
			f(e)
		}
	})
}

// Console returns what the page has written to its console, warnings and
// uncaught errors included.
func (p *Page) Console() []string { return p.copy(&p.console) }

// Requests returns the URLs that the page has asked for.
func (p *Page) Requests() []string { return p.copy(&p.requests) }

// Failed returns the requests that got no good answer.
func (p *Page) Failed() []string { return p.copy(&p.failed) }

func (p *Page) copy(list *[]string) []string {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return slices.Clone(*list)
}
