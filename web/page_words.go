package web

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/api"
)

// A trouble is an error in words for the person in front of the page.
type trouble struct {
	Status int
	Title  string
	Text   string
	Wait   time.Duration // before it is worth trying again; 0 where unknown
}

// header tells machines how long to wait.
func (t trouble) header(w http.ResponseWriter) {
	if t.Wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(t.Wait.Seconds()))))
	}
}

// troubleOf says an error. The status is the native API's, see [problem].
func troubleOf(err error) trouble {
	if errors.Is(err, errForeign) {
		return trouble{Status: http.StatusForbidden, Title: "That did not come from here", Text: "The form was sent by another site, so nothing was done."}
	}
	p := problem(err)
	t := trouble{Status: p.Status, Wait: p.RetryAfter}
	switch {
	case errors.Is(err, pinbell.ErrTooManyLive):
		t.Title = "Too many at once"
		t.Text = fmt.Sprintf("%d verifications of this number are under way already. Finish or cancel one, or wait %s.", pinbell.MaxLive, inWords(p.RetryAfter))
	case errors.Is(err, pinbell.ErrTooManySends):
		t.Title = "Sent often enough"
		t.Text = fmt.Sprintf("This code was sent %d times, which is the most. Use it, or start again.", pinbell.MaxSends)
	case p.Code == api.CodeRateLimited:
		t.Title, t.Text = "Too many", "There were too many verifications just now. Try again in "+inWords(p.RetryAfter)+"."
	case p.Code == api.CodeNoCarrier:
		t.Title, t.Text = "No way to that number", "Nothing here can reach this number that way."
	case p.Status == http.StatusNotFound:
		t.Title, t.Text = "Nothing here", "There is no such verification. It may have been tidied away."
	case p.Status == http.StatusServiceUnavailable:
		t.Title, t.Text = "Not right now", "Pinbell cannot do this at the moment. Try again in "+inWords(p.RetryAfter)+"."
	case p.Status == http.StatusConflict:
		t.Title, t.Text = "It is over", "This verification has ended."
	case p.Status < http.StatusInternalServerError:
		t.Title, t.Text = "That cannot be", "What was sent is not a form of this page."
	default:
		t.Title, t.Text = "Something went wrong", "The fault is on this side. Try again."
	}
	return t
}

// formFault marks a body that is not a form.
func formFault(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return err
	}
	return &bodyError{detail: "the body is not a form"}
}

// startFaults says what is wrong with the first form, by field.
func startFaults(err error, t trouble, ch pinbell.Channel) map[string]string {
	faults := map[string]string{}
	for _, f := range fieldErrors(err) {
		switch f.Field {
		case "to":
			faults["to"] = "This number " + countryNamed(f.Detail) + "."
			if f.Detail == "is empty" {
				faults["to"] = "Type the number to verify."
			}
		case "country":
			faults["to"] = "This country is not known. Choose one from the list."
		case "locale":
			faults["locale"] = "This language cannot be used: " + f.Detail + "."
		case "workflow[0].locales":
			faults["second"] = "This language cannot be used: " + f.Detail + "."
		case "channel", "workflow[0].channel":
			faults["channel"] = "Choose a call or an SMS."
		default:
			faults[""] = t.Text
		}
	}
	switch {
	case len(faults) > 0:
	case errors.Is(err, pinbell.ErrTooManyLive):
		faults["to"] = t.Text
	case errors.Is(err, pinbell.ErrNoCarrier) && ch == pinbell.Voice:
		faults["channel"] = "No carrier here can call this number. Try an SMS."
	case errors.Is(err, pinbell.ErrNoCarrier):
		faults["channel"] = "No carrier here can send an SMS to this number. Try a call."
	default:
		faults[""] = t.Text
	}
	return faults
}

// endings say how a delivery ended.
var endings = map[pinbell.Channel]map[pinbell.Outcome]string{
	pinbell.Voice: {
		pinbell.Completed:    "The code was said",
		pinbell.HungUp:       "Hung up before the code was said in full",
		pinbell.Busy:         "The line is busy",
		pinbell.NoAnswer:     "Nobody answered",
		pinbell.Rejected:     "The call was declined",
		pinbell.Unreachable:  "The phone cannot be reached",
		pinbell.Voicemail:    "A voicemail answered, so the code was not said",
		pinbell.CarrierError: "The carrier could not place the call",
		pinbell.Throttled:    "The carrier takes no more calls right now",
		pinbell.Expired:      "The code expired first",
		pinbell.Canceled:     "Stopped",
	},
	pinbell.SMS: {
		pinbell.Delivered:    "Delivered",
		pinbell.Undelivered:  "The message could not be delivered",
		pinbell.Expired:      "The message did not arrive in time",
		pinbell.Rejected:     "The carrier refused the message",
		pinbell.Unreachable:  "The phone cannot be reached",
		pinbell.CarrierError: "The carrier could not take the message",
		pinbell.Throttled:    "The carrier takes no more messages right now",
		pinbell.Canceled:     "Stopped",
	},
}

// confirmedEndings say how a call ended that asked for keys, where that differs.
var confirmedEndings = map[pinbell.Confirm]map[pinbell.Outcome]string{
	pinbell.ConfirmPress1: {
		pinbell.Voicemail: "Nobody pressed 1, so the code was not said",
	},
	pinbell.ConfirmKeypad: {
		pinbell.Completed: "The call is over",
		pinbell.HungUp:    "The call ended before the code was keyed",
		pinbell.Voicemail: "Nobody pressed a key",
	},
}

// ending says an outcome in words.
func ending(ch pinbell.Channel, by pinbell.Confirm, o pinbell.Outcome) string {
	if words, ok := confirmedEndings[by][o]; ok && ch == pinbell.Voice {
		return words
	}
	if words, ok := endings[ch][o]; ok {
		return words
	}
	return "It is not known how this ended"
}

// wrongCode tells of a guess that failed.
func wrongCode(left int) string {
	return "That code is not right. " + count(left, "try", "tries") + " left."
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// inWords says a wait, rounded up: "45 seconds", "4 minutes".
func inWords(d time.Duration) string {
	if s := int(math.Ceil(d.Seconds())); s <= 90 {
		return count(max(s, 1), "second", "seconds")
	}
	return count(int(math.Ceil(d.Minutes())), "minute", "minutes")
}
