package web

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/verify"
)

// A tryView is a verification as the page shows it.
type tryView struct {
	ID       pinbell.VerificationID
	Status   pinbell.Status
	To       string // as it was understood, for starting again
	Number   string
	Channel  pinbell.Channel
	Locale   pinbell.Locale
	Language string

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

// look reads a verification and its history as they stand. The history is read
// around the verification: it then holds all that the verification shows, and
// whoever follows it from LastSeq on misses nothing that the verification does
// not show yet.
func (p *page) look(r *http.Request) (tryView, error) {
	v, err := p.own(r)
	if err != nil {
		return tryView{}, err
	}
	events, err := p.Verify.Events(r.Context(), v.ID, "", 0)
	if err != nil {
		return tryView{}, err
	}
	var last int64
	if len(events) > 0 {
		last = events[len(events)-1].Seq
	}
	if v, err = p.own(r); err != nil {
		return tryView{}, err
	}
	since, err := p.Verify.Events(r.Context(), v.ID, "", last)
	if err != nil {
		return tryView{}, err
	}
	d := viewOf(v, append(events, since...), p.channels(), p.Now())
	d.LastSeq = last
	return d, nil
}

// viewOf is a pure function of what is stored and the time.
func viewOf(v pinbell.Verification, events []pinbell.Event, channels []pinbell.Channel, now time.Time) tryView {
	d := tryView{
		ID: v.ID, Status: v.Status, To: v.To.E164(), Number: spaced(v.To), Channel: v.Channel, Locale: v.Locale, Language: ownName(v.Locale),
		Left: max(0, int(v.ExpiresAt.Sub(now).Seconds())), TTL: int(v.ExpiresAt.Sub(v.CreatedAt).Seconds()),
		ChecksLeft: count(v.ChecksLeft(), "try", "tries") + " left", Pending: v.Status == pinbell.StatusPending, Channels: channels,
	}
	if d.Pending && wrongSince(events) {
		d.CodeFault = wrongCode(v.ChecksLeft())
	}
	for _, a := range v.Attempts {
		if a.Status == pinbell.AttemptSkipped || a.Status == pinbell.AttemptQueued && a.DueAt.After(now) {
			continue // nothing of it was or is to be seen
		}
		d.Earlier = append(d.Earlier, timelineOf(a, events, !d.Pending))
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
		}
	case pinbell.StatusApproved:
		d.Duration = inWords(v.EndedAt.Sub(v.CreatedAt))
	}
}

// try shows how the verification goes and asks for the code.
func (p *page) try(w http.ResponseWriter, r *http.Request) error {
	d, err := p.look(r)
	if err != nil {
		return err
	}
	return p.showTry(w, r, http.StatusOK, d)
}

func (p *page) showTry(w http.ResponseWriter, r *http.Request, status int, d tryView) error {
	if d.Status == pinbell.StatusApproved {
		return seeOther(w, r, "/try/"+string(d.ID)+"/done")
	}
	title := "Enter your code"
	if !d.Pending {
		title = d.Verdict
	}
	return p.render(w, status, "try", title, d)
}

// done tells that the number is verified.
func (p *page) done(w http.ResponseWriter, r *http.Request) error {
	d, err := p.look(r)
	if err != nil {
		return err
	}
	if d.Status != pinbell.StatusApproved {
		return seeOther(w, r, "/try/"+string(d.ID))
	}
	return p.render(w, http.StatusOK, "done", "Number verified", d)
}

// check takes a guess. One that was charged is answered by going back to the
// page, so that a reload does not guess again.
func (p *page) check(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(id pinbell.VerificationID) error {
		_, _, err := p.Verify.Check(r.Context(), verify.CheckRequest{ID: id, Code: r.PostFormValue("code")})
		return err
	})
}

// resend delivers the code once more.
func (p *page) resend(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(id pinbell.VerificationID) error {
		ch, err := pinbell.ParseChannel(r.PostFormValue("channel"))
		if err != nil {
			return err
		}
		_, err = p.Verify.Resend(r.Context(), id, ch, "", nil)
		return err
	})
}

// cancel ends the verification.
func (p *page) cancel(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(id pinbell.VerificationID) error {
		_, err := p.Verify.Cancel(r.Context(), id, "", nil)
		return err
	})
}

// act does what a form asks for and goes back to the page of the verification,
// which shows by itself how things stand; faults in a form are shown next to it.
func (p *page) act(w http.ResponseWriter, r *http.Request, do func(pinbell.VerificationID) error) error {
	v, err := p.own(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return formFault(err)
	}
	err = do(v.ID)
	t := troubleOf(err)
	switch {
	case err == nil, t.Status == http.StatusConflict:
		return seeOther(w, r, "/try/"+string(v.ID))
	case t.Status == http.StatusInternalServerError:
		return err
	}
	d, lookErr := p.look(r)
	if lookErr != nil {
		return lookErr
	}
	var field *pinbell.FieldError
	switch isField := errors.As(err, &field); {
	case isField && field.Field == "code" && r.PostFormValue("code") == "":
		d.CodeFault = "Type the code you were given."
	case isField && field.Field == "code":
		d.CodeFault = "A code is digits only, as in 123 456. This did not count as a try."
	default:
		d.Fault = t.Text
	}
	t.header(w)
	return p.showTry(w, r, t.Status, d)
}
