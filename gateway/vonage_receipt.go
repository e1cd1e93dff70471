package gateway

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
)

// vonageReceipt maps a delivery receipt.
func vonageReceipt(status, code string) state {
	s := state{cause: clip(status), outcome: pinbell.Submitted} // accepted, buffered, unknown
	if code != "" && code != "0" {
		s.cause += ", code " + clip(code)
	}
	switch strings.ToLower(status) {
	case "delivered":
		s.outcome = pinbell.Delivered
	case "expired":
		s.outcome = pinbell.Expired
	case "failed", "rejected", "deleted":
		s.outcome = vonageFailure(code)
	}
	return s
}

// vonageFailure maps the err-code of a message that was not delivered.
func vonageFailure(code string) pinbell.Outcome {
	switch code {
	case "3", "9", "12": // absent for good, no such number, not to be reached
		return pinbell.Unreachable
	case "4", "13", "14": // barred by the person, by age, by the operator
		return pinbell.Rejected
	case "5", "6", "8", "10", "11", "16", "39", "50", "51", "52", "53", "54": // portability, spam, network, message, route, quota, sender, filters
		return pinbell.CarrierError
	}
	return pinbell.Undelivered // 1 unknown, 2 absent for now, 7 busy, 15 no credit, 99 general
}

// vonageClock is how far the time of a signature may be from ours.
const vonageClock = 5 * time.Minute

// vonageSigned reports whether a callback's sig is the company's: hex of
// HMAC-SHA256 over "&name=value" of each other field by name, with "_" for "&"
// and "=" in values (developer.vonage.com/getting-started/concepts/signing-messages).
func vonageSigned(fields map[string]string, key string, now time.Time) bool {
	got, err := hex.DecodeString(fields["sig"])
	at, noTime := strconv.ParseInt(fields["timestamp"], 10, 64)
	if err != nil || noTime != nil || now.Sub(time.Unix(at, 0)).Abs() > vonageClock {
		return false
	}
	mac := hmac.New(sha256.New, []byte(key))
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if name != "sig" {
			_, _ = io.WriteString(mac, "&"+name+"="+strings.NewReplacer("&", "_", "=", "_").Replace(fields[name]))
		}
	}
	return hmac.Equal(got, mac.Sum(nil))
}
