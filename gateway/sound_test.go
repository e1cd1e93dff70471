package gateway

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
)

// twoSounds are a WAV and an MP3 file, and an identifier of none.
func twoSounds() (wav, mp3, other pinbell.RecordingID, sound func(context.Context, pinbell.RecordingID) ([]byte, error)) {
	now := time.Now()
	wav, mp3, other = pinbell.NewRecordingID(now), pinbell.NewRecordingID(now), pinbell.NewRecordingID(now)
	return wav, mp3, other, func(_ context.Context, id pinbell.RecordingID) ([]byte, error) {
		switch id {
		case wav, other:
			return []byte("RIFF…"), nil
		case mp3:
			return []byte("ID3…"), nil
		}
		return nil, fmt.Errorf("recording: %w", pinbell.ErrNotFound)
	}
}

// fetched gets what is at an address, as the company does.
func fetched(t *testing.T, c *Carrier, address string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	c.Handler().ServeHTTP(w, get(t, c, address, url.Values{}))
	return w
}

// TestUploadedSounds: a company fetches the uploaded recordings of a call from us
// as long as it goes on, and no others.
func TestUploadedSounds(t *testing.T) {
	t.Parallel()
	cfg := twilioConfig(pinbell.Voice)
	wav, mp3, other, sound := twoSounds()
	gone := pinbell.NewRecordingID(time.Now())
	cfg.PublicURL, cfg.Sound = publicURL, sound
	c, p := voicePeer(t, cfg)
	d := voiceDelivery(t)
	d.Playlist = nil
	for _, id := range []pinbell.RecordingID{wav, mp3, gone} {
		d.Playlist = append(d.Playlist, pinbell.Item{Kind: pinbell.ItemPlay, URL: id.Address()})
	}
	form, result, cancel := calling(t, c, p, d)
	var plays []string
	for _, part := range strings.Split(form.Get("Twiml"), "<Play>")[1:] {
		address, _, _ := strings.Cut(part, "</Play>")
		plays = append(plays, html.UnescapeString(address))
	}
	if len(plays) != 3 || d.Playlist[0].URL != wav.Address() {
		t.Fatalf("plays %v", plays)
	}
	for i, want := range []struct{ kind, body string }{{"audio/wav", "RIFF…"}, {"audio/mpeg", "ID3…"}} {
		if w := fetched(t, c, plays[i]); w.Code != http.StatusOK || w.Header().Get("Content-Type") != want.kind || w.Body.String() != want.body {
			t.Errorf("%d, %s, %q", w.Code, w.Header().Get("Content-Type"), w.Body)
		}
	}
	for name, address := range map[string]string{
		"a deleted one":       plays[2],
		"one it does not":     strings.Replace(plays[0], string(wav), string(other), 1),
		"by another key":      publicURL + "sound/x/" + string(wav),
		"by its reference":    publicURL + "sound/" + twilioCA + "/" + string(wav),
		"without an id":       strings.TrimSuffix(plays[0], string(wav)),
		"with what is no id":  strings.Replace(plays[0], string(wav), "re_1", 1),
		"with something else": plays[0] + "/x",
	} {
		if w := fetched(t, c, address); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	cancel()
	end(t, result)
	if w := fetched(t, c, plays[0]); w.Code != http.StatusNotFound {
		t.Errorf("after the call: %d", w.Code)
	}
}

// TestUploadedSoundsLater: what a call goes on with has recordings too.
func TestUploadedSoundsLater(t *testing.T) {
	t.Parallel()
	cfg := twilioConfig(pinbell.Voice)
	wav, mp3, _, sound := twoSounds()
	cfg.PublicURL, cfg.Sound = publicURL, sound
	c, p := voicePeer(t, cfg)
	d := voiceDelivery(t)
	play := func(id pinbell.RecordingID) pinbell.Playlist {
		return pinbell.Playlist{{Kind: pinbell.ItemPlay, URL: id.Address()}}
	}
	d.Playlist = play(wav)
	d.Next = func(context.Context, string) (pinbell.Playlist, error) { return play(mp3), nil }
	form, result, cancel := calling(t, c, p, d)
	at := form.Get("Url")
	for page, id := range []pinbell.RecordingID{wav, mp3} {
		to := at
		if page > 0 {
			to += "?page=1"
		}
		status, doc := handle(t, c, signed(t, c, to, url.Values{}))
		if want := "<Play>" + strings.Replace(at, "/say/", "/sound/", 1) + "/" + string(id) + "</Play>"; status != http.StatusOK || !strings.Contains(doc, want) {
			t.Errorf("page %d: %d %s, want %s", page, status, doc, want)
		}
	}
	cancel()
	end(t, result)
}

// TestUploadedSoundsOutOfReach: a company that cannot get a recording is not asked
// for the call.
func TestUploadedSoundsOutOfReach(t *testing.T) {
	t.Parallel()
	wav, _, _, sound := twoSounds()
	d := voiceDelivery(t)
	d.Playlist = pinbell.Playlist{{Kind: pinbell.ItemPlay, URL: wav.Address()}}
	for name, change := range map[string]func(*Config){
		"no public URL": func(cfg *Config) { cfg.Sound = sound },
		"no sounds":     func(cfg *Config) { cfg.PublicURL = publicURL },
	} {
		cfg := twilioConfig(pinbell.Voice)
		change(&cfg)
		c, p, _ := beside(t, cfg)
		if r, _ := deliver(t, c, d); r.Outcome != pinbell.CarrierError || !strings.Contains(r.Cause, "the company fetches what a call plays") {
			t.Errorf("%s: %+v", name, r)
		}
		p.quiet(t)
	}
}
