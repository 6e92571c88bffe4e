package serve

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"io/fs"
	"mime"
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
	// localhost, the loopback addresses, and the address that a request has
	// come to. "*" allows every name.
	Hosts []string

	// addition returns what is sent after a file; nil for nothing. The name
	// is "" for the answer that there is no such file.
	addition func(name string, r *http.Request) []byte
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
	if !admit(w, r, s.Hosts) {
		return
	}
	name, ok := fileName(r.URL.Path)
	if !ok {
		s.notFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "no-cache") // may be kept, must be asked for again
	if info, err := fs.Stat(s.Files, name); err == nil && info.Size() > largeFile {
		s.large(w, r, name)
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
	if s.addition != nil {
		data = append(data, s.addition(name, r)...)
	}
	h.Set("Content-Type", contentType(name))
	h.Set("ETag", etag(data))
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(data))
}

// largeFile is from how many bytes on a file is not held in memory.
const largeFile = 1 << 20

// large answers with a large file. It is known by its size and time; a build
// gives a file that changes another time.
func (s *Site) large(w http.ResponseWriter, r *http.Request, name string) {
	file, err := s.Files.Open(name)
	if err != nil {
		s.notFound(w, r)
		return
	}
	defer file.Close()
	info, err := file.Stat()
	content, ok := file.(io.ReadSeeker)
	if err != nil || !ok || !info.Mode().IsRegular() {
		s.notFound(w, r)
		return
	}
	w.Header().Set("Content-Type", contentType(name))
	w.Header().Set("ETag", fmt.Sprintf("\"%x-%x\"", info.Size(), info.ModTime().UnixNano()))
	http.ServeContent(w, r, name, time.Time{}, content)
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
	if s.addition != nil {
		page = append(page, s.addition("", r)...)
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
