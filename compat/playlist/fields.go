package playlist

import "github.com/pinbell/pinbell/compat"

const (
	playEndpoint     = "POST /voice/call/play"
	menuEndpoint     = "POST /voice/call/menu"
	statusEndpoint   = "GET /voice/call/status/{request_id}"
	carriersEndpoint = "POST /carriers"
	carrierEndpoint  = "GET /status/carrier/{carrier_id}"
)

// Fields says what becomes of each field that the vendor printed, and of those
// that are ours.
var Fields = []compat.FieldRule{
	{Endpoint: playEndpoint, Name: "to", Treatment: compat.Supported, Note: "a number with its country code, with or without the plus, or `sip:user@host:port` where the service sets `sip_addresses`"},
	{Endpoint: playEndpoint, Name: "recipients", Treatment: compat.Supported, Note: "instead of `to`: a list of `{\"to\": …}`, up to 100, all or none"},
	{Endpoint: playEndpoint, Name: "from", Treatment: compat.Supported, Note: "the caller ID: up to 64 letters, digits and `+ - . _ * #`; not sent: the carrier's own"},
	{Endpoint: playEndpoint, Name: "playlist", Treatment: compat.Supported, Note: "1 to 100 items; texts count as the words, digits and pauses they are said as"},
	{Endpoint: playEndpoint, Name: "playlist[].play", Treatment: compat.Supported, Note: "the URL of a recording on a host that the service's `media_hosts` names, or a text of up to 1600 characters"},
	{Endpoint: playEndpoint, Name: "playlist[].type", Treatment: compat.Supported, Note: "`tts` for a text, none for a recording"},
	{Endpoint: playEndpoint, Name: "playlist[].options.language", Treatment: compat.Supported, Note: "not sent: by the number's country, else the service's"},
	{Endpoint: playEndpoint, Name: "playlist[].options.gender", Treatment: compat.Supported, Note: "`female` or `male`"},
	{Endpoint: playEndpoint, Name: "playlist[].options.say-as", Treatment: compat.Supported, Note: "`digits`: every digit of the text is said by itself, from recordings; others are refused"},
	{Endpoint: playEndpoint, Name: "carrier_id", Treatment: compat.Supported, Note: "from POST /carriers, from `[compat.playlist_carriers]`, or a carrier's name in the configuration; not sent: routing chooses"},
	{Endpoint: menuEndpoint, Name: "playlist_1", Treatment: compat.Supported, Note: "ours: what asks for keys"},
	{Endpoint: menuEndpoint, Name: "playlist_2", Treatment: compat.Supported, Note: "ours: what a key leads to; up to playlist_20"},
	{Endpoint: menuEndpoint, Name: "menu", Treatment: compat.Supported, Note: "ours: `{\"1\": \"playlist_2\"}`; not sent: key 1 leads to playlist_2, key 2 to playlist_3 and so on; several keys to playlist_2"},
	{Endpoint: menuEndpoint, Name: "max_digits", Treatment: compat.Supported, Note: "ours: keys awaited, 1 to 32; 1 where not sent"},
	{Endpoint: menuEndpoint, Name: "timeout", Treatment: compat.Supported, Note: "ours: seconds without a key that end the wait, 1 to 60; 5 where not sent"},
	{Endpoint: menuEndpoint, Name: "finish_on_key", Treatment: compat.Supported, Note: "ours: a key that ends the wait; none where not sent"},
	{Endpoint: menuEndpoint, Name: "repeat", Treatment: compat.Supported, Note: "ours: how often playlist_1 is said again when no key or an unknown one is pressed, 0 to 3; 1 where not sent"},
	{Endpoint: menuEndpoint, Name: "to", Treatment: compat.Supported, Note: "this and recipients, from, carrier_id as for a playlist"},
	{Endpoint: statusEndpoint, Treatment: compat.Supported, Note: "the answer is ours, see above"},
	{Endpoint: carriersEndpoint, Name: "name", Treatment: compat.Supported, Note: "1 to 64 characters"},
	{Endpoint: carriersEndpoint, Name: "host", Treatment: compat.Supported, Note: "a name or an IP address, with `:port` where it is not 5060"},
	{Endpoint: carriersEndpoint, Name: "protocol", Treatment: compat.Supported, Note: "`SIP`, also where not sent; others are refused"},
	{Endpoint: carriersEndpoint, Name: "prefix", Treatment: compat.Supported, Note: "dialled before the number"},
	{Endpoint: carriersEndpoint, Name: "codecs", Treatment: compat.Supported, Note: "`mulaw` and `alaw`, both where not sent; `g729` and `g723` beside one of them are left out, alone they are refused"},
	{Endpoint: carriersEndpoint, Name: "register", Treatment: compat.Supported},
	{Endpoint: carriersEndpoint, Name: "username", Treatment: compat.Supported, Note: "required where it registers"},
	{Endpoint: carriersEndpoint, Name: "password", Treatment: compat.Supported, Note: "never answered"},
	{Endpoint: carrierEndpoint, Treatment: compat.Supported, Note: "the answer is ours, see above"},
}
