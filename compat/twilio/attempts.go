package twilio

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// An attemptView is a send as it is answered. What nobody is asked about a
// number, and what nobody bills, is null.
type attemptView struct {
	Sid             string      `json:"sid"`
	AccountSid      string      `json:"account_sid"`
	ServiceSid      string      `json:"service_sid"`
	VerificationSid string      `json:"verification_sid"`
	DateCreated     string      `json:"date_created"`
	DateUpdated     string      `json:"date_updated"`
	Conversion      string      `json:"conversion_status"`
	Channel         string      `json:"channel"`
	Price           *struct{}   `json:"price"`
	ChannelData     channelData `json:"channel_data"`
	URL             string      `json:"url"`
}

type channelData struct {
	VerificationSid string  `json:"verification_sid"`
	To              string  `json:"to"`
	Status          string  `json:"status"`
	MessageStatus   string  `json:"message_status,omitempty"`
	CallStatus      string  `json:"call_status,omitempty"`
	ErrorCode       *string `json:"error_code"`
	Country         string  `json:"country"`
	CodeLength      int     `json:"code_length"`
	Locale          string  `json:"locale"`
	MCC             *string `json:"mcc"`
	MNC             *string `json:"mnc"`
	Carrier         *string `json:"carrier"`
}

// undelivered is the vendor's code of a message that did not arrive for a
// reason that nobody gave.
const undelivered = "30008"

func (a *API) showAttempt(r *http.Request, c compat.Caller, f found) attemptView {
	v, s := f.v, f.send
	sid := v.Options.Origin.ID
	view := attemptView{
		Sid: s.sid, AccountSid: c.Account, ServiceSid: v.Options.Origin.Fields["service_sid"], VerificationSid: sid,
		DateCreated: stamp(s.at), DateUpdated: stamp(s.updated(v)), Conversion: s.conversion(), Channel: channelName(s.channel),
		ChannelData: channelData{
			VerificationSid: sid, To: v.To.E164(), Status: "unconfirmed", Country: v.To.Country(), CodeLength: v.CodeLength,
			Locale: v.Locale.Language(),
		},
		URL: a.cfg.URL(r, "/v2/Attempts/"+s.sid),
	}
	if s.converted {
		view.ChannelData.Status = "confirmed"
	}
	status := s.status()
	if s.channel == pinbell.Voice {
		view.ChannelData.CallStatus = status
		return view
	}
	if view.ChannelData.MessageStatus = status; status == "undelivered" || status == "failed" {
		view.ChannelData.ErrorCode = compat.OrNull(undelivered)
	}
	return view
}

// conversion is the vendor's word for whether the code came back.
func (s send) conversion() string {
	if s.converted {
		return "converted"
	}
	return "unconverted"
}

func (a *API) listAttempts(w http.ResponseWriter, r *http.Request, c compat.Caller) error {
	p, err := pagerOf(r)
	if err != nil {
		return err
	}
	q, err := a.query(r, c)
	if err != nil {
		return err
	}
	// What comes in while a client reads must not push the pages along.
	token := p.token
	if token == "" {
		token = "PT" + strconv.FormatInt(q.until.UnixMicro(), 36)
	} else if err := q.pin(token); err != nil {
		return err
	}
	all, err := a.search(r.Context(), q, (p.number+1)*p.size+1)
	if err != nil {
		return err
	}
	from, until := p.bounds(len(all))
	shown := []attemptView{}
	for _, f := range all[from:until] {
		shown = append(shown, a.showAttempt(r, c, f))
	}
	return compat.WriteJSON(w, http.StatusOK, map[string]any{
		"attempts": shown, "meta": p.meta(a.cfg.URL(r, "/v2/Attempts"), "attempts", token, until < len(all)),
	})
}

func (a *API) fetchAttempt(w http.ResponseWriter, r *http.Request, c compat.Caller) error {
	sid := r.PathValue("Sid")
	if !isSid("VL", sid) {
		return pinbell.ErrNotFound
	}
	q, err := a.everything(r, c)
	if err != nil {
		return err
	}
	q.keep = func(f found) bool { return strings.EqualFold(f.send.sid, sid) }
	all, err := a.search(r.Context(), q, 1)
	if err == nil && len(all) == 0 {
		err = pinbell.ErrNotFound
	}
	if err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusOK, a.showAttempt(r, c, all[0]))
}

type summaryView struct {
	Total       int    `json:"total_attempts"`
	Converted   int    `json:"total_converted"`
	Unconverted int    `json:"total_unconverted"`
	Rate        string `json:"conversion_rate_percentage"`
	URL         string `json:"url"`
}

func (a *API) fetchSummary(w http.ResponseWriter, r *http.Request, c compat.Caller) error {
	q, err := a.query(r, c)
	if err != nil {
		return err
	}
	all, err := a.search(r.Context(), q, unbounded)
	if err != nil {
		return err
	}
	view := summaryView{Total: len(all), Rate: "0", URL: a.cfg.URL(r, "/v2/Attempts/Summary")}
	for _, f := range all {
		if f.send.converted {
			view.Converted++
		}
	}
	if view.Unconverted = view.Total - view.Converted; view.Converted > 0 {
		rate := strconv.FormatFloat(100*float64(view.Converted)/float64(view.Total), 'f', 9, 64)
		view.Rate = strings.TrimSuffix(strings.TrimRight(rate, "0"), ".")
	}
	return compat.WriteJSON(w, http.StatusOK, view)
}

// pin takes over the end of the span that a list's first page had.
func (q *query) pin(token string) error {
	digits, ok := strings.CutPrefix(token, "PT")
	micro, err := strconv.ParseInt(digits, 36, 64)
	if !ok || err != nil {
		return invalid("PageToken", "")
	}
	if at := time.UnixMicro(micro).UTC(); at.Before(q.until) {
		q.until = at
	}
	return nil
}
