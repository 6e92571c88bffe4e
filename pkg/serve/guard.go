package serve

import (
	"crypto/subtle"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// admit sets the headers of every answer, and answers a request itself that
// is not to be served: for an unknown host, or one that would change
// something.
func admit(w http.ResponseWriter, r *http.Request, hosts []string) bool {
	h := w.Header()
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	switch {
	case !knows(hosts, r):
		http.Error(w, "This server is not known by that name. Start it with --allow-host to allow one.", http.StatusForbidden)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "Only GET and HEAD are answered here.", http.StatusMethodNotAllowed)
	default:
		return true
	}
	return false
}

// hostName returns the name or address in a Host header, without its port. It
// reports false for what is none.
func hostName(host string) (string, bool) {
	name := host
	if strings.Contains(host, ":") && !(strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]")) {
		var port string
		var err error
		if name, port, err = net.SplitHostPort(host); err != nil || strings.Trim(port, "0123456789") != "" {
			return "", false
		}
	} else if inner, bracketed := strings.CutPrefix(host, "["); bracketed {
		name = strings.TrimSuffix(inner, "]")
		if name+"]" != inner || !strings.Contains(name, ":") {
			return "", false // only an IPv6 address stands in brackets
		}
	}
	return name, name != "" && !strings.ContainsAny(name, " \t/\\@[]")
}

// knows reports whether a request asks for a name that this server is known
// by, or for the very address that it has come to. A page can rebind a name,
// but not an address.
func knows(hosts []string, r *http.Request) bool {
	name, ok := hostName(r.Host)
	if !ok {
		return false
	}
	if ip := net.ParseIP(name); ip != nil {
		local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
		if ip.IsLoopback() || ok && ip.Equal(local.IP) {
			return true
		}
	}
	return strings.EqualFold(name, "localhost") || slices.ContainsFunc(hosts, func(allowed string) bool {
		return allowed == "*" || strings.EqualFold(name, allowed)
	})
}

// ownOrigin reports whether a request comes from a page of this server, or
// from no page at all: a program on this machine sends no Origin, and could
// read the catalog itself. X-Forwarded-Host is what anybody may write.
func ownOrigin(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin":
	default:
		return false
	}
	origins := r.Header.Values("Origin")
	if len(origins) == 0 {
		return true
	}
	u, err := url.Parse(origins[0])
	return len(origins) == 1 && err == nil && (u.Scheme == "http" || u.Scheme == "https") &&
		u.User == nil && u.Path == "" && strings.EqualFold(u.Host, r.Host)
}

// sameToken compares in a time that doesn't depend on where they differ.
func sameToken(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
