package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/handset"
	"github.com/pinbell/pinbell/prompt"
	"github.com/pinbell/pinbell/voice"
)

// A line is a handset and the trunk to it.
type line struct {
	prompts *prompt.Renderer
	phone   *handset.Handset
	trunk   *voice.Carrier
}

// connect runs a handset, and a trunk to it, until ctx ends.
func connect(ctx context.Context, running *sync.WaitGroup, prompts *prompt.Renderer, zeroFill bool, parallel int) (*line, error) {
	digits, err := prompts.Digits("en-US")
	if err != nil {
		return nil, err
	}
	phone, err := handset.New(handset.Config{Voices: handset.Voices{"en-US": digits}, AnswerAfter: -1, HangUpWhenHeard: true,
		ZeroFill: zeroFill, MaxConcurrent: 2 * parallel})
	if err != nil {
		return nil, err
	}
	if err := phone.Listen(); err != nil {
		return nil, err
	}
	running.Go(func() { _ = phone.Run(ctx) })
	trunk, err := voice.New(voice.Config{Trunk: phone.SIPAddr(), ListenIP: netip.MustParseAddr("127.0.0.1"), Renderer: prompts,
		Codecs: []audio.Codec{audio.PCMU}})
	if err != nil {
		return nil, err
	}
	running.Go(func() { _ = trunk.Run(ctx) })
	for !trunk.Healthy() {
		time.Sleep(time.Millisecond)
	}
	return &line{prompts: prompts, phone: phone, trunk: trunk}, nil
}

// call says a code to a number and cuts its first reading from the recording.
func (l *line) call(ctx context.Context, to pinbell.Number, code pinbell.Code) (placed, error) {
	c := placed{code: code}
	list := pinbell.CallWords{Locale: "en-US"}.Code(code)
	clips, err := l.prompts.Render(ctx, list, "en-US", audio.PCMU)
	if err != nil {
		return c, err
	}
	var said []int16
	from := 0
	for n, item := range list {
		from = len(said)
		for _, fragment := range clips[n] {
			said = audio.PCMU.AppendDecoded(said, fragment)
		}
		if item.Kind == pinbell.ItemDigits {
			break
		}
	}
	result := l.trunk.Deliver(ctx, pinbell.Delivery{
		Attempt: pinbell.NewAttemptID(time.Now()), Channel: pinbell.Voice, To: to, Locale: "en-US", Playlist: list,
		Deadline: time.Now().Add(5 * time.Minute), RingTime: 10 * time.Second,
	}, nil)
	if !result.Outcome.Reached() {
		return c, fmt.Errorf("%s, %s", result.Outcome, result.Cause)
	}
	if c.info, err = l.ended(to); err != nil {
		return c, err
	}
	sound := l.phone.Recording(c.info.ID)
	start, ok := reading(sound.Samples, said, from, len(said))
	if !ok {
		c.late = true
		return c, nil
	}
	const around = 2400 // 300 ms of silence on both sides
	end := min(len(sound.Samples), start+len(said)-from+around)
	c.sound = audio.PCM{Rate: sound.Rate, Samples: sound.Samples[max(0, start-around):end]}
	return c, nil
}

// ended returns the newest call of a number once it has ended.
func (l *line) ended(to pinbell.Number) (handset.Call, error) {
	for range 500 {
		for _, call := range l.phone.Calls() {
			if call.To != to.E164() {
				continue
			}
			if call.State == handset.Ended {
				return call, nil
			}
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	return handset.Call{}, errors.New("the handset's side of the call does not end")
}
