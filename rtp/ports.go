package rtp

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"
)

// ErrNoPort means that every port of the range is in use, resting or taken by
// another program.
var ErrNoPort = errors.New("rtp: no port is free")

// Rest is how long a port of a range stays unused after a call, so that late
// packets of that call do not reach the next.
const Rest = 5 * time.Second

// Ports opens the ports of calls: even ones (RFC 3550 §11; the odd one above is
// RTCP's), at random, out of a range or of those that are nobody's.
type Ports struct {
	ip netip.Addr

	mu      sync.Mutex
	free    []uint16 // in random order
	resting []rested // oldest first
	open    int
	ranged  bool
}

type rested struct {
	port  uint16
	until time.Time
}

// NewPorts opens ports on ip out of lowest to highest; 0 and 0 are all that
// nobody is assigned, 49152 and above. It binds nothing yet.
func NewPorts(ip netip.Addr, lowest, highest uint16) (*Ports, error) {
	if !ip.IsValid() {
		return nil, errors.New("rtp: ports want an address")
	}
	p := &Ports{ip: ip.Unmap(), ranged: lowest != 0 || highest != 0}
	if !p.ranged {
		return p, nil
	}
	for port := int(lowest) + int(lowest)%2; port <= int(highest); port += 2 {
		p.free = append(p.free, uint16(port))
	}
	if lowest < 1024 || len(p.free) == 0 {
		return nil, fmt.Errorf("rtp: ports %d to %d: want an even port above 1023", lowest, highest)
	}
	rand.Shuffle(len(p.free), func(i, j int) { p.free[i], p.free[j] = p.free[j], p.free[i] })
	return p, nil
}

// Open binds a port. The error is [ErrNoPort] or the system's.
func (p *Ports) Open() (*Port, error) {
	if !p.ranged {
		return p.openAny()
	}
	for tries := p.size(); tries > 0; tries-- {
		port, ok := p.take()
		if !ok {
			return nil, ErrNoPort
		}
		conn, err := p.listen(port)
		if err == nil {
			return newPort(conn, p.listenControl(port), func() { p.giveBack(port) }), nil
		}
		p.giveBack(port)
		if !errors.Is(err, syscall.EADDRINUSE) {
			return nil, err
		}
	}
	return nil, ErrNoPort
}

// InUse returns how many ports are open.
func (p *Ports) InUse() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.open
}

// openAny tries even ports of those that nobody is assigned (RFC 6335 §6). The
// system, when it is left the choice, gives odd ones half of the time.
func (p *Ports) openAny() (*Port, error) {
	const lowest, count = 49152, (65536 - 49152) / 2
	for range 64 {
		port := uint16(lowest + 2*rand.IntN(count))
		conn, err := p.listen(port)
		if errors.Is(err, syscall.EADDRINUSE) {
			continue
		}
		if err != nil {
			return nil, err
		}
		p.mu.Lock()
		p.open++
		p.mu.Unlock()
		return newPort(conn, p.listenControl(port), func() { p.mu.Lock(); p.open--; p.mu.Unlock() }), nil
	}
	return nil, ErrNoPort
}

func (p *Ports) listen(port uint16) (*net.UDPConn, error) {
	network := "udp6"
	if p.ip.Is4() {
		network = "udp4"
	}
	return net.ListenUDP(network, net.UDPAddrFromAddrPort(netip.AddrPortFrom(p.ip, port)))
}

// listenControl binds the port above for RTCP, where nobody else has it: a call
// goes without reports rather than not at all.
func (p *Ports) listenControl(port uint16) *net.UDPConn {
	if port == math.MaxUint16 {
		return nil
	}
	conn, err := p.listen(port + 1)
	if err != nil {
		return nil
	}
	return conn
}

func (p *Ports) size() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.free) + len(p.resting)
}

func (p *Ports) take() (uint16, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.resting) > 0 && !time.Now().Before(p.resting[0].until) {
		p.free = append(p.free, p.resting[0].port)
		p.resting = p.resting[1:]
	}
	if len(p.free) == 0 {
		return 0, false
	}
	i, last := rand.IntN(len(p.free)), len(p.free)-1
	port := p.free[i]
	p.free[i] = p.free[last]
	p.free = p.free[:last]
	p.open++
	return port, true
}

func (p *Ports) giveBack(port uint16) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open--
	p.resting = append(p.resting, rested{port, time.Now().Add(Rest)})
}
