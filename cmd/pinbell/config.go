package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"github.com/pinbell/pinbell"
)

// config is pinbell.toml. Each setting is documented in pinbell.example.toml,
// which a test loads; each is also a PINBELL_… environment variable.
type config struct {
	Server struct {
		Addr string `toml:"addr"` // of the HTTP API. Defaults to 127.0.0.1:8080
		Page bool   `toml:"page"` // the page to try a verification on, without a key
		// PublicURL is where others reach this server: links, callbacks of rented
		// carriers and the documents of their calls. Defaults to none
		PublicURL string `toml:"public_url"`
	} `toml:"server"`
	Log struct {
		Level  string `toml:"level"`  // debug, info, warn or error. Defaults to info
		Format string `toml:"format"` // text or json. Defaults to text
	} `toml:"log"`
	Store struct {
		Path string `toml:"path"` // Defaults to pinbell.db
	} `toml:"store"`
	Keyring struct {
		File string `toml:"file"` // Defaults to pinbell.keyring, made at the first start
	} `toml:"keyring"`
	Delivery struct {
		MaxCalls    int      `toml:"max_calls"`
		MaxMessages int      `toml:"max_messages"`
		RingTime    duration `toml:"ring_time"`
		DrainTime   duration `toml:"drain_time"`
		Retention   duration `toml:"retention"`
	} `toml:"delivery"`
	SIP struct {
		Listen    string `toml:"listen"`    // the address calls are made from. Defaults to the one that leads to each trunk
		Advertise string `toml:"advertise"` // the address trunks see, behind a NAT
		RTPPorts  string `toml:"rtp_ports"` // "16384-32767". Defaults to any
		Traces    int    `toml:"traces"`    // calls whose signalling is kept, 0 for none. Defaults to 1000
	} `toml:"sip"`
	Prompt   promptSection `toml:"prompt"`
	Outbound struct {
		AllowHTTP    []string `toml:"allow_http"`    // hosts that callbacks and documents may be at without TLS
		AllowPrivate []string `toml:"allow_private"` // networks of one's own that may be reached, "10.0.0.0/8"
	} `toml:"outbound"`
	Compat   compatConfig             `toml:"compat"`
	Trunks   map[string]trunkConfig   `toml:"trunk"`
	Binds    map[string]bindConfig    `toml:"bind"`
	Gateways map[string]gatewayConfig `toml:"gateway"`
	Services map[string]serviceConfig `toml:"service"`
}

// routeConfig is what trunks, binds and gateways have in common.
type routeConfig struct {
	Prefixes []string `toml:"prefixes"` // "+44", "+1"; none means every number
	Priority int      `toml:"priority"` // lower first
	Weight   int      `toml:"weight"`   // share among equals
	// Senders are the sender or caller ID by the prefix of who is reached: "+44" = "+442079460000"
	Senders map[string]string `toml:"senders"`
}

type bindConfig struct {
	Addr         string `toml:"addr"`
	SystemID     string `toml:"system_id"`
	SystemType   string `toml:"system_type"`
	PasswordFile string `toml:"password_file"`
	Sender       string `toml:"sender"`
	Window       int    `toml:"window"`
	TLS          bool   `toml:"tls"`
	routeConfig
}

type serviceConfig struct {
	Brand           string   `toml:"brand"`
	Channel         string   `toml:"channel"`
	Locale          string   `toml:"locale"`
	CodeLength      int      `toml:"code_length"`
	TTL             duration `toml:"ttl"`
	MaxChecks       int      `toml:"max_checks"`
	Template        string   `toml:"template"`
	AllowCustomCode bool     `toml:"allow_custom_code"`
	WebOTPHost      string   `toml:"webotp_host"`
	AppHash         string   `toml:"app_hash"`
	LooseCodeLength int      `toml:"loose_code_length"` // what requests through other vendors' APIs may ask beyond the bounds
	LooseTTL        duration `toml:"loose_ttl"`
	LooseMaxChecks  int      `toml:"loose_max_checks"`
	MediaHosts      []string `toml:"media_hosts"`   // whose recordings calls may play
	SIPAddresses    bool     `toml:"sip_addresses"` // calls may go to SIP addresses
	Voicemail       string   `toml:"voicemail"`     // hang_up, speak or ignore
}

