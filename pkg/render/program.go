package render

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"sync/atomic"
	"time"

	"github.com/storytime-dev/storytime/internal/command"
)

// A program is a running process that answers requests, one JSON object a line
// in both directions. One goroutine asks it.
type program struct {
	cancel  context.CancelFunc
	input   io.WriteCloser
	answers chan reply
	log     *command.Tail
	ended   chan struct{} // closed when it has
	err     error         // of its end
	strange string        // a line that is no answer
	first   atomic.Bool   // it has written one that is
}

// A reply is an answer and the number of the request that it is for.
type reply struct {
	id   int
	line []byte
}

// run follows a process that has been started, until it ends. cancel kills it.
func run(ctx context.Context, cancel context.CancelFunc, cmd *exec.Cmd, input io.WriteCloser, output io.Reader, log *command.Tail) *program {
	p := &program{cancel: cancel, input: input, answers: make(chan reply), log: log, ended: make(chan struct{})}
	go func() {
		p.listen(ctx, output)
		cancel() // also what closes its output and goes on
		if p.err = cmd.Wait(); cmd.ProcessState != nil && cmd.ProcessState.Success() {
			p.err = nil // and not that it could no longer be ended
		}
		close(p.ended)
	}()
	return p
}

// listen takes answers until there are no more, or one that is none.
func (p *program) listen(ctx context.Context, output io.Reader) {
	r := bufio.NewReaderSize(output, 64<<10)
	for {
		line, err := readLine(r)
		if err != nil {
			return
		}
		var head struct {
			ID int `json:"id"`
		}
		if err := json.Unmarshal(line, &head); err != nil {
			p.strange = string(line[:min(len(line), 200)])
			return
		}
		p.first.Store(true)
		select {
		case p.answers <- reply{head.ID, line}:
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

var (
	errEnded = errors.New("the program has ended")
	errLate  = errors.New("the program didn't answer in time")
)

// ask sends a request and returns the line that answers it. After an error,
// which is errEnded or errLate, the program has ended.
func (p *program) ask(ctx context.Context, id int, request []byte) ([]byte, error) {
	sent := make(chan struct{})
	go func() { // it may not read before it has written
		_, _ = p.input.Write(append(request, '\n')) // if it can't, it has ended
		close(sent)
	}()
	for {
		select {
		case a := <-p.answers:
			if a.id == id { // and not of a story that was given up
				return a.line, nil
			}
		case <-ctx.Done():
			p.cancel()
			<-p.ended
			<-sent
			return nil, errLate
		case <-p.ended:
			<-sent
			return nil, errEnded
		}
	}
}

// heard reports whether it has written anything that could be read.
func (p *program) heard() bool { return p.first.Load() }

// logged returns what the program has said since it was last asked.
func (p *program) logged() string { return strings.TrimSpace(string(p.log.Take())) }

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
