package vonage

import (
	"hash/maphash"
	"sync"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// apiName is how verifications that came through here are found again.
const apiName = "vonage"

// An API is Vonage's, over Pinbell's use cases.
type API struct {
	cfg compat.Config

	mu           sync.RWMutex
	applications map[string]application

	// Starts for one number wait for each other, so that two at once cannot both
	// find that there is none; likewise changes of templates.
	starts    [64]sync.Mutex
	seed      maphash.Seed
	templates sync.Mutex
}

// New makes an API. It starts nothing.
func New(c compat.Config) (*API, error) {
	return &API{cfg: c.WithDefaults(), applications: map[string]application{}, seed: maphash.MakeSeed()}, nil
}

// startLock returns the lock that starts for a number take.
func (a *API) startLock(service string, to pinbell.Number) *sync.Mutex {
	return &a.starts[maphash.String(a.seed, service+"\x00"+to.E164())%uint64(len(a.starts))]
}
