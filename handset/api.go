package handset

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/pinbell/pinbell"
)

// queryNumber reads "to" of a query, "" where there is none.
func queryNumber(r *http.Request) (string, error) {
	v := r.URL.Query().Get("to")
	if v == "" {
		return "", nil
	}
	to, ok := dialled(v)
	if !ok {
		return "", pinbell.Invalid("to", "want a number such as +15551234567")
	}
	return to, nil
}

// listMessages is GET /messages?to=.
func (h *Handset) listMessages(w http.ResponseWriter, r *http.Request) error {
	to, err := queryNumber(r)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, list[Message]{Data: h.book.texts(to)})
}

// maxWait bounds how long a request for the latest code waits.
const maxWait = time.Minute

// latest is GET /latest?to=&wait=&after=: the last code that reached a number.
// With after, a time as in RFC 3339, only what came later counts.
func (h *Handset) latest(w http.ResponseWriter, r *http.Request) error {
	to, err := queryNumber(r)
	if err != nil {
		return err
	}
	if to == "" {
		return pinbell.Invalid("to", "is required")
	}
	wait, err := parseWait(r.URL.Query().Get("wait"))
	if err != nil {
		return err
	}
	var after time.Time
	if v := r.URL.Query().Get("after"); v != "" {
		if after, err = time.Parse(time.RFC3339, v); err != nil {
			return pinbell.Invalid("after", "want a time as in RFC 3339")
		}
	}
	ctx, cancel := context.WithTimeout(r.Context(), wait)
	defer cancel()
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		select {
		case <-h.stopping:
			cancel()
		case <-stop:
		}
	}()
	got, err := h.book.arrivals.wait(ctx, to, after)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, struct {
		Code    string          `json:"code"`
		Channel pinbell.Channel `json:"channel"`
	}{got.code, got.channel})
}

func parseWait(v string) (time.Duration, error) {
	if v == "" {
		return 0, nil
	}
	d, err := parseDuration(v)
	if err != nil || d < 0 {
		return 0, pinbell.Invalid("wait", "want a duration such as 10s")
	}
	return min(d, maxWait), nil
}

// parseDuration reads "1.5s", or plain seconds.
func parseDuration(v string) (time.Duration, error) {
	if seconds, err := strconv.ParseFloat(v, 64); err == nil && seconds >= 0 && seconds < 1e6 {
		return time.Duration(seconds * float64(time.Second)), nil
	}
	return time.ParseDuration(v)
}

// A span is a duration in JSON: "5s" or seconds.
type span time.Duration

// UnmarshalJSON reads "5s" or 5.
func (s *span) UnmarshalJSON(b []byte) error {
	text := string(b)
	if len(b) > 0 && b[0] == '"' {
		if err := json.Unmarshal(b, &text); err != nil {
			return err
		}
	}
	d, err := parseDuration(text)
	if err != nil {
		return pinbell.Invalid("after", "want a duration such as 5s")
	}
	*s = span(d)
	return nil
}

// A behaviourRequest is the body of POST /behaviour.
type behaviourRequest struct {
	To      string      `json:"to"`
	Answer  Answer      `json:"answer"`
	Receipt ReceiptKind `json:"receipt"`
	After   span        `json:"after"`
	Loss    float64     `json:"loss"`
	Seed    uint64      `json:"seed"`
}

// behave is POST /behaviour. What it says of calls replaces what was said of
// the number's calls before, and so for messages; with neither both are as by
// default again.
func (h *Handset) behave(w http.ResponseWriter, r *http.Request) error {
	body, err := decode[behaviourRequest](w, r)
	if err != nil {
		return err
	}
	to := body.To
	if to != anyNumber {
		var ok bool
		if to, ok = dialled(body.To); !ok {
			return pinbell.Invalid("to", `want a number such as +15551234567, or "*"`)
		}
	}
	if receipts[ReceiptKind(body.Answer)] && body.Receipt == "" {
		body.Answer, body.Receipt = "", ReceiptKind(body.Answer)
	}
	next := h.behaviours.own(to)
	switch {
	case body.Answer == "" && body.Receipt == "" && body.After == 0 && body.Loss == 0:
		next = Behaviour{}
	case body.Receipt != "":
		next.Receipt, next.ReceiptAfter = body.Receipt, time.Duration(body.After)
	}
	if body.Answer != "" || body.Receipt == "" || body.Loss != 0 {
		next.Answer, next.After, next.Loss, next.Seed = body.Answer, time.Duration(body.After), body.Loss, body.Seed
	}
	if err := h.behaviours.set(to, next); err != nil {
		return err
	}
	return h.writeBehaviour(w, to)
}

// showBehaviour is GET /behaviour?to=.
func (h *Handset) showBehaviour(w http.ResponseWriter, r *http.Request) error {
	to, err := queryNumber(r)
	if err != nil {
		return err
	}
	return h.writeBehaviour(w, cmp.Or(to, anyNumber))
}

func (h *Handset) writeBehaviour(w http.ResponseWriter, to string) error {
	now := h.behaviours.get(to)
	return writeJSON(w, http.StatusOK, map[string]any{
		"to": to, "answer": now.Answer, "receipt": now.Receipt, "loss": now.Loss, "seed": now.Seed,
		"after": cmp.Or(now.After, now.ReceiptAfter).String(),
	})
}

// A phone is what the page shows of the handset itself.
type phone struct {
	SIP     string   `json:"sip"`
	SMPP    string   `json:"smpp"`
	Manual  bool     `json:"manual"`
	Locales []string `json:"locales"`
}

func (h *Handset) phone() phone {
	return phone{SIP: h.SIPAddr(), SMPP: h.SMPPAddr(), Manual: h.behaviours.isManual(), Locales: h.locales()}
}

// showPhone is GET /phone.
func (h *Handset) showPhone(w http.ResponseWriter, _ *http.Request) error {
	return writeJSON(w, http.StatusOK, h.phone())
}

// changePhone is POST /phone {"manual": true}: calls wait to be answered.
func (h *Handset) changePhone(w http.ResponseWriter, r *http.Request) error {
	body, err := decode[struct {
		Manual bool `json:"manual"`
	}](w, r)
	if err != nil {
		return err
	}
	h.behaviours.setManual(body.Manual)
	now := h.phone()
	h.book.feed.publish(update{"phone", now})
	return writeJSON(w, http.StatusOK, now)
}
