// Command bench measures the program as a user would run it.
//
// It generates catalogs of several sizes, builds each with the program in a
// process of its own, and prints time, processor time, peak memory, files and
// bytes a page. With a Hugo at hand (hugo in the PATH, or -hugo), it also
// builds Hugo sites with as many pages, in turn with ours, on the same file
// system, and prints the ratios; only those carry over to another machine.
//
//	go run ./bench -sizes 1000,10000 -dir /dev/shm
//
// With -edits it measures the development server instead: how long it takes
// from the write of a file until the browser is told, and until the new HTML
// can be fetched; beside Hugo's server.
//
//	go run ./bench -edits 100 -sizes 100,1000,10000 -dir /dev/shm
//
// With -pages it measures what a person waits for in Chromium: until home is
// there, until a search answers, and the longest frame while the sidebar scrolls.
//
//	go run ./bench -pages -sizes 100,1000,10000 -dir /dev/shm
//
// With -go the stories are those of Go components: builds are compared with
// those of templates, and with -edits a save of a templ file with templ's own
// server (templ in the PATH, or -templ), both in the same Chromium.
//
//	go run ./bench -go -sizes 1000,10000 -dir /dev/shm
//	go run ./bench -go -edits 10 -sizes 1000 -dir /dev/shm
package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
}

func run() error {
	sizes := flag.String("sizes", "100,1000,10000", "numbers of stories")
	dir := flag.String("dir", os.TempDir(), "where to generate and build; /dev/shm measures without a disk")
	runs := flag.Int("runs", 5, "builds of each size, of which the median counts")
	hugo := flag.String("hugo", "hugo", "Hugo's program, to compare with; empty for none")
	golang := flag.Bool("go", false, "measure stories of Go components")
	templ := flag.String("templ", "templ", "templ's program, to compare edits of templ files with; empty for none")
	edits := flag.Int("edits", 0, "measure this many edits while the catalog is served, instead of whole builds")
	pages := flag.Bool("pages", false, "measure the pages in Chromium, instead of whole builds")
	pause := flag.Duration("pause", 500*time.Millisecond, "between two edits, after all has settled")
	keep := flag.Bool("keep", false, "leave the generated catalogs in -dir")
	flag.Parse()

	temp, err := os.MkdirTemp(*dir, "storytime-bench-")
	if err != nil {
		return err
	}
	if *keep {
		fmt.Println("in", temp)
	} else {
		defer os.RemoveAll(temp)
	}
	program := filepath.Join(temp, "storytime")
	if out, err := exec.Command("go", "build", "-trimpath", "-o", program, "./cmd/storytime").CombinedOutput(); err != nil {
		return fmt.Errorf("building the program: %w\n%s", err, out)
	}
	b := bench{temp: temp, program: program, runs: *runs, pause: *pause}
	if *pages {
		return each(*sizes, b.pages)
	}
	if *golang {
		return b.golang(*sizes, *edits, *templ)
	}
	if *hugo != "" {
		b.hugo, err = exec.LookPath(*hugo)
		if err != nil {
			fmt.Println("no hugo here, so nothing to compare with: go install github.com/gohugoio/hugo@v0.165.0")
		}
	}
	if *edits > 0 {
		return each(*sizes, func(n int) error { return b.latency(n, *edits) })
	}
	fmt.Printf("%-22s %10s %10s %10s %9s %8s %8s\n", "", "build ms", "rebuild ms", "cpu ms", "peak MiB", "files", "B/page")
	return each(*sizes, b.size)
}

// each measures one size after the other.
func each(sizes string, measure func(n int) error) error {
	for size := range strings.SplitSeq(sizes, ",") {
		n, err := strconv.Atoi(size)
		if err != nil {
			return fmt.Errorf("-sizes: %w", err)
		}
		if err := measure(n); err != nil {
			return err
		}
	}
	return nil
}

type bench struct {
	temp, program string
	hugo, templ   string // none if empty
	runs          int
	pause         time.Duration
}

// A measure is one run of a program.
type measure struct {
	wall, cpu time.Duration
	peak      int64 // bytes; zero where the system doesn't say
}

