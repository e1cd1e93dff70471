package handset

import (
	"sync"
	"time"

	"github.com/pinbell/pinbell"
)

// An Answer is what a phone does when it is called.
type Answer string

// The answers. AnswerNormal rings, then picks up.
const (
	AnswerNormal      Answer = "normal"
	AnswerManual      Answer = "manual"      // rings until somebody answers on the page
	AnswerBusy        Answer = "busy"        // 486
	AnswerNoAnswer    Answer = "no_answer"   // rings until the caller gives up
	AnswerReject      Answer = "reject"      // 603
	AnswerVoicemail   Answer = "voicemail"   // picks up, greets, beeps, and records from then on
	AnswerUnreachable Answer = "unreachable" // 404
)

// A ReceiptKind is what becomes of a message.
type ReceiptKind string

// The kinds of receipt. ReceiptNormal is a receipt of delivery.
const (
	ReceiptNormal      ReceiptKind = "delivered"
	ReceiptUndelivered ReceiptKind = "undelivered"
	ReceiptExpired     ReceiptKind = "expired"
	ReceiptSilent      ReceiptKind = "silent"   // taken, and never reported on
	ReceiptThrottle    ReceiptKind = "throttle" // refused with 0x58
)

var (
	answers = map[Answer]bool{AnswerNormal: true, AnswerManual: true, AnswerBusy: true, AnswerNoAnswer: true,
		AnswerReject: true, AnswerVoicemail: true, AnswerUnreachable: true}
	receipts = map[ReceiptKind]bool{ReceiptNormal: true, ReceiptUndelivered: true, ReceiptExpired: true,
		ReceiptSilent: true, ReceiptThrottle: true}
)

// A Behaviour is how the phone of a number acts. The zero value is the default.
type Behaviour struct {
	Answer Answer // "" is AnswerNormal
	// After is how long it rings before Answer. Zero is the Config's for answers
	// that pick up, and at once for those that refuse.
	After time.Duration
	// Loss is the share of received RTP packets that are dropped, 0 to 1.
	Loss float64
	// Seed makes the same packets of each call get lost, counted from its first.
	// Zero leaves it to chance.
	Seed uint64

	Receipt ReceiptKind // "" is ReceiptNormal
	// ReceiptAfter is what passes before a receipt. Zero is the Config's.
	ReceiptAfter time.Duration
}

func (b Behaviour) validate() error {
	switch {
	case b.Answer != "" && !answers[b.Answer]:
		return pinbell.Invalid("answer", "want normal, manual, busy, no_answer, reject, voicemail or unreachable")
	case b.Receipt != "" && !receipts[b.Receipt]:
		return pinbell.Invalid("receipt", "want delivered, undelivered, expired, silent or throttle")
	case min(b.After, b.ReceiptAfter) < 0 || max(b.After, b.ReceiptAfter) > 5*time.Minute:
		return pinbell.Invalid("after", "want up to 5m")
	case !(b.Loss >= 0 && b.Loss <= 1): // NaN as well
		return pinbell.Invalid("loss", "want a share from 0 to 1")
	}
	return nil
}

// maxBehaviours bounds how many numbers may have one of their own.
const maxBehaviours = 10_000

// anyNumber is the key of the behaviour of numbers without one.
const anyNumber = "*"

// behaviours remembers how numbers behave.
type behaviours struct {
	mu     sync.Mutex
	of     map[string]Behaviour
	manual bool // calls wait for the page
}

func (b *behaviours) set(to string, next Behaviour) error {
	if err := next.validate(); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if next == (Behaviour{}) {
		delete(b.of, to)
		return nil
	}
	if _, known := b.of[to]; !known && len(b.of) >= maxBehaviours {
		return pinbell.Invalid("to", "%d numbers have a behaviour already", maxBehaviours)
	}
	if b.of == nil {
		b.of = map[string]Behaviour{}
	}
	b.of[to] = next
	return nil
}

// own returns what was set for a number.
func (b *behaviours) own(to string) Behaviour {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.of[to]
}

// get returns how a number behaves; to is in the form of [dialled].
func (b *behaviours) get(to string) Behaviour {
	b.mu.Lock()
	defer b.mu.Unlock()
	it, ok := b.of[to]
	if !ok {
		it = b.of[anyNumber]
	}
	if it.Answer == "" {
		it.Answer = AnswerNormal
	}
	if it.Answer == AnswerNormal && b.manual {
		it.Answer = AnswerManual
	}
	if it.Receipt == "" {
		it.Receipt = ReceiptNormal
	}
	return it
}

func (b *behaviours) setManual(on bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.manual = on
}

func (b *behaviours) isManual() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.manual
}
