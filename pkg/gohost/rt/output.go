package rt

import (
	"errors"
	"sync"
)

// maxOutput is how many bytes of HTML a request may make.
const maxOutput = 32 << 20

var (
	errTooLarge = errors.New("the component writes more than 32 MB")
	errEnded    = errors.New("the component has ended")
)

// An output takes the HTML of one request. The user's code may keep it and
// write from another goroutine, even after its component has returned.
type output struct {
	cancel func() // ends the context of the request

	mutex sync.Mutex
	html  []byte
	size  int // with what didn't fit
	ended bool
}

// Write implements io.Writer.
func (o *output) Write(b []byte) (int, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if err := o.admit(len(b)); err != nil {
		return 0, err
	}
	o.html = append(o.html, b...)
	return len(b), nil
}

// WriteString implements io.StringWriter, for which gomponents looks.
func (o *output) WriteString(s string) (int, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if err := o.admit(len(s)); err != nil {
		return 0, err
	}
	o.html = append(o.html, s...)
	return len(s), nil
}

// admit says whether so many bytes may be added. A component that has not
// noticed the error may notice that its context has ended.
func (o *output) admit(n int) error {
	if o.ended {
		return errEnded
	}
	if o.size += n; o.size > maxOutput {
		o.size = maxOutput + 1 // it must not overflow
		o.html = nil
		o.cancel()
		return errTooLarge
	}
	return nil
}

// close returns what was written; nothing more can be.
func (o *output) close() (html []byte, size int) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.ended = true
	return o.html, o.size
}
