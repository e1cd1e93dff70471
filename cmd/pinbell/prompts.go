package main

import (
	"fmt"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/prompt"
)

// autoEngine as the only word of prompt.engine takes the speech engine that is
// installed, where there is one.
const autoEngine = "auto"

// newRenderer makes the renderer of prompts.
func newRenderer(c config) (*prompt.Renderer, error) {
	p, err := promptConfig(c)
	if err != nil {
		return nil, err
	}
	return prompt.New(p)
}

// promptConfig is what the renderer is made of.
func promptConfig(c config) (p prompt.Config, err error) {
	switch engine := c.Prompt.Engine; {
	case len(engine) == 1 && engine[0] == autoEngine:
		if found, ok := prompt.FindEngine(); ok {
			p.Engine = found
		}
	case len(engine) > 0:
		p.Engine = prompt.Command{Argv: engine}
	}
	if c.Prompt.Locale != "" {
		if p.Fallback, err = pinbell.ParseLocale(c.Prompt.Locale); err != nil {
			return p, fmt.Errorf("prompt.locale: %w", err)
		}
	}
	private, err := c.private()
	if err != nil {
		return p, fmt.Errorf("outbound.allow_private: %w", err)
	}
	var hosts []string
	for _, s := range c.Services {
		hosts = append(hosts, s.MediaHosts...)
	}
	media, err := prompt.NewMedia(prompt.MediaConfig{Hosts: hosts, AllowPrivate: private})
	p.Media = media
	return p, err
}
