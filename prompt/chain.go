package prompt

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// A Chain is engines in the order in which they are asked: the first that
// speaks the locale and answers. A [Renderer] passes over one that failed for
// 10 s, but for what it has kept of it; the Chain itself has no memory.
type Chain []Engine

// ID is that of all its engines.
func (c Chain) ID() string {
	var ids []string
	for _, e := range c {
		ids = append(ids, e.ID())
	}
	return strings.Join(ids, " | ")
}

// Speaks reports whether one of the engines does.
func (c Chain) Speaks(l pinbell.Locale) bool {
	for _, e := range c {
		if speaks(e, l) {
			return true
		}
	}
	return false
}

// Synthesize asks one engine after the other. Without one that speaks the
// locale the error wraps [pinbell.ErrUnavailable]; else it is what each of them
// said.
func (c Chain) Synthesize(ctx context.Context, r Request) (audio.PCM, error) {
	var faults []error
	for _, e := range c {
		if !speaks(e, r.Locale) {
			continue
		}
		sound, err := e.Synthesize(ctx, r)
		if err == nil || ctx.Err() != nil {
			return sound, err
		}
		faults = append(faults, err)
	}
	if faults == nil {
		return audio.PCM{}, fmt.Errorf("words in %s take a speech engine, and none is configured for them: %w", r.Locale, pinbell.ErrUnavailable)
	}
	return audio.PCM{}, errors.Join(faults...)
}

// flat returns the engines of a chain, and of the chains in it.
func (c Chain) flat() (engines Chain) {
	for _, e := range c {
		if inner, ok := e.(Chain); ok {
			engines = append(engines, inner.flat()...)
		} else if e != nil {
			engines = append(engines, e)
		}
	}
	return engines
}

// speaks reports whether an engine knows a language.
func speaks(e Engine, l pinbell.Locale) bool {
	s, ok := e.(interface{ Speaks(pinbell.Locale) bool })
	return !ok || s.Speaks(l)
}
