package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/pinbell/pinbell"
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
		if err := cfg.check(ctx); err != nil {
			return err
		}
		_, err := fmt.Fprintf(c.out, "the configuration is good: %d trunks, %d binds, %d gateways, %d services\n",
			len(cfg.Trunks), len(cfg.Binds), len(cfg.Gateways), len(cfg.Services))
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

// check finds what can be known to be wrong without listening or sending
// anything: it builds the whole system on a database of its own.
func (c config) check(ctx context.Context) (err error) {
	for setting, path := range map[string]string{"store.path": c.Store.Path, "keyring.file": c.Keyring.File} {
		if dir := filepath.Dir(path); !isDir(dir) {
			return usageError{fmt.Errorf("%s: there is no folder %s", setting, dir)}
		}
	}
	dir, err := os.MkdirTemp("", "pinbell-check-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	c.Store.Path, c.Keyring.File = filepath.Join(dir, "check.db"), filepath.Join(dir, "check.keyring")
	sys, err := newSystem(ctx, c, slog.New(slog.DiscardHandler), systemOptions{check: true})
	if err != nil {
		return err
	}
	sys.close()
	return nil
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
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
