package serve

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/storytime-dev/storytime/internal/ui"
	"github.com/storytime-dev/storytime/pkg/build"
	"github.com/storytime-dev/storytime/pkg/problem"
)

// The limits of rendering with other props.
const (
	maxTrials   = 8                // that are waited for
	trialWithin = 20 * time.Second // to wait for a worker and for the story
	maxProps    = 64 << 10         // bytes
)

// render answers with a story that has other props.
func (w *Workshop) render(rw http.ResponseWriter, r *http.Request) {
	// A page of another origin can't send a header of its own without asking
	// first, and is never allowed to.
	if r.Header.Get("X-Storytime") == "" {
		http.Error(rw, "The header X-Storytime is missing.", http.StatusForbidden)
		return
	}
	query := r.URL.Query()
	trial := build.Trial{Story: query.Get("story"), Props: query.Get("props"), Given: query.Has("props")}
	if len(trial.Props) > maxProps {
		http.Error(rw, "The props are too large to be tried out.", http.StatusRequestEntityTooLarge)
		return
	}
	select {
	case w.trials <- struct{}{}:
		defer func() { <-w.trials }()
	default:
		http.Error(rw, "Too many stories are being rendered.", http.StatusServiceUnavailable)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), trialWithin)
	defer cancel()
	result, err := w.builder.Try(ctx, trial)
	var wrong *problem.Problem
	switch {
	case errors.As(err, &wrong):
		result = &build.TrialResult{Problems: problem.List{wrong}}
	case r.Context().Err() != nil:
		return
	case err != nil:
		w.options.Log.Error("a story could not be rendered", "story", trial.Story, "reason", err)
		http.Error(rw, "The story could not be rendered.", http.StatusServiceUnavailable)
		return
	}
	w.hub.mutex.Lock()
	number := w.hub.build
	w.hub.mutex.Unlock()
	problems := ""
	if len(result.Problems) > 0 {
		problems = ui.ProblemPanel(result.Problems, w.editorLink)
	}
	writeJSON(rw, http.StatusOK, struct {
		*build.TrialResult
		Build    int    `json:"build"`
		Problems string `json:"problems"` // hides the other
	}{result, number, problems})
}
