package render

// recent is a cache that forgets what hasn't been used for a while, so that
// the parsed templates of a large catalog are never all in memory. What is
// used again and again stays: a use moves an entry to the young generation,
// and when that is full, the old one is dropped and the young one is the old.
type recent[V any] struct {
	young, old map[string]V
}

// generation is how many entries are young at most.
const generation = 128

func (r *recent[V]) get(key string) (V, bool) {
	if v, found := r.young[key]; found {
		return v, true
	}
	v, found := r.old[key]
	if found {
		r.put(key, v)
	}
	return v, found
}

func (r *recent[V]) put(key string, v V) {
	if r.young == nil || len(r.young) >= generation {
		r.old, r.young = r.young, make(map[string]V, generation)
	}
	r.young[key] = v
}
