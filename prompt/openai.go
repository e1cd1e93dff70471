package prompt

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// OpenAIConfig says where an engine is that is spoken to as OpenAI's: theirs,
// or one of the many with the same interface on a machine of one's own.
type OpenAIConfig struct {
	// BaseURL is what stands before /v1/audio/speech, as in
	// "https://api.openai.com"; it may end in /v1. Required.
	BaseURL string
	// Key is sent as the bearer token. Defaults to none.
	Key string
	// Model defaults to tts-1.
	Model string
	// Voice speaks for those that Voices does not name. Defaults to alloy
	// where Voices is empty, else to none: the engine does not speak for them.
	Voice string
	// Voices names the voices of locales. Defaults to none.
	Voices Voices
	// Speed is from 0.25 to 4. Defaults to what the engine takes for normal.
	Speed float64
	// Timeout bounds one text with its answer. Defaults to 10 s.
	Timeout time.Duration
}

// OpenAI is an [Engine] with OpenAI's interface. It is safe for concurrent use.
type OpenAI struct {
	cfg    OpenAIConfig
	remote *remote
}

// NewOpenAI checks the configuration. It opens nothing.
func NewOpenAI(c OpenAIConfig) (*OpenAI, error) {
	var err error
	if c.Voices, err = c.Voices.checked("prompt.openai.voices"); err != nil {
		return nil, err
	}
	c.Model = cmp.Or(c.Model, "tts-1")
	if c.Voice == "" && len(c.Voices) == 0 {
		c.Voice = "alloy"
	}
	if strings.ContainsFunc(c.Model+c.Voice, isControl) {
		return nil, pinbell.Invalid("prompt.openai.model", "neither model nor voice may hold control characters")
	}
	if !speedIn(c.Speed) {
		return nil, pinbell.Invalid("prompt.openai.speed", "want 0.25 to 4")
	}
	base := strings.TrimSuffix(strings.TrimRight(c.BaseURL, "/"), "/v1")
	e := &OpenAI{cfg: c}
	e.remote, err = newRemote("openai", "prompt.openai.base_url", base+"/v1/audio/speech", c.Key, c.Timeout)
	return e, err
}

// ID names the address, the model and the voices.
func (e *OpenAI) ID() string {
	return fmt.Sprintf("openai %s %q %q %q %g", e.remote.url, e.cfg.Model, e.cfg.Voice, e.cfg.Voices, e.cfg.Speed)
}

// Speaks reports whether there is a voice for a locale.
func (e *OpenAI) Speaks(l pinbell.Locale) bool { return e.voice(l, "") != "" }

func (e *OpenAI) voice(l pinbell.Locale, gender string) string {
	return cmp.Or(e.cfg.Voices.of(l, gender), e.cfg.Voice)
}

// Synthesize asks the engine. An error that wraps [ErrWords] is about this
// text alone.
func (e *OpenAI) Synthesize(ctx context.Context, r Request) (audio.PCM, error) {
	voice := e.voice(r.Locale, r.Gender)
	if voice == "" {
		return audio.PCM{}, fmt.Errorf("speech engine %s: %s: %w", e.remote.name, r.Locale, pinbell.ErrUnavailable)
	}
	return e.remote.speak(ctx, openAIRequest{Model: e.cfg.Model, Input: r.Text, Voice: voice, Format: "wav", Speed: e.cfg.Speed})
}

// openAIRequest is the body of POST /v1/audio/speech.
type openAIRequest struct {
	Model  string  `json:"model"`
	Input  string  `json:"input"`
	Voice  string  `json:"voice"`
	Format string  `json:"response_format"`
	Speed  float64 `json:"speed,omitempty"`
}

// speedIn reports whether a speed is one that engines know, or 0 for theirs.
func speedIn(speed float64) bool { return speed == 0 || speed >= 0.25 && speed <= 4 }
