package gateway

import (
	"strconv"
	"strings"

	"github.com/pinbell/pinbell"
)

func (x *xoxzo) state(a answer) (state, error) {
	said := parse(a.body)
	status, ok := find(said, "status")
	if !ok {
		return state{}, errNotUnderstood
	}
	if !x.voice {
		return xoxzoMessage(status), nil
	}
	end, _ := find(said, "end_time")
	duration, _ := find(said, "duration")
	return xoxzoCall(status, end, duration), nil
}

func xoxzoMessage(status string) state {
	s := state{outcome: pinbell.Submitted, cause: clip(status)} // QUEUED, DELIVERING
	switch word(status) {
	case "delivered":
		s.outcome = pinbell.Delivered
	case "fail", "failed":
		s.outcome = pinbell.Undelivered
	}
	return s
}

// xoxzoCalls are statuses of calls. The company publishes no list of them:
// these are the usual ones.
var xoxzoCalls = map[string]state{
	"ringing":    {stage: pinbell.StageRinging},
	"inprogress": {stage: pinbell.StageAnswered},
	"answer":     {stage: pinbell.StageAnswered},
	"answered":   {stage: pinbell.StageAnswered},
	"complete":   {stage: pinbell.StageAnswered, outcome: pinbell.Completed},
	"completed":  {stage: pinbell.StageAnswered, outcome: pinbell.Completed},
	"success":    {stage: pinbell.StageAnswered, outcome: pinbell.Completed},
	"busy":       {outcome: pinbell.Busy},
	"noanswer":   {outcome: pinbell.NoAnswer},
	"unanswered": {outcome: pinbell.NoAnswer},
	"timeout":    {outcome: pinbell.NoAnswer},
	"rejected":   {outcome: pinbell.Rejected},
	"declined":   {outcome: pinbell.Rejected},
	"cancel":     {outcome: pinbell.Canceled},
	"canceled":   {outcome: pinbell.Canceled},
	"cancelled":  {outcome: pinbell.Canceled},
	"fail":       {outcome: pinbell.Unreachable},
	"failed":     {outcome: pinbell.Unreachable},
	"failure":    {outcome: pinbell.Unreachable},
	"error":      {outcome: pinbell.Unreachable},
}

// xoxzoCall reads a call's state. One whose status says nothing final is over
// when it has an end, and was heard when it lasted.
func xoxzoCall(status, end, duration string) state {
	w := word(status)
	s := xoxzoCalls[w]
	s.cause = clip(status)
	seconds, err := strconv.ParseFloat(duration, 64)
	over := w == "end" || w == "ended" || w == "finish" || w == "finished"
	switch {
	case s.outcome != "", end == "" && !over:
	case seconds > 0, s.stage == pinbell.StageAnswered, over && err != nil:
		s.stage, s.outcome = pinbell.StageAnswered, pinbell.Completed
	default:
		s.outcome = pinbell.NoAnswer
	}
	return s
}

// word is a status without what it is spelled differently by: "NO ANSWER",
// "no-answer" and "No_Answer" are one.
func word(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 'a' || r > 'z' {
			return -1
		}
		return r
	}, strings.ToLower(s))
}
