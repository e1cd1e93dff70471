package web

import (
	"fmt"
	"slices"
	"time"

	"github.com/pinbell/pinbell"
)

// A timeline is one delivery as a person watches it.
type timeline struct {
	Channel pinbell.Channel
	Carrier string
	Say     string        // what happens now, in a few words
	Stage   pinbell.Stage // the newest; "" while it waits
	Live    bool          // under way
	Failed  bool
	Steps   []timelineStep
}

// A timelineStep is one line of it.
type timelineStep struct {
	State  string // "done", "now", "next" or "bad"
	Label  string
	At     time.Time
	After  string // since the first step: "+1.2 s"
	Detail string // signalling facts: "180 Ringing"
}

// A stageWord is a stage in a timeline's plan.
type stageWord struct {
	stage pinbell.Stage
	label string // of its line
	say   string // while it is the newest
	extra bool   // shown only when it happened
}

var (
	callPlan = []stageWord{
		{stage: pinbell.StageSending, label: "Calling", say: "Calling you"},
		{stage: pinbell.StageRinging, label: "Ringing", say: "Your phone is ringing"},
		{stage: pinbell.StageAnswered, label: "Answered", say: "You answered"},
		{stage: pinbell.StageMachine, label: "Answering machine", say: "An answering machine took the call", extra: true},
		{stage: pinbell.StageKey, label: "Key pressed", say: "You pressed a key", extra: true},
		{stage: pinbell.StageSpeaking, label: "Speaking", say: "Listen for the code"},
		{stage: pinbell.StageEnded, label: "Ended"},
	}
	// Of a call in which the code is keyed, and never said.
	keyedPlan = []stageWord{
		{stage: pinbell.StageSending, label: "Calling", say: "Calling you"},
		{stage: pinbell.StageRinging, label: "Ringing", say: "Your phone is ringing"},
		{stage: pinbell.StageAnswered, label: "Answered", say: "You answered"},
		{stage: pinbell.StageKey, label: "Keys pressed", say: "Keys are coming in"},
		{stage: pinbell.StageEnded, label: "Ended"},
	}
	messagePlan = []stageWord{
		{stage: pinbell.StageSending, label: "Sending", say: "Sending your message"},
		{stage: pinbell.StageSubmitted, label: "Submitted", say: "Your message is on its way"},
		{stage: pinbell.StageEnded, label: "Delivered"},
	}
)

// timelineOf lays an attempt and its events out. over says that nothing more
// is awaited, since the verification has ended.
func timelineOf(a pinbell.Attempt, by pinbell.Confirm, events []pinbell.Event, over bool) timeline {
	t := timeline{Channel: a.Channel, Carrier: a.Carrier, Say: "Getting ready"}
	plan := callPlan
	switch {
	case a.Channel == pinbell.SMS:
		plan = messagePlan
	case by == pinbell.ConfirmKeypad:
		plan = keyedPlan
	}
	happened := stagesOf(a, events)
	last := -1
	for i, word := range plan {
		if _, ok := happened[word.stage]; ok {
			last = i
		}
	}
	t.Live = !over && (a.Status == pinbell.AttemptQueued || a.Status == pinbell.AttemptClaimed || a.Status == pinbell.AttemptSending)
	awaited := t.Live || !over && a.Status == pinbell.AttemptSent
	var start time.Time
	for i, word := range plan {
		e, ok := happened[word.stage]
		step := timelineStep{State: "done", Label: word.label, At: e.At, Detail: e.Detail}
		switch {
		case !ok && (i < last || word.extra || !awaited):
			continue // passed over, or not to come any more
		case !ok && last < 0 && i == 0:
			step.State = "now"
		case !ok:
			step.State = "next"
		case i == last && awaited:
			step.State = "now"
		}
		if ok {
			if start.IsZero() {
				start = e.At
			}
			step.After = since(e.At.Sub(start))
			t.Stage, t.Say = word.stage, word.say
		}
		if ok && word.stage == pinbell.StageEnded {
			step.Label = ending(a.Channel, by, e.Outcome)
			t.Say = step.Label
			if t.Failed = !e.Outcome.Reached(); t.Failed {
				step.State = "bad"
			}
		}
		t.Steps = append(t.Steps, step)
	}
	return t
}

// stagesOf finds when each stage of an attempt came first; of its end, the last word.
func stagesOf(a pinbell.Attempt, events []pinbell.Event) map[pinbell.Stage]pinbell.Event {
	happened := map[pinbell.Stage]pinbell.Event{}
	for _, e := range events {
		if e.Attempt != a.ID {
			continue
		}
		stage, ok := stageOf(e)
		if _, known := happened[stage]; !ok || known && stage != pinbell.StageEnded {
			continue
		}
		happened[stage] = e
	}
	return happened
}

// stageOf tells which stage an event brings an attempt to.
func stageOf(e pinbell.Event) (pinbell.Stage, bool) {
	switch e.Kind {
	case pinbell.EventReceipt:
		return pinbell.StageEnded, e.Outcome.Ended()
	case pinbell.EventSkipped:
		return "", false
	}
	plan := slices.Concat(callPlan, messagePlan)
	i := slices.IndexFunc(plan, func(w stageWord) bool { return e.Kind == pinbell.StageEvent(w.stage) })
	if i < 0 {
		return "", false
	}
	return plan[i].stage, true
}

// since writes the time from the first step: "+0.8 s", "+1:05".
func since(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("+%.1f s", d.Seconds())
	}
	return "+" + clock(int(d.Seconds()))
}
