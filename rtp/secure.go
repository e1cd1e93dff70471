package rtp

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strings"
	"sync"

	"github.com/pion/srtp/v3"
)

// KeySize is the size in bytes of a master key and its salt, for the one suite
// we speak, AES_CM_128_HMAC_SHA1_80 (RFC 4568 §6.2.1).
const KeySize = 16 + 14

// Suite is its name in SDP.
const Suite = "AES_CM_128_HMAC_SHA1_80"

// sealSize is by how much sealing makes a packet longer: the tag, and in RTCP
// an index before it (RFC 3711 §3.4).
const sealSize = 10 + 4

// A Key is a master key and salt. It redacts itself.
type Key [KeySize]byte

// NewKey draws a key.
func NewKey() (k Key) {
	_, _ = rand.Read(k[:])
	return k
}

// ErrKeyParams means that "inline:…" of SDP holds no key that can be used.
var ErrKeyParams = errors.New("rtp: key parameters")

// ParseKey reads "inline:" and the base64 of a key, with a lifetime after it,
// which outlasts a call (RFC 4568 §6.1). A key with an identifier (MKI) is
// refused: packets would carry it.
func ParseKey(params string) (k Key, err error) {
	text, ok := strings.CutPrefix(params, "inline:")
	fields := strings.Split(text, "|")
	if !ok || len(fields) > 2 || len(fields) == 2 && strings.Contains(fields[1], ":") {
		return k, ErrKeyParams
	}
	raw, err := base64.StdEncoding.DecodeString(fields[0])
	if err != nil || len(raw) != KeySize {
		return k, ErrKeyParams
	}
	copy(k[:], raw)
	return k, nil
}

// Reveal returns the key as SDP has it. The text is a secret.
func (k Key) Reveal() string { return "inline:" + base64.StdEncoding.EncodeToString(k[:]) }

// String redacts.
func (k Key) String() string { return "[key]" }

// GoString redacts.
func (k Key) GoString() string { return "[key]" }

// A Cipher seals what is sent and opens what is heard, each with a key of its
// own (RFC 3711). What was opened once is not opened again.
type Cipher struct {
	mu       sync.Mutex // RTP and RTCP come on goroutines of their own
	in       *srtp.Context
	opened   []byte
	controls []byte

	outMu  sync.Mutex
	out    *srtp.Context
	sealed []byte
}

// replayWindow is how many packets may overtake one (RFC 3711 §3.3.2: at least 64).
const replayWindow = 128

// NewCipher returns a Cipher that seals by our key and opens by theirs.
func NewCipher(ours, theirs Key) (*Cipher, error) {
	out, err := newContext(ours)
	if err != nil {
		return nil, err
	}
	c := &Cipher{out: out}
	return c, c.Rekey(theirs)
}

// Rekey opens by another key of theirs from now on.
func (c *Cipher) Rekey(theirs Key) error {
	in, err := newContext(theirs, srtp.SRTPReplayProtection(replayWindow), srtp.SRTCPReplayProtection(replayWindow))
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.in = in
	c.mu.Unlock()
	return nil
}

func newContext(k Key, options ...srtp.ContextOption) (*srtp.Context, error) {
	return srtp.CreateContext(k[:16], k[16:], srtp.ProtectionProfileAes128CmHmacSha1_80, options...)
}

// seal encrypts a packet; the result is valid until the next.
func (c *Cipher) seal(b []byte) ([]byte, error) {
	c.outMu.Lock()
	defer c.outMu.Unlock()
	sealed, err := c.out.EncryptRTP(room(&c.sealed), b, nil)
	return sealed, err
}

// sealControl encrypts an RTCP packet in new memory.
func (c *Cipher) sealControl(b []byte) ([]byte, error) {
	c.outMu.Lock()
	defer c.outMu.Unlock()
	return c.out.EncryptRTCP(nil, b, nil)
}

// open decrypts a packet; the result is valid until the next.
func (c *Cipher) open(b []byte) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.in.DecryptRTP(room(&c.opened), b, nil)
}

func (c *Cipher) openControl(b []byte) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.in.DecryptRTCP(room(&c.controls), b, nil)
}

// room gives a buffer for a packet, made at the first.
func room(b *[]byte) []byte {
	if *b == nil {
		*b = make([]byte, maxPacketSize+sealSize)
	}
	return (*b)[:0]
}
