package render

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/storytime-dev/storytime/internal/command"
	"github.com/storytime-dev/storytime/pkg/gohost"
	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// Programs says how the programs are run that render components.
type Programs struct {
	// Dir is the catalog's directory, which commands run in. Without it none
	// can.
	Dir string
	// Contained says that whoever calls ends, with this process, all that it
	// has started.
	Contained bool
	// Memory is how many bytes a host of Go components may take; zero means
	// 1 GiB.
	Memory int64
	// Go is the host of the Go components. Without one, NoGo says why.
	Go   *gohost.Host
	NoGo *problem.Problem
}

// A session is a command that renders, for one Templates. It is started with
// the first request. When it ends before it has answered, that costs the
// story, and another is started for the next one.
type session struct {
	renderer *story.Renderer
	programs Programs

	next    int
	running *program
	// broken is why none can be started, or why so many in a row have ended
	// before their first answer. All further stories have this problem.
	broken *problem.Problem
	failed int
}

// start starts the command.
func (s *session) start() (*program, error) {
	ctx, cancel := context.WithCancel(context.Background())
	cmd := command.New(ctx, s.programs.Dir, s.renderer.Command, s.programs.Contained)
	log := &command.Tail{}
	cmd.Stderr = log
	input, err := cmd.StdinPipe()
	if err != nil {
		cancel()
		return nil, err
	}
	output, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		cancel()
		return nil, err
	}
	return run(ctx, cancel, cmd, input, output, log), nil
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
	r := s.request(file, data)
	line, err := json.Marshal(r)
	if err != nil {
		return "", &problem.Problem{Kind: problem.Prop, Message: "the props can't be sent to a program: " + err.Error(), Hint: "give it text, numbers, lists and objects"}
	}
	if !fresh { // what it says at its start belongs to this story
		s.running.log.Take()
	}
	line, err = s.running.ask(ctx, r.ID, line)
	if err == nil {
		s.failed = 0
		return s.take(line, r)
	}
	p := s.gone(err)
	s.running = nil
	const most = 3
	if s.failed++; fresh && s.failed >= most {
		broken := *p
		s.broken = &broken
	}
	return "", p
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

// gone is why a program has ended without an answer.
func (s *session) gone(err error) *problem.Problem {
	p := s.running
	switch {
	case errors.Is(err, errLate):
		return command.At(s.renderer.Command, s.renderer.Short()+" didn't answer in time", "let it answer each line that it reads")
	case p.strange != "":
		wrong := command.At(s.renderer.Command, fmt.Sprintf("%s wrote a line that is no answer: %q", s.renderer.Short(), p.strange),
			"write nothing but answers to the standard output, each a JSON object on a line; the log goes to the standard error")
		wrong.Detail = p.logged()
		return wrong
	}
	if err = p.err; err == nil || errors.Is(err, context.Canceled) {
		err = errors.New("it ended before it answered")
	}
	return command.Problem(s.renderer.Command, err, p.log.Take())
}

// take makes HTML or a problem of an answer.
func (s *session) take(line []byte, r request) (string, *problem.Problem) {
	var a answer
	err := json.Unmarshal(line, &a)
	switch {
	case err != nil, a.Error == nil && a.HTML == nil:
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
	p.Detail = strings.TrimSpace(p.Detail + "\n" + s.running.logged())
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
