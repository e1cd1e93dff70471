package voice

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b breaker
		fail := func(n int) (opened bool) {
			for range n {
				if !b.admit() {
					t.Error("a call is refused")
				}
				opened, _ = b.done(trunkFailed)
			}
			return opened
		}
		if fail(4) || !b.ready() {
			t.Error("open after four")
		}
		b.done(trunkWorks)
		if fail(4) || !b.ready() {
			t.Error("open though one went through between")
		}
		time.Sleep(breakerWindow + time.Second)
		if fail(3) || !b.ready() {
			t.Error("open though the failures are old")
		}
		if !fail(2) || b.ready() || b.admit() {
			t.Error("not open after five in 10 s")
		}
		time.Sleep(breakerPause - time.Millisecond)
		if b.ready() {
			t.Error("ready too early")
		}
		time.Sleep(time.Millisecond)
		if !b.ready() || !b.admit() || b.ready() || b.admit() {
			t.Error("not one probe")
		}
		b.done(noVerdict)
		if !b.admit() {
			t.Error("no probe after one without a verdict")
		}
		b.done(trunkFailed)
		if b.ready() {
			t.Error("ready after a probe that failed")
		}
		time.Sleep(breakerPause)
		if !b.admit() {
			t.Error("no second probe")
		}
		if _, closed := b.done(trunkWorks); !closed || !b.ready() {
			t.Error("not closed by a probe that went through")
		}
		if fail(4) {
			t.Error("old failures count")
		}
	})
}

func TestRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimits(0, 2)
		begin := time.Now()
		for i, want := range []time.Duration{0, 500, 1000} {
			if err := l.enter(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := time.Since(begin); got != want*time.Millisecond {
				t.Errorf("call %d after %v", i, got)
			}
		}
		// Seven more at once: five have their turn within 2 s, by now from 0.5 s on.
		results := make(chan error, 7)
		for range 7 {
			go func() { results <- l.enter(t.Context()) }()
		}
		busy := 0
		for range 7 {
			if errors.Is(<-results, errBusy) {
				busy++
			}
		}
		if busy != 3 {
			t.Errorf("%d were throttled", busy)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_ = l.enter(t.Context())
		if err := l.enter(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%v after it was canceled", err)
		}
	})
}

func TestCallsAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimits(2, 0)
		for range 2 {
			if err := l.enter(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		begin := time.Now()
		if err := l.enter(t.Context()); !errors.Is(err, errBusy) || time.Since(begin) != turnTime {
			t.Errorf("%v after %v", err, time.Since(begin))
		}
		go func() {
			time.Sleep(time.Second)
			l.leave()
		}()
		if err := l.enter(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
