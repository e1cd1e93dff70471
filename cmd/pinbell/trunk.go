package main

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/pinbell/pinbell/voice"
)

// newTrunk makes the carrier of a SIP trunk of the configuration.
func (s *system) newTrunk(name string, t trunkConfig, c config) (*voice.Carrier, error) {
	password, err := secret("trunk."+name+".password_file", t.PasswordFile)
	if err != nil {
		return nil, err
	}
	return s.trunkOf(name, t, password, c)
}

// trunkOf makes the carrier of a SIP trunk, wherever it is described.
func (s *system) trunkOf(name string, t trunkConfig, password string, c config) (_ *voice.Carrier, err error) {
	fault := func(setting string, err error) error {
		return usageError{fmt.Errorf("%s: %w", setting, err)}
	}
	v := voice.Config{
		Name: name, Password: password,
		RingTime: c.Delivery.RingTime.Duration, ShutdownTime: 5 * time.Second, // drained before it is stopped
		UserAgent: "Pinbell/" + version, Renderer: s.prompts, Logger: s.log, Trace: s.trace, Traces: s.traces,
	}
	if err := t.apply(&v); err != nil {
		return nil, usageError{fmt.Errorf("trunk.%s.%w", name, err)}
	}
	if v.ListenIP, err = listenIP(c.SIP.Listen, or(t.Proxy, t.Addr)); err != nil {
		return nil, fault("sip.listen", err)
	}
	if c.SIP.Advertise != "" {
		if v.AdvertisedIP, err = netip.ParseAddr(c.SIP.Advertise); err != nil {
			return nil, fault("sip.advertise", err)
		}
	}
	if v.RTPPorts, err = portRange(c.SIP.RTPPorts); err != nil {
		return nil, fault("sip.rtp_ports", err)
	}
	trunk, err := voice.New(v)
	if err != nil {
		return nil, fault("trunk."+name, err)
	}
	return trunk, nil
}

// listenIP is the configured address, or the one this machine reaches the
// trunk from. Connecting a UDP socket sends nothing.
func listenIP(configured, trunk string) (netip.Addr, error) {
	if configured != "" {
		return netip.ParseAddr(configured)
	}
	if _, _, err := net.SplitHostPort(trunk); err != nil {
		trunk = net.JoinHostPort(trunk, "5060") // a name with SRV records as a rule
	}
	conn, err := net.Dial("udp", trunk)
	if err != nil { // not found yet: what leads to everywhere else
		conn, err = net.Dial("udp", "192.0.2.1:5060")
	}
	if err != nil {
		return netip.Addr{}, fmt.Errorf("no way to %s: %w; name the local address", trunk, err)
	}
	defer func() { _ = conn.Close() }()
	return netip.MustParseAddrPort(conn.LocalAddr().String()).Addr().Unmap(), nil
}

// portRange reads "16384-32767"; "" is any port.
func portRange(s string) (ports [2]uint16, err error) {
	if s == "" {
		return ports, nil
	}
	low, high, _ := strings.Cut(s, "-")
	for i, text := range []string{low, high} {
		n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 16)
		if err != nil {
			return ports, fmt.Errorf(`want two ports such as "16384-32767"`)
		}
		ports[i] = uint16(n)
	}
	if ports[0] == 0 || ports[0] >= ports[1] {
		return ports, fmt.Errorf("the first port must be below the last")
	}
	return ports, nil
}
