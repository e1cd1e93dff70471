package xoxzo

import (
	"slices"

	"github.com/pinbell/pinbell/compat"
)

// Fields are the parameters that Xoxzo documents and what becomes of them here.
var Fields = slices.Concat(
	compat.On("POST /sms/messages/",
		compat.Supports("message", "up to 1600 characters, in as many segments as the carrier may send"),
		compat.Supports("recipient", "E.164 only, as in `+818011112222`"),
		compat.Supports("sender", "up to 10 letters and digits, or 15 digits"),
		compat.Supports("callbackurl", "`https`, or a host that `outbound.allow_http` lists; called once, when the carrier has reported how it ended"),
		compat.Supports("tags", "up to 20, with commas between them"),
		compat.Refuses("track_link", "links are not tracked; `false` is taken"),
		compat.Refuses("lt_callbackurl", "links are not tracked"),
		compat.Ignores("jp_kp", "routes choose the carrier"),
		compat.Ignores("jp_kpl", "routes choose the carrier"),
		compat.Ignores("jp_kp_sender", "`sender` is sent"),
	),
	compat.On("GET /sms/messages/",
		compat.Supports("sent_date", "a date in UTC, alone or after `>=`, `>`, `<=`, `<` or `=`; may be sent twice; the newest 1000 of the last 90 days are listed"),
	),
	compat.On("GET /sms/messages/{msgid}/", compat.Supports("", "")),
	compat.On("POST /voice/simple/playbacks/",
		compat.Supports("caller", "a number of up to 15 digits"),
		compat.Supports("recipient", "E.164 only"),
		compat.Supports("recording_url", "of a host that the service's `media_hosts` allows, or `recording:re_…` for one that was uploaded"),
		compat.Supports("tts_message", "up to 1600 characters; four to ten digits that stand for themselves are said one by one"),
		compat.Supports("tts_lang", "`en` or `ja`"),
		compat.Supports("callbackurl", "called once, when the call has ended"),
		compat.Supports("tags", ""),
	),
	compat.On("POST /voice/simple/playback/", compat.Supports("", "the same by its name of before 2018")),
	compat.On("GET /voice/calls/{callid}/", compat.Supports("", "the statuses are ours, see above")),
	compat.On("GET /voice/dins/", compat.Refuses("", "there are no dial-in numbers: 404")),
)
