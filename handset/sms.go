package handset

import (
	"context"
	"crypto/subtle"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pinbell/pinbell/smpp"
)

// An smsc is the SMPP side: it takes messages for all numbers, joins their
// parts and reports on them.
type smsc struct {
	cfg        Config
	book       *book
	behaviours *behaviours
	log        *slog.Logger
	listener   net.Listener
	server     *smpp.Server
	ids        atomic.Uint64

	mu     sync.Mutex
	joiner smpp.Joiner

	due chan report
}

// A report is a receipt on its way.
type report struct {
	session *smpp.Session
	receipt *smpp.DeliverSM
}

const (
	maxReports = 100_000 // receipts that wait; more are not sent
	reporters  = 32      // receipts that are sent at once
)

// listenSMPP binds the socket; nothing is accepted before run.
func listenSMPP(cfg Config, b *book, behave *behaviours) (*smsc, error) {
	s := &smsc{cfg: cfg, book: b, behaviours: behave, log: cfg.Logger, due: make(chan report, maxReports)}
	var err error
	s.server, err = smpp.NewServer(smpp.ServerConfig{
		SystemID:     "handset",
		Authenticate: s.authenticate,
		Submit:       s.submit,
		Session:      smpp.SessionConfig{Window: 2 * reporters},
		Logger:       cfg.Logger,
	})
	if err != nil {
		return nil, err
	}
	s.listener, err = net.Listen("tcp", cfg.SMPPAddr)
	return s, err
}

// run serves until ctx ends.
func (s *smsc) run(ctx context.Context) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for range reporters {
		wg.Go(func() { s.report(ctx) })
	}
	return s.server.Serve(ctx, s.listener)
}

func (s *smsc) authenticate(_ context.Context, b *smpp.Bind) smpp.Status {
	if s.cfg.Password != "" && subtle.ConstantTimeCompare([]byte(s.cfg.Password), []byte(b.Password)) != 1 {
		return smpp.StatusInvalidPassword
	}
	return smpp.StatusOK
}

// submit takes one message or part of one.
func (s *smsc) submit(_ context.Context, from *smpp.Session, m *smpp.SubmitSM) (string, smpp.Status) {
	to, ok := dialled(m.Destination.Addr)
	if !ok {
		return "", smpp.StatusInvalidDestination
	}
	behaviour := s.behaviours.get(to)
	if behaviour.Receipt == ReceiptThrottle {
		return "", smpp.StatusThrottled
	}
	part, err := m.Part()
	if err != nil {
		return "", smpp.StatusInvalidESMClass
	}
	now := time.Now()
	sender := identity(m.Source.Addr)
	if m.Source.TON == smpp.TONInternational {
		sender = "+" + sender
	}
	text, whole := part.Text(), true
	if part.Total > 1 {
		s.mu.Lock()
		text, whole = s.joiner.Add(m.Source.Addr, to, part, now)
		s.mu.Unlock()
	}
	if whole {
		s.book.message(Message{From: sender, To: to, Text: text, Encoding: part.Coding.String(), Segments: max(1, part.Total), ReceivedAt: now})
	}
	id := strconv.FormatUint(s.ids.Add(1), 16)
	s.plan(from, m, behaviour, id, now)
	return id, smpp.StatusOK
}

// plan has a receipt sent when its time comes, if one was asked for.
func (s *smsc) plan(from *smpp.Session, m *smpp.SubmitSM, b Behaviour, id string, now time.Time) {
	asked := m.RegisteredDelivery & 0x03 // SMPP 3.4 §5.2.17: 1 always, 2 on failure only
	failed := b.Receipt == ReceiptUndelivered || b.Receipt == ReceiptExpired
	if asked == 0 || asked == 2 && !failed || b.Receipt == ReceiptSilent {
		return
	}
	after := b.ReceiptAfter
	if after == 0 {
		after = s.cfg.ReceiptAfter
	}
	r := smpp.Receipt{MessageID: id, State: smpp.StateDelivered, Err: "000", Submitted: "001", Delivered: "001",
		SubmitDate: now, DoneDate: now.Add(after)}
	switch b.Receipt {
	case ReceiptUndelivered:
		r.State, r.Err, r.Delivered = smpp.StateUndeliverable, "001", "000"
	case ReceiptExpired:
		r.State, r.Err, r.Delivered = smpp.StateExpired, "027", "000"
	}
	next := report{from, r.DeliverSM(m.Destination, m.Source)}
	time.AfterFunc(after, func() {
		select {
		case s.due <- next:
		default:
			s.log.Warn("too many receipts wait; one is not sent")
		}
	})
}

// report sends receipts until ctx ends.
func (s *smsc) report(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case r := <-s.due:
			session, ok := s.receiver(r.session)
			if !ok {
				s.log.Warn("no bind to send a receipt over")
				continue
			}
			if err := session.Deliver(ctx, r.receipt); err != nil && ctx.Err() == nil {
				s.log.Warn("receipt not taken", "err", err)
			}
		}
	}
}

// receiver is the bind for receipts of what came over another: itself, or one
// of the same account where it only submits or has ended.
func (s *smsc) receiver(of *smpp.Session) (*smpp.Session, bool) {
	b, _ := of.Bound()
	if b.Mode.CanReceive() && of.Err() == nil {
		return of, true
	}
	for _, other := range s.server.Sessions() {
		if o, bound := other.Bound(); bound && o.Mode.CanReceive() && o.SystemID == b.SystemID {
			return other, true
		}
	}
	return nil, false
}
