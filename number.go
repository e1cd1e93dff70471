package pinbell

import (
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// A Number is a phone number in E.164 form that could exist. It prints masked
// in fmt, JSON and slog; [Number.E164] shows it. Numbers are comparable.
type Number struct {
	e164    string
	country string
	line    LineType
}

// LineType says what kind of line a number belongs to, as far as its digits tell.
type LineType string

// Line types, after libphonenumber's. Satellite numbers count there as mobile;
// rules must look at the country, which is "001" for them.
const (
	LineUnknown       LineType = "unknown"
	LineMobile        LineType = "mobile"
	LineFixed         LineType = "fixed"
	LineFixedOrMobile LineType = "fixed_or_mobile"
	LineVoIP          LineType = "voip"
	LineTollFree      LineType = "toll_free"
	LinePremium       LineType = "premium"
	LineShared        LineType = "shared_cost"
	LinePersonal      LineType = "personal"
	LinePager         LineType = "pager"
	LineUAN           LineType = "uan"
	LineVoicemail     LineType = "voicemail"
)

var lineTypes = map[phonenumbers.PhoneNumberType]LineType{
	phonenumbers.MOBILE: LineMobile, phonenumbers.FIXED_LINE: LineFixed, phonenumbers.FIXED_LINE_OR_MOBILE: LineFixedOrMobile,
	phonenumbers.VOIP: LineVoIP, phonenumbers.TOLL_FREE: LineTollFree, phonenumbers.PREMIUM_RATE: LinePremium,
	phonenumbers.SHARED_COST: LineShared, phonenumbers.PERSONAL_NUMBER: LinePersonal, phonenumbers.PAGER: LinePager,
	phonenumbers.UAN: LineUAN, phonenumbers.VOICEMAIL: LineVoicemail,
}

// maxNumberInput bounds what is worth parsing: 15 digits, separators, an extension nobody can dial.
const maxNumberInput = 40

// ParseNumber reads a number in international form ("+81 80-5469-5209"), or in
// the national form of a country when one is given (ISO 3166-1, "JP"). The
// error is a [*NumberError] and says in words what is wrong.
func ParseNumber(s, country string) (Number, error) {
	country = strings.ToUpper(country)
	if err := precheckNumber(s, country); err != nil {
		return Number{}, err
	}
	parsed, err := phonenumbers.Parse(s, country)
	if err != nil {
		return Number{}, &NumberError{Reason: parseReason(err)}
	}
	if parsed.GetExtension() != "" {
		return Number{}, &NumberError{Reason: "extensions cannot be dialled"}
	}
	if !phonenumbers.IsValidNumber(parsed) && !fictional(parsed) {
		return Number{}, &NumberError{Reason: invalidReason(parsed)}
	}
	line, ok := lineTypes[phonenumbers.GetNumberType(parsed)]
	if !ok {
		line = LineUnknown
	}
	region := phonenumbers.GetRegionCodeForNumber(parsed)
	if region == "" {
		region = phonenumbers.GetRegionCodeForCountryCode(int(parsed.GetCountryCode()))
	}
	return Number{e164: phonenumbers.Format(parsed, phonenumbers.E164), country: region, line: line}, nil
}

// RestoreNumber takes back what [Number.E164], Country and Line gave, from a
// store, without parsing it again.
func RestoreNumber(e164, country string, line LineType) Number {
	return Number{e164: e164, country: country, line: line}
}

func precheckNumber(s, country string) error {
	switch {
	case strings.TrimSpace(s) == "":
		return &NumberError{Reason: "is empty"}
	case len(s) > maxNumberInput:
		return &NumberError{Reason: "is too long for a phone number"}
	case country != "" && (len(country) != 2 || phonenumbers.GetCountryCodeForRegion(country) == 0):
		return Invalid("country", "is not a country of ISO 3166-1, as in US")
	case country == "" && !strings.HasPrefix(strings.TrimSpace(s), "+"):
		return &NumberError{Reason: "has no country: write it with + and the country code, or name the country"}
	}
	for _, r := range s {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return &NumberError{Reason: "holds letters"}
		}
		if r < 0x20 || r == 0x7f {
			return &NumberError{Reason: "holds control characters"}
		}
	}
	return nil
}

func parseReason(err error) string {
	switch {
	case errors.Is(err, phonenumbers.ErrInvalidCountryCode):
		return "its country code does not exist"
	case errors.Is(err, phonenumbers.ErrTooShortAfterIDD), errors.Is(err, phonenumbers.ErrTooShortNSN):
		return "is too short"
	case errors.Is(err, phonenumbers.ErrNumTooLong):
		return "is too long"
	}
	return "is not a phone number"
}

func invalidReason(n *phonenumbers.PhoneNumber) string {
	where := "the country of +" + strconv.Itoa(int(n.GetCountryCode()))
	if region := phonenumbers.GetRegionCodeForCountryCode(int(n.GetCountryCode())); region != "" && region != "ZZ" && region != "001" {
		where = region
	}
	switch phonenumbers.IsPossibleNumberWithReason(n) {
	case phonenumbers.TOO_SHORT:
		return "is too short for a number in " + where
	case phonenumbers.TOO_LONG:
		return "is too long for a number in " + where
	}
	return "cannot exist in " + where
}

// fictional accepts numbers that a country sets aside for films and examples,
// where libphonenumber calls them impossible: they ring nobody, and documents
// and tests are full of them. +1 NXX 555-01XX (NANPA), and 555 used as an area
// code in the examples of every API; +44 7700 900000-900999 (Ofcom).
func fictional(n *phonenumbers.PhoneNumber) bool {
	national := strconv.FormatUint(n.GetNationalNumber(), 10)
	switch n.GetCountryCode() {
	case 1:
		return len(national) == 10 && (strings.HasPrefix(national, "555") || national[3:8] == "55501") && national[0] > '1'
	case 44:
		return len(national) == 10 && strings.HasPrefix(national, "7700900")
	}
	return false
}

// E164 returns the number in full, as in "+818054695209". What it returns must
// not reach a log, error or metric.
func (n Number) E164() string { return n.e164 }

// Digits returns E164 without its "+".
func (n Number) Digits() string { return strings.TrimPrefix(n.e164, "+") }

// Country returns the ISO 3166-1 code of the country, or "001" for numbers of none.
func (n Number) Country() string { return n.country }

// Line returns the kind of line.
func (n Number) Line() LineType { return n.line }

// IsZero reports whether n is no number.
func (n Number) IsZero() bool { return n.e164 == "" }

// Masked shows the start and the last two digits: "+81********09".
func (n Number) Masked() string {
	const head, tail = 3, 2
	if len(n.e164) <= head+tail {
		return strings.Repeat("*", len(n.e164))
	}
	return n.e164[:head] + strings.Repeat("*", len(n.e164)-head-tail) + n.e164[len(n.e164)-tail:]
}

// String returns [Number.Masked].
func (n Number) String() string { return n.Masked() }

// Format writes [Number.Masked] for every verb.
func (n Number) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(n.Masked())) }

// MarshalText returns [Number.Masked]; encoding/json uses it.
func (n Number) MarshalText() ([]byte, error) { return []byte(n.Masked()), nil }

// LogValue returns [Number.Masked].
func (n Number) LogValue() slog.Value { return slog.StringValue(n.Masked()) }
