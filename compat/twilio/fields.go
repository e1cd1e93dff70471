package twilio

import "github.com/pinbell/pinbell/compat"

// Endpoints, as the table of fields names them.
const (
	endService   = "POST /v2/Services"
	endStart     = "POST /v2/Services/{VA}/Verifications"
	endUpdate    = "POST /v2/Services/{VA}/Verifications/{VE or To}"
	endCheck     = "POST /v2/Services/{VA}/VerificationCheck"
	endLimit     = "POST /v2/Services/{VA}/RateLimits"
	endBucket    = "POST /v2/Services/{VA}/RateLimits/{RK}/Buckets"
	endAttempts  = "GET /v2/Attempts"
	endSummary   = "GET /v2/Attempts/Summary"
	endSafe      = "POST /v2/SafeList/Numbers"
	endTemplates = "GET /v2/Templates"
	endForms     = "GET /v2/Forms/form-push"
	endMessaging = "GET /v2/Services/{VA}/MessagingConfigurations"
	endEntities  = "GET /v2/Services/{VA}/Entities"
	endWebhooks  = "GET /v2/Services/{VA}/Webhooks"
	endTokens    = "POST /v2/Services/{VA}/AccessTokens"
)

// Fields says how each documented field is treated.
var Fields = []compat.FieldRule{
	{Endpoint: endService, Name: "FriendlyName", Treatment: compat.Supported, Note: "who the message is from; up to 32 characters"},
	{Endpoint: endService, Name: "CodeLength", Treatment: compat.Supported, Note: "6 to 10, default 6; 4 and 5 where the profile has `loose_code_length`, else 60200"},
	{Endpoint: endService, Name: "CustomCodeEnabled", Treatment: compat.Supported, Note: "true only where the profile has `allow_custom_code`, else 60204"},
	{Endpoint: endService, Name: "SkipSmsToLandlines", Treatment: compat.Supported, Note: "60205 for a number that its digits show to be fixed; nobody is asked about a number"},
	{Endpoint: endService, Name: "DtmfInputRequired", Treatment: compat.Supported, Note: "calls say the code after the key 1; default false"},
	{Endpoint: endService, Name: "Psd2Enabled", Treatment: compat.Supported, Note: "60206 for a start without Amount and Payee; without it both are still bound when they are sent"},
	{Endpoint: endService, Name: "DefaultTemplateSid", Treatment: compat.Supported, Note: "the one of the built-in template only, else 60200"},
	{Endpoint: endService, Name: "DoNotShareWarningEnabled", Treatment: compat.Ignored, Note: "the built-in wordings always warn; default true"},
	{Endpoint: endService, Name: "LookupEnabled", Treatment: compat.Ignored, Note: "read back; `lookup` stays empty"},
	{Endpoint: endService, Name: "TtsName", Treatment: compat.Ignored, Note: "read back; calls say FriendlyName"},
	{Endpoint: endService, Name: "VerifyEventSubscriptionEnabled", Treatment: compat.Ignored, Note: "read back"},
	{Endpoint: endService, Name: "Push.IncludeDate", Treatment: compat.Ignored, Note: "read back; there are no push factors"},
	{Endpoint: endService, Name: "Push.ApnCredentialSid", Treatment: compat.Ignored, Note: "read back"},
	{Endpoint: endService, Name: "Push.FcmCredentialSid", Treatment: compat.Ignored, Note: "read back"},
	{Endpoint: endService, Name: "Totp.Issuer", Treatment: compat.Ignored, Note: "read back; there are no TOTP factors"},
	{Endpoint: endService, Name: "Totp.TimeStep", Treatment: compat.Ignored, Note: "read back; 20 to 60"},
	{Endpoint: endService, Name: "Totp.CodeLength", Treatment: compat.Ignored, Note: "read back; 3 to 8"},
	{Endpoint: endService, Name: "Totp.Skew", Treatment: compat.Ignored, Note: "read back; 0 to 2"},
	{Endpoint: endService, Name: "Whatsapp.MsgServiceSid", Treatment: compat.Ignored, Note: "read back; there is no WhatsApp"},
	{Endpoint: endService, Name: "Whatsapp.From", Treatment: compat.Ignored, Note: "read back"},
	{Endpoint: endService, Name: "Passkeys.RelyingParty.Id", Treatment: compat.Ignored, Note: "read back; there are no passkeys"},
	{Endpoint: endService, Name: "Passkeys.RelyingParty.Name", Treatment: compat.Ignored, Note: "read back"},
	{Endpoint: endService, Name: "Passkeys.RelyingParty.Origins", Treatment: compat.Ignored, Note: "read back"},
	{Endpoint: endService, Name: "MailerSid", Treatment: compat.Ignored, Note: "there is no email"},

	{Endpoint: endStart, Name: "To", Treatment: compat.Supported, Note: "E.164"},
	{Endpoint: endStart, Name: "Channel", Treatment: compat.Supported, Note: "`sms`, `call`, `auto` (a message, then a call after 30 s); `email`, `whatsapp`, `sna` and `rcs` are 60204, all else 60200"},
	{Endpoint: endStart, Name: "CustomFriendlyName", Treatment: compat.Supported, Note: "up to 30 characters"},
	{Endpoint: endStart, Name: "Locale", Treatment: compat.Supported, Note: "default: the country's; without words here 60200"},
	{Endpoint: endStart, Name: "CustomCode", Treatment: compat.Supported, Note: "digits only; 60204 where the service does not allow it"},
	{Endpoint: endStart, Name: "Amount", Treatment: compat.Supported, Note: "said with the code; the check must repeat it"},
	{Endpoint: endStart, Name: "Payee", Treatment: compat.Supported, Note: "60206 when one of the two is missing"},
	{Endpoint: endStart, Name: "RateLimits", Treatment: compat.Supported, Note: "over: 20429; a name that does not exist limits nothing and is logged"},
	{Endpoint: endStart, Name: "AppHash", Treatment: compat.Supported, Note: "with Channel `sms`; ignored with the others, and where the profile has a last line of its own"},
	{Endpoint: endStart, Name: "TemplateSid", Treatment: compat.Supported, Note: "the one of the built-in template only, else 60200"},
	{Endpoint: endStart, Name: "DeviceIp", Treatment: compat.Supported, Note: "kept with the verification"},
	{Endpoint: endStart, Name: "Tags", Treatment: compat.Supported, Note: "kept as metadata; keys up to 40 characters"},
	{Endpoint: endStart, Name: "RiskCheck", Treatment: compat.Ignored, Note: "`enable` or `disable`"},
	{Endpoint: endStart, Name: "ChannelConfiguration", Treatment: compat.Ignored, Note: "it is for email"},
	{Endpoint: endStart, Name: "TemplateCustomSubstitutions", Treatment: compat.Ignored, Note: "the built-in template has no variables of its own"},
	{Endpoint: endStart, Name: "EnableSnaClientToken", Treatment: compat.Ignored, Note: "it is for silent network authentication"},
	{Endpoint: endStart, Name: "CustomMessage", Treatment: compat.Refused, Note: "60204: a message's words are the profile's"},
	{Endpoint: endStart, Name: "SendDigits", Treatment: compat.Refused, Note: "60204: calls press no keys"},
	{Endpoint: endStart, Name: "Templates", Treatment: compat.Refused, Note: "60204"},

	{Endpoint: endUpdate, Name: "Status", Treatment: compat.Supported, Note: "`canceled`; `approved` for a custom code only, else 60204"},

	{Endpoint: endCheck, Name: "Code", Treatment: compat.Supported, Note: "4 to 10 digits, else 60200"},
	{Endpoint: endCheck, Name: "To", Treatment: compat.Supported, Note: "this or VerificationSid, else 60221"},
	{Endpoint: endCheck, Name: "VerificationSid", Treatment: compat.Supported},
	{Endpoint: endCheck, Name: "Amount", Treatment: compat.Supported, Note: "60206 when the verification has one and the check has none; another one is a wrong guess"},
	{Endpoint: endCheck, Name: "Payee", Treatment: compat.Supported, Note: "likewise"},
	{Endpoint: endCheck, Name: "SnaClientToken", Treatment: compat.Ignored},

	{Endpoint: endLimit, Name: "UniqueName", Treatment: compat.Supported, Note: "letters, digits, `_`, `-` and `.`, else 60209; 60208 when taken; up to 10 limits a service (60207)"},
	{Endpoint: endLimit, Name: "Description", Treatment: compat.Supported},
	{Endpoint: endBucket, Name: "Max", Treatment: compat.Supported},
	{Endpoint: endBucket, Name: "Interval", Treatment: compat.Supported, Note: "seconds, up to a day; a window begins with its first use; 60211 when taken; up to 5 buckets a limit (60210)"},

	{Endpoint: endAttempts, Name: "DateCreatedAfter", Treatment: compat.Supported, Note: "default: 30 days ago"},
	{Endpoint: endAttempts, Name: "DateCreatedBefore", Treatment: compat.Supported},
	{Endpoint: endAttempts, Name: "ChannelData.To", Treatment: compat.Supported},
	{Endpoint: endAttempts, Name: "Country", Treatment: compat.Supported},
	{Endpoint: endAttempts, Name: "Channel", Treatment: compat.Supported},
	{Endpoint: endAttempts, Name: "VerifyServiceSid", Treatment: compat.Supported},
	{Endpoint: endAttempts, Name: "VerificationSid", Treatment: compat.Supported},
	{Endpoint: endAttempts, Name: "Status", Treatment: compat.Supported},
	{Endpoint: endSummary, Name: "VerifyServiceSid", Treatment: compat.Supported},
	{Endpoint: endSummary, Name: "DateCreatedAfter", Treatment: compat.Supported, Note: "default: 30 days ago"},
	{Endpoint: endSummary, Name: "DateCreatedBefore", Treatment: compat.Supported},
	{Endpoint: endSummary, Name: "Country", Treatment: compat.Supported},
	{Endpoint: endSummary, Name: "Channel", Treatment: compat.Supported},
	{Endpoint: endSummary, Name: "DestinationPrefix", Treatment: compat.Supported},

	{Endpoint: endSafe, Name: "PhoneNumber", Treatment: compat.Supported, Note: "kept and read back; nothing blocks numbers yet"},
	{Endpoint: endTemplates, Name: "FriendlyName", Treatment: compat.Supported, Note: "one template: the built-in wordings"},

	{Endpoint: endForms, Treatment: compat.Refused, Note: "20404"},
	{Endpoint: endMessaging, Treatment: compat.Refused, Note: "20404"},
	{Endpoint: endEntities, Treatment: compat.Refused, Note: "20404: factors and challenges (Push, TOTP, Passkeys) are not here"},
	{Endpoint: endWebhooks, Treatment: compat.Refused, Note: "20404"},
	{Endpoint: endTokens, Treatment: compat.Refused, Note: "20404"},
}
