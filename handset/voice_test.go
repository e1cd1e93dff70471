package handset

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/voice"
)

// TestCodesOfRealCallsAreHeard has Pinbell's own caller say a code of its own
// to each of many numbers at once, in real time, and hangs up on each that was
// heard. The race detector makes hearing so slow that it has fewer calls.
func TestCodesOfRealCallsAreHeard(t *testing.T) {
	voices, renderer := packedVoices(t)
	h := start(t, Config{Voices: voices, AnswerAfter: 20 * time.Millisecond, HangUpWhenHeard: true})
	carrier, err := voice.New(voice.Config{Trunk: h.SIPAddr(), Renderer: renderer, CallerID: "+15550001111"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- carrier.Run(ctx) }()
	defer func() { cancel(); <-done }()
	eventually(t, "the caller runs", carrier.Healthy)

	var wg sync.WaitGroup
	defer wg.Wait()
	for i := range 24 / raced {
		digits := fmt.Sprintf("%04d", rand.IntN(1e4))
		code, _ := pinbell.ParseCode(digits)
		to, err := pinbell.ParseNumber(fmt.Sprintf("+155512345%02d", i), "")
		if err != nil {
			t.Fatal(err)
		}
		list := pinbell.Playlist{
			{Kind: pinbell.ItemPause, Pause: 100 * time.Millisecond},
			{Kind: pinbell.ItemDigits, Digits: code},
			{Kind: pinbell.ItemPause, Pause: 5 * time.Second},
		}
		wg.Go(func() {
			result := carrier.Deliver(ctx, pinbell.Delivery{Channel: pinbell.Voice, To: to, Locale: "en-US", Playlist: list,
				Deadline: time.Now().Add(time.Minute), RingTime: 10 * time.Second}, nil)
			if result.Outcome != pinbell.Completed {
				t.Errorf("call %d: %q, %s", i, result.Outcome, result.Cause)
			}
		})
		wg.Go(func() {
			wait, stop := context.WithTimeout(ctx, 12*time.Second)
			defer stop()
			got, channel, err := h.Latest(wait, to)
			if err != nil || got.Reveal() != digits || channel != pinbell.Voice {
				t.Errorf("call %d: said %q, heard %q by %q: %v", i, digits, got.Reveal(), channel, err)
			}
		})
	}
}
