package messagebird

import (
	"time"

	"github.com/pinbell/pinbell/compat"
)

// origin names this API in what it starts.
const origin = "messagebird"

// maxBody bounds a request: fifty recipients and a long message fit.
const maxBody = 64 << 10

// An API answers requests in MessageBird's words.
type API struct {
	cfg compat.Config
}

// New makes an API and has the service tell it of messages and calls, for
// status reports. It starts nothing.
func New(c compat.Config) (*API, error) {
	a := &API{cfg: c.WithDefaults()}
	a.cfg.Verify.Observe(origin, a.report)
	return a, nil
}

// datetime writes a time as MessageBird does, with an offset also for UTC.
func datetime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05-07:00") }
