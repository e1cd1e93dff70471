package handset

import (
	"log/slog"
	"time"
)

// States of a call.
const (
	Ringing  = "ringing"
	Answered = "answered"
	Ended    = "ended"
)

// A Call is what is known of one call, as the API shows it.
type Call struct {
	ID   string `json:"id"`
	From string `json:"from"`
	To   string `json:"to"`
	// State is ringing, answered or ended.
	State string `json:"state"`
	// Outcome of an ended call: completed, canceled, busy, no_answer, rejected,
	// unreachable or failed.
	Outcome string `json:"outcome"`
	// Manual tells that the call waits for somebody to answer it.
	Manual bool   `json:"manual"`
	Codec  string `json:"codec"`
	// Heard is the code that was recognised in the call, "" for none, and Locale
	// the language it was said in.
	Heard  string `json:"heard"`
	Locale string `json:"locale"`
	// Packets of RTP that arrived, those that did not, and their jitter
	// (RFC 3550 §A.8).
	Packets  uint64  `json:"packets"`
	Lost     int64   `json:"lost"`
	JitterMS float64 `json:"jitter_ms"`
	// AudioSeconds is how much of the call is recorded so far.
	AudioSeconds float64    `json:"audio_seconds"`
	StartedAt    time.Time  `json:"started_at"`
	AnsweredAt   *time.Time `json:"answered_at"`
	EndedAt      *time.Time `json:"ended_at"`
}

// LogValue shows which call it is, without numbers or what was heard.
func (c Call) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", c.ID), slog.String("state", c.State), slog.String("outcome", c.Outcome))
}

// A Message is a received SMS, as the API shows it.
type Message struct {
	ID   string `json:"id"`
	From string `json:"from"`
	To   string `json:"to"`
	Text string `json:"text"`
	// Encoding is gsm7, ucs2, latin1, ascii or binary.
	Encoding string `json:"encoding"`
	// Segments is how many parts the message came in.
	Segments   int       `json:"segments"`
	ReceivedAt time.Time `json:"received_at"`
}

// LogValue shows which message it is, without numbers or text.
func (m Message) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", m.ID), slog.Int("segments", m.Segments))
}
