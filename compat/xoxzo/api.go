package xoxzo

import (
	"time"

	"github.com/pinbell/pinbell/compat"
)

// origin names this API in what it starts.
const origin = "xoxzo"

// maxBody bounds a request.
const maxBody = 64 << 10

// An API answers requests in Xoxzo's words.
type API struct {
	cfg compat.Config
}

// New makes an API and has the service tell it of messages and calls, for
// callbacks. It starts nothing.
func New(c compat.Config) (*API, error) {
	a := &API{cfg: c.WithDefaults()}
	a.cfg.Verify.Observe(origin, a.callBack)
	return a, nil
}

// clock writes a time as Xoxzo does, in UTC; null where there is none.
func clock(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return compat.OrNull(t.UTC().Format(time.DateTime))
}
