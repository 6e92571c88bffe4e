package serve

import (
	"slices"
	"sync"

	"github.com/storytime-dev/storytime/internal/ui"
	"github.com/storytime-dev/storytime/pkg/build"
	"github.com/storytime-dev/storytime/pkg/problem"
)

// A hub knows what has changed in which build, and who wants to hear of it.
//
// It keeps one number a file and no queues: what to tell a client follows
// from the number that it has.
type hub struct {
	link func(problem.Place) string

	mutex    sync.Mutex
	closed   bool
	clients  map[*client]bool
	build    int
	changed  map[string]change
	serial   int // of the last "show"
	floor    int // what changed up to this build isn't known any more
	problems problem.List
	html     string // of the problems' panel
	version  int    // of the problems, to know who has them
	progress *build.Progress
}

// A change is the last build in which a file became another.
type change struct {
	build int
	gone  bool
}

// maxChanges is how many files a hub knows of. A catalog that is renamed again
// and again has had more of them than it has.
const maxChanges = 200_000

func newHub(link func(problem.Place) string) *hub {
	return &hub{link: link, clients: map[*client]bool{}, changed: map[string]change{}}
}

// A message goes to a client. See the package comment.
type message struct {
	Type     string         `json:"type"`
	Build    int            `json:"build,omitempty"`
	Changed  []string       `json:"changed,omitempty"`
	Gone     []string       `json:"gone,omitempty"`
	Version  int            `json:"version,omitempty"`
	Problems *[]problemNote `json:"problems,omitempty"`
	HTML     string         `json:"html,omitempty"`
	Stage    *string        `json:"stage,omitempty"`
	Done     int            `json:"done,omitempty"`
	Total    int            `json:"total,omitempty"`
}

// A problemNote is what a page needs to know of a problem.
type problemNote struct {
	Kind    problem.Kind `json:"kind"`
	File    string       `json:"file,omitempty"`
	Line    int          `json:"line,omitempty"`
	Column  int          `json:"column,omitempty"`
	Message string       `json:"message"`
	Hint    string       `json:"hint,omitempty"`
	Stories []string     `json:"stories"`
}

// prepare takes what is wrong in a build that is to be served next, and
// returns the version of that.
func (h *hub) prepare(problems problem.List) int {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.setProblems(problems)
	return h.version
}

// publish says what is another file in a build than in the one before. It is
// served already.
func (h *hub) publish(number int, changed, gone []string) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if len(h.changed) > maxChanges {
		h.changed, h.floor = map[string]change{}, h.build
	}
	h.build = number
	for _, name := range changed {
		h.changed[name] = change{build: number}
	}
	for _, name := range gone {
		h.changed[name] = change{build: number, gone: true}
	}
	h.progress = nil
	h.wake()
}

// report says what is wrong now, of a build that did not come about.
func (h *hub) report(problems problem.List) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.setProblems(problems)
	h.progress = nil
	h.wake()
}

// tell says how far a long build is; nil that none is under way.
func (h *hub) tell(p *build.Progress) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if h.progress == nil && p == nil {
		return
	}
	h.progress = p
	h.wake()
}

// setProblems takes the problems that the panel shows: those that stop
// something. What a story doesn't keep stands on its page, which is newer than
// the one before. The caller has the mutex.
func (h *hub) setProblems(problems problem.List) {
	problems = slices.DeleteFunc(slices.Clone(problems), func(p *problem.Problem) bool { return !p.Kind.Stops() })
	if sameProblems(h.problems, problems) {
		return
	}
	h.problems, h.html = problems, ui.ProblemPanel(problems, h.link)
	h.version++
}

func sameProblems(a, b problem.List) bool {
	return slices.EqualFunc(a, b, func(a, b *problem.Problem) bool {
		return a.Error() == b.Error() && a.Kind == b.Kind && a.Hint == b.Hint && a.Detail == b.Detail &&
			slices.Equal(a.Stories, b.Stories) && slices.Equal(a.Excerpt, b.Excerpt)
	})
}

// wake has every client look whether there is something for it. The caller
// has the mutex.
func (h *hub) wake() {
	for c := range h.clients {
		select {
		case c.awake <- struct{}{}:
		default: // it will look anyway
		}
	}
}

// next returns what to tell a client now, in this order.
func (h *hub) next(c *client) []message {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	var list []message
	if !c.shows {
		return nil
	}
	if !c.greeted {
		c.greeted = true
		list = append(list, message{Type: "hello", Build: h.build})
		if c.build == 0 || c.build > h.build {
			c.build = h.build
		}
	}
	if c.problems != h.version {
		c.problems = h.version
		list = append(list, h.problemMessage())
	}
	if c.build < h.floor {
		c.build = h.build
		return append(list, message{Type: "reload"})
	}
	m := message{Type: "build", Build: h.build}
	for _, name := range c.files {
		has := c.build
		if since, found := c.since[name]; found {
			has = since
		}
		switch change := h.changed[name]; {
		case change.build <= has:
		case change.gone:
			m.Gone = append(m.Gone, name)
		default:
			m.Changed = append(m.Changed, name)
		}
	}
	c.build, c.since = h.build, nil
	if len(m.Changed)+len(m.Gone) > 0 {
		list = append(list, m)
	}
	if h.progress != nil {
		c.busy = true
		list = append(list, message{Type: "progress", Stage: &h.progress.Stage, Done: h.progress.Done, Total: h.progress.Total})
	} else if c.busy {
		c.busy = false
		list = append(list, message{Type: "progress", Stage: new(string)})
	}
	return list
}

func (h *hub) problemMessage() message {
	notes := make([]problemNote, 0, len(h.problems))
	const most = 200
	for _, p := range h.problems[:min(most, len(h.problems))] {
		stories := p.Stories
		if stories == nil {
			stories = []string{}
		}
		notes = append(notes, problemNote{p.Kind, p.File, p.Line, p.Column, p.Message, p.Hint, stories})
	}
	return message{Type: "problems", Build: h.build, Version: h.version, Problems: &notes, HTML: h.html}
}

// show takes what a client shows, and at first the build that it has it from.
//
// What it shows later and hadn't shown before it has loaded in between, and
// may have missed a change of it.
func (h *hub) show(c *client, from int, files []string) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	c.since = nil
	if !c.shows {
		c.build = from
	} else if c.shownAt < c.build {
		c.since = map[string]int{}
		for _, name := range files {
			if !slices.Contains(c.files, name) {
				c.since[name] = c.shownAt
			}
		}
	}
	c.files, c.shows, c.shownAt = files, true, h.build
	h.serial++
	c.serial = h.serial
}

// shown returns the files that are on screens, those of who came last first.
func (h *hub) shown() []string {
	const most = 4000
	h.mutex.Lock()
	defer h.mutex.Unlock()
	clients := make([]*client, 0, len(h.clients))
	for c := range h.clients {
		clients = append(clients, c)
	}
	slices.SortFunc(clients, func(a, b *client) int { return b.serial - a.serial })
	seen := map[string]bool{}
	var files []string
	for _, c := range clients {
		for _, name := range c.files {
			if !seen[name] && len(files) < most {
				seen[name] = true
				files = append(files, name)
			}
		}
	}
	return files
}

// add adds a client, unless there are too many.
func (h *hub) add(c *client) bool {
	const most = 10_000
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if h.closed || len(h.clients) >= most {
		return false
	}
	h.clients[c] = true
	return true
}

func (h *hub) remove(c *client) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	delete(h.clients, c)
}

// close ends all connections.
func (h *hub) close() {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.closed = true
	for c := range h.clients {
		_ = c.conn.Close()
	}
}
