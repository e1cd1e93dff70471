package playlist

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// A recipient is a number or a SIP address.
type recipient struct {
	to   string
	bare bool // a number that came without its plus, and is answered so
}

// readRecipients reads who is called: to, or a list of recipients.
func readRecipients(p compat.Params) ([]recipient, error) {
	if p.Has("to") == p.Has("recipients") {
		return nil, pinbell.Invalid("to", "want either to or recipients")
	}
	if p.Has("to") {
		r, err := readRecipient(p, "to")
		return []recipient{r}, err
	}
	list, err := p.Objects("recipients")
	if err != nil {
		return nil, err
	}
	found := make([]recipient, len(list))
	for i, object := range list {
		if found[i], err = readRecipient(object, fmt.Sprintf("recipients[%d].to", i)); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// readRecipient checks a recipient as far as naming the faulty one of several
// takes; whether a SIP address may be called is the service's to say.
func readRecipient(p compat.Params, name string) (recipient, error) {
	s, err := p.String("to")
	if err != nil {
		return recipient{}, pinbell.Invalid(name, "want text")
	}
	if strings.HasPrefix(strings.ToLower(s), "sip:") {
		if _, err := pinbell.ParseAddress(s); err != nil {
			return recipient{}, pinbell.Invalid(name, "%s", compat.FaultOf(err).Fields[0].Detail)
		}
		return recipient{to: s}, nil
	}
	r := recipient{to: s}
	if s != "" && !strings.HasPrefix(s, "+") {
		r = recipient{to: "+" + s, bare: true}
	}
	if _, err := pinbell.ParseNumber(r.to, ""); err != nil {
		return recipient{}, pinbell.Invalid(name, "%s", compat.FaultOf(err).Fields[0].Detail)
	}
	return r, nil
}

// maxFrom bounds a caller ID.
const maxFrom = 64

// readFrom reads the caller ID, which has to be the user part of a SIP address.
func readFrom(p compat.Params) (string, error) {
	s, err := p.String("from")
	if err != nil {
		return "", err
	}
	for _, r := range s {
		if r >= utf8.RuneSelf || !strings.ContainsRune("+-._*#", r) && !isAlphanumeric(byte(r)) {
			return "", pinbell.Invalid("from", "want letters, digits and + - . _ * # only")
		}
	}
	if len(s) > maxFrom {
		return "", pinbell.Invalid("from", "is longer than %d characters", maxFrom)
	}
	return s, nil
}

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}
