package web

import (
	"slices"
	"time"

	"github.com/pinbell/pinbell"
)

// A tryView is a verification as the page shows it.
type tryView struct {
	ID       pinbell.VerificationID
	Status   pinbell.Status
	To       string // as it was understood, for starting again
	Number   string
	Channel  pinbell.Channel
	Locale   pinbell.Locale
	Second   pinbell.Locale // of a call, by a key; "" for none
	Language string
	Confirm  pinbell.Confirm
	Code     pinbell.Code // to be keyed in the call; zero where the phone tells it

	Now     timeline
	Earlier []timeline

	Left, TTL  int    // seconds
	ChecksLeft string // "4 tries left"
	CodeFault  string
	Fault      string // about another form than the code's
	Again      []again
	Spent      bool // sent as often as it may be

	Pending  bool
	Verdict  string // why it ended
	Advice   string
	Channels []pinbell.Channel
	LastSeq  int64  // of the history that the verification is sure to show
	Duration string // from start to approval
}

// An again is a button that sends the code once more.
type again struct {
	Channel pinbell.Channel
	Label   string
	Busy    bool // this very thing is under way
}

// viewOf is a pure function of what is stored and the time.
func viewOf(v pinbell.Verification, events []pinbell.Event, channels []pinbell.Channel, now time.Time) tryView {
	d := tryView{
		ID: v.ID, Status: v.Status, To: v.To.E164(), Number: spaced(v.To), Channel: v.Channel, Locale: v.Locale, Confirm: v.Options.Voice.Confirm,
		Left: max(0, int(v.ExpiresAt.Sub(now).Seconds())), TTL: int(v.ExpiresAt.Sub(v.CreatedAt).Seconds()),
		ChecksLeft: count(v.ChecksLeft(), "try", "tries") + " left", Pending: v.Status == pinbell.StatusPending, Channels: channels,
	}
	d.languages(v)
	if v.Keyed() {
		channels = []pinbell.Channel{pinbell.Voice}
	}
	if d.Pending && wrongSince(events) {
		d.CodeFault = wrongCode(v.ChecksLeft())
	}
	for _, a := range v.Attempts {
		if a.Status == pinbell.AttemptSkipped || a.Status == pinbell.AttemptQueued && a.DueAt.After(now) {
			continue // nothing of it was or is to be seen
		}
		d.Earlier = append(d.Earlier, timelineOf(a, d.Confirm, events, !d.Pending))
	}
	slices.Reverse(d.Earlier)
	if len(d.Earlier) > 0 {
		d.Now, d.Earlier = d.Earlier[0], d.Earlier[1:]
	}
	revivable := v.Status == pinbell.StatusFailed && now.Before(v.ExpiresAt)
	if d.Spent = v.Sends >= pinbell.MaxSends; !d.Spent && (d.Pending || revivable) {
		d.Again = againBy(channels, d.Now)
	}
	d.judge(v, revivable)
	return d
}

// languages names those of the newest delivery.
func (d *tryView) languages(v pinbell.Verification) {
	for _, a := range v.Attempts {
		own, other := v.Languages(a)
		if d.Language = ownName(own); other != "" {
			d.Language += ", or " + pinbell.SwitchKey + " for " + ownName(other)
			d.Second = other
		}
	}
}

// Keyed reports whether the code is keyed in the call.
func (d tryView) Keyed() bool { return d.Confirm == pinbell.ConfirmKeypad }

// wrongSince reports whether the last thing the person did was a wrong guess.
func wrongSince(events []pinbell.Event) bool {
	for _, e := range slices.Backward(events) {
		switch e.Kind {
		case pinbell.EventCheckFailed:
			return true
		case pinbell.EventResent:
			return false
		}
	}
	return false
}

// againBy offers the same channel and the other.
func againBy(channels []pinbell.Channel, last timeline) []again {
	var offers []again
	for _, ch := range channels {
		label := "Call me"
		switch {
		case ch == pinbell.Voice && last.Channel == ch:
			label = "Call again"
		case ch == pinbell.SMS && last.Channel == ch:
			label = "SMS again"
		case ch == pinbell.SMS:
			label = "SMS instead"
		case last.Channel == pinbell.SMS:
			label = "Call instead"
		}
		offers = append(offers, again{Channel: ch, Label: label, Busy: last.Live && last.Channel == ch})
	}
	return offers
}

// judge says why the verification ended and what can be done.
func (d *tryView) judge(v pinbell.Verification, revivable bool) {
	switch v.Status {
	case pinbell.StatusExpired:
		d.Verdict, d.Advice = "The code has expired", "A code lives for "+inWords(v.ExpiresAt.Sub(v.CreatedAt))+". Ask for a new one."
	case pinbell.StatusMaxChecks:
		d.Verdict, d.Advice = "Too many wrong codes", "To keep the number safe, this code works no more. Ask for a new one."
	case pinbell.StatusCanceled:
		d.Verdict, d.Advice = "Canceled", "The code works no more, and nothing else will be sent."
	case pinbell.StatusBlocked:
		d.Verdict, d.Advice = "This number is blocked", "Codes cannot be sent to it from here."
	case pinbell.StatusFailed:
		d.Verdict, d.Advice = "The code did not get through", "Start again to get a new code."
		if d.Now.Failed {
			d.Verdict = d.Now.Say
		}
		if revivable && len(d.Again) > 0 {
			d.Advice = "The code is still good. Have it sent once more:"
			if d.Keyed() {
				d.Advice = "The code is still good. Be called once more:"
			}
		}
	case pinbell.StatusApproved:
		d.Duration = inWords(v.EndedAt.Sub(v.CreatedAt))
	}
}
