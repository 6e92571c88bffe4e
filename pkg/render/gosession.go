package render

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"os"
	"os/exec"
	"regexp"
	"strings"

	"github.com/storytime-dev/storytime/internal/command"
	"github.com/storytime-dev/storytime/pkg/gohost"
	"github.com/storytime-dev/storytime/pkg/gohost/rt"
	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// A goSession is a host of Go components that runs for one Templates. It is
// started with the first request, and again after it has ended.
type goSession struct {
	programs Programs
	next     int
	running  *program
	groups   map[string]bool  // of templates, that the running host knows
	failed   int              // hosts in a row that ended before they were ready
	broken   *problem.Problem // why no more are started
}

// start starts the host. It speaks over files of its own, for the user's code
// may print; that is its log.
func (s *goSession) start() (*program, error) {
	host := s.programs.Go
	ctx, cancel := context.WithCancel(context.Background())
	cmd := command.New(ctx, host.Dir, story.Command{Args: []string{host.Program}}, s.programs.Contained)
	log := &command.Tail{Max: gohost.MaxLog}
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Env = append(os.Environ(), host.Env...)
	if s.programs.Memory > 0 {
		cmd.Env = append(cmd.Env, fmt.Sprintf("%s=%d", rt.MemoryVariable, s.programs.Memory))
	}
	theirs, input, err := os.Pipe()
	if err != nil {
		cancel()
		return nil, err
	}
	output, answers, err := os.Pipe()
	if err != nil {
		cancel()
		return nil, errors.Join(err, theirs.Close(), input.Close())
	}
	inherit(cmd, theirs, answers)
	err = cmd.Start()
	_, _ = theirs.Close(), answers.Close() // they are the host's now
	if err != nil {
		cancel()
		return nil, errors.Join(err, input.Close(), output.Close())
	}
	return run(ctx, cancel, cmd, input, output, log), nil
}

func (s *goSession) close() {
	if s.running != nil {
		s.running.end()
		s.running = nil
	}
}

// A goRequest asks for a component or a block; see package gohost/rt.
type goRequest struct {
	ID        int              `json:"id"`
	Component string           `json:"component,omitempty"`
	Block     string           `json:"block,omitempty"`
	Template  *templateRequest `json:"template,omitempty"`
	Props     any              `json:"props,omitempty"`
	Children  any              `json:"children,omitempty"`
}

// A goCall is a component that a template in the host asks for, and a goReturn
// the answer.
type (
	goCall struct {
		Dir, Name string
		Args      []json.RawMessage
	}
	goReturn struct {
		HTML  string `json:"html"`
		Error string `json:"error,omitempty"`
	}
)

type goAnswer struct {
	Call *goCall `json:"call"`

	HTML   *string   `json:"html"`
	Error  *goError  `json:"error"`
	Errors []goError `json:"errors"`
}

// A goError is what the host says is wrong.
type goError struct {
	Kind, Message, Hint string
	Cause               string
	Path                []any
	Key                 bool
	Trace               string
	File                string
	Line, Column        int
}

// ask returns the HTML, or what is wrong.
func (s *goSession) ask(ctx context.Context, r goRequest) (template.HTML, []goError, *problem.Problem) {
	return s.askFor(ctx, r, nil)
}

// askFor is ask for a template, which may ask for components itself.
func (s *goSession) askFor(ctx context.Context, r goRequest, component func(goCall) goReturn) (template.HTML, []goError, *problem.Problem) {
	if s.broken != nil {
		p := *s.broken
		return "", nil, &p
	}
	fresh := s.running == nil
	if fresh {
		var err error
		if s.running, err = s.start(); err != nil {
			return "", nil, &problem.Problem{Kind: problem.Component, Message: "the program of the Go components can't be started: " + err.Error(), Hint: "see to that, and build again"}
		}
		s.groups = map[string]bool{}
	}
	if t := r.Template; t != nil && s.groups[t.Group] {
		known := *t
		known.Files, r.Template = nil, &known
	}
	s.next++
	r.ID = s.next
	host := s.running
	if !fresh { // what it says at its start belongs to this story
		host.log.Take()
	}
	var message any = r
	for {
		line, err := json.Marshal(message)
		if err != nil {
			return "", nil, &problem.Problem{Kind: problem.Prop, Message: "the props can't be given to Go: " + err.Error(), Hint: "write text, numbers, lists and objects"}
		}
		if line, err = host.ask(ctx, r.ID, line); err != nil {
			return "", nil, s.gone(host, err)
		}
		var a goAnswer
		if err := json.Unmarshal(line, &a); err != nil {
			return "", nil, &problem.Problem{Kind: problem.Component, Message: "the program of the Go components answered strangely: " + err.Error(), Hint: "build again"}
		}
		if a.Call != nil {
			message = map[string]any{"id": r.ID, "return": component(*a.Call)}
			continue
		}
		if a.Error != nil {
			a.Errors = append(a.Errors, *a.Error)
		}
		if len(a.Errors) > 0 || a.HTML == nil {
			return "", a.Errors, nil
		}
		if t := r.Template; t != nil && !t.Once && s.running == host {
			s.groups[t.Group] = true
		}
		return template.HTML(*a.HTML), nil, nil
	}
}

// logTime is what package log puts before a line.
var logTime = regexp.MustCompile(`^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(\.\d+)? `)

// gone is why the host has ended without an answer. If it wasn't even ready,
// again and again, it isn't started any more.
func (s *goSession) gone(host *program, err error) *problem.Problem {
	const ended = "the program of the Go components ended while it rendered this"
	wrong := &problem.Problem{Kind: problem.Template}
	said := host.logged()
	crash := s.programs.Go.Crash(said)
	var exit *exec.ExitError
	switch {
	case errors.Is(err, errLate):
		wrong.Message, wrong.Hint = "the component didn't return in time", "let what repeats in it end"
	case crash.Message != "":
		wrong.Message, wrong.Hint, wrong.Detail = ended+": "+crash.Message, "look at the first lines of the trace", crash.Trace
		wrong.File, wrong.Line = crash.Place.File, crash.Place.Line
	case errors.As(host.err, &exit) && exit.ExitCode() == rt.MemoryCode:
		limit := cmp.Or(s.programs.Memory, rt.DefaultMemory)
		wrong.Message = fmt.Sprintf("the component took more than %d MiB of memory and was ended", limit>>20)
		wrong.Hint = "let what repeats in it end"
	case errors.As(host.err, &exit) && exit.ExitCode() < 0, host.strange != "":
		wrong.Message = ended + ": it was killed, or what it answers with was closed or written to"
		wrong.Hint = "look for what uses files that it hasn't opened"
	default:
		wrong.Message, wrong.Hint = ended, "look for os.Exit and log.Fatal"
		if exit != nil {
			wrong.Message += ": " + exit.Error()
		}
		if last := logTime.ReplaceAllString(said[strings.LastIndexByte(said, '\n')+1:], ""); last != "" {
			wrong.Message += fmt.Sprintf(", and said %q", last)
		}
	}
	if s.running != host {
		return wrong // it was noticed by what the template asked for
	}
	s.running = nil
	// A story that ends it again and again must not cost the others.
	const most = 3
	if host.heard() {
		s.failed = 0
	} else if s.failed++; s.failed >= most {
		broken := *wrong
		s.broken = &broken
	}
	return wrong
}
