package web

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pinbell/pinbell"
)

func TestTimeline(t *testing.T) {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	happened := func(kind pinbell.EventKind, after time.Duration, o pinbell.Outcome, detail string) pinbell.Event {
		return pinbell.Event{Attempt: "at_1", Kind: kind, At: start.Add(after), Outcome: o, Detail: detail}
	}
	stage := func(s pinbell.Stage, after time.Duration, detail string) pinbell.Event {
		return happened(pinbell.StageEvent(s), after, "", detail)
	}
	tests := []struct {
		name    string
		channel pinbell.Channel
		by      pinbell.Confirm
		status  pinbell.AttemptStatus
		over    bool
		events  []pinbell.Event
		say     string
		want    string // "state label detail after", one a line
	}{
		{"waiting", pinbell.Voice, pinbell.ConfirmNone, pinbell.AttemptQueued, false, nil, "Getting ready", `
			now Calling
			next Ringing
			next Answered
			next Speaking
			next Ended`},
		{"ringing", pinbell.Voice, pinbell.ConfirmNone, pinbell.AttemptSending, false, []pinbell.Event{
			stage(pinbell.StageSending, 0, ""), stage(pinbell.StageRinging, 800*time.Millisecond, "180 Ringing"), stage(pinbell.StageRinging, time.Second, "183 Session Progress"),
		}, "Your phone is ringing", `
			done Calling +0.0 s
			now Ringing 180 Ringing +0.8 s
			next Answered
			next Speaking
			next Ended`},
		{"answered at once, a key pressed", pinbell.Voice, pinbell.ConfirmNone, pinbell.AttemptSending, false, []pinbell.Event{
			stage(pinbell.StageSending, 0, ""), stage(pinbell.StageAnswered, time.Second, "200 OK"), stage(pinbell.StageKey, 65*time.Second, ""),
		}, "You pressed a key", `
			done Calling +0.0 s
			done Answered 200 OK +1.0 s
			now Key pressed +1:05
			next Speaking
			next Ended`},
		{"busy", pinbell.Voice, pinbell.ConfirmNone, pinbell.AttemptEnded, true, []pinbell.Event{
			stage(pinbell.StageSending, 0, ""), happened(pinbell.EventEnded, time.Second, pinbell.Busy, "486 Busy Here"),
		}, "The line is busy", `
			done Calling +0.0 s
			bad The line is busy 486 Busy Here +1.0 s`},
		{"to be keyed", pinbell.Voice, pinbell.ConfirmKeypad, pinbell.AttemptSending, false, []pinbell.Event{
			stage(pinbell.StageSending, 0, ""), stage(pinbell.StageAnswered, time.Second, "200 OK"),
		}, "You answered", `
			done Calling +0.0 s
			now Answered 200 OK +1.0 s
			next Keys pressed
			next Ended`},
		{"keyed", pinbell.Voice, pinbell.ConfirmKeypad, pinbell.AttemptEnded, true, []pinbell.Event{
			stage(pinbell.StageSending, 0, ""), stage(pinbell.StageKey, time.Second, ""), stage(pinbell.StageKey, 2*time.Second, ""),
			happened(pinbell.EventEnded, 3*time.Second, pinbell.Completed, "playlist ended"),
		}, "The call is over", `
			done Calling +0.0 s
			done Keys pressed +1.0 s
			done The call is over playlist ended +3.0 s`},
		{"nobody pressed 1", pinbell.Voice, pinbell.ConfirmPress1, pinbell.AttemptEnded, true, []pinbell.Event{
			stage(pinbell.StageSending, 0, ""), happened(pinbell.EventEnded, time.Second, pinbell.Voicemail, "no key was pressed"),
		}, "Nobody pressed 1, so the code was not said", `
			done Calling +0.0 s
			bad Nobody pressed 1, so the code was not said no key was pressed +1.0 s`},
		{"a crash while sending", pinbell.Voice, pinbell.ConfirmNone, pinbell.AttemptUnknown, false, []pinbell.Event{
			stage(pinbell.StageSending, 0, ""), happened(pinbell.EventEnded, time.Second, pinbell.Unknown, ""),
		}, "It is not known how this ended", `
			done Calling +0.0 s
			done It is not known how this ended +1.0 s`},
		{"submitted", pinbell.SMS, pinbell.ConfirmNone, pinbell.AttemptSent, false, []pinbell.Event{
			stage(pinbell.StageSending, 0, ""), happened(pinbell.StageEvent(pinbell.StageSubmitted), time.Second, pinbell.Submitted, ""),
			happened(pinbell.EventReceipt, 2*time.Second, pinbell.Submitted, "stat:ACCEPTD"),
		}, "Your message is on its way", `
			done Sending +0.0 s
			now Submitted +1.0 s
			next Delivered`},
		{"submitted, and the code was used", pinbell.SMS, pinbell.ConfirmNone, pinbell.AttemptSent, true, []pinbell.Event{
			stage(pinbell.StageSending, 0, ""), happened(pinbell.StageEvent(pinbell.StageSubmitted), time.Second, pinbell.Submitted, ""),
		}, "Your message is on its way", `
			done Sending +0.0 s
			done Submitted +1.0 s`},
		{"delivered", pinbell.SMS, pinbell.ConfirmNone, pinbell.AttemptEnded, false, []pinbell.Event{
			stage(pinbell.StageSending, 0, ""), happened(pinbell.StageEvent(pinbell.StageSubmitted), time.Second, pinbell.Submitted, ""),
			happened(pinbell.EventReceipt, 2*time.Second, pinbell.Delivered, "stat:DELIVRD"),
		}, "Delivered", `
			done Sending +0.0 s
			done Submitted +1.0 s
			done Delivered stat:DELIVRD +2.0 s`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			other := pinbell.Event{Attempt: "at_2", Kind: pinbell.EventEnded, At: start, Outcome: pinbell.Rejected}
			got := timelineOf(pinbell.Attempt{ID: "at_1", Channel: tt.channel, Status: tt.status}, tt.by, append(tt.events, other), tt.over)
			if got.Say != tt.say {
				t.Errorf("says %q, want %q", got.Say, tt.say)
			}
			var lines []string
			for _, s := range got.Steps {
				lines = append(lines, strings.Join(strings.Fields(strings.Join([]string{s.State, s.Label, s.Detail, s.After}, " ")), " "))
			}
			var want []string
			for line := range strings.Lines(strings.TrimSpace(tt.want)) {
				want = append(want, strings.TrimSpace(line))
			}
			if diff := cmp.Diff(want, lines); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCountryNamed(t *testing.T) {
	for words, want := range map[string]string{
		"is too short for a number in DE":        "is too short for a number in Germany",
		"cannot exist in the country of +888":    "cannot exist in the country of +888",
		"is empty":                               "is empty",
		"is too long for a number in Q9":         "is too long for a number in Q9",
		"cannot exist in GB":                     "cannot exist in United Kingdom",
		"is longer than what is dialled in time": "is longer than what is dialled in time",
		"in":                                     "in",
		"":                                       "",
	} {
		if got := countryNamed(words); got != want {
			t.Errorf("%q became %q", words, got)
		}
	}
}

func TestGroups(t *testing.T) {
	for digits, want := range map[string]string{
		"123456": "123 456", "1234567": "123 4567", "12345678": "1234 5678", "123456789": "123 456 789", "1234567890": "123 456 7890",
	} {
		code, err := pinbell.ParseCode(digits)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(groups(code), " "); got != want {
			t.Errorf("%s reads as %q, want %q", digits, got, want)
		}
	}
}
