package twilio

import (
	"net/http"
	"strings"

	"github.com/pinbell/pinbell/compat"
)

// A serviceView is a service as it is answered.
type serviceView struct {
	Sid                string            `json:"sid"`
	AccountSid         string            `json:"account_sid"`
	FriendlyName       string            `json:"friendly_name"`
	CodeLength         int               `json:"code_length"`
	LookupEnabled      bool              `json:"lookup_enabled"`
	Psd2Enabled        bool              `json:"psd2_enabled"`
	SkipSmsToLandlines bool              `json:"skip_sms_to_landlines"`
	DtmfInputRequired  bool              `json:"dtmf_input_required"`
	TtsName            *string           `json:"tts_name"`
	DoNotShare         bool              `json:"do_not_share_warning_enabled"`
	CustomCodeEnabled  bool              `json:"custom_code_enabled"`
	Push               push              `json:"push"`
	Totp               totp              `json:"totp"`
	DefaultTemplateSid *string           `json:"default_template_sid"`
	Whatsapp           whatsapp          `json:"whatsapp"`
	Passkeys           passkeys          `json:"passkeys"`
	Events             bool              `json:"verify_event_subscription_enabled"`
	DateCreated        string            `json:"date_created"`
	DateUpdated        string            `json:"date_updated"`
	URL                string            `json:"url"`
	Links              map[string]string `json:"links"`
}

type passkeys struct {
	RelyingParty relyingParty `json:"relying_party"`
}

type relyingParty struct {
	ID      *string  `json:"id"`
	Name    *string  `json:"name"`
	Origins []string `json:"origins"`
}

func (a *API) showService(r *http.Request, c compat.Caller, s service) serviceView {
	url := a.cfg.URL(r, "/v2/Services/"+s.Sid)
	return serviceView{
		Sid: s.Sid, AccountSid: c.Account, FriendlyName: s.FriendlyName, CodeLength: s.CodeLength,
		LookupEnabled: s.LookupEnabled, Psd2Enabled: s.Psd2, SkipSmsToLandlines: s.SkipLandlines, DtmfInputRequired: s.DtmfInput,
		TtsName: compat.OrNull(s.TtsName), DoNotShare: s.DoNotShare, CustomCodeEnabled: s.CustomCode, Push: s.Push, Totp: s.Totp,
		DefaultTemplateSid: compat.OrNull(s.TemplateSid), Whatsapp: s.Whatsapp,
		Passkeys: passkeys{relyingParty{compat.OrNull(s.PasskeysParty), compat.OrNull(s.PasskeysName), origins(s.PasskeysOrigin)}},
		Events:   s.Events, DateCreated: stamp(s.Created), DateUpdated: stamp(s.Updated), URL: url, Links: links(url),
	}
}

// origins splits the list that the vendor takes as one text.
func origins(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}
