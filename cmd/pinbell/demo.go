package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/handset"
)

type demoCmd struct {
	Addr    string `help:"Address of the page and the API. Defaults to 127.0.0.1:8080; any free port with --once."`
	Once    bool   `help:"Run one voice and one SMS verification to the end, print each step and stop."`
	To      string `help:"The number to verify with --once." default:"+15551234567"`
	Locale  string `help:"The language of --once." default:"en-US"`
	WAV     string `name:"wav" help:"Write the call of --once as the phone received it." type:"path" placeholder:"FILE"`
	KeyFile string `help:"Write the demo's API key, with all scopes, to this file." type:"path" placeholder:"FILE"`
	Verbose bool   `help:"Log what happens inside."`
}

func (d demoCmd) Run(ctx context.Context, c console) (err error) {
	if d.WAV != "" && !d.Once {
		return usageError{errors.New("--wav goes with --once")}
	}
	if _, err := pinbell.ParseNumber(d.To, ""); err != nil {
		return usageError{fmt.Errorf("--to: %w", err)}
	}
	level := slog.LevelWarn
	if d.Verbose {
		level = slog.LevelDebug
	}
	log := slog.New(slog.NewTextHandler(c.err, &slog.HandlerOptions{Level: level}))

	dir, err := os.MkdirTemp("", "pinbell-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	phone, err := d.phone(log)
	if err != nil {
		return err
	}
	phoneCtx, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	ctx, stop := context.WithCancel(ctx)
	var g errgroup.Group
	g.Go(func() error { return phone.Run(phoneCtx) })
	defer func() { // the phone goes last, so that calls can end
		stop()
		hangUp()
		err = errors.Join(err, g.Wait())
	}()

	sys, err := newSystem(ctx, d.config(dir, phone), log, systemOptions{
		handset: "/handset/",
		wrap: func(server http.Handler) http.Handler {
			mux := http.NewServeMux()
			mux.Handle("/handset/", http.StripPrefix("/handset", phone.Handler()))
			mux.Handle("/", server)
			return mux
		},
	})
	if err != nil {
		return err
	}
	key, err := d.key(ctx, sys)
	if err != nil {
		sys.close()
		return err
	}
	var serving errgroup.Group
	serving.Go(func() error {
		defer stop()
		return sys.run(ctx)
	})
	if d.Once {
		err = d.once(ctx, c.out, sys, phone, key)
		stop()
	} else if err = sys.ready(ctx); err == nil {
		d.greet(c.out, sys)
		<-ctx.Done()
	}
	return errors.Join(err, serving.Wait())
}

// phone is the development handset on loopback.
func (d demoCmd) phone(log *slog.Logger) (*handset.Handset, error) {
	voices, err := packedVoices()
	if err != nil {
		return nil, err
	}
	phone, err := handset.New(handset.Config{Voices: voices, HangUpWhenHeard: d.Once, Logger: log})
	if err != nil {
		return nil, err
	}
	return phone, phone.Listen()
}

// guideCarrier is the carrier_id in the playlist API's guide, whose requests the
// demo takes as they are printed.
const guideCarrier = "74445609"

// config is the whole system with nothing configured.
func (d demoCmd) config(dir string, phone *handset.Handset) config {
	var c config
	c.Server.Addr = d.Addr
	if c.Server.Addr == "" {
		c.Server.Addr = "127.0.0.1:8080"
		if d.Once {
			c.Server.Addr = "127.0.0.1:0"
		}
	}
	c.Server.Page = true
	c.Store.Path = filepath.Join(dir, "pinbell.db")
	c.Keyring.File = filepath.Join(dir, "pinbell.keyring")
	c.SIP.Listen, c.SIP.Traces = "127.0.0.1", defaultTraces
	c.Delivery.DrainTime = duration{2 * time.Second} // nobody waits for a demo to end
	c.Trunks = map[string]trunkConfig{"handset-sip": {Addr: phone.SIPAddr(), CallerID: "+15550100"}}
	c.Binds = map[string]bindConfig{"handset-smpp": {Addr: phone.SMPPAddr(), SystemID: "pinbell", Sender: "Pinbell", Window: 100}}
	c.Prompt.Engine = []string{autoEngine}
	c.Compat.Enable = []string{"all"}
	c.Compat.PlaylistCarriers = map[string]string{guideCarrier: "handset-sip"}
	// Only this machine is reached, and only from it.
	c.Outbound.AllowHTTP, c.Outbound.AllowPrivate = []string{"127.0.0.1", "localhost", "::1"}, []string{"127.0.0.0/8", "::1/128"}
	c.Services = map[string]serviceConfig{"default": {
		AllowCustomCode: true, SIPAddresses: true, MediaHosts: []string{"http://127.0.0.1:*", "http://localhost:*"},
		LooseCodeLength: pinbell.LooseCodeLength, LooseTTL: duration{pinbell.LooseTTL}, LooseMaxChecks: pinbell.LooseMaxChecks,
	}}
	return c
}

// key makes the demo's API key, and writes it where it was asked for.
func (d demoCmd) key(ctx context.Context, sys *system) (string, error) {
	var scopes []string
	for _, s := range pinbell.Scopes() {
		scopes = append(scopes, string(s))
	}
	key, secret, err := pinbell.NewKey("demo", "", scopes, time.Now().UTC())
	if err != nil {
		return "", err
	}
	if err := sys.store.CreateKey(ctx, key); err != nil {
		return "", err
	}
	if d.KeyFile != "" {
		if err := os.WriteFile(d.KeyFile, []byte(secret.Reveal()+"\n"), 0o600); err != nil {
			return "", fmt.Errorf("--key-file: %w", err)
		}
	}
	return secret.Reveal(), nil
}

func (d demoCmd) greet(out io.Writer, sys *system) {
	_, _ = fmt.Fprintf(out, `Pinbell is running on this machine; no phone but the one on the page rings.

  verify a number   %[1]s/
  the phone         %[1]s/handset/
  the API           %[1]s/docs

Ctrl-C ends it.
`, sys.url())
	if d.KeyFile == "" {
		_, _ = fmt.Fprintln(out, "For a key to the API, start with --key-file FILE.")
	}
}
