package pinbell

import (
	"slices"
	"strings"
	"time"
)

// MaxBrand bounds a brand, in characters.
const MaxBrand = 30

// A Service is an application's profile: what its verifications are like where
// a request does not say.
type Service struct {
	Name            string
	Brand           string        // spoken by an engine and written in messages; "" leaves it out
	Channel         Channel       // of requests that name none
	Locale          Locale        // where neither request nor country tells; "" for [DefaultLocale]
	CodeLength      int           // 0 for [DefaultCodeLength]
	TTL             time.Duration // 0 for [DefaultTTL]
	MaxChecks       int           // 0 for [DefaultMaxChecks]
	Template        string        // of messages; "" for the locale's own
	AllowCustomCode bool          // requests may bring their own code
	WebOTPHost      string        // "@host #code" is the last line of messages
	AppHash         string        // Android SMS Retriever's hash, last in messages

	// What the service allows to requests that come through the API of another
	// vendor, where that promises more than is safe: codes as short, lives as
	// long and as many checks as this. 0 for the bounds that all others have.
	LooseCodeLength int
	LooseTTL        time.Duration
	LooseMaxChecks  int

	// Machine is what calls without a confirmation do that a machine answers.
	// Defaults to [MachineHangUp].
	Machine MachineAction

	MediaHosts   []string // that calls may play recordings from: "cdn.example", "http://host:port"; none for none
	SIPAddresses bool     // calls may go to SIP addresses as well as to numbers
}

// WithDefaults fills what is left empty.
func (s Service) WithDefaults() Service {
	if s.Channel == "" {
		s.Channel = SMS
	}
	if s.Locale == "" {
		s.Locale = DefaultLocale
	}
	if s.CodeLength == 0 {
		s.CodeLength = DefaultCodeLength
	}
	if s.TTL == 0 {
		s.TTL = DefaultTTL
	}
	if s.MaxChecks == 0 {
		s.MaxChecks = DefaultMaxChecks
	}
	if s.Machine == "" {
		s.Machine = MachineHangUp
	}
	return s
}

// Validate checks the profile against the bounds every verification has.
func (s Service) Validate() error {
	switch {
	case s.LooseCodeLength != 0 && (s.LooseCodeLength < LooseCodeLength || s.LooseCodeLength > MinCodeLength):
		return Invalid("loose_code_length", "want %d to %d", LooseCodeLength, MinCodeLength)
	case s.LooseTTL < 0 || s.LooseTTL > LooseTTL:
		return Invalid("loose_ttl", "want up to %s", LooseTTL)
	case s.LooseMaxChecks < 0 || s.LooseMaxChecks > LooseMaxChecks:
		return Invalid("loose_max_checks", "want up to %d", LooseMaxChecks)
	case s.CodeLength < MinCodeLength || s.CodeLength > MaxCodeLength:
		return Invalid("code_length", "want %d to %d", MinCodeLength, MaxCodeLength)
	case s.TTL < MinTTL || s.TTL > MaxTTL:
		return Invalid("ttl", "want 30s to 10m")
	case s.Machine.validate() != nil:
		return s.Machine.validate()
	case s.MaxChecks < 1 || s.MaxChecks > MaxMaxChecks:
		return Invalid("max_checks", "want 1 to %d", MaxMaxChecks)
	case slices.ContainsFunc(s.MediaHosts, func(h string) bool { return ValidateMediaHost(h) != nil }):
		return ValidateMediaHost("")
	case len([]rune(s.Brand)) > MaxBrand:
		return Invalid("brand", "is longer than %d characters", MaxBrand)
	case strings.ContainsFunc(s.WebOTPHost, func(r rune) bool { return r <= ' ' || r == '@' || r == '#' || r == '/' }):
		return Invalid("webotp_host", "want a host name, as in acme.example")
	case s.WebOTPHost != "" && s.AppHash != "":
		return Invalid("webotp_host", "and app_hash both want the last line of a message: set one")
	}
	return ValidateTemplate(s.Template)
}
