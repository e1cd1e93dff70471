package playlist

import (
	"slices"

	"github.com/pinbell/pinbell/compat"
)

// Fields says what becomes of each field that the vendor printed, and of those
// that are ours.
var Fields = slices.Concat(
	compat.On("POST /voice/call/play",
		compat.Supports("to", "a number with its country code, with or without the plus, or `sip:user@host:port` where the service sets `sip_addresses`"),
		compat.Supports("recipients", "instead of `to`: a list of `{\"to\": …}`, up to 100, all or none"),
		compat.Supports("from", "the caller ID: up to 64 letters, digits and `+ - . _ * #`; not sent: the carrier's own"),
		compat.Supports("playlist", "1 to 100 items; texts count as the words, digits and pauses they are said as"),
		compat.Supports("playlist[].play", "the URL of a recording on a host that the service's `media_hosts` names, or a text of up to 1600 characters"),
		compat.Supports("playlist[].type", "`tts` for a text, none for a recording"),
		compat.Supports("playlist[].options.language", "not sent: by the number's country, else the service's; in one that nothing speaks here, Latin letters are read by the voice of `prompt.locale`, and a call with others ends as `failed`"),
		compat.Supports("playlist[].options.gender", "`female` or `male`"),
		compat.Supports("playlist[].options.say-as", "`digits`: every digit of the text is said by itself, from recordings; others are refused"),
		compat.Supports("carrier_id", "from POST /carriers, from `[compat.playlist_carriers]`, or a carrier's name in the configuration; not sent: routing chooses"),
	),
	compat.On("POST /voice/call/menu",
		compat.Supports("playlist_1", "ours: what asks for keys"),
		compat.Supports("playlist_2", "ours: what a key leads to; up to playlist_20"),
		compat.Supports("menu", "ours: `{\"1\": \"playlist_2\"}`; not sent: key 1 leads to playlist_2, key 2 to playlist_3 and so on; several keys to playlist_2"),
		compat.Supports("max_digits", "ours: keys awaited, 1 to 32; 1 where not sent"),
		compat.Supports("timeout", "ours: seconds without a key that end the wait, 1 to 60; 5 where not sent"),
		compat.Supports("finish_on_key", "ours: a key that ends the wait; none where not sent"),
		compat.Supports("repeat", "ours: how often playlist_1 is said again when no key or an unknown one is pressed, 0 to 3; 1 where not sent"),
		compat.Supports("to", "this and recipients, from, carrier_id as for a playlist"),
	),
	compat.On("GET /voice/call/status/{request_id}", compat.Supports("", "the answer is ours, see above")),
	compat.On("POST /carriers",
		compat.Supports("name", "1 to 64 characters; the request takes an admin key that is not bound to a service"),
		compat.Supports("host", "a name or an IP address, with `:port` where it is not 5060"),
		compat.Supports("protocol", "`SIP`, also where not sent; others are refused"),
		compat.Supports("prefix", "dialled before the number"),
		compat.Supports("codecs", "`mulaw` and `alaw`, both where not sent; `g729` and `g723` beside one of them are left out, alone they are refused"),
		compat.Supports("register", ""),
		compat.Supports("username", "required where it registers"),
		compat.Supports("password", "never answered"),
	),
	compat.On("GET /carriers", compat.Supports("", "ours, with an admin key; a key of one service sees none of the operator's")),
	compat.On("GET /carriers/{carrier_id}", compat.Supports("", "ours, likewise")),
	compat.On("DELETE /carriers/{carrier_id}", compat.Supports("", "ours; it takes an admin key that is not bound to a service")),
	compat.On("GET /status/carrier/{carrier_id}", compat.Supports("", "the answer is ours, see above")),
)
