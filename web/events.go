package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/api"
)

// verificationEvents answers with all that happened, or goes on telling as
// text/event-stream when asked so. Last-Event-ID resumes a stream.
func (s *Server) verificationEvents(w http.ResponseWriter, r *http.Request, c caller) error {
	id, err := pinbell.ParseVerificationID(r.PathValue("id"))
	if err != nil {
		return err
	}
	if strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
		return s.streamEvents(w, r, id, c.service())
	}
	events, err := s.cfg.Verify.Events(r.Context(), id, c.service(), 0)
	if err != nil {
		return err
	}
	out := api.List[api.Event]{Data: make([]api.Event, len(events))}
	for i, e := range events {
		out.Data[i] = wireEvent(e)
	}
	return encode(w, http.StatusOK, out)
}

// streamEvents writes server-sent events until the verification is over.
func (s *Server) streamEvents(w http.ResponseWriter, r *http.Request, id pinbell.VerificationID, service string) error {
	after, _ := strconv.ParseInt(r.Header.Get("Last-Event-ID"), 10, 64) // not a number: from the start
	// Told before the header is written, an unknown verification is a problem document.
	if _, err := s.cfg.Verify.Verification(r.Context(), id, service); err != nil {
		return err
	}
	out := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	ctx, cancel := s.untilStop(r.Context())
	defer cancel()
	for e, err := range s.cfg.Verify.Watch(ctx, id, service, after) {
		if err != nil {
			if ctx.Err() == nil {
				s.cfg.Logger.Error("watch", "verification", id, "err", err)
			}
			return nil
		}
		if e.Seq == 0 {
			_, err = fmt.Fprint(w, ": still here\n\n")
		} else {
			err = writeEvent(w, e)
		}
		if err == nil {
			err = out.Flush()
		}
		if err != nil {
			return nil // the client has gone
		}
	}
	if ctx.Err() != nil {
		return nil // the client may come back with Last-Event-ID
	}
	_, _ = fmt.Fprint(w, "event: end\ndata: {}\n\n")
	_ = out.Flush()
	return nil
}

func writeEvent(w http.ResponseWriter, e pinbell.Event) error {
	data, err := json.Marshal(wireEvent(e))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "id: %d\nevent: %s\ndata: %s\n\n", e.Seq, e.Kind, data)
	return err
}
