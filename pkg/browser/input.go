package browser

import (
	"context"
	"fmt"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Control is the key that is held down for a shortcut.
const Control = chromedp.ModifierCtrl

// Shift is the key that is held down to go backwards with Tab.
const Shift = chromedp.ModifierShift

// Press types keys as a keyboard does, with others held down meanwhile; the
// names of special ones are those of chromedp's package kb. A page that takes
// a key doesn't get its character as well.
func (p *Page) Press(keys string, held ...chromedp.Modifier) error {
	err := chromedp.Do(p.ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		for _, key := range keys {
			events := kb.Encode(key)
			for _, e := range events {
				chromedp.KeyModifiers(held...)(e)
			}
			down, up := events[0], events[len(events)-1]
			if char := events[1]; char.Type == kb.KeyChar && down.Modifiers&^int64(Shift) == 0 {
				down.Text, down.UnmodifiedText = char.Text, char.UnmodifiedText
			}
			for _, e := range []*input.DispatchKeyEventParams{down, up} {
				if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, *e); err != nil {
					return err
				}
			}
		}
		return nil
	}))
	if err != nil {
		return fmt.Errorf("pressing %q: %w", keys, err)
	}
	return nil
}

// Click clicks the first element that the selector finds.
func (p *Page) Click(selector string) error {
	x, y, err := p.middle(selector)
	if err != nil {
		return err
	}
	return p.ClickAt(x, y)
}

// ClickAt clicks a point of the window.
func (p *Page) ClickAt(x, y float64) error {
	if err := chromedp.Do(p.ctx, chromedp.MouseClickXY(x, y)); err != nil {
		return fmt.Errorf("clicking at %v, %v: %w", x, y, err)
	}
	return nil
}

// Tap touches the first element that the selector finds with a finger.
func (p *Page) Tap(selector string) error {
	x, y, err := p.middle(selector)
	if err != nil {
		return err
	}
	return p.TapAt(x, y)
}

// TapAt touches a point of the window with a finger.
func (p *Page) TapAt(x, y float64) error {
	if err := p.fingers(input.DispatchTouchEventTypeTouchStart, &input.TouchPoint{X: x, Y: y}); err != nil {
		return err
	}
	return p.fingers(input.DispatchTouchEventTypeTouchEnd)
}

// Drag takes the first element that the selector finds with the mouse, moves
// it by so many pixels, and lets it go.
func (p *Page) Drag(selector string, dx, dy float64) error {
	x, y, err := p.middle(selector)
	if err != nil {
		return err
	}
	err = chromedp.Do(p.ctx,
		chromedp.MouseEvent(chromedp.MouseMoved, x, y),
		chromedp.MouseEvent(chromedp.MousePressed, x, y, chromedp.Button(string(input.MouseButtonLeft)), chromedp.ClickCount(1)),
		chromedp.MouseEvent(chromedp.MouseMoved, x+dx/2, y+dy/2, chromedp.Button(string(input.MouseButtonLeft))),
		chromedp.MouseEvent(chromedp.MouseMoved, x+dx, y+dy, chromedp.Button(string(input.MouseButtonLeft))),
		chromedp.MouseEvent(chromedp.MouseReleased, x+dx, y+dy, chromedp.Button(string(input.MouseButtonLeft)), chromedp.ClickCount(1)))
	if err != nil {
		return fmt.Errorf("dragging %s: %w", selector, err)
	}
	return nil
}

// Swipe is Drag with a finger.
func (p *Page) Swipe(selector string, dx, dy float64) error {
	x, y, err := p.middle(selector)
	if err != nil {
		return err
	}
	if err := p.fingers(input.DispatchTouchEventTypeTouchStart, &input.TouchPoint{X: x, Y: y}); err != nil {
		return err
	}
	for _, part := range []float64{0.5, 1} {
		if err := p.fingers(input.DispatchTouchEventTypeTouchMove, &input.TouchPoint{X: x + dx*part, Y: y + dy*part}); err != nil {
			return err
		}
	}
	return p.fingers(input.DispatchTouchEventTypeTouchEnd)
}

// middle returns the middle of an element once it is there, stands still, and
// nothing lies over it. It is scrolled into view.
func (p *Page) middle(selector string) (x, y float64, err error) {
	at, err := Evaluate[[]float64](p, fmt.Sprintf(`new Promise((done, failed) => {
		const end = performance.now() + 30000;
		let before = "";
		const ask = () => {
			const one = document.querySelector(%q);
			one?.scrollIntoView({block: "nearest", inline: "nearest", behavior: "instant"});
			const box = one?.getBoundingClientRect();
			const now = JSON.stringify(box);
			const at = box?.width && [box.x + box.width / 2, box.y + box.height / 2];
			const top = at && document.elementFromPoint(...at);
			if (now === before && top && one.contains(top)) done(at);
			else if (performance.now() > end) failed(new Error(!one ? "it is not there" : !at ? "it has no size" : top ? "it lies below " + top.cloneNode().outerHTML : "it is out of view"));
			else requestAnimationFrame(ask);
			before = now;
		};
		ask();
	})`, selector))
	if err != nil {
		return 0, 0, fmt.Errorf("looking for %s: %w", selector, err)
	}
	return at[0], at[1], nil
}

// fingers says where they are now.
func (p *Page) fingers(kind input.DispatchTouchEventType, points ...*input.TouchPoint) error {
	if points == nil {
		points = []*input.TouchPoint{}
	}
	err := chromedp.Do(p.ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: kind, TouchPoints: points})
		return err
	}))
	if err != nil {
		return fmt.Errorf("touching the page: %w", err)
	}
	return nil
}
