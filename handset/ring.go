package handset

// A ring keeps the newest values, up to its capacity.
type ring[T any] struct {
	values []T
	next   int
	limit  int
}

// add keeps v and returns what it had to give up for it.
func (r *ring[T]) add(v T) (old T, dropped bool) {
	if len(r.values) < r.limit {
		r.values = append(r.values, v)
		return old, false
	}
	old, r.values[r.next] = r.values[r.next], v
	r.next = (r.next + 1) % r.limit
	return old, true
}

// newestFirst calls visit until it returns false.
func (r *ring[T]) newestFirst(visit func(T) bool) {
	for i := range r.values {
		if !visit(r.values[(r.next-1-i+2*len(r.values))%len(r.values)]) {
			return
		}
	}
}
