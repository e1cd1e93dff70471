package prompt_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/prompt"
)

// actor is an engine that does as it is told.
type actor struct {
	name      string
	languages string // "" for all
	length    int    // samples of speech; 0 for silence
	fault     error
	delay     time.Duration
	asked     int
}

var errActor = errors.New("is out of order")

func (a *actor) ID() string { return a.name }

func (a *actor) Speaks(l pinbell.Locale) bool {
	return a.languages == "" || strings.Contains(a.languages, l.Language())
}

func (a *actor) Synthesize(ctx context.Context, _ prompt.Request) (audio.PCM, error) {
	a.asked++
	if a.delay > 0 {
		select {
		case <-ctx.Done():
			return audio.PCM{}, ctx.Err()
		case <-time.After(a.delay):
		}
	}
	return audio.PCM{Rate: 8000, Samples: bytesToTone(a.length)}, a.fault
}

// heard returns the length of what is said, in samples.
func heard(t testing.TB, r *prompt.Renderer, text string, l pinbell.Locale) (int, error) {
	t.Helper()
	clips, err := r.Render(t.Context(), pinbell.Playlist{{Kind: pinbell.ItemSay, Text: pinbell.NewText(text), Locale: l}}, "", audio.PCMU)
	if err != nil {
		return 0, err
	}
	return clips[0].Len(), nil
}

// TestChain: the first that speaks the locale and answers; one that failed is
// passed over for ten seconds, but not for what it has said before.
func TestChain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		french := &actor{name: "french", languages: "fr", length: 1000}
		best := &actor{name: "best", languages: "de en", length: 2000}
		good := &actor{name: "good", languages: "de", length: 3000}
		var log bytes.Buffer
		r := renderer(t, prompt.Config{Engine: prompt.Chain{french, prompt.Chain{best, good}}, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		said := func(text string, want int, asked ...int) {
			t.Helper()
			n, err := heard(t, r, text, "de-DE")
			if err != nil || n/500*500 != want {
				t.Errorf("%s: %d samples, want %d; %v", text, n, want, err)
			}
			if got := []int{french.asked, best.asked, good.asked}; fmt.Sprint(got) != fmt.Sprint(asked) {
				t.Errorf("%s: asked %v, want %v", text, got, asked)
			}
		}
		said("Guten Tag eins", 2000, 0, 1, 0)
		best.fault = errActor
		said("Guten Tag zwei", 3000, 0, 2, 1)
		said("Guten Tag drei", 3000, 0, 2, 2)
		said("Guten Tag eins", 2000, 0, 2, 2)
		time.Sleep(9999 * time.Millisecond)
		said("Guten Tag vier", 3000, 0, 2, 3)
		time.Sleep(2 * time.Millisecond)
		best.fault = nil
		said("Guten Tag zwei", 2000, 0, 3, 3)
		if n := strings.Count(log.String(), "speech engine failed"); n != 1 || strings.Contains(log.String(), "Guten") {
			t.Errorf("%d failures in the log:\n%s", n, &log)
		}
		for l, want := range map[pinbell.Locale]bool{"fr-FR": true, "en-US": true, "pl-PL": false} {
			if r.CanSayText(l, "a word") != want {
				t.Errorf("can speak %s: %v", l, !want)
			}
		}
	})
}

