package sms

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/smpp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func delivery(text string) pinbell.Delivery {
	return pinbell.Delivery{
		Channel: pinbell.SMS, To: pinbell.RestoreNumber("+15550100", "US", pinbell.LineMobile),
		Text: pinbell.NewText(text), Deadline: time.Now().Add(5 * time.Minute),
	}
}

// known plays the store: it knows references only once they were added.
type known struct {
	mu   sync.Mutex
	refs map[string]bool
}

func newKnown() *known { return &known{refs: make(map[string]bool)} }

func (k *known) add(refs []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, r := range refs {
		k.refs[r] = true
	}
}

func (k *known) take(to chan<- pinbell.Receipt) func(context.Context, pinbell.Receipt) error {
	return func(_ context.Context, r pinbell.Receipt) error {
		k.mu.Lock()
		defer k.mu.Unlock()
		if !k.refs[r.Reference] {
			return fmt.Errorf("receipt: %w", pinbell.ErrNotFound)
		}
		to <- r
		return nil
	}
}

// start runs a carrier and stops it when the test ends.
func start(t testing.TB, cfg Config) *Carrier {
	t.Helper()
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("run: %v", err)
		}
	})
	return c
}

// smsc starts our own SMSC.
func smsc(t testing.TB, submit func(context.Context, *smpp.Session, *smpp.SubmitSM) (string, smpp.Status)) smpp.ClientConfig {
	t.Helper()
	srv, err := smpp.NewServer(smpp.ServerConfig{Submit: submit})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(ctx, ln) }()
	t.Cleanup(func() { cancel(); <-ended })
	return smpp.ClientConfig{Addr: ln.Addr().String(), Backoff: time.Millisecond}
}

func TestDeliver(t *testing.T) {
	var got atomic.Pointer[smpp.SubmitSM]
	c := start(t, Config{Name: "a", Sender: "24680", TLVs: smpp.TLVs{{Tag: 0x1400, Value: []byte("PE")}},
		SMPP: smsc(t, func(_ context.Context, _ *smpp.Session, m *smpp.SubmitSM) (string, smpp.Status) {
			got.Store(m)
			return "00AB12", smpp.StatusOK
		})})
	var stages []pinbell.Progress
	r := c.Deliver(t.Context(), delivery("code"), func(p pinbell.Progress) { stages = append(stages, p) })
	if r.Outcome != pinbell.Submitted || !slices.Equal(r.References, []string{"ab12"}) || r.Cause != "submit_sm_resp 0, id ab12" {
		t.Errorf("got %+v", r)
	}
	if len(stages) != 1 || stages[0].Stage != pinbell.StageSubmitted || stages[0].Detail != r.Cause {
		t.Errorf("progress %+v", stages)
	}
	m := got.Load()
	if m.Source != (smpp.Address{TON: 3, Addr: "24680"}) || m.Destination != (smpp.Address{TON: 1, NPI: 1, Addr: "15550100"}) {
		t.Errorf("addresses %+v", m)
	}
	if m.ValidityPeriod != "000000000459000R" || m.RegisteredDelivery != 1 || len(m.TLVs) != 1 {
		t.Errorf("message %+v", m)
	}
	if !c.Healthy() {
		t.Error("not healthy")
	}
}

func TestDeliverOutcomes(t *testing.T) {
	var status atomic.Uint32
	cfg := Config{Name: "a", ThrottleWait: 100 * time.Millisecond, Outcomes: map[smpp.Status]pinbell.Outcome{0x401: pinbell.Rejected},
		SMPP: smsc(t, func(context.Context, *smpp.Session, *smpp.SubmitSM) (string, smpp.Status) {
			return "", smpp.Status(status.Load())
		})}
	for s, want := range map[smpp.Status]pinbell.Outcome{
		0x0B: pinbell.Unreachable, 0x0A: pinbell.CarrierError, 0x08: pinbell.CarrierError, 0x65: pinbell.Rejected, 0x66: pinbell.Rejected,
		0x58: pinbell.Throttled, 0x14: pinbell.Throttled, 0x401: pinbell.Rejected, 0x402: pinbell.CarrierError,
	} {
		status.Store(uint32(s))
		c := start(t, cfg) // each with a pace of its own
		r := c.Deliver(t.Context(), delivery("code"), nil)
		if prefix := fmt.Sprintf("submit_sm_resp 0x%08X ", uint32(s)); r.Outcome != want || !strings.HasPrefix(r.Cause, prefix) {
			t.Errorf("%#x: got %+v, want %s", uint32(s), r, want)
		}
	}
}

