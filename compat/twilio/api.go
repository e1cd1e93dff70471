package twilio

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// name is what origins of this API are called.
const name = "twilio"

// maxBody bounds a request: no form of this API comes near.
const maxBody = 64 << 10

// startTimeout bounds the reading of what is stored: a server that cannot had
// better not start.
const startTimeout = 10 * time.Second

// An API is Twilio's, in our words.
type API struct {
	cfg     compat.Config
	started time.Time // when the services of the configuration began

	mu      sync.RWMutex
	aliases map[string]string // the profile of a configured service's sid
	order   []string          // their sids, as they were named

	admin  sync.Mutex // what is checked and then written: names, counts
	starts *compat.Locks
}

// New reads the services that were made through this API and puts them among
// the profiles. It starts nothing.
func New(c compat.Config) (*API, error) {
	c = c.WithDefaults()
	a := &API{cfg: c, aliases: map[string]string{}, starts: compat.NewLocks()}
	a.started = c.Time()
	if _, err := c.Verify.Profile(""); err == nil {
		if err := a.Alias(compat.HexOf("VA", "default"), "default"); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	records, err := c.Records.Records(ctx, KindService, "")
	if err != nil {
		return nil, fmt.Errorf("twilio: services: %w", err)
	}
	for _, r := range records {
		s, err := serviceOf(r)
		if err != nil {
			return nil, err
		}
		if err := a.put(s); err != nil {
			return nil, fmt.Errorf("twilio: service %s: %w", s.Sid, err)
		}
	}
	return a, nil
}

// Alias lets a sid stand for a profile of the configuration, so that a program
// keeps the one it was written with. To be called before requests are served.
func (a *API) Alias(sid, service string) error {
	if !isSid("VA", sid) {
		return pinbell.Invalid("sid", "want VA and 32 hexadecimal digits")
	}
	p, err := a.cfg.Verify.Profile(service)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, known := a.aliases[sid]; !known {
		a.order = append(a.order, sid)
	}
	a.aliases[sid] = p.Name
	return nil
}
