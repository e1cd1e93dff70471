package compat

import (
	"regexp"
	"strings"
	"unicode"
)

// IsDigits reports whether a text is digits and nothing else.
func IsDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// IsSenderName reports whether a text can be the name that a message comes from:
// letters, digits, spaces and - . _ &.
func IsSenderName(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool {
		return (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && !strings.ContainsRune(" -._&", c)
	})
}

// HasControl reports whether a text holds a control character other than the
// ends of lines and tabs.
func HasControl(s string) bool {
	return strings.ContainsFunc(s, func(c rune) bool { return unicode.IsControl(c) && c != '\n' && c != '\r' && c != '\t' })
}

// appHash is the form of what Android's SMS Retriever looks for.
var appHash = regexp.MustCompile(`^[A-Za-z0-9+/]{11}$`)

// IsAppHash reports whether a text can be the hash of an Android app.
func IsAppHash(s string) bool { return appHash.MatchString(s) }

// OrNull is a text for JSON, null where it is empty.
func OrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
