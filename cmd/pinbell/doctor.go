package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/prompt"
	"github.com/pinbell/pinbell/store"
	"github.com/pinbell/pinbell/voice"
)

type doctorCmd struct {
	Config string        `help:"Configuration file. Defaults to pinbell.toml where there is one." env:"PINBELL_CONFIG" type:"path" placeholder:"FILE"`
	Wait   time.Duration `help:"How long each carrier may take to be ready." default:"8s"`
	JSON   bool          `help:"Print the findings as JSON."`
}

// A finding is what was found out about one thing.
type finding struct {
	What   string `json:"what"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
}

var errUnwell = errors.New("not all is well")

func (d doctorCmd) Run(ctx context.Context, c console) error {
	cfg, err := loadConfig(d.Config, os.Environ())
	if err == nil {
		err = cfg.check(ctx)
	}
	findings := []finding{found("configuration", "is good", err)}
	if err == nil {
		findings = append(findings, d.database(ctx, cfg), clock())
		findings = append(findings, d.speech(ctx, cfg)...)
	}
	if d.JSON {
		if err := json.NewEncoder(c.out).Encode(findings); err != nil {
			return err
		}
	}
	for _, f := range findings {
		mark := map[bool]string{true: "ok  ", false: "FAIL"}[f.OK]
		if !d.JSON {
			if _, err := fmt.Fprintf(c.out, "%s  %-24s %s\n", mark, f.What, f.Detail); err != nil {
				return err
			}
		}
	}
	if slices.ContainsFunc(findings, func(f finding) bool { return !f.OK }) {
		return errUnwell
	}
	return nil
}

// found is a finding of a thing that is as said unless there is an error.
func found(what, well string, err error) finding {
	if err != nil {
		return finding{What: what, Detail: strings.ReplaceAll(err.Error(), "\n", "; ")}
	}
	return finding{What: what, OK: true, Detail: well}
}

// database opens the one there is; it makes none.
func (d doctorCmd) database(ctx context.Context, cfg config) finding {
	what := "database " + cfg.Store.Path
	if _, err := os.Stat(cfg.Store.Path); errors.Is(err, os.ErrNotExist) {
		return finding{What: what, OK: true, Detail: "is made at the first start"}
	}
	keyring, err := openKeyring(cfg.Keyring.File, cfg.Store.Path)
	if err != nil {
		return found(what, "", err)
	}
	began := time.Now()
	db, err := store.Open(ctx, store.Config{Path: cfg.Store.Path, Keyring: keyring})
	if err != nil {
		return found(what, "", err)
	}
	err = db.Ping(ctx)
	took := time.Since(began)
	return found(what, "answers in "+took.Round(time.Millisecond).String(), errors.Join(err, db.Close()))
}

// speech is what calls are spoken with, and the carriers that speak with it.
func (d doctorCmd) speech(ctx context.Context, cfg config) []finding {
	prompts, err := newRenderer(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		return []finding{found("speech", "", err)}
	}
	return append([]finding{d.engine(ctx, prompts)}, d.carriers(ctx, cfg, prompts)...)
}

// engine has a word said.
func (d doctorCmd) engine(ctx context.Context, prompts *prompt.Renderer) finding {
	detail := fmt.Sprintf("%d voice packs", len(prompts.Locales()))
	if !prompts.HasEngine() {
		return finding{What: "speech", OK: true, Detail: detail + ", no engine for other words"}
	}
	began := time.Now()
	_, err := prompts.Render(ctx, pinbell.Playlist{{Kind: pinbell.ItemSay, Text: pinbell.NewText("Pinbell speaks.")}}, pinbell.DefaultLocale, audio.PCMU)
	return found("speech", fmt.Sprintf("%s, the engine answers in %s", detail, time.Since(began).Round(time.Millisecond)), err)
}

// carriers runs all of them for a while, side by side, and asks each.
func (d doctorCmd) carriers(ctx context.Context, cfg config, prompts *prompt.Renderer) []finding {
	log, err := newLogger(os.Stderr, "error", cfg.Log.Format)
	if err != nil {
		return []finding{found("carriers", "", err)}
	}
	sys := emptySystem(log)
	sys.onReceipt = func(context.Context, pinbell.Receipt) error { return nil }
	sys.prompts = prompts
	made, err := sys.newCarriers(cfg)
	if err != nil {
		return []finding{found("carriers", "", err)}
	}
	if len(made) == 0 {
		return []finding{{What: "carriers", Detail: "none is configured: see [trunk.…], [bind.…] and [gateway.…]"}}
	}
	findings := make([]finding, len(made))
	var all sync.WaitGroup
	for i, carrier := range made {
		all.Go(func() {
			op := &operation{carrier: carrier, run: sys.carriers[i]}
			findings[i] = d.carrier(ctx, op, sys.trunks[carrier.Name])
		})
	}
	all.Wait()
	slices.SortFunc(findings, func(a, b finding) int { return strings.Compare(a.What, b.What) })
	return findings
}

// carrier asks one: a trunk by OPTIONS and its registration, a bind and a
// gateway by whether they are ready.
func (d doctorCmd) carrier(ctx context.Context, op *operation, trunk *voice.Carrier) finding {
	what := fmt.Sprintf("%s %s", op.carrier.Channel, op.carrier.Name)
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- op.run(running) }()
	waiting, cancel := context.WithTimeout(ctx, d.Wait)
	defer cancel()
	var f finding
	if trunk != nil {
		f = d.trunk(waiting, what, op, trunk, ended)
		if !f.OK && waiting.Err() != nil {
			f = d.silent(ctx, f, trunk)
		}
	} else {
		f = found(what, "is ready", op.ready(waiting, ended))
	}
	stop()
	select {
	case err := <-ended:
		if err != nil && f.OK {
			return found(what, "", err)
		}
	case <-time.After(d.Wait):
	}
	return f
}

func (d doctorCmd) trunk(ctx context.Context, what string, op *operation, trunk *voice.Carrier, ended <-chan error) finding {
	if err := op.ready(ctx, ended); err != nil {
		return found(what, "", err)
	}
	rtt, status, err := trunk.Ping(ctx)
	detail := fmt.Sprintf("answers OPTIONS with %s in %s over %s", status, rtt.Round(time.Millisecond/10), trunk.Transport())
	if err != nil {
		return found(what, "", fmt.Errorf("OPTIONS: %w", err))
	}
	for {
		state, _ := trunk.Registration()
		switch state {
		case voice.RegistrationOff:
			return finding{What: what, OK: true, Detail: detail}
		case voice.RegistrationActive:
			return finding{What: what, OK: true, Detail: detail + ", registered"}
		case voice.RegistrationFailed:
			return finding{What: what, Detail: detail + ", but does not let us register"}
		}
		select {
		case <-ctx.Done():
			return finding{What: what, Detail: detail + ", but does not answer REGISTER"}
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// silent says more of a trunk that did not get ready in time, where asking it
// once more tells why: its name cannot be looked up, say.
func (d doctorCmd) silent(ctx context.Context, f finding, trunk *voice.Carrier) finding {
	ctx, cancel := context.WithTimeout(ctx, d.Wait)
	defer cancel()
	if _, _, err := trunk.Ping(ctx); err != nil {
		return found(f.What, "", err)
	}
	return f
}
