package browser

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/chromedp/chromedp"
)

// Evaluate runs an expression in the page and returns its value. A promise is
// awaited.
func Evaluate[T any](p *Page, expression string) (T, error) {
	v, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		return v, fmt.Errorf("evaluating %.60s: %w", expression, err)
	}
	return v, nil
}

// WaitFor waits until an expression is true. It is asked again with each
// frame that the page draws.
func (p *Page) WaitFor(expression string) error {
	_, err := Evaluate[bool](p, `new Promise(done => {
		const ask = () => (`+expression+`) ? done(true) : requestAnimationFrame(ask);
		ask();
	})`)
	return err
}

// Screenshot returns the page as it is seen, as a PNG.
func (p *Page) Screenshot() ([]byte, error) {
	png, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		return nil, fmt.Errorf("taking a screenshot: %w", err)
	}
	return png, nil
}

// A Violation is a rule of axe that a page breaks.
type Violation struct {
	ID     string   `json:"id"`
	Help   string   `json:"help"`
	Places []string `json:"places"` // selectors of the elements
}

func (v Violation) String() string {
	return fmt.Sprintf("%s: %s (%s)", v.ID, v.Help, strings.Join(v.Places, ", "))
}

// Axe runs axe on the page, frames left out, and returns what it finds.
// Script is the text of axe.min.js, which is the caller's.
func (p *Page) Axe(script string) ([]Violation, error) {
	if _, err := Evaluate[bool](p, script+"\n;true"); err != nil {
		return nil, fmt.Errorf("loading axe: %w", err)
	}
	text, err := Evaluate[string](p, `axe.run(document, {iframes: false}).then(r => JSON.stringify(r.violations.map(v =>
		({id: v.id, help: v.help, places: v.nodes.map(n => n.target.join(" "))}))))`)
	if err != nil {
		return nil, fmt.Errorf("running axe: %w", err)
	}
	var violations []Violation
	if err := json.Unmarshal([]byte(text), &violations); err != nil {
		return nil, fmt.Errorf("reading what axe found: %w", err)
	}
	return violations, nil
}
