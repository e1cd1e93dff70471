package gateway

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"github.com/pinbell/pinbell"
)

// sounds are the uploaded recordings that one call plays. The company gets them
// from us, at addresses that end with the call.
type sounds struct {
	at string // what their addresses begin with; "" where the company cannot get them

	mu   sync.Mutex
	told map[pinbell.RecordingID]bool // to the company
}

// put gives the uploaded recordings of a playlist their addresses.
func (s *sounds) put(list pinbell.Playlist) (pinbell.Playlist, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list = slices.Clone(list)
	for i, item := range list {
		id, ok := pinbell.RecordingAt(item.URL)
		if item.Kind != pinbell.ItemPlay || !ok {
			continue
		}
		if s.at == "" {
			return nil, pinbell.Invalid("public_url", "is missing: the company fetches what a call plays")
		}
		s.told[id] = true
		list[i].URL = s.at + string(id)
	}
	return list, nil
}

func (s *sounds) has(id pinbell.RecordingID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.told[id]
}

// withSounds is a delivery whose recordings the company can get, now and when
// the call goes on.
func (c *Carrier) withSounds(d pinbell.Delivery, key string) (pinbell.Delivery, *sounds, error) {
	s := &sounds{told: map[pinbell.RecordingID]bool{}}
	if c.cfg.PublicURL != "" && c.cfg.Sound != nil {
		s.at = c.cfg.PublicURL + "sound/" + key + "/"
	}
	var err error
	if d.Playlist, err = s.put(d.Playlist); err != nil {
		return d, nil, err
	}
	if next := d.Next; next != nil {
		d.Next = func(ctx context.Context, keys string) (pinbell.Playlist, error) {
			list, err := next(ctx, keys)
			if err != nil {
				return nil, err
			}
			return s.put(list)
		}
	}
	return d, s, nil
}

// sound gives a call that goes on now a recording that it plays.
func (c *Carrier) sound(w http.ResponseWriter, r *http.Request) {
	key, id := r.PathValue("key"), pinbell.RecordingID(r.PathValue("id"))
	cl := c.live.find(key)
	if cl == nil || cl.script.key != key || !cl.sounds.has(id) {
		http.NotFound(w, r)
		return
	}
	file, err := c.cfg.Sound(r.Context(), id)
	if err != nil {
		c.log.Warn("a recording was not there to be fetched", "call_id", cl.ref, "err", err)
		http.NotFound(w, r)
		return
	}
	kind := "audio/mpeg"
	if bytes.HasPrefix(file, []byte("RIFF")) {
		kind = "audio/wav"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(file)))
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(file)
}
