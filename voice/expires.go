package voice

import (
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Bounds of what a trunk may grant: a binding that ends at once would be
// renewed without pause, one that never ends would not notice its loss.
const (
	leastExpires = 2 * time.Second
	mostExpires  = 24 * time.Hour
)

// granted returns for how long a 2xx keeps our binding: by its expires
// parameter, else by the Expires header, else as asked (RFC 3261 §10.2.4).
func (b *binding) granted(res *sip.Response, asked time.Duration) time.Duration {
	granted := asked
	if d := secondsOf(res, "Expires"); d > 0 {
		granted = d
	}
	ours := b.agent.contact()
	for _, h := range res.GetHeaders("Contact") {
		for _, value := range splitList(h.Value()) {
			var uri sip.Uri
			params := sip.NewParams()
			if _, err := sip.ParseAddressValue(value, &uri, &params); err != nil {
				continue
			}
			if !strings.EqualFold(uri.Host, ours.Host) || uri.Port != ours.Port || uri.User != ours.User {
				continue // of another server with our name
			}
			if text, ok := params.Get("expires"); ok {
				if d, ok := seconds(text); ok {
					granted = d
				}
			}
		}
	}
	return min(max(granted, leastExpires), mostExpires)
}

// minExpires is what a trunk that answered 423 wants at least.
func minExpires(res *sip.Response) time.Duration {
	return min(secondsOf(res, "Min-Expires"), mostExpires)
}

// secondsOf reads a header of seconds, as Retry-After with its comment and
// parameters is; 0 where there is none.
func secondsOf(res *sip.Response, header string) time.Duration {
	h := res.GetHeader(header)
	if h == nil {
		return 0
	}
	text := h.Value()
	if i := strings.IndexAny(text, ";( "); i >= 0 {
		text = text[:i]
	}
	d, _ := seconds(text)
	return d
}

// seconds reads delta-seconds (RFC 3261 §25.1: up to 2^32-1).
func seconds(text string) (time.Duration, bool) {
	n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 32)
	return time.Duration(n) * time.Second, err == nil
}
