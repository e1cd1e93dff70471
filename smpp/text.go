package smpp

import (
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// A DataCoding says how the bytes of a message are to be read. SMPP 3.4 §5.2.19.
type DataCoding byte

// The codings this package reads. GSM7 is 0, the SMSC's default, which is
// nearly always the GSM alphabet, one septet a byte.
const (
	GSM7   DataCoding = 0x00
	ASCII  DataCoding = 0x01
	Latin1 DataCoding = 0x03
	UCS2   DataCoding = 0x08 // UTF-16, big-endian
)

// String returns "gsm7", "ascii", "latin1", "ucs2" or "binary".
func (c DataCoding) String() string {
	switch c.base() {
	case GSM7:
		return "gsm7"
	case ASCII:
		return "ascii"
	case Latin1:
		return "latin1"
	case UCS2:
		return "ucs2"
	}
	return "binary"
}

// base folds the message-class codings (3GPP TS 23.038 §4) to those they use:
// 0x10 is a flash message in the GSM alphabet, 0x18 one in UCS-2.
func (c DataCoding) base() DataCoding {
	switch {
	case c&0xF0 == 0x10 && c&0x0C == 0x00, c&0xF0 == 0xF0 && c&0x04 == 0:
		return GSM7
	case c&0xF0 == 0x10 && c&0x0C == 0x08:
		return UCS2
	}
	return c
}

// DecodeText reads the bytes of a message, without its user data header.
// Codings it does not know are read as Latin-1; nothing is an error.
func DecodeText(c DataCoding, b []byte) string {
	switch c.base() {
	case GSM7:
		return DecodeGSM7(b)
	case UCS2:
		return DecodeUCS2(b)
	}
	runes := make([]rune, len(b))
	for i, v := range b {
		runes[i] = rune(v)
	}
	return string(runes)
}

// EncodeUCS2 returns text as UTF-16, big-endian. What is not valid UTF-8
// becomes U+FFFD.
func EncodeUCS2(text string) []byte {
	b := make([]byte, 0, 2*len(text))
	for _, r := range text {
		if r1, r2 := utf16.EncodeRune(r); r1 != utf8.RuneError {
			b = binary.BigEndian.AppendUint16(b, uint16(r1))
			r = r2
		}
		b = binary.BigEndian.AppendUint16(b, uint16(r))
	}
	return b
}

// DecodeUCS2 reads UTF-16, big-endian; an odd byte at the end is dropped and
// half a surrogate pair becomes U+FFFD.
func DecodeUCS2(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.BigEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}
