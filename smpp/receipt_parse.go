package smpp

import (
	"fmt"
	"strings"
	"time"
)

// maxReceiptWord bounds each field that is kept.
const maxReceiptWord = 65

// ParseReceipt reads a delivery receipt: optional parameters first, the text
// where they are silent. It reports false for what is not a receipt, which is
// a message of a person. Of the text it wants only the keys, in any order and
// case, any of them missing.
func ParseReceipt(m *DeliverSM) (Receipt, bool) {
	id, hasID := m.TLVs.Text(TagReceiptedMessageID)
	state, hasState := m.TLVs.Uint(TagMessageState)
	class := m.ESMClass & ESMClassTypeMask
	if class != ESMClassReceipt && class != ESMClassIntermediate && !hasID && !hasState {
		return Receipt{}, false
	}
	var r Receipt
	if part, err := m.Part(); err == nil {
		text := part.Text()
		if part.Coding.base() == GSM7 {
			// A receipt is ASCII, and "_" and "@" of it are not where GSM has them;
			// SMSCs mean ASCII when they write an id.
			text = string(part.Data)
		}
		r = parseReceiptText(text)
	}
	if id = clean(id); hasID && id != "" {
		r.MessageID = id
	}
	if hasState && state >= uint32(StateEnroute) && state <= uint32(StateRejected) {
		r.State = State(state)
	}
	if v, ok := m.TLVs.Find(TagNetworkErrorCode); ok && len(v) == 3 && (v[1] != 0 || v[2] != 0) && (r.Err == "" || strings.Trim(r.Err, "0") == "") {
		r.Err = fmt.Sprintf("%03d", int(v[1])<<8|int(v[2]))
	}
	return r, r.MessageID != ""
}

// parseReceiptText scans for "key:value" pairs.
func parseReceiptText(text string) Receipt {
	var r Receipt
	lower := asciiLower(text)
	field := func(key string) string { return receiptField(text, lower, key) }
	r.MessageID = field("id:")
	r.Submitted = field("sub:")
	r.Delivered = field("dlvrd:")
	r.SubmitDate = receiptDate(field("submit date:"))
	r.DoneDate = receiptDate(field("done date:"))
	r.State = parseState(field("stat:"))
	r.Err = field("err:")
	if i := keyIndex(lower, "text:"); i >= 0 {
		r.Text = text[i+len("text:"):]
	}
	return r
}

// receiptField returns the word after a key. What follows "text:" is the
// message's own and is not searched, unless the text comes first.
func receiptField(text, lower, key string) string {
	head := lower
	if end := keyIndex(lower, "text:"); end > 0 {
		head = lower[:end]
	} else if end == 0 {
		if i := strings.LastIndex(lower, " "+key); i >= 0 {
			return word(text[i+1+len(key):])
		}
		return ""
	}
	if i := keyIndex(head, key); i >= 0 {
		return word(text[i+len(key):])
	}
	return ""
}

// keyIndex finds a key at the start or after something that is not a letter,
// so that "id:" is not found in "valid:".
func keyIndex(lower, key string) int {
	for from := 0; ; {
		i := strings.Index(lower[from:], key)
		if i < 0 {
			return -1
		}
		if i += from; i == 0 || lower[i-1] < 'a' || lower[i-1] > 'z' {
			return i
		}
		from = i + 1
	}
}

// word takes the first word, after spaces.
func word(s string) string {
	s = strings.TrimLeft(s, " ")
	if i := strings.IndexAny(s, " \t\r\n\x00"); i >= 0 {
		s = s[:i]
	}
	return clean(s)
}

// clean cuts a value to what may be kept and shown: printable ASCII.
func clean(s string) string {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			s = s[:i]
			break
		}
	}
	return s[:min(len(s), maxReceiptWord)]
}

// asciiLower keeps every byte in its place, as strings.ToLower does not.
func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// receiptDate reads YYMMDDhhmm, with seconds, or in the 16 characters of SMPP
// 3.4 §7.1.1 or more; UTC is taken for granted. Other forms give no date.
func receiptDate(s string) time.Time {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	var layout string
	switch {
	case n == 14 && strings.HasPrefix(s, "20"):
		layout = "20060102150405"
	case n == 10:
		layout = receiptTime
	case n >= 12:
		layout, n = "060102150405", 12
	default:
		return time.Time{}
	}
	t, err := time.Parse(layout, s[:n])
	if err != nil {
		return time.Time{}
	}
	return t
}
