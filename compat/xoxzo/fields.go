package xoxzo

import (
	"slices"

	"github.com/pinbell/pinbell/compat"
)

// Fields are the parameters that Xoxzo documents and what becomes of them here.
var Fields = slices.Concat(
	on("POST /sms/messages/",
		supports("message", "up to 1600 characters, in as many segments as the carrier may send"),
		supports("recipient", "E.164 only, as in `+818011112222`"),
		supports("sender", "up to 10 letters and digits, or 15 digits"),
		supports("callbackurl", "`https`, or a host that the configuration lists; called once, when the carrier has reported how it ended"),
		supports("tags", "up to 20, with commas between them"),
		refuses("track_link", "links are not tracked; `false` is taken"),
		refuses("lt_callbackurl", "links are not tracked"),
		ignores("jp_kp", "routes choose the carrier"),
		ignores("jp_kpl", "routes choose the carrier"),
		ignores("jp_kp_sender", "`sender` is sent"),
	),
	on("GET /sms/messages/",
		supports("sent_date", "a date in UTC, alone or after `>=`, `>`, `<=`, `<` or `=`; may be sent twice; the newest 1000 of the last 90 days are listed"),
	),
	on("POST /voice/simple/playbacks/",
		supports("caller", "a number of up to 15 digits"),
		supports("recipient", "E.164 only"),
		supports("recording_url", "of a host that the service's `media_hosts` allows"),
		supports("tts_message", "up to 1600 characters; four to ten digits that stand for themselves are said one by one"),
		supports("tts_lang", "`en` or `ja`"),
		supports("callbackurl", "called once, when the call has ended"),
		supports("tags", ""),
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
