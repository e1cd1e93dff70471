package web

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/pinbell/pinbell"
)

const maxIdempotencyKey = 255

// A stored answer of a request that had an Idempotency-Key.
type answer struct {
	Status   int             `json:"status"`
	Location string          `json:"location,omitempty"`
	Body     json.RawMessage `json:"body"`
}

// keep encodes an answer to be given again.
func keep(status int, location string, body any) []byte {
	inner, err := json.Marshal(body)
	if err != nil {
		inner = []byte("{}") // wire types always encode
	}
	outer, _ := json.Marshal(answer{Status: status, Location: location, Body: inner})
	return outer
}

// once reads the Idempotency-Key. shape turns the outcome into the answer that
// is kept, in the same transaction as the outcome itself. nil without a key.
func once(r *http.Request, c caller, body []byte, status int, shape func(pinbell.Verification, bool) any) (*pinbell.Once, error) {
	key := r.Header.Get("Idempotency-Key")
	if key == "" {
		return nil, nil
	}
	if len(key) > maxIdempotencyKey {
		return nil, pinbell.Invalid("Idempotency-Key", "is longer than %d characters", maxIdempotencyKey)
	}
	for i := range len(key) {
		if key[i] < 0x21 || key[i] > 0x7e {
			return nil, pinbell.Invalid("Idempotency-Key", "may hold printable ASCII only")
		}
	}
	h := sha256.New()
	path := r.URL.Path
	if r.URL.RawQuery != "" {
		path += "?" + r.URL.RawQuery
	}
	_, _ = h.Write([]byte(r.Method + " " + path + "\n"))
	_, _ = h.Write(body)
	o := &pinbell.Once{Owner: c.key.ID, Key: key}
	h.Sum(o.Request[:0])
	o.Answer = func(v pinbell.Verification, approved bool) []byte {
		location := ""
		if status == http.StatusCreated {
			location = r.URL.Path + "/" + string(v.ID)
		}
		return keep(status, location, shape(v, approved))
	}
	return o, nil
}

// replayed writes the first answer again, when err says that there was one.
func replayed(w http.ResponseWriter, err error) (bool, error) {
	var replay *pinbell.ReplayError
	if !errors.As(err, &replay) {
		return false, err
	}
	var a answer
	if err := json.Unmarshal(replay.Answer, &a); err != nil {
		return false, err
	}
	w.Header().Set("Idempotency-Replayed", "true")
	if a.Location != "" {
		w.Header().Set("Location", a.Location)
	}
	write(w, a.Status, a.Body)
	return true, nil
}