// duration is written as Go writes it: "30s", "10m". It is no number, so that a
// plain 30 cannot pass for 30 ns.
type duration struct{ time.Duration }

func (d *duration) UnmarshalText(b []byte) error {
	if string(b) == "off" { // of what can be switched off
		d.Duration = -1
		return nil
	}
	v, err := time.ParseDuration(string(b))
	if err != nil || v < 0 {
		return fmt.Errorf("%q is not a duration such as 30s or 10m", b)
	}
	d.Duration = v
	return nil
}

const defaultConfig = "pinbell.toml"

// defaultTraces take some ten megabytes.
const defaultTraces = 1000

// loadConfig reads the file, then the environment on top. An empty path means
// pinbell.toml where there is one.
func loadConfig(path string, environ []string) (config, error) {
	var c config
	c.SIP.Traces = defaultTraces // which 0 in the file turns off
	text, err := os.ReadFile(or(path, defaultConfig))
	if err != nil && (path != "" || !errors.Is(err, fs.ErrNotExist)) {
		return c, usageError{err}
	}
	d := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return c, usageError{fmt.Errorf("%s: %w", or(path, defaultConfig), tomlFault(err))}
	}
	if err := overlayEnv(&c, environ); err != nil {
		return c, usageError{err}
	}
	c.Server.Addr = or(c.Server.Addr, "127.0.0.1:8080")
	c.Store.Path = or(c.Store.Path, "pinbell.db")
	c.Keyring.File = or(c.Keyring.File, "pinbell.keyring")
	return c, nil
}

// tomlFault says where the fault is, in one line.
func tomlFault(err error) error {
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) && len(strict.Errors) > 0 {
		first := strict.Errors[0]
		row, _ := first.Position()
		return fmt.Errorf("line %d: %s is not a setting", row, strings.Join(first.Key(), "."))
	}
	var decode *toml.DecodeError
	if errors.As(err, &decode) {
		row, column := decode.Position()
		where := fmt.Sprintf("line %d, column %d", row, column)
		if len(decode.Key()) > 0 {
			where += ", " + strings.Join(decode.Key(), ".")
		}
		return fmt.Errorf("%s: %s", where, plainFault(strings.TrimPrefix(decode.Error(), "toml: ")))
	}
	return err
}

var typeFault = regexp.MustCompile(`^cannot (?:decode|store) .*(?:of type|into a|into) (\S+)$`)

// plainFault says a type of Go as the file would have it.
func plainFault(text string) string {
	m := typeFault.FindStringSubmatch(text)
	if m == nil {
		return text
	}
	switch kind := strings.TrimLeft(m[1], "*"); {
	case strings.HasPrefix(kind, "int"), strings.HasPrefix(kind, "float"), strings.HasPrefix(kind, "uint"):
		return "want a number"
	case kind == "bool":
		return "want true or false"
	case kind == "string":
		return "want a text in quotes"
	case strings.HasSuffix(kind, "duration"):
		return `want a duration such as "30s"`
	case strings.HasPrefix(kind, "[]"):
		return "want a list"
	}
	return "want a section"
}

