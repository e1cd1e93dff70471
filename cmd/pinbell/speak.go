package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

type speakCmd struct {
	Text   string `arg:"" optional:"" help:"Words to say; takes a speech engine."`
	Code   string `help:"Say the whole message of a verification call with this code." xor:"what" placeholder:"DIGITS"`
	Locale string `help:"Language and country, as in en-US." default:"en-US"`
	Gender string `help:"female or male, where the voice pack has a choice."`
	Out    string `short:"o" help:"WAV file to write; - for standard output." required:"" placeholder:"FILE"`
	Config string `help:"Configuration file, for its speech engine." env:"PINBELL_CONFIG" type:"path" placeholder:"FILE"`
}

func (s speakCmd) Run(ctx context.Context, c console) error {
	locale, err := pinbell.ParseLocale(s.Locale)
	if err != nil {
		return usageError{err}
	}
	cfg, err := loadConfig(s.Config, os.Environ())
	if err != nil {
		return err
	}
	prompts, err := newRenderer(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		return usageError{err}
	}
	if _, ok := prompts.Resolve(locale); !ok {
		return usageError{fmt.Errorf("--locale: %s has no voice pack; want one of %v", locale, prompts.Locales())}
	}
	var list pinbell.Playlist
	switch {
	case s.Code != "" && s.Text == "":
		code, err := pinbell.ParseCode(s.Code)
		if err != nil {
			return usageError{err}
		}
		list = pinbell.CallWords{Locale: locale, Gender: s.Gender}.Code(code)
	case s.Text != "" && s.Code == "":
		list = pinbell.Playlist{{Kind: pinbell.ItemSay, Text: pinbell.NewText(s.Text), Gender: s.Gender}}
	default:
		return usageError{fmt.Errorf("want either --code or a text")}
	}
	clips, err := prompts.Render(ctx, list, locale, audio.PCMU)
	if err != nil {
		return err
	}
	var wav bytes.Buffer
	sound := audio.PCM{Rate: audio.PCMU.SampleRate()}
	for _, clip := range clips {
		for _, fragment := range clip {
			sound.Samples = audio.PCMU.AppendDecoded(sound.Samples, fragment)
		}
	}
	if err := audio.WriteWAV(&wav, sound); err != nil {
		return err
	}
	if s.Out == "-" {
		_, err = c.out.Write(wav.Bytes())
		return err
	}
	return os.WriteFile(s.Out, wav.Bytes(), 0o600) // it says a code
}
