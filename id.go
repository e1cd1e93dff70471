package pinbell

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

// Named identifiers, so that one cannot be passed where another is meant.
// All have the form prefix_36-characters; the last 26 characters are at least
// 128 random bits, the first ten are the creation time, so that identifiers
// sort by age and neighbours in time are neighbours in an index.
type (
	// VerificationID names a verification ("vf_…"). Whoever holds it may check
	// codes against it, so it is unguessable; see SECURITY.md.
	VerificationID string
	// AttemptID names one delivery try ("at_…").
	AttemptID string
	// OrderID names a call ("ca_…") or a message ("sm_…") of a caller's own wording.
	OrderID string
	// RecordingID names a recording that was uploaded ("re_…").
	RecordingID string
	// KeyID names an API key ("ak_…"), never the key itself.
	KeyID string
)

// idEncoding is base32 with digits before letters, so that identifiers sort as their bytes do.
var idEncoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

const idLen = 36 // base32 of 6 bytes of time and 16 random bytes

// NewVerificationID makes an identifier with 128 bits of crypto/rand.
func NewVerificationID(now time.Time) VerificationID { return VerificationID("vf_" + newID(now)) }

// NewAttemptID makes an identifier for a delivery attempt.
func NewAttemptID(now time.Time) AttemptID { return AttemptID("at_" + newID(now)) }

// NewOrderID makes an identifier for a call or a message.
func NewOrderID(ch Channel, now time.Time) OrderID {
	if ch == Voice {
		return OrderID("ca_" + newID(now))
	}
	return OrderID("sm_" + newID(now))
}

// NewRecordingID makes an identifier for a recording.
func NewRecordingID(now time.Time) RecordingID { return RecordingID("re_" + newID(now)) }

// NewKeyID makes an identifier for an API key.
func NewKeyID(now time.Time) KeyID { return KeyID("ak_" + newID(now)) }

// KeyIDFrom makes the identifier that a seed always gives, so that a repeated
// creation is recognised.
func KeyIDFrom(seed string) KeyID {
	sum := sha256.Sum256([]byte(seed))
	return KeyID("ak_" + idEncoding.EncodeToString(sum[:22]))
}

func newID(now time.Time) string {
	var b [22]byte
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(now.UnixMilli()))
	copy(b[:6], ms[2:])
	_, _ = rand.Read(b[6:]) // never fails: crypto/rand ends the program instead
	return idEncoding.EncodeToString(b[:])
}

// ParseOrderID checks the form of a call's or message's identifier, as
// [ParseVerificationID] does.
func ParseOrderID(s string) (OrderID, error) {
	prefix, body, ok := strings.Cut(s, "_")
	if _, err := idEncoding.DecodeString(body); !ok || prefix != "ca" && prefix != "sm" || len(body) != idLen || err != nil {
		return "", fmt.Errorf("order: %w", ErrNotFound)
	}
	return OrderID(s), nil
}

// ParseRecordingID checks the form of a recording's identifier, as
// [ParseVerificationID] does.
func ParseRecordingID(s string) (RecordingID, error) {
	body, ok := strings.CutPrefix(s, "re_")
	if _, err := idEncoding.DecodeString(body); !ok || len(body) != idLen || err != nil {
		return "", fmt.Errorf("recording: %w", ErrNotFound)
	}
	return RecordingID(s), nil
}

// ParseVerificationID checks the form of an identifier that came from outside.
// A malformed one is reported as [ErrNotFound]: it names nothing that exists.
func ParseVerificationID(s string) (VerificationID, error) {
	body, ok := strings.CutPrefix(s, "vf_")
	if !ok || len(body) != idLen {
		return "", fmt.Errorf("verification: %w", ErrNotFound)
	}
	if _, err := idEncoding.DecodeString(body); err != nil {
		return "", fmt.Errorf("verification: %w", ErrNotFound)
	}
	return VerificationID(s), nil
}
