package twilio

import (
	"net/http"
	"slices"
	"strings"

	"github.com/pinbell/pinbell/compat"
)

// The one template there is: the wordings that come with the server.

func templateSid() string { return compat.HexOf("HJ", "default") }

type templateView struct {
	Sid          string                 `json:"sid"`
	AccountSid   string                 `json:"account_sid"`
	FriendlyName string                 `json:"friendly_name"`
	Channels     []string               `json:"channels"`
	Translations map[string]translation `json:"translations"`
}

type translation struct {
	Default bool   `json:"is_default_translation"`
	Status  string `json:"status"`
	Locale  string `json:"locale"`
	Text    string `json:"text"`
	Updated string `json:"date_updated"`
	Created string `json:"date_created"`
}

func (a *API) listTemplates(w http.ResponseWriter, r *http.Request, c compat.Caller) error {
	const friendly = "Built-in wordings"
	all := []templateView{}
	if wanted := r.URL.Query().Get("FriendlyName"); wanted == "" || strings.EqualFold(wanted, friendly) {
		all = append(all, templateView{Sid: templateSid(), AccountSid: c.Account, FriendlyName: friendly, Channels: []string{"sms", "voice"}, Translations: a.translations()})
	}
	return list(a, w, r, "templates", all)
}

// translations are the wordings by the vendor's locales.
func (a *API) translations() map[string]translation {
	vendor := strings.NewReplacer("{code}", "{{code}}", "{brand}", "{{friendly_name}}")
	found := map[string]translation{}
	more := []string{"en-GB", "pt-BR", "zh-CN", "zh-TW"}
	for theirs := range locales {
		more = append(more, theirs)
	}
	for _, theirs := range slices.Compact(slices.Sorted(slices.Values(more))) {
		if l, err := localeOf(theirs); err == nil {
			text := vendor.Replace(wording(l, true))
			found[theirs] = translation{Default: theirs == "en", Status: "approved", Locale: theirs, Text: text, Updated: stamp(a.started), Created: stamp(a.started)}
		}
	}
	return found
}
