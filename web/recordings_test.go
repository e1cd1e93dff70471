package web_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/api"
	"github.com/pinbell/pinbell/audio"
)

// wavOf is a WAV file of silence.
func wavOf(t *testing.T, d time.Duration) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := audio.WriteMulawWAV(&b, audio.Silence(8000, d)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var asWAV = http.Header{"Content-Type": {"audio/wav"}}

// TestRecordings follows two recordings through every call of the client.
func TestRecordings(t *testing.T) {
	b := newBench(t)
	c := b.client(b.key("", "send"))
	ctx, wav := t.Context(), wavOf(t, 1500*time.Millisecond)
	mp3, err := os.ReadFile("../audio/testdata/stereo-44100.mp3")
	if err != nil {
		t.Fatal(err)
	}
	first, err := c.Upload(ctx, api.UploadRequest{Sound: wav, Name: "grüße & more"})
	if err != nil {
		t.Fatal(err)
	}
	want := api.Recording{
		ID: first.ID, Name: "grüße & more", Format: "wav", Duration: api.Duration(1500 * time.Millisecond), Bytes: len(wav),
		Service: "default", CreatedAt: first.CreatedAt,
	}
	if diff := cmp.Diff(want, first); diff != "" || !strings.HasPrefix(first.ID, "re_") || first.CreatedAt.IsZero() {
		t.Error(first.ID, diff)
	}
	other, err := c.Upload(ctx, api.UploadRequest{Sound: mp3, Service: "own"})
	if err != nil || other.Format != "mp3" || other.Service != "own" || other.Name != "" {
		t.Errorf("%+v, %v", other, err)
	}
	if list, err := c.Recordings(ctx); err != nil || len(list) != 2 || list[0] != other || list[1] != first {
		t.Errorf("list: %+v, %v", list, err)
	}
	if got, err := c.Recording(ctx, first.ID); err != nil || got != first {
		t.Errorf("%+v, %v", got, err)
	}
	for id, want := range map[string][]byte{first.ID: wav, other.ID: mp3} {
		if got, err := c.RecordingAudio(ctx, id); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes of %d, %v", len(got), len(want), err)
		}
	}
	key := b.key("", "send")
	if got := b.raw(key, http.MethodGet, "/v1/recordings/"+other.ID+"/audio", "", nil, nil).Header.Get("Content-Type"); got != "audio/mpeg" {
		t.Errorf("the MP3 is %s", got)
	}
	var filtered api.List[api.Recording]
	if b.raw(key, http.MethodGet, "/v1/recordings?service=own", "", nil, &filtered); len(filtered.Data) != 1 || filtered.Data[0].ID != other.ID {
		t.Errorf("of one service: %+v", filtered)
	}
	if call, err := c.Call(ctx, api.CallRequest{To: "+15551234567", Playlist: []api.PlaylistItem{{Play: first.Play()}}}); err != nil {
		t.Errorf("%+v, %v", call, err)
	}
	if err := c.DeleteRecording(ctx, first.ID); err != nil {
		t.Error(err)
	}
	wantProblem(t, "read when it is deleted", second(c.Recording(ctx, first.ID)), 404, api.CodeNotFound)
	wantProblem(t, "heard when it is deleted", second(c.RecordingAudio(ctx, first.ID)), 404, api.CodeNotFound)
	wantProblem(t, "deleted twice", c.DeleteRecording(ctx, first.ID), 404, api.CodeNotFound)
	wantProblem(t, "malformed", second(c.Recording(ctx, "re_1")), 404, api.CodeNotFound)
}

// TestRecordingsOfServices: a key of one service has that service's recordings,
// and for it there are no others.
func TestRecordingsOfServices(t *testing.T) {
	b := newBench(t)
	all, own, other := b.client(b.key("", "send")), b.client(b.key("own", "send")), b.client(b.key("default", "send"))
	ctx := t.Context()
	mine, err := own.Upload(ctx, api.UploadRequest{Sound: wavOf(t, time.Second)})
	if err != nil || mine.Service != "own" {
		t.Fatalf("%+v, %v", mine, err)
	}
	if list, err := other.Recordings(ctx); err != nil || len(list) != 0 {
		t.Errorf("another sees %+v, %v", list, err)
	}
	wantProblem(t, "another reads it", second(other.Recording(ctx, mine.ID)), 404, api.CodeNotFound)
	wantProblem(t, "another hears it", second(other.RecordingAudio(ctx, mine.ID)), 404, api.CodeNotFound)
	wantProblem(t, "another deletes it", other.DeleteRecording(ctx, mine.ID), 404, api.CodeNotFound)
	wantProblem(t, "another uploads for it", second(other.Upload(ctx, api.UploadRequest{Sound: wavOf(t, time.Second), Service: "own"})), 400, api.CodeInvalidRequest)
	for name, c := range map[string]struct {
		client  *api.Client
		service string
		play    string
		refused bool
	}{
		"its own":                     {own, "", mine.Play(), false},
		"its own, by a key for all":   {all, "own", mine.Play(), false},
		"of another, by a key of one": {other, "", mine.Play(), true},
		"of another, by one for all":  {all, "default", mine.Play(), true},
		"none":                        {own, "", "recording:" + string(pinbell.NewRecordingID(time.Now())), true},
		"malformed":                   {own, "", "recording:../" + mine.ID, true},
	} {
		_, err := c.client.Call(ctx, api.CallRequest{To: "+15551234567", Service: c.service, Playlist: []api.PlaylistItem{{Digits: "1"}, {Play: c.play}}})
		p, ok := err.(*api.Problem)
		if c.refused && (!ok || p.Status != 400 || len(p.Errors) != 1 || p.Errors[0].Field != "playlist[1].play") || !c.refused && err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := all.DeleteRecording(ctx, mine.ID); err != nil {
		t.Error(err)
	}
	for path, method := range map[string]string{"/v1/recordings": http.MethodGet, "/v1/recordings/" + mine.ID: http.MethodDelete} {
		if res := b.raw(b.key("", "verify", "read"), method, path, "", nil, nil); res.StatusCode != http.StatusForbidden {
			t.Errorf("%s without the scope: %d", path, res.StatusCode)
		}
		if res := b.raw("", method, path, "", nil, nil); res.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s without a key: %d", path, res.StatusCode)
		}
	}
}

