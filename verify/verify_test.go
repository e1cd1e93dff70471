package verify_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/store"
	"github.com/pinbell/pinbell/store/storetest"
	"github.com/pinbell/pinbell/verify"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A fake carrier answers from a function and remembers what it was given.
type fake struct {
	mu      sync.Mutex
	given   []pinbell.Delivery
	sick    bool
	deliver func(context.Context, pinbell.Delivery, func(pinbell.Progress)) pinbell.Result
}

func (f *fake) Deliver(ctx context.Context, d pinbell.Delivery, report func(pinbell.Progress)) pinbell.Result {
	f.mu.Lock()
	f.given = append(f.given, d)
	f.mu.Unlock()
	return f.deliver(ctx, d, report)
}

func (f *fake) Healthy() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return !f.sick
}

func (f *fake) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.given)
}

func ending(o pinbell.Outcome) *fake {
	return &fake{deliver: func(context.Context, pinbell.Delivery, func(pinbell.Progress)) pinbell.Result {
		return pinbell.Result{Outcome: o, Cause: "as told"}
	}}
}

type rig struct {
	*verify.Service
	store *store.SQLite
	stop  func()
}

// newRig runs a service over a store of its own; configure may change it.
func newRig(t *testing.T, configure func(*verify.Config), carriers ...verify.Carrier) *rig {
	t.Helper()
	keys := storetest.Keyring(t)
	st, err := store.Open(t.Context(), store.Config{Path: filepath.Join(t.TempDir(), "p.db"), Keyring: keys})
	if err != nil {
		t.Fatal(err)
	}
	c := verify.Config{Store: st, Keyring: keys, Carriers: carriers, DrainTime: 2 * time.Second}
	if configure != nil {
		configure(&c)
	}
	s, err := verify.New(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	stop := sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		stop()
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	r := &rig{Service: s, store: st, stop: stop}
	r.eventually(t, "running", func() bool { return running(s) })
	return r
}

// running tells that deliveries are made, whatever the carriers' health.
func running(s *verify.Service) bool {
	for _, ok := range s.Carriers() {
		if !ok {
			return true // Ready can't tell; Run has long begun
		}
	}
	return s.Ready()
}

func (r *rig) eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 2000 {
		if is() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("never %s", what)
}

func (r *rig) read(t *testing.T, id pinbell.VerificationID) pinbell.Verification {
	t.Helper()
	v, err := r.Verification(t.Context(), id, "")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func smsBy(name string, d verify.Deliverer, routes ...pinbell.Route) verify.Carrier {
	return verify.Carrier{Carrier: pinbell.Carrier{Name: name, Channel: pinbell.SMS, Routes: routes}, Deliverer: d}
}

func voiceBy(name string, d verify.Deliverer) verify.Carrier {
	return verify.Carrier{Carrier: pinbell.Carrier{Name: name, Channel: pinbell.Voice}, Deliverer: d}
}

// TestFailover: a carrier that fails is followed by the next, each an attempt
// of its own; an outcome of the person's is not.
func TestFailover(t *testing.T) {
	for _, c := range []struct {
		first  pinbell.Outcome
		want   []string
		status pinbell.Status
	}{
		{pinbell.CarrierError, []string{"one carrier_error", "two delivered"}, pinbell.StatusPending},
		{pinbell.Throttled, []string{"one throttled", "two delivered"}, pinbell.StatusPending},
		{pinbell.Rejected, []string{"one rejected"}, pinbell.StatusFailed},
	} {
		t.Run(string(c.first), func(t *testing.T) {
			r := newRig(t, nil, smsBy("one", ending(c.first)), smsBy("two", ending(pinbell.Delivered), pinbell.Route{Priority: 1}))
			v, err := r.Start(t.Context(), verify.StartRequest{To: "+15551234567"})
			if err != nil {
				t.Fatal(err)
			}
			r.eventually(t, "ended", func() bool {
				v = r.read(t, v.ID)
				return len(v.Attempts) == len(c.want) && !v.Attempts[len(c.want)-1].EndedAt.IsZero()
			})
			var got []string
			for _, a := range v.Attempts {
				got = append(got, a.Carrier+" "+string(a.Outcome))
			}
			if diff := cmp.Diff(c.want, got); diff != "" || v.Status != c.status {
				t.Errorf("status %s\n%s", v.Status, diff)
			}
		})
	}
}

// TestHealthyFirst: a carrier that is not ready is asked last.
func TestHealthyFirst(t *testing.T) {
	sick, well := ending(pinbell.Delivered), ending(pinbell.Delivered)
	sick.sick = true
	r := newRig(t, nil, smsBy("sick", sick, pinbell.Route{Priority: -1}), smsBy("well", well))
	if _, err := r.Start(t.Context(), verify.StartRequest{To: "+15551234567"}); err != nil {
		t.Fatal(err)
	}
	r.eventually(t, "delivered", func() bool { return well.count() == 1 })
	if sick.count() != 0 {
		t.Error("the sick carrier was asked first")
	}
}

// TestCancelInterrupts: cancel and approval end the call that is under way,
// expiry of the service's context too.
func TestCancelInterrupts(t *testing.T) {
	for name, end := range map[string]func(*rig, pinbell.Verification, pinbell.Code) error{
		"cancel": func(r *rig, v pinbell.Verification, _ pinbell.Code) error {
			_, err := r.Cancel(context.Background(), v.ID, "", nil)
			return err
		},
		"approval": func(r *rig, v pinbell.Verification, code pinbell.Code) error {
			_, _, err := r.Check(context.Background(), verify.CheckRequest{ID: v.ID, Code: code.Reveal()})
			return err
		},
		"stop": func(r *rig, _ pinbell.Verification, _ pinbell.Code) error { r.stop(); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			begun := make(chan pinbell.Code, 1)
			line := &fake{deliver: func(ctx context.Context, d pinbell.Delivery, _ func(pinbell.Progress)) pinbell.Result {
				for _, it := range d.Playlist {
					if it.Kind == pinbell.ItemDigits {
						begun <- it.Digits
						break
					}
				}
				<-ctx.Done()
				return pinbell.Result{Outcome: pinbell.Canceled}
			}}
			r := newRig(t, func(c *verify.Config) { c.DrainTime = 50 * time.Millisecond }, voiceBy("line", line))
			v, err := r.Start(t.Context(), verify.StartRequest{To: "+15551234567", Channel: pinbell.Voice})
			if err != nil {
				t.Fatal(err)
			}
			if err := end(r, v, <-begun); err != nil {
				t.Fatal(err)
			}
			r.eventually(t, "interrupted", func() bool { return r.read(t, v.ID).Attempts[0].Outcome == pinbell.Canceled })
		})
	}
}

// TestBacklog: with one slot, more verifications than slots are all delivered.
func TestBacklog(t *testing.T) {
	slow := &fake{deliver: func(context.Context, pinbell.Delivery, func(pinbell.Progress)) pinbell.Result {
		time.Sleep(10 * time.Millisecond)
		return pinbell.Result{Outcome: pinbell.Delivered}
	}}
	r := newRig(t, func(c *verify.Config) { c.MaxMessages = 1 }, smsBy("slow", slow))
	const n = 10
	for i := range n {
		if _, err := r.Start(t.Context(), verify.StartRequest{To: "+1555123450" + string(rune('0'+i))}); err != nil {
			t.Fatal(err)
		}
	}
	r.eventually(t, "delivered", func() bool { return slow.count() == n })
}

// TestExpires: a life that is over is written and told to who watches.
func TestExpires(t *testing.T) {
	var mu sync.Mutex
	var skew time.Duration
	now := func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return time.Now().Add(skew)
	}
	r := newRig(t, func(c *verify.Config) { c.Now = now }, smsBy("one", ending(pinbell.Delivered)))
	v, err := r.Start(t.Context(), verify.StartRequest{To: "+15551234567"})
	if err != nil {
		t.Fatal(err)
	}
	kinds := make(chan []pinbell.EventKind, 1)
	go func() {
		var seen []pinbell.EventKind
		for e, err := range r.Watch(context.Background(), v.ID, "", 0) {
			if err != nil {
				t.Error(err)
			}
			if e.Seq > 0 {
				seen = append(seen, e.Kind)
			}
		}
		kinds <- seen
	}()
	r.eventually(t, "delivered", func() bool { return !r.read(t, v.ID).Attempts[0].EndedAt.IsZero() })
	mu.Lock()
	skew = 6 * time.Minute
	mu.Unlock()
	select {
	case got := <-kinds:
		want := []pinbell.EventKind{pinbell.EventStarted, "attempt.sending", pinbell.EventEnded, pinbell.EventExpired}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the watch goes on")
	}
}

