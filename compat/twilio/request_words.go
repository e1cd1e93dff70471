package twilio

import (
	"net/http"
	"strings"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// readWords reads what shapes the message.
func (st *start) readWords(p compat.Params, _ service) (err error) {
	if st.Brand, err = text(p, "CustomFriendlyName", maxText); err != nil {
		return err
	}
	theirs, err := text(p, "Locale", maxText)
	if err != nil {
		return err
	}
	l, err := localeOf(theirs)
	if err != nil {
		return err
	}
	st.Locale = string(l)
	template, err := text(p, "TemplateSid", maxText)
	if err != nil {
		return err
	}
	if template != "" && template != templateSid() {
		return invalid("TemplateSid", "there is no such template")
	}
	hash, err := text(p, "AppHash", maxText)
	if err != nil {
		return err
	}
	if hash != "" && !compat.IsAppHash(hash) {
		return invalid("AppHash", "want 11 characters")
	}
	if st.Channel == pinbell.SMS {
		st.appHash = hash
	}
	for name, refusal := range map[string]string{
		"CustomMessage": "Custom message not allowed", "SendDigits": "SendDigits is not supported", "Templates": "Templates is not supported",
	} {
		if p.Has(name) {
			return unsupported(refusal)
		}
	}
	return nil
}

// readCode reads a code of the caller's own.
func (st *start) readCode(p compat.Params, s service) error {
	st.CodeLength = s.CodeLength
	if !p.Has("CustomCode") {
		return nil
	}
	code, err := text(p, "CustomCode", maxText)
	if err != nil {
		return err
	}
	if strings.Trim(code, "0123456789") != "" {
		return invalid("CustomCode", "may hold digits only")
	}
	st.Code, st.CodeLength = &code, 0
	return nil
}

// readPayment reads the payment that a code is bound to.
func (st *start) readPayment(p compat.Params, s service) (err error) {
	st.Binding, err = payment(p)
	if err == nil && s.Psd2 && st.Binding == (pinbell.Binding{}) {
		err = noPayment()
	}
	return err
}

// payment reads Amount and Payee, of which neither goes without the other.
func payment(p compat.Params) (b pinbell.Binding, err error) {
	if b.Amount, err = text(p, "Amount", maxText); err != nil {
		return b, err
	}
	if b.Payee, err = text(p, "Payee", maxText); err != nil {
		return b, err
	}
	if (b.Amount == "") != (b.Payee == "") {
		err = noPayment()
	}
	return b, err
}

func noPayment() error {
	return fault(http.StatusBadRequest, codePayment, "'Amount' & 'Payee' params are required")
}

// addHash makes the app's hash the last line of the message, unless the profile
// has a last line of its own.
func (st *start) addHash(profile pinbell.Service) {
	if profile.WebOTPHost != "" || profile.AppHash != "" {
		st.appHash = ""
	}
	if st.appHash == "" {
		return
	}
	words := profile.Template
	if words == "" {
		l := written(pinbell.Locale(st.Locale), st.number, profile)
		words = wording(l, profile.Brand != "" || st.Brand != "")
	}
	st.Template = words + "\n" + st.appHash
}
