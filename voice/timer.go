package voice

import (
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// optionTimer is the option tag of session timers (RFC 4028).
const optionTimer = "timer"

const (
	// minSession is the shortest session that we agree to (RFC 4028 §4).
	minSession = 90 * time.Second
	// leastSession is obeyed where a 2xx names less, which it should not: a call
	// that is refreshed without pause helps nobody.
	leastSession = 2 * time.Second
	// maxLengthened is how often one request follows a 422.
	maxLengthened = 3
)

// timing is what was agreed on last: for how long a session lives unrefreshed,
// 0 for ever, and who refreshes it.
type timing struct {
	expires time.Duration
	ours    bool
}

// due returns when to refresh, or when to give up on a far end that should have
// (RFC 4028 §10).
func (t timing) due() time.Duration {
	if t.ours {
		return t.expires / 2
	}
	return t.expires - min(32*time.Second, t.expires/3)
}

// sessionExpires reads a Session-Expires header.
func sessionExpires(msg headed) (expires time.Duration, refresher string, ok bool) {
	found := values(msg, "Session-Expires")
	if len(found) == 0 {
		return 0, "", true
	}
	text, _, _ := strings.Cut(found[0], ";")
	expires, ok = seconds(text)
	return expires, strings.ToLower(parameter(found[0], "refresher")), ok && expires > 0
}

// agreed reads a 2xx to a request of ours (RFC 4028 §7.2).
func agreed(res *sip.Response) timing {
	expires, refresher, ok := sessionExpires(res)
	if !ok || expires == 0 {
		return timing{}
	}
	return timing{max(expires, leastSession), refresher != "uas"}
}

// asked reads a request of the far end's (RFC 4028 §9). status is not 0 where
// that refuses it.
func asked(req *sip.Request) (t timing, status int) {
	expires, refresher, ok := sessionExpires(req)
	switch {
	case !ok:
		return timing{}, 400
	case expires == 0:
		return timing{}, 0
	case expires < minSession:
		return timing{}, 422
	case refresher == "": // ours is the choice
		return timing{expires, !lists(req, "Supported", optionTimer)}, 0
	}
	return timing{expires, refresher == "uas"}, 0
}

// answer adds to our 2xx what was agreed on.
func (t timing) answer(res *sip.Response) {
	if t.expires == 0 {
		return
	}
	refresher := "uac"
	if t.ours {
		refresher = "uas"
	} else {
		res.AppendHeader(sip.NewHeader("Require", optionTimer))
	}
	res.AppendHeader(sip.NewHeader("Session-Expires", inSeconds(t.expires)+";refresher="+refresher))
}

func inSeconds(d time.Duration) string { return strconv.FormatInt(int64(d/time.Second), 10) }

// A sessionOffer is what a request of ours asks for.
type sessionOffer struct {
	expires   time.Duration // 0 for no timer
	min       time.Duration // the largest Min-SE that a 422 named
	refresher string        // "uac" in a refresh of ours, else the far end chooses
	tries     int
}

// add writes the headers, of an INVITE or a refresh.
func (o *sessionOffer) add(req *sip.Request) {
	if o.expires == 0 {
		return
	}
	value := inSeconds(o.expires)
	if o.refresher != "" {
		value += ";refresher=" + o.refresher
	}
	req.AppendHeader(sip.NewHeader("Session-Expires", value))
	req.AppendHeader(sip.NewHeader("Min-SE", inSeconds(max(o.min, minSession))))
}

// lengthen takes what a 422 asks for and reports whether to try again.
func (o *sessionOffer) lengthen(res *sip.Response) bool {
	least := secondsOf(res, "Min-SE")
	if res.StatusCode != 422 || o.expires == 0 || least <= max(o.min, minSession) || o.tries >= maxLengthened {
		return false
	}
	o.tries++
	o.min, o.expires = least, max(o.expires, least)
	return true
}
