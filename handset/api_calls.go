package handset

import (
	"encoding/binary"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/rtp"
)

// A list is a page of values, as in the native API; there is no next page.
type list[T any] struct {
	Data []T    `json:"data"`
	Next string `json:"next"`
}

func writeJSON(w http.ResponseWriter, status int, v any) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // an error is the client's going away
	return nil
}

func notFound(http.ResponseWriter, *http.Request) error { return pinbell.ErrNotFound }

// listCalls is GET /calls?to=.
func (h *Handset) listCalls(w http.ResponseWriter, r *http.Request) error {
	to, err := queryNumber(r)
	if err != nil {
		return err
	}
	calls := []Call{}
	for _, c := range h.book.list() {
		if to == "" || c.To == to {
			calls = append(calls, c)
		}
	}
	return writeJSON(w, http.StatusOK, list[Call]{Data: calls})
}

func (h *Handset) callOf(r *http.Request) (*call, error) {
	c, ok := h.book.call(r.PathValue("id"))
	if !ok {
		return nil, pinbell.ErrNotFound
	}
	return c, nil
}

// showCall is GET /calls/{id}.
func (h *Handset) showCall(w http.ResponseWriter, r *http.Request) error {
	c, err := h.callOf(r)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, c.snapshot())
}

// playCall is GET /calls/{id}/audio.wav: what was received so far.
func (h *Handset) playCall(w http.ResponseWriter, r *http.Request) error {
	c, err := h.callOf(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "audio/wav")
	w.Header().Set("Cache-Control", "no-store")
	_ = audio.WriteWAV(w, audio.PCM{Rate: sampleRate, Samples: c.recording.pcm(0)}) // an error is the client's going away
	return nil
}

// streamCall is GET /calls/{id}/audio.pcm?from=N: samples from the Nth on, 16
// bits, little-endian, 8 kHz. The page asks again and again while it plays.
func (h *Handset) streamCall(w http.ResponseWriter, r *http.Request) error {
	c, err := h.callOf(r)
	if err != nil {
		return err
	}
	from := 0
	if v := r.URL.Query().Get("from"); v != "" {
		if from, err = strconv.Atoi(v); err != nil || from < 0 {
			return pinbell.Invalid("from", "want a number of samples")
		}
	}
	samples := c.recording.pcm(from)
	body := make([]byte, 0, 2*len(samples))
	for _, s := range samples {
		body = binary.LittleEndian.AppendUint16(body, uint16(s))
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(body) // an error is the client's going away
	return nil
}

// pressKeys is POST /calls/{id}/keys.
func (h *Handset) pressKeys(w http.ResponseWriter, r *http.Request) error {
	body, err := decode[struct {
		Digits string `json:"digits"`
	}](w, r)
	if err != nil {
		return err
	}
	if body.Digits == "" || len(body.Digits) > 32 {
		return pinbell.Invalid("digits", "want 1 to 32 keys")
	}
	for i := range len(body.Digits) {
		if _, ok := rtp.EventCode(body.Digits[i]); !ok {
			return pinbell.Invalid("digits", "may hold 0 to 9, *, # and A to D")
		}
	}
	c, err := h.callOf(r)
	if err != nil {
		return err
	}
	if err := c.press(body.Digits); err != nil {
		return pinbell.ErrConflict
	}
	return writeJSON(w, http.StatusOK, c.snapshot())
}

// answerCall is POST /calls/{id}/answer: a call that rings is picked up.
func (h *Handset) answerCall(w http.ResponseWriter, r *http.Request) error {
	return h.command(w, r, Ringing, func(c *call) { signal(c.answer) })
}

// hangUpCall is POST /calls/{id}/hangup: a call is declined or ended.
func (h *Handset) hangUpCall(w http.ResponseWriter, r *http.Request) error {
	return h.command(w, r, "", func(c *call) { signal(c.hangup) })
}

// command does something to a call in a state; "" is any but ended.
func (h *Handset) command(w http.ResponseWriter, r *http.Request, state string, do func(*call)) error {
	c, err := h.callOf(r)
	if err != nil {
		return err
	}
	if now := c.snapshot().State; now == Ended || state != "" && now != state {
		return pinbell.ErrConflict
	}
	do(c)
	return writeJSON(w, http.StatusAccepted, c.snapshot())
}
