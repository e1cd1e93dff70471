package sms

import "github.com/pinbell/pinbell/smpp"

// A Count says what a text costs, for whoever words it.
type Count struct {
	Encoding string // "gsm7" or "ucs2"
	Segments int
	Units    int // septets, or UTF-16 units
	// Forced is the first character that has no place in the GSM alphabet and so
	// made the text UCS-2; 0 for none.
	Forced rune
}

// Measure counts a text as it would be sent.
func Measure(text string) Count {
	m := smpp.EncodeText(text)
	return Count{Encoding: m.Coding.String(), Segments: len(m.Parts), Units: m.Units, Forced: m.Forced}
}
