package prompt

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// Build speaks the words of a catalogue with its engine and writes the
// recordings of a voice pack into a folder: µ-law WAV files of 8 kHz, trimmed
// and brought to one level. The same engine gives the same bytes.
func Build(ctx context.Context, c Catalog, dir string) error {
	engine := Command{Argv: c.Engine}
	for _, name := range names() {
		speech, err := engine.Synthesize(ctx, Request{Locale: c.Locale, Gender: c.Gender, Text: c.script(name)})
		if err != nil {
			return fmt.Errorf("build voice pack %s: %s: %w", c.Locale, name, err)
		}
		var file bytes.Buffer
		if err := audio.WriteMulawWAV(&file, polish(speech)); err != nil {
			return fmt.Errorf("build voice pack %s: %s: %w", c.Locale, name, err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+".wav"), file.Bytes(), 0o644); err != nil {
			return fmt.Errorf("build voice pack %s: %w", c.Locale, err)
		}
	}
	return nil
}

// CatalogOf returns the catalogue of an embedded pack.
func CatalogOf(l pinbell.Locale) (Catalog, error) {
	r, err := New(Config{})
	if err != nil {
		return Catalog{}, err
	}
	p, ok := r.packs[l]
	if !ok {
		return Catalog{}, fmt.Errorf("voice pack %s: %w", l, pinbell.ErrNotFound)
	}
	return p.Catalog, nil
}
