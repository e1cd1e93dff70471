package laml

import (
	"strings"
	"time"

	"github.com/pinbell/pinbell"
)

// callStatus is a call's status in the vendors' words.
func callStatus(o pinbell.Order) string {
	switch o.Status {
	case pinbell.CallRinging:
		return "ringing"
	case pinbell.CallInProgress:
		return "in-progress"
	case pinbell.CallCompleted:
		return "completed"
	case pinbell.OrderCanceled:
		return "canceled"
	case pinbell.CallFailed:
		switch o.Outcome {
		case pinbell.Busy, pinbell.Rejected: // who declines a call is busy to its caller
			return "busy"
		case pinbell.NoAnswer:
			return "no-answer"
		}
		return "failed"
	}
	return "queued"
}

// messageStatus is a message's status in the vendors' words.
func messageStatus(o pinbell.Order, now time.Time) string {
	switch o.Status {
	case pinbell.OrderSending:
		return "sending"
	case pinbell.MessageSubmitted:
		return "sent"
	case pinbell.MessageDelivered:
		return "delivered"
	case pinbell.MessageUndelivered:
		return "undelivered"
	case pinbell.MessageExpired, pinbell.MessageRejected:
		return "failed"
	case pinbell.OrderCanceled:
		return "canceled"
	}
	if o.Origin.Fields[fieldScheduled] != "" && o.DueAt.After(now) {
		return "scheduled"
	}
	return "queued"
}

// messageError is the vendors' code and words for why a message did not come.
func messageError(o pinbell.Order) (code *int, words *string) {
	number, text := 0, ""
	switch o.Status {
	case pinbell.MessageExpired:
		number, text = 30036, "Validity Period Expired"
	case pinbell.MessageUndelivered, pinbell.MessageRejected:
		number, text = 30008, "Unknown error"
	default:
		return nil, nil
	}
	return &number, &text
}

// formatted writes a number of North America as it is written there, and any
// other as it is.
func formatted(s string) string {
	digits, ok := strings.CutPrefix(s, "+1")
	if !ok || len(digits) != 10 || strings.Trim(digits, "0123456789") != "" {
		return s
	}
	return "(" + digits[:3] + ") " + digits[3:6] + "-" + digits[6:]
}
