package vonage

import "github.com/pinbell/pinbell/compat"

const (
	startEndpoint     = "POST /v2/verify"
	checkEndpoint     = "POST /v2/verify/{id}"
	nextEndpoint      = "POST /v2/verify/{id}/next_workflow"
	cancelEndpoint    = "DELETE /v2/verify/{id}"
	redirectEndpoint  = "GET /v2/verify/{id}/silent-auth/redirect"
	templatesEndpoint = "POST /v2/verify/templates"
	templateEndpoint  = "PATCH /v2/verify/templates/{id}"
	listEndpoint      = "GET /v2/verify/templates"
	fragmentsEndpoint = "POST /v2/verify/templates/{id}/template_fragments"
	fragmentEndpoint  = "PATCH /v2/verify/templates/{id}/template_fragments/{id}"
)

// Fields says what becomes of each field that Vonage documents.
var Fields = []compat.FieldRule{
	{Endpoint: startEndpoint, Name: "brand", Treatment: compat.Supported, Note: "1 to 18 characters, none of `/ { } : $`"},
	{Endpoint: startEndpoint, Name: "workflow", Treatment: compat.Supported, Note: "1 to 3 steps, all to one number, all with the same code"},
	{Endpoint: startEndpoint, Name: "workflow[].channel", Treatment: compat.Supported, Note: "`sms` and `voice`; `email`, `whatsapp`, `whatsapp_interactive`, `rcs` and `silent_auth` are refused"},
	{Endpoint: startEndpoint, Name: "workflow[].to", Treatment: compat.Supported, Note: "with or without the plus; another number in a later step is refused"},
	{Endpoint: startEndpoint, Name: "workflow[].from", Treatment: compat.Supported, Note: "the sender of messages; not sent: the carrier's own, not the brand. A name is left out where the workflow also calls, for it would be the caller ID"},
	{Endpoint: startEndpoint, Name: "workflow[].app_hash", Treatment: compat.Supported, Note: "the last line of the message; refused where the workflow also calls, or where the service sets a last line of its own, unless it is this hash"},
	{Endpoint: startEndpoint, Name: "workflow[].entity_id", Treatment: compat.Ignored, Note: "for Indian carriers: set it at the carrier"},
	{Endpoint: startEndpoint, Name: "workflow[].content_id", Treatment: compat.Ignored, Note: "as entity_id"},
	{Endpoint: startEndpoint, Name: "workflow[].reuse_code", Treatment: compat.Ignored, Note: "all steps always have the same code"},
	{Endpoint: startEndpoint, Name: "locale", Treatment: compat.Supported, Note: "in any case; one that has no words or no voice here is refused. Not sent: by the number's country, else the service's; `en-us` with a template or `app_hash`"},
	{Endpoint: startEndpoint, Name: "channel_timeout", Treatment: compat.Supported, Note: "15 to 900 seconds a step; the code lives as long as all steps together, which must be within 10 minutes or the service's `loose_ttl`. Not sent: 180, and the service's own life where there is one step"},
	{Endpoint: startEndpoint, Name: "client_ref", Treatment: compat.Supported, Note: "kept as the verification's reference"},
	{Endpoint: startEndpoint, Name: "code_length", Treatment: compat.Supported, Note: "6 to 10; 4 and 5 where the service sets `loose_code_length`. Not sent: the service's own, 6, not 4"},
	{Endpoint: startEndpoint, Name: "code", Treatment: compat.Supported, Note: "digits only, as long as code_length may be, and where the service allows custom codes"},
	{Endpoint: startEndpoint, Name: "fraud_check", Treatment: compat.Ignored, Note: "what guards Pinbell guards every request"},
	{Endpoint: startEndpoint, Name: "template_id", Treatment: compat.Supported, Note: "the fragment in the locale for the first step that has one; calls of the workflow say the same words. Not sent: the default template"},
	{Endpoint: checkEndpoint, Name: "code", Treatment: compat.Supported, Note: "three guesses, or fewer where the service allows fewer"},
	{Endpoint: checkEndpoint, Name: "token", Treatment: compat.Refused, Note: "silent authentication is not offered: `code` is required"},
	{Endpoint: nextEndpoint, Treatment: compat.Supported, Note: "also as next-workflow"},
	{Endpoint: cancelEndpoint, Treatment: compat.Supported, Note: "at any time, not after 30 seconds only"},
	{Endpoint: redirectEndpoint, Treatment: compat.Refused, Note: "silent authentication is not offered: 404"},
	{Endpoint: listEndpoint, Name: "page", Treatment: compat.Supported, Note: "also of fragments"},
	{Endpoint: listEndpoint, Name: "page_size", Treatment: compat.Supported, Note: "1 to 100, 10 where not sent; also of fragments"},
	{Endpoint: templatesEndpoint, Name: "name", Treatment: compat.Supported, Note: "the first template of a service is its default; up to 100 a service"},
	{Endpoint: templateEndpoint, Name: "name", Treatment: compat.Supported},
	{Endpoint: templateEndpoint, Name: "is_default", Treatment: compat.Supported},
	{Endpoint: fragmentsEndpoint, Name: "channel", Treatment: compat.Supported, Note: "`sms` or `voice`"},
	{Endpoint: fragmentsEndpoint, Name: "locale", Treatment: compat.Supported},
	{Endpoint: fragmentsEndpoint, Name: "text", Treatment: compat.Supported, Note: "`${code}` once; `${brand}`, `${time-limit}`, `${time-limit-unit}`; no other braces; up to 400 bytes. Calls say the code digit by digit, twice"},
	{Endpoint: fragmentEndpoint, Name: "text", Treatment: compat.Supported},
}
