package pinbell

import (
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"log/slog"
	"strings"
)

// Lengths of a code. Shorter ones are too easy to guess (OWASP ASVS 5.0, 6.5.3).
const (
	MinCodeLength     = 6
	MaxCodeLength     = 10
	DefaultCodeLength = 6
)

const redacted = "[code]"

// A Code is the digits a person proves themselves with. It prints as "[code]"
// in fmt, JSON, text and slog, whatever the verb; only [Code.Reveal] shows it.
// The zero value is no code and matches nothing.
type Code struct {
	digits string
}

// RandomCode makes a code of n digits, uniform over all 10ⁿ of them, from
// crypto/rand. It panics when n is not a valid code length.
func RandomCode(n int) Code {
	if n < MinCodeLength || n > MaxCodeLength {
		panic(fmt.Sprintf("pinbell: code length %d", n))
	}
	return Code{digits: uniformDigits(n, func(b []byte) { _, _ = rand.Read(b) })}
}

// ParseCode takes digits that a caller chose, or that a person typed. Spaces
// and dashes between digits are dropped, as people type what they hear.
func ParseCode(s string) (Code, error) {
	digits := make([]byte, 0, len(s))
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits = append(digits, c)
		case c == ' ' || c == '-':
		default:
			return Code{}, Invalid("code", "may hold digits only")
		}
	}
	if len(digits) == 0 {
		return Code{}, Invalid("code", "is empty")
	}
	if len(digits) > MaxCodeLength {
		return Code{}, Invalid("code", "is longer than %d digits", MaxCodeLength)
	}
	return Code{digits: string(digits)}, nil
}

// MaxSpokenDigits bounds digits that a call reads out.
const MaxSpokenDigits = 32

// ParseDigits takes digits for a call to read out, which may be more than a
// code has.
func ParseDigits(s string) (Code, error) {
	if s == "" || len(s) > MaxSpokenDigits || strings.Trim(s, "0123456789") != "" {
		return Code{}, Invalid("digits", "want 1 to %d digits", MaxSpokenDigits)
	}
	return Code{digits: s}, nil
}

// uniformDigits draws n decimal digits from a byte source by rejection: bytes
// of 250 and above are dropped, because they would favour the digits 0 to 5.
func uniformDigits(n int, read func([]byte)) string {
	out := make([]byte, 0, n)
	var block [32]byte
	for len(out) < n {
		read(block[:])
		for _, b := range block {
			if b >= 250 {
				continue
			}
			if out = append(out, '0'+b%10); len(out) == n {
				break
			}
		}
	}
	return string(out)
}

// Matches compares in time that depends on neither code's digits.
func (c Code) Matches(other Code) bool {
	return c.digits != "" && subtle.ConstantTimeCompare([]byte(c.digits), []byte(other.digits)) == 1
}

// Reveal returns the digits. Only what speaks, writes, seals or compares a
// code may call it; the result must never reach a log, URL, error or metric.
func (c Code) Reveal() string { return c.digits }

// Len returns the number of digits.
func (c Code) Len() int { return len(c.digits) }

// IsZero reports whether c is no code.
func (c Code) IsZero() bool { return c.digits == "" }

// String returns "[code]".
func (c Code) String() string { return redacted }

// Format writes "[code]" for every verb, so that %d, %x and %#v cannot leak.
func (c Code) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(redacted)) }

// MarshalText returns "[code]"; encoding/json and friends use it.
func (c Code) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue returns "[code]".
func (c Code) LogValue() slog.Value { return slog.StringValue(redacted) }

// A Text is what a message says. It may hold a code, so it prints as its
// length only; [Text.Reveal] shows it.
type Text struct {
	s string
}

// NewText wraps s.
func NewText(s string) Text { return Text{s: s} }

// Reveal returns the text. The rules of [Code.Reveal] hold.
func (t Text) Reveal() string { return t.s }

// String returns the length in words.
func (t Text) String() string { return fmt.Sprintf("[text of %d bytes]", len(t.s)) }

// Format writes [Text.String] for every verb.
func (t Text) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(t.String())) }

// MarshalText returns [Text.String].
func (t Text) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// LogValue returns [Text.String].
func (t Text) LogValue() slog.Value { return slog.StringValue(t.String()) }
