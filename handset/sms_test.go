package handset

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/smpp"
)

// bind connects a client; its receipts come out of the channel.
func bind(t testing.TB, h *Handset, cfg smpp.ClientConfig) (*smpp.Client, <-chan smpp.Receipt) {
	t.Helper()
	receipts := make(chan smpp.Receipt, 100)
	cfg.Addr, cfg.SystemID = h.SMPPAddr(), "test"
	cfg.Deliver = func(_ context.Context, m *smpp.DeliverSM) smpp.Status {
		if r, ok := smpp.ParseReceipt(m); ok && m.ESMClass == smpp.ESMClassReceipt {
			select {
			case receipts <- r:
			default:
			}
		}
		return smpp.StatusOK
	}
	client, err := smpp.NewClient(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = client.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	return client, receipts
}

func message(to string) smpp.SubmitSM {
	return smpp.SubmitSM{
		Source:             smpp.Address{TON: smpp.TONAlphanumeric, Addr: "Acme"},
		Destination:        smpp.Address{TON: smpp.TONInternational, NPI: smpp.NPIISDN, Addr: to},
		RegisteredDelivery: smpp.RegisteredReceipt,
	}
}

func TestMessagesAreReadAndReportedOn(t *testing.T) {
	h := start(t, Config{ReceiptAfter: 5 * time.Millisecond})
	client, receipts := bind(t, h, smpp.ClientConfig{})
	long := "This is a longer text, which takes two segments to send, since a single one has room for no more than one hundred and sixty characters of the GSM alphabet: 409172."
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	ids := map[string]bool{}
	for _, text := range []string{"Acme: your code is 123456. Don't share it.", long, "認証コードは 9876 です"} {
		for _, part := range smpp.EncodeText(text).Apply(message("15551234567"), 9) {
			resp, err := client.Submit(ctx, part)
			if err != nil {
				t.Fatal(err)
			}
			ids[resp.MessageID] = true
		}
	}
	want := []Message{
		{ID: "sm_3", From: "Acme", To: testNumber, Text: "認証コードは 9876 です", Encoding: "ucs2", Segments: 1},
		{ID: "sm_2", From: "Acme", To: testNumber, Text: long, Encoding: "gsm7", Segments: 2},
		{ID: "sm_1", From: "Acme", To: testNumber, Text: "Acme: your code is 123456. Don't share it.", Encoding: "gsm7", Segments: 1},
	}
	if diff := cmp.Diff(want, h.Messages(), cmpopts.IgnoreFields(Message{}, "ReceivedAt")); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
	for range 4 {
		select {
		case r := <-receipts:
			if r.State != smpp.StateDelivered || !ids[r.MessageID] {
				t.Errorf("receipt %v of %q", r, r.MessageID)
			}
			delete(ids, r.MessageID)
		case <-ctx.Done():
			t.Fatal("a receipt is missing")
		}
	}
	to, _ := pinbell.ParseNumber(testNumber, "")
	if code, channel, err := h.Latest(ctx, to); err != nil || code.Reveal() != "9876" || channel != pinbell.SMS {
		t.Errorf("latest is %q by %q: %v", code.Reveal(), channel, err)
	}
}

func TestReceiptBehaviours(t *testing.T) {
	h := start(t, Config{ReceiptAfter: time.Millisecond})
	client, receipts := bind(t, h, smpp.ClientConfig{})
	to, _ := pinbell.ParseNumber(testNumber, "")
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	for _, tt := range []struct {
		kind   ReceiptKind
		state  smpp.State
		status smpp.Status
	}{
		{ReceiptUndelivered, smpp.StateUndeliverable, 0},
		{ReceiptExpired, smpp.StateExpired, 0},
		{ReceiptThrottle, 0, smpp.StatusThrottled},
		{ReceiptSilent, 0, 0},
		{ReceiptNormal, smpp.StateDelivered, 0},
	} {
		if err := h.SetBehaviour(to, Behaviour{Receipt: tt.kind}); err != nil {
			t.Fatal(err)
		}
		m := message("15551234567")
		m.ShortMessage = []byte("code 1234")
		_, err := client.Submit(ctx, &m)
		if status, _ := errors.AsType[*smpp.StatusError](err); tt.status != 0 && (status == nil || status.Status != tt.status) || tt.status == 0 && err != nil {
			t.Errorf("%s: %v", tt.kind, err)
		}
		if tt.state == 0 {
			continue // the next receipt, of another state, shows that none came
		}
		select {
		case r := <-receipts:
			if r.State != tt.state {
				t.Errorf("%s: receipt %v", tt.kind, r)
			}
		case <-ctx.Done():
			t.Fatalf("%s: no receipt", tt.kind)
		}
	}
}

func TestPassword(t *testing.T) {
	h := start(t, Config{Password: "secret"})
	client, _ := bind(t, h, smpp.ClientConfig{Password: "wrong"})
	eventually(t, "the bind is refused", func() bool {
		e, ok := errors.AsType[*smpp.StatusError](client.Err())
		return ok && e.Status == smpp.StatusInvalidPassword
	})
	right, _ := bind(t, h, smpp.ClientConfig{Password: "secret"})
	eventually(t, "the bind is taken", right.Ready)
}

func TestReceiptsGoToTheReceiverOfAPair(t *testing.T) {
	h := start(t, Config{ReceiptAfter: 5 * time.Millisecond})
	sender, _ := bind(t, h, smpp.ClientConfig{Mode: smpp.Transmitter})
	receiver, receipts := bind(t, h, smpp.ClientConfig{Mode: smpp.Receiver})
	eventually(t, "both are bound", func() bool { return sender.Ready() && receiver.Ready() })
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	m := message("15551234567")
	if _, err := sender.Submit(ctx, &m); err != nil {
		t.Fatal(err)
	}
	select {
	case <-receipts:
	case <-ctx.Done():
		t.Fatal("no receipt")
	}
}

// BenchmarkMessages sends codes with receipts asked for, over one bind.
func BenchmarkMessages(b *testing.B) {
	h := start(b, Config{})
	client, receipts := bind(b, h, smpp.ClientConfig{Session: smpp.SessionConfig{Window: 100}})
	var seen atomic.Int64
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		for {
			select {
			case <-receipts:
				seen.Add(1)
			case <-ctx.Done():
				return
			}
		}
	}()
	b.SetParallelism(50)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			m := message("15551234567")
			m.ShortMessage = []byte("Your code is 123456.")
			if _, err := client.Submit(ctx, &m); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}
