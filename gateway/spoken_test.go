package gateway

import (
	"context"
	"testing"

	"github.com/pinbell/pinbell"
)

// cannot has a carrier asked for calls that wait for keys, go on after their
// playlist or play recordings.
func cannot(t *testing.T, c *Carrier) {
	t.Helper()
	code, err := pinbell.ParseCode(testCode)
	if err != nil {
		t.Fatal(err)
	}
	keys, next, recording := voiceDelivery(t), voiceDelivery(t), voiceDelivery(t)
	keys.Playlist = pinbell.CodePlaylist(code, "en-US", "", pinbell.ConfirmPress1, "")
	next.Next = func(context.Context, string) (pinbell.Playlist, error) { return nil, nil }
	recording.Playlist = pinbell.Playlist{{Kind: pinbell.ItemPlay, URL: "https://media.example/a.mp3"}}
	for name, d := range map[string]pinbell.Delivery{"a key": keys, "a conversation": next, "a recording": recording} {
		if r, _ := deliver(t, c, d); r.Outcome != pinbell.CarrierError || r.References != nil {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	list := []pinbell.Locale{"en-US", "en-GB", "es-ES", "es-MX"}
	for l, want := range map[pinbell.Locale]pinbell.Locale{"en-GB": "en-GB", "en-NZ": "en-US", "es-MX": "es-MX", "es": "es-ES", "fr-FR": ""} {
		if got := nearest(l, list); got != want {
			t.Errorf("%s: got %q, want %q", l, got, want)
		}
	}
}

// placing starts a call that the company takes, and returns what it was asked,
// and the result.
func placing(t *testing.T, c *Carrier, p *peer, d pinbell.Delivery) (sent asked, result <-chan pinbell.Result, cancel func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done, ended, taken := make(chan pinbell.Result, 1), make(chan struct{}), make(chan struct{}, 10)
	go func() {
		defer close(ended)
		done <- c.Deliver(ctx, d, func(pinbell.Progress) { taken <- struct{}{} })
	}()
	t.Cleanup(func() { cancel(); <-ended })
	sent = p.await(t)
	select {
	case <-taken:
	case <-ended:
		t.Fatalf("the call ended at once: %+v", <-done)
	}
	return sent, done, cancel
}
