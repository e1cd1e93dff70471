package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/pinbell/pinbell"
)

// A liveState is what the browser is told whenever something has changed: the
// parts of the page that show progress, made anew by the same templates.
type liveState struct {
	Status pinbell.Status    `json:"status"`
	Parts  map[string]string `json:"parts"` // HTML by data-part
}

// liveParts are the parts of try.html that change while one looks.
var liveParts = []string{"headline", "progress", "again", "slip", "left"}

// live tells a browser how the verification goes, as server-sent events, until
// it is over.
func (p *page) live(w http.ResponseWriter, r *http.Request) error {
	d, err := p.look(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	t := teller{page: p, w: w}
	if t.tell(d) != nil {
		return nil // the browser has gone
	}
	ctx, cancel := p.untilStop(r.Context())
	defer cancel()
	for e, err := range p.cfg.Verify.Watch(ctx, d.ID, "", d.LastSeq) {
		if err == nil && e.Seq > d.LastSeq { // else it was told with an earlier one, or is a sign of life
			d, err = p.look(r)
		}
		if err != nil {
			if ctx.Err() == nil {
				p.cfg.Logger.Error("page events", "route", r.Pattern, "err", err)
			}
			return nil
		}
		if e.Seq == 0 {
			err = t.send(": still here\n\n")
		} else {
			err = t.tell(d)
		}
		if err != nil {
			return nil
		}
	}
	if ctx.Err() != nil {
		return nil // the browser may come back
	}
	// A life that has run out is seen before it is written down as an event.
	if d, err = p.look(r); err == nil && t.tell(d) == nil {
		_ = t.send("event: end\ndata: {}\n\n")
	}
	return nil
}

// A teller writes server-sent events to one browser.
type teller struct {
	page *page
	w    http.ResponseWriter
	last []byte
}

// tell writes how the verification stands, unless it said just that before.
// JSON holds no line end, which would end the event.
func (t *teller) tell(d tryView) error {
	state := liveState{Status: d.Status, Parts: map[string]string{}}
	for _, part := range liveParts {
		var html bytes.Buffer
		if err := t.page.templates["try"].ExecuteTemplate(&html, part, d); err != nil {
			return fmt.Errorf("page part %s: %w", part, err)
		}
		state.Parts[part] = html.String()
	}
	data, err := json.Marshal(state)
	if err != nil {
		return fmt.Errorf("page events: %w", err)
	}
	if bytes.Equal(data, t.last) {
		return nil
	}
	t.last = data
	return t.send("data: " + string(data) + "\n\n")
}

func (t *teller) send(event string) error {
	if _, err := io.WriteString(t.w, event); err != nil {
		return err
	}
	return http.NewResponseController(t.w).Flush()
}
