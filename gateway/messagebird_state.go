package gateway

import (
	"fmt"
	"strings"

	"github.com/pinbell/pinbell"
)

func (m *messageBird) state(a answer) (state, error) {
	var r messageBirdResource
	if err := a.decode(&r); err != nil {
		return state{}, err
	}
	if len(r.Recipients.Items) == 0 {
		return state{}, errNotUnderstood
	}
	item, code := r.Recipients.Items[0], ""
	if item.ErrorCode != nil {
		code = fmt.Sprint(item.ErrorCode)
	}
	return m.read(item.Status, code), nil
}

// read maps a recipient's status.
func (m *messageBird) read(status, code string) state {
	s := state{cause: clip(status)}
	if code != "" && code != "0" {
		s.cause += ", code " + clip(code)
	}
	if m.voice {
		s.stage, s.outcome = messageBirdCalls[status].stage, messageBirdCalls[status].outcome
		return s
	}
	switch status {
	case "delivered":
		s.outcome = pinbell.Delivered
	case "expired":
		s.outcome = pinbell.Expired
	case "delivery_failed":
		s.outcome = messageBirdOutcome(code)
	default: // scheduled, sent, buffered
		s.outcome = pinbell.Submitted
	}
	return s
}

// messageBirdCalls are the statuses of calls; scheduled and calling say nothing
// yet. That a call was answered is the last that the company tells.
var messageBirdCalls = map[string]state{
	"answered": {stage: pinbell.StageAnswered, outcome: pinbell.Completed},
	"busy":     {outcome: pinbell.Busy},
	"machine":  {outcome: pinbell.Voicemail},
	"failed":   {outcome: pinbell.Unreachable}, // the person was not reached, for any reason
}

// messageBirdOutcome maps an error code of a message that was not delivered.
func messageBirdOutcome(code string) pinbell.Outcome {
	switch code {
	case "1", "5", "6", "9", "12", "27": // unknown, unidentified, absent or illegal subscriber, illegal handset
		return pinbell.Unreachable
	case "13", "103": // the subscriber is barred, or wants no messages
		return pinbell.Rejected
	case "104", "105", "106", "110": // sender or content not registered, too many, filtered: another carrier may be let through
		return pinbell.CarrierError
	}
	return pinbell.Undelivered
}

// messageBirdLanguages are the company's, the first of a language being the
// one for countries that have none of their own.
var messageBirdLanguages = []pinbell.Locale{
	"cy-GB", "da-DK", "de-DE", "el-GR", "en-US", "en-GB", "en-AU", "en-IN", "es-ES", "es-MX", "es-US", "fr-FR", "fr-CA",
	"id-ID", "is-IS", "it-IT", "ja-JP", "ko-KR", "ms-MY", "nb-NO", "nl-NL", "pl-PL", "pt-PT", "pt-BR", "ro-RO", "ru-RU",
	"sv-SE", "ta-IN", "th-TH", "tr-TR", "vi-VN", "zh-CN", "zh-HK",
}

// messageBirdLanguage is how the company calls a language that it speaks:
// Cantonese by the place.
func messageBirdLanguage(l pinbell.Locale) string {
	if l.Language() == "yue" {
		return "zh-hk"
	}
	return strings.ToLower(string(nearest(l, messageBirdLanguages)))
}
