package verify_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/verify"
)

const anybody = "+15551234567"

func text(s string) verify.OrderRequest {
	return verify.OrderRequest{Channel: pinbell.SMS, To: anybody, OrderWishes: pinbell.OrderWishes{Text: pinbell.NewText(s)}}
}

func say(s string) pinbell.Playlist {
	return pinbell.Playlist{{Kind: pinbell.ItemSay, Text: pinbell.NewText(s)}}
}

func (r *rig) place(t *testing.T, requests ...verify.OrderRequest) []pinbell.Order {
	t.Helper()
	placed, err := r.Place(t.Context(), requests, nil)
	if err != nil {
		t.Fatal(err)
	}
	return placed
}

// ended waits until an order is in a status.
func (r *rig) ended(t *testing.T, id pinbell.OrderID, want pinbell.OrderStatus) pinbell.Order {
	t.Helper()
	var o pinbell.Order
	r.eventually(t, string(want), func() (is bool) {
		var err error
		if o, err = r.Order(t.Context(), id, ""); err != nil {
			t.Fatal(err)
		}
		return o.Status == want
	})
	return o
}

func TestMessageAndReceipt(t *testing.T) {
	sms := &fake{deliver: func(_ context.Context, d pinbell.Delivery, _ func(pinbell.Progress)) pinbell.Result {
		return pinbell.Result{Outcome: pinbell.Submitted, Cause: "taken", References: []string{"a-" + string(d.Attempt), "b-" + string(d.Attempt)}}
	}}
	r := newRig(t, nil, smsBy("bind", sms))
	seen := make(chan pinbell.OrderStatus, 10)
	r.Observe("vendor", func(o pinbell.Order) { seen <- o.Status })
	request := text("the parcel is there")
	request.Origin = pinbell.Origin{API: "vendor", ID: "V1"}
	o := r.place(t, request)[0]
	o = r.ended(t, o.ID, pinbell.MessageSubmitted)
	if got := sms.given[0].Text.Reveal(); got != "the parcel is there" {
		t.Errorf("sent %q", got)
	}
	for i, ref := range o.References {
		if err := r.Receipt(t.Context(), pinbell.Receipt{Carrier: "bind", Reference: ref, Outcome: pinbell.Delivered, Cause: "DELIVRD"}); err != nil {
			t.Fatal(err)
		}
		if now, _ := r.Order(t.Context(), o.ID, ""); i == 0 && now.Status != pinbell.MessageSubmitted {
			t.Errorf("delivered after one of two parts")
		}
	}
	if got := r.ended(t, o.ID, pinbell.MessageDelivered); got.EndedAt.IsZero() {
		t.Error("no end")
	}
	// A second report changes nothing, and one for nothing is told apart.
	if err := r.Receipt(t.Context(), pinbell.Receipt{Carrier: "bind", Reference: o.References[0], Outcome: pinbell.Undelivered}); err != nil {
		t.Error(err)
	}
	if err := r.Receipt(t.Context(), pinbell.Receipt{Carrier: "bind", Reference: "unheard of", Outcome: pinbell.Delivered}); !errors.Is(err, pinbell.ErrNotFound) {
		t.Errorf("unknown reference: %v", err)
	}
	r.ended(t, o.ID, pinbell.MessageDelivered)
	found, err := r.OrdersOf(t.Context(), "vendor", "V1", "")
	if err != nil || len(found) != 1 || found[0].ID != o.ID {
		t.Errorf("by origin: %v, %v", found, err)
	}
	if first := <-seen; first != pinbell.OrderSending {
		t.Errorf("the observer heard of %s first", first)
	}
}

