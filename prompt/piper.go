package prompt

import (
	"context"
	"fmt"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// PiperConfig says where a Piper HTTP server is.
type PiperConfig struct {
	// URL is where texts are posted: "http://127.0.0.1:5000/synthesize", or the
	// same with "/" for older servers. Required.
	URL string
	// Voices names the voices of locales, as in "de-DE" for
	// "de_DE-thorsten-medium". The engine speaks their languages and no other.
	// A server that does not have a voice takes its own, whatever its language.
	// Required.
	Voices Voices
	// Speed is from 0.25 to 4. Defaults to that of each voice.
	Speed float64
	// Timeout bounds one text with its answer. Defaults to 10 s.
	Timeout time.Duration
}

// Piper is an [Engine] at a Piper HTTP server. It is safe for concurrent use.
type Piper struct {
	cfg    PiperConfig
	remote *remote
}

// NewPiper checks the configuration. It opens nothing.
func NewPiper(c PiperConfig) (*Piper, error) {
	var err error
	if c.Voices, err = c.Voices.checked("prompt.piper.voices"); err != nil {
		return nil, err
	}
	if len(c.Voices) == 0 {
		return nil, pinbell.Invalid("prompt.piper.voices", "want a voice for each locale that the server speaks")
	}
	if !speedIn(c.Speed) {
		return nil, pinbell.Invalid("prompt.piper.speed", "want 0.25 to 4")
	}
	e := &Piper{cfg: c}
	e.remote, err = newRemote("piper", "prompt.piper.url", c.URL, "", c.Timeout)
	return e, err
}

// ID names the address and the voices.
func (e *Piper) ID() string {
	return fmt.Sprintf("piper %s %q %g", e.remote.url, e.cfg.Voices, e.cfg.Speed)
}

// Speaks reports whether there is a voice for a locale.
func (e *Piper) Speaks(l pinbell.Locale) bool { return e.cfg.Voices.of(l, "") != "" }

// Synthesize asks the server. An error that wraps [ErrWords] is about this
// text alone.
func (e *Piper) Synthesize(ctx context.Context, r Request) (audio.PCM, error) {
	voice := e.cfg.Voices.of(r.Locale, r.Gender)
	if voice == "" {
		return audio.PCM{}, fmt.Errorf("speech engine %s: %s: %w", e.remote.name, r.Locale, pinbell.ErrUnavailable)
	}
	request := piperRequest{Text: r.Text, Voice: voice}
	if e.cfg.Speed != 0 {
		request.LengthScale = 1 / e.cfg.Speed
	}
	return e.remote.speak(ctx, request)
}

// piperRequest is the body that Piper's server takes. Servers of one voice
// read the text alone.
type piperRequest struct {
	Text        string  `json:"text"`
	Voice       string  `json:"voice"`
	LengthScale float64 `json:"length_scale,omitempty"` // of sounds: 2 is half as fast
}
