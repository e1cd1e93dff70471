package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/voice"
)

type serveCmd struct {
	Config string `help:"Configuration file. Defaults to pinbell.toml where there is one." env:"PINBELL_CONFIG" type:"path" placeholder:"FILE"`
	Check  bool   `help:"Check the configuration and stop."`
}

func (s serveCmd) Run(ctx context.Context, c console) error {
	started := time.Now()
	cfg, err := loadConfig(s.Config, os.Environ())
	if err != nil {
		return err
	}
	if s.Check {
		if err := cfg.check(); err != nil {
			return err
		}
		_, err := fmt.Fprintln(c.out, "the configuration is good")
		return err
	}
	log, err := newLogger(c.err, cfg.Log.Level, cfg.Log.Format)
	if err != nil {
		return err
	}
	sys, err := newSystem(ctx, cfg, log, systemOptions{})
	if err != nil {
		return err
	}
	if len(cfg.Trunks)+len(cfg.Binds)+len(cfg.Gateways) == 0 {
		log.Warn("no carrier is configured: verifications will be refused; see [trunk.…], [bind.…] and [gateway.…] in pinbell.example.toml")
	}
	log.Info("listening", "url", sys.url(), "trunks", len(cfg.Trunks), "binds", len(cfg.Binds), "gateways", len(cfg.Gateways), "started_in", time.Since(started).Round(time.Millisecond).String())
	err = sys.run(ctx)
	log.Info("stopped", "ran", time.Since(started).Round(time.Second).String())
	return err
}

// check finds what can be known to be wrong without opening or sending anything.
func (c config) check() error {
	if err := c.validate(); err != nil {
		return err
	}
	prompts, err := newRenderer(c)
	if err != nil {
		return usageError{err}
	}
	s := &system{prompts: prompts, callbacks: map[string]http.Handler{}, trunks: map[string]*voice.Carrier{}}
	if s.log, err = newLogger(nil, c.Log.Level, c.Log.Format); err != nil {
		return err
	}
	_, err = s.newCarriers(c)
	return err
}

// services turns the sections into profiles.
func (c config) services() []pinbell.Service {
	var list []pinbell.Service
	for name, s := range c.Services {
		profile, err := s.service(name)
		if err != nil {
			continue // validate has reported it
		}
		list = append(list, profile)
	}
	return list
}
