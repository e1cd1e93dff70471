package verify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
)

// OrderRequest asks for a call or a message of the caller's own wording.
type OrderRequest struct {
	Channel     pinbell.Channel
	To, Country string // as in [StartRequest]; for a call also a SIP address, where the service may
	Service     string
	pinbell.OrderWishes
}

// Order sizes.
const (
	maxText     = 1600 // characters of a message, ten segments
	maxOrders   = 100  // of one request
	maxSchedule = 30 * 24 * time.Hour
)

// Place stores calls and messages, all of them or none, and hands those that
// are due to the dispatcher. Faults are reported as by [Service.Start]; with
// several orders their fields begin with the order's place.
func (s *Service) Place(ctx context.Context, requests []OrderRequest, once *pinbell.Once) ([]pinbell.Order, error) {
	if len(requests) == 0 || len(requests) > maxOrders {
		return nil, pinbell.Invalid("to", "want 1 to %d recipients", maxOrders)
	}
	now := s.now()
	orders := make([]pinbell.Order, len(requests))
	var faults []error
	for i, r := range requests {
		o, err := s.order(ctx, r, now)
		if err != nil {
			faults = append(faults, err)
		}
		// Identifiers sort by their time: those of one request in its order.
		o.ID = pinbell.NewOrderID(r.Channel, now.Add(time.Duration(i)*time.Millisecond))
		orders[i] = o
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	for _, o := range orders {
		if len(s.orderRoute(o)) == 0 {
			return nil, fmt.Errorf("%s: %w", o.Channel, pinbell.ErrNoCarrier)
		}
	}
	// One order is handed over with its claim; several wait for the next look.
	claim, release := pinbell.Claim{}, func() {}
	if len(orders) == 1 && !orders[0].DueAt.After(now) {
		claim, release = s.reserveOrder(orders[0], now)
	}
	placed, err := s.cfg.Store.Place(ctx, pinbell.Place{Orders: orders, Claim: claim, Once: once})
	if err != nil {
		release()
		return nil, err
	}
	if claim.Node != "" {
		s.handOverOrder(placed[0], release)
	} else {
		s.nudge()
	}
	return placed, nil
}

// order turns a request into an order, or says all that is wrong with it.
func (s *Service) order(ctx context.Context, r OrderRequest, now time.Time) (pinbell.Order, error) {
	profile, err := s.profile(r.Service)
	if err != nil {
		return pinbell.Order{}, err
	}
	o := pinbell.Order{
		Channel: r.Channel, Service: profile.Name,
		Status: pinbell.OrderQueued, OrderWishes: r.OrderWishes, CreatedAt: now,
	}
	if o.DueAt.IsZero() || o.DueAt.Before(now) {
		o.DueAt = now
	}
	var faults []error
	check := func(err error) {
		if err != nil {
			faults = append(faults, err)
		}
	}
	check(s.recipient(&o, r, profile))
	check(pinbell.ValidateSender(o.Channel, o.From))
	check(line("reference", o.Reference, maxReference))
	check(metadata(o.Metadata))
	if o.DueAt.Sub(now) > maxSchedule {
		check(pinbell.Invalid("due_at", "is more than %d days ahead", maxSchedule/(24*time.Hour)))
	}
	if o.Validity < 0 || o.Validity > 7*24*time.Hour {
		check(pinbell.Invalid("validity", "want up to 7 days"))
	}
	if o.RingTime < 0 || o.RingTime > 2*time.Minute {
		check(pinbell.Invalid("ring_time", "want up to 2m"))
	}
	if o.Via != "" && !s.mayName(o.Via, profile.Name) {
		check(pinbell.Invalid("carrier_id", "is not configured here"))
	}
	switch o.Channel {
	case pinbell.Voice:
		check(s.callWords(ctx, &o, profile))
	case pinbell.SMS:
		check(messageText(o.Text.Reveal()))
		if s.cfg.Measure != nil {
			o.Encoding, o.Segments = s.cfg.Measure(o.Text.Reveal())
		}
	default:
		check(&pinbell.FieldError{Field: "channel", Detail: `want "voice" or "sms"`, Err: pinbell.ErrChannel})
	}
	return o, errors.Join(faults...)
}

func (s *Service) recipient(o *pinbell.Order, r OrderRequest, profile pinbell.Service) (err error) {
	if r.Channel == pinbell.Voice && strings.HasPrefix(strings.ToLower(r.To), "sip:") {
		if !profile.SIPAddresses {
			return pinbell.Invalid("to", "this service calls numbers only, no SIP addresses")
		}
		var fault *pinbell.FieldError
		if o.Address, err = pinbell.ParseAddress(r.To); errors.As(err, &fault) {
			return pinbell.Invalid("to", "%s", fault.Detail)
		}
		return err
	}
	o.To, err = pinbell.ParseNumber(r.To, r.Country)
	return err
}

// callWords checks what a call says. A call that a director conducts brings no
// playlist of its own.
func (s *Service) callWords(ctx context.Context, o *pinbell.Order, profile pinbell.Service) error {
	if o.Locale == "" {
		o.Locale = pinbell.LocaleOf(o.To.Country())
	}
	if o.Locale == "" {
		o.Locale = profile.Locale
	}
	if len(o.Playlist) == 0 && s.director(o.Origin.API) != nil {
		return nil
	}
	return s.speakable(ctx, o.Playlist, profile)
}

// speakable checks a playlist, and that its recordings are the service's own or
// may be fetched.
func (s *Service) speakable(ctx context.Context, list pinbell.Playlist, profile pinbell.Service) error {
	if err := list.Validate(); err != nil {
		return err
	}
	var faults []error
	for i, item := range list {
		if item.Kind != pinbell.ItemPlay {
			continue
		}
		if _, own := pinbell.RecordingAt(item.URL); !own && !pinbell.MediaAllowed(profile.MediaHosts, item.URL) {
			faults = append(faults, pinbell.Invalid(fmt.Sprintf("playlist[%d]", i), "recordings of this host are not allowed; the service's media_hosts names those that are"))
		}
	}
	faults = append(faults, s.uploaded(ctx, list, profile.Name, "names no recording of this service"))
	return errors.Join(faults...)
}

func messageText(text string) error {
	switch n := len([]rune(text)); {
	case n == 0:
		return pinbell.Invalid("text", "is empty")
	case n > maxText:
		return pinbell.Invalid("text", "is longer than %d characters", maxText)
	}
	for _, r := range text {
		if r < 0x20 && r != '\n' && r != '\r' && r != '\t' || r == 0x7f {
			return pinbell.Invalid("text", "holds a control character")
		}
	}
	return nil
}

// orderRoute names the carriers for an order in the order to try them.
func (s *Service) orderRoute(o pinbell.Order) []string {
	return s.ways(o.Channel, o.To, o.Via, pinbell.AttemptID(o.ID))
}
