package prompt_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
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

// TestCodeWithoutEngine: an engine that fails or hangs does not keep a
// verification call from saying its code.
func TestCodeWithoutEngine(t *testing.T) {
	introduced := pinbell.CallWords{Locale: "en-US", Say: "Acme Bank"}.Code(code(t, "123456"))
	plain := pinbell.CallWords{Locale: "en-US"}.Code(code(t, "123456"))
	template := pinbell.CallWords{Locale: "en-US", Confirm: pinbell.ConfirmPress1}.Template(code(t, "123456"), "Acme Bank says", "And that is that")
	phrases := make(pinbell.Playlist, len(template))
	for i, it := range template {
		if it.Kind == pinbell.ItemSay {
			it = pinbell.Item{Kind: pinbell.ItemPhrase, Phrase: pinbell.PhraseCode}
			if i > len(template)-3 {
				it.Phrase = pinbell.PhraseGoodbye
			}
		}
		phrases[i] = it
	}
	for name, e := range map[string]*actor{"fails": {name: "a", fault: errActor}, "hangs": {name: "b", delay: time.Hour}, "is silent": {name: "c"}} {
		synctest.Test(t, func(t *testing.T) {
			var log bytes.Buffer
			r := renderer(t, prompt.Config{Engine: e, Logger: slog.New(slog.NewTextHandler(&log, nil))})
			began := time.Now()
			for _, c := range []struct{ list, as pinbell.Playlist }{{introduced, plain}, {template, phrases}} {
				got, err := r.Render(t.Context(), c.list, "en-US", audio.PCMU)
				if err != nil || len(got) != len(c.list) {
					t.Fatalf("%s: %d clips, %v", name, len(got), err)
				}
				want, err := renderer(t, prompt.Config{}).Render(t.Context(), c.as, "en-US", audio.PCMU)
				if err != nil {
					t.Fatal(err)
				}
				n := len(whole(got)) - len(whole(want))
				if c.list[3].Kind == pinbell.ItemSay { // the pause behind the introduction stays
					n -= 400 * 8
				}
				if n != 0 {
					t.Errorf("%s: %d samples more than the phrases", name, n)
				}
			}
			if took := time.Since(began); took > 11*time.Second {
				t.Errorf("%s: took %s", name, took)
			}
			if !strings.Contains(log.String(), "goes on without its words") || strings.Contains(log.String(), "Acme") {
				t.Errorf("%s: logged %s", name, log.String())
			}
		})
	}
	// Words that are all that a call has are missed.
	r := renderer(t, prompt.Config{Engine: &actor{name: "a", fault: errActor}})
	if _, err := heard(t, r, "Your parcel is here", "en-US"); !errors.Is(err, errActor) {
		t.Errorf("a call of words alone: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Render(ctx, introduced, "en-US", audio.PCMU); !errors.Is(err, context.Canceled) {
		t.Errorf("a call that is over: %v", err)
	}
}

func whole(clips []audio.Clip) []byte {
	var all audio.Clip
	for _, c := range clips {
		all = append(all, c...)
	}
	return bytesOf(all)
}

// TestReasons: what may be logged tells what is wrong, and never the words.
func TestReasons(t *testing.T) {
	const secret = "the secret words"
	for name, c := range map[string]struct {
		engine prompt.Engine
		want   string
	}{
		"missing program":  {prompt.Command{Argv: []string{"/nowhere/engine"}}, "program is missing"},
		"not in the path":  {prompt.Command{Argv: []string{"no-such-engine"}}, "program is missing"},
		"no program":       {prompt.Command{Argv: []string{t.TempDir()}}, "may not be run"},
		"exit status":      {prompt.Command{Argv: []string{"/bin/sh", "-c", "echo {text} >&2; exit 7"}}, "exit status 7"},
		"time":             {prompt.Command{Argv: []string{"/bin/sleep", "20"}, Timeout: 50 * time.Millisecond}, "too long"},
		"not a sound":      {prompt.Command{Argv: []string{"/bin/echo", "{text}"}}, "the engine failed"},
		"no engine":        {nil, "no engine or recording"},
		"words":            {&actor{name: "a", fault: fmt.Errorf("%s: %w", secret, prompt.ErrWords)}, prompt.ErrWords.Error()},
		"one that repeats": {&actor{name: "a", fault: errors.New(secret)}, "the engine failed"},
	} {
		r := renderer(t, prompt.Config{Engine: c.engine})
		_, err := heard(t, r, secret, "en-US")
		item, ok := errors.AsType[*prompt.ItemError](err)
		if !ok || !strings.Contains(item.Reason(), "item 0: ") || !strings.Contains(item.Reason(), c.want) || strings.Contains(item.Reason(), "secret") {
			t.Errorf("%s: %v", name, err)
		} else if _, program := c.engine.(prompt.Command); program && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v holds the words", name, err)
		}
	}
}

