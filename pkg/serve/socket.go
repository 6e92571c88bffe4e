package serve

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
)

// The limits of one client.
const (
	maxMessage  = 128 << 10        // bytes that it may send at once
	maxFiles    = 400              // that it may show
	pingEvery   = 20 * time.Second // to know that it is there
	pongWithin  = 50 * time.Second
	writeWithin = 5 * time.Second
)

// A client is a page in a browser. Its fields are the hub's, but for conn and
// awake.
type client struct {
	conn  *websocket.Conn
	awake chan struct{}

	shows    bool // it has said what
	greeted  bool
	files    []string
	build    int            // it was told of what changed up to this one
	shownAt  int            // the build of its last "show"
	since    map[string]int // files that it may have from an older build
	problems int            // the version that it has
	busy     bool
	serial   int
}

// live answers with the token, or becomes a socket.
func (w *Workshop) live(rw http.ResponseWriter, r *http.Request) {
	if !websocket.IsWebSocketUpgrade(r) {
		w.hub.mutex.Lock()
		number := w.hub.build
		w.hub.mutex.Unlock()
		writeJSON(rw, http.StatusOK, struct {
			Token string `json:"token"`
			Build int    `json:"build"`
		}{w.token, number})
		return
	}
	if r.Header.Get("Origin") != "" && !sameToken(r.URL.Query().Get("token"), w.token) {
		http.Error(rw, "The token isn't this server's.", http.StatusForbidden)
		return
	}
	upgrader := websocket.Upgrader{
		ReadBufferSize: 1 << 10, WriteBufferSize: 1 << 10, HandshakeTimeout: writeWithin,
		CheckOrigin: ownOrigin,
	}
	conn, err := upgrader.Upgrade(rw, r, nil)
	if err != nil {
		return // it has been answered
	}
	c := &client{conn: conn, awake: make(chan struct{}, 1)}
	if !w.hub.add(c) {
		_ = conn.Close()
		return
	}
	defer w.hub.remove(c)
	written := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(written)
		c.write(w.hub, done)
	}()
	c.read(w.hub)
	close(done)
	_ = conn.Close()
	<-written
}

// read takes messages until the connection ends.
func (c *client) read(h *hub) {
	c.conn.SetReadLimit(maxMessage)
	alive := func(string) error { return c.conn.SetReadDeadline(time.Now().Add(pongWithin)) }
	_ = alive("")
	c.conn.SetPongHandler(alive)
	for {
		var m struct {
			Type  string   `json:"type"`
			Build int      `json:"build"`
			Files []string `json:"files"`
		}
		_, data, err := c.conn.ReadMessage()
		if err != nil {
			return
		}
		_ = alive("")
		if json.Unmarshal(data, &m) != nil || m.Type != "show" {
			continue // of a version of the script that we don't know
		}
		files := make([]string, 0, min(maxFiles, len(m.Files)))
		for _, name := range m.Files {
			if fs.ValidPath(name) && len(files) < maxFiles {
				files = append(files, name)
			}
		}
		h.show(c, m.Build, files)
		select {
		case c.awake <- struct{}{}:
		default:
		}
	}
}

// write sends what there is to tell until the connection ends.
func (c *client) write(h *hub, done <-chan struct{}) {
	defer c.conn.Close() // so that reading ends too
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	for {
		select {
		case <-done:
			return
		case <-ping.C:
			if c.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWithin)) != nil {
				return
			}
		case <-c.awake:
			for _, m := range h.next(c) {
				_ = c.conn.SetWriteDeadline(time.Now().Add(writeWithin))
				if c.conn.WriteJSON(m) != nil {
					return
				}
			}
		}
	}
}

func writeJSON(rw http.ResponseWriter, status int, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		http.Error(rw, "The answer can't be written.", http.StatusInternalServerError)
		return
	}
	rw.Header().Set("Content-Type", contentTypes[".json"])
	rw.Header().Set("Cache-Control", "no-store")
	rw.WriteHeader(status)
	_, _ = rw.Write(data)
}
