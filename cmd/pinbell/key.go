package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat/twilio"
	"github.com/pinbell/pinbell/store"
)

type keyCmd struct {
	Create keyCreateCmd `cmd:"" help:"Make a key and print it, once."`
	List   keyListCmd   `cmd:"" help:"List keys."`
	Revoke keyRevokeCmd `cmd:"" help:"End a key; it stops working within seconds."`
}

// storeFlags are shared by the commands that open the database themselves.
type storeFlags struct {
	Config string `help:"Configuration file. Defaults to pinbell.toml where there is one." env:"PINBELL_CONFIG" type:"path" placeholder:"FILE"`
}

// open opens the database of the configuration, which may be in use by a server.
func (f storeFlags) open(ctx context.Context) (*store.SQLite, config, error) {
	c, err := loadConfig(f.Config, os.Environ())
	if err != nil {
		return nil, c, err
	}
	keyring, err := openKeyring(c.Keyring.File, c.Store.Path)
	if err != nil {
		return nil, c, err
	}
	st, err := store.Open(ctx, store.Config{Path: c.Store.Path, Keyring: keyring})
	return st, c, err
}

type keyCreateCmd struct {
	storeFlags
	Name    string   `help:"What the key is for." default:"default"`
	Service string   `help:"The only service it may use. Defaults to all."`
	Scope   []string `help:"What it may do: verify, send, read, admin." default:"verify,read"`
	JSON    bool     `help:"Print as JSON."`
}

func (k keyCreateCmd) Run(ctx context.Context, c console) error {
	key, secret, err := pinbell.NewKey(k.Name, k.Service, k.Scope, time.Now().UTC())
	if err != nil {
		return usageError{err}
	}
	st, cfg, err := k.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	if err := k.known(ctx, cfg, st); err != nil {
		return err
	}
	if err := st.CreateKey(ctx, key); err != nil {
		return err
	}
	if k.JSON {
		return json.NewEncoder(c.out).Encode(map[string]string{"id": string(key.ID), "key": secret.Reveal()})
	}
	_, err = fmt.Fprintf(c.out, "%s\n", secret.Reveal())
	_, _ = fmt.Fprintf(c.err, "this is the only time the key %s is shown\n", key.ID)
	return err
}

// known refuses a service that no request could use: one that is neither in the
// configuration nor made by the API of another vendor.
func (k keyCreateCmd) known(ctx context.Context, c config, st *store.SQLite) error {
	if _, ok := c.Services[k.Service]; ok || k.Service == "" || k.Service == "default" {
		return nil
	}
	_, err := st.Record(ctx, twilio.KindService, k.Service)
	if errors.Is(err, pinbell.ErrNotFound) {
		names := append(slices.Collect(maps.Keys(c.Services)), "default")
		slices.Sort(names)
		return usageError{fmt.Errorf("--service: no service of the name %q is configured; want one of %s", k.Service, strings.Join(slices.Compact(names), ", "))}
	}
	return err
}

type keyListCmd struct {
	storeFlags
	JSON bool `help:"Print as JSON."`
}

func (k keyListCmd) Run(ctx context.Context, c console) error {
	st, _, err := k.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	keys, err := st.Keys(ctx)
	if err != nil {
		return err
	}
	if k.JSON {
		list := make([]map[string]any, len(keys))
		for i, key := range keys {
			list[i] = map[string]any{"id": key.ID, "name": key.Name, "service": key.Service, "scopes": key.Scopes, "created_at": key.CreatedAt, "revoked": !key.RevokedAt.IsZero()}
		}
		return json.NewEncoder(c.out).Encode(list)
	}
	w := tabwriter.NewWriter(c.out, 0, 4, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "ID\tNAME\tSERVICE\tSCOPES\tCREATED\tSTATE")
	for _, key := range keys {
		scopes := make([]string, len(key.Scopes))
		for i, s := range key.Scopes {
			scopes[i] = string(s)
		}
		state := "works"
		if !key.RevokedAt.IsZero() {
			state = "revoked"
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", key.ID, key.Name, or(key.Service, "all"), strings.Join(scopes, ","), key.CreatedAt.Format(time.DateOnly), state)
	}
	return w.Flush()
}

type keyRevokeCmd struct {
	storeFlags
	ID string `arg:"" help:"The key's identifier, ak_…"`
}

func (k keyRevokeCmd) Run(ctx context.Context, c console) error {
	st, _, err := k.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	if err := st.RevokeKey(ctx, pinbell.KeyID(k.ID), time.Now().UTC()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.out, "%s is revoked\n", k.ID)
	return err
}
