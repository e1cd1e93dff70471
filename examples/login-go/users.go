package main

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"regexp"
	"sync"
	"unicode/utf8"
)

// A user is a person with an account.
type user struct {
	name, number string
	salt, hash   []byte
}

// users are in memory; a real application has a database.
type users struct {
	mu     sync.Mutex
	byName map[string]*user
	nobody user // whose password is hashed in place of an unknown user's
}

// A formError is what somebody has to fill in differently.
type formError string

func (e formError) Error() string { return string(e) }

const (
	iterations  = 600_000 // PBKDF2-HMAC-SHA-256, as OWASP advises
	minPassword = 8
	maxPassword = 1000
)

var number = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

func newUsers() *users { return &users{byName: map[string]*user{}, nobody: user{salt: salt()}} }

// add makes an account.
func (us *users) add(name, to, password string) error {
	switch {
	case name == "" || len(name) > 100:
		return formError("Choose a name.")
	case !number.MatchString(to):
		return formError("Give your number with the country's code, as in +15551234567.")
	case utf8.RuneCountInString(password) < minPassword || len(password) > maxPassword:
		return formError("Choose a password of 8 characters or more.")
	}
	u := &user{name: name, number: to, salt: salt()}
	var err error
	if u.hash, err = u.hashed(password); err != nil {
		return err
	}
	us.mu.Lock()
	defer us.mu.Unlock()
	if us.byName[name] != nil {
		return formError("That name is taken.")
	}
	us.byName[name] = u
	return nil
}

// authenticate returns the user whose password it is. It takes as long where
// there is no such user, so that nobody learns who has an account.
func (us *users) authenticate(name, password string) (*user, bool) {
	us.mu.Lock()
	u := us.byName[name]
	us.mu.Unlock()
	if len(password) > maxPassword {
		return nil, false
	}
	if u == nil {
		u = &us.nobody
	}
	hash, err := u.hashed(password)
	return u, err == nil && subtle.ConstantTimeCompare(hash, u.hash) == 1
}

func (u *user) hashed(password string) ([]byte, error) {
	return pbkdf2.Key(sha256.New, password, u.salt, iterations, sha256.Size)
}

func salt() []byte {
	b := make([]byte, 16)
	_, _ = rand.Read(b)
	return b
}
