package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// componentsPerFile and filesPerPackage are the shape of the Go modules: 1,000
// stories are those of 200 components, in 100 templ files of 10 packages.
const (
	componentsPerFile = 2
	filesPerPackage   = 10
)

// goPart says where the part number i is in the module: its package, and the
// templ file below it, which has the name of the first component in it.
func goPart(i int) (pkg, file string) {
	file = fmt.Sprintf("part-%05d.templ", i-i%componentsPerFile)
	return fmt.Sprintf("ui%03d", i/(componentsPerFile*filesPerPackage)), file
}

// writeGo makes a Go module with the catalog of writeCatalog: the same stories
// with the same HTML, of templ components instead of templates. It is also a
// program that serves each component as a page, for templ's own server.
//
// The module requires what the one in testdata does.
func writeGo(dir string, n int) error {
	w := writer{dir: dir}
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join("testdata", "golang", "templ", name))
		if err != nil {
			return err
		}
		w.file(name, string(text))
	}
	w.file("storytime.yaml", "title: Benchmark\nthemes:\n  light: {data-theme: light}\n  dark: {data-theme: dark}\n")
	var imports, routes strings.Builder
	parts := n / storiesPerSubject
	for i := 0; i < parts; i += componentsPerFile {
		pkg, file := goPart(i)
		if i%(componentsPerFile*filesPerPackage) == 0 {
			fmt.Fprintf(&imports, "\t\"example.com/shop/%s\"\n", pkg)
			w.file(pkg+"/index.md", fmt.Sprintf("---\ndescription: Components of the package %s.\n---\n\nWhat they have in common.\n", pkg))
			w.file(pkg+"/props.go", fmt.Sprintf(goProps, pkg))
		}
		text := "package " + pkg + "\n"
		for c := i; c < min(i+componentsPerFile, parts); c++ {
			text += fmt.Sprintf(goComponent, c, c, c, c)
			base := fmt.Sprintf("%s/part-%05d", pkg, c)
			w.file(base+".css", fmt.Sprintf(".part-%d { border: 1px solid; padding: 1rem; }\n", c))
			w.file(base+".stories.md", goSubjectFile(c))
			fmt.Fprintf(&routes, "\tmux.Handle(\"/part-%05d\", page(%s.Part%05d, \"Part 0 of %d\", %s.Props{Variant: %s.Plain, Items: []string{\"one %d\", \"two\", \"three\"}}))\n",
				c, pkg, c, c, pkg, pkg, c)
		}
		w.file(pkg+"/"+file, text)
	}
	w.file("main.go", fmt.Sprintf(goMain, imports.String(), routes.String()))
	return w.err
}

// goSubjectFile is that of a template, but for the props: the source has them.
func goSubjectFile(i int) string {
	text := subjectFile(i)
	before, rest, _ := strings.Cut(text, "props:\n")
	_, after, _ := strings.Cut(rest, "\n---\n")
	return before + fmt.Sprintf("component: Part%05d\n---\n", i) + after
}

const goProps = `package %s

// A Variant is how much a part stands out.
type Variant string

// The variants.
const (
	Plain  Variant = "plain"
	Strong Variant = "strong"
	Quiet  Variant = "quiet"
)

// Props are what a part takes.
type Props struct {
	Variant Variant  // How much it stands out.
	Note    string   // A line below the heading.
	Items   []string // What the part is made of.
}
`

const goComponent = `
// Part%05d shows a part with its items. The title is its heading.
templ Part%05d(title string, props Props) {
	<article class={ "part", "part-%d", "part--" + string(props.Variant) }>
		<h3>{ title }</h3>
		if props.Note != "" {
			<p class="part__note">{ props.Note }</p>
		}
		<ul>
			for _, item := range props.Items {
				<li>{ item }</li>
			}
		</ul>
		<a href="/parts/%d">Read more</a>
	</article>
}
`

