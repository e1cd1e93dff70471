package voice

import (
	"strings"
	"unicode/utf8"

	"github.com/emiago/sipgo/sip"

	"github.com/pinbell/pinbell"
)

// An Identity is what calls say about who calls, besides the caller ID in From.
// Its zero value says nothing more.
type Identity struct {
	// DisplayName stands before the caller ID, where phones show one. Defaults
	// to none.
	DisplayName string
	// Assert names the caller ID to a trunk that trusts us, as
	// P-Asserted-Identity (RFC 3325 §9.1).
	Assert bool
	// Withhold hides the caller ID from the person: From is anonymous, the trunk
	// alone hears the number, as P-Asserted-Identity, and is asked for its privacy
	// (RFC 3323 §4.2, RFC 3325 §9.3).
	Withhold bool
	// Diversion names a number that calls were diverted from (RFC 5806), for
	// trunks that take other caller IDs from its owner only. Defaults to none.
	Diversion string
	// Signing has calls signed (STIR/SHAKEN). Defaults to not.
	Signing Signing
}

// anonymous is the caller ID of calls that have none.
const anonymous = "anonymous"

// maxDisplayName bounds what a phone would cut short in any case.
const maxDisplayName = 64

func (i Identity) validate() error {
	if err := checkText("display_name", i.DisplayName); err != nil {
		return err
	}
	if !utf8.ValidString(i.DisplayName) || len(i.DisplayName) > maxDisplayName || strings.ContainsAny(i.DisplayName, `"\<>`) {
		return pinbell.Invalid("display_name", `want %d bytes at most, without " \ < >`, maxDisplayName)
	}
	if i.Diversion != "" {
		if err := checkUser("diversion", i.Diversion); err != nil {
			return err
		}
	}
	return nil
}

// A caller is who one call says that it comes from.
type caller struct {
	id       string // user part of the caller ID
	host     string // our domain
	to       string // the number called, in digits; empty for an address
	identity Identity
	signer   *signer
}

// from returns the header of that name, without its tag.
func (c caller) from() *sip.FromHeader {
	if c.identity.Withhold {
		// RFC 3323 §4.1.1
		return &sip.FromHeader{DisplayName: "Anonymous", Address: sip.Uri{Scheme: "sip", User: anonymous, Host: "anonymous.invalid"}}
	}
	return &sip.FromHeader{DisplayName: c.identity.DisplayName, Address: sip.Uri{Scheme: "sip", User: c.id, Host: c.host}}
}

// identify adds to an INVITE who calls. Each try is signed anew, since a
// signature is good for a minute.
func (c caller) identify(req *sip.Request) error {
	if (c.identity.Assert || c.identity.Withhold) && c.id != anonymous {
		req.AppendHeader(sip.NewHeader("P-Asserted-Identity", "<"+c.uri(c.id)+">"))
	}
	if c.identity.Withhold {
		req.AppendHeader(sip.NewHeader("Privacy", "id"))
	}
	if from := c.identity.Diversion; from != "" {
		req.AppendHeader(sip.NewHeader("Diversion", "<"+c.uri(from)+">;reason=unconditional;counter=1"))
	}
	if c.signer == nil {
		return nil
	}
	return c.signer.sign(req, c.id, c.to)
}

func (c caller) uri(user string) string {
	uri := sip.Uri{Scheme: "sip", User: user, Host: c.host}
	return uri.String()
}
