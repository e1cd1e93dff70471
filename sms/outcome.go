package sms

import (
	"errors"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/smpp"
)

// outcome maps how a submit failed, in words of the carrier. Statuses that
// blame the message or us are carrier_error rather than rejected, because
// another carrier may take the same message.
func (c *Carrier) outcome(err error) (pinbell.Outcome, string) {
	var status *smpp.StatusError
	var send *smpp.SendError
	switch {
	case errors.As(err, &status):
		return c.statusOutcome(status.Status), status.Error()
	case errors.As(err, &send) && send.MaybeSent:
		return pinbell.Unknown, send.Error()
	case errors.Is(err, errRate):
		return pinbell.Throttled, err.Error()
	}
	return pinbell.CarrierError, err.Error()
}

func (c *Carrier) statusOutcome(s smpp.Status) pinbell.Outcome {
	if o, ok := c.cfg.Outcomes[s]; ok {
		return o
	}
	switch s {
	case smpp.StatusInvalidDestination:
		return pinbell.Unreachable
	case smpp.StatusPermanentError, smpp.StatusRejected:
		return pinbell.Rejected
	case smpp.StatusThrottled, smpp.StatusQueueFull:
		return pinbell.Throttled
	}
	return pinbell.CarrierError
}

// stateOutcome maps a receipt's state.
func stateOutcome(s smpp.State) pinbell.Outcome {
	switch s {
	case smpp.StateDelivered:
		return pinbell.Delivered
	case smpp.StateExpired:
		return pinbell.Expired
	case smpp.StateDeleted, smpp.StateUndeliverable:
		return pinbell.Undelivered
	case smpp.StateRejected:
		return pinbell.Rejected
	}
	return pinbell.Submitted
}
