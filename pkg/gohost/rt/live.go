package rt

import "sync"

// A liveStore keeps Go values that Storytime passes on without knowing them,
// from the template that had them to the component that gets them.
type liveStore struct {
	mutex  sync.Mutex
	last   int64
	values map[int64]any
}

// keepAlive keeps a value until the request has ended, and returns its number.
func (c *call) keepAlive(v any) int64 {
	s := &c.lives
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.values == nil {
		s.values = map[int64]any{}
	}
	s.last++
	s.values[s.last] = v
	c.kept = append(c.kept, s.last)
	return s.last
}

// live returns a value that was kept; nil if there is none.
func (c *call) live(number any) any {
	n, _ := number.(interface{ Int64() (int64, error) })
	if n == nil {
		return nil
	}
	key, err := n.Int64()
	if err != nil {
		return nil
	}
	c.lives.mutex.Lock()
	defer c.lives.mutex.Unlock()
	return c.lives.values[key]
}

// release forgets what was kept for the request.
func (c *call) release() {
	c.lives.mutex.Lock()
	defer c.lives.mutex.Unlock()
	for _, n := range c.kept {
		delete(c.lives.values, n)
	}
}
