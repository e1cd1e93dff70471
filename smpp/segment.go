package smpp

import (
	"strings"
	"time"
)

// Room of one segment, alone and as a part of several with an 8-bit
// concatenation header. 3GPP TS 23.040 §9.2.3.24.1.
const (
	gsm7Alone, gsm7Part = 160, 153 // septets
	ucs2Alone, ucs2Part = 70, 67   // UTF-16 units
)

// MaxParts is how many parts a header can number.
const MaxParts = 255

// A Message is a text made ready to send.
type Message struct {
	Coding DataCoding
	Units  int      // septets or UTF-16 units of the whole
	Forced rune     // the first character that forced UCS-2, 0 for none
	Parts  [][]byte // without headers; one of no bytes for ""
}

// EncodeText puts a text in the GSM alphabet where it fits there, else in
// UCS-2, and splits it, never within an escape sequence or surrogate pair.
// What is not valid UTF-8 becomes U+FFFD.
func EncodeText(text string) Message {
	if septets, missing, ok := EncodeGSM7(text); !ok {
		b := EncodeUCS2(text)
		return Message{Coding: UCS2, Units: len(b) / 2, Forced: missing, Parts: splitUCS2(b)}
	} else {
		return Message{Coding: GSM7, Units: len(septets), Parts: splitGSM7(septets)}
	}
}

func splitGSM7(b []byte) (parts [][]byte) {
	if len(b) <= gsm7Alone {
		return [][]byte{b}
	}
	for len(b) > gsm7Part {
		n := gsm7Part
		if b[n-1] == escape {
			n--
		}
		parts, b = append(parts, b[:n]), b[n:]
	}
	return append(parts, b)
}

func splitUCS2(b []byte) (parts [][]byte) {
	if len(b) <= 2*ucs2Alone {
		return [][]byte{b}
	}
	for len(b) > 2*ucs2Part {
		n := 2 * ucs2Part
		if b[n-2]&0xFC == 0xD8 { // the first half of a surrogate pair
			n -= 2
		}
		parts, b = append(parts, b[:n]), b[n:]
	}
	return append(parts, b)
}

// Apply makes each part a copy of the template: esm_class, data_coding and
// short_message are set, and where there are several parts each begins with an
// 8-bit concatenation header of the reference. It returns nil when there are
// more parts than [MaxParts].
func (m Message) Apply(template SubmitSM, ref byte) []*SubmitSM {
	if len(m.Parts) > MaxParts {
		return nil
	}
	list := make([]*SubmitSM, len(m.Parts))
	for i, part := range m.Parts {
		sm := template
		sm.DataCoding, sm.ShortMessage = m.Coding, part
		if len(m.Parts) > 1 {
			sm.ESMClass |= ESMClassUDHI
			sm.ShortMessage = append([]byte{5, ieConcat8, 3, ref, byte(len(m.Parts)), byte(i + 1)}, part...)
		}
		list[i] = &sm
	}
	return list
}

// Bounds of a Joiner: how long it waits for the rest of a message, and how
// many messages it waits for.
const (
	joinAge   = 5 * time.Minute
	joinLimit = 1000
)

// A Joiner puts the parts of long messages together again, in whatever order
// they come. The zero value is ready. It is not safe for concurrent use.
type Joiner struct {
	waiting map[joinKey]*joinState
}

type joinKey struct {
	from, to   string
	ref, total int
}

type joinState struct {
	parts   []Part
	missing int
	since   time.Time
}

// Add takes a part that went from one address to another and returns the whole
// text once it is there. A part that came before replaces itself. Messages
// that stay incomplete for five minutes are dropped.
func (j *Joiner) Add(from, to string, p Part, now time.Time) (text string, whole bool) {
	if p.Total <= 1 {
		return p.Text(), true
	}
	if p.Number < 1 || p.Number > p.Total || p.Total > MaxParts {
		return "", false
	}
	key := joinKey{from, to, int(p.Ref), p.Total}
	st := j.waiting[key]
	if st == nil || now.Sub(st.since) > joinAge {
		j.makeRoom(now)
		st = &joinState{parts: make([]Part, p.Total), missing: p.Total, since: now}
		j.waiting[key] = st
	}
	if st.parts[p.Number-1].Number == 0 {
		st.missing--
	}
	st.parts[p.Number-1] = p
	if st.missing > 0 {
		return "", false
	}
	delete(j.waiting, key)
	var b strings.Builder
	for _, part := range st.parts {
		b.WriteString(part.Text())
	}
	return b.String(), true
}

// makeRoom drops what is too old, and the oldest where that is not enough.
func (j *Joiner) makeRoom(now time.Time) {
	if j.waiting == nil {
		j.waiting = make(map[joinKey]*joinState)
	}
	var oldest joinKey
	var since time.Time
	for k, st := range j.waiting {
		if now.Sub(st.since) > joinAge {
			delete(j.waiting, k)
		} else if since.IsZero() || st.since.Before(since) {
			oldest, since = k, st.since
		}
	}
	if len(j.waiting) >= joinLimit {
		delete(j.waiting, oldest)
	}
}
