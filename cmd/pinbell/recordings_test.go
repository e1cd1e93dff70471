package main

import (
	"bytes"
	"context"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell/api"
	"github.com/pinbell/pinbell/audio"
)

// TestUploadedRecording uploads a tone, kills the server and starts it again, and
// has a call play the tone: the phone hears it.
func TestUploadedRecording(t *testing.T) {
	phone := ringing(t)
	dir, addr := t.TempDir(), freeAddr(t)
	config := filepath.Join(dir, "pinbell.toml")
	text := "[server]\naddr = \"" + addr + "\"\n[store]\npath = \"" + dir + "/p.db\"\n[keyring]\nfile = \"" + dir + "/keyring\"\n" +
		"[trunk.phone]\naddr = \"" + phone.SIPAddr() + "\"\ncaller_id = \"+15550100\"\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	key, err := pinbellCommand(t, "key", "create", "--scope", "send", "--config", config).Output()
	if err != nil {
		t.Fatal(err)
	}
	client, err := api.New(api.Config{BaseURL: "http://" + addr, Key: strings.TrimSpace(string(key))})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()

	server := serve(t, config, addr)
	const hertz, long = 1300, 1500 * time.Millisecond
	tone := audio.Silence(44100, long)
	for i := range tone.Samples {
		tone.Samples[i] = int16(12000 * math.Sin(2*math.Pi*hertz*float64(i)/44100))
	}
	var file bytes.Buffer
	if err := audio.WriteWAV(&file, tone); err != nil {
		t.Fatal(err)
	}
	rec, err := client.Upload(ctx, api.UploadRequest{Sound: file.Bytes(), Name: "tone"})
	if err != nil || time.Duration(rec.Duration) != long {
		t.Fatalf("%+v, %v", rec, err)
	}
	if err := server.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = server.Wait() // killed

	serve(t, config, addr)
	if kept, err := client.RecordingAudio(ctx, rec.ID); err != nil || !bytes.Equal(kept, file.Bytes()) {
		t.Errorf("%d bytes of %d after the restart, %v", len(kept), file.Len(), err)
	}
	request := api.CallRequest{To: "+15551234567", Playlist: []api.PlaylistItem{{Pause: api.Duration(500 * time.Millisecond)}, {Play: rec.Play()}}}
	call, err := client.Call(ctx, request)
	for err == nil && call.EndedAt == nil {
		call, err = client.WaitCall(ctx, call.ID, 10*time.Second)
	}
	if err != nil || call.Status != api.CallCompleted {
		t.Fatalf("%+v, %v", call, err)
	}
	calls := phone.Calls()
	if len(calls) != 1 {
		t.Fatalf("%d calls", len(calls))
	}
	if heard := lasts(phone.Recording(calls[0].ID), hertz); heard < long-100*time.Millisecond || heard > long+100*time.Millisecond {
		t.Errorf("the tone was heard for %s of %s", heard, long)
	}

	if err := client.DeleteRecording(ctx, rec.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Call(ctx, request); err == nil || !strings.Contains(err.Error(), "playlist[1].play") || err.(*api.Problem).Status != http.StatusBadRequest {
		t.Errorf("of a deleted recording: %v", err)
	}
	if n := len(phone.Calls()); n != 1 {
		t.Errorf("%d calls rang", n)
	}
}

// lasts is for how long a tone is nearly all of a sound, in steps of 20 ms
// (Goertzel's algorithm).
func lasts(p audio.PCM, hertz float64) (d time.Duration) {
	step := p.Rate / 50
	for ; len(p.Samples) >= step; p.Samples = p.Samples[step:] {
		k := 2 * math.Cos(2*math.Pi*hertz/float64(p.Rate))
		var s1, s2, energy float64
		for _, sample := range p.Samples[:step] {
			v := float64(sample)
			energy += v * v
			s1, s2 = v+k*s1-s2, s1
		}
		if power := s1*s1 + s2*s2 - k*s1*s2; energy > 1e6 && 2*power > 0.9*float64(step)*energy {
			d += 20 * time.Millisecond
		}
	}
	return d
}
