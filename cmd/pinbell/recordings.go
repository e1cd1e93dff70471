package main

import (
	"context"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/prompt"
)

// newRenderer makes the renderer of prompts, which plays what was uploaded too.
func (s *system) newRenderer(c config) (*prompt.Renderer, error) {
	p, err := promptConfig(c)
	if err != nil {
		return nil, err
	}
	p.Media, p.Logger = recordings{uploaded: prompt.NewUploads(s.store.Sound), fetched: p.Media}, s.log
	return prompt.New(p)
}

// recordings are what playlists play: what was uploaded here, and what is at a URL.
type recordings struct{ uploaded, fetched prompt.Fetcher }

// Fetch implements [prompt.Fetcher].
func (r recordings) Fetch(ctx context.Context, address string) (audio.PCM, error) {
	if _, ok := pinbell.RecordingAt(address); ok {
		return r.uploaded.Fetch(ctx, address)
	}
	return r.fetched.Fetch(ctx, address)
}
