package web

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/api"
	"github.com/pinbell/pinbell/verify"
)

func (s *Server) createCall(w http.ResponseWriter, r *http.Request, c caller) error {
	in, body, err := decode[api.CallRequest](r)
	if err != nil {
		return err
	}
	req := verify.OrderRequest{Channel: pinbell.Voice, To: in.To, Country: in.Country, OrderWishes: pinbell.OrderWishes{
		From: in.From, Via: deref(in.CarrierID), Reference: in.Reference, Metadata: in.Metadata,
	}}
	service, serviceErr := c.choose(in.Service)
	locale, localeErr := optionalLocale("locale", in.Locale)
	list, listErr := playlist(in.Playlist)
	machine, machineErr := pinbell.ParseMachineAction(in.Voicemail)
	req.Service, req.Locale, req.Playlist, req.Machine = service, locale, list, machine
	if err := errors.Join(serviceErr, localeErr, listErr, machineErr); err != nil {
		return err
	}
	return s.placeOrder(w, r, c, body, req, func(o pinbell.Order) any { return wireCall(o) })
}

// placeOrder stores one call or message and answers with it.
func (s *Server) placeOrder(w http.ResponseWriter, r *http.Request, c caller, body []byte, req verify.OrderRequest, wire func(pinbell.Order) any) error {
	o, err := once(r, c, body, http.StatusAccepted, nil)
	if err != nil {
		return err
	}
	if o != nil {
		o.AnswerOrders = func(list []pinbell.Order) []byte {
			return keep(http.StatusAccepted, r.URL.Path+"/"+string(list[0].ID), wire(list[0]))
		}
	}
	placed, err := s.cfg.Verify.Place(r.Context(), []verify.OrderRequest{req}, o)
	if done, err := replayed(w, err); done || err != nil {
		return err
	}
	w.Header().Set("Location", r.URL.Path+"/"+string(placed[0].ID))
	return encode(w, http.StatusAccepted, wire(placed[0]))
}

func (s *Server) readCall(w http.ResponseWriter, r *http.Request, c caller) error {
	o, err := s.readOrder(r, c, pinbell.Voice)
	if err != nil {
		return err
	}
	return encode(w, http.StatusOK, wireCall(o))
}

// readOrder reads an order, once it has changed where the request waits for that.
func (s *Server) readOrder(r *http.Request, c caller, ch pinbell.Channel) (pinbell.Order, error) {
	id, err := pinbell.ParseOrderID(r.PathValue("id"))
	if err != nil {
		return pinbell.Order{}, err
	}
	d, err := waitTime(r)
	if err != nil {
		return pinbell.Order{}, err
	}
	ctx, cancel := s.untilStop(r.Context())
	defer cancel()
	o, err := s.cfg.Verify.WaitOrder(ctx, id, c.service(), d)
	if err == nil && o.Channel != ch {
		err = fmt.Errorf("order: %w", pinbell.ErrNotFound)
	}
	return o, err
}

// waitTime reads ?wait=; 0 without it.
func waitTime(r *http.Request) (time.Duration, error) {
	wait := r.URL.Query().Get("wait")
	if wait == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(wait)
	if err != nil || d < 0 || d > maxWait {
		return 0, pinbell.Invalid("wait", "want a duration of up to %s", maxWait)
	}
	return d, nil
}

// playlist takes the wire form apart; faults name the item.
func playlist(in []api.PlaylistItem) (pinbell.Playlist, error) {
	list := make(pinbell.Playlist, len(in))
	var faults []error
	for i, it := range in {
		item, err := playlistItem(fmt.Sprintf("playlist[%d]", i), it)
		list[i], faults = item, append(faults, err)
	}
	return list, errors.Join(faults...)
}

func playlistItem(field string, in api.PlaylistItem) (pinbell.Item, error) {
	out := pinbell.Item{Gender: in.Gender}
	kinds := 0
	set := func(is bool, kind pinbell.ItemKind) bool {
		if is {
			out.Kind = kind
			kinds++
		}
		return is
	}
	var digitsErr error
	if set(in.Say != "", pinbell.ItemSay) {
		out.Text = pinbell.NewText(in.Say)
	}
	if set(in.Digits != "", pinbell.ItemDigits) {
		if out.Digits, digitsErr = pinbell.ParseDigits(in.Digits); digitsErr != nil {
			digitsErr = pinbell.Invalid(field+".digits", "want 1 to %d digits", pinbell.MaxSpokenDigits)
		}
	}
	if set(in.Play != "", pinbell.ItemPlay) {
		out.URL = in.Play
	}
	if set(in.Pause != 0, pinbell.ItemPause) {
		out.Pause = time.Duration(in.Pause)
	}
	if set(in.Phrase != "", pinbell.ItemPhrase) {
		out.Phrase = pinbell.Phrase(in.Phrase)
	}
	if set(in.Gather != nil, pinbell.ItemGather) {
		g := in.Gather
		out.Gather = pinbell.Gather{Max: g.Max, Timeout: time.Duration(g.Timeout), Finish: g.Finish, Expect: g.Expect, BargeIn: g.BargeIn, Go: g.Go}
	}
	if kinds != 1 {
		return out, pinbell.Invalid(field, "want exactly one of say, digits, play, pause, phrase and gather")
	}
	switch in.Gender {
	case "", "female", "male":
	default:
		return out, pinbell.Invalid(field+".gender", `want "female" or "male"`)
	}
	locale, err := optionalLocale(field+".locale", in.Locale)
	out.Locale = locale
	return out, errors.Join(digitsErr, err)
}

func optionalLocale(field, s string) (pinbell.Locale, error) {
	if s == "" {
		return "", nil
	}
	l, err := pinbell.ParseLocale(s)
	if err != nil {
		return "", pinbell.Invalid(field, "is not a locale, as in en-US")
	}
	return l, nil
}
