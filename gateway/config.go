package gateway

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
)

// A Kind names a company's API.
type Kind string

// The APIs that a carrier can be reached by.
const (
	Twilio      Kind = "twilio"
	SignalWire  Kind = "signalwire" // Twilio's API at a space's address, with LaML for TwiML
	Xoxzo       Kind = "xoxzo"
	MessageBird Kind = "messagebird"
	Vonage      Kind = "vonage"
	HTTP        Kind = "http" // any other, described by [Template]
)

// The ways for a company that speaks by itself to learn what a call says.
const (
	DocumentInline = "inline" // in the request for the call
	DocumentFetch  = "fetch"  // fetched from [Config.PublicURL] when the call is answered
)

// Config is one account with a company, for one channel.
type Config struct {
	// Name is the carrier's in the configuration and in receipts. Required.
	Name string
	// Kind is the company's API. Required.
	Kind Kind
	// Channel is what the account is used for. Defaults to [pinbell.SMS].
	Channel pinbell.Channel
	// BaseURL is where the API is: https, or http at an address of this machine
	// or a private network. Defaults to the company's own; required for
	// SignalWire and HTTP.
	BaseURL string
	// Account and Secret authorize requests: Twilio's AccountSid and AuthToken,
	// SignalWire's project and token, Xoxzo's SID and token, Vonage's key and
	// secret, for calls its application's ID and private key in PEM; MessageBird
	// takes its access key as Secret alone. Required but for HTTP.
	Account, Secret string
	// SigningKey verifies the signatures of callbacks. Defaults to Secret for
	// Twilio and SignalWire. For MessageBird and Vonage, which sign with a key of
	// its own, it defaults to "": callbacks are known by their path alone then.
	// Vonage has to be told to sign by SHA-256 HMAC.
	SigningKey string
	// Sender is the sender or caller ID where a delivery names none. Defaults
	// to "", for companies that have one of their own.
	Sender string
	// PublicURL is where the company reaches [Carrier.Handler], as in
	// "https://verify.example/carriers/acme/". Defaults to "": statuses are
	// asked for only, and calls are given their words inline.
	PublicURL string
	// Document is how a call's words reach the company, where it has both ways:
	// [DocumentInline] or [DocumentFetch]. Defaults to inline, but for calls
	// that wait for keys. SignalWire always fetches.
	Document string
	// Timeout bounds one request, from the connection to the answer's last
	// byte. Defaults to 10 s.
	Timeout time.Duration
	// Poll is how often the state of a call is asked for, and how soon that of a
	// message is first; then ever more rarely. Defaults to 1 s.
	Poll time.Duration
	// MaxCall bounds a call, ringing included, where the delivery's deadline is
	// later. Defaults to 3 minutes.
	MaxCall time.Duration
	// OnReceipt takes later reports on messages. An error that is
	// [pinbell.ErrNotFound] means that the reference is not known yet; the
	// receipt is offered again for a minute. Defaults to dropping them.
	OnReceipt func(ctx context.Context, r pinbell.Receipt) error
	// Words puts a call's playlist into words. Defaults to [pinbell.Spelled].
	Words func(list pinbell.Playlist, l pinbell.Locale) []pinbell.SpelledItem
	// Sound gets the file of an uploaded recording, for companies that fetch what
	// a call plays from PublicURL. Defaults to none: such calls are refused.
	Sound func(ctx context.Context, id pinbell.RecordingID) ([]byte, error)
	// Template describes the API of an HTTP carrier. Required for [HTTP].
	Template *Template
	// Logger hears of faults, without numbers, codes and URLs. Defaults to none.
	Logger *slog.Logger
}

// withDefaults fills what is empty.
func (c Config) withDefaults() Config {
	c.Channel = cmp.Or(c.Channel, pinbell.SMS)
	c.Timeout = cmp.Or(c.Timeout, 10*time.Second)
	c.Poll = cmp.Or(c.Poll, time.Second)
	c.MaxCall = cmp.Or(c.MaxCall, 3*time.Minute)
	if c.OnReceipt == nil {
		c.OnReceipt = func(context.Context, pinbell.Receipt) error { return nil }
	}
	if c.Words == nil {
		c.Words = pinbell.Spelled
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.PublicURL != "" && !strings.HasSuffix(c.PublicURL, "/") {
		c.PublicURL += "/"
	}
	c.BaseURL = strings.TrimRight(c.BaseURL, "/")
	return c
}

// validate names the field that cannot be used, after a company has filled in
// its BaseURL.
func (c Config) validate() error {
	switch {
	case c.Name == "":
		return pinbell.Invalid("name", "is missing")
	case c.Channel != pinbell.SMS && c.Channel != pinbell.Voice:
		return &pinbell.FieldError{Field: "channel", Detail: `want "voice" or "sms"`, Err: pinbell.ErrChannel}
	case c.Timeout < 0 || c.MaxCall < 0 || c.Poll < 0:
		return pinbell.Invalid("timeout", "max_call and poll must not be negative")
	case c.Document != "" && c.Document != DocumentInline && c.Document != DocumentFetch:
		return pinbell.Invalid("document", `want "inline" or "fetch"`)
	case c.Document == DocumentFetch && c.PublicURL == "":
		return pinbell.Invalid("document", `"fetch" needs a public_url`)
	case c.Kind != HTTP && c.Secret == "":
		return pinbell.Invalid("secret", "is missing")
	case strings.ContainsFunc(c.Account+c.SigningKey+c.Sender, control), !c.privateKey() && strings.ContainsFunc(c.Secret, control):
		return pinbell.Invalid("account", "secret, signing_key and sender must not hold control characters")
	}
	if err := checkURL("base_url", c.BaseURL); err != nil {
		return err
	}
	if c.PublicURL != "" {
		return checkURL("public_url", c.PublicURL)
	}
	return nil
}

// privateKey reports whether Secret is a key in PEM, which has several lines.
func (c Config) privateKey() bool { return c.Kind == Vonage && c.Channel == pinbell.Voice }

func control(r rune) bool { return r < 0x20 || r == 0x7f }

// checkURL wants codes and secrets to travel encrypted, but for networks that
// end at this machine or this site.
func checkURL(field, s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return pinbell.Invalid(field, "want https://host/path")
	}
	if u.Scheme == "https" || u.Scheme == "http" && isLocal(u.Hostname()) {
		return nil
	}
	return pinbell.Invalid(field, "want https; http is for addresses of this machine or a private network")
}

func isLocal(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && (ip.IsLoopback() || ip.IsPrivate())
}

// named adds which carrier a configuration's fault belongs to.
func named(name string, err error) error { return fmt.Errorf("gateway: carrier %s: %w", name, err) }
