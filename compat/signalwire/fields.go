package signalwire

import "github.com/pinbell/pinbell/compat"

// Endpoints, as the table of fields names them.
const (
	endSMS      = "POST /api/relay/rest/mfa/sms"
	endCall     = "POST /api/relay/rest/mfa/call"
	endVerify   = "POST /api/relay/rest/mfa/{id}/verify"
	endRequest  = "POST /request-auth"
	endValidate = "POST /validate-auth"
	endDocument = "GET /call_2fa"
)

// Fields says how each documented field is treated.
var Fields = append(append(fieldsOf(endSMS, "up to 149 characters: one segment with the code"), fieldsOf(endCall, "up to 393 bytes; said before the code, twice")...),
	compat.FieldRule{Endpoint: endVerify, Name: "token", Treatment: compat.Supported, Note: "`success` is false for a wrong one; 404 when there is none to compare it with any more"},
	compat.FieldRule{Endpoint: endRequest, Name: "number", Treatment: compat.Supported, Note: "with or without `+`; in the body only"},
	compat.FieldRule{Endpoint: endValidate, Name: "number", Treatment: compat.Supported, Note: "as above"},
	compat.FieldRule{Endpoint: endValidate, Name: "auth_code", Treatment: compat.Supported, Note: "in the body only; in the address: 400, and no guess is charged"},
	compat.FieldRule{Endpoint: endDocument, Treatment: compat.Refused, Note: "404: the sample's document tells the code to whoever asks"},
)

func fieldsOf(endpoint, message string) []compat.FieldRule {
	return []compat.FieldRule{
		{Endpoint: endpoint, Name: "to", Treatment: compat.Supported, Note: "E.164"},
		{Endpoint: endpoint, Name: "from", Treatment: compat.Supported, Note: "the carrier's own where it is left out"},
		{Endpoint: endpoint, Name: "from_", Treatment: compat.Supported, Note: "the same: some clients send it so"},
		{Endpoint: endpoint, Name: "message", Treatment: compat.Supported, Note: message + "; must not hold `{` or `}`"},
		{Endpoint: endpoint, Name: "token_length", Treatment: compat.Supported, Note: "6 to 10, and 4 or 5 where the profile allows it; 11 to 20: 422. Default: the profile's"},
		{Endpoint: endpoint, Name: "max_attempts", Treatment: compat.Supported, Note: "1 to 5, and up to 20 where the profile allows it. Default: the profile's"},
		{Endpoint: endpoint, Name: "valid_for", Treatment: compat.Supported, Note: "30 to 600 seconds, and up to 604800 where the profile allows it; 0: 422. Default: the profile's"},
		{Endpoint: endpoint, Name: "allow_alphas", Treatment: compat.Refused, Note: "true: 422, codes are digits; false is accepted"},
		{Endpoint: endpoint, Name: "allow_alpha", Treatment: compat.Refused, Note: "the same"},
	}
}
