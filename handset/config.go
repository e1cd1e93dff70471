package handset

import (
	"cmp"
	"errors"
	"log/slog"
	"time"
)

// Config says where a handset listens and what it does by default.
type Config struct {
	// SIPAddr is the UDP address for SIP; calls' media use other ports of the
	// same host. Defaults to "127.0.0.1:0".
	SIPAddr string
	// SMPPAddr is the TCP address for SMPP. Defaults to "127.0.0.1:0".
	SMPPAddr string
	// Voices are the recordings by which spoken codes are recognised. Defaults
	// to none, so that no code is.
	Voices Voices
	// AnswerAfter is how long a phone rings before it answers by itself, unless
	// its behaviour says otherwise. A negative value answers at once. Defaults
	// to 1 s.
	AnswerAfter time.Duration
	// HangUpWhenHeard ends a call once a code was heard whole. Defaults to false.
	HangUpWhenHeard bool
	// Password that an SMPP bind must give. Defaults to "", which takes any.
	Password string
	// ReceiptAfter is how long after a message its delivery receipt follows,
	// unless a behaviour says otherwise. Defaults to 200 ms.
	ReceiptAfter time.Duration
	// MaxCalls and MaxMessages are how many of the newest are kept. Default to 1000.
	MaxCalls, MaxMessages int
	// ZeroFill leaves silent what of a call's sound got lost. Defaults to false:
	// it is concealed as phones do, by the voice's last period that fades.
	ZeroFill bool
	// MaxRecording is how much sound of a call is kept. Defaults to 2 min.
	MaxRecording time.Duration
	// MaxAudio is how many bytes of sound, 8000 a second, are kept in all;
	// the oldest calls' are dropped first. Defaults to 64 MiB.
	MaxAudio int
	// MaxConcurrent is how many calls may be under way; more are refused with
	// 503. Defaults to 500.
	MaxConcurrent int
	// Logger hears of calls and binds, never of codes or texts. Defaults to none.
	Logger *slog.Logger
}

func (c Config) withDefaults() (Config, error) {
	c.SIPAddr = cmp.Or(c.SIPAddr, "127.0.0.1:0")
	c.SMPPAddr = cmp.Or(c.SMPPAddr, "127.0.0.1:0")
	c.AnswerAfter = max(0, cmp.Or(c.AnswerAfter, time.Second))
	c.ReceiptAfter = max(0, cmp.Or(c.ReceiptAfter, 200*time.Millisecond))
	c.MaxCalls = cmp.Or(c.MaxCalls, 1000)
	c.MaxMessages = cmp.Or(c.MaxMessages, 1000)
	c.MaxRecording = cmp.Or(c.MaxRecording, 2*time.Minute)
	c.MaxAudio = cmp.Or(c.MaxAudio, 64<<20)
	c.MaxConcurrent = cmp.Or(c.MaxConcurrent, 500)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.MaxCalls < 1 || c.MaxMessages < 1 || c.MaxRecording < 0 || c.MaxAudio < 0 || c.MaxConcurrent < 1 {
		return c, errors.New("handset: limits must be positive")
	}
	return c, nil
}
