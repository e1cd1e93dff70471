package messagebird

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// lookupObject is a number as MessageBird writes it.
type lookupObject struct {
	Href          string            `json:"href"`
	CountryCode   string            `json:"countryCode"`
	CountryPrefix int               `json:"countryPrefix"`
	PhoneNumber   json.Number       `json:"phoneNumber"`
	Type          string            `json:"type"`
	Formats       map[string]string `json:"formats"`
	HLR           *struct{}         `json:"hlr"`
}

var lineTypes = map[pinbell.LineType]string{
	pinbell.LineMobile: "mobile", pinbell.LineFixed: "fixed line", pinbell.LineFixedOrMobile: "fixed line or mobile",
	pinbell.LineVoIP: "voip", pinbell.LineTollFree: "toll free", pinbell.LinePremium: "premium rate", pinbell.LineShared: "shared cost",
	pinbell.LinePersonal: "personal number", pinbell.LinePager: "pager", pinbell.LineUAN: "universal access number",
	pinbell.LineVoicemail: "voice mail", pinbell.LineUnknown: "unknown",
}

// lookup tells what a number's digits tell. Nobody is asked.
func (a *API) lookup(w http.ResponseWriter, r *http.Request, _ compat.Caller) error {
	text, country := r.PathValue("msisdn"), strings.ToUpper(r.URL.Query().Get("countryCode"))
	if country == "" {
		text = international(text)
	}
	number, err := pinbell.ParseNumber(text, country)
	if err != nil {
		if isField(err, "country") {
			return invalid("countryCode", "want a country of ISO 3166-1, as in NL")
		}
		return invalid("phoneNumber", "%s", strings.TrimPrefix(err.Error(), "number: "))
	}
	parsed, err := phonenumbers.Parse(number.E164(), "")
	if err != nil {
		return err
	}
	formats := map[string]string{}
	for name, format := range map[string]phonenumbers.PhoneNumberFormat{
		"e164": phonenumbers.E164, "international": phonenumbers.INTERNATIONAL, "national": phonenumbers.NATIONAL, "rfc3966": phonenumbers.RFC3966,
	} {
		formats[name] = phonenumbers.Format(parsed, format)
	}
	return compat.WriteJSON(w, http.StatusOK, lookupObject{
		Href: a.cfg.URL(r, "/lookup/"+number.Digits()), CountryCode: number.Country(), CountryPrefix: int(parsed.GetCountryCode()),
		PhoneNumber: json.Number(number.Digits()), Type: lineTypes[number.Line()], Formats: formats,
	})
}

// hlr is refused: no network is asked for a subscriber here.
func (a *API) hlr(http.ResponseWriter, *http.Request, compat.Caller) error {
	return refused("HLR look-ups are not offered here")
}
