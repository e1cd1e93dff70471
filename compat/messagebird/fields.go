package messagebird

import (
	"slices"

	"github.com/pinbell/pinbell/compat"
)

// Fields are the parameters that MessageBird documents and what becomes of them here.
var Fields = slices.Concat(
	on("POST /verify",
		supports("recipient", "with or without `+`"),
		supports("originator", "a number, or up to 11 letters and digits; not sent: the sender of the carrier, while answers say `Code`; a name is no caller ID, so calls then have the line's own"),
		supports("type", "`sms`, `flash` and `tts`; `email` is refused"),
		supports("template", "`%token` once, no braces; not sent: the service's or the language's own words"),
		supports("tokenLength", "6 to 10; not sent: as the service says"),
		supports("timeout", "30 to 600 s, longer where the service's `loose_ttl` allows it; not sent: as the service says (5 minutes unless changed), not 30 s"),
		supports("maxAttempts", "1 to 5, up to 10 where the service's `loose_max_checks` allows it; not sent: as the service says (5 unless changed), not 1"),
		ignores("datacoding", "the alphabet that the text needs is chosen"),
		ignores("dataCoding", "the same in another spelling"),
		supports("voice", "of calls; not sent: the voice pack's own"),
		supports("language", "of calls, all 34 of MessageBird's that have a voice here, the rest is refused; of messages without a template where Pinbell has words in it; not sent: `en-gb` for words of your own, else as the service says"),
		supports("reference", "up to 200 characters"),
		ignores("subject", "of e-mail only"),
		refuses("reportUrl", "reports of verifications are not sent; read the verification"),
	),
	on("GET /verify/{id}",
		supports("token", "one guess; the code is in the URL, as MessageBird's clients send it"),
	),
	on("POST /messages",
		supports("recipients", "up to 50, as a list or in one text with commas"),
		supports("originator", "not sent: the sender of the carrier"),
		supports("body", "up to 1600 characters; answers hold it until ten minutes after the end"),
		supports("type", "`sms` and `flash`; `binary` and `premium` are refused"),
		supports("reference", ""),
		supports("validity", "up to 604800 s"),
		ignores("gateway", "routes choose the carrier; answers say `null`"),
		ignores("typeDetails", "of binary messages only"),
		ignores("datacoding", "the alphabet that the text needs is chosen; answers repeat what was sent"),
		supports("mclass", "1, or 0 for a flash message"),
		supports("reportUrl", "`https`, or a host that the configuration lists; a `reference` is not needed"),
		supports("scheduledDatetime", "up to 30 days ahead"),
		refuses("groupIds", "there are no groups"),
		ignores("shortenUrls", "links stay as they are"),
	),
	on("GET /messages",
		supports("limit", "up to 200, 20 unless sent; the newest 2000 recipients are listed"),
		supports("offset", ""),
		supports("status", "messages with a recipient of that status"),
	),
	on("POST /voicemessages",
		supports("recipients", "up to 50"),
		supports("originator", "a number; a name is no caller ID"),
		supports("body", "up to 1000 characters; four to ten digits that stand for themselves are said one by one"),
		supports("reference", ""),
		supports("language", "`en-gb` unless sent; a call in a language that nothing speaks here ends as `failed`"),
		supports("voice", ""),
		supports("repeat", "1 to 10"),
		supports("ifMachine", "`continue`, also where not sent; `delay` and `hangup` are refused, since machines are not detected"),
		ignores("machineTimeout", "nothing waits for a machine"),
		supports("scheduledDatetime", "up to 30 days ahead"),
		supports("reportUrl", ""),
	),
	on("GET /voicemessages",
		supports("limit", ""),
		supports("offset", ""),
	),
	on("GET /lookup/{msisdn}",
		supports("countryCode", "for a number without its country"),
	),
	on("POST /lookup/{msisdn}/hlr",
		refuses("", "no network is asked"),
	),
)

func on(endpoint string, rules ...compat.FieldRule) []compat.FieldRule {
	for i := range rules {
		rules[i].Endpoint = endpoint
	}
	return rules
}

func supports(name, note string) compat.FieldRule {
	return compat.FieldRule{Name: name, Treatment: compat.Supported, Note: note}
}

func ignores(name, note string) compat.FieldRule {
	return compat.FieldRule{Name: name, Treatment: compat.Ignored, Note: note}
}

func refuses(name, note string) compat.FieldRule {
	return compat.FieldRule{Name: name, Treatment: compat.Refused, Note: note}
}
