package render

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/storytime-dev/storytime/internal/command"
	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// Programs says how the commands are run that render components.
type Programs struct {
	// Dir is the catalog's directory, which they run in. Without it none can.
	Dir string
	// Contained says that whoever calls ends, with this process, all that it
	// has started.
	Contained bool
}

// A session is a program that renders, for one Templates. It is started with
// the first request. When it ends before it has answered, that costs the
// story, and another is started for the next one.
type session struct {
	renderer *story.Renderer
	programs Programs
	catalog  *story.Catalog

	next    int
	running *program
	// broken is why none can be started, or why so many in a row have ended
	// before their first answer. All further stories have this problem.
	broken *problem.Problem
	failed int
}

// A program is a running one.
type program struct {
	cmd     *exec.Cmd
	cancel  context.CancelFunc
	input   io.WriteCloser
	answers chan answer
	log     command.Tail
	ended   chan struct{} // closed when it has
	err     error         // of its end
	strange string        // a line that is no answer
}

// start starts the program.
func (s *session) start() (*program, error) {
	ctx, cancel := context.WithCancel(context.Background())
	p := &program{cancel: cancel, answers: make(chan answer), ended: make(chan struct{})}
	p.cmd = command.New(ctx, s.programs.Dir, s.renderer.Command, s.programs.Contained)
	p.cmd.Stderr = &p.log
	var output io.ReadCloser
	var err error
	if p.input, err = p.cmd.StdinPipe(); err == nil {
		if output, err = p.cmd.StdoutPipe(); err == nil {
			err = p.cmd.Start()
		}
	}
	if err != nil {
		cancel()
		return nil, err
	}
	go func() {
		p.listen(ctx, output)
		cancel() // also what closes its output and goes on
		p.err = p.cmd.Wait()
		close(p.ended)
	}()
	return p, nil
}

// listen takes answers until there are no more, or one that is none.
func (p *program) listen(ctx context.Context, output io.Reader) {
	r := bufio.NewReaderSize(output, 64<<10)
	for {
		line, err := readLine(r)
		if err != nil {
			return
		}
		var a answer
		if err := json.Unmarshal(line, &a); err != nil {
			p.strange = string(line[:min(len(line), 200)])
			return
		}
		select {
		case p.answers <- a:
		case <-ctx.Done():
			return
		}
	}
}

// readLine reads a line that isn't longer than a story may be.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > 2*maxOutput {
			return nil, errors.New("too long")
		}
		if err == nil || !errors.Is(err, bufio.ErrBufferFull) {
			return bytes.TrimRight(line, "\r\n"), err
		}
	}
}

// end ends the program, and waits for it.
func (p *program) end() {
	_ = p.input.Close()
	const patience = time.Second
	select {
	case <-p.ended:
	case <-time.After(patience):
	}
	p.cancel()
	<-p.ended
}

// kill ends the program at once.
func (p *program) kill() {
	p.cancel()
	<-p.ended
}

// close ends the session.
func (s *session) close() {
	if s.running != nil {
		s.running.end()
		s.running = nil
	}
}

// render asks for a component's HTML. An error of the program has its place in
// the problem, if it says one.
func (s *session) render(ctx context.Context, file string, data map[string]any) (string, *problem.Problem) {
	if s.programs.Dir == "" {
		return "", command.At(s.renderer.Command, "commands can't be run here", "build the catalog with storytime")
	}
	if s.broken != nil {
		p := *s.broken
		return "", &p
	}
	fresh := s.running == nil
	if fresh {
		var err error
		if s.running, err = s.start(); err != nil {
			s.broken = command.Problem(s.renderer.Command, err, nil)
			return s.render(ctx, file, data)
		}
	}
	s.next++
	html, p, ended := s.ask(ctx, s.request(file, data))
	if !ended {
		s.failed = 0
		return html, p
	}
	s.running = nil
	const most = 3
	if s.failed++; fresh && s.failed >= most {
		broken := *p
		s.broken = &broken
	}
	return html, p
}