// size measures one number of stories, ours and Hugo's in turn.
func (b *bench) size(n int) error {
	catalog := filepath.Join(b.temp, fmt.Sprintf("catalog-%d", n))
	if err := writeCatalog(catalog, n); err != nil {
		return err
	}
	pages := filepath.Join(b.temp, fmt.Sprintf("hugo-%d", n))
	if b.hugo != "" {
		if err := writeHugo(pages, n); err != nil {
			return err
		}
	}
	var ours, unchecked, again, theirs []measure
	site, public := filepath.Join(b.temp, "site"), filepath.Join(b.temp, "public")
	for i := range b.runs + 1 {
		if err := errors.Join(os.RemoveAll(site), os.RemoveAll(public)); err != nil {
			return err
		}
		clean, err := timed(catalog, b.program, "build", catalog, "-o", site)
		if err != nil {
			return err
		}
		if err := os.RemoveAll(site); err != nil {
			return err
		}
		without, err := timed(catalog, b.program, "build", catalog, "-o", site, "--no-check")
		if err != nil {
			return err
		}
		if _, err := timed(catalog, b.program, "build", catalog, "-o", site); err != nil {
			return err
		}
		rebuild, err := timed(catalog, b.program, "build", catalog, "-o", site)
		if err != nil {
			return err
		}
		var other measure
		if b.hugo != "" {
			if other, err = timed(pages, b.hugo, "--destination", public, "--quiet"); err != nil {
				return err
			}
		}
		if i > 0 { // the first warms up
			ours, unchecked = append(ours, clean), append(unchecked, without)
			again, theirs = append(again, rebuild), append(theirs, other)
		}
	}
	files, bytesPerPage, err := weigh(site)
	if err != nil {
		return err
	}
	fmt.Printf("%-22s %10d %10d %10d %9d %8d %8d\n", fmt.Sprintf("storytime, %d stories", n),
		median(ours).wall.Milliseconds(), median(again).wall.Milliseconds(), median(ours).cpu.Milliseconds(), median(ours).peak>>20, files, bytesPerPage)
	part := 1 - 1/ratio(ours, unchecked)
	fmt.Printf("%-22s %9.1f%% of that are checks, two a story and those for accessibility and HTML\n", "", 100*part)
	if b.hugo != "" {
		files, bytesPerPage, err := weigh(public)
		if err != nil {
			return err
		}
		fmt.Printf("%-22s %10d %10s %10d %9d %8d %8d\n", fmt.Sprintf("hugo, %d pages", n),
			median(theirs).wall.Milliseconds(), "", median(theirs).cpu.Milliseconds(), median(theirs).peak>>20, files, bytesPerPage)
		fmt.Printf("%-22s %9.2f× of hugo's time (run by run: %s), %.2f× of its memory\n", "", ratio(ours, theirs), ratios(ours, theirs),
			float64(median(ours).peak)/float64(max(1, median(theirs).peak)))
	}
	return nil
}

// timed runs a program to its end.
func timed(dir, program string, args ...string) (measure, error) {
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	start := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		return measure{}, fmt.Errorf("%s: %w\n%s", filepath.Base(program), err, out)
	}
	return measure{time.Since(start), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), peakMemory(cmd.ProcessState)}, nil
}

// median returns the run in the middle by time.
func median(runs []measure) measure {
	sorted := slices.SortedFunc(slices.Values(runs), func(a, b measure) int { return int(a.wall - b.wall) })
	return sorted[len(sorted)/2]
}

// ratio is the median of the ratios of runs that followed each other.
func ratio(a, b []measure) float64 {
	var all []float64
	for i := range a {
		all = append(all, float64(a[i].wall)/float64(b[i].wall))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

func ratios(a, b []measure) string {
	var all []string
	for i := range a {
		all = append(all, fmt.Sprintf("%.2f", float64(a[i].wall)/float64(b[i].wall)))
	}
	return strings.Join(all, " ")
}

// weigh counts the files of a site and the mean size of its pages.
func weigh(dir string) (files int, bytesPerPage int64, err error) {
	var pages, total int64
	err = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		if filepath.Base(name) == "index.html" {
			info, err := d.Info()
			if err != nil {
				return err
			}
			pages, total = pages+1, total+info.Size()
		}
		return nil
	})
	return files, total / max(1, pages), err
}
