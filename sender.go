package pinbell

import "strings"

// Bounds of senders. An alphanumeric one fills the 11 septets that a handset
// shows (3GPP TS 23.040 §9.1.2.5); a number has the 15 digits of E.164.
const (
	maxSenderName   = 11
	maxSenderDigits = 15
	maxCallerID     = 64
)

// ValidateSender checks a sender or caller ID that a request brings, for a
// channel. "" is valid: the carrier's own. Errors are of the field "from".
func ValidateSender(ch Channel, from string) error {
	if ch == Voice {
		return validCallerID(from)
	}
	digits := strings.TrimPrefix(from, "+")
	switch {
	case from == "":
		return nil
	case digits != "" && strings.Trim(digits, "0123456789") == "":
		if len(digits) > maxSenderDigits {
			return Invalid("from", "is a number of more than %d digits", maxSenderDigits)
		}
		return nil
	case len(from) > maxSenderName:
		return Invalid("from", "is a name of more than %d characters", maxSenderName)
	}
	for _, r := range from {
		// What ASCII and the GSM alphabet have in the same place.
		if r < ' ' || r > 'z' || r == '@' || r == '$' || r == '`' || r >= '[' && r <= '_' {
			return Invalid("from", "holds a character that a sender cannot have")
		}
	}
	return nil
}

// validCallerID takes what can be the user part of a SIP address as it is.
func validCallerID(from string) error {
	if len(from) > maxCallerID {
		return Invalid("from", "is longer than %d characters", maxCallerID)
	}
	for i := range len(from) {
		c := from[i]
		if c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || strings.IndexByte("+-._*#", c) >= 0 {
			continue
		}
		return Invalid("from", "wants digits, letters and + - . _ only, for a call")
	}
	return nil
}
