package pinbell_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/pinbell/pinbell"
)

func TestParseNumber(t *testing.T) {
	for _, c := range []struct {
		in, country, want, region string
		line                      pinbell.LineType
	}{
		{"+15551234567", "", "+15551234567", "US", pinbell.LineUnknown}, // set aside for examples
		{"+1 (202) 555-0143", "", "+12025550143", "US", pinbell.LineFixedOrMobile},
		{"+81 80-5469-5209", "", "+818054695209", "JP", pinbell.LineMobile},
		{"080-5469-5209", "jp", "+818054695209", "JP", pinbell.LineMobile},
		{"+447700900123", "", "+447700900123", "GB", pinbell.LineUnknown},
		{"+442079460123", "", "+442079460123", "GB", pinbell.LineFixed},
		{"+870773123456", "", "+870773123456", "001", pinbell.LineMobile}, // satellite: the country tells
		{"+18765551234", "", "+18765551234", "JM", pinbell.LineMobile},
		{"  +31612345678 ", "", "+31612345678", "NL", pinbell.LineMobile},
	} {
		n, err := pinbell.ParseNumber(c.in, c.country)
		if err != nil {
			t.Errorf("ParseNumber(%q, %q): %v", c.in, c.country, err)
			continue
		}
		if n.E164() != c.want || n.Country() != c.region {
			t.Errorf("ParseNumber(%q) = %s in %s, want %s in %s", c.in, n.E164(), n.Country(), c.want, c.region)
		}
		if c.line != pinbell.LineUnknown && n.Line() != c.line {
			t.Errorf("ParseNumber(%q) is %s, want %s", c.in, n.Line(), c.line)
		}
	}
}

func TestParseNumberErrors(t *testing.T) {
	for _, c := range []struct{ in, country, want string }{
		{"", "", "is empty"},
		{"5551234567", "", "has no country"},
		{"+1555123", "", "too short"},
		{"+15551234567890", "", "too long"},
		{"+999123456789", "", "country code does not exist"},
		{"+1 911", "", "too short"},
		{"+1-800-FLOWERS", "", "letters"},
		{"+1555\r\n1234567", "", "control"},
		{strings.Repeat("+1", 30), "", "too long"},
		{"+12025550143;ext=12", "", "letters"},
		{"hello", "", "has no country"},
		{"12345678", "XX", "country"},
		{"+10000000000", "", "cannot exist"},
	} {
		n, err := pinbell.ParseNumber(c.in, c.country)
		if err == nil {
			t.Errorf("ParseNumber(%q) = %s, want an error", c.in, n.E164())
			continue
		}
		if !strings.Contains(err.Error(), c.want) {
			t.Errorf("ParseNumber(%q): %q, want it to say %q", c.in, err, c.want)
		}
		var number *pinbell.NumberError
		var field *pinbell.FieldError
		if !errors.As(err, &number) && !errors.As(err, &field) {
			t.Errorf("ParseNumber(%q): %T is neither a NumberError nor a FieldError", c.in, err)
		}
	}
}

func TestMasked(t *testing.T) {
	n, err := pinbell.ParseNumber("+818054695209", "")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := n.Masked(), "+81********09"; got != want {
		t.Errorf("Masked = %s, want %s", got, want)
	}
}

// FuzzParseNumber: what is accepted is E.164 and parses to itself.
func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"+15551234567", "+81 80-5469-5209", "080", "+44 7700 900123", "+", "+1;ext=5", "＋１２０２５５５０１４３"} {
		f.Add(s, "")
		f.Add(s, "JP")
	}
	f.Fuzz(func(t *testing.T, s, country string) {
		n, err := pinbell.ParseNumber(s, country)
		if err != nil {
			return
		}
		digits := n.Digits()
		if len(digits) < 4 || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" || !strings.HasPrefix(n.E164(), "+") {
			t.Fatalf("ParseNumber(%q, %q) = %q is not E.164", s, country, n.E164())
		}
		again, err := pinbell.ParseNumber(n.E164(), "")
		if err != nil || again != n {
			t.Fatalf("%q parses to %q, that to %q, %v", s, n.E164(), again.E164(), err)
		}
	})
}