// TestChainIsFair: an engine does not rest for words that it cannot say, for
// callers who leave, or when there is no other to ask.
func TestChainIsFair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		best, good := &actor{name: "best", fault: fmt.Errorf("answered 400: %w", prompt.ErrWords)}, &actor{name: "good", length: 3000}
		chain := renderer(t, prompt.Config{Engine: prompt.Chain{best, good}})
		if n, err := heard(t, chain, "eins", "de-DE"); n == 0 || err != nil {
			t.Errorf("words that one cannot say: %v", err)
		}
		best.fault, best.length = nil, 0 // no sound
		if n, err := heard(t, chain, "zwei", "de-DE"); n == 0 || err != nil {
			t.Errorf("silence: %v", err)
		}
		best.delay = time.Minute
		ctx, leave := context.WithTimeout(t.Context(), time.Second)
		defer leave()
		if _, err := chain.Render(ctx, pinbell.Playlist{say("three")}, "", audio.PCMU); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a caller who left: %v", err)
		}
		unasked := &actor{name: "unasked"}
		ctx, leave = context.WithTimeout(t.Context(), time.Second)
		defer leave()
		if _, err := (prompt.Chain{&actor{delay: time.Minute}, unasked}).Synthesize(ctx, prompt.Request{Text: "x"}); !errors.Is(err, context.DeadlineExceeded) || unasked.asked != 0 {
			t.Errorf("another is asked for a caller who left; %v", err)
		}
		best.delay, best.length = 0, 2000
		if _, err := heard(t, chain, "vier", "de-DE"); err != nil || best.asked != 4 || good.asked != 2 {
			t.Errorf("asked %d and %d times, %v", best.asked, good.asked, err)
		}
		only := &actor{name: "only", fault: errActor, length: 2000}
		alone := renderer(t, prompt.Config{Engine: only})
		if _, err := heard(t, alone, "Acme", "en-US"); !errors.Is(err, errActor) {
			t.Error(err)
		}
		only.fault = nil
		if _, err := heard(t, alone, "Acme", "en-US"); err != nil {
			t.Errorf("the only engine is passed over: %v", err)
		}
	})
}

// TestChainEnds: when all fail, recordings say the words, or the fallback's
// language, or nobody.
func TestChainEnds(t *testing.T) {
	down, english := &actor{name: "down", fault: errActor}, &actor{name: "english", languages: "en", fault: errActor}
	r := renderer(t, prompt.Config{Engine: prompt.Chain{down, english}})
	recorded, err := renderer(t, prompt.Config{}).Render(t.Context(), pinbell.Playlist{say("Your code is 12")}, "", audio.PCMU)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := heard(t, r, "Your code is 12", "en-US"); err != nil || n != recorded[0].Len() || english.asked != 1 {
		t.Errorf("recordings: %d samples, %v", n, err)
	}
	english.fault, english.length = nil, 2000
	r = renderer(t, prompt.Config{Engine: prompt.Chain{down, english}}) // where nobody rests
	if n, err := heard(t, r, "Acme", "de-DE"); err != nil || n == 0 || english.asked != 2 {
		t.Errorf("in English: %d samples, %v", n, err)
	}
	if _, err := heard(t, r, "Акме", "ru-RU"); !errors.Is(err, errActor) {
		t.Errorf("nobody: %v", err)
	}
	if _, err := (prompt.Chain{english}).Synthesize(t.Context(), prompt.Request{Locale: "ru-RU", Text: "x"}); !errors.Is(err, pinbell.ErrUnavailable) {
		t.Errorf("no engine for Russian: %v", err)
	}
	if r := renderer(t, prompt.Config{Engine: prompt.Chain{}}); r.HasEngine() || r.CanSayText("en-US", "Acme") {
		t.Error("an empty chain speaks")
	}
}

// TestOneSynthesis: a hundred callers of the same words at the same time share
// one request, and the next one needs none.
func TestOneSynthesis(t *testing.T) {
	const callers = 100
	var began sync.WaitGroup
	began.Add(callers)
	s := listen(t, func(w http.ResponseWriter, _ *http.Request) {
		began.Wait()
		_, _ = w.Write(wav(t, 8000))
	})
	r := renderer(t, prompt.Config{Engine: openAI(t, prompt.OpenAIConfig{BaseURL: s.URL}), CacheDir: t.TempDir()})
	var calls sync.WaitGroup
	var spoken atomic.Int32
	for range callers {
		calls.Go(func() {
			began.Done()
			if n, err := heard(t, r, words, "de-DE"); err == nil && n > 7000 {
				spoken.Add(1)
			}
		})
	}
	calls.Wait()
	if n, err := heard(t, r, words, "de-DE"); err != nil || n == 0 {
		t.Error(err)
	}
	if s.times() != 1 || spoken.Load() != callers {
		t.Errorf("asked %d times for %d callers, of whom %d heard it", s.times(), callers, spoken.Load())
	}
}