func TestCallFailsOver(t *testing.T) {
	busy := ending(pinbell.Busy)
	r := newRig(t, nil, voiceBy("a", ending(pinbell.CarrierError)), voiceBy("b", busy))
	request := verify.OrderRequest{Channel: pinbell.Voice, To: anybody, OrderWishes: pinbell.OrderWishes{Playlist: say("hello"), Via: ""}}
	for range 8 { // whichever comes first, the busy phone is rung once
		before := busy.count()
		o := r.ended(t, r.place(t, request)[0].ID, pinbell.CallFailed)
		if o.Outcome != pinbell.Busy || o.Carrier != "b" || busy.count() != before+1 {
			t.Fatalf("%+v after %d rings", o, busy.count()-before)
		}
	}
	request.Via = "a"
	if o := r.ended(t, r.place(t, request)[0].ID, pinbell.CallFailed); o.Outcome != pinbell.CarrierError {
		t.Errorf("the chosen carrier alone: %s", o.Outcome)
	}
}

func TestConductedCall(t *testing.T) {
	phone := &fake{deliver: func(ctx context.Context, d pinbell.Delivery, report func(pinbell.Progress)) pinbell.Result {
		report(pinbell.Progress{Stage: pinbell.StageAnswered, At: time.Now()})
		said := d.Playlist[0].Text.Reveal()
		for {
			list, err := d.Next(ctx, "1")
			if err != nil || len(list) == 0 {
				return pinbell.Result{Outcome: pinbell.Completed, Cause: said, Digits: "11"}
			}
			said += " " + list[0].Text.Reveal()
		}
	}}
	r := newRig(t, nil, voiceBy("trunk", phone))
	r.Direct("vendor", func(_ context.Context, o pinbell.Order) (pinbell.Playlist, func(context.Context, string) (pinbell.Playlist, error), error) {
		if o.Origin.Fields["fail"] != "" {
			return nil, nil, errors.New("the document is not there")
		}
		steps := 0
		return say("one"), func(_ context.Context, keys string) (pinbell.Playlist, error) {
			if steps++; steps == 3 {
				return nil, nil
			}
			return say("pressed " + keys), nil
		}, nil
	})
	request := verify.OrderRequest{Channel: pinbell.Voice, To: anybody, OrderWishes: pinbell.OrderWishes{Origin: pinbell.Origin{API: "vendor", ID: "C1"}}}
	o := r.ended(t, r.place(t, request)[0].ID, pinbell.CallCompleted)
	if o.Cause != "one pressed 1 pressed 1" || o.Digits != "11" || o.AnsweredAt.IsZero() {
		t.Errorf("%+v", o)
	}
	request.Origin.Fields = map[string]string{"fail": "yes"}
	if o := r.ended(t, r.place(t, request)[0].ID, pinbell.CallFailed); phone.count() != 1 || !strings.Contains(o.Cause, "not there") {
		t.Errorf("a call without words: %+v", o)
	}
}

func TestCancelOrder(t *testing.T) {
	ringing := make(chan struct{})
	phone := &fake{deliver: func(ctx context.Context, _ pinbell.Delivery, report func(pinbell.Progress)) pinbell.Result {
		report(pinbell.Progress{Stage: pinbell.StageRinging, At: time.Now()})
		close(ringing)
		<-ctx.Done()
		return pinbell.Result{Outcome: pinbell.Canceled, Cause: context.Cause(ctx).Error()}
	}}
	r := newRig(t, nil, voiceBy("trunk", phone), smsBy("bind", ending(pinbell.Submitted)))
	call := r.place(t, verify.OrderRequest{Channel: pinbell.Voice, To: anybody, OrderWishes: pinbell.OrderWishes{Playlist: say("hello")}})[0]
	<-ringing
	o, err := r.CancelOrder(t.Context(), call.ID, "")
	if err != nil || o.Status != pinbell.OrderCanceled || o.Cause != "canceled by the caller" {
		t.Errorf("%+v, %v", o, err)
	}
	if _, err := r.CancelOrder(t.Context(), call.ID, ""); !errors.Is(err, pinbell.ErrConflict) {
		t.Errorf("again: %v", err)
	}
	later := text("tomorrow")
	later.DueAt = time.Now().Add(time.Hour)
	o = r.place(t, later)[0]
	if o, err = r.CancelOrder(t.Context(), o.ID, ""); err != nil || o.Status != pinbell.OrderCanceled {
		t.Errorf("a message that waits: %+v, %v", o, err)
	}
	sent := r.ended(t, r.place(t, text("now"))[0].ID, pinbell.MessageSubmitted)
	if _, err := r.CancelOrder(t.Context(), sent.ID, ""); !errors.Is(err, pinbell.ErrConflict) {
		t.Errorf("a message that has left: %v", err)
	}
	if _, err := r.CancelOrder(t.Context(), sent.ID, "another"); !errors.Is(err, pinbell.ErrNotFound) {
		t.Errorf("another service's: %v", err)
	}
}

