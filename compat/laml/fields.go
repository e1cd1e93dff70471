package laml

import "github.com/pinbell/pinbell/compat"

// Endpoints, as the table of fields names them; each is also beneath /api/laml
// and works with and without .json.
const (
	endCall       = "POST …/Calls.json"
	endCalls      = "GET …/Calls.json"
	endCallUpdate = "POST …/Calls/{CA}.json"
	endMessage    = "POST …/Messages.json"
	endMessages   = "GET …/Messages.json"
	endUpdate     = "POST …/Messages/{SM}.json"
)

// Fields says how each documented field is treated.
var Fields = []compat.FieldRule{
	{Endpoint: endCall, Name: "To", Treatment: compat.Supported, Note: "E.164, or `sip:user@host` where the profile allows it; 21201, 21211"},
	{Endpoint: endCall, Name: "From", Treatment: compat.Supported, Note: "the caller ID, 3 to 15 digits; whether a trunk takes it is the trunk's; 21213, 21212"},
	{Endpoint: endCall, Name: "CallerId", Treatment: compat.Supported, Note: "instead of From"},
	{Endpoint: endCall, Name: "Url", Treatment: compat.Supported, Note: "fetched before the phone rings; https, or a host that the configuration lists; 21205"},
	{Endpoint: endCall, Name: "Method", Treatment: compat.Supported, Note: "POST or GET"},
	{Endpoint: endCall, Name: "Twiml", Treatment: compat.Supported, Note: "a whole document, up to 64 KiB; checked at once: 12100, 12200"},
	{Endpoint: endCall, Name: "FallbackUrl", Treatment: compat.Supported, Note: "asked once in a call, with ErrorCode"},
	{Endpoint: endCall, Name: "FallbackMethod", Treatment: compat.Supported, Note: "POST or GET"},
	{Endpoint: endCall, Name: "StatusCallback", Treatment: compat.Supported, Note: "kept in plain: put no secret in it; 21609"},
	{Endpoint: endCall, Name: "StatusCallbackMethod", Treatment: compat.Supported, Note: "POST or GET"},
	{Endpoint: endCall, Name: "StatusCallbackEvent", Treatment: compat.Supported, Note: "initiated, ringing, answered, completed"},
	{Endpoint: endCall, Name: "Timeout", Treatment: compat.Supported, Note: "1 to 600 seconds, two minutes at most are waited; default: the server's"},
	{Endpoint: endCall, Name: "ApplicationSid", Treatment: compat.Refused, Note: "21218: there are no applications"},
	{Endpoint: endCall, Name: "SendDigits", Treatment: compat.Refused, Note: "20001: no keys are sent"},
	{Endpoint: endCall, Name: "Record", Treatment: compat.Refused, Note: "20001 when true: calls are not recorded"},
	{Endpoint: endCall, Name: "MachineDetection", Treatment: compat.Refused, Note: "20001 but for `none`: answering machines are not detected"},
	{Endpoint: endCall, Name: "SipAuthUsername", Treatment: compat.Refused, Note: "20001: the trunk's own credentials are used"},
	{Endpoint: endCall, Name: "SipAuthPassword", Treatment: compat.Refused, Note: "the same"},
	{Endpoint: endCall, Name: "TimeLimit", Treatment: compat.Ignored, Note: "the configuration bounds calls"},
	{Endpoint: endCall, Name: "Trim", Treatment: compat.Ignored, Note: "of recordings"},
	{Endpoint: endCall, Name: "RecordingChannels", Treatment: compat.Ignored, Note: "the same"},
	{Endpoint: endCall, Name: "RecordingTrack", Treatment: compat.Ignored, Note: "the same"},
	{Endpoint: endCall, Name: "RecordingStatusCallback", Treatment: compat.Ignored, Note: "the same"},
	{Endpoint: endCall, Name: "RecordingStatusCallbackMethod", Treatment: compat.Ignored, Note: "the same"},
	{Endpoint: endCall, Name: "RecordingStatusCallbackEvent", Treatment: compat.Ignored, Note: "the same"},
	{Endpoint: endCall, Name: "MachineDetectionTimeout", Treatment: compat.Ignored, Note: "nothing without MachineDetection"},
	{Endpoint: endCall, Name: "MachineDetectionSpeechThreshold", Treatment: compat.Ignored, Note: "the same"},
	{Endpoint: endCall, Name: "MachineDetectionSpeechEndThreshold", Treatment: compat.Ignored, Note: "the same"},
	{Endpoint: endCall, Name: "MachineDetectionSilenceTimeout", Treatment: compat.Ignored, Note: "the same"},
	{Endpoint: endCall, Name: "AsyncAmd", Treatment: compat.Ignored, Note: "the same"},
	{Endpoint: endCall, Name: "AsyncAmdStatusCallback", Treatment: compat.Ignored, Note: "the same"},
	{Endpoint: endCall, Name: "AsyncAmdStatusCallbackMethod", Treatment: compat.Ignored, Note: "the same"},
	{Endpoint: endCall, Name: "Byoc", Treatment: compat.Ignored, Note: "every trunk is one's own here"},
	{Endpoint: endCall, Name: "CallReason", Treatment: compat.Ignored, Note: "shown by some networks only"},
	{Endpoint: endCall, Name: "CallToken", Treatment: compat.Ignored, Note: "of forwarded calls"},

	{Endpoint: endCalls, Name: "To", Treatment: compat.Supported},
	{Endpoint: endCalls, Name: "From", Treatment: compat.Supported},
	{Endpoint: endCalls, Name: "Status", Treatment: compat.Supported},
	{Endpoint: endCalls, Name: "StartTime", Treatment: compat.Supported, Note: "when the call was asked for; also `StartTime>` and `StartTime<`"},
	{Endpoint: endCalls, Name: "PageSize", Treatment: compat.Supported, Note: "up to 1000, default 50"},
	{Endpoint: endCalls, Name: "EndTime", Treatment: compat.Supported, Note: "also `EndTime>` and `EndTime<`"},
	{Endpoint: endCalls, Name: "ParentCallSid", Treatment: compat.Supported, Note: "no call has one, so that none is listed"},

	{Endpoint: endCallUpdate, Name: "Status", Treatment: compat.Supported, Note: "`canceled` before the phone is answered, `completed` whenever; 21220"},
	{Endpoint: endCallUpdate, Name: "Url", Treatment: compat.Refused, Note: "20001: a call that goes on keeps its document"},
	{Endpoint: endCallUpdate, Name: "Twiml", Treatment: compat.Refused, Note: "the same"},

	{Endpoint: endMessage, Name: "To", Treatment: compat.Supported, Note: "E.164; 21604, 21211"},
	{Endpoint: endMessage, Name: "From", Treatment: compat.Supported, Note: "a number, a short code or a name of up to 11 characters; 21603, 21212"},
	{Endpoint: endMessage, Name: "MessagingServiceSid", Treatment: compat.Supported, Note: "instead of From: the carrier's own sender; read back"},
	{Endpoint: endMessage, Name: "Body", Treatment: compat.Supported, Note: "up to 1600 characters; 21602, 21617"},
	{Endpoint: endMessage, Name: "StatusCallback", Treatment: compat.Supported, Note: "kept in plain: put no secret in it; 21609"},
	{Endpoint: endMessage, Name: "ValidityPeriod", Treatment: compat.Supported, Note: "1 to 36000 seconds; default 24 hours"},
	{Endpoint: endMessage, Name: "ScheduleType", Treatment: compat.Supported, Note: "`fixed`, with SendAt"},
	{Endpoint: endMessage, Name: "SendAt", Treatment: compat.Supported, Note: "up to 30 days ahead; at once where it is past"},
	{Endpoint: endMessage, Name: "MediaUrl", Treatment: compat.Refused, Note: "21620: messages are text"},
	{Endpoint: endMessage, Name: "ContentSid", Treatment: compat.Refused, Note: "20001"},
	{Endpoint: endMessage, Name: "ContentVariables", Treatment: compat.Refused, Note: "20001"},
	{Endpoint: endMessage, Name: "PersistentAction", Treatment: compat.Refused, Note: "20001"},
	{Endpoint: endMessage, Name: "SendAsMms", Treatment: compat.Refused, Note: "20001 when true"},
	{Endpoint: endMessage, Name: "ProvideFeedback", Treatment: compat.Ignored},
	{Endpoint: endMessage, Name: "Attempt", Treatment: compat.Ignored},
	{Endpoint: endMessage, Name: "ForceDelivery", Treatment: compat.Ignored},
	{Endpoint: endMessage, Name: "MaxPrice", Treatment: compat.Ignored, Note: "nobody bills here"},
	{Endpoint: endMessage, Name: "ContentRetention", Treatment: compat.Ignored, Note: "words are erased 10 minutes after the end"},
	{Endpoint: endMessage, Name: "AddressRetention", Treatment: compat.Ignored},
	{Endpoint: endMessage, Name: "SmartEncoded", Treatment: compat.Ignored},
	{Endpoint: endMessage, Name: "ShortenUrls", Treatment: compat.Ignored},
	{Endpoint: endMessage, Name: "RiskCheck", Treatment: compat.Ignored},
	{Endpoint: endMessage, Name: "Tags", Treatment: compat.Ignored},

	{Endpoint: endMessages, Name: "To", Treatment: compat.Supported},
	{Endpoint: endMessages, Name: "From", Treatment: compat.Supported},
	{Endpoint: endMessages, Name: "DateSent", Treatment: compat.Supported, Note: "when the message was asked for; also `DateSent>` and `DateSent<`"},
	{Endpoint: endMessages, Name: "PageSize", Treatment: compat.Supported, Note: "up to 1000, default 50"},

	{Endpoint: endUpdate, Name: "Status", Treatment: compat.Supported, Note: "`canceled` for one that has not left; 30409"},
	{Endpoint: endUpdate, Name: "Body", Treatment: compat.Supported, Note: "empty: what the message says is not answered any more"},
}

