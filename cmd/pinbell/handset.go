package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/pinbell/pinbell/handset"
	"github.com/pinbell/pinbell/prompt"
)

type handsetCmd struct {
	Addr        string        `help:"Address of the page and the API." default:"127.0.0.1:8090"`
	SIP         string        `help:"UDP address that calls come to." default:"127.0.0.1:5060"`
	SMPP        string        `help:"TCP address that binds come to." default:"127.0.0.1:2775"`
	AnswerAfter time.Duration `help:"How long it rings before it answers." default:"1s"`
	Password    string        `help:"What binds must give. Defaults to anything." env:"PINBELL_HANDSET_PASSWORD"`
	LogLevel    string        `help:"debug, info, warn or error." default:"info"`
}

func (h handsetCmd) Run(ctx context.Context, c console) error {
	log, err := newLogger(c.err, h.LogLevel, "text")
	if err != nil {
		return err
	}
	voices, err := packedVoices()
	if err != nil {
		return err
	}
	phone, err := handset.New(handset.Config{
		SIPAddr: h.SIP, SMPPAddr: h.SMPP, Voices: voices, AnswerAfter: h.AnswerAfter, Password: h.Password, Logger: log,
	})
	if err != nil {
		return usageError{err}
	}
	if err := phone.Listen(); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", h.Addr)
	if err != nil {
		return fmt.Errorf("--addr: %w", err)
	}
	server := &http.Server{Handler: phone.Handler(), ReadHeaderTimeout: headerTimeout}
	_, _ = fmt.Fprintf(c.out, "handset  http://%s\nSIP      %s (UDP)\nSMPP     %s\n", listener.Addr(), phone.SIPAddr(), phone.SMPPAddr())
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return phone.Run(ctx) })
	g.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	g.Go(func() error {
		<-ctx.Done()
		return server.Close() // its streams never end by themselves
	})
	return g.Wait()
}

// packedVoices are the recordings by which the handset recognises digits.
func packedVoices() (handset.Voices, error) {
	prompts, err := prompt.New(prompt.Config{})
	if err != nil {
		return nil, err
	}
	voices := handset.Voices{}
	for _, l := range prompts.Locales() {
		if voices[l], err = prompts.Digits(l); err != nil {
			return nil, err
		}
	}
	return voices, nil
}