func TestNothingIsSentThatMustNotBe(t *testing.T) {
	var sent atomic.Int32
	cfg := smsc(t, func(context.Context, *smpp.Session, *smpp.SubmitSM) (string, smpp.Status) {
		sent.Add(1)
		return "1", smpp.StatusOK
	})
	c := start(t, Config{Name: "a", SMPP: cfg, MaxSegments: 1})
	late := delivery("code")
	late.Deadline = time.Now().Add(300 * time.Millisecond)
	if r := c.Deliver(t.Context(), late, nil); r.Outcome != pinbell.Expired {
		t.Errorf("late: %+v", r)
	}
	late.Deadline = time.Now().Add(-time.Minute)
	if r := c.Deliver(t.Context(), late, nil); r.Outcome != pinbell.Expired {
		t.Errorf("over: %+v", r)
	}
	for name, change := range map[string]func(*pinbell.Delivery){
		"long":     func(d *pinbell.Delivery) { d.Text = pinbell.NewText(strings.Repeat("a", 161)) },
		"empty":    func(d *pinbell.Delivery) { d.Text = pinbell.NewText("") },
		"nobody":   func(d *pinbell.Delivery) { d.To = pinbell.Number{} },
		"newline":  func(d *pinbell.Delivery) { d.From = "Acme\r\nX" },
		"12 chars": func(d *pinbell.Delivery) { d.From = "AcmeAcmeAcme" },
		"kana":     func(d *pinbell.Delivery) { d.From = "アクメ" },
	} {
		d := delivery("code")
		change(&d)
		if r := c.Deliver(t.Context(), d, nil); r.Outcome != pinbell.CarrierError || r.Cause == "" {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if n := sent.Load(); n != 0 {
		t.Errorf("%d messages were sent", n)
	}
}

func TestThrottledIsSentAgain(t *testing.T) {
	var tries atomic.Int32
	c := start(t, Config{Name: "a", SMPP: smsc(t, func(context.Context, *smpp.Session, *smpp.SubmitSM) (string, smpp.Status) {
		if tries.Add(1) < 3 {
			return "", smpp.StatusThrottled
		}
		return "1", smpp.StatusOK
	})})
	if r := c.Deliver(t.Context(), delivery("code"), nil); r.Outcome != pinbell.Submitted || tries.Load() != 3 {
		t.Errorf("got %+v after %d tries", r, tries.Load())
	}
}

// A message that was sent and not answered must not be sent again.
func TestUnknownIsNotSentAgain(t *testing.T) {
	var sent atomic.Int32
	c := start(t, Config{Name: "a", SMPP: smsc(t, func(_ context.Context, s *smpp.Session, _ *smpp.SubmitSM) (string, smpp.Status) {
		sent.Add(1)
		s.Close() // the answer will not arrive
		return "1", smpp.StatusOK
	})})
	r := c.Deliver(t.Context(), delivery("code"), nil)
	if r.Outcome != pinbell.Unknown || !strings.HasPrefix(r.Cause, "submit_sm sent, answer unknown: ") || sent.Load() != 1 {
		t.Errorf("got %+v, sent %d times", r, sent.Load())
	}
}

func TestNoBind(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = ln.Close()
	c := start(t, Config{Name: "a", SMPP: smpp.ClientConfig{Addr: ln.Addr().String()}, BindWait: 50 * time.Millisecond})
	if r := c.Deliver(t.Context(), delivery("code"), nil); r.Outcome != pinbell.CarrierError || !strings.HasPrefix(r.Cause, "no bind: ") {
		t.Errorf("got %+v", r)
	}
	if c.Healthy() {
		t.Error("healthy")
	}
}

// The receipt overtakes the answer: it is held until the message is known.
func TestReceiptComesFirst(t *testing.T) {
	k, receipts, answered := newKnown(), make(chan pinbell.Receipt, 1), make(chan error, 1)
	c := start(t, Config{Name: "a", OnReceipt: k.take(receipts),
		SMPP: smsc(t, func(ctx context.Context, s *smpp.Session, m *smpp.SubmitSM) (string, smpp.Status) {
			r := smpp.Receipt{MessageID: "77", State: smpp.StateUndeliverable, Err: "027"}
			go func() { answered <- s.Deliver(ctx, r.DeliverSM(m.Destination, m.Source)) }()
			time.Sleep(50 * time.Millisecond)
			return "77", smpp.StatusOK
		})})
	r := c.Deliver(t.Context(), delivery("code"), nil)
	select {
	case err := <-answered:
		t.Fatalf("answered before it was taken: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	k.add(r.References)
	got := <-receipts
	if got.Outcome != pinbell.Undelivered || got.Reference != "77" || got.Cause != "stat:UNDELIV err:027" || got.Carrier != "a" {
		t.Errorf("got %+v", got)
	}
	if err := <-answered; err != nil {
		t.Error(err)
	}
}

func TestReceiptThatCannotBeStoredIsSentAgain(t *testing.T) {
	answered := make(chan error, 1)
	c := start(t, Config{Name: "a", OnReceipt: func(context.Context, pinbell.Receipt) error { return errors.New("disk full") },
		SMPP: smsc(t, func(ctx context.Context, s *smpp.Session, m *smpp.SubmitSM) (string, smpp.Status) {
			go func() {
				answered <- s.Deliver(ctx, smpp.Receipt{MessageID: "1", State: smpp.StateDelivered}.DeliverSM(m.Destination, m.Source))
			}()
			return "1", smpp.StatusOK
		})})
	c.Deliver(t.Context(), delivery("code"), nil)
	status, ok := errors.AsType[*smpp.StatusError](<-answered)
	if !ok || status.Status != smpp.StatusTemporaryError {
		t.Errorf("got %v", status)
	}
}

func TestConfig(t *testing.T) {
	for name, cfg := range map[string]Config{
		"no name":    {SMPP: smpp.ClientConfig{Addr: "a:1"}},
		"no address": {Name: "a"},
		"sender":     {Name: "a", SMPP: smpp.ClientConfig{Addr: "a:1"}, Sender: "far too long a name"},
		"rate":       {Name: "a", SMPP: smpp.ClientConfig{Addr: "a:1"}, Rate: -1},
	} {
		if _, err := New(cfg); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
