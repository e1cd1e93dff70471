package smpp

import (
	"fmt"
	"strings"
	"time"
)

// A State is where a message stands in the SMSC. SMPP 3.4 §5.2.28.
type State byte

// The states. 0 is none.
const (
	StateEnroute       State = 1
	StateDelivered     State = 2
	StateExpired       State = 3
	StateDeleted       State = 4
	StateUndeliverable State = 5
	StateAccepted      State = 6
	StateUnknown       State = 7
	StateRejected      State = 8
)

// stateWords are the words in a receipt's text. SMPP 3.4, Appendix B.
var stateWords = [...]string{
	StateEnroute: "ENROUTE", StateDelivered: "DELIVRD", StateExpired: "EXPIRED", StateDeleted: "DELETED",
	StateUndeliverable: "UNDELIV", StateAccepted: "ACCEPTD", StateUnknown: "UNKNOWN", StateRejected: "REJECTD",
}

// String returns the word of a receipt's text, as in "DELIVRD".
func (s State) String() string {
	if int(s) < len(stateWords) && s != 0 {
		return stateWords[s]
	}
	return "UNKNOWN"
}

// Final reports whether the state will not change any more.
func (s State) Final() bool {
	switch s {
	case StateDelivered, StateExpired, StateDeleted, StateUndeliverable, StateRejected:
		return true
	}
	return false
}

// parseState reads a word; SMSCs write some in full, and four letters tell
// all of them apart.
func parseState(word string) State {
	if len(word) >= 4 {
		for i, w := range stateWords {
			if i > 0 && strings.EqualFold(word[:4], w[:4]) {
				return State(i)
			}
		}
	}
	return 0
}

// A Receipt is the SMSC's report on a message it had taken.
type Receipt struct {
	MessageID  string // as the SMSC wrote it
	State      State
	Err        string // the network's code, digits or not; "" where none was given
	Submitted  string // "sub", how many were sent; kept as written
	Delivered  string // "dlvrd"
	SubmitDate time.Time
	DoneDate   time.Time // zero where it was not given
	Text       string    // the first characters of the message; may hold a code
}

// String returns what may be logged: "stat:UNDELIV err:027".
func (r Receipt) String() string {
	if r.Err == "" {
		return "stat:" + r.State.String()
	}
	return "stat:" + r.State.String() + " err:" + r.Err
}

// DeliverSM returns the PDU that carries the receipt, in the text form of
// SMPP 3.4, Appendix B, and in optional parameters. from is whom the message
// was for, and to who sent it. Text is left out where it is not plain ASCII,
// and cut after 20 characters.
func (r Receipt) DeliverSM(from, to Address) *DeliverSM {
	// SMSCs write receipts in ASCII, which in "_", "@" and "$" is not the GSM
	// alphabet, and receivers read them so.
	text := fmt.Sprintf("id:%s sub:%s dlvrd:%s submit date:%s done date:%s stat:%s err:%s text:",
		r.MessageID, orZeros(r.Submitted), orZeros(r.Delivered), r.SubmitDate.UTC().Format(receiptTime), r.DoneDate.UTC().Format(receiptTime),
		r.State, orZeros(r.Err))
	if strings.IndexFunc(r.Text, func(c rune) bool { return c < ' ' || c > '~' }) < 0 {
		text += r.Text[:min(len(r.Text), 20)]
	}
	return &DeliverSM{
		Source: from, Destination: to, ESMClass: ESMClassReceipt, DataCoding: GSM7, ShortMessage: []byte(text),
		TLVs: TLVs{
			{Tag: TagReceiptedMessageID, Value: append([]byte(r.MessageID), 0)},
			{Tag: TagMessageState, Value: []byte{byte(r.State)}},
		},
	}
}

// receiptTime is the form of dates in a receipt's text.
const receiptTime = "0601021504"

func orZeros(s string) string {
	if s == "" {
		return "000"
	}
	return s
}