func TestOrderFaults(t *testing.T) {
	r := newRig(t, func(c *verify.Config) {
		c.Services = []pinbell.Service{{Name: "media", MediaHosts: []string{"cdn.example", "http://127.0.0.1:99"}, SIPAddresses: true}}
	}, voiceBy("trunk", ending(pinbell.Completed)), smsBy("bind", ending(pinbell.Submitted)))
	call := func(service, to string, list pinbell.Playlist) verify.OrderRequest {
		return verify.OrderRequest{Channel: pinbell.Voice, To: to, Service: service, OrderWishes: pinbell.OrderWishes{Playlist: list}}
	}
	play := func(url string) pinbell.Playlist { return pinbell.Playlist{{Kind: pinbell.ItemPlay, URL: url}} }
	late := text("x")
	late.DueAt = time.Now().Add(31 * 24 * time.Hour)
	for name, c := range map[string]struct {
		request verify.OrderRequest
		field   string // "" where it is good
	}{
		"no text":                  {text(""), "text"},
		"long text":                {text(strings.Repeat("x", 1601)), "text"},
		"control character":        {text("a\x00b"), "text"},
		"far away":                 {late, "due_at"},
		"no playlist":              {call("", anybody, nil), "playlist"},
		"unknown service":          {call("none", anybody, say("x")), "service"},
		"SIP address refused":      {call("", "sip:bob@pbx.example", say("x")), "to"},
		"SIP address":              {call("media", "sip:bob@pbx.example", say("x")), ""},
		"SIP address with headers": {call("media", "sip:bob@pbx.example?X-Evil=1", say("x")), "to"},
		"recording refused":        {call("", anybody, play("https://cdn.example/a.wav")), "playlist[0]"},
		"recording":                {call("media", anybody, play("https://cdn.example/a.wav")), ""},
		"recording without TLS":    {call("media", anybody, play("http://cdn.example/a.wav")), "playlist[0]"},
		"recording by http":        {call("media", anybody, play("http://127.0.0.1:99/a.wav")), ""},
		"another port":             {call("media", anybody, play("http://127.0.0.1:98/a.wav")), "playlist[0]"},
		"user in the URL":          {call("media", anybody, play("https://cdn.example@evil.example/a.wav")), "playlist[0]"},
	} {
		_, err := r.Place(t.Context(), []verify.OrderRequest{c.request}, nil)
		var fault *pinbell.FieldError
		if c.field == "" && err != nil || c.field != "" && (!errors.As(err, &fault) || fault.Field != c.field) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := r.Place(t.Context(), []verify.OrderRequest{text("good"), text("")}, nil); err == nil {
		t.Error("one bad of two is accepted")
	}
	list, err := r.Orders(t.Context(), pinbell.OrderFilter{Channel: pinbell.SMS})
	if err != nil || len(list) != 0 {
		t.Errorf("%d messages of refused requests, %v", len(list), err)
	}
}

// TestNamedCarrier: a carrier of one service delivers what that service names
// it for, and nothing else.
func TestNamedCarrier(t *testing.T) {
	own := ending(pinbell.Completed)
	var counts counter
	r := newRig(t, func(c *verify.Config) {
		c.Services, c.Meter = []pinbell.Service{{Name: "theirs"}}, &counts
	}, voiceBy("trunk", ending(pinbell.Busy)))
	c := voiceBy("made", own)
	c.Named, c.Service = true, "theirs"
	if err := r.AddCarrier(c); err != nil {
		t.Fatal(err)
	}
	if err := r.AddCarrier(c); !errors.Is(err, pinbell.ErrConflict) {
		t.Errorf("twice: %v", err)
	}
	request := verify.OrderRequest{Channel: pinbell.Voice, To: anybody, Service: "theirs", OrderWishes: pinbell.OrderWishes{Playlist: say("hello")}}
	if o := r.ended(t, r.place(t, request)[0].ID, pinbell.CallFailed); o.Carrier != "trunk" {
		t.Errorf("routing chose %s", o.Carrier)
	}
	request.Via = "made"
	if o := r.ended(t, r.place(t, request)[0].ID, pinbell.CallCompleted); o.Carrier != "made" {
		t.Errorf("the carrier named was not used: %s", o.Carrier)
	}
	var fault *pinbell.FieldError
	request.Service = ""
	if _, err := r.Place(t.Context(), []verify.OrderRequest{request}, nil); !errors.As(err, &fault) || fault.Field != "carrier_id" {
		t.Errorf("another service: %v", err)
	}
	if _, err := r.Start(t.Context(), verify.StartRequest{To: anybody, Channel: pinbell.Voice, Carrier: "made"}); !errors.As(err, &fault) {
		t.Errorf("another service's verification: %v", err)
	}
	// What requests made comes and goes: it is told to who may name it, and
	// counted together.
	if diff := cmp.Diff(map[string]bool{"trunk": true}, r.Configured()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"trunk", "named"}, counts.carriers()); diff != "" {
		t.Error(diff)
	}
	r.RemoveCarrier("made")
	request.Service = "theirs"
	if _, err := r.Place(t.Context(), []verify.OrderRequest{request}, nil); !errors.As(err, &fault) {
		t.Errorf("removed: %v", err)
	}
}

