package voice

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/pinbell/pinbell/rtp"
)

// How sound is to be sealed (RFC 3711, keys by RFC 4568).
const (
	// SRTPOff has sound in clear.
	SRTPOff = "off"
	// SRTPOptional offers keys beside sound in clear, for the far end to choose
	// (RFC 8643), over TLS only: elsewhere anybody could read the keys.
	SRTPOptional = "optional"
	// SRTPRequired ends calls whose far end does not encrypt. Where signalling
	// does not go over TLS, who reads that can read the sound.
	SRTPRequired = "required"
)

// secrecy is what a call does about it.
type secrecy uint8

const (
	secrecyOff secrecy = iota
	secrecyOptional
	secrecyRequired
)

// secrecy returns what calls of the trunk do.
func (c Config) secrecy() secrecy {
	switch {
	case c.SRTP == SRTPRequired:
		return secrecyRequired
	case c.SRTP == SRTPOptional && c.Transport == TLS:
		return secrecyOptional
	}
	return secrecyOff
}

// crypto reads "1 AES_CM_128_HMAC_SHA1_80 inline:…" (RFC 4568 §9.1). Suites we do
// not speak, keys that cannot be used and session parameters, which change how
// packets look, are not ours.
func parseCrypto(value string) (tag uint32, key rtp.Key, ok bool) {
	fields := strings.Fields(value)
	if len(fields) != 3 || fields[1] != rtp.Suite {
		return 0, key, false
	}
	n, err := strconv.ParseUint(fields[0], 10, 30)
	if err != nil || n == 0 {
		return 0, key, false
	}
	key, err = rtp.ParseKey(fields[2])
	return uint32(n), key, err == nil
}

func writeCrypto(tag uint32, key rtp.Key) string {
	return fmt.Sprintf("a=crypto:%d %s %s\r\n", tag, rtp.Suite, key.Reveal())
}