// TestReceipt: a later report ends the attempt; an undelivered one starts the next step.
func TestReceipt(t *testing.T) {
	taken := &fake{deliver: func(_ context.Context, d pinbell.Delivery, _ func(pinbell.Progress)) pinbell.Result {
		return pinbell.Result{Outcome: pinbell.Submitted, References: []string{"ref-" + string(d.Attempt)}}
	}}
	line := ending(pinbell.Completed)
	r := newRig(t, nil, smsBy("bind", taken), voiceBy("line", line))
	v, err := r.Start(t.Context(), verify.StartRequest{To: "+15551234567", Workflow: pinbell.Workflow{{Channel: pinbell.SMS, Wait: time.Minute}, {Channel: pinbell.Voice}}})
	if err != nil {
		t.Fatal(err)
	}
	r.eventually(t, "submitted", func() bool { return r.read(t, v.ID).Attempts[0].Status == pinbell.AttemptSent })
	if line.count() != 0 {
		t.Error("the second step did not wait")
	}
	err = r.Receipt(t.Context(), pinbell.Receipt{Carrier: "bind", Reference: "ref-" + string(v.Attempts[0].ID), Outcome: pinbell.Undelivered, Cause: "stat:UNDELIV"})
	if err != nil {
		t.Fatal(err)
	}
	r.eventually(t, "called", func() bool { return line.count() == 1 })
	if got := r.read(t, v.ID); got.Status != pinbell.StatusPending || got.Attempts[0].Cause != "stat:UNDELIV" {
		t.Errorf("%+v", got)
	}
}

