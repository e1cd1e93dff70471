package playlist

import (
	"context"
	"time"
)

// A Trunk is a SIP carrier that a request made.
type Trunk struct {
	ID       string   `json:"-"` // the carrier's name: calls name it as their carrier
	Service  string   `json:"-"` // the only one whose calls may name it; "" for all
	Name     string   `json:"name"`
	Host     string   `json:"host"`   // host or host:port
	Prefix   string   `json:"prefix"` // dialled before the number; may be empty
	Codecs   []string `json:"codecs"` // "mulaw", "alaw": at least one, the preferred first
	Register bool     `json:"register"`
	Username string   `json:"username"` // required where it registers; may be empty otherwise
	Password string   `json:"password"`
}

// Trunks are the SIP trunks that come and go while the program runs.
type Trunks interface {
	// Add makes a carrier named by the trunk's ID, which delivers only what names
	// it, and registers where the trunk says so. It does not wait for that.
	Add(ctx context.Context, t Trunk) error
	// Remove ends a carrier. Calls under way go on.
	Remove(ctx context.Context, id string) error
	// State tells how a carrier, of the configuration or added, stands with its
	// registrar, and since when: "registered"; "off" or "" where it does not
	// register; anything else where it is not registered now.
	State(id string) (state string, since time.Time)
}
