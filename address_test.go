package pinbell_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/pinbell/pinbell"
)

func TestParseAddress(t *testing.T) {
	for in, want := range map[string]string{
		"sip:alice@example.net":       "sip:alice@example.net",
		"SIP:Alice@Example.NET:5080":  "sip:Alice@example.net:5080",
		"sip:+15550100@192.0.2.7":     "sip:+15550100@192.0.2.7",
		"sip:a_b.c-d*@h2.x--y.museum": "sip:a_b.c-d*@h2.x--y.museum",
		"sip:1@[2001:DB8:0::1]:5060":  "sip:1@[2001:db8::1]:5060",
		"sip:1@[::1]":                 "sip:1@[::1]",
		"sip:1@localhost":             "sip:1@localhost",
	} {
		got, err := pinbell.ParseAddress(in)
		if err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", in, got, err, want)
		}
		if again, err := pinbell.ParseAddress(got); err != nil || again != got {
			t.Errorf("%q is not its own canonical form: %q, %v", got, again, err)
		}
	}
}

func TestParseAddressErrors(t *testing.T) {
	for _, in := range []string{
		"", "sip", "sip:", "sip:@", "sip:a", "sip:a@", "sip:@h", "a@example.net", "sips:a@example.net", "tel:+15550100", "http://a@b",
		"sip:a:b@example.net", "sip:a@b@example.net", "sip:a@example.net;transport=tcp", "sip:a;x=y@example.net", "sip:a@example.net?Route=x",
		"sip:a%20@example.net", "sip:a@example.net\r\nRoute: <sip:evil>", "sip:a\r\n@example.net", "sip:a b@example.net", "sip:<a>@example.net",
		"sip:a,b@example.net", "sip:a#b@example.net", `sip:"a"@example.net`, "sip:a@example.net:", "sip:a@example.net:0", "sip:a@example.net:05060",
		"sip:a@example.net:65536", "sip:a@example.net:-1", "sip:a@example.net:+1", "sip:a@2130706433", "sip:a@1.2.3", "sip:a@1.2.3.256", "sip:a@0x7f000001",
		"sip:a@::1", "sip:a@[::1", "sip:a@[::1]x", "sip:a@[fe80::1%eth0]", "sip:a@[192.0.2.1]", "sip:a@-x.net", "sip:a@x-.net", "sip:a@x..net", "sip:a@.net",
		"sip:a@x.net.", "sip:é@example.net", "sip:a@exämple.net", "sip:" + strings.Repeat("a", 65) + "@example.net", "sip:a@" + strings.Repeat("x", 64) + ".net",
		"sip:a@" + strings.Repeat("x.", 127) + "net",
	} {
		got, err := pinbell.ParseAddress(in)
		var field *pinbell.FieldError
		if !errors.As(err, &field) || field.Field != "address" || got != "" {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
}