// Verbs says how each verb of a document is treated, and each attribute.
var Verbs = []compat.FieldRule{
	{Endpoint: "<Say>", Treatment: compat.Supported, Note: "digits that look like a code are said one by one"},
	{Endpoint: "<Say>", Name: "voice", Treatment: compat.Supported, Note: "a man's or a woman's; which engine speaks is the configuration's"},
	{Endpoint: "<Say>", Name: "language", Treatment: compat.Supported, Note: "default en-US, whoever is called"},
	{Endpoint: "<Say>", Name: "loop", Treatment: compat.Supported, Note: "0: up to 100 times"},
	{Endpoint: "SSML in <Say>", Treatment: compat.Supported, Note: "`break`, `say-as`, `sub`, `lang`, `p`, `s`; what colours a voice (`prosody`, `emphasis`, `phoneme`, `w`) is left out; others: 12200"},
	{Endpoint: "<Play>", Treatment: compat.Supported, Note: "recordings from the profile's `media_hosts` only"},
	{Endpoint: "<Play>", Name: "loop", Treatment: compat.Supported, Note: "0: up to 100 times"},
	{Endpoint: "<Play>", Name: "digits", Treatment: compat.Refused, Note: "no keys are sent"},
	{Endpoint: "<Pause>", Name: "length", Treatment: compat.Supported, Note: "0 to 600 seconds"},
	{Endpoint: "<Gather>", Name: "input", Treatment: compat.Supported, Note: "`dtmf`; `speech` is refused"},
	{Endpoint: "<Gather>", Name: "action", Treatment: compat.Supported, Note: "default: the document itself; whole in a document that came as Twiml"},
	{Endpoint: "<Gather>", Name: "method", Treatment: compat.Supported, Note: "POST or GET; GET puts what a person keyed in the address"},
	{Endpoint: "<Gather>", Name: "timeout", Treatment: compat.Supported, Note: "1 to 60 seconds"},
	{Endpoint: "<Gather>", Name: "numDigits", Treatment: compat.Supported, Note: "1 to 32"},
	{Endpoint: "<Gather>", Name: "finishOnKey", Treatment: compat.Supported},
	{Endpoint: "<Gather>", Name: "actionOnEmptyResult", Treatment: compat.Supported},
	{Endpoint: "<Redirect>", Name: "method", Treatment: compat.Supported, Note: "POST or GET"},
	{Endpoint: "<Hangup>", Treatment: compat.Supported},
	{Endpoint: "other verbs", Treatment: compat.Refused, Note: "12200: `Dial`, `Record`, `Reject`, `Sms`, `Enqueue`, …; other attributes likewise"},
}
