package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/netip"
	"os"

	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/voice"
)

// trunkConfig is a SIP account.
type trunkConfig struct {
	Addr         string   `toml:"addr"` // host:port, or a name with NAPTR or SRV records
	Proxy        string   `toml:"proxy"`
	Transport    string   `toml:"transport"` // udp, tcp, tls or auto
	Domain       string   `toml:"domain"`
	Username     string   `toml:"username"`
	PasswordFile string   `toml:"password_file"`
	CallerID     string   `toml:"caller_id"`
	Codecs       []string `toml:"codecs"`
	Register     bool     `toml:"register"`    // with username and password
	DialPrefix   string   `toml:"dial_prefix"` // digits before the number, which then goes without its "+"
	Sources      []string `toml:"sources"`     // further addresses that SIP may come from
	KeepAlive    duration `toml:"keep_alive"`
	KeepCRLF     duration `toml:"keep_alive_crlf"` // by empty lines over TCP and TLS
	MaxCalls     int      `toml:"max_calls"`
	MaxRate      float64  `toml:"max_rate"` // new calls a second
	LargeOverTCP bool     `toml:"large_over_tcp"`

	CAFile   string `toml:"ca_file"`
	CertFile string `toml:"cert_file"`
	KeyFile  string `toml:"key_file"`

	MediaSockets string `toml:"media_sockets"` // per_call or shared
	SRTP         string `toml:"srtp"`          // off, optional or required

	NoReliable       bool     `toml:"no_reliable"`
	SessionExpires   duration `toml:"session_expires"`
	ForwardedNumbers bool     `toml:"forwarded_numbers"`

	DisplayName    string `toml:"display_name"`
	AssertIdentity bool   `toml:"assert_identity"`
	WithholdID     bool   `toml:"withhold_caller_id"`
	Diversion      string `toml:"diversion"`
	SigningKeyFile string `toml:"signing_key_file"`
	CertificateURL string `toml:"certificate_url"`
	Attestation    string `toml:"attestation"`
	OriginID       string `toml:"origin_id"`
	routeConfig
}

// apply writes the settings that stand for themselves.
func (t trunkConfig) apply(v *voice.Config) (err error) {
	v.Trunk, v.Proxy, v.Transport, v.Domain = t.Addr, t.Proxy, t.Transport, t.Domain
	v.Username, v.CallerID, v.Register, v.DialPrefix = t.Username, t.CallerID, t.Register, t.DialPrefix
	v.KeepAlive, v.KeepAliveCRLF = t.KeepAlive.Duration, t.KeepCRLF.Duration
	v.MaxCalls, v.MaxRate, v.LargeOverTCP = t.MaxCalls, t.MaxRate, t.LargeOverTCP
	v.MediaSockets, v.SRTP = t.MediaSockets, t.SRTP
	v.NoReliable, v.SessionExpires, v.ForwardedNumbers = t.NoReliable, t.SessionExpires.Duration, t.ForwardedNumbers
	v.Identity = voice.Identity{
		DisplayName: t.DisplayName, Assert: t.AssertIdentity, Withhold: t.WithholdID, Diversion: t.Diversion,
		Signing: voice.Signing{CertificateURL: t.CertificateURL, Attestation: t.Attestation, OriginID: t.OriginID},
	}
	if t.SigningKeyFile != "" {
		if v.Identity.Signing.Key, err = os.ReadFile(t.SigningKeyFile); err != nil {
			return fmt.Errorf("signing_key_file: %w", err)
		}
	}
	for _, text := range t.Sources {
		source, err := netip.ParsePrefix(text)
		if addr, addrErr := netip.ParseAddr(text); addrErr == nil {
			source, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		if err != nil {
			return errors.New("sources: want addresses or networks such as 198.51.100.0/24")
		}
		v.Sources = append(v.Sources, source)
	}
	for _, name := range t.Codecs {
		codec, ok := audio.CodecNamed(name)
		if !ok {
			return fmt.Errorf("codecs: %q is not known; want PCMU, PCMA or G722", name)
		}
		v.Codecs = append(v.Codecs, codec)
	}
	v.TLS, err = t.tls()
	return err
}

// tls is what the files say; nil without any.
func (t trunkConfig) tls() (*tls.Config, error) {
	if t.CAFile == "" && t.CertFile == "" && t.KeyFile == "" {
		return nil, nil
	}
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if t.CAFile != "" {
		text, err := os.ReadFile(t.CAFile)
		if err != nil {
			return nil, fmt.Errorf("ca_file: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(text) {
			return nil, errors.New("ca_file: holds no certificate in PEM")
		}
	}
	if t.CertFile != "" || t.KeyFile != "" {
		pair, err := tls.LoadX509KeyPair(t.CertFile, t.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("cert_file: %w", err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}
