package api

import "time"

// CallRequest is the body of POST /v1/calls: a call of any playlist.
type CallRequest struct {
	// To is the number in E.164 form, or national with Country; or a SIP address
	// such as "sip:100@pbx.example", where the service allows it.
	To        string         `json:"to"`
	Country   string         `json:"country,omitempty"`
	From      string         `json:"from,omitempty"` // caller ID
	Playlist  []PlaylistItem `json:"playlist"`
	CarrierID *string        `json:"carrier_id,omitempty"`
	Locale    string         `json:"locale,omitempty"`
	// Voicemail is what the call does that an answering machine takes: "ignore" it
	// and say everything, "hang_up", or "speak" once the machine records. Defaults to
	// "ignore".
	Voicemail string            `json:"voicemail,omitempty"`
	Service   string            `json:"service,omitempty"`
	Reference string            `json:"reference,omitempty"`
	Metadata  map[string]string `json:"metadata,omitempty"`
}

// PlaylistItem is one part of what a call says: exactly one of Say, Digits,
// Play, Pause, Phrase and Gather.
type PlaylistItem struct {
	Say    string   `json:"say,omitempty"`    // words for the speech engine
	Digits string   `json:"digits,omitempty"` // spoken one by one
	Play   string   `json:"play,omitempty"`   // a recording (WAV or MP3): its URL, fetched before the call, or [Recording.Play]
	Pause  Duration `json:"pause,omitempty"`
	Phrase string   `json:"phrase,omitempty"` // a recorded sentence of the voice pack: "your_code"
	Gather *Gather  `json:"gather,omitempty"`
	Locale string   `json:"locale,omitempty"` // of this item; the call's where empty
	Gender string   `json:"gender,omitempty"` // "female" or "male"
}

// Gather waits for keys.
type Gather struct {
	Max     int      `json:"max,omitempty"`      // keys awaited; 1 where empty
	Timeout Duration `json:"timeout,omitempty"`  // 5s where empty
	Finish  string   `json:"finish,omitempty"`   // a key that ends it: "#"
	Expect  string   `json:"expect,omitempty"`   // keys that let the call go on; others hang up
	BargeIn bool     `json:"barge_in,omitempty"` // a key cuts the words before short
	Go      bool     `json:"go_on,omitempty"`    // the call goes on when no key was pressed
}

// Call is what the server tells of a call.
type Call struct {
	ID         string            `json:"id"`
	Status     string            `json:"status"`
	To         string            `json:"to"`
	From       string            `json:"from"`
	Service    string            `json:"service"`
	Carrier    string            `json:"carrier"` // "" until one was chosen
	Locale     string            `json:"locale"`
	Outcome    string            `json:"outcome"` // "" while it goes on
	Cause      string            `json:"cause"`   // "486 Busy Here"
	Digits     string            `json:"digits"`  // keys that were pressed
	Reference  string            `json:"reference"`
	Metadata   map[string]string `json:"metadata"`
	CreatedAt  time.Time         `json:"created_at"`
	StartedAt  *time.Time        `json:"started_at"`
	AnsweredAt *time.Time        `json:"answered_at"`
	EndedAt    *time.Time        `json:"ended_at"`
}

// The statuses of a call.
const (
	CallQueued     = "queued"
	CallRinging    = "ringing"
	CallInProgress = "in_progress"
	CallCompleted  = "completed"
	CallFailed     = "failed"
)

// MessageRequest is the body of POST /v1/messages: an SMS.
type MessageRequest struct {
	To        string            `json:"to"`
	Country   string            `json:"country,omitempty"`
	From      string            `json:"from,omitempty"` // sender
	Text      string            `json:"text"`
	Validity  Duration          `json:"validity,omitempty"` // how long it may be on its way; 24h where empty
	Flash     bool              `json:"flash,omitempty"`    // shown at once and not kept
	CarrierID *string           `json:"carrier_id,omitempty"`
	Service   string            `json:"service,omitempty"`
	Reference string            `json:"reference,omitempty"`
	Metadata  map[string]string `json:"metadata,omitempty"`
}

// Message is what the server tells of an SMS. It holds no text.
type Message struct {
	ID        string            `json:"id"`
	Status    string            `json:"status"`
	To        string            `json:"to"`
	From      string            `json:"from"`
	Service   string            `json:"service"`
	Carrier   string            `json:"carrier"`
	Segments  int               `json:"segments"`
	Encoding  string            `json:"encoding"` // "gsm7" or "ucs2"
	Error     string            `json:"error"`    // the carrier's own words; "" while all is well
	Reference string            `json:"reference"`
	Metadata  map[string]string `json:"metadata"`
	CreatedAt time.Time         `json:"created_at"`
	StartedAt *time.Time        `json:"started_at"`
	EndedAt   *time.Time        `json:"ended_at"`
}

// The statuses of a message.
const (
	MessageQueued      = "queued"
	MessageSubmitted   = "submitted"
	MessageDelivered   = "delivered"
	MessageUndelivered = "undelivered"
	MessageExpired     = "expired"
	MessageRejected    = "rejected"
)
