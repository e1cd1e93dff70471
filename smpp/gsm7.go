package smpp

import "strings"

// escape precedes a character of the extension table. 3GPP TS 23.038 §6.2.1.
const escape = 0x1B

// gsm7 is the default alphabet by septet. 3GPP TS 23.038 §6.2.1; 0x09 is Ç
// there, while Unicode's table of the same name has ç.
var gsm7 = [128]rune([]rune("@£$¥èéùìòÇ\nØø\rÅå" +
	"Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ" +
	" !\"#¤%&'()*+,-./" +
	"0123456789:;<=>?" +
	"¡ABCDEFGHIJKLMNO" +
	"PQRSTUVWXYZÄÖÑÜ§" +
	"¿abcdefghijklmno" +
	"pqrstuvwxyzäöñüà"))

// gsm7Extension holds what costs two septets. 3GPP TS 23.038 §6.2.1.1.
var gsm7Extension = map[rune]byte{
	'\f': 0x0A, '^': 0x14, '{': 0x28, '}': 0x29, '\\': 0x2F,
	'[': 0x3C, '~': 0x3D, ']': 0x3E, '|': 0x40, '€': 0x65,
}

// Reverse tables: septets by character, extended by septet.
var (
	gsm7Septet   = reverseGSM7()
	gsm7Extended = reverseExtension()
)

func reverseGSM7() map[rune]byte {
	m := make(map[rune]byte, len(gsm7))
	for i, r := range gsm7 {
		if i != escape {
			m[r] = byte(i)
		}
	}
	return m
}

func reverseExtension() (t [128]rune) {
	for r, b := range gsm7Extension {
		t[b] = r
	}
	return t
}

// EncodeGSM7 returns text in the default alphabet, one septet a byte. Where a
// character has no place in it, ok is false and missing is the first such.
func EncodeGSM7(text string) (septets []byte, missing rune, ok bool) {
	septets = make([]byte, 0, len(text))
	for _, r := range text {
		if b, in := gsm7Septet[r]; in {
			septets = append(septets, b)
		} else if b, in := gsm7Extension[r]; in {
			septets = append(septets, escape, b)
		} else {
			return nil, r, false
		}
	}
	return septets, 0, true
}

// DecodeGSM7 reads septets, one a byte. As 3GPP TS 23.038 §6.2.1 asks, an
// escape with no such extension shows the basic character, and a lone or
// doubled one a space. The eighth bit is dropped.
func DecodeGSM7(septets []byte) string {
	var s strings.Builder
	s.Grow(len(septets))
	for i := 0; i < len(septets); i++ {
		b := septets[i] & 0x7F
		if b != escape {
			s.WriteRune(gsm7[b])
			continue
		}
		i++
		switch {
		case i == len(septets), septets[i]&0x7F == escape:
			s.WriteByte(' ')
		case gsm7Extended[septets[i]&0x7F] != 0:
			s.WriteRune(gsm7Extended[septets[i]&0x7F])
		default:
			s.WriteRune(gsm7[septets[i]&0x7F])
		}
	}
	return s.String()
}
