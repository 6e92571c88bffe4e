// Command screenshots takes pictures of each kind of page of the example, for
// people to look at, and the one that the README shows.
//
//	go run ./screenshots
//
// They are put beside this file, by page, width, and light or dark.
package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"github.com/storytime-dev/storytime/pkg/browser"
	"github.com/storytime-dev/storytime/pkg/build"
)

// pages are the kinds of pages, by the names of their pictures.
var pages = []struct{ name, address string }{
	{"home", "index.html"},
	{"section", "forms/index.html"},
	{"all-stories", "actions/all-stories.html"},
	{"subject", "actions/button/index.html"},
	{"variants", "actions/button/index.html#how-loud-how-large"},
	{"story", "content/product-card/primary/index.html"},
	{"story-themes", "actions/button/primary/index.html#theme=*&outline=1"},
	{"story-checks", "actions/button/primary/index.html#panel=checks"},
	{"story-accessibility", "forms/field/with-an-error/index.html#panel=accessibility"},
	{"story-alone", "content/product-card/product-card--primary.html"},
	{"not-found", "404.html"},
}

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "screenshots:", err)
		os.Exit(2)
	}
}

func run(ctx context.Context) error {
	temp, err := os.MkdirTemp("", "storytime-screenshots-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(temp) }()
	site := filepath.Join(temp, "site")
	if _, err := build.Site(ctx, build.Options{Dir: "testdata/shop", Output: site}); err != nil {
		return err
	}
	b, err := browser.Start(ctx)
	if err != nil {
		return err
	}
	defer b.Close()
	base := (&url.URL{Scheme: "file", Path: filepath.ToSlash(site) + "/"}).String()
	take := func(file, address string, view browser.View) error {
		view.ReducedMotion = true
		p, err := b.Open(base+address, view)
		if err != nil {
			return err
		}
		defer p.Close()
		const drawn = 800 // milliseconds, when the frames of stories have their heights
		if err := p.WaitFor(fmt.Sprintf(`document.readyState === "complete" && performance.now() > %d`, drawn)); err != nil {
			return err
		}
		picture, err := p.Screenshot()
		if err != nil {
			return err
		}
		fmt.Println(file)
		return os.WriteFile(file, picture, 0o644)
	}
	for _, page := range pages {
		for _, width := range []int{390, 1024, 1600} {
			for scheme, dark := range map[string]bool{"light": false, "dark": true} {
				file := filepath.Join("screenshots", fmt.Sprintf("%s-%d-%s.png", page.name, width, scheme))
				if err := take(file, page.address, browser.View{Width: width, Height: 900, Dark: dark}); err != nil {
					return fmt.Errorf("%s: %w", file, err)
				}
			}
		}
	}
	return take("docs/workshop.png", "content/product-card/primary/index.html", browser.View{Width: 1280, Height: 800})
}
