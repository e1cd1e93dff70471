package main

import (
	"log"
	"net/http"

	"github.com/pinbell/pinbell/api"
)

// maxForm bounds the body of a request.
const maxForm = 16 << 10

// An app is the whole application.
type app struct {
	pinbell  *api.Client
	users    *users
	sessions *sessions
}

func newApp(pinbell *api.Client) *app {
	return &app{pinbell: pinbell, users: newUsers(), sessions: newSessions()}
}

func (a *app) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", a.home)
	mux.HandleFunc("GET /signup", a.form("signup"))
	mux.HandleFunc("POST /signup", a.signUp)
	mux.HandleFunc("GET /login", a.form("login"))
	mux.HandleFunc("POST /login", a.logIn)
	mux.HandleFunc("GET /code", a.askCode)
	mux.HandleFunc("POST /code", a.checkCode)
	mux.HandleFunc("POST /code/call", a.callInstead)
	mux.HandleFunc("POST /logout", a.logOut)
	// A form that another site made a browser send is refused.
	return http.NewCrossOriginProtection().Handler(http.MaxBytesHandler(mux, maxForm))
}

// home tells who is signed in.
func (a *app) home(w http.ResponseWriter, r *http.Request) {
	name := ""
	if u := a.sessions.of(r).user; u != nil {
		name = u.name
	}
	a.show(w, r, "home", name)
}

// form shows a page that is nothing but a form.
func (a *app) form(page string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { a.show(w, r, page, "") }
}

// show renders a page with what was flashed for it.
func (a *app) show(w http.ResponseWriter, r *http.Request, page, data string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'")
	if err := pages.ExecuteTemplate(w, page, view{Title: titles[page], Flash: a.sessions.takeFlash(r), Data: data}); err != nil {
		log.Printf("page %s: %v", page, err)
	}
}

// redirect leads to a page that shows a message.
func (a *app) redirect(w http.ResponseWriter, r *http.Request, path, flash string) {
	if flash != "" {
		a.sessions.flash(w, r, flash)
	}
	http.Redirect(w, r, path, http.StatusSeeOther)
}

// leave ends the session and leads to a page that shows a message.
func (a *app) leave(w http.ResponseWriter, r *http.Request, path, flash string) {
	a.sessions.start(w, r, session{flash: flash})
	http.Redirect(w, r, path, http.StatusSeeOther)
}
