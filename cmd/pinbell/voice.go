package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/prompt"
)

type voiceCmd struct {
	List  voiceListCmd  `cmd:"" help:"List the voice packs in this binary."`
	Build voiceBuildCmd `cmd:"" help:"Speak a voice pack again from its catalogue, with its engine."`
}

type voiceListCmd struct{}

func (voiceListCmd) Run(c console) error {
	r, err := prompt.New(prompt.Config{})
	if err != nil {
		return err
	}
	for _, l := range r.Locales() {
		catalog, err := prompt.CatalogOf(l)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(c.out, "%s  %s  %s\n", l, catalog.Voice, catalog.Licence); err != nil {
			return err
		}
	}
	return nil
}

type voiceBuildCmd struct {
	Locale  string `help:"The embedded pack to build again." xor:"source" placeholder:"LOCALE"`
	Catalog string `help:"A catalogue of your own, as prompt/packs/en-US/pack.toml." xor:"source" type:"existingfile" placeholder:"FILE"`
	Out     string `help:"Folder for the recordings." default:"." type:"path" placeholder:"DIR"`
}

func (v voiceBuildCmd) Run(ctx context.Context, c console) error {
	var catalog prompt.Catalog
	switch {
	case v.Catalog != "":
		text, err := os.ReadFile(v.Catalog)
		if err != nil {
			return err
		}
		if catalog, err = prompt.ParseCatalog(text); err != nil {
			return usageError{err}
		}
	case v.Locale != "":
		locale, err := pinbell.ParseLocale(v.Locale)
		if err != nil {
			return usageError{err}
		}
		if catalog, err = prompt.CatalogOf(locale); err != nil {
			return usageError{err}
		}
	default:
		return usageError{fmt.Errorf("want --locale or --catalog")}
	}
	if err := os.MkdirAll(v.Out, 0o755); err != nil {
		return err
	}
	if err := prompt.Build(ctx, catalog, v.Out); err != nil {
		return err
	}
	_, err := fmt.Fprintf(c.out, "%s is in %s\n", catalog.Locale, filepath.Clean(v.Out))
	return err
}
