package voice

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// digits is an item that a test can hear.
func digits(s string) pinbell.Item {
	code, err := pinbell.ParseCode(s)
	if err != nil {
		panic(err)
	}
	return pinbell.Item{Kind: pinbell.ItemDigits, Digits: code}
}

// menu is a Next that goes through playlists and notes the keys it was given.
type menu struct {
	turns []pinbell.Playlist
	keys  []string
}

func (m *menu) next(_ context.Context, keys string) (pinbell.Playlist, error) {
	m.keys = append(m.keys, keys)
	if len(m.turns) == 0 {
		return nil, nil
	}
	list := m.turns[0]
	m.turns = m.turns[1:]
	return list, nil
}

// A call of three steps: the code 1111 and two keys, the code 2222 cut short by
// a key, the code 3333 and nothing asked.
func TestCallGoesOn(t *testing.T) {
	t.Parallel()
	p := newPhone(t, answering, "m=audio PORT RTP/AVP 8 101", "a=rtpmap:101 telephone-event/8000")
	h := run(t, p.addr())
	m := menu{turns: []pinbell.Playlist{
		{digits("2222"), pause(20000), gather(pinbell.Gather{BargeIn: true, Max: 3, Finish: "#", Timeout: 5 * time.Second})},
		{digits("3333"), pause(50)},
	}}
	var s stages
	result := deliver(t.Context(), h.Carrier, delivery("123456", func(d *pinbell.Delivery) {
		d.Playlist = pinbell.Playlist{digits("1111"), gather(pinbell.Gather{Max: 2, Timeout: 5 * time.Second})}
		d.Next = m.next
	}), &s)
	press := func(keys string) {
		for _, key := range []byte(keys) {
			_ = p.keys.Press(key, 40*time.Millisecond)
		}
	}
	hears := func(want string) func() bool { return func() bool { return p.heard(audio.PCMA) == want } }
	p.wait("the first step", hears("1111"))
	press("47")
	p.wait("the second step", hears("11112222"))
	press("9*#")
	got := <-result
	want(t, got, pinbell.Completed, "playlist ended")
	if heard := p.heard(audio.PCMA); heard != "111122223333" {
		t.Errorf("heard %q", heard)
	}
	if diff := cmp.Diff([]string{"47", "9*", ""}, m.keys); diff != "" {
		t.Error(diff)
	}
	if got.Digits != "479*" {
		t.Errorf("digits %q", got.Digits)
	}
	if p.count(sip.BYE) != 1 || p.count(sip.INVITE) != 1 {
		t.Errorf("%d BYE, %d INVITE", p.count(sip.BYE), p.count(sip.INVITE))
	}
	h.stop()
	if log := h.log.String(); strings.Contains(log, "9*") {
		t.Errorf("log: %s", log)
	}
}

// How calls end whose next words are asked for.
func TestNextEnds(t *testing.T) {
	t.Parallel()
	secret := errors.New("no words for 918273")
	refused := func(context.Context, string) (pinbell.Playlist, error) { return nil, secret }
	once := func(list pinbell.Playlist) func(context.Context, string) (pinbell.Playlist, error) {
		return (&menu{turns: []pinbell.Playlist{list}}).next
	}
	for name, tc := range map[string]struct {
		list    pinbell.Playlist
		next    func(ctx context.Context, keys string) (pinbell.Playlist, error)
		outcome pinbell.Outcome
		cause   string
		kind    string // logged
	}{
		"nothing more":         {pinbell.Playlist{digits("1234")}, once(nil), pinbell.Completed, "playlist ended", ""},
		"nothing at all":       {pinbell.Playlist{pause(20)}, once(nil), pinbell.Completed, "playlist ended", ""},
		"an error":             {pinbell.Playlist{digits("1234")}, refused, pinbell.Completed, "the call's next words did not come", "other"},
		"an error, unsaid":     {pinbell.Playlist{pause(20)}, refused, pinbell.CarrierError, "the call's next words did not come", "other"},
		"cannot be played":     {pinbell.Playlist{digits("1234")}, once(pinbell.Playlist{{Kind: "dance"}}), pinbell.Completed, "did not come", "invalid"},
		"no key, goes on":      {pinbell.Playlist{gather(pinbell.Gather{Timeout: 50 * time.Millisecond, Expect: "1", Go: true})}, once(nil), pinbell.Completed, "playlist ended", ""},
		"no key, any is right": {pinbell.Playlist{gather(pinbell.Gather{Timeout: 50 * time.Millisecond})}, once(nil), pinbell.Completed, "playlist ended", ""},
		"no key":               {pinbell.Playlist{gather(pinbell.Gather{Timeout: 50 * time.Millisecond, Expect: "1"})}, refused, pinbell.Voicemail, "no key was pressed", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t, answering)
			h := run(t, p.addr())
			got := h.Deliver(t.Context(), delivery("123456", func(d *pinbell.Delivery) { d.Playlist, d.Next = tc.list, tc.next }), nil)
			want(t, got, tc.outcome, tc.cause)
			if p.count(sip.BYE) != 1 {
				t.Errorf("%d BYE", p.count(sip.BYE))
			}
			h.stop()
			if log := h.log.String(); strings.Contains(log, "918273") || tc.kind != "" && !strings.Contains(log, fmt.Sprintf("kind=%s", tc.kind)) {
				t.Errorf("log: %s", log)
			}
		})
	}
}

