package main

import (
	"errors"
	"net/http"
	"strings"
)

// signUp makes an account.
func (a *app) signUp(w http.ResponseWriter, r *http.Request) {
	name, number := strings.TrimSpace(r.FormValue("name")), strings.TrimSpace(r.FormValue("number"))
	err := a.users.add(name, number, r.FormValue("password"))
	var wrong formError
	switch {
	case errors.As(err, &wrong):
		a.redirect(w, r, "/signup", wrong.Error())
	case err != nil:
		a.failed(w, r, "/signup", err)
	default:
		a.redirect(w, r, "/login", "Your account is there. Log in.")
	}
}

// logIn checks name and password, and sends the code to the person's phone.
func (a *app) logIn(w http.ResponseWriter, r *http.Request) {
	u, ok := a.users.authenticate(strings.TrimSpace(r.FormValue("name")), r.FormValue("password"))
	if !ok {
		a.redirect(w, r, "/login", "Name or password is wrong.")
		return
	}
	id, err := a.sendCode(r, u)
	if err != nil {
		a.failed(w, r, "/login", err)
		return
	}
	a.sessions.start(w, r, session{pending: u, verification: id})
	a.redirect(w, r, "/code", "")
}

// logOut ends the session.
func (a *app) logOut(w http.ResponseWriter, r *http.Request) {
	a.leave(w, r, "/", "")
}