// lengths are recordings as long as their address says.
type lengths struct{}

func (lengths) Fetch(_ context.Context, url string) (audio.PCM, error) {
	d, err := time.ParseDuration(filepath.Base(url))
	return audio.Silence(8000, d), err
}

// TestLongSound: what is made for one call is bounded, by the item.
func TestLongSound(t *testing.T) {
	play := func(d string) pinbell.Item {
		return pinbell.Item{Kind: pinbell.ItemPlay, URL: "https://cdn.example/" + d}
	}
	r := renderer(t, prompt.Config{Engine: &actor{name: "slow", length: 4 * 60 * 8000}, Media: lengths{}})
	for name, c := range map[string]struct {
		list pinbell.Playlist
		item int // -1 where all is well; -2 for any
	}{
		"long":            {pinbell.Playlist{play("5m"), play("4m59s")}, -1},
		"over and over":   {pinbell.Playlist{play("5m"), play("5m"), play("5m")}, -1},
		"too long":        {pinbell.Playlist{play("5m"), play("4m"), play("3m")}, -2},
		"words":           {pinbell.Playlist{say("a"), say("b")}, -1},
		"too many words":  {pinbell.Playlist{say("a"), say("a"), say("b"), say("c")}, 2},
		"words and music": {pinbell.Playlist{say("a"), play("4m"), say("b")}, 2},
	} {
		_, err := r.Render(t.Context(), c.list, "en-US", audio.PCMU)
		item, ok := errors.AsType[*prompt.ItemError](err)
		switch {
		case c.item == -1 && err == nil, ok && (c.item == -2 || item.Index == c.item) && strings.Contains(item.Reason(), "10m"):
		default:
			t.Errorf("%s: %v", name, err)
		}
	}
}

// counter is an engine that counts how often it runs at once.
type counter struct{ now, most atomic.Int32 }

func (c *counter) ID() string { return "counter" }

func (c *counter) Synthesize(context.Context, prompt.Request) (audio.PCM, error) {
	n := c.now.Add(1)
	defer c.now.Add(-1)
	for most := c.most.Load(); n > most && !c.most.CompareAndSwap(most, n); most = c.most.Load() {
	}
	time.Sleep(time.Second) // of the bubble's
	return audio.PCM{Rate: 8000, Samples: bytesToTone(1000)}, nil
}

// TestEngineRuns: many calls at once do not start as many programs, and one
// that is over does not wait.
func TestEngineRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &counter{}
		r := renderer(t, prompt.Config{Engine: e})
		var calls sync.WaitGroup
		most := 2 * runtime.GOMAXPROCS(0)
		for i := range 4 * most {
			calls.Go(func() {
				if _, err := heard(t, r, "call "+strings.Repeat("a", i), "en-US"); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		if _, err := r.Render(ctx, pinbell.Playlist{say("one more")}, "", audio.PCMU); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("one that is over: %v", err)
		}
		calls.Wait()
		if got := int(e.most.Load()); got != most {
			t.Errorf("%d at once, want %d", got, most)
		}
	})
}
