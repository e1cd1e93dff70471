package gateway

import (
	"context"
	"net/url"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
)

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

// calling is placing for a company that takes forms.
func calling(t *testing.T, c *Carrier, p *peer, d pinbell.Delivery) (form url.Values, result <-chan pinbell.Result, cancel func()) {
	t.Helper()
	sent, result, cancel := placing(t, c, p, d)
	return sent.form(t), result, cancel
}

// end waits for the end of a call.
func end(t *testing.T, result <-chan pinbell.Result) pinbell.Result {
	t.Helper()
	select {
	case r := <-result:
		secret(t, r.Cause)
		return r
	case <-time.After(10 * time.Second):
		t.Fatal("the call does not end")
		return pinbell.Result{}
	}
}

// cannot has a carrier asked for calls that wait for keys, go on after their
// playlist or play recordings.
func cannot(t *testing.T, c *Carrier) {
	t.Helper()
	code, err := pinbell.ParseCode(testCode)
	if err != nil {
		t.Fatal(err)
	}
	keys, next, recording := voiceDelivery(t), voiceDelivery(t), voiceDelivery(t)
	keys.Playlist = pinbell.CallWords{Locale: "en-US", Confirm: pinbell.ConfirmPress1}.Code(code)
	next.Next = func(context.Context, string) (pinbell.Playlist, error) { return nil, nil }
	recording.Playlist = pinbell.Playlist{{Kind: pinbell.ItemPlay, URL: "https://media.example/a.mp3"}}
	for name, d := range map[string]pinbell.Delivery{"a key": keys, "a conversation": next, "a recording": recording} {
		if r, _ := deliver(t, c, d); r.Outcome != pinbell.CarrierError || r.References != nil {
			t.Errorf("%s: %+v", name, r)
		}
	}
}
