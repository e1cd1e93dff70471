package verify

import (
	"sync"

	"github.com/pinbell/pinbell"
)

// profiles are the applications' profiles by name. Those of the configuration
// are there from the start; the APIs of other vendors add theirs.
type profiles struct {
	mu     sync.RWMutex
	byName map[string]pinbell.Service
}

// PutService adds a profile or replaces the one of its name.
func (s *Service) PutService(p pinbell.Service) error {
	p = p.WithDefaults()
	if err := p.Validate(); err != nil {
		return err
	}
	s.profiles.mu.Lock()
	defer s.profiles.mu.Unlock()
	if s.profiles.byName == nil {
		s.profiles.byName = map[string]pinbell.Service{}
	}
	s.profiles.byName[p.Name] = p
	return nil
}

// RemoveService ends a profile: requests that name it are refused from now on.
// Its live verifications can still be checked.
func (s *Service) RemoveService(name string) {
	s.profiles.mu.Lock()
	defer s.profiles.mu.Unlock()
	delete(s.profiles.byName, name)
}

// Profile returns a profile by name; "" is the one called default. The error
// is a [*pinbell.FieldError] of the field "service".
func (s *Service) Profile(name string) (pinbell.Service, error) { return s.profile(name) }

func (s *Service) profile(name string) (pinbell.Service, error) {
	s.profiles.mu.RLock()
	defer s.profiles.mu.RUnlock()
	p, ok := s.profiles.byName[or(name, "default")]
	if !ok {
		return p, pinbell.Invalid("service", "is not configured here")
	}
	return p, nil
}
