package rt

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"runtime/debug"
	"sync"
	"time"
)

// grace is how long requests that are still running get when the input has
// ended: whoever waits for answers has them, and what hangs is not left behind.
const grace = 2 * time.Second

// A server answers requests from one table. It is shared by all requests.
type server struct {
	Table
	components map[string]*Component
	blocks     map[string]*Block
	values     map[string]*Value
	enums      map[reflect.Type]*Enum

	// What reflection says of a type or component is found once.
	fields     sync.Map // reflect.Type → *fields
	signatures sync.Map // *Component → *signature

	engine  templateEngine
	lives   liveStore
	waiting sync.Map // ID of a request → chan reply
}

func newServer(t Table) *server {
	s := &server{
		Table:      t,
		components: make(map[string]*Component, len(t.Components)),
		blocks:     make(map[string]*Block, len(t.Blocks)),
		values:     make(map[string]*Value, len(t.Values)),
		enums:      make(map[reflect.Type]*Enum, len(t.Enums)),
	}
	for i := range t.Components {
		s.components[t.Components[i].ID] = &t.Components[i]
	}
	for i := range t.Blocks {
		s.blocks[t.Blocks[i].ID] = &t.Blocks[i]
	}
	for i := range t.Values {
		s.values[t.Values[i].ID] = &t.Values[i]
	}
	for i := range t.Enums {
		s.enums[t.Enums[i].Type] = &t.Enums[i]
	}
	return s
}

// A request is one line of the input.
type request struct {
	ID        int64  `json:"id"`
	Component string `json:"component"`
	Block     string `json:"block"`
	Props     any    `json:"props"`
	Children  any    `json:"children"`
	// Template is what to execute with Props.
	Template *templateRequest `json:"template"`
	// Return answers what the request with the ID has asked.
	Return *reply `json:"return"`
}

// An answer is one line of the output.
type answer struct {
	ID     int64      `json:"id"`
	HTML   *string    `json:"html,omitempty"`
	Error  *problem   `json:"error,omitempty"`
	Errors []*problem `json:"errors,omitempty"`
}

// serve answers the requests of in until it ends. It returns an error if in
// can't be read or out can't be written.
func serve(t Table, in io.Reader, out io.Writer) error {
	s, answers := newServer(t), &lines{w: out}
	if err := answers.send(map[string]bool{"ready": true}); err != nil {
		return err
	}
	var running sync.WaitGroup
	input := bufio.NewReaderSize(in, 64<<10)
	for {
		line, err := input.ReadBytes('\n')
		if line = bytes.TrimSpace(line); len(line) > 0 {
			running.Add(1)
			go func(line []byte) {
				defer running.Done()
				s.handle(line, answers)
			}(line)
		}
		if failed := answers.failed(); failed != nil {
			return failed // nobody listens any more
		}
		if err != nil {
			waitFor(&running)
			if errors.Is(err, io.EOF) {
				return answers.failed()
			}
			return err
		}
	}
}

// waitFor gives requests that are still running some time to end.
func waitFor(running *sync.WaitGroup) {
	done := make(chan struct{})
	go func() {
		running.Wait()
		close(done)
	}()
	late := time.NewTimer(grace)
	defer late.Stop()
	select {
	case <-done:
	case <-late.C:
	}
}

// handle answers one request, whatever the user's code does short of ending
// the process: the answer is sent by a deferred call, which also runs when a
// component panics or ends its goroutine.
func (s *server) handle(line []byte, answers *lines) {
	ctx, cancel := context.WithCancel(context.Background())
	c := &call{server: s, ctx: ctx, answers: answers}
	var req request
	var html []byte
	finished := false
	defer func() {
		if req.Return != nil {
			cancel()
			return
		}
		c.release()
		if !finished {
			c.report(panicked(recover(), debug.Stack(), c.where))
		}
		cancel()
		a := answer{ID: req.ID}
		if len(c.problems) > 0 {
			a.Error, a.Errors = c.problems[0], c.problems
		} else {
			text := string(html)
			a.HTML = &text
		}
		_ = answers.send(a) // the loop sees that it failed
	}()
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.UseNumber()
	if err := decoder.Decode(&req); err != nil {
		c.report(&problem{Kind: kindRequest, Message: "a request can't be read: " + err.Error(), Hint: hintVersion})
	} else if decoder.More() {
		c.report(&problem{Kind: kindRequest, Message: "a line has more than a request", Hint: hintVersion})
	} else if req.Return != nil {
		s.deliver(req.ID, *req.Return)
	} else {
		c.id = req.ID
		if s.InitContext != nil {
			c.ctx = s.InitContext(ctx)
		}
		html = c.run(&req, cancel)
	}
	finished = true
}

// expect returns where the reply to what a request asks will come.
func (s *server) expect(id int64) chan reply {
	c := make(chan reply, 1)
	s.waiting.Store(id, c)
	return c
}

// deliver gives a reply to the request that waits for it.
func (s *server) deliver(id int64, r reply) {
	if waiting, ok := s.waiting.LoadAndDelete(id); ok {
		waiting.(chan reply) <- r
	}
}

// run renders what is asked for.
func (c *call) run(req *request, cancel func()) []byte {
	var result node
	switch {
	case req.Component != "":
		component := c.components[req.Component]
		if component == nil {
			c.report(&problem{Kind: kindRequest, Message: "there is no component " + shown(req.Component), Hint: hintVersion})
			return nil
		}
		result = c.invoke(component, req.Props, req.Children, nil)
	case req.Block != "":
		block := c.blocks[req.Block]
		if block == nil {
			c.report(&problem{Kind: kindRequest, Message: "there is no block " + shown(req.Block), Hint: hintVersion})
			return nil
		}
		result = c.block(block, req.Children)
	case req.Template != nil:
		before := c.engine.caller()
		c.engine.setCaller(c)
		defer c.engine.setCaller(before)
		var err error
		if result, err = c.template(req.Template, req.Props); err != nil {
			c.report(failed(templateError{err}, nil))
		}
	default:
		c.report(&problem{Kind: kindRequest, Message: "a request names no component, block or template", Hint: hintVersion})
	}
	if result == nil || len(c.problems) > 0 {
		return nil
	}
	out := &output{cancel: cancel}
	err := result.render(c.ctx, out)
	html, size := out.close()
	switch {
	case size > maxOutput:
		c.report(&problem{
			Kind: kindRender, Message: "the component writes more than 32 MB",
			Hint: "look for a loop that doesn't end, or show less of the data",
		})
	case err != nil:
		c.report(failed(err, nil))
	default:
		c.unseen()
	}
	return html
}

// lines writes values as JSON, a line each, from several goroutines.
type lines struct {
	mutex sync.Mutex
	w     io.Writer
	err   error // the first; then there is no point in another
}

func (l *lines) send(v any) error {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false) // it is all HTML
	if err := encoder.Encode(v); err != nil {
		return err
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.err == nil {
		_, l.err = l.w.Write(line.Bytes())
	}
	return l.err
}

func (l *lines) failed() error {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.err
}
