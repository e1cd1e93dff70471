package handset

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/pinbell/pinbell"
)

// An arrival is a code that reached a number.
type arrival struct {
	code    string
	channel pinbell.Channel
	at      time.Time
}

// arrivals remembers the last code of each number and wakes who waits for one.
type arrivals struct {
	mu      sync.Mutex
	last    map[string]arrival
	order   ring[string] // numbers in the order of their first code
	waiting map[string][]chan struct{}
}

func newArrivals(limit int) *arrivals {
	return &arrivals{last: map[string]arrival{}, waiting: map[string][]chan struct{}{}, order: ring[string]{limit: limit}}
}

func (a *arrivals) add(to, code string, channel pinbell.Channel, at time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, known := a.last[to]; !known {
		if old, dropped := a.order.add(to); dropped {
			delete(a.last, old)
		}
	}
	a.last[to] = arrival{code, channel, at}
	for _, c := range a.waiting[to] {
		close(c)
	}
	delete(a.waiting, to)
}

// wait returns the last code that reached a number after a time, and waits for
// one until ctx ends.
func (a *arrivals) wait(ctx context.Context, to string, after time.Time) (arrival, error) {
	for {
		a.mu.Lock()
		if got, ok := a.last[to]; ok && got.at.After(after) {
			a.mu.Unlock()
			return got, nil
		}
		c := make(chan struct{})
		a.waiting[to] = append(a.waiting[to], c)
		a.mu.Unlock()
		select {
		case <-c:
		case <-ctx.Done():
			a.forget(to, c)
			return arrival{}, ctx.Err()
		}
	}
}

func (a *arrivals) forget(to string, c chan struct{}) {
	a.mu.Lock()
	defer a.mu.Unlock()
	left := slices.DeleteFunc(a.waiting[to], func(o chan struct{}) bool { return o == c })
	if len(left) == 0 {
		delete(a.waiting, to)
		return
	}
	a.waiting[to] = left
}
