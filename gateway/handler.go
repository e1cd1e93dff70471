package gateway

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
)

// Handler serves what the company asks of us below [Config.PublicURL]: it takes
// callbacks and gives calls their words and sounds. Paths hold no number and no
// code.
//
//	/status/{token}  a callback about one delivery
//	/status          a callback of a company that signs, and has one address for all
//	/say/{key}       a page of a call that goes on now
//	/sound/{key}/…   an uploaded recording that it plays
//
// Nothing that is not the company's has an effect, and what is can only change
// the state of a delivery. A token that nothing signs vouches for its own
// delivery only; where that one is not known any more, the company is asked.
func (c *Carrier) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/status", c.status)
	mux.HandleFunc("/status/{token}", c.status)
	mux.HandleFunc("/say/{key}", c.say)
	mux.HandleFunc("GET /sound/{key}/{id}", c.sound)
	return mux
}

// inbound reads a request to us; false when it was answered.
func (c *Carrier) inbound(w http.ResponseWriter, r *http.Request) (inbound, bool) {
	if c.cfg.PublicURL == "" || r.Method != http.MethodPost && r.Method != http.MethodGet {
		http.NotFound(w, r)
		return inbound{}, false
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		} else {
			http.Error(w, "broken off", http.StatusBadRequest)
		}
		return inbound{}, false
	}
	in := inbound{Request: r, body: body, url: c.cfg.PublicURL + strings.TrimPrefix(r.URL.EscapedPath(), "/")}
	if r.URL.RawQuery != "" {
		in.url += "?" + r.URL.RawQuery
	}
	return in, true
}

func (c *Carrier) status(w http.ResponseWriter, r *http.Request) {
	in, ok := c.inbound(w, r)
	if !ok {
		return
	}
	var tag string
	if token := r.PathValue("token"); token != "" {
		if tag, in.token = c.tokens.tag(token); !in.token {
			http.NotFound(w, r)
			return
		}
		in.reference = c.tokens.reference(tag)
	}
	rep, err := c.company.callback(in)
	if err == nil && rep.reference != "" && !validReference(rep.reference) {
		err = errNotUnderstood
	}
	switch {
	case errors.Is(err, errForged):
		c.forged(w)
		return
	case err != nil || rep.reference == "":
		http.Error(w, "not understood", http.StatusBadRequest)
		return
	}
	if in.token {
		switch belongs, known := c.tokens.belongs(tag, rep.reference); {
		case known && !belongs:
			c.forged(w)
			return
		case known || rep.signed:
		case c.company.status(rep.reference) == nil:
			http.NotFound(w, r) // the company comes again, after its answer to us perhaps
			return
		default:
			rep = report{reference: rep.reference, look: true}
		}
	}
	c.take(r, tag, rep)
	w.WriteHeader(http.StatusOK)
}

// forgedEvery is how often the log hears of requests that are not the company's:
// one may mean a wrong signing key, many are a stranger's.
const forgedEvery = time.Minute

func (c *Carrier) forged(w http.ResponseWriter) {
	now, last := time.Now().UnixNano(), c.forgedAt.Load()
	if now-last > int64(forgedEvery) && c.forgedAt.CompareAndSwap(last, now) {
		c.log.Warn("a callback does not have the company's signature")
	}
	http.Error(w, "forbidden", http.StatusForbidden)
}

// take brings a report to the call that waits for it, or makes a receipt of it.
func (c *Carrier) take(r *http.Request, tag string, rep report) {
	if c.cfg.Channel == pinbell.Voice {
		if cl := c.live.find(tag, rep.reference); cl != nil {
			select {
			case cl.reports <- rep:
			default: // it is asked for anyway, every second
			}
		}
		return
	}
	switch {
	case rep.look:
		c.lookSoon(rep.reference)
	case rep.outcome.Ended():
		c.receive(r.Context(), c.receipt(rep.reference, rep.state))
	}
}

// say gives a call the page it asks for.
func (c *Carrier) say(w http.ResponseWriter, r *http.Request) {
	in, ok := c.inbound(w, r)
	if !ok {
		return
	}
	cl := c.live.find(r.PathValue("key"))
	who, ok := c.company.(scripter)
	if cl == nil || !ok || cl.script.key != r.PathValue("key") {
		http.NotFound(w, r)
		return
	}
	if err := who.verify(in); err != nil {
		c.forged(w)
		return
	}
	page := 0
	if s := r.URL.Query().Get("page"); s != "" {
		var err error
		if page, err = strconv.Atoi(s); err != nil {
			page = -1
		}
	}
	items, more, ok := cl.script.turn(r.Context(), page, who.keys(in))
	if !ok {
		http.NotFound(w, r)
		return
	}
	next := ""
	if more {
		next = cl.order.document + "?page=" + strconv.Itoa(page+1)
	}
	kind, doc := who.page(items, next)
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(doc)
}
