package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/compat/laml"
	"github.com/pinbell/pinbell/compat/messagebird"
	"github.com/pinbell/pinbell/compat/playlist"
	"github.com/pinbell/pinbell/compat/signalwire"
	"github.com/pinbell/pinbell/compat/twilio"
	"github.com/pinbell/pinbell/compat/vonage"
	"github.com/pinbell/pinbell/compat/xoxzo"
	"github.com/pinbell/pinbell/outbound"
	"github.com/pinbell/pinbell/verify"
)

// A vendors' API adds its routes.
type routed interface {
	Routes(mux *http.ServeMux)
}

// newVendors makes the APIs of other vendors that are switched on. Those that
// call back or keep trunks of their own run beside the server.
func (s *system) newVendors(ctx context.Context, c config, access *verify.Access) (*http.ServeMux, error) {
	names, err := c.Compat.vendors()
	if err != nil {
		return nil, usageError{err}
	}
	if len(names) == 0 {
		return nil, nil
	}
	private, err := c.private()
	if err != nil {
		return nil, usageError{err}
	}
	client := outbound.New(outbound.Config{AllowHTTP: c.Outbound.AllowHTTP, AllowPrivate: private, UserAgent: "Pinbell/" + version})
	shared := compat.Config{
		Verify: s.verify, Access: access, Records: s.store, Outbound: client,
		Poster: compat.NewPoster(client, s.log), PublicURL: c.Server.PublicURL, Logger: s.log,
	}.WithDefaults()
	s.carriers = append(s.carriers, shared.Poster.Run)

	mux := http.NewServeMux()
	for _, name := range lamlBeside(names) {
		api, err := s.newVendor(ctx, name, c, shared)
		if err != nil {
			return nil, err
		}
		api.Routes(mux)
	}
	return mux, nil
}

// lamlBeside adds the calls and messages that Twilio and SignalWire share.
func lamlBeside(names []string) []string {
	for _, name := range names {
		if name == "twilio" || name == "signalwire" {
			return append([]string{"laml"}, names...)
		}
	}
	return names
}

func (s *system) newVendor(ctx context.Context, name string, c config, shared compat.Config) (routed, error) {
	switch name {
	case "laml":
		return laml.New(shared)
	case "messagebird":
		return messagebird.New(shared)
	case "signalwire":
		return signalwire.New(shared)
	case "xoxzo":
		return xoxzo.New(shared)
	case "twilio":
		api, err := twilio.New(shared)
		if err != nil {
			return nil, err
		}
		for _, profile := range c.services() { // each service can be named by a sid of its own
			if err := api.Alias(compat.HexOf("VA", profile.Name), profile.Name); err != nil {
				return nil, usageError{err}
			}
		}
		for sid, service := range c.Compat.TwilioServices {
			if err := api.Alias(sid, service); err != nil {
				return nil, usageError{fmt.Errorf("compat.twilio_services.%s: %w", sid, err)}
			}
		}
		return api, nil
	case "vonage":
		api, err := vonage.New(shared)
		if err != nil {
			return nil, err
		}
		for id, application := range c.Compat.VonageApplications {
			key, err := application.publicKey(id)
			if err != nil {
				return nil, usageError{err}
			}
			if err := api.Application(id, key, application.Service); err != nil {
				return nil, usageError{fmt.Errorf("compat.vonage_application.%s: %w", id, err)}
			}
		}
		return api, nil
	}
	pool := newTrunkPool(s, c)
	s.carriers = append(s.carriers, pool.Run)
	api, err := playlist.New(shared, pool)
	if err != nil {
		return nil, err
	}
	for id, carrier := range c.Compat.PlaylistCarriers {
		if _, ok := s.verify.Carriers()[carrier]; !ok {
			return nil, usageError{fmt.Errorf("compat.playlist_carriers.%s: no carrier of the name %q is configured", id, carrier)}
		}
		api.Alias(id, carrier)
	}
	if err := api.Restore(ctx); err != nil {
		s.log.Error("trunks made by requests are not all back", "err", err)
	}
	return api, nil
}
