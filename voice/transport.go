package voice

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/pinbell/pinbell"
)

// The transports of a trunk.
const (
	UDP = "udp"
	TCP = "tcp"
	TLS = "tls"
	// Auto is the one that the trunk's NAPTR records prefer, or else the first of
	// UDP, TCP and TLS that it has SRV records for (RFC 3263 §4.1); UDP where it
	// has neither, and where Trunk is an address or names a port.
	Auto = "auto"
)

// maxDatagram is the size beyond which a request should go over TCP (RFC 3261
// §18.1.1).
const maxDatagram = 1300

// defaultPort is where SIP is, unless somebody says otherwise (RFC 3261 §19.1.2).
func defaultPort(transport string) uint16 {
	if transport == TLS {
		return uint16(sip.DefaultTlsPort)
	}
	return uint16(sip.DefaultUdpPort)
}

// splitHop reads where requests go: a host and a port, or a name without one
// (port 0), whose records tell it.
func splitHop(field, s string) (host string, port uint16, err error) {
	host = s
	if h, p, splitErr := net.SplitHostPort(s); splitErr == nil {
		n, parseErr := strconv.ParseUint(p, 10, 16)
		if parseErr != nil || n == 0 {
			return "", 0, pinbell.Invalid(field, "want a port of 1 to 65535")
		}
		host, port = h, uint16(n)
	} else if bare, ok := strings.CutPrefix(s, "["); ok {
		host = strings.TrimSuffix(bare, "]")
	}
	if !isHost(host) {
		return "", 0, pinbell.Invalid(field, "want host:port, or a name")
	}
	return host, port, nil
}

// secure is how the trunk's name is checked, and by what we are known to it.
func (c Config) secure(host string) *tls.Config {
	secure := &tls.Config{}
	if c.TLS != nil {
		secure = c.TLS.Clone()
	}
	secure.MinVersion = max(secure.MinVersion, tls.VersionTLS12)
	if secure.ServerName == "" {
		secure.ServerName = host
	}
	return secure
}

// sipBuffer is what the socket asks for: the system's own 200 KB hold the answers
// to a hundred calls that begin at once.
const sipBuffer = 4 << 20

// bind opens the socket or the listener, both on ListenIP and SIPPort. TLS
// without a certificate listens to nobody: the trunk uses our connection.
func (a *agent) bind() error {
	ip, family := a.cfg.ListenIP.Unmap(), "6"
	if ip.Is4() {
		family = "4"
	}
	at := netip.AddrPortFrom(ip, uint16(a.cfg.SIPPort))
	var err error
	switch {
	case a.cfg.Transport == UDP:
		if a.udp, err = net.ListenUDP("udp"+family, net.UDPAddrFromAddrPort(at)); err == nil {
			_ = a.udp.SetReadBuffer(sipBuffer) // as much as the system grants
			at = plain(a.udp.LocalAddr().(*net.UDPAddr).AddrPort())
		}
	case a.cfg.Transport == TCP || a.hasCertificate():
		if a.listener, err = net.Listen("tcp"+family, at.String()); err == nil {
			at = plain(a.listener.Addr().(*net.TCPAddr).AddrPort())
		}
	default:
		at = netip.AddrPortFrom(ip, 0)
	}
	if err != nil {
		return fmt.Errorf("sip of %s: %w", a.cfg.Name, err)
	}
	a.local = netip.AddrPortFrom(ip, at.Port())
	a.public = netip.AddrPortFrom(a.cfg.AdvertisedIP.Unmap(), at.Port())
	return nil
}

func (a *agent) hasCertificate() bool {
	return a.cfg.TLS != nil && (len(a.cfg.TLS.Certificates) > 0 || a.cfg.TLS.GetCertificate != nil)
}

// stayConnected keeps a connection to the trunk, so that a call finds it ready
// and the trunk finds us, until ctx ends.
func (a *agent) stayConnected(ctx context.Context) {
	connected, again, lost := false, false, 0
	for ctx.Err() == nil {
		began := time.Now()
		s, err := a.streams.to(ctx, a.trunk.target())
		switch {
		case err == nil:
			if !connected {
				a.log.Info("voice: connected", "carrier", a.cfg.Name, "trunk", s.remote.String())
			}
			if again {
				select {
				case a.reconnected <- struct{}{}:
				default:
				}
			}
			connected, again = true, true
			select {
			case <-s.dead:
			case <-ctx.Done():
				return
			}
		case connected || lost == 0:
			connected = false
			a.log.Warn("voice: not connected", "carrier", a.cfg.Name, "error", err)
		}
		if lost++; time.Since(began) > steady {
			lost = 0
		}
		select {
		case <-ctx.Done():
		case <-time.After(pauseAfter(lost)):
		}
	}
}

// over returns the link that a request goes by, and puts into it what is known
// only then: our port, where nothing listens. A request too large for a
// datagram goes over TCP where that is configured, or else in fragments.
func (a *agent) over(req *sip.Request) (*link, error) {
	dest, err := netip.ParseAddrPort(req.Destination())
	if err != nil {
		return nil, errNoTarget
	}
	via := req.Via()
	if a.udp != nil && !strings.EqualFold(via.Transport, TCP) { // a CANCEL goes where its INVITE went
		if !a.cfg.LargeOverTCP || len(req.String()) <= maxDatagram {
			return &link{udp: a.udp, dest: dest, tap: a.tap}, nil
		}
	}
	s, err := a.streams.to(context.Background(), dest)
	if err != nil {
		if a.udp == nil {
			return nil, err
		}
		a.setTransport(req, UDP) // RFC 3261 §18.1.1: rather so than not at all
		return &link{udp: a.udp, dest: dest, tap: a.tap}, nil
	}
	a.setTransport(req, a.streamTransport())
	if via.Port == 0 {
		via.Port = int(s.localPort())
	}
	if c := req.Contact(); c != nil && c.Address.Port == 0 {
		c.Address.Port = int(s.localPort())
	}
	return &link{stream: s, tap: a.tap}, nil
}

func (a *agent) setTransport(req *sip.Request, transport string) {
	req.Via().Transport = strings.ToUpper(transport)
	req.SetTransport(strings.ToUpper(transport))
}

// port is the one we are reached at; 0 while there is none.
func (a *agent) port() int {
	if port := a.public.Port(); port != 0 {
		return int(port)
	}
	return int(a.streams.port())
}