// A person who hangs up, and a call that is ended, do not wait for words.
func TestNextIsInterrupted(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		end   func(p *phone, cancel context.CancelCauseFunc)
		cause string
	}{
		"far end": {func(p *phone, _ context.CancelCauseFunc) { p.seq = 7; p.request("BYE", "", "") }, "BYE from the far end"},
		"ours":    {func(_ *phone, cancel context.CancelCauseFunc) { cancel(errors.New("the code was approved")) }, "the code was approved"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t, answering)
			h := run(t, p.addr())
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			asked := make(chan struct{})
			var s stages
			result := deliver(ctx, h.Carrier, delivery("123456", func(d *pinbell.Delivery) {
				d.Next = func(ctx context.Context, _ string) (pinbell.Playlist, error) {
					close(asked)
					<-ctx.Done()
					return nil, ctx.Err()
				}
			}), &s)
			<-asked
			heard := func() int { p.mu.Lock(); defer p.mu.Unlock(); return len(p.packets) }
			before := heard()
			p.wait("silence", func() bool { return heard() > before+3 })
			tc.end(p, cancel)
			want(t, <-result, pinbell.Completed, tc.cause)
		})
	}
}

// Turns that lead to each other end with the longest call, and with their
// number where they have no sound.
func TestNextIsBounded(t *testing.T) {
	t.Parallel()
	endless := func(list pinbell.Playlist) func(d *pinbell.Delivery) {
		return func(d *pinbell.Delivery) {
			d.Next = func(context.Context, string) (pinbell.Playlist, error) { return list, nil }
		}
	}
	p := newPhone(t, answering)
	h := run(t, p.addr(), func(c *Config) { c.MaxCall, c.MaxOrderCall = 100*time.Millisecond, 2*time.Second })
	begin := time.Now()
	want(t, h.Deliver(t.Context(), delivery("123456", endless(pinbell.Playlist{pause(100)})), nil), pinbell.Completed, "longest time")
	if d := time.Since(begin); d < 2*time.Second || d > 4*time.Second {
		t.Errorf("after %v", d)
	}
	silent := run(t, p.addr(), func(c *Config) { c.Renderer = silentRenderer{} })
	want(t, silent.Deliver(t.Context(), delivery("123456", endless(pinbell.Playlist{pause(100)})), nil), pinbell.CarrierError, "did not come")
}

// A silentRenderer has no sound for anything.
type silentRenderer struct{}

func (silentRenderer) Render(_ context.Context, list pinbell.Playlist, _ pinbell.Locale, _ audio.Codec) ([]audio.Clip, error) {
	return make([]audio.Clip, len(list)), nil
}

// A key pressed during the items before a gather waits for it, unless it allows
// to cut them short.
func TestBargeIn(t *testing.T) {
	t.Parallel()
	for name, barge := range map[string]bool{"allowed": true, "not allowed": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t, answering)
			h := run(t, p.addr())
			var s stages
			result := deliver(t.Context(), h.Carrier, delivery("123456", func(d *pinbell.Delivery) {
				d.Playlist = pinbell.Playlist{digits("1233"), digits("445566"), digits("7788"), gather(pinbell.Gather{BargeIn: barge, Expect: "5"}), digits("9999")}
			}), &s)
			p.wait("the beginning", func() bool { return len(p.heard(audio.PCMU)) >= 2 })
			_ = p.keys.Press('5', 40*time.Millisecond)
			got := <-result
			want(t, got, pinbell.Completed, "")
			heard := p.heard(audio.PCMU)
			if cut := !strings.Contains(heard, "7788"); cut != barge || !strings.HasSuffix(heard, "9999") || got.Digits != "5" {
				t.Errorf("heard %q, digits %q", heard, got.Digits)
			}
		})
	}
}

// A SIP address is named to the trunk, and nobody else hears of it.
func TestAddress(t *testing.T) {
	t.Parallel()
	p, other := newPhone(t, answering), newPhone(t, answering)
	h := run(t, p.addr())
	address := "sip:alice@" + other.addr()
	want(t, h.Deliver(t.Context(), delivery("123456", func(d *pinbell.Delivery) { d.To, d.Address = pinbell.Number{}, address }), nil), pinbell.Completed, "")
	invite := p.requests(sip.INVITE)[0]
	if got := invite.Recipient.String(); got != address {
		t.Errorf("Request-URI %q", got)
	}
	if got := invite.To().Address.String(); got != "sip:alice@127.0.0.1" {
		t.Errorf("To %q", got)
	}
	if n := len(other.requests(sip.INVITE)); n != 0 {
		t.Errorf("%d INVITE to the address itself", n)
	}
	want(t, h.Deliver(t.Context(), delivery("123456", func(d *pinbell.Delivery) { d.Address = "sip:a@b\r\nX: y" }), nil), pinbell.CarrierError, "address")
	want(t, h.Deliver(t.Context(), delivery("123456", func(d *pinbell.Delivery) { d.To = pinbell.Number{} }), nil), pinbell.CarrierError, "to: is missing")
	if n := p.count(sip.INVITE); n != 1 {
		t.Errorf("%d INVITE", n)
	}
}
