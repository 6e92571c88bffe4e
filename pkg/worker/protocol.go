package worker

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/storytime-dev/storytime/pkg/build"
)

// An order is a line to a worker. The first has a Setup, after which the
// worker reads the catalog ahead; then come any number of trials, and one Job.
type order struct {
	Setup *setup       `json:"setup,omitempty"`
	Try   *build.Trial `json:"try,omitempty"`
	Job   *Job         `json:"job,omitempty"`
}

type setup struct {
	Dir          string        `json:"dir"`
	Jobs         int           `json:"jobs"`
	StoryTimeout time.Duration `json:"storyTimeout"`
	Timeout      time.Duration `json:"timeout"`
	Memory       int64         `json:"memory"`
	Temp         string        `json:"temp"`
}

// A report is a line from a worker; one of its fields is set.
type report struct {
	// Ready says that the catalog has been read ahead.
	Ready bool `json:"ready,omitempty"`
	// Started says that the worker has taken its job.
	Started  bool               `json:"started,omitempty"`
	Progress *build.Progress    `json:"progress,omitempty"`
	First    *build.Pages       `json:"first,omitempty"`
	Tried    *build.TrialResult `json:"tried,omitempty"`
	Done     *Result            `json:"done,omitempty"`
	// Failed is what the system said.
	Failed string `json:"failed,omitempty"`
	// Limit is why the worker ends itself.
	Limit *limit `json:"limit,omitempty"`
}

// A limit has been reached.
type limit struct {
	Time    time.Duration `json:"time,omitempty"`
	Memory  int64         `json:"memory,omitempty"`
	Stories []string      `json:"stories"` // that were being rendered
}

// lines writes JSON, one value a line, for several goroutines.
type lines struct {
	mutex sync.Mutex
	w     io.Writer
}

func (l *lines) send(v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	_, err = l.w.Write(append(data, '\n'))
	return err
}

// receive calls f with each value that comes, until there are no more.
func receive[T any](r io.Reader, f func(T)) error {
	decoder := json.NewDecoder(bufio.NewReaderSize(r, 64<<10))
	for {
		var v T
		if err := decoder.Decode(&v); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		f(v)
	}
}
