package vonage

import (
	"sync"

	"github.com/pinbell/pinbell/compat"
)

// apiName is how verifications that came through here are found again.
const apiName = "vonage"

// An API is Vonage's, over Pinbell's use cases.
type API struct {
	cfg compat.Config

	mu           sync.RWMutex
	applications map[string]application

	starts    *compat.Locks // for one number of a service
	templates sync.Mutex    // changes of them
}

// New makes an API. It starts nothing.
func New(c compat.Config) (*API, error) {
	return &API{cfg: c.WithDefaults(), applications: map[string]application{}, starts: compat.NewLocks()}, nil
}
