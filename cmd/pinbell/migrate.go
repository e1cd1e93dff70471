package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/pinbell/pinbell/store"
)

type migrateCmd struct {
	Config string `help:"Configuration file. Defaults to pinbell.toml where there is one." env:"PINBELL_CONFIG" type:"path" placeholder:"FILE"`
	DryRun bool   `help:"Only count what is pending."`
}

func (m migrateCmd) Run(ctx context.Context, c console) (err error) {
	cfg, err := loadConfig(m.Config, os.Environ())
	if err != nil {
		return err
	}
	st, err := store.Open(ctx, store.Config{Path: cfg.Store.Path, KeepSchema: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	pending, err := st.Pending(ctx)
	if err != nil {
		return err
	}
	if m.DryRun {
		_, err = fmt.Fprintf(c.out, "%s: %d migrations pending\n", cfg.Store.Path, pending)
		return err
	}
	if err := st.Migrate(ctx); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.out, "%s: %d migrations applied\n", cfg.Store.Path, pending)
	return err
}
