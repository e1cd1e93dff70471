package voice

import (
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/rtp"
)

// How a key came. A phone that sends both for one press is heard by the way
// that came first only.
type keyWay uint8

const (
	keyByEvent keyWay = iota + 1 // RFC 4733
	keyByInfo                    // SIP INFO
	keyByTone                    // the sound itself, where there are no events
)

type keyPress struct {
	key byte
	way keyWay
}

// infoKey reads the key of an INFO body: "Signal=5" of application/dtmf-relay,
// or the key alone of application/dtmf.
func infoKey(contentType string, body []byte) (byte, bool) {
	contentType, _, _ = strings.Cut(contentType, ";")
	text := string(body)
	switch strings.ToLower(strings.TrimSpace(contentType)) {
	case "application/dtmf-relay":
		signal := ""
		for line := range strings.Lines(text) {
			name, value, ok := strings.Cut(line, "=")
			if ok && strings.EqualFold(strings.TrimSpace(name), "Signal") {
				signal = value
			}
		}
		text = signal
	case "application/dtmf":
	default:
		return 0, false
	}
	switch text = strings.ToUpper(strings.TrimSpace(text)); text {
	case "10":
		return '*', true
	case "11":
		return '#', true
	}
	if len(text) != 1 {
		return 0, false
	}
	_, ok := rtp.EventCode(text[0])
	return text[0], ok
}

// A gathering is one gather item under way: pure rules, no clock of its own.
type gathering struct {
	pinbell.Gather
	count int // keys that counted
	heard bool
}

// Defaults of [pinbell.Gather].
const (
	gatherTimeout = 5 * time.Second
	gatherMax     = 1
)

func newGathering(g pinbell.Gather) *gathering {
	if g.Max == 0 {
		g.Max = gatherMax
	}
	if g.Timeout == 0 {
		g.Timeout = gatherTimeout
	}
	return &gathering{Gather: g}
}

// press takes a key: keep says that it belongs to the result, counts that it
// was awaited (so that the time-out starts anew), done that the call goes on.
func (g *gathering) press(key byte) (keep, counts, done bool) {
	g.heard = true
	if g.Finish != "" && strings.IndexByte(g.Finish, key) >= 0 {
		return false, true, g.timeout()
	}
	if g.Expect != "" && strings.IndexByte(g.Expect, key) < 0 {
		return true, false, false
	}
	g.count++
	return true, true, g.count >= g.Max
}

// timeout reports whether the call goes on without further keys: not when
// certain ones were awaited and none came, unless it goes on without them.
func (g *gathering) timeout() bool { return g.Expect == "" || g.count > 0 || g.Go }
