package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"

	"github.com/storytime-dev/storytime/pkg/browser"
	"github.com/storytime-dev/storytime/pkg/serve"
)

// What a person should wait at most, in milliseconds.
const (
	usableGoal = 1000
	searchGoal = 50
	frameGoal  = 50
)

// onPages notes when the sidebar has its first row.
const onPages = `
	new MutationObserver((_, observer) => {
		if (!document.querySelector("#st-tree a")) return;
		observer.disconnect();
		window.sidebarAt = performance.now();
	}).observe(document, {childList: true, subtree: true});
`

// usable is when home is there with its sidebar, in milliseconds after it was
// asked for.
const usable = `new Promise((done) => {
	const ask = () => {
		const loaded = performance.getEntriesByType("navigation")[0].loadEventEnd;
		if (loaded && window.sidebarAt) done(Math.max(loaded, sidebarAt));
		else setTimeout(ask, 1);
	};
	ask();
})`

// search opens the search and returns how long that takes with its index, and
// then how long each of some words takes until the results are painted.
const search = `(async () => {
	const painted = () => new Promise((done) => requestAnimationFrame(() => { const channel = new MessageChannel(); channel.port1.onmessage = done; channel.port2.postMessage(0); }));
	const until = async (test) => { while (!test()) await painted(); };
	let start = performance.now();
	const index = new Promise((done) => {
		const observer = new PerformanceObserver((list) => { if (list.getEntries().some((one) => one.name.includes("search.js"))) done(); });
		observer.observe({type: "resource"});
	});
	document.querySelector("[data-does=search]").click();
	await until(() => document.querySelector("#st-finder[open]"));
	await index;
	await painted();
	const times = [performance.now() - start];
	const input = document.querySelector("#st-finder input");
	for (const query of ["p", "pa", "part", "part 77", "quiet 55", "items", "navigation", "zzz"]) {
		await painted();
		start = performance.now();
		input.value = query;
		input.dispatchEvent(new Event("input", {bubbles: true}));
		await painted();
		times.push(performance.now() - start);
	}
	document.querySelector("#st-finder").close();
	return times;
})()`

// scroll opens all sections and scrolls the sidebar to its end. It returns how
// long the opening takes, the longest frame after it, and the number of rows.
const scroll = `(async () => {
	const frame = () => new Promise((done) => requestAnimationFrame(done));
	const box = document.getElementById("st-tree");
	const first = box.querySelector("a");
	await frame();
	let before = performance.now();
	first.focus();
	first.dispatchEvent(new KeyboardEvent("keydown", {key: "*", bubbles: true}));
	await frame();
	await frame();
	const opened = performance.now() - before;
	before = await frame();
	let longest = 0;
	for (let i = 0; i < 200; i++) {
		box.scrollTop = box.scrollHeight * i / 200;
		const now = await frame();
		longest = Math.max(longest, now - before);
		before = now;
	}
	return [opened, longest, box.querySelectorAll("a").length];
})()`

// pages measures what somebody waits for who looks at a catalog of n stories,
// in Chromium.
func (b *bench) pages(n int) error {
	catalog, site := filepath.Join(b.temp, fmt.Sprintf("catalog-%d", n)), filepath.Join(b.temp, fmt.Sprintf("site-%d", n))
	if err := writeCatalog(catalog, n); err != nil {
		return err
	}
	if _, err := timed(catalog, b.program, "build", catalog, "-o", site); err != nil {
		return err
	}
	root, err := os.OpenRoot(site)
	if err != nil {
		return err
	}
	defer root.Close()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: &serve.Site{Files: root.FS()}}
	go func() { _ = server.Serve(listener) }() // until it is closed
	defer server.Close()
	home := "http://" + listener.Addr().String() + "/"

	chromium, err := browser.Start(context.Background())
	if err != nil {
		return err
	}
	defer chromium.Close()
	var open, first, later, expanded, longest []float64
	var rows float64
	for i := range b.runs + 1 {
		p, err := chromium.Open(home, browser.View{Script: onPages})
		if err != nil {
			return err
		}
		ready, err := browser.Evaluate[float64](p, usable)
		found, searchErr := browser.Evaluate[[]float64](p, search)
		frames, scrollErr := browser.Evaluate[[]float64](p, scroll)
		p.Close()
		if err := errors.Join(err, searchErr, scrollErr); err != nil {
			return err
		}
		if i > 0 { // the first warms up
			open, first, later = append(open, ready), append(first, found[0]), append(later, slices.Max(found[1:]))
			expanded, longest, rows = append(expanded, frames[0]), append(longest, frames[1]), frames[2]
		}
	}
	fmt.Printf("%d stories\n", n)
	for _, line := range []struct {
		what string
		took []float64
		goal int
	}{
		{"home usable", open, usableGoal},
		{"search opened, with its index", first, 0},
		{"search answered, slowest word", later, searchGoal},
		{fmt.Sprintf("sections opened, %.0f rows", rows), expanded, 0},
		{"longest frame of scrolling", longest, frameGoal},
	} {
		slices.Sort(line.took)
		fmt.Printf("  %-32s %6.0f ms", line.what, line.took[len(line.took)/2])
		if line.goal > 0 {
			fmt.Printf("   goal: at most %d ms", line.goal)
		}
		fmt.Println()
	}
	story := "section-00/part-00000/plain-0/index.html"
	for _, name := range []string{"index.html", story, "_storytime/nav.js", "_storytime/search.js"} {
		info, err := root.Stat(name)
		if err != nil {
			return err
		}
		fmt.Printf("  %-44s %10d bytes\n", name, info.Size())
	}
	return nil
}
