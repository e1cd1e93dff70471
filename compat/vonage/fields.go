package vonage

import (
	"slices"

	"github.com/pinbell/pinbell/compat"
)

// Fields says what becomes of each field that Vonage documents.
var Fields = slices.Concat(
	compat.On("POST /v2/verify",
		compat.Supports("brand", "1 to 18 characters, none of `/ { } : $`"),
		compat.Supports("workflow", "1 to 3 steps, all to one number, all with the same code"),
		compat.Supports("workflow[].channel", "`sms` and `voice`; `email`, `whatsapp`, `whatsapp_interactive`, `rcs` and `silent_auth` are refused"),
		compat.Supports("workflow[].to", "with or without the plus; another number in a later step is refused"),
		compat.Supports("workflow[].from", "the sender of messages; not sent: the carrier's own, not the brand. A name is left out where the workflow also calls, for it would be the caller ID"),
		compat.Supports("workflow[].app_hash", "the last line of the message; refused where the workflow also calls, or where the service sets a last line of its own, unless it is this hash"),
		compat.Ignores("workflow[].entity_id", "for Indian carriers: set it at the carrier"),
		compat.Ignores("workflow[].content_id", "as entity_id"),
		compat.Ignores("workflow[].reuse_code", "all steps always have the same code"),
		compat.Supports("locale", "in any case; one that has no words or no voice here is refused. Not sent: by the number's country, else the service's; `en-us` with a template or `app_hash`"),
		compat.Supports("channel_timeout", "15 to 900 seconds a step; the code lives as long as all steps together, which must be within 10 minutes or the service's `loose_ttl`. Not sent: 180, and the service's own life where there is one step"),
		compat.Supports("client_ref", "kept as the verification's reference"),
		compat.Supports("code_length", "6 to 10; 4 and 5 where the service sets `loose_code_length`. Not sent: the service's own, 6, not 4"),
		compat.Supports("code", "digits only, as long as code_length may be, and where the service allows custom codes"),
		compat.Ignores("fraud_check", "what guards Pinbell guards every request"),
		compat.Supports("template_id", "the fragment in the locale for the first step that has one; calls of the workflow say the same words. Not sent: the default template"),
	),
	compat.On("POST /v2/verify/{id}",
		compat.Supports("code", "three guesses, or fewer where the service allows fewer"),
		compat.Refuses("token", "silent authentication is not offered: `code` is required"),
	),
	compat.On("POST /v2/verify/{id}/next_workflow", compat.Supports("", "also as next-workflow")),
	compat.On("DELETE /v2/verify/{id}", compat.Supports("", "at any time, not after 30 seconds only")),
	compat.On("GET /v2/verify/{id}/silent-auth/redirect", compat.Refuses("", "silent authentication is not offered: 404")),
	compat.On("GET /v2/verify/templates",
		compat.Supports("page", "also of fragments"),
		compat.Supports("page_size", "1 to 100, 10 where not sent; also of fragments"),
	),
	compat.On("POST /v2/verify/templates", compat.Supports("name", "the first template of a service is its default; up to 100 a service")),
	compat.On("PATCH /v2/verify/templates/{id}",
		compat.Supports("name", ""),
		compat.Supports("is_default", ""),
	),
	compat.On("POST /v2/verify/templates/{id}/template_fragments",
		compat.Supports("channel", "`sms` or `voice`"),
		compat.Supports("locale", ""),
		compat.Supports("text", "`${code}` once; `${brand}`, `${time-limit}`, `${time-limit-unit}`; no other braces; up to 400 bytes. Calls say the code digit by digit, twice"),
	),
	compat.On("PATCH /v2/verify/templates/{id}/template_fragments/{id}", compat.Supports("text", "")),
)
