package handset

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// heartbeat keeps proxies from closing a quiet stream.
const heartbeat = 15 * time.Second

// events is GET /events: calls and messages as they change, as server-sent
// events named "call", "message" and "phone".
func (h *Handset) events(w http.ResponseWriter, r *http.Request) error {
	updates, stop := h.book.feed.watch()
	defer stop()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no")
	flush := http.NewResponseController(w)
	_ = flush.SetWriteDeadline(time.Time{}) // outlives the server's time-out
	if err := writeEvent(w, update{"phone", h.phone()}); err != nil {
		return nil
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		if err := flush.Flush(); err != nil {
			return nil
		}
		select {
		case <-r.Context().Done():
			return nil
		case <-h.stopping:
			return nil
		case <-beat.C:
			if _, err := fmt.Fprint(w, ": still here\n\n"); err != nil {
				return nil
			}
		case u := <-updates:
			if err := writeEvent(w, u); err != nil {
				return nil
			}
		}
	}
}

func writeEvent(w http.ResponseWriter, u update) error {
	data, err := json.Marshal(u.data)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "event: %s\ndata: %s\n\n", u.kind, data)
	return err
}
