package handset

import (
	"net/http"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/smpp"
)

// The handset is an HTTP carrier too: a message is posted, and its state is
// read. What becomes of it is as the number's behaviour says.

// maxCarried bounds the messages whose state can be read; the oldest are forgotten.
const maxCarried = 10_000

// carried are the messages that came over the HTTP carrier.
type carried struct {
	mu   sync.Mutex
	last uint64
	byID map[string]carriedMessage
	ids  ring[string]
}

type carriedMessage struct {
	to string
	at time.Time
}

// carrierRequest is the body of POST /carrier/messages.
type carrierRequest struct {
	To        string `json:"to"`
	From      string `json:"from"`
	Text      string `json:"text"`
	Reference string `json:"reference"` // the caller's own, not kept
}

type carrierState struct {
	ID    string `json:"id"`
	State string `json:"state"` // accepted, delivered, undelivered or expired
}

// takeMessage is POST /carrier/messages.
func (h *Handset) takeMessage(w http.ResponseWriter, r *http.Request) error {
	body, err := decode[carrierRequest](w, r)
	if err != nil {
		return err
	}
	to, ok := dialled(body.To)
	if !ok {
		return pinbell.Invalid("to", "want a number such as +15551234567")
	}
	if body.Text == "" || !utf8.ValidString(body.Text) {
		return pinbell.Invalid("text", "want a text")
	}
	if h.behaviours.get(to).Receipt == ReceiptThrottle {
		w.Header().Set("Retry-After", "1")
		return &bodyError{http.StatusTooManyRequests, "This number throttles."}
	}
	now := time.Now()
	m := smpp.EncodeText(body.Text)
	h.book.message(Message{
		From: identity(body.From), To: to, Text: body.Text, Encoding: m.Coding.String(), Segments: len(m.Parts), ReceivedAt: now,
	})
	return writeJSON(w, http.StatusAccepted, carrierState{ID: h.carried.add(to, now), State: "accepted"})
}

// messageState is GET /carrier/messages/{id}.
func (h *Handset) messageState(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	m, ok := h.carried.find(id)
	if !ok {
		return pinbell.ErrNotFound
	}
	b := h.behaviours.get(m.to)
	after := b.ReceiptAfter
	if after == 0 {
		after = h.cfg.ReceiptAfter
	}
	state := "accepted"
	if b.Receipt != ReceiptSilent && time.Since(m.at) >= after {
		state = string(b.Receipt) // delivered, undelivered or expired
	}
	return writeJSON(w, http.StatusOK, carrierState{ID: id, State: state})
}

func (c *carried) add(to string, now time.Time) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byID == nil {
		c.byID, c.ids = map[string]carriedMessage{}, ring[string]{limit: maxCarried}
	}
	c.last++
	id := "hm_" + strconv.FormatUint(c.last, 10)
	if old, dropped := c.ids.add(id); dropped {
		delete(c.byID, old)
	}
	c.byID[id] = carriedMessage{to, now}
	return id
}

func (c *carried) find(id string) (carriedMessage, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m, ok := c.byID[id]
	return m, ok
}
