package pinbell_test

import (
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/smpp"
)

func codeOf(t *testing.T, digits string) pinbell.Code {
	t.Helper()
	c, err := pinbell.ParseCode(digits)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestMessageFitsOneSegment holds the wording of every locale to one SMS, with
// a long brand and a code of ten digits.
func TestMessageFitsOneSegment(t *testing.T) {
	for _, l := range strings.Fields(`ar-XA bg-BG cs-CZ da-DK de-DE el-GR en-US en-GB es-ES es-MX fi-FI fr-FR hi-IN hr-HR hu-HU id-ID is-IS
		it-IT ja-JP ko-KR ms-MY nb-NO nl-NL pl-PL pt-PT pt-BR ro-RO ru-RU sk-SK sv-SE th-TH tr-TR uk-UA vi-VN yue-CN zh-CN zh-TW`) {
		locale := pinbell.Locale(l)
		if !locale.Written() {
			t.Errorf("%s has no wording", l)
			continue
		}
		for _, brand := range []string{"", "Acme Brands"} {
			text := pinbell.CodeMessage(pinbell.Verification{Locale: locale, Options: pinbell.Options{Brand: brand}}, pinbell.Service{}, codeOf(t, "0123456789")).Reveal()
			if n := len(smpp.EncodeText(text).Parts); n != 1 {
				t.Errorf("%s takes %d segments: %s", l, n, text)
			}
			if !strings.Contains(text, "0123456789") || !strings.Contains(text, brand) || strings.ContainsAny(text, "{}") {
				t.Errorf("%s: %s", l, text)
			}
		}
	}
	if pinbell.Locale("xx-YY").Written() {
		t.Error("an unknown language is written")
	}
}

func TestCodeMessage(t *testing.T) {
	now := time.Now()
	v := pinbell.Verification{Locale: "en-US", CreatedAt: now, ExpiresAt: now.Add(150 * time.Second)}
	for name, c := range map[string]struct {
		options pinbell.Options
		service pinbell.Service
		want    string
	}{
		"the locale's own": {want: "Your code is 012345. Don't share it with anyone."},
		"with a brand":     {options: pinbell.Options{Brand: "Acme"}, want: "Acme: your code is 012345. Don't share it with anyone."},
		"the service's":    {service: pinbell.Service{Template: "S {code}"}, want: "S 012345"},
		"the request's":    {options: pinbell.Options{Template: "R {code}, {ttl} min"}, service: pinbell.Service{Template: "S {code}"}, want: "R 012345, 3 min"},
		"a payment": {options: pinbell.Options{Binding: pinbell.Binding{Payee: "Shop", Amount: "EUR 5"}, Template: "{code}."},
			want: "012345. EUR 5 Shop"},
		"a payment in the template": {options: pinbell.Options{Binding: pinbell.Binding{Payee: "Shop", Amount: "EUR 5"}, Template: "{code} pays {amount} to {payee}"},
			want: "012345 pays EUR 5 to Shop"},
		"for autofill":               {options: pinbell.Options{Template: "{code}"}, service: pinbell.Service{WebOTPHost: "acme.example"}, want: "012345\n@acme.example #012345"},
		"for Android":                {options: pinbell.Options{Template: "{code}"}, service: pinbell.Service{AppHash: "FA+9qCX9VSu"}, want: "012345\nFA+9qCX9VSu"},
		"a brand like a placeholder": {options: pinbell.Options{Brand: "{code}", Template: "{brand}: {code}"}, want: "{code}: 012345"},
	} {
		v.Options = c.options
		if got := pinbell.CodeMessage(v, c.service, codeOf(t, "012345")).Reveal(); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestValidateTemplate(t *testing.T) {
	for template, ok := range map[string]bool{
		"": true, "{code}": true, "{brand} {code} {ttl} {payee} {amount}": true, "line\n{code}": true,
		"none": false, "{code} {code}": false, "{code} {name}": false, "{code} {": false, "{code}\r": false, "{code}\x00": false,
		"{code}" + strings.Repeat("x", 400): false,
	} {
		if err := pinbell.ValidateTemplate(template); (err == nil) != ok {
			t.Errorf("ValidateTemplate(%.20q) = %v", template, err)
		}
	}
}
