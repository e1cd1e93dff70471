package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/prompt"
	"github.com/pinbell/pinbell/voice"
)

type callCmd struct {
	Number string        `arg:"" help:"The number, as in +15551234567, or a SIP address."`
	Play   string        `help:"Play a recording: a WAV or MP3 file." xor:"what" type:"existingfile" placeholder:"FILE"`
	Say    string        `help:"Say words; takes a speech engine." xor:"what" placeholder:"TEXT"`
	Code   string        `help:"Say the whole message of a verification call with this code." xor:"what" placeholder:"DIGITS"`
	Locale string        `help:"Language and country, as in en-US." default:"en-US"`
	Ring   time.Duration `help:"How long the phone rings." default:"30s"`
	Trace  bool          `help:"Show the signalling: each SIP message, with numbers masked and secrets left out."`
	operatorFlags
}

func (f callCmd) Run(ctx context.Context, c console) error {
	locale, err := pinbell.ParseLocale(f.Locale)
	if err != nil {
		return usageError{fmt.Errorf("--locale: %w", err)}
	}
	list, err := f.playlist(locale)
	if err != nil {
		return usageError{err}
	}
	number, address := f.Number, ""
	if sip, err := pinbell.ParseAddress(f.Number); err == nil {
		number, address = "+15550100", sip // routed as any number; the address is called
	}
	if f.Trace {
		f.trace = func(m voice.TraceMessage) { printTrace(c.err, wireTrace(m)) }
	}
	op, err := f.open(c, pinbell.Voice, number, f.renderer)
	if err != nil {
		return err
	}
	began := time.Now()
	result, err := op.deliver(ctx, pinbell.Delivery{
		Attempt: pinbell.NewAttemptID(began), Channel: pinbell.Voice, To: op.to, Address: address, From: f.From,
		Locale: locale, Playlist: list, Deadline: began.Add(15 * time.Minute), RingTime: f.Ring,
	}, f.watch(c, began), nil)
	if err != nil {
		return err
	}
	return f.conclude(c, op, result)
}

// recordingURL names the file of --play to the renderer.
const recordingURL = "file:///recording"

func (f callCmd) playlist(locale pinbell.Locale) (pinbell.Playlist, error) {
	pause := pinbell.Item{Kind: pinbell.ItemPause, Pause: time.Second} // until the phone is at the ear
	switch {
	case f.Play != "":
		return pinbell.Playlist{pause, {Kind: pinbell.ItemPlay, URL: recordingURL}}, nil
	case f.Say != "":
		return pinbell.Playlist{pause, {Kind: pinbell.ItemSay, Text: pinbell.NewText(f.Say)}}, nil
	case f.Code != "":
		code, err := pinbell.ParseCode(f.Code)
		return pinbell.CallWords{Locale: locale}.Code(code), err
	}
	return nil, errors.New("want --play, --say or --code")
}

// renderer is the configuration's, with the file of --play as its only recording.
func (f callCmd) renderer(cfg config, log *slog.Logger) (*prompt.Renderer, error) {
	p, err := promptConfig(cfg)
	if err != nil {
		return nil, err
	}
	p.Media, p.Logger = recordingFile(f.Play), log
	return prompt.New(p)
}

// recordingFile is a file that calls may play.
type recordingFile string

// Fetch implements [prompt.Fetcher].
func (f recordingFile) Fetch(context.Context, string) (audio.PCM, error) {
	content, err := os.ReadFile(string(f))
	if err != nil {
		return audio.PCM{}, err
	}
	if audio.IsMP3(content) {
		return audio.ReadMP3(bytes.NewReader(content), 5*time.Minute)
	}
	return audio.ReadWAV(bytes.NewReader(content))
}
