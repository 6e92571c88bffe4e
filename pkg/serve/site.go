// Package serve answers HTTP requests with a built site.
//
// A Site is an http.Handler over the directory that a build made. It answers
// GET and HEAD, from the files of that directory and nothing else: no
// listings, no hidden files, no link that leads out of it. What a site has
// not, it answers with the site's own 404 page.
//
// A server on one's own machine can be reached by every page that the same
// browser shows. So that none of them can read a catalog, a Site answers only
// requests for a host that it is known by (which a page that has rebound its
// own name can't send), and forbids other origins to use its answers.
package serve

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"io/fs"
	"mime"
	"net"
	"net/http"
	"path"
	"strings"
	"time"
)

// A Site serves the files of a built site.
type Site struct {
	// Files is the site.
	Files fs.FS
	// Hosts are the names, without a port, that it may be asked for beside
	// localhost and the loopback addresses. "*" allows every name.
	Hosts []string
}

// contentTypes are those of the files that a site usually has. They don't
// depend on what the machine's own tables say.
var contentTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".mjs": "text/javascript; charset=utf-8", ".json": "application/json", ".txt": "text/plain; charset=utf-8",
	".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
	".webp": "image/webp", ".avif": "image/avif", ".ico": "image/x-icon", ".woff": "font/woff", ".woff2": "font/woff2",
	".mp4": "video/mp4", ".webm": "video/webm", ".pdf": "application/pdf", ".xml": "application/xml",
	".md": "text/markdown; charset=utf-8", ".wasm": "application/wasm",
}

// ServeHTTP implements http.Handler.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	switch {
	case !s.knows(r.Host):
		http.Error(w, "This server is not known by that name. Start it with --allow-host to allow one.", http.StatusForbidden)
		return
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "Only GET and HEAD are answered here.", http.StatusMethodNotAllowed)
		return
	}
	name, ok := fileName(r.URL.Path)
	if !ok {
		s.notFound(w, r)
		return
	}
	data, err := fs.ReadFile(s.Files, name)
	if err != nil {
		if info, err := fs.Stat(s.Files, path.Join(name, "index.html")); err == nil && info.Mode().IsRegular() {
			// Relative links need the slash.
			http.Redirect(w, r, withSlash(r), http.StatusMovedPermanently)
			return
		}
		s.notFound(w, r)
		return
	}
	h.Set("Content-Type", contentType(name))
	h.Set("Cache-Control", "no-cache") // may be kept, must be asked for again
	h.Set("ETag", etag(data))
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(data))
}

// knows reports whether a Host header names this server.
func (s *Site) knows(host string) bool {
	name := host
	if strings.Contains(host, ":") && !(strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]")) {
		var port string
		var err error
		if name, port, err = net.SplitHostPort(host); err != nil || strings.Trim(port, "0123456789") != "" {
			return false
		}
	}
	name = strings.Trim(name, "[]")
	if name == "" || strings.ContainsAny(name, " \t/\\@") {
		return false
	}
	if strings.EqualFold(name, "localhost") {
		return true
	}
	if ip := net.ParseIP(name); ip != nil && ip.IsLoopback() {
		return true
	}
	for _, allowed := range s.Hosts {
		if allowed == "*" || strings.EqualFold(name, allowed) {
			return true
		}
	}
	return false
}

// fileName returns the file of the site that a path of a URL names.
func fileName(urlPath string) (string, bool) {
	if !strings.HasPrefix(urlPath, "/") || strings.ContainsAny(urlPath, "\\\x00") {
		return "", false
	}
	name := strings.TrimPrefix(urlPath, "/")
	if name == "" || strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	if !fs.ValidPath(name) || strings.HasPrefix(name, ".") || strings.Contains(name, "/.") {
		return "", false
	}
	return name, true
}

// withSlash returns the address of a request with a slash at its end. It
// begins with one slash exactly: with two it would be another host.
func withSlash(r *http.Request) string {
	target := "/" + strings.Trim(r.URL.EscapedPath(), "/") + "/"
	if r.URL.RawQuery != "" {
		target += "?" + r.URL.RawQuery
	}
	return target
}

func (s *Site) notFound(w http.ResponseWriter, r *http.Request) {
	page, err := fs.ReadFile(s.Files, "404.html")
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", contentTypes[".html"])
	w.Header().Set("Cache-Control", "no-cache")
	w.WriteHeader(http.StatusNotFound)
	if r.Method != http.MethodHead {
		_, _ = w.Write(page)
	}
}

func contentType(name string) string {
	ending := strings.ToLower(path.Ext(name))
	if t := contentTypes[ending]; t != "" {
		return t
	}
	if t := mime.TypeByExtension(ending); t != "" {
		return t
	}
	return "application/octet-stream"
}

func etag(data []byte) string {
	sum := sha256.Sum256(data)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

// NewServer returns a server for the handler that doesn't wait for ever for
// a client that sends slowly or never reads.
func NewServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      2 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
}