// TestLeavesDurableWork: what was not sent when one process stopped is sent by the next.
func TestLeavesDurableWork(t *testing.T) {
	keys := storetest.Keyring(t)
	path := filepath.Join(t.TempDir(), "p.db")
	open := func() *store.SQLite {
		st, err := store.Open(t.Context(), store.Config{Path: path, Keyring: keys})
		if err != nil {
			t.Fatal(err)
		}
		return st
	}
	out := ending(pinbell.Delivered)
	st := open()
	s, err := verify.New(verify.Config{Store: st, Keyring: keys, Carriers: []verify.Carrier{smsBy("one", out)}})
	if err != nil {
		t.Fatal(err)
	}
	v, err := s.Start(t.Context(), verify.StartRequest{To: "+15551234567"}) // nothing runs: it is stored only
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	st = open()
	s, err = verify.New(verify.Config{Store: st, Keyring: keys, Carriers: []verify.Carrier{smsBy("one", out)}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	r := &rig{Service: s}
	r.eventually(t, "delivered", func() bool { return r.read(t, v.ID).Attempts[0].Outcome == pinbell.Delivered })
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := st.Close(); err != nil {
		t.Error(err)
	}
	if out.count() != 1 {
		t.Errorf("sent %d times", out.count())
	}
}

func TestNewFaults(t *testing.T) {
	keys := storetest.Keyring(t)
	st := &store.SQLite{}
	for name, c := range map[string]verify.Config{
		"no store":       {Keyring: keys},
		"no keyring":     {Store: st},
		"nameless":       {Store: st, Keyring: keys, Carriers: []verify.Carrier{smsBy("", ending(""))}},
		"same name":      {Store: st, Keyring: keys, Carriers: []verify.Carrier{smsBy("a", ending("")), voiceBy("a", ending(""))}},
		"profile's code": {Store: st, Keyring: keys, Services: []pinbell.Service{{Name: "x", CodeLength: 4}}},
	} {
		if _, err := verify.New(c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestNoneReady: a start that nothing could deliver now is refused; one step
// that works is enough.
func TestNoneReady(t *testing.T) {
	sick := ending(pinbell.Delivered)
	sick.sick = true
	r := newRig(t, nil, smsBy("sick", sick), voiceBy("well", ending(pinbell.Completed)))
	if _, err := r.Start(t.Context(), verify.StartRequest{To: "+15551234567"}); !errors.Is(err, pinbell.ErrNoCarrier) {
		t.Errorf("by the sick carrier alone: %v", err)
	}
	if _, err := r.Start(t.Context(), verify.StartRequest{To: "+15551234567", Workflow: pinbell.Workflow{
		{Channel: pinbell.SMS, Wait: 5 * time.Second}, {Channel: pinbell.Voice},
	}}); err != nil {
		t.Errorf("with a step that works: %v", err)
	}
}