const goMain = `// Command shop serves its components.
package main

import (
	"flag"
	"log"
	"net/http"

	"github.com/a-h/templ"

%s)

// page serves a component as the body of a page. Nothing of it is inlined: 200
// components in one function would take the compiler three seconds.
//
//go:noinline
func page[P any](component func(string, P) templ.Component, title string, props P) http.Handler {
	c := component(title, props)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte("<!doctype html><html><head><title>Shop</title></head><body>"))
		if err := c.Render(r.Context(), w); err != nil {
			log.Print(err)
		}
		_, _ = w.Write([]byte("</body></html>\n"))
	})
}

func main() {
	addr := flag.String("addr", "127.0.0.1:8080", "where to listen")
	flag.Parse()
	mux := http.NewServeMux()
%s	log.Fatal(http.ListenAndServe(*addr, mux))
}
`

// golang measures stories of Go components: whole builds, or edits.
func (b *bench) golang(sizes string, edits int, templ string) error {
	if err := b.ownCaches(); err != nil {
		return err
	}
	if edits == 0 {
		fmt.Printf("%-30s %10s %10s %9s\n", "", "build ms", "cpu ms", "peak MiB")
		if err := b.firstGo(); err != nil {
			return err
		}
		return each(sizes, b.goSize)
	}
	if templ != "" {
		var err error
		if b.templ, err = exec.LookPath(templ); err != nil {
			fmt.Println("no templ here, so nothing to compare with: go install github.com/a-h/templ/cmd/templ@v0.3.977")
		}
	}
	return each(sizes, func(n int) error { return b.goLatency(n, edits) })
}

// ownCaches gives Go and Storytime caches of this run, so that it is known
// what was compiled before.
func (b *bench) ownCaches() error {
	for variable, name := range map[string]string{"GOCACHE": "go-build", "XDG_CACHE_HOME": "cache", "TMPDIR": "tmp"} {
		dir := filepath.Join(b.temp, name)
		if err := errors.Join(os.MkdirAll(dir, 0o755), os.Setenv(variable, dir)); err != nil {
			return err
		}
	}
	return nil
}

// firstGo builds a catalog of a few stories with nothing compiled, not even
// the standard library.
func (b *bench) firstGo() error {
	const few = storiesPerSubject * componentsPerFile
	catalog := filepath.Join(b.temp, "go-first")
	if err := writeGo(catalog, few); err != nil {
		return err
	}
	first, err := timed(catalog, b.program, "build", catalog, "-o", filepath.Join(b.temp, "site"))
	fmt.Printf("%-30s %10d %10d   with the standard library and templ, which are not compiled again\n",
		fmt.Sprintf("first build, %d Go stories", few), first.wall.Milliseconds(), first.cpu.Milliseconds())
	return err
}

// goSize measures one number of stories of Go components, in turn with as many
// of templates.
func (b *bench) goSize(n int) error {
	templates, components := filepath.Join(b.temp, fmt.Sprintf("catalog-%d", n)), filepath.Join(b.temp, fmt.Sprintf("go-%d", n))
	if err := errors.Join(writeCatalog(templates, n), writeGo(components, n)); err != nil {
		return err
	}
	site := filepath.Join(b.temp, "site")
	clean := func(catalog string) (measure, error) {
		if err := os.RemoveAll(site); err != nil {
			return measure{}, err
		}
		return timed(catalog, b.program, "build", catalog, "-o", site)
	}
	first, err := clean(components)
	if err != nil {
		return err
	}
	var html, golang []measure
	for i := range b.runs + 1 {
		h, err := clean(templates)
		if err != nil {
			return err
		}
		g, err := clean(components)
		if err != nil {
			return err
		}
		if i > 0 { // the first warms up
			html, golang = append(html, h), append(golang, g)
		}
	}
	row := func(what string, m measure) {
		fmt.Printf("%-30s %10d %10d %9d\n", what, m.wall.Milliseconds(), m.cpu.Milliseconds(), m.peak>>20)
	}
	row(fmt.Sprintf("html/template, %d stories", n), median(html))
	row(fmt.Sprintf("Go, %d stories", n), median(golang))
	row("  with its first compile", first)
	fmt.Printf("%-30s %9.2f× of the time of html/template (run by run: %s)\n", "", ratio(golang, html), ratios(golang, html))
	return nil
}
