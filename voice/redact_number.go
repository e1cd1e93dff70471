package voice

import "bytes"

// leastMasked is how many digits may be a number.
const leastMasked = 6

// appendMasked appends a text in which of anything that may be a number the
// first and the last two digits are left, be it written with the separators of
// RFC 3966 §5.1.1, with spaces, or escaped. Addresses of hosts are no numbers.
func appendMasked(dst, text []byte) []byte {
	from := 0
	for i := 0; ; {
		for i < len(text) && !isDigit(text[i]) {
			i++
		}
		if i == len(text) {
			return append(dst, text[from:]...)
		}
		digits, end := 1, i+1
		before, last := text[i], text[i] // the last two
		for j := end; j < len(text) && isOfNumber(text[j]); j++ {
			if isDigit(text[j]) {
				digits++
				end, before, last = j+1, last, text[j]
			}
		}
		if digits >= leastMasked && !isAddress(text, i, end) {
			dst = append(append(dst, text[from:i]...), firstDigits(text[i:end])...)
			dst = append(append(dst, "…"...), before, last)
			from = end
		}
		i = end
	}
}

func isOfNumber(c byte) bool {
	return isDigit(c) || c == '-' || c == '.' || c == ' ' || c == '(' || c == ')' || c == '%'
}

func isDigit(c byte) bool { return c-'0' <= 9 }

// firstDigits are two.
func firstDigits(number []byte) []byte {
	if isDigit(number[1]) {
		return number[:2]
	}
	return number[:1] // the second is behind a separator
}

// isAddress reports whether text[from:to] is where the host of a SIP URI is, and
// an IPv4 address.
func isAddress(text []byte, from, to int) bool {
	before := text[:from]
	host := bytes.HasSuffix(before, []byte("@")) || bytes.HasSuffix(before, []byte("sip:")) || bytes.HasSuffix(before, []byte("sips:"))
	if !host || to < len(text) && text[to] == '@' {
		return false
	}
	dots, n, long := 0, 0, 0
	for _, c := range text[from:to] {
		switch {
		case c == '.' && long > 0:
			dots, n, long = dots+1, 0, 0
		case isDigit(c) && long < 3:
			n, long = 10*n+int(c-'0'), long+1
		default:
			return false
		}
		if n > 255 {
			return false
		}
	}
	return dots == 3
}
