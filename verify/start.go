package verify

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/pinbell/pinbell"
)

// StartRequest asks for a verification. Only To is required; what is left
// empty is as the service's profile says.
type StartRequest struct {
	To, Country string // E.164, or national with an ISO 3166-1 country
	Service     string
	Channel     pinbell.Channel // excludes Workflow
	Workflow    pinbell.Workflow
	Locale      string
	CodeLength  int
	Code        *string // the caller's own
	TTL         time.Duration
	MaxChecks   int
	Brand       string
	Template    string
	Gender      string
	Confirm     string
	Carrier     string
	From        string
	ClientIP    string
	Reference   string
	Metadata    map[string]string
	Binding     pinbell.Binding
	Flash       bool
	Once        *pinbell.Once
	// Origin names the API of another vendor that the request came through. What
	// the service allows to such requests goes for this one.
	Origin pinbell.Origin
}

// Start makes a verification, stores it with its first attempts, and hands
// those that are due to the dispatcher. Bad input is reported whole: the error
// joins a [*pinbell.FieldError] or [*pinbell.NumberError] for each fault.
func (s *Service) Start(ctx context.Context, r StartRequest) (pinbell.Verification, error) {
	now := s.now()
	v, err := s.plan(r, now)
	if err != nil {
		return pinbell.Verification{}, err
	}
	if err := s.routable(v); err != nil {
		return pinbell.Verification{}, err
	}
	claim, release := s.reserve(v.Attempts[0].Channel, now)
	v, err = s.cfg.Store.Start(ctx, pinbell.Start{Verification: v, Claim: claim, Once: r.Once})
	if err != nil {
		release()
		return pinbell.Verification{}, err
	}
	s.cfg.Meter.Started(v.Channel)
	s.handOver(pinbell.Work{Verification: v, Attempt: v.Attempts[0]}, release)
	return v, nil
}

// plan turns a request into a verification, or says all that is wrong with it.
func (s *Service) plan(r StartRequest, now time.Time) (pinbell.Verification, error) {
	profile, err := s.profile(r.Service)
	if err != nil {
		return pinbell.Verification{}, err
	}
	var faults []error
	check := func(err error) {
		if err != nil {
			faults = append(faults, err)
		}
	}
	to, err := pinbell.ParseNumber(r.To, r.Country)
	check(err)
	v := pinbell.Verification{
		ID: pinbell.NewVerificationID(now), Service: profile.Name, To: to, Status: pinbell.StatusPending,
		CodeLength: or(r.CodeLength, profile.CodeLength), CodeKey: s.cfg.Keyring.Current(),
		MaxChecks: or(r.MaxChecks, profile.MaxChecks), Sends: 1,
		CreatedAt: now, ExpiresAt: now.Add(or(r.TTL, profile.TTL)),
	}
	check(bounds(r, profile))
	if v.Options, err = s.options(r, profile); err != nil {
		check(err)
	}
	ttl := v.ExpiresAt.Sub(now)
	check(v.Options.Workflow.Validate(ttl))
	if len(v.Options.Workflow) > 0 {
		v.Channel = v.Options.Workflow[0].Channel
	}
	v.Locale, err = s.locale(r.Locale, to, profile, v.Options.Workflow)
	check(err)
	check(s.stepLocales(v.Options.Workflow, v.Locale))
	check(s.ownCode(&v, r.Code, profile))
	check(s.bindable(v))
	if err := errors.Join(faults...); err != nil {
		return pinbell.Verification{}, err
	}
	v.Attempts = v.Plan(now)
	return v, nil
}

// bindable refuses a payment that a call of the workflow could not name.
func (s *Service) bindable(v pinbell.Verification) error {
	b := v.Options.Binding
	if b == (pinbell.Binding{}) {
		return nil
	}
	for i, st := range v.Options.Workflow {
		if st.Channel != pinbell.Voice {
			continue
		}
		own, other := v.Languages(pinbell.Attempt{Step: i, Channel: st.Channel})
		for _, l := range []pinbell.Locale{own, other} {
			if l != "" && !s.canSay(l, b.Amount+", "+b.Payee) {
				return pinbell.Invalid("binding", "cannot be spoken here: it takes a speech engine")
			}
		}
	}
	return nil
}

// stepLocales checks the languages that steps name beside the verification's
// own, and writes them in their usual form.
func (s *Service) stepLocales(w pinbell.Workflow, own pinbell.Locale) error {
	var faults []error
	for i, step := range w {
		for _, l := range []*pinbell.Locale{&w[i].Locale, &w[i].Other} {
			if *l == "" {
				continue
			}
			parsed, err := pinbell.ParseLocale(string(*l))
			if err == nil {
				parsed, err = s.known(parsed, pinbell.Workflow{step})
			}
			if fault, ok := errors.AsType[*pinbell.FieldError](err); ok {
				faults = append(faults, pinbell.Invalid(fmt.Sprintf("workflow[%d].locales", i), "%s", fault.Detail))
			}
			*l = parsed
		}
		if w[i].Other != "" && w[i].Other == or(w[i].Locale, own) {
			faults = append(faults, pinbell.Invalid(fmt.Sprintf("workflow[%d].locales", i), "names one language twice"))
		}
	}
	return errors.Join(faults...)
}

