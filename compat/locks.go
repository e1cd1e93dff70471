package compat

import (
	"hash/maphash"
	"sync"
)

// Locks make what is done under one name wait for each other, so that two
// requests at once do not both find that there is nothing yet. Different names
// rarely wait for each other.
type Locks struct {
	locks [64]sync.Mutex
	seed  maphash.Seed
}

// NewLocks makes Locks.
func NewLocks() *Locks { return &Locks{seed: maphash.MakeSeed()} }

// Lock waits for a name, which unlock gives free.
func (l *Locks) Lock(name string) (unlock func()) {
	m := &l.locks[maphash.String(l.seed, name)%uint64(len(l.locks))]
	m.Lock()
	return m.Unlock
}
