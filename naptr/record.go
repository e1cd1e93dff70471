package naptr

import (
	"encoding/binary"
	"errors"
)

// A Record is one NAPTR record (RFC 3403 §4.1). Flags, Services and Regexp are
// as they came, and may hold any octets.
type Record struct {
	Order, Preference       uint16
	Flags, Services, Regexp string
	// Replacement is a domain name without its final dot, of letters, digits,
	// "-" and "_"; empty for the root, which stands for none.
	Replacement string
}

const (
	maxLabel = 63  // RFC 1035 §2.3.4
	maxName  = 255 // of a name with the lengths of its labels
)

var errMalformed = errors.New("naptr: malformed record")

// parseRecord reads a record's data, which must be whole.
func parseRecord(data []byte) (Record, error) {
	if len(data) < 4 {
		return Record{}, errMalformed
	}
	r := Record{Order: binary.BigEndian.Uint16(data), Preference: binary.BigEndian.Uint16(data[2:])}
	data = data[4:]
	for _, field := range []*string{&r.Flags, &r.Services, &r.Regexp} {
		if len(data) == 0 || len(data) < 1+int(data[0]) {
			return Record{}, errMalformed
		}
		n := 1 + int(data[0])
		*field, data = string(data[1:n]), data[n:]
	}
	var ok bool
	if r.Replacement, ok = parseName(data); !ok {
		return Record{}, errMalformed
	}
	return r, nil
}

// parseName reads a domain name that is all of data. It is not compressed (RFC
// 3403 §4.1), and holds what a name can be asked for that is written as text:
// no dots within labels, no control characters.
func parseName(data []byte) (string, bool) {
	if len(data) > maxName {
		return "", false
	}
	var name []byte
	for len(data) > 0 {
		n := int(data[0])
		if n == 0 {
			return string(name), len(data) == 1
		}
		if n > maxLabel || len(data) < 1+n {
			return "", false
		}
		if len(name) > 0 {
			name = append(name, '.')
		}
		for _, c := range data[1 : 1+n] {
			if !(c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '-' || c == '_') {
				return "", false
			}
			name = append(name, c)
		}
		data = data[1+n:]
	}
	return "", false
}
