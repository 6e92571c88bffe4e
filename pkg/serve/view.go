package serve

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/storytime-dev/storytime/internal/ui"
)

// A view is what is served at one time: the whole site of a build, and pages
// that were made anew since. It doesn't change; another takes its place.
type view struct {
	*site
	number   int
	problems int // the version of what is wrong in it
	first    map[string][]byte
}

// A site is the directory of a build.
type site struct {
	dir   string // removed with the site
	root  *os.Root
	users int // requests that read it, and one for being served
}

// openSite opens the site that a build left in dir/site.
func openSite(dir string) (*site, error) {
	root, err := os.OpenRoot(filepath.Join(dir, "site"))
	if err != nil {
		return nil, fmt.Errorf("opening the built site: %w", err)
	}
	return &site{dir: dir, root: root, users: 1}, nil
}

// served is the view that requests are answered from.
type served struct {
	mutex   sync.Mutex
	now     *view // nil before the first build
	removal sync.WaitGroup
}

// take returns what is served now; it is there until release. It returns nil
// when nothing is.
func (s *served) take() *view {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.now != nil {
		s.now.users++
	}
	return s.now
}

func (s *served) release(v *view) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.drop(v.site)
}

// drop ends one use of a site. The caller has the mutex.
func (s *served) drop(old *site) {
	if old.users--; old.users > 0 {
		return
	}
	_ = old.root.Close()
	s.removal.Go(func() { _ = os.RemoveAll(old.dir) }) // tens of thousands of files, perhaps
}

// replace serves a new site, or, with nil, the same one with more new pages.
func (s *served) replace(next *site, first map[string][]byte, problems int) *view {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	before := s.now
	v := &view{site: next, number: 1, first: first, problems: problems}
	if before != nil {
		v.number = before.number + 1
	}
	if next == nil {
		v.site, v.first = before.site, maps.Clone(before.first)
		if v.first == nil {
			v.first = map[string][]byte{}
		}
		maps.Copy(v.first, first)
	}
	s.now = v
	if before != nil && next != nil {
		s.drop(before.site)
	}
	return v
}

// close serves nothing any more.
func (s *served) close() {
	s.mutex.Lock()
	if s.now != nil {
		s.drop(s.now.site)
		s.now = nil
	}
	s.mutex.Unlock()
	s.removal.Wait()
}

// Open implements fs.FS.
func (v *view) Open(name string) (fs.File, error) { return v.root.FS().Open(name) }

// ReadFile implements fs.ReadFileFS.
func (v *view) ReadFile(name string) ([]byte, error) {
	if data, found := v.first[name]; found {
		return bytes.Clone(data), nil
	}
	return fs.ReadFile(v.root.FS(), name)
}

// file answers with a file of the site.
func (w *Workshop) file(rw http.ResponseWriter, r *http.Request) {
	v := w.served.take()
	if v == nil {
		if admit(rw, r, w.options.Hosts) {
			w.waiting(rw)
		}
		return
	}
	defer w.served.release(v)
	rw.Header().Set("Server-Timing", fmt.Sprintf("build;desc=\"%d\", problems;desc=\"%d\"", v.number, v.problems))
	(&Site{Files: v, Hosts: w.options.Hosts, addition: addition}).ServeHTTP(rw, r)
}

// addition is the reload script, where it is wanted.
func addition(name string, r *http.Request) []byte {
	switch {
	case name == "":
		return []byte(`<script src="` + scriptPath + `"></script>` + "\n")
	case name == ui.ScriptFile || name == ui.FrameScript:
		if asScript(r) {
			return ui.LiveScript()
		}
	case name == ui.StorybookScript:
		if asScript(r) {
			return ui.LiveStorybook()
		}
	}
	return nil
}

// asScript reports whether a browser wants to run what it asks for. Over plain
// HTTP from another machine it doesn't say so, but it names its page.
func asScript(r *http.Request) bool {
	if dest := r.Header.Get("Sec-Fetch-Dest"); dest != "" {
		return dest == "script"
	}
	return strings.HasPrefix(r.Referer(), "http")
}

// waiting answers while there is no build.
func (w *Workshop) waiting(rw http.ResponseWriter) {
	var page bytes.Buffer
	if err := ui.Waiting(&page, ""); err != nil {
		http.Error(rw, "The first build isn't there yet.", http.StatusServiceUnavailable)
		return
	}
	rw.Header().Set("Content-Type", contentTypes[".html"])
	rw.Header().Set("Cache-Control", "no-store")
	rw.Header().Set("Retry-After", "1")
	rw.WriteHeader(http.StatusServiceUnavailable)
	_, _ = rw.Write(page.Bytes())
}

// script answers with the reload script alone.
func (w *Workshop) script(rw http.ResponseWriter, r *http.Request) {
	data := ui.LiveScript()
	rw.Header().Set("Content-Type", contentTypes[".js"])
	rw.Header().Set("Cache-Control", "no-cache")
	rw.Header().Set("ETag", etag(data))
	http.ServeContent(rw, r, "", time.Time{}, bytes.NewReader(data))
}
