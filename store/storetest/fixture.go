package storetest

import (
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
)

// Keyring makes a keyring with a fresh key.
func Keyring(tb testing.TB) *pinbell.Keyring {
	tb.Helper()
	k, err := pinbell.ParseKeyring(strings.NewReader(pinbell.NewKeyringText()))
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

// Verification makes a pending verification by SMS of the service "default",
// with one attempt that is due at once.
func Verification(to pinbell.Number, now time.Time, workflow ...pinbell.Step) pinbell.Verification {
	if len(workflow) == 0 {
		workflow = pinbell.Workflow{{Channel: pinbell.SMS}}
	}
	now = now.UTC().Truncate(time.Microsecond) // what a database keeps of a time
	v := pinbell.Verification{
		ID: pinbell.NewVerificationID(now), Service: "default", To: to, Channel: workflow[0].Channel, Locale: pinbell.DefaultLocale,
		Status: pinbell.StatusPending, CodeLength: pinbell.DefaultCodeLength, CodeKey: 1, MaxChecks: pinbell.DefaultMaxChecks, Sends: 1,
		CreatedAt: now, ExpiresAt: now.Add(pinbell.DefaultTTL), Options: pinbell.Options{Workflow: workflow},
	}
	v.Attempts = v.Plan(now)
	return v
}

// Order makes an order of the service "default" that is due at once: a call
// that says a code, or a message.
func Order(ch pinbell.Channel, to pinbell.Number, now time.Time) pinbell.Order {
	now = now.UTC().Truncate(time.Microsecond)
	o := pinbell.Order{ID: pinbell.NewOrderID(ch, now), Channel: ch, Service: "default", To: to, Status: pinbell.OrderQueued, CreatedAt: now}
	o.DueAt, o.Metadata = now, map[string]string{"a": "1"}
	if ch == pinbell.Voice {
		o.Playlist = pinbell.Playlist{{Kind: pinbell.ItemDigits, Digits: pinbell.RandomCode(pinbell.DefaultCodeLength)}}
	} else {
		o.Text = pinbell.NewText("hello")
	}
	return o
}
