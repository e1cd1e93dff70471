package prompt_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/prompt"
)

// words must never come back in an error.
const words = "Acme ruft Sie an"

// A listener is an engine's HTTP server on loopback, which remembers what it
// was asked.
type listener struct {
	*httptest.Server
	mu     sync.Mutex
	asked  []map[string]any
	header http.Header
	path   string
}

func listen(t testing.TB, serve http.HandlerFunc) *listener {
	t.Helper()
	s := &listener{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var asked map[string]any
		if err := json.Unmarshal(body, &asked); err != nil || r.Method != http.MethodPost {
			t.Errorf("%s with %q", r.Method, body)
		}
		s.mu.Lock()
		s.asked, s.header, s.path = append(s.asked, asked), r.Header, r.URL.Path
		s.mu.Unlock()
		serve(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *listener) times() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.asked)
}

func (s *listener) last() map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[len(s.asked)-1]
}

func speak(file []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(file) }
}

func openAI(t testing.TB, c prompt.OpenAIConfig) *prompt.OpenAI {
	t.Helper()
	e, err := prompt.NewOpenAI(c)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func piper(t testing.TB, c prompt.PiperConfig) *prompt.Piper {
	t.Helper()
	e, err := prompt.NewPiper(c)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestOpenAI(t *testing.T) {
	s := listen(t, speak(wav(t, 800)))
	for name, tc := range map[string]struct {
		config prompt.OpenAIConfig
		want   map[string]any
	}{
		"as it is": {prompt.OpenAIConfig{BaseURL: s.URL}, map[string]any{"model": "tts-1", "voice": "alloy"}},
		"with /v1": {prompt.OpenAIConfig{BaseURL: s.URL + "/v1/"}, map[string]any{"model": "tts-1", "voice": "alloy"}},
		"chosen": {
			prompt.OpenAIConfig{BaseURL: s.URL, Key: "s3cret", Model: "kokoro", Voice: "af_sky", Speed: 0.9, Voices: prompt.Voices{"de": "dora", "de/male": "hans"}},
			map[string]any{"model": "kokoro", "voice": "dora", "speed": 0.9},
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := openAI(t, tc.config)
			sound, err := e.Synthesize(t.Context(), prompt.Request{Locale: "de-DE", Gender: "female", Text: words})
			if err != nil || sound.Rate != 8000 || len(sound.Samples) != 800 {
				t.Fatalf("%d Hz, %d samples, %v", sound.Rate, len(sound.Samples), err)
			}
			tc.want["input"], tc.want["response_format"] = words, "wav"
			if diff := cmp.Diff(tc.want, s.last()); diff != "" {
				t.Error(diff)
			}
			bearer := ""
			if tc.config.Key != "" {
				bearer = "Bearer s3cret"
			}
			if s.path != "/v1/audio/speech" || s.header.Get("Authorization") != bearer || s.header.Get("Content-Type") != "application/json" {
				t.Errorf("%s with %v", s.path, s.header)
			}
			if strings.Contains(e.ID(), "s3cret") {
				t.Error("the key is in the ID")
			}
		})
	}
}

func TestPiper(t *testing.T) {
	s := listen(t, speak(wav(t, 800)))
	for path, tc := range map[string]struct {
		speed float64
		want  map[string]any
	}{
		"/":           {0, map[string]any{"text": words, "voice": "de_DE-thorsten-medium"}},
		"/synthesize": {0.5, map[string]any{"text": words, "voice": "de_DE-thorsten-medium", "length_scale": 2.0}},
	} {
		e := piper(t, prompt.PiperConfig{URL: s.URL + path, Speed: tc.speed, Voices: prompt.Voices{"de_de": "de_DE-thorsten-medium"}})
		if sound, err := e.Synthesize(t.Context(), prompt.Request{Locale: "de-AT", Text: words}); err != nil || len(sound.Samples) != 800 {
			t.Fatalf("%d samples, %v", len(sound.Samples), err)
		}
		if diff := cmp.Diff(tc.want, s.last()); diff != "" || s.path != path {
			t.Error(s.path, diff)
		}
		if _, err := e.Synthesize(t.Context(), prompt.Request{Locale: "fr-FR", Text: words}); e.Speaks("fr-FR") || !errors.Is(err, pinbell.ErrUnavailable) {
			t.Errorf("French: %v", err)
		}
	}
	if s.times() != 2 {
		t.Errorf("asked %d times", s.times())
	}
}

// TestVoices: the nearest voice of the language, first by locale, then by
// gender.
func TestVoices(t *testing.T) {
	s := listen(t, speak(wav(t, 800)))
	voices := prompt.Voices{"en-GB": "alan", "en-GB/female": "alba", "en-us/male": "joe", "pt": "any", "pt_BR/female": "bia", "zh-TW/female": "li"}
	e := piper(t, prompt.PiperConfig{URL: s.URL, Voices: voices})
	for who, want := range map[string]string{
		"en-GB/": "alan", "en-GB/male": "alan", "en-GB/female": "alba", "en-US/": "joe", "en-US/female": "joe", "en-AU/female": "alba", "en-AU/male": "joe", "en-AU/": "alan",
		"pt-BR/female": "bia", "pt-BR/male": "bia", "pt-PT/female": "any", "zh-CN/male": "li", "zh-CN/": "li",
	} {
		l, gender, _ := strings.Cut(who, "/")
		if _, err := e.Synthesize(t.Context(), prompt.Request{Locale: pinbell.Locale(l), Gender: gender, Text: "x"}); err != nil || !e.Speaks(pinbell.Locale(l)) {
			t.Fatal(err)
		}
		if got := s.last()["voice"]; got != want {
			t.Errorf("%s is spoken by %v, want %s", who, got, want)
		}
	}
	narrow := openAI(t, prompt.OpenAIConfig{BaseURL: s.URL, Voices: voices})
	for l, want := range map[pinbell.Locale]bool{"en-IN": true, "yue-CN": false, "de-DE": false} {
		if narrow.Speaks(l) != want {
			t.Errorf("speaks %s: %v", l, !want)
		}
	}
	if wide := openAI(t, prompt.OpenAIConfig{BaseURL: s.URL, Voices: voices, Voice: "alloy"}); !wide.Speaks("de-DE") {
		t.Error("the voice for the others does not speak")
	}
}

// TestStreamedWAV: sizes that were not known when the header was sent.
func TestStreamedWAV(t *testing.T) {
	for _, size := range []uint32{0, 0xFFFFFFFF} {
		file := wav(t, 800)
		binary.LittleEndian.PutUint32(file[4:], size)
		binary.LittleEndian.PutUint32(file[40:], size)
		s := listen(t, func(w http.ResponseWriter, _ *http.Request) {
			for part := range slices.Chunk(file, 500) {
				_, _ = w.Write(part)
				_ = http.NewResponseController(w).Flush()
			}
		})
		sound, err := openAI(t, prompt.OpenAIConfig{BaseURL: s.URL}).Synthesize(t.Context(), prompt.Request{Locale: "de-DE", Text: words})
		if err != nil || len(sound.Samples) != 800 {
			t.Errorf("size %#x: %d samples, %v", size, len(sound.Samples), err)
		}
	}
}

// TestRemoteFaults: each is an error, in time, that does not tell the words or
// the key.
func TestRemoteFaults(t *testing.T) {
	elsewhere := listen(t, speak(wav(t, 800)))
	repeat := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, `{"error": "cannot say `+words+`"}`)
		}
	}
	for name, tc := range map[string]struct {
		serve   http.HandlerFunc
		ofWords bool
	}{
		"500":       {repeat(500), false},
		"429":       {repeat(429), false},
		"401":       {repeat(401), false},
		"400":       {repeat(400), true},
		"422":       {repeat(422), true},
		"JSON":      {repeat(200), false},
		"nothing":   {speak(nil), false},
		"no sound":  {speak(wav(t, 0)), false},
		"a bad WAV": {speak([]byte("RIFF0000WAVEfmt ")), false},
		"a redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		}, false},
		"too much": {speak(append(wav(t, 800), make([]byte, 16<<20)...)), false},
		"slow":     {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, false},
		"slow to end": {func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write(wav(t, 8000))
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}, false},
		"hangs up": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, false},
		"breaks off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "9000")
			_, _ = w.Write(wav(t, 800))
		}, false},
		"a long video": {speak(bytes.Repeat([]byte("\x00\x00\x00\x18ftypmp42"), 1000)), false},
	} {
		t.Run(name, func(t *testing.T) {
			s := listen(t, tc.serve)
			timeout := 5 * time.Second
			if strings.HasPrefix(name, "slow") {
				timeout = 50 * time.Millisecond
			}
			for _, e := range []prompt.Engine{
				openAI(t, prompt.OpenAIConfig{BaseURL: s.URL, Key: "s3cret", Timeout: timeout}),
				piper(t, prompt.PiperConfig{URL: s.URL, Timeout: timeout, Voices: prompt.Voices{"de": "x"}}),
			} {
				_, err := e.Synthesize(t.Context(), prompt.Request{Locale: "de-DE", Text: words})
				if err == nil || errors.Is(err, prompt.ErrWords) != tc.ofWords {
					t.Errorf("%v", err)
				} else if strings.Contains(err.Error(), "Acme") || strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "/v1") {
					t.Errorf("the error tells too much: %v", err)
				}
				if timeout < time.Second && !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%v, want a time-out", err)
				}
			}
		})
	}
	if elsewhere.times() != 0 {
		t.Error("a redirect was followed")
	}
}

