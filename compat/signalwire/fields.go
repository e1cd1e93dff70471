package signalwire

import (
	"slices"

	"github.com/pinbell/pinbell/compat"
)

// Fields says how each documented field is treated.
var Fields = slices.Concat(
	compat.On("POST /api/relay/rest/mfa/sms", fieldsOf("up to 149 characters: one segment with the code")...),
	compat.On("POST /api/relay/rest/mfa/call", fieldsOf("up to 393 bytes; said before the code, twice")...),
	compat.On("POST /api/relay/rest/mfa/{id}/verify",
		compat.Supports("token", "`success` is false for a wrong one; 404 when there is none to compare it with any more"),
	),
	compat.On("POST /request-auth",
		compat.Supports("number", "with or without `+`; in the body only"),
	),
	compat.On("POST /validate-auth",
		compat.Supports("number", "as above"),
		compat.Supports("auth_code", "in the body only; in the address: 400, and no guess is charged"),
	),
	compat.On("GET /call_2fa", compat.Refuses("", "404: the sample's document tells the code to whoever asks")),
)

// fieldsOf are those of a request for a code; message is what may be said.
func fieldsOf(message string) []compat.FieldRule {
	return []compat.FieldRule{
		compat.Supports("to", "E.164"),
		compat.Supports("from", "the carrier's own where it is left out"),
		compat.Supports("from_", "the same: some clients send it so"),
		compat.Supports("message", message+"; must not hold `{` or `}`"),
		compat.Supports("token_length", "6 to 10, and 4 or 5 where the profile allows it; 11 to 20: 422. Default: the profile's"),
		compat.Supports("max_attempts", "1 to 5, and up to 20 where the profile allows it. Default: the profile's"),
		compat.Supports("valid_for", "30 to 600 seconds, and up to 604800 where the profile allows it; 0: 422. Default: the profile's"),
		compat.Refuses("allow_alphas", "true: 422, codes are digits; false is accepted"),
		compat.Refuses("allow_alpha", "the same"),
	}
}
