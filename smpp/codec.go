package smpp

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
)

// An encoder appends fields and keeps the first error.
type encoder struct {
	b       []byte
	command CommandID
	err     error
}

func (e *encoder) u8(v byte)    { e.b = append(e.b, v) }
func (e *encoder) u32(v uint32) { e.b = binary.BigEndian.AppendUint32(e.b, v) }

// cstring appends a C-octet string; size is the field's, its NUL included.
func (e *encoder) cstring(field, s string, size int) {
	switch {
	case len(s) >= size:
		e.fail(field, fmt.Sprintf("is longer than %d characters", size-1), StatusInvalidCommandLength)
	case strings.IndexByte(s, 0) >= 0:
		e.fail(field, "holds a NUL", StatusInvalidCommandLength)
	}
	e.b = append(append(e.b, s...), 0)
}

func (e *encoder) address(field string, a Address, size int) {
	e.u8(a.TON)
	e.u8(a.NPI)
	e.cstring(field, a.Addr, size)
}

func (e *encoder) tlvs(list TLVs) {
	for _, t := range list {
		if len(t.Value) > MaxPDUSize-HeaderSize {
			e.fail(t.Tag.String(), "is too long", StatusInvalidCommandLength)
			return
		}
		e.b = binary.BigEndian.AppendUint16(e.b, uint16(t.Tag))
		e.b = binary.BigEndian.AppendUint16(e.b, uint16(len(t.Value)))
		e.b = append(e.b, t.Value...)
	}
}

func (e *encoder) fail(field, reason string, s Status) {
	if e.err == nil {
		e.err = &FieldError{Command: e.command, Field: field, Reason: reason, Status: s}
	}
}

// A decoder takes fields off the front and keeps the first error, after which
// every field is zero. A lenient one reads absent fields as zero too:
// responses come without a body, or with a part of it.
type decoder struct {
	b       []byte
	command CommandID
	lenient bool
	err     error
}

func (d *decoder) u8(field string) byte {
	if len(d.b) == 0 {
		if !d.lenient {
			d.fail(field, "is missing", StatusInvalidCommandLength)
		}
		return 0
	}
	v := d.b[0]
	d.b = d.b[1:]
	return v
}

// cstring takes a C-octet string; size is the field's, its NUL included.
func (d *decoder) cstring(field string, size int) string {
	if len(d.b) == 0 {
		if !d.lenient {
			d.fail(field, "is missing", StatusInvalidCommandLength)
		}
		return ""
	}
	window := d.b[:min(len(d.b), size)]
	n := bytes.IndexByte(window, 0)
	switch {
	case n >= 0:
		s := string(window[:n])
		d.b = d.b[n+1:]
		return s
	case d.lenient && len(d.b) < size: // the NUL that some SMSCs leave out at the end
		s := string(d.b)
		d.b = nil
		return s
	}
	d.fail(field, fmt.Sprintf("does not end within %d bytes", size), StatusInvalidCommandLength)
	return ""
}

func (d *decoder) address(field string, size int) Address {
	return Address{TON: d.u8(field + "_ton"), NPI: d.u8(field + "_npi"), Addr: d.cstring(field, size)}
}

// octets takes n bytes and copies them.
func (d *decoder) octets(field string, n int) []byte {
	if n > len(d.b) {
		d.fail(field, "is cut short", StatusInvalidMessageLength)
		return nil
	}
	if n == 0 {
		return nil
	}
	v := bytes.Clone(d.b[:n])
	d.b = d.b[n:]
	return v
}

// tlvs takes the optional parameters to the end of the body. A cut one ends
// the list: what came before it is worth more than a refusal.
func (d *decoder) tlvs() TLVs {
	var list TLVs
	for len(d.b) >= 4 && d.err == nil {
		n := int(binary.BigEndian.Uint16(d.b[2:]))
		if n > len(d.b)-4 {
			break
		}
		list = append(list, TLV{Tag: Tag(binary.BigEndian.Uint16(d.b)), Value: append([]byte{}, d.b[4:4+n]...)})
		d.b = d.b[4+n:]
	}
	d.b = nil
	return list
}

func (d *decoder) fail(field, reason string, s Status) {
	if d.err == nil {
		d.err = &FieldError{Command: d.command, Field: field, Reason: reason, Status: s}
	}
	d.b, d.lenient = nil, true
}
