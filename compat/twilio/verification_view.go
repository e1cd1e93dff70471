package twilio

import (
	"net/http"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// A verificationView is a verification as it is answered. lookup stays empty:
// nobody is asked about a number.
type verificationView struct {
	Sid         string     `json:"sid"`
	ServiceSid  string     `json:"service_sid"`
	AccountSid  string     `json:"account_sid"`
	To          string     `json:"to"`
	Channel     string     `json:"channel"`
	Status      string     `json:"status"`
	Valid       bool       `json:"valid"`
	Lookup      struct{}   `json:"lookup"`
	Amount      *string    `json:"amount"`
	Payee       *string    `json:"payee"`
	Sends       []sendView `json:"send_code_attempts"`
	Sna         *struct{}  `json:"sna"`
	DateCreated string     `json:"date_created"`
	DateUpdated string     `json:"date_updated"`
	URL         string     `json:"url"`
}

type sendView struct {
	Time       string `json:"time"`
	Channel    string `json:"channel"`
	AttemptSid string `json:"attempt_sid"`
}

func (a *API) show(r *http.Request, c compat.Caller, s service, v pinbell.Verification) verificationView {
	sid := v.Options.Origin.ID
	view := verificationView{
		Sid: sid, ServiceSid: s.Sid, AccountSid: c.Account, To: v.To.E164(), Channel: channelName(v.Channel),
		Status: statusName(v.Status), Valid: v.Status == pinbell.StatusApproved,
		Amount: compat.OrNull(v.Options.Binding.Amount), Payee: compat.OrNull(v.Options.Binding.Payee),
		Sends: []sendView{}, DateCreated: stamp(v.CreatedAt), URL: a.cfg.URL(r, "/v2/Services/"+s.Sid+"/Verifications/"+sid),
	}
	updated := v.CreatedAt
	for _, d := range sendsOf(v, a.cfg.Time()) {
		view.Sends = append(view.Sends, sendView{stamp(d.at), channelName(d.channel), d.sid})
		updated = later(updated, d.at)
	}
	view.DateUpdated = stamp(later(updated, v.EndedAt))
	return view
}

func later(t, other time.Time) time.Time {
	if other.After(t) {
		return other
	}
	return t
}

// channelName is the vendor's word for a channel.
func channelName(ch pinbell.Channel) string {
	if ch == pinbell.Voice {
		return "call"
	}
	return "sms"
}

// statusName is the vendor's word for a status.
func statusName(s pinbell.Status) string {
	switch s {
	case pinbell.StatusMaxChecks:
		return "max_attempts_reached"
	case pinbell.StatusBlocked:
		return "failed"
	}
	return string(s)
}