func TestUploadRefuses(t *testing.T) {
	b := newBench(t)
	key, wav := b.key("", "send"), wavOf(t, time.Second)
	large := append(bytes.Clone(wav), make([]byte, pinbell.MaxRecordingBytes)...)
	for name, c := range map[string]struct {
		kind, query string
		sound       []byte
		status      int
		field, says string
	}{
		"empty":             {"audio/wav", "", nil, 400, "body", "is empty"},
		"text":              {"audio/wav", "", []byte("hello"), 400, "body", "neither a WAV nor an MP3 file"},
		"text as MP3":       {"audio/mpeg", "", []byte("hello"), 400, "body", "neither a WAV nor an MP3 file"},
		"cut off":           {"audio/x-wav", "", wav[:len(wav)-100], 400, "body", "cut off"},
		"without a sample":  {"audio/wave", "", wavOf(t, 0), 400, "body", "holds no sound"},
		"too long":          {"audio/wav", "", wavOf(t, 301*time.Second), 400, "body", "longer than 5m0s"},
		"too large":         {"audio/wav", "", large, 413, "body", "larger than 5242880 bytes"},
		"no type":           {"", "", wav, 415, "Content-Type", "want audio/wav or audio/mpeg"},
		"a form":            {"application/x-www-form-urlencoded", "", wav, 415, "Content-Type", "want audio/wav or audio/mpeg"},
		"a form with files": {"multipart/form-data; boundary=x", "", wav, 415, "Content-Type", "with the sound itself as the body"},
		"JSON":              {"application/json", "", []byte("{}"), 415, "Content-Type", "want audio/wav or audio/mpeg"},
		"Ogg":               {"audio/ogg", "", []byte("OggS"), 415, "Content-Type", "want audio/wav or audio/mpeg"},
		"unknown parameter": {"audio/wav", "?label=x", wav, 400, "label", "want name or service"},
		"two names":         {"audio/wav", "?name=a&name=b", wav, 400, "name", "twice"},
		"control character": {"audio/wav", "?name=" + url.QueryEscape("a\r\nb"), wav, 400, "name", "control character"},
		"unknown service":   {"audio/wav", "?service=none", wav, 400, "service", "not configured"},
	} {
		var p api.Problem
		res := b.raw(key, http.MethodPost, "/v1/recordings"+c.query, string(c.sound), http.Header{"Content-Type": {c.kind}}, &p)
		if res.StatusCode != c.status || p.Code != api.CodeInvalidRequest || len(p.Errors) != 1 || p.Errors[0].Field != c.field || !strings.Contains(p.Errors[0].Detail, c.says) {
			t.Errorf("%s: %d %+v, want %d for %s that says %q", name, res.StatusCode, p, c.status, c.field, c.says)
		}
	}
	for name, kind := range map[string]string{"with a parameter": "audio/wav; codec=1", "in capitals": "Audio/WAV", "of another kind": "audio/mpeg"} {
		var rec api.Recording
		if res := b.raw(key, http.MethodPost, "/v1/recordings", string(wav), http.Header{"Content-Type": {kind}}, &rec); res.StatusCode != http.StatusCreated || rec.Format != "wav" {
			t.Errorf("a type %s: %d, %+v", name, res.StatusCode, rec)
		}
	}
	if res := b.raw(key, http.MethodGet, "/v1/recordings?servce=own", "", nil, nil); res.StatusCode != http.StatusBadRequest {
		t.Errorf("a list by what is no parameter: %d", res.StatusCode)
	}
}