// bounds checks the numbers of a request; 0 means the profile's own.
func bounds(r StartRequest, profile pinbell.Service) error {
	var faults []error
	shortest, longest, most := pinbell.MinCodeLength, pinbell.MaxTTL, pinbell.MaxMaxChecks
	if r.Origin.API != "" {
		shortest = or(profile.LooseCodeLength, shortest)
		longest, most = max(longest, profile.LooseTTL), max(most, profile.LooseMaxChecks)
	}
	if n := r.CodeLength; n != 0 && (n < shortest || n > pinbell.MaxCodeLength) {
		faults = append(faults, pinbell.Invalid("code_length", "want %d to %d", shortest, pinbell.MaxCodeLength))
	}
	if d := r.TTL; d != 0 && (d < pinbell.MinTTL || d > longest) {
		faults = append(faults, pinbell.Invalid("ttl", "want %s to %s", pinbell.MinTTL, longest))
	}
	if n := r.MaxChecks; n != 0 && (n < 1 || n > most) {
		faults = append(faults, pinbell.Invalid("max_checks", "want 1 to %d", most))
	}
	return errors.Join(faults...)
}

// ownCode takes the caller's own code, sealed, where the profile allows one.
func (s *Service) ownCode(v *pinbell.Verification, own *string, profile pinbell.Service) error {
	if own == nil {
		return nil
	}
	if !profile.AllowCustomCode {
		return pinbell.Invalid("code", "this service makes its own codes")
	}
	code, err := pinbell.ParseCode(*own)
	if err != nil {
		return err
	}
	shortest := pinbell.MinCodeLength
	if v.Options.Origin.API != "" {
		shortest = or(profile.LooseCodeLength, shortest)
	}
	if code.Len() < shortest {
		return pinbell.Invalid("code", "want %d to %d digits", shortest, pinbell.MaxCodeLength)
	}
	v.CodeLength = code.Len()
	v.SealedCode = s.cfg.Keyring.Seal([]byte(code.Reveal()), string(v.ID))
	return nil
}

// locale chooses the language: the request's, else the one of the number's
// country, else the profile's. Only the request's own must be known.
func (s *Service) locale(asked string, to pinbell.Number, profile pinbell.Service, w pinbell.Workflow) (pinbell.Locale, error) {
	if asked != "" {
		l, err := pinbell.ParseLocale(asked)
		if err != nil {
			return "", err
		}
		return s.known(l, w)
	}
	for _, l := range []pinbell.Locale{pinbell.LocaleOf(to.Country()), profile.Locale, pinbell.DefaultLocale} {
		if l == "" {
			continue
		}
		if l, err := s.known(l, w); err == nil {
			return l, nil
		}
	}
	return pinbell.DefaultLocale, nil
}

// known returns the locale when each channel of the workflow can bring it.
func (s *Service) known(l pinbell.Locale, w pinbell.Workflow) (pinbell.Locale, error) {
	for _, step := range w {
		switch step.Channel {
		case pinbell.Voice:
			if _, ok := s.cfg.Spoken(l); !ok {
				return "", pinbell.Invalid("locale", "%s has no voice here", l)
			}
		case pinbell.SMS:
			if !l.Written() {
				return "", pinbell.Invalid("locale", "%s has no message here", l)
			}
		}
	}
	return l, nil
}

// routable reports [pinbell.ErrNoCarrier] when a step has no way out, or when
// none of the workflow's has one that works now: better said at once than found
// out by waiting.
func (s *Service) routable(v pinbell.Verification) error {
	ready := false
	for _, step := range v.Options.Workflow {
		names := s.route(v, step.Channel, "")
		if len(names) == 0 {
			return fmt.Errorf("%s: %w", step.Channel, pinbell.ErrNoCarrier)
		}
		ready = ready || s.healthy(names[0]) // those that work come first
	}
	if !ready {
		return fmt.Errorf("no carrier is ready: %w", pinbell.ErrNoCarrier)
	}
	return nil
}

func parseIP(field, s string) (netip.Addr, error) {
	if s == "" {
		return netip.Addr{}, nil
	}
	ip, err := netip.ParseAddr(s)
	if err != nil {
		return ip, pinbell.Invalid(field, "is not an IP address")
	}
	return ip.Unmap().WithZone(""), nil
}

// now is the clock in the resolution that stores keep.
func (s *Service) now() time.Time { return s.cfg.Now().UTC().Truncate(time.Microsecond) }

func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}
