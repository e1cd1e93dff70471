package main

import (
	"crypto/rand"
	"net/http"
	"sync"
	"time"
)

const (
	cookie      = "session"
	sessionTime = 12 * time.Hour
)

// A session is what a browser's cookie stands for.
type session struct {
	user         *user  // who is signed in
	pending      *user  // whose password was right and who has yet to type the code
	verification string // of that code
	flash        string // shown once, on the next page
	until        time.Time
}

// sessions are in memory, by the random value of the cookie.
type sessions struct {
	mu   sync.Mutex
	byID map[string]session
}

func newSessions() *sessions { return &sessions{byID: map[string]session{}} }

// of returns the session of a request, an empty one for a stranger.
func (ss *sessions) of(r *http.Request) session {
	ss.mu.Lock()
	defer ss.mu.Unlock()
	return ss.byID[id(r)]
}

// start gives the browser a session under a new identifier: one that somebody
// else could know must not become one that is signed in.
func (ss *sessions) start(w http.ResponseWriter, r *http.Request, s session) {
	ss.mu.Lock()
	defer ss.mu.Unlock()
	delete(ss.byID, id(r))
	now := time.Now()
	for old, other := range ss.byID {
		if now.After(other.until) {
			delete(ss.byID, old)
		}
	}
	s.until = now.Add(sessionTime)
	fresh := rand.Text()
	ss.byID[fresh] = s
	http.SetCookie(w, &http.Cookie{
		Name: cookie, Value: fresh, Path: "/", Expires: s.until,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil,
	})
}

// flash keeps a message for the next page.
func (ss *sessions) flash(w http.ResponseWriter, r *http.Request, message string) {
	ss.mu.Lock()
	s, known := ss.byID[id(r)]
	if known {
		s.flash = message
		ss.byID[id(r)] = s
	}
	ss.mu.Unlock()
	if !known {
		ss.start(w, r, session{flash: message})
	}
}

// takeFlash returns the message, which is then gone.
func (ss *sessions) takeFlash(r *http.Request) string {
	ss.mu.Lock()
	defer ss.mu.Unlock()
	s, known := ss.byID[id(r)]
	if !known {
		return ""
	}
	message := s.flash
	s.flash = ""
	ss.byID[id(r)] = s
	return message
}

func id(r *http.Request) string {
	c, err := r.Cookie(cookie)
	if err != nil {
		return ""
	}
	return c.Value
}