func TestUploadOnce(t *testing.T) {
	b := newBench(t)
	key, wav := b.key("", "send"), string(wavOf(t, time.Second))
	header := http.Header{"Content-Type": {"audio/wav"}, "Idempotency-Key": {"one"}}
	var ids sync.Map
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			var rec api.Recording
			res := b.raw(key, http.MethodPost, "/v1/recordings?name=a", wav, header, &rec)
			if at := res.Header.Get("Location"); res.StatusCode != http.StatusCreated || at != "/v1/recordings/"+rec.ID {
				t.Errorf("%d at %q", res.StatusCode, at)
			}
			ids.Store(rec.ID, true)
		})
	}
	all.Wait()
	n := 0
	ids.Range(func(any, any) bool { n++; return true })
	var list api.List[api.Recording]
	if b.raw(key, http.MethodGet, "/v1/recordings", "", nil, &list); n != 1 || len(list.Data) != 1 {
		t.Errorf("%d answers, %d recordings", n, len(list.Data))
	}
	for name, c := range map[string]struct{ query, sound string }{"another name": {"?name=b", wav}, "no name": {"", wav}, "another sound": {"?name=a", wav + "\x00"}} {
		if res := b.raw(key, http.MethodPost, "/v1/recordings"+c.query, c.sound, header, nil); res.StatusCode != http.StatusConflict {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
}

func TestUploadFillsService(t *testing.T) {
	b := newBench(t)
	key, wav := b.key("", "send"), wavOf(t, 100*time.Millisecond)
	for range pinbell.MaxRecordings {
		now := time.Now().UTC()
		if _, err := b.store.Upload(t.Context(), pinbell.Upload{
			Recording: pinbell.Recording{ID: pinbell.NewRecordingID(now), Service: "default", Format: "wav", Bytes: 1, CreatedAt: now}, Sound: wav,
			MaxCount: pinbell.MaxRecordings, MaxBytes: pinbell.MaxRecordingsBytes,
		}); err != nil {
			t.Fatal(err)
		}
	}
	var p api.Problem
	if b.raw(key, http.MethodPost, "/v1/recordings", string(wav), asWAV, &p); p.Status != 409 || p.Code != api.CodeConflict || !strings.Contains(p.Detail, "up to 200, of 100 MiB together") {
		t.Errorf("%+v", p)
	}
	if res := b.raw(key, http.MethodPost, "/v1/recordings?service=own", string(wav), asWAV, nil); res.StatusCode != http.StatusCreated {
		t.Errorf("another service: %d", res.StatusCode)
	}
}

// A tap counts what is read of endless sound.
type tap struct{ read int }

func (r *tap) Read(p []byte) (int, error) {
	r.read += len(p)
	return len(p), nil
}

// TestUploadReadsNoMore: of a body without end no more is read than what may be
// kept, and nothing of one that says it is larger or that has no key.
func TestUploadReadsNoMore(t *testing.T) {
	b := newBench(t)
	key := b.key("", "send")
	post := func(key string, body io.Reader, length int64) int {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url+"/v1/recordings", body)
		if err != nil {
			t.Fatal(err)
		}
		req.ContentLength = length
		req.Header.Set("Content-Type", "audio/wav")
		req.Header.Set("Authorization", "Bearer "+key)
		req.Header.Set("Expect", "100-continue")
		res, err := (&http.Client{Transport: &http.Transport{ExpectContinueTimeout: 10 * time.Second}}).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		return res.StatusCode
	}
	said, unknown, chunked := &tap{}, &tap{}, &tap{}
	if status := post(key, said, 1<<40); status != http.StatusRequestEntityTooLarge || said.read > 0 {
		t.Errorf("too large by its length: %d after %d bytes", status, said.read)
	}
	if status := post("pb_unknown", unknown, -1); status != http.StatusUnauthorized || unknown.read > 0 {
		t.Errorf("without a key: %d after %d bytes", status, unknown.read)
	}
	const buffers = 8 << 20 // of the connection, both ways
	if status := post(key, chunked, -1); status != http.StatusRequestEntityTooLarge || chunked.read < pinbell.MaxRecordingBytes || chunked.read > pinbell.MaxRecordingBytes+buffers {
		t.Errorf("endless: %d after %d bytes", status, chunked.read)
	}
}

// TestUploadBreaksOff: a connection that ends in the middle of a body leaves
// nothing behind.
func TestUploadBreaksOff(t *testing.T) {
	b := newBench(t)
	key, wav := b.key("", "send"), wavOf(t, time.Second)
	conn, err := net.Dial("tcp", strings.TrimPrefix(b.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, err = fmt.Fprintf(conn, "POST /v1/recordings HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: audio/wav\r\nContent-Length: %d\r\n\r\n%s", key, len(wav), wav[:len(wav)/2])
	if err == nil {
		err = conn.(*net.TCPConn).CloseWrite()
	}
	if err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 400 ") || !strings.Contains(string(answer), "the body ends before its Content-Length") {
		t.Errorf("%s, %v", answer, err)
	}
	var list api.List[api.Recording]
	if b.raw(key, http.MethodGet, "/v1/recordings", "", nil, &list); len(list.Data) != 0 {
		t.Errorf("%+v", list)
	}
}
