package handset

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// errNotAnswered means that keys were pressed in a call that nobody talks in.
var errNotAnswered = errors.New("the call is not answered")

// A Handset is a phone of every number.
type Handset struct {
	cfg        Config
	book       *book
	behaviours *behaviours
	templates  *templates
	carried    carried
	stopping   chan struct{} // closed when Run is to end, which ends streams and waits

	mu    sync.Mutex
	agent *agent
	smsc  *smsc
}

// New checks a configuration. It starts nothing.
func New(cfg Config) (*Handset, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	return &Handset{
		cfg:        cfg,
		book:       newBook(cfg),
		behaviours: &behaviours{},
		templates:  newTemplates(cfg.Voices),
		stopping:   make(chan struct{}),
	}, nil
}

// Listen binds the sockets, so that SIPAddr and SMPPAddr are known and nothing
// sent before [Handset.Run] is lost. Run calls it where it was not called.
func (h *Handset) Listen() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.agent != nil {
		return nil
	}
	a, err := listenSIP(h.cfg, h.book, h.behaviours, h.templates)
	if err != nil {
		return fmt.Errorf("handset: SIP: %w", err)
	}
	s, err := listenSMPP(h.cfg, h.book, h.behaviours)
	if err != nil {
		a.close()
		return fmt.Errorf("handset: SMPP: %w", err)
	}
	h.agent, h.smsc = a, s
	return nil
}

// Close frees the sockets of a handset that does not run.
func (h *Handset) Close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.agent != nil {
		h.agent.close()
		_ = h.smsc.listener.Close()
		h.agent, h.smsc = nil, nil
	}
	return nil
}

// Run serves until ctx ends, then hangs up, unbinds and returns nil. An error
// means that a socket could not be had or failed.
func (h *Handset) Run(ctx context.Context) error {
	if err := h.Listen(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	wg.Go(func() { <-ctx.Done(); close(h.stopping) })
	errs := make([]error, 2)
	for i, run := range []func(context.Context) error{h.agent.run, h.smsc.run} {
		wg.Go(func() {
			errs[i] = run(ctx)
			cancel()
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// SIPAddr returns the address for SIP over UDP, "" before [Handset.Listen].
func (h *Handset) SIPAddr() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.agent == nil {
		return ""
	}
	return h.agent.addr.String()
}

// SMPPAddr returns the address for SMPP over TCP, "" before [Handset.Listen].
func (h *Handset) SMPPAddr() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.smsc == nil {
		return ""
	}
	return h.smsc.listener.Addr().String()
}

// SetBehaviour says how the phone of a number acts; the zero Behaviour is the
// default again. The zero Number stands for all that have none of their own.
func (h *Handset) SetBehaviour(to pinbell.Number, b Behaviour) error {
	return h.behaviours.set(cmp.Or(to.E164(), anyNumber), b)
}

// Latest returns the last code that reached a number by either channel, and
// waits for one until ctx ends, whose error it then returns.
func (h *Handset) Latest(ctx context.Context, to pinbell.Number) (pinbell.Code, pinbell.Channel, error) {
	return h.LatestAfter(ctx, to, time.Time{})
}

// LatestAfter is [Handset.Latest] for codes that came after a moment, so that
// an earlier verification's is not taken for this one's.
func (h *Handset) LatestAfter(ctx context.Context, to pinbell.Number, after time.Time) (pinbell.Code, pinbell.Channel, error) {
	got, err := h.book.arrivals.wait(ctx, to.E164(), after)
	if err != nil {
		return pinbell.Code{}, "", err
	}
	code, err := pinbell.ParseCode(got.code)
	return code, got.channel, err
}

// Calls returns the calls that are kept, newest first.
func (h *Handset) Calls() []Call { return h.book.list() }

// Messages returns the messages that are kept, newest first.
func (h *Handset) Messages() []Message { return h.book.texts("") }

// Recording returns the sound of a call so far as its phone plays it, at 8 kHz.
// It is empty when the call is not known or its sound is not kept any more.
func (h *Handset) Recording(id string) audio.PCM {
	p := audio.PCM{Rate: sampleRate}
	if c, ok := h.book.call(id); ok {
		p.Samples = c.recording.pcm(0)
	}
	return p
}

// locales lists the languages that codes are recognised in.
func (h *Handset) locales() []string {
	out := make([]string, len(h.templates.locales))
	for i, l := range h.templates.locales {
		out[i] = string(l)
	}
	return out
}
