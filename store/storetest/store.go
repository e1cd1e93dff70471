package storetest

import (
	"context"
	"crypto/sha256"
	"time"

	"github.com/pinbell/pinbell"
)

// A Store is everything an engine does.
type Store interface {
	Verifications
	Attempts
	Leases
	History
	Orders
	Recordings
	Records
	Keys
	Ping(context.Context) error
}

// Verifications are the operations a person's requests need.
type Verifications interface {
	Start(context.Context, pinbell.Start) (pinbell.Verification, error)
	Check(context.Context, pinbell.Check) (pinbell.Verification, bool, error)
	Resend(context.Context, pinbell.Resend) (pinbell.Verification, pinbell.Attempt, error)
	Cancel(context.Context, pinbell.Cancel) (pinbell.Verification, error)
	Advance(context.Context, pinbell.Advance) (pinbell.Verification, error)
	Newest(ctx context.Context, service string, to pinbell.Number, now time.Time) (pinbell.VerificationID, error)
	ByOrigin(ctx context.Context, api, id string) (pinbell.VerificationID, error)
}

// Attempts are the operations of delivering.
type Attempts interface {
	Claim(ctx context.Context, c pinbell.Claim, ch pinbell.Channel, now time.Time, max int) ([]pinbell.Work, error)
	MarkSending(context.Context, pinbell.Sending) error
	Finish(context.Context, pinbell.Finish) error
	Receipt(context.Context, pinbell.Receipt) (pinbell.VerificationID, error)
}

// Orders are the operations of calls and messages of a caller's own wording.
type Orders interface {
	Place(context.Context, pinbell.Place) ([]pinbell.Order, error)
	Order(context.Context, pinbell.OrderID) (pinbell.Order, error)
	Orders(context.Context, pinbell.OrderFilter) ([]pinbell.Order, error)
	ClaimOrders(ctx context.Context, c pinbell.Claim, ch pinbell.Channel, now time.Time, max int) ([]pinbell.Order, error)
	UpdateOrder(ctx context.Context, id pinbell.OrderID, at time.Time, change func(pinbell.Order) (pinbell.Order, error)) (pinbell.Order, error)
	OrderReceipt(context.Context, pinbell.Receipt) (pinbell.OrderID, error)
}

// Recordings are the sounds that were uploaded for calls to play.
type Recordings interface {
	Upload(context.Context, pinbell.Upload) (pinbell.Recording, error)
	Recording(context.Context, pinbell.RecordingID) (pinbell.Recording, error)
	Recordings(ctx context.Context, service string) ([]pinbell.Recording, error)
	Sound(context.Context, pinbell.RecordingID) ([]byte, error)
	DeleteRecording(context.Context, pinbell.RecordingID) error
}

// Records are what the APIs of other vendors keep and count.
type Records interface {
	PutRecord(ctx context.Context, r pinbell.Record, fresh bool) error
	Record(ctx context.Context, kind, id string) (pinbell.Record, error)
	Records(ctx context.Context, kind, parent string) ([]pinbell.Record, error)
	DeleteRecord(ctx context.Context, kind, id string) error
	Count(context.Context, pinbell.Count) error
}

// Leases keep claims alive and clear up after those that are not.
type Leases interface {
	Renew(ctx context.Context, c pinbell.Claim, now time.Time) error
	Recover(ctx context.Context, node string, now time.Time) ([]pinbell.VerificationID, error)
	Sweep(ctx context.Context, now time.Time, limit int) ([]pinbell.VerificationID, error)
	Purge(ctx context.Context, before time.Time, limit int) error
}

// History is what is read, and noted for it.
type History interface {
	Verification(context.Context, pinbell.VerificationID) (pinbell.Verification, error)
	List(context.Context, pinbell.Filter) ([]pinbell.Verification, error)
	Note(context.Context, pinbell.Event) error
	Events(ctx context.Context, id pinbell.VerificationID, after int64) ([]pinbell.Event, error)
}

// Keys are the API keys.
type Keys interface {
	CreateKey(context.Context, pinbell.Key) error
	KeyByHash(ctx context.Context, hash [sha256.Size]byte) (pinbell.Key, error)
	Keys(context.Context) ([]pinbell.Key, error)
	RevokeKey(ctx context.Context, id pinbell.KeyID, at time.Time) error
}
