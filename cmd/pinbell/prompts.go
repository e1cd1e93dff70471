package main

import (
	"fmt"
	"log/slog"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/prompt"
)

// promptSection is what calls speak with.
type promptSection struct {
	Engine     []string `toml:"engine"`      // argv of a speech engine for words no pack has, or "auto"
	Order      []string `toml:"order"`       // of engine, openai and piper. Defaults to those configured, in the order openai, piper, engine
	Locale     string   `toml:"locale"`      // spoken where a locale has no pack. Defaults to en-US
	Without    []string `toml:"without"`     // voice packs of these engines are left out
	CacheDir   string   `toml:"cache_dir"`   // where speech is kept. Defaults to memory alone
	CacheBytes int64    `toml:"cache_bytes"` // Defaults to 256 MiB
	OpenAI     struct {
		BaseURL string            `toml:"base_url"`
		KeyFile string            `toml:"key_file"`
		Model   string            `toml:"model"`
		Voice   string            `toml:"voice"`
		Speed   float64           `toml:"speed"`
		Timeout duration          `toml:"timeout"`
		Voices  map[string]string `toml:"voices"`
	} `toml:"openai"`
	Piper struct {
		URL     string            `toml:"url"`
		Speed   float64           `toml:"speed"`
		Timeout duration          `toml:"timeout"`
		Voices  map[string]string `toml:"voices"`
	} `toml:"piper"`
}

// autoEngine as the only word of prompt.engine takes the speech engine that is
// installed, where there is one.
const autoEngine = "auto"

// newRenderer makes the renderer of prompts, without a store.
func newRenderer(c config, log *slog.Logger) (*prompt.Renderer, error) {
	p, err := promptConfig(c)
	if err != nil {
		return nil, err
	}
	p.Logger = log
	return prompt.New(p)
}

// promptConfig is what the renderer is made of.
func promptConfig(c config) (p prompt.Config, err error) {
	s := c.Prompt
	p.CacheDir, p.CacheBytes, p.Without = s.CacheDir, s.CacheBytes, s.Without
	if p.Engine, err = s.engine(); err != nil {
		return p, err
	}
	if s.Locale != "" {
		if p.Fallback, err = pinbell.ParseLocale(s.Locale); err != nil {
			return p, fmt.Errorf("prompt.locale: %w", err)
		}
	}
	private, err := c.private()
	if err != nil {
		return p, fmt.Errorf("outbound.allow_private: %w", err)
	}
	var hosts []string
	for _, service := range c.Services {
		hosts = append(hosts, service.MediaHosts...)
	}
	media, err := prompt.NewMedia(prompt.MediaConfig{Hosts: hosts, AllowPrivate: private})
	p.Media = media
	return p, err
}

// engine is the one that is configured, or a chain of several; nil for none.
func (s promptSection) engine() (prompt.Engine, error) {
	made := map[string]prompt.Engine{}
	if s.OpenAI.BaseURL != "" {
		key, err := secret("prompt.openai.key_file", s.OpenAI.KeyFile)
		if err != nil {
			return nil, err
		}
		made["openai"], err = prompt.NewOpenAI(prompt.OpenAIConfig{
			BaseURL: s.OpenAI.BaseURL, Key: key, Model: s.OpenAI.Model, Voice: s.OpenAI.Voice, Voices: s.OpenAI.Voices,
			Speed: s.OpenAI.Speed, Timeout: s.OpenAI.Timeout.Duration,
		})
		if err != nil {
			return nil, err
		}
	}
	if s.Piper.URL != "" {
		piper, err := prompt.NewPiper(prompt.PiperConfig{
			URL: s.Piper.URL, Voices: s.Piper.Voices, Speed: s.Piper.Speed, Timeout: s.Piper.Timeout.Duration,
		})
		if err != nil {
			return nil, err
		}
		made["piper"] = piper
	}
	switch {
	case len(s.Engine) == 1 && s.Engine[0] == autoEngine:
		if found, ok := prompt.FindEngine(); ok {
			made["engine"] = found
		}
	case len(s.Engine) > 0:
		made["engine"] = prompt.Command{Argv: s.Engine}
	}
	order := s.Order
	if len(order) == 0 {
		order = []string{"openai", "piper", "engine"}
	}
	var chain prompt.Chain
	for _, name := range order {
		engine, ok := made[name]
		if ok {
			chain = append(chain, engine)
		} else if len(s.Order) > 0 {
			return nil, fmt.Errorf("prompt.order: %q is not configured; want some of engine, openai and piper", name)
		}
	}
	switch len(chain) {
	case 0:
		return nil, nil
	case 1:
		return chain[0], nil
	}
	return chain, nil
}
