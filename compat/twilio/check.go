package twilio

import (
	"net/http"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/verify"
)

// A checkView is a guess as it is answered.
type checkView struct {
	Sid         string  `json:"sid"`
	ServiceSid  string  `json:"service_sid"`
	AccountSid  string  `json:"account_sid"`
	To          string  `json:"to"`
	Channel     string  `json:"channel"`
	Status      string  `json:"status"`
	Valid       bool    `json:"valid"`
	Amount      *string `json:"amount"`
	Payee       *string `json:"payee"`
	SnaErrors   []any   `json:"sna_attempts_error_codes"`
	DateCreated string  `json:"date_created"`
	DateUpdated string  `json:"date_updated"`
}

// createCheck takes a guess. A wrong one, also the last, leaves the status
// pending; what comes after the last is told that none are left.
func (a *API) createCheck(w http.ResponseWriter, r *http.Request, c compat.Caller) error {
	s, err := a.service(r, c)
	if err != nil {
		return err
	}
	p, err := compat.ReadParams(r)
	if err != nil {
		return err
	}
	if !p.Has("Code") {
		return required("Code")
	}
	code, err := p.String("Code")
	if err != nil {
		return err
	}
	if typed, err := pinbell.ParseCode(code); err != nil || typed.Len() < pinbell.LooseCodeLength {
		return invalid("Code", "want 4 to 10 digits")
	}
	binding, err := payment(p)
	if err != nil {
		return err
	}
	v, err := a.checked(r, s, p)
	if err != nil {
		return err
	}
	if binding != v.Options.Binding && (binding == pinbell.Binding{}) {
		return noPayment()
	}
	v, approved, err := a.cfg.Verify.Check(r.Context(), verify.CheckRequest{ID: v.ID, Code: code, Binding: binding, Service: s.Profile})
	if err != nil {
		return err
	}
	view := a.show(r, c, s, v)
	answer := checkView{
		Sid: view.Sid, ServiceSid: view.ServiceSid, AccountSid: view.AccountSid, To: view.To, Channel: view.Channel,
		Status: "pending", Valid: approved, Amount: view.Amount, Payee: view.Payee, SnaErrors: []any{},
		DateCreated: view.DateCreated, DateUpdated: view.DateUpdated,
	}
	if approved {
		answer.Status = "approved"
	}
	return compat.WriteJSON(w, http.StatusOK, answer)
}

// checked finds the verification that a guess is for.
func (a *API) checked(r *http.Request, s service, p compat.Params) (pinbell.Verification, error) {
	to, err := p.String("To")
	if err != nil {
		return pinbell.Verification{}, err
	}
	sid, err := p.String("VerificationSid")
	if err != nil {
		return pinbell.Verification{}, err
	}
	if to == "" && sid == "" {
		return pinbell.Verification{}, fault(http.StatusBadRequest, codeNeither, "Neither 'To' nor 'VerificationSid' was provided")
	}
	var number pinbell.Number
	if to != "" {
		if number, err = parseTo(to); err != nil {
			return pinbell.Verification{}, err
		}
	}
	if sid == "" {
		return a.current(r.Context(), s, number)
	}
	if !isSid("VE", sid) {
		return pinbell.Verification{}, invalid("VerificationSid", "")
	}
	v, err := a.find(r.Context(), s, sid)
	if err == nil && to != "" && v.To.E164() != number.E164() {
		err = pinbell.ErrNotFound
	}
	return v, err
}
