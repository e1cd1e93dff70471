package api

import (
	"fmt"
	"strings"
	"time"
)

// Problem codes: what a program may branch on.
const (
	CodeInvalidRequest       = "invalid_request"
	CodeInvalidNumber        = "invalid_number"
	CodeUnsupportedChannel   = "unsupported_channel"
	CodeUnauthorized         = "unauthorized"
	CodeForbidden            = "forbidden"
	CodeNotFound             = "not_found"
	CodeConflict             = "conflict"
	CodeRateLimited          = "rate_limited"
	CodeCountryBlocked       = "country_blocked"
	CodeNumberBlocked        = "number_blocked"
	CodePrefixBlocked        = "prefix_blocked"
	CodeNoCarrier            = "no_carrier"
	CodeUnavailable          = "unavailable"
	CodeVerificationExpired  = "verification_expired"
	CodeVerificationApproved = "verification_approved"
	CodeVerificationCanceled = "verification_canceled"
	CodeVerificationFailed   = "verification_failed"
	CodeVerificationBlocked  = "verification_blocked"
	CodeVerificationChecks   = "verification_max_checks"
	CodeVerificationKeyed    = "verification_keyed" // the code is keyed in the call and nowhere else
)

// Problem is an error answer (RFC 9457, application/problem+json).
type Problem struct {
	Type   string       `json:"type"`
	Title  string       `json:"title"`
	Status int          `json:"status"`
	Detail string       `json:"detail"`
	Code   string       `json:"code"`
	Errors []FieldError `json:"errors,omitempty"`
	// RetryAfter is the answer's Retry-After header; it is not in the body.
	RetryAfter time.Duration `json:"-"`
	// Allow lists the methods of a path that was asked by another; as above.
	Allow []string `json:"-"`
}

// FieldError names a field of the request and what is wrong with it.
type FieldError struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// Error is the detail, with the fields that it does not speak of.
func (p *Problem) Error() string {
	text := p.Detail
	if text == "" {
		text = p.Title
	}
	sep := ": "
	for _, e := range p.Errors {
		if strings.Contains(p.Detail, e.Detail) { // it is said already
			continue
		}
		text += fmt.Sprintf("%s%s %s", sep, e.Field, e.Detail)
		sep = "; "
	}
	return fmt.Sprintf("%s (%d %s)", text, p.Status, p.Code)
}
