package twilio

import (
	"strings"

	"github.com/pinbell/pinbell"
)

// placeholder stands for the code while a wording is read.
const placeholder = "000000"

// wording is the template of a code message in a locale: what a message would
// say, with the placeholders put back.
func wording(l pinbell.Locale, branded bool) string {
	code, err := pinbell.ParseCode(placeholder)
	if err != nil {
		return ""
	}
	v := pinbell.Verification{Locale: l}
	if branded {
		v.Options.Brand = "{brand}"
	}
	text := pinbell.CodeMessage(v, pinbell.Service{}, code)
	return strings.Replace(text.Reveal(), placeholder, "{code}", 1) // no code is in it
}
