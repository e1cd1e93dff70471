package web

import (
	"errors"
	"net/http"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/verify"
)

// look reads a verification and its history as they stand. The history is read
// around the verification: it then holds all that the verification shows, and
// whoever follows it from LastSeq on misses nothing that the verification does
// not show yet.
func (p *page) look(r *http.Request) (tryView, error) {
	v, err := p.own(r)
	if err != nil {
		return tryView{}, err
	}
	events, err := p.cfg.Verify.Events(r.Context(), v.ID, "", 0)
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
	since, err := p.cfg.Verify.Events(r.Context(), v.ID, "", last)
	if err != nil {
		return tryView{}, err
	}
	d := viewOf(v, append(events, since...), p.channels(), p.cfg.Now())
	d.LastSeq = last
	d.Code, _, err = p.cfg.Verify.ShownCode(v)
	return d, err
}

// try shows how the verification goes, and asks for the code or shows it.
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
	switch {
	case !d.Pending:
		title = d.Verdict
	case d.Keyed():
		title = "Key the code on your phone"
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
		_, _, err := p.cfg.Verify.Check(r.Context(), verify.CheckRequest{ID: id, Code: r.PostFormValue("code")})
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
		_, err = p.cfg.Verify.Resend(r.Context(), id, ch, "", nil)
		return err
	})
}

// cancel ends the verification.
func (p *page) cancel(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(id pinbell.VerificationID) error {
		_, err := p.cfg.Verify.Cancel(r.Context(), id, "", nil)
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
