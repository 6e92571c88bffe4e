package gohost

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestTheLastGoodHostStandsInForWhatDoesNotCompile shows a mistake without
// linking anything, as long as nothing else has changed.
func TestTheLastGoodHostStandsInForWhatDoesNotCompile(t *testing.T) {
	dir := copyOf(t, "templ")
	cache := filepath.Join(t.TempDir(), "cache")
	button, card := Ref{Dir: "button", Name: "Button"}, Ref{Dir: "card", Name: "Card"}
	render := func() (shown string, h *Host) {
		t.Helper()
		begin := time.Now()
		h = built(t, open(t, Options{Dir: dir, Cache: cache}), Needs{Components: []Ref{button, card}})
		t.Log(time.Since(begin), len(h.Problems))
		return start(t, h).component(button, map[string]any{"text": "x"}), h
	}
	same := func(a, b *Host) bool {
		x, err := os.Stat(a.Program)
		y, otherErr := os.Stat(b.Program)
		return err == nil && otherErr == nil && os.SameFile(x, y)
	}
	_, good := render()
	edit(t, dir, "card/card.templ", "{ title }", "{ titel }")
	shown, broken := render()
	if _, p := broken.Component(card); said(p) != "card/card.templ:13:9: undefined: titel | correct the code there" {
		t.Errorf("got %s", said(p))
	}
	if want := `<button class="button plain ">x</button>`; shown != want || !same(good, broken) {
		t.Errorf("got %s, the same host: %v", shown, same(good, broken))
	}
	edit(t, dir, "button/button.templ", "{ text }", "{ text + \"!\" }")
	shown, broken = render()
	if want := `<button class="button plain ">x!</button>`; shown != want || same(good, broken) {
		t.Errorf("got %s, the same host: %v", shown, same(good, broken))
	}
	edit(t, dir, "card/card.templ", "{ titel }", "{ title }")
	if _, h := render(); len(h.Problems) > 0 {
		t.Errorf("got %s", saidAll(h.Problems))
	}
}
