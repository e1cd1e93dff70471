package playlist

import (
	"sync"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// apiName is how calls that came through here are found again.
const apiName = "playlist"

// An API is the playlist API, over Pinbell's use cases.
type API struct {
	cfg    compat.Config
	trunks Trunks

	mu      sync.RWMutex
	aliases map[string]string
}

// New makes an API and becomes the director of its own calls. It starts
// nothing; trunks from before are back after [API.Restore].
func New(c compat.Config, trunks Trunks) (*API, error) {
	if trunks == nil {
		return nil, pinbell.Invalid("trunks", "is missing")
	}
	a := &API{cfg: c.WithDefaults(), trunks: trunks, aliases: map[string]string{}}
	a.cfg.Verify.Direct(apiName, a.direct)
	return a, nil
}

// Alias makes a carrier_id that applications have written down name a carrier
// of the configuration.
func (a *API) Alias(id, carrier string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.aliases[id] = carrier
}

// alias returns the carrier that an identifier stands for; "" for none.
func (a *API) alias(id string) string {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.aliases[id]
}
