package verify

import (
	"fmt"
	"slices"
	"sync"

	"github.com/pinbell/pinbell"
)

// carriers are the ways out. Those of the configuration are there from the
// start; others come and go.
type carriers struct {
	mu     sync.RWMutex
	list   []pinbell.Carrier // never changed in place, so that it can be read without the lock
	byName map[string]Deliverer
}

// AddCarrier adds a way out. The error wraps [pinbell.ErrConflict] when the
// name is taken.
func (s *Service) AddCarrier(c Carrier) error {
	s.carriers.mu.Lock()
	defer s.carriers.mu.Unlock()
	if c.Name == "" || c.Deliverer == nil {
		return pinbell.Invalid("carrier", "wants a name and something that delivers")
	}
	if _, taken := s.carriers.byName[c.Name]; taken {
		return fmt.Errorf("carrier %q: the name is taken: %w", c.Name, pinbell.ErrConflict)
	}
	if s.carriers.byName == nil {
		s.carriers.byName = map[string]Deliverer{}
	}
	s.carriers.byName[c.Name] = c.Deliverer
	s.carriers.list = append(slices.Clone(s.carriers.list), c.Carrier)
	return nil
}

// RemoveCarrier takes a way out away. What it is delivering goes on.
func (s *Service) RemoveCarrier(name string) {
	s.carriers.mu.Lock()
	defer s.carriers.mu.Unlock()
	delete(s.carriers.byName, name)
	s.carriers.list = slices.DeleteFunc(slices.Clone(s.carriers.list), func(c pinbell.Carrier) bool { return c.Name == name })
}

// mayName reports whether requests of a service may name a carrier.
func (s *Service) mayName(carrier, service string) bool {
	return slices.ContainsFunc(s.listed(), func(c pinbell.Carrier) bool {
		return c.Name == carrier && (c.Service == "" || c.Service == service)
	})
}

// sender is who a delivery by a carrier comes from: who the caller asked for,
// else the carrier's rule for the number.
func (s *Service) sender(asked, carrier string, to pinbell.Number) string {
	if asked != "" {
		return asked
	}
	for _, c := range s.listed() {
		if c.Name == carrier {
			return c.Sender(to)
		}
	}
	return ""
}

func (s *Service) deliverer(name string) (Deliverer, bool) {
	s.carriers.mu.RLock()
	defer s.carriers.mu.RUnlock()
	d, ok := s.carriers.byName[name]
	return d, ok
}

func (s *Service) listed() []pinbell.Carrier {
	s.carriers.mu.RLock()
	defer s.carriers.mu.RUnlock()
	return s.carriers.list
}

func (s *Service) healthy(name string) bool {
	d, ok := s.deliverer(name)
	return ok && d.Healthy()
}

// ways names the carriers for a number in the order to try them: those that
// are ready first, the rest behind, since a code is better tried than dropped.
// A carrier that the caller chose is the only one.
func (s *Service) ways(ch pinbell.Channel, to pinbell.Number, chosen string, key pinbell.AttemptID) []string {
	list := s.listed()
	if chosen != "" {
		if slices.ContainsFunc(list, func(c pinbell.Carrier) bool { return c.Name == chosen && c.Takes(ch, to) }) {
			return []string{chosen}
		}
		return nil
	}
	names := pinbell.Routes(list, ch, to, key)
	slices.SortStableFunc(names, func(a, b string) int {
		switch ready, other := s.healthy(a), s.healthy(b); {
		case ready && !other:
			return -1
		case other && !ready:
			return 1
		}
		return 0
	})
	return names
}

// Carriers tells which carriers are ready to deliver, by name.
func (s *Service) Carriers() map[string]bool {
	health := map[string]bool{}
	for _, c := range s.listed() {
		health[c.Name] = s.healthy(c.Name)
	}
	return health
}

// Configured tells which of the carriers that are there from the start are ready
// to deliver, by name. What requests made is not among them.
func (s *Service) Configured() map[string]bool {
	health := map[string]bool{}
	for _, c := range s.listed() {
		if !c.Named {
			health[c.Name] = s.healthy(c.Name)
		}
	}
	return health
}

// counted is the name that a carrier's deliveries are counted by.
func (s *Service) counted(name string) string {
	if slices.ContainsFunc(s.listed(), func(c pinbell.Carrier) bool { return c.Name == name && !c.Named }) {
		return name
	}
	return countedNamed
}

// countedNamed is the name that all carriers which requests made are counted
// by: they come and go, and a series of each would be kept for ever.
const countedNamed = "named"

// Channels lists the channels that a carrier serves.
func (s *Service) Channels() []pinbell.Channel {
	var found []pinbell.Channel
	for _, ch := range []pinbell.Channel{pinbell.Voice, pinbell.SMS} {
		if slices.ContainsFunc(s.listed(), func(c pinbell.Carrier) bool { return c.Channel == ch && !c.Named }) {
			found = append(found, ch)
		}
	}
	return found
}

// Ready reports whether every channel that is configured has a carrier that is
// ready to deliver, and deliveries are being made.
func (s *Service) Ready() bool {
	ready := map[pinbell.Channel]bool{}
	for _, c := range s.listed() {
		if !c.Named {
			ready[c.Channel] = ready[c.Channel] || s.healthy(c.Name)
		}
	}
	for _, ok := range ready {
		if !ok {
			return false
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.running
}