func TestRemoteConfig(t *testing.T) {
	de := prompt.Voices{"de": "x"}
	for name, c := range map[string]prompt.OpenAIConfig{
		"no address":        {},
		"no host":           {BaseURL: "https:///"},
		"another scheme":    {BaseURL: "ftp://tts.example"},
		"a user":            {BaseURL: "https://me:pw@tts.example"},
		"a query":           {BaseURL: "https://tts.example/?a=b"},
		"an open key":       {BaseURL: "http://tts.example", Key: "s3cret"},
		"an open key, IP":   {BaseURL: "http://192.0.2.1:80", Key: "s3cret"},
		"a key of lines":    {BaseURL: "https://tts.example", Key: "s3cret\r\nX: y"},
		"a voice of lines":  {BaseURL: "https://tts.example", Voice: "a\nb"},
		"speed":             {BaseURL: "https://tts.example", Speed: 5},
		"a negative time":   {BaseURL: "https://tts.example", Timeout: -1},
		"no locale":         {BaseURL: "https://tts.example", Voices: prompt.Voices{"german": "x"}},
		"no gender":         {BaseURL: "https://tts.example", Voices: prompt.Voices{"de/child": "x"}},
		"a voice unnamed":   {BaseURL: "https://tts.example", Voices: prompt.Voices{"de": ""}},
		"a slash too many":  {BaseURL: "https://tts.example", Voices: prompt.Voices{"de/": "x"}},
		"a voice with bell": {BaseURL: "https://tts.example", Voices: prompt.Voices{"de": "\a"}},
	} {
		if _, err := prompt.NewOpenAI(c); !isField(err) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string]prompt.PiperConfig{
		"no address": {Voices: de}, "no voices": {URL: "http://127.0.0.1:5000"}, "speed": {URL: "http://127.0.0.1:5000", Voices: de, Speed: 0.1},
	} {
		if _, err := prompt.NewPiper(c); !isField(err) {
			t.Errorf("piper, %s: %v", name, err)
		}
	}
	for _, base := range []string{"http://127.0.0.1:8880", "http://10.1.2.3", "http://[fd00::1]:80/v1", "http://kokoro:8880", "http://localhost", "https://tts.example"} {
		if _, err := prompt.NewOpenAI(prompt.OpenAIConfig{BaseURL: base, Key: "s3cret"}); err != nil {
			t.Errorf("%s: %v", base, err)
		}
	}
}

func isField(err error) bool {
	_, ok := errors.AsType[*pinbell.FieldError](err)
	return ok
}
