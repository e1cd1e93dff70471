package voice

import (
	"cmp"
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// A Renderer turns a playlist into encoded sound: exactly one clip for each
// item, where a gather's is empty. It is asked before the phone rings, once for
// each codec the call offers.
type Renderer interface {
	Render(ctx context.Context, list pinbell.Playlist, locale pinbell.Locale, codec audio.Codec) ([]audio.Clip, error)
}

// Config describes a trunk.
type Config struct {
	// Name of the carrier, for logs. Defaults to "voice".
	Name string
	// Trunk is where SIP goes, as host:port, and the only place it is heard
	// from. A name without a port is asked for its NAPTR records first, of which
	// those of the transport count, and then for SRV records (RFC 3263); all that
	// they lead to are used, by preference, priority and weight. Names are looked
	// up again every minute. Required.
	Trunk string
	// Proxy is where SIP goes instead, as host:port or a name, where a trunk is
	// reached through one: all requests, which still name the trunk's domain.
	// Defaults to none.
	Proxy string
	// Resolver looks names up; its Dial carries the question for NAPTR too, which
	// goes to the servers of /etc/resolv.conf. Defaults to [net.DefaultResolver].
	Resolver *net.Resolver
	// KeepAlive is how often the trunk is asked by OPTIONS whether it is there.
	// Negative turns it off. Defaults to 30 s.
	KeepAlive time.Duration
	// KeepAliveCRLF is how often empty lines ask over each TCP or TLS connection
	// that we made whether the far end is there (RFC 5626 §3.5.1), for trunks that
	// take that; 2 min is usual. One that does not answer within 10 s is made
	// anew. Negative turns it off, which is the default.
	KeepAliveCRLF time.Duration
	// Sources are further addresses that SIP may come from, for trunks that
	// answer from several. Defaults to none.
	Sources []netip.Prefix
	// Transport is UDP, TCP or TLS, or [Auto]: then Run chooses when it begins,
	// and stays with that until it runs again, whatever the records say later.
	// Until the DNS answers it does not take calls. Who must have TLS says so: DNS
	// answers may be forged. Requests go over one connection that is kept, except
	// with UDP. Defaults to UDP.
	Transport string
	// TLS holds the roots that sign for the trunk, and a certificate for trunks
	// that want one from us; with one, the trunk may connect to SIPPort too.
	// Versions before 1.2 are refused. Unless it says otherwise the certificate
	// must be of the trunk's host as it is configured (RFC 5922), wherever its
	// records lead. Defaults to the system's roots.
	TLS *tls.Config
	// LargeOverTCP has requests of more than 1300 bytes sent over TCP where
	// Transport is UDP (RFC 3261 §18.1.1), for trunks that listen there. Else
	// they go in fragments.
	LargeOverTCP bool
	// MaxCalls is how many calls the trunk has at a time, MaxRate how many new
	// ones a second, one after another without bursts; a call that goes on to
	// another address of the trunk is not a new one. A call waits 2 s for its
	// turn; then it is [pinbell.Throttled], and another carrier may have it.
	// Default to no limit.
	MaxCalls int
	MaxRate  float64
	// Domain stands in From, To and the Request-URI. Defaults to Trunk's host
	// and port.
	Domain string
	// Username and Password answer digest challenges (RFC 8760: MD5 and
	// SHA-256). Defaults to none: a challenge ends the call.
	Username string
	Password string
	// Register has the trunk told where we are, by REGISTER with Username and
	// Password, for trunks that take calls only from those they know.
	Register bool
	// RegisterExpires is for how long that is asked for; it is renewed at half
	// of what the trunk grants. Defaults to 1 h.
	RegisterExpires time.Duration
	// CallerID is the user part of From where a delivery has none: digits with
	// or without "+", or a name the trunk knows. Defaults to Username, or else
	// to "anonymous".
	CallerID string
	// Identity is what calls say about who calls besides that. Defaults to
	// nothing.
	Identity Identity
	// DialPrefix stands before the digits of a number, which then go without
	// their "+". Defaults to none: E.164 with "+".
	DialPrefix string
	// ListenIP is bound for SIP and RTP. Defaults to 127.0.0.1.
	ListenIP netip.Addr
	// AdvertisedIP is what Via, Contact and SDP say, behind a 1:1 NAT.
	// Defaults to ListenIP.
	AdvertisedIP netip.Addr
	// SIPPort is bound on ListenIP. Defaults to any free port.
	SIPPort int
	// RTPPorts are the lowest and highest port of RTP. Defaults to any free
	// ports.
	RTPPorts [2]uint16
	// MediaSockets are [PerCall] or [SharedSockets]. Defaults to PerCall.
	MediaSockets string
	// SRTP is [SRTPOff], [SRTPOptional] or [SRTPRequired]. Defaults to SRTPOff.
	SRTP string
	// SetupTime is how long the trunk has to say that it rings or is answered,
	// with all its addresses; then the next carrier has its chance. Defaults to
	// 10 s.
	SetupTime time.Duration
	// RingTime is how long a phone rings, where a delivery does not say.
	// Defaults to 30 s.
	RingTime time.Duration
	// MaxCall bounds a call that says a code, from its answer on. Defaults to
	// 60 s.
	MaxCall time.Duration
	// MaxOrderCall bounds other calls: those that go on by [pinbell.Delivery.Next]
	// and those without a code. Defaults to 10 min.
	MaxOrderCall time.Duration
	// MediaTimeout ends a call whose far end sent sound and then none for that
	// long. A far end that has never sent is not held to it: phones on mute,
	// announcement servers and voice activity detection are legitimately
	// silent, and would lose the code. Negative turns it off. Defaults to 10 s.
	MediaTimeout time.Duration
	// ShutdownTime is how long calls may go on when Run is asked to stop.
	// Defaults to 60 s.
	ShutdownTime time.Duration
	// NoReliable leaves out reliable provisional responses (RFC 3262), for
	// trunks that mishandle them.
	NoReliable bool
	// ForwardedNumbers follows the trunk's 3xx to other numbers as well, which no
	// rule on numbers has seen. Defaults to following those that name the number
	// that was called, as number portability does.
	ForwardedNumbers bool
	// SessionExpires is offered as the time after which a call that is not
	// refreshed counts as lost (RFC 4028), 90 s at least. Negative offers no such
	// timer. Defaults to 30 min.
	SessionExpires time.Duration
	// UserAgent is the header of that name. Defaults to "Pinbell".
	UserAgent string
	// Codecs are offered in this order; G722 is spoken too. Defaults to PCMU,
	// PCMA.
	Codecs []audio.Codec
	// Renderer speaks playlists. Required.
	Renderer Renderer
	// Trace is shown each SIP message, redacted, for an operator who looks at
	// one call. It must not block. Defaults to none.
	Trace func(TraceMessage)
	// Traces keeps the messages of calls for who asks later; several carriers
	// may share it. Defaults to none.
	Traces *Traces
	// Logger hears of calls, without numbers, codes and keys. Defaults to none.
	Logger *slog.Logger
}

// withDefaults fills what is empty.
func (c Config) withDefaults() Config {
	fill := func(d *time.Duration, def time.Duration) {
		if *d == 0 {
			*d = def
		}
	}
	fill(&c.KeepAlive, 30*time.Second)
	fill(&c.SetupTime, 10*time.Second)
	fill(&c.RingTime, 30*time.Second)
	fill(&c.RegisterExpires, time.Hour)
	fill(&c.MaxCall, time.Minute)
	fill(&c.MaxOrderCall, 10*time.Minute)
	fill(&c.MediaTimeout, 10*time.Second)
	fill(&c.ShutdownTime, time.Minute)
	fill(&c.SessionExpires, 30*time.Minute)
	if c.Name == "" {
		c.Name = "voice"
	}
	if c.Transport == "" {
		c.Transport = UDP
	}
	if c.Resolver == nil {
		c.Resolver = net.DefaultResolver
	}
	if c.Domain == "" {
		c.Domain = c.Trunk
	}
	if c.CallerID == "" {
		c.CallerID = c.Username
	}
	if c.CallerID == "" {
		c.CallerID = anonymous
	}
	if !c.ListenIP.IsValid() {
		c.ListenIP = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	if !c.AdvertisedIP.IsValid() {
		c.AdvertisedIP = c.ListenIP
	}
	if c.UserAgent == "" {
		c.UserAgent = "Pinbell"
	}
	if len(c.Codecs) == 0 {
		c.Codecs = audio.Codecs()
	}
	c.MediaSockets = cmp.Or(c.MediaSockets, PerCall)
	c.SRTP = cmp.Or(c.SRTP, SRTPOff)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// validate names the field that cannot be used.
func (c Config) validate() error {
	if _, _, err := splitHop("trunk", c.Trunk); err != nil {
		return err
	}
	if c.Proxy != "" {
		if _, _, err := splitHop("proxy", c.Proxy); err != nil {
			return err
		}
	}
	if _, _, err := splitDomain(c.Domain); err != nil {
		return err
	}
	if err := checkUser("caller_id", c.CallerID); err != nil {
		return err
	}
	if err := c.Identity.validate(); err != nil {
		return err
	}
	if c.Register {
		if err := checkUser("username", c.Username); err != nil {
			return err
		}
	}
	for field, value := range map[string]string{"user_agent": c.UserAgent, "username": c.Username, "password": c.Password} {
		if err := checkText(field, value); err != nil {
			return err
		}
	}
	if strings.Trim(c.DialPrefix, "0123456789*#") != "" {
		return pinbell.Invalid("dial_prefix", "want digits, * and #")
	}
	for _, codec := range c.Codecs {
		if _, ok := audio.CodecOf(uint8(codec)); !ok {
			return pinbell.Invalid("codecs", "holds one that is not known")
		}
	}
	switch {
	case c.Transport != UDP && c.Transport != TCP && c.Transport != TLS && c.Transport != Auto:
		return pinbell.Invalid("transport", "want udp, tcp, tls or auto")
	case c.MaxCalls < 0:
		return pinbell.Invalid("max_calls", "must not be negative")
	case !(c.MaxRate >= 0 && c.MaxRate <= 1e6):
		return pinbell.Invalid("max_rate", "want 0 to 1000000 a second")
	case c.MediaSockets != PerCall && c.MediaSockets != SharedSockets:
		return pinbell.Invalid("media_sockets", "want %s or %s", PerCall, SharedSockets)
	case c.SRTP != SRTPOff && c.SRTP != SRTPOptional && c.SRTP != SRTPRequired:
		return pinbell.Invalid("srtp", "want %s, %s or %s", SRTPOff, SRTPOptional, SRTPRequired)
	case c.Renderer == nil:
		return pinbell.Invalid("renderer", "is missing")
	case c.SIPPort < 0 || c.SIPPort > 65535:
		return pinbell.Invalid("sip_port", "want 0 to 65535")
	case c.SessionExpires > 0 && c.SessionExpires < minSession:
		return pinbell.Invalid("session_expires", "want %d s at least", minSession/time.Second)
	case c.AdvertisedIP.IsUnspecified():
		return pinbell.Invalid("advertised_ip", "must name one address that the trunk can reach")
	case c.SetupTime < 0 || c.RingTime < 0 || c.MaxCall < 0 || c.MaxOrderCall < 0 || c.RegisterExpires < 0 || c.ShutdownTime < 0:
		return pinbell.Invalid("times", "must not be negative")
	}
	return nil
}
