package handset

import "strings"

// Digits of a number that can be dialled, E.164 §6.2.1 with room for short codes.
const (
	minDialled  = 3
	maxDialled  = 15
	maxIdentity = 64
)

// dialled brings a number of a SIP URI, an SMPP address or a query into one
// form, "+15551234567". A "+" that a query turned into a space, and marks
// between the digits, do not matter. ok is false where there is no number.
func dialled(s string) (number string, ok bool) {
	s, _, _ = strings.Cut(s, ";") // sip:+1555…;phone-context=…@host
	digits := make([]byte, 1, maxDialled+1)
	digits[0] = '+'
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			if len(digits) > maxDialled {
				return "", false
			}
			digits = append(digits, c)
		case strings.IndexByte("+ -.()", c) < 0:
			return "", false
		}
	}
	return string(digits), len(digits) > minDialled
}

// identity is who a call or message says it is from, fit to be shown.
func identity(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\uFFFD' {
			return -1
		}
		return r
	}, s)
	if len(s) > maxIdentity {
		s = strings.ToValidUTF8(s[:maxIdentity], "")
	}
	return s
}

// codeIn returns the first run of 4 to 10 digits in a message.
func codeIn(text string) string {
	start := -1
	for i := 0; i <= len(text); i++ {
		if i < len(text) && text[i] >= '0' && text[i] <= '9' {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 && i-start >= minDigits && i-start <= maxDigits {
			return text[start:i]
		}
		start = -1
	}
	return ""
}