// validate finds what would fail later, and names the setting.
func (c config) validate() error {
	var faults []error
	fault := func(setting, format string, args ...any) {
		faults = append(faults, fmt.Errorf("%s: %s", setting, fmt.Sprintf(format, args...)))
	}
	hostPort := func(setting, addr string) {
		if _, _, err := net.SplitHostPort(addr); err != nil {
			fault(setting, "want host:port")
		}
	}
	hostPort("server.addr", c.Server.Addr)
	for name, t := range c.Trunks {
		if t.Addr == "" {
			fault("trunk."+name+".addr", "is missing: want host:port, or a name that has SRV records")
		}
		if _, taken := c.Binds[name]; taken {
			fault("bind."+name, "is also the name of a trunk; carriers need names of their own")
		}
	}
	for name, b := range c.Binds {
		hostPort("bind."+name+".addr", b.Addr)
		if b.SystemID == "" {
			fault("bind."+name+".system_id", "is empty")
		}
	}
	for name := range c.Gateways {
		if _, taken := c.Trunks[name]; taken {
			fault("gateway."+name, "is also the name of a trunk; carriers need names of their own")
		}
		if _, taken := c.Binds[name]; taken {
			fault("gateway."+name, "is also the name of a bind; carriers need names of their own")
		}
	}
	if u := c.Server.PublicURL; u != "" && !strings.HasPrefix(u, "https://") && !strings.HasPrefix(u, "http://") {
		fault("server.public_url", "want https://…")
	}
	if _, err := c.Compat.vendors(); err != nil {
		faults = append(faults, err)
	}
	if _, err := c.private(); err != nil {
		fault("outbound.allow_private", "%v", err)
	}
	for name, s := range c.Services {
		if _, err := s.service(name); err != nil {
			fault("service."+name, "%v", err)
		}
	}
	if len(faults) > 0 {
		return usageError{errors.Join(faults...)}
	}
	return nil
}

// private are the networks of one's own that requests may reach.
func (c config) private() ([]netip.Prefix, error) {
	var list []netip.Prefix
	for _, text := range c.Outbound.AllowPrivate {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("want networks such as 10.0.0.0/8")
		}
		list = append(list, p)
	}
	return list, nil
}

// service turns the section into the domain's profile.
func (s serviceConfig) service(name string) (pinbell.Service, error) {
	out := pinbell.Service{
		Name: name, Brand: s.Brand, Channel: pinbell.Channel(s.Channel), CodeLength: s.CodeLength,
		TTL: s.TTL.Duration, MaxChecks: s.MaxChecks, Template: s.Template,
		AllowCustomCode: s.AllowCustomCode, WebOTPHost: s.WebOTPHost, AppHash: s.AppHash,
		LooseCodeLength: s.LooseCodeLength, LooseTTL: s.LooseTTL.Duration, LooseMaxChecks: s.LooseMaxChecks,
		MediaHosts: s.MediaHosts, SIPAddresses: s.SIPAddresses, Machine: pinbell.MachineAction(s.Voicemail),
	}
	if s.Channel != "" {
		if _, err := pinbell.ParseChannel(s.Channel); err != nil {
			return out, err
		}
	}
	if s.Locale != "" {
		l, err := pinbell.ParseLocale(s.Locale)
		if err != nil {
			return out, err
		}
		out.Locale = l
	}
	out = out.WithDefaults()
	return out, out.Validate()
}

// routes turns prefixes into routes.
func (r routeConfig) routes() []pinbell.Route {
	prefixes := r.Prefixes
	if len(prefixes) == 0 {
		prefixes = []string{""}
	}
	out := make([]pinbell.Route, len(prefixes))
	for i, p := range prefixes {
		out[i] = pinbell.Route{Prefix: strings.TrimPrefix(p, "+"), Priority: r.Priority, Weight: r.Weight}
	}
	return out
}

// senders are the rules by digits.
func (r routeConfig) senders() map[string]string {
	out := make(map[string]string, len(r.Senders))
	for prefix, sender := range r.Senders {
		out[strings.TrimPrefix(prefix, "+")] = sender
	}
	return out
}

// secret reads a secret from its file; "" from no file.
func secret(setting, path string) (string, error) {
	if path == "" {
		return "", nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", usageError{fmt.Errorf("%s: %w", setting, err)}
	}
	return strings.TrimSpace(string(text)), nil
}

func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}
