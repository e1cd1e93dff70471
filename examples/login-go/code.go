package main

import (
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"strings"

	"github.com/pinbell/pinbell/api"
)

// brand is what the SMS and the call say the code is for.
const brand = "Acme"

// sendCode starts a verification by SMS and returns its identifier, which
// stays in the session: the browser never sees it.
func (a *app) sendCode(r *http.Request, u *user) (string, error) {
	ip, _, _ := net.SplitHostPort(r.RemoteAddr)
	v, err := a.pinbell.Start(r.Context(), api.StartRequest{To: u.number, Channel: "sms", Brand: brand, ClientIP: ip, Reference: "log-in"})
	return v.ID, err
}

// askCode asks for the code; only between the password and the code.
func (a *app) askCode(w http.ResponseWriter, r *http.Request) {
	s := a.sessions.of(r)
	if s.pending == nil {
		a.redirect(w, r, "/login", "")
		return
	}
	a.show(w, r, "code", masked(s.pending.number))
}

// checkCode signs the person in when the code is right.
func (a *app) checkCode(w http.ResponseWriter, r *http.Request) {
	s := a.sessions.of(r)
	if s.pending == nil {
		a.redirect(w, r, "/login", "")
		return
	}
	got, err := a.pinbell.Check(r.Context(), s.verification, api.CheckRequest{Code: strings.TrimSpace(r.FormValue("code"))})
	switch {
	case err != nil:
		a.failed(w, r, "/code", err)
	case got.Valid:
		a.sessions.start(w, r, session{user: s.pending})
		a.redirect(w, r, "/", "")
	case got.Status == api.StatusPending:
		a.redirect(w, r, "/code", fmt.Sprintf("That is not the code. Tries left: %d.", got.ChecksLeft))
	default:
		a.leave(w, r, "/login", "Too many wrong codes. Log in again.")
	}
}

// callInstead has the same code said in a call.
func (a *app) callInstead(w http.ResponseWriter, r *http.Request) {
	s := a.sessions.of(r)
	if s.pending == nil {
		a.redirect(w, r, "/login", "")
		return
	}
	if _, err := a.pinbell.Resend(r.Context(), s.verification, api.ResendRequest{Channel: "voice"}); err != nil {
		a.failed(w, r, "/code", err)
		return
	}
	a.redirect(w, r, "/code", "We are calling you.")
}

// failed leads back to a page with what Pinbell refused, in words for people.
func (a *app) failed(w http.ResponseWriter, r *http.Request, page string, err error) {
	message := "That did not work. Try again later."
	var p *api.Problem
	if !errors.As(err, &p) {
		log.Print(err)
		a.redirect(w, r, page, message)
		return
	}
	switch p.Code {
	case api.CodeInvalidNumber:
		message = "No code can be sent to your number."
	case api.CodeInvalidRequest:
		message = "That is not a code."
	case api.CodeRateLimited:
		message = "That was too often. Try again later."
	case api.CodeVerificationExpired, api.CodeVerificationApproved, api.CodeVerificationCanceled,
		api.CodeVerificationFailed, api.CodeVerificationChecks:
		a.leave(w, r, "/login", "The code is not valid any more. Log in again.")
		return
	default:
		log.Printf("pinbell: %v", p)
	}
	a.redirect(w, r, page, message)
}

// masked shows the end of a number.
func masked(number string) string {
	return strings.Repeat("•", max(0, len(number)-2)) + number[max(0, len(number)-2):]
}
