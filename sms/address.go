package sms

import (
	"errors"
	"strings"

	"github.com/pinbell/pinbell/smpp"
)

// A Kind is how an address is marked: type of number and numbering plan.
type Kind struct {
	TON, NPI byte
}

// The kinds that carriers want where they do not say otherwise.
var (
	defaultAlphanumeric  = Kind{smpp.TONAlphanumeric, smpp.NPIUnknown}
	defaultShortCode     = Kind{smpp.TONNetwork, smpp.NPIUnknown}
	defaultInternational = Kind{smpp.TONInternational, smpp.NPIISDN}
)

// Bounds of senders. An alphanumeric one fills the 11 septets that a handset
// shows (3GPP TS 23.040 §9.1.2.5); short codes end where national numbers begin.
const (
	maxAlphanumeric = 11
	maxShortCode    = 8
	maxE164         = 15
)

var (
	errSenderCharacters = errors.New("sender: holds a character that a name of the GSM alphabet cannot")
	errSenderLength     = errors.New("sender: a name has at most 11 characters, a number 15 digits")
)

// source reads a sender: "+15550100" and long digits are international
// numbers, short digits a short code, anything else a name. "" leaves the
// sender to the carrier.
func (c *Carrier) source(from string) (smpp.Address, error) {
	digits, plus := strings.CutPrefix(from, "+")
	switch {
	case from == "":
		return smpp.Address{}, nil
	case allDigits(digits) && (plus || len(digits) > maxShortCode):
		if len(digits) > maxE164 {
			return smpp.Address{}, errSenderLength
		}
		return address(c.international, digits), nil
	case allDigits(from):
		return address(c.shortCode, from), nil
	}
	for _, r := range from {
		// The wire is ASCII; of that, what both alphabets have in the same place.
		if r < ' ' || r > 'z' || r == '@' || r == '$' || r == '`' || r >= '[' && r <= '_' {
			return smpp.Address{}, errSenderCharacters
		}
	}
	if len(from) > maxAlphanumeric {
		return smpp.Address{}, errSenderLength
	}
	return address(c.alphanumeric, from), nil
}

func address(k Kind, addr string) smpp.Address {
	return smpp.Address{TON: k.TON, NPI: k.NPI, Addr: addr}
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
