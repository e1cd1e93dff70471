package handset

import (
	"sync"
	"time"

	"github.com/pinbell/pinbell/rtp"
)

// A call is one call while it goes on and after. The agent's goroutine owns
// its course; others look at it and give it commands.
type call struct {
	recording *recording
	answer    chan struct{} // somebody pressed "answer"
	hangup    chan struct{} // somebody pressed "decline" or "hang up"

	mu      sync.Mutex
	info    Call
	stream  *rtp.Stream // while answered
	changed func(Call)
}

func newCall(info Call, cfg Config, changed func(Call)) *call {
	return &call{
		recording: newRecording(cfg.MaxRecording, cfg.ZeroFill),
		answer:    make(chan struct{}, 1),
		hangup:    make(chan struct{}, 1),
		info:      info,
		changed:   changed,
	}
}

// snapshot returns what is known of the call now.
func (c *call) snapshot() Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	info := c.info
	info.AudioSeconds = float64(c.recording.len()) / sampleRate
	return info
}

// update changes what is known of the call and tells the page.
func (c *call) update(change func(info *Call)) {
	c.mu.Lock()
	change(&c.info)
	c.mu.Unlock()
	c.changed(c.snapshot())
}

// count notes what arrived so far; the page hears of it with the next update.
func (c *call) count(s rtp.Stats) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.info.Packets, c.info.Lost = s.Packets, s.Lost
	c.info.JitterMS = float64(s.Jitter.Round(10*time.Microsecond)) / float64(time.Millisecond)
}

// setStream names the stream that keys are pressed in; nil ends that.
func (c *call) setStream(s *rtp.Stream) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stream = s
}

// keyLength is how long a key is pressed.
const keyLength = 120 * time.Millisecond

// press sends keys to the caller (RFC 4733).
func (c *call) press(keys string) error {
	c.mu.Lock()
	stream := c.stream
	c.mu.Unlock()
	if stream == nil {
		return errNotAnswered
	}
	for i := range len(keys) {
		if err := stream.Press(keys[i], keyLength); err != nil {
			return err
		}
	}
	return nil
}

// signal gives a command; giving it twice does no harm.
func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