// A counter keeps what deliveries are counted by.
type counter struct {
	mu   sync.Mutex
	seen []string
}

func (*counter) Started(pinbell.Channel) {}
func (*counter) Checked(string)          {}

func (c *counter) Delivered(carrier string, _ pinbell.Channel, _ pinbell.Outcome, _ time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen = append(c.seen, carrier)
}

func (c *counter) carriers() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.seen)
}

// TestOrdersOfOneRequest come back in their order.
func TestOrdersOfOneRequest(t *testing.T) {
	r := newRig(t, nil, smsBy("bind", ending(pinbell.Submitted)))
	var requests []verify.OrderRequest
	for i := range 20 {
		m := text("x")
		m.To, m.Origin = "+155512345"+string(rune('0'+i/10))+string(rune('0'+i%10)), pinbell.Origin{API: "vendor", ID: "M"}
		requests = append(requests, m)
	}
	r.place(t, requests...)
	found, err := r.OrdersOf(t.Context(), "vendor", "M", "")
	if err != nil || len(found) != len(requests) {
		t.Fatalf("%d, %v", len(found), err)
	}
	for i, o := range found {
		if o.To.E164() != requests[i].To {
			t.Fatalf("place %d is another's", i)
		}
	}
}

// TestSenders: a carrier's sender goes by the longest prefix of who is reached,
// and a request's own comes before it.
func TestSenders(t *testing.T) {
	sms := ending(pinbell.Submitted)
	c := smsBy("bind", sms)
	c.Senders = map[string]string{"1": "+15550100", "1555": "Acme", "": "Other"}
	r := newRig(t, nil, c)
	for _, m := range []struct{ to, from, want string }{
		{"+15551234567", "", "Acme"}, {"+12125551212", "", "+15550100"}, {"+447700900123", "", "Other"}, {"+447700900123", "Mine", "Mine"},
	} {
		request := text("x")
		request.To, request.From = m.to, m.from
		r.ended(t, r.place(t, request)[0].ID, pinbell.MessageSubmitted)
		if got := sms.given[len(sms.given)-1].From; got != m.want {
			t.Errorf("to %s from %q: %q, want %q", m.to, m.from, got, m.want)
		}
	}
	if _, err := r.Start(t.Context(), verify.StartRequest{To: "+12125551212"}); err != nil {
		t.Fatal(err)
	}
	r.eventually(t, "sent", func() bool { return sms.count() == 5 })
	if got := sms.given[4].From; got != "+15550100" {
		t.Errorf("a verification comes from %q", got)
	}
}