func (s *session) request(file string, data map[string]any) request {
	r := request{ID: s.next, Component: file, File: filepath.Join(s.programs.Dir, filepath.FromSlash(file)), Props: map[string]any{}}
	for name, value := range data {
		if name != "Children" {
			r.Props[name] = value
			continue
		}
		children := fmt.Sprint(value)
		r.Children = &children
	}
	return r
}

// ask sends a request and waits for its answer. It reports whether the program
// has ended.
func (s *session) ask(ctx context.Context, r request) (html string, p *problem.Problem, ended bool) {
	line, err := json.Marshal(r)
	if err != nil {
		return "", &problem.Problem{Kind: problem.Prop, Message: "the props can't be sent to a program: " + err.Error(), Hint: "give it text, numbers, lists and objects"}, false
	}
	running := s.running
	running.log.Take()
	sent := make(chan error, 1)
	go func() { // it may not read before it has written
		_, err := running.input.Write(append(line, '\n'))
		sent <- err
	}()
	for {
		select {
		case a := <-running.answers:
			if a.ID != r.ID {
				continue // of a story that was given up
			}
			html, p := s.take(a, r)
			return html, p, false
		case <-ctx.Done():
			running.kill()
			<-sent
			return "", command.At(s.renderer.Command, fmt.Sprintf("%s didn't answer in time", s.renderer.Short()), "let it answer each line that it reads"), true
		case <-running.ended:
			<-sent
			return "", s.gone(running), true
		}
	}
}

// gone is why a program has ended without an answer.
func (s *session) gone(p *program) *problem.Problem {
	if p.strange != "" {
		wrong := command.At(s.renderer.Command, fmt.Sprintf("%s wrote a line that is no answer: %q", s.renderer.Short(), p.strange),
			"write nothing but answers to the standard output, each a JSON object on a line; the log goes to the standard error")
		wrong.Detail = strings.TrimSpace(string(p.log.Take()))
		return wrong
	}
	err := p.err
	if err == nil || errors.Is(err, context.Canceled) {
		err = errors.New("it ended before it answered")
	}
	return command.Problem(s.renderer.Command, err, p.log.Take())
}

// take makes HTML or a problem of an answer.
func (s *session) take(a answer, r request) (string, *problem.Problem) {
	switch {
	case a.Error == nil && a.HTML == nil:
		return "", command.At(s.renderer.Command, fmt.Sprintf("%s answered with neither \"html\" nor \"error\"", s.renderer.Short()), `answer {"id": …, "html": …}, or "error" with a "message"`)
	case a.Error == nil:
		return *a.HTML, nil
	}
	e := a.Error
	p := &problem.Problem{Kind: problem.Template, Message: firstLine(e.Message), Hint: e.Hint, Detail: strings.TrimSpace(e.Detail)}
	if p.Message == "" {
		p.Message = fmt.Sprintf("%s can't render %s, and doesn't say why", s.renderer.Short(), r.Component)
	}
	if p.Hint == "" {
		p.Hint = "mend the component, or the props that the story gives it"
	}
	if log := strings.TrimSpace(string(s.running.log.Take())); log != "" {
		p.Detail = strings.TrimSpace(p.Detail + "\n" + log)
	}
	if e.Line > 0 {
		p.File, p.Line, p.Column, p.Length = s.fileOf(e.File, r.Component), e.Line, max(e.Column, 1), 1
	}
	return "", p
}

// fileOf returns the file of an error relative to the catalog.
func (s *session) fileOf(name, component string) string {
	if filepath.IsAbs(name) {
		rel, err := filepath.Rel(s.programs.Dir, name)
		if err != nil || !filepath.IsLocal(rel) {
			return filepath.ToSlash(name)
		}
		name = filepath.ToSlash(rel)
	}
	if name == "" {
		return component
	}
	return name
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return strings.TrimSpace(line)
}
