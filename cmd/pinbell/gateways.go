package main

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/gateway"
)

// gatewayConfig is an account with a company that delivers by HTTP.
type gatewayConfig struct {
	Kind       string           `toml:"kind"`    // twilio, signalwire, xoxzo, messagebird, vonage or http
	Channel    string           `toml:"channel"` // sms or voice. Defaults to sms
	BaseURL    string           `toml:"base_url"`
	Account    string           `toml:"account"`
	SecretFile string           `toml:"secret_file"`
	SigningKey string           `toml:"signing_key_file"`
	Sender     string           `toml:"sender"`
	Document   string           `toml:"document"` // inline or fetch
	Timeout    duration         `toml:"timeout"`
	Template   *gatewayTemplate `toml:"template"` // for http
	routeConfig
}

// gatewayTemplate describes the API of an http gateway.
type gatewayTemplate struct {
	Method       string            `toml:"method"`
	Path         string            `toml:"path"`
	Headers      map[string]string `toml:"headers"`
	Form         map[string]string `toml:"form"`
	JSON         string            `toml:"json"`
	Bearer       bool              `toml:"bearer"`
	Keyed        bool              `toml:"keyed"`
	Success      []int             `toml:"success"`
	SuccessPath  string            `toml:"success_path"`
	SuccessValue string            `toml:"success_value"`
	IDPath       string            `toml:"id_path"`
	FaultPath    string            `toml:"fault_path"`
	Faults       map[string]string `toml:"faults"`
	StatusPath   string            `toml:"status_path"`
	StatePath    string            `toml:"state_path"`
	States       map[string]string `toml:"states"`
	Stages       map[string]string `toml:"stages"`
}

// callbackPath is where the companies reach us, by the gateway's name.
const callbackPath = "/callbacks/"

// newGateway makes the carrier of a gateway.
func newGateway(name string, g gatewayConfig, c config, s *system) (*gateway.Carrier, error) {
	secretText, err := secret("gateway."+name+".secret_file", g.SecretFile)
	if err != nil {
		return nil, err
	}
	signing, err := secret("gateway."+name+".signing_key_file", g.SigningKey)
	if err != nil {
		return nil, err
	}
	cfg := gateway.Config{
		Name: name, Kind: gateway.Kind(g.Kind), Channel: pinbell.Channel(g.Channel), BaseURL: g.BaseURL,
		Account: g.Account, Secret: secretText, SigningKey: signing, Sender: g.Sender, Document: g.Document,
		Timeout: g.Timeout.Duration, Template: g.Template.template(), Logger: s.log,
		OnReceipt: s.receipt,
	}
	if c.Server.PublicURL != "" {
		cfg.PublicURL = strings.TrimSuffix(c.Server.PublicURL, "/") + callbackPath + name + "/"
	}
	if s.store != nil { // an operator's test has none
		cfg.Sound = s.store.Sound
	}
	carrier, err := gateway.New(cfg)
	if err != nil {
		return nil, usageError{fmt.Errorf("gateway.%s: %w", name, err)}
	}
	s.callbacks[name] = carrier.Handler()
	return carrier, nil
}

func (t *gatewayTemplate) template() *gateway.Template {
	if t == nil {
		return nil
	}
	return &gateway.Template{
		Method: t.Method, Path: t.Path, Headers: t.Headers, Form: t.Form, JSON: t.JSON, Bearer: t.Bearer, Keyed: t.Keyed,
		Success: t.Success, SuccessPath: t.SuccessPath, SuccessValue: t.SuccessValue, IDPath: t.IDPath,
		FaultPath: t.FaultPath, Faults: named[pinbell.Outcome](t.Faults),
		StatusPath: t.StatusPath, StatePath: t.StatePath, States: named[pinbell.Outcome](t.States), Stages: named[pinbell.Stage](t.Stages),
	}
}

// named turns the values of a map of the configuration into the domain's words;
// the gateway checks them.
func named[T ~string](in map[string]string) map[string]T {
	out := make(map[string]T, len(in))
	for name, value := range in {
		out[name] = T(value)
	}
	return out
}

// withCallbacks puts the gateways' callbacks before the server.
func (s *system) withCallbacks(server http.Handler) http.Handler {
	if len(s.callbacks) == 0 {
		return server
	}
	mux := http.NewServeMux()
	for name, h := range s.callbacks {
		path := callbackPath + name
		mux.Handle(path+"/", http.StripPrefix(path, h))
	}
	mux.Handle("/", server)
	return mux
}
