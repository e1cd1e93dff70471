package voice

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/pinbell/pinbell/rtp"
)

// The kinds of media sockets a trunk may have.
const (
	// PerCall is a port for each call, as every session border controller
	// expects it.
	PerCall = "per_call"
	// SharedSockets are a few ports for all calls, which takes less time and
	// memory. The trunk should have a port of its own for each call then; where it
	// shares them too, calls are told apart by SSRC (see [rtp.Shared]).
	SharedSockets = "shared"
)

// sockets are where a trunk's calls get their media from: the endpoints, and
// the loops that pace what they send, one for each core.
type sockets struct {
	ports  *rtp.Ports
	kind   string
	pacers []*rtp.Pacer
	next   atomic.Uint32
	shared atomic.Pointer[rtp.Shared] // while the trunk runs, of that kind
}

func newSockets(ports *rtp.Ports, kind string) *sockets {
	s := &sockets{ports: ports, kind: kind}
	for range runtime.GOMAXPROCS(0) {
		if kind == SharedSockets {
			s.pacers = append(s.pacers, rtp.NewBatchPacer(s.flush))
		} else {
			s.pacers = append(s.pacers, rtp.NewPacer())
		}
	}
	return s
}

// listen binds what is shared.
func (s *sockets) listen() error {
	if s.kind != SharedSockets {
		return nil
	}
	shared, err := rtp.NewShared(s.ports, rtp.DefaultShared)
	if err == nil {
		s.shared.Store(shared)
	}
	return err
}

// run paces until ctx is done, and then gives back what listen bound.
func (s *sockets) run(ctx context.Context) {
	var loops sync.WaitGroup
	for _, p := range s.pacers {
		loops.Go(func() { _ = p.Run(ctx) })
	}
	loops.Wait()
	if shared := s.shared.Swap(nil); shared != nil {
		shared.Close()
	}
}

func (s *sockets) flush() {
	if shared := s.shared.Load(); shared != nil {
		shared.Flush()
	}
}

// open returns a call's endpoint and the loop that it is paced by.
func (s *sockets) open() (rtp.Endpoint, *rtp.Pacer, error) {
	pacer := s.pacers[s.next.Add(1)%uint32(len(s.pacers))]
	if shared := s.shared.Load(); shared != nil {
		endpoint, err := shared.Open()
		return endpoint, pacer, err
	}
	port, err := s.ports.Open()
	if err != nil {
		return nil, nil, err
	}
	return port, pacer, nil
}
