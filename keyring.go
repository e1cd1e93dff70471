package pinbell

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// A Keyring holds the secrets that live outside the database: codes are
// derived from it and numbers are sealed with it, so that a stolen database
// gives away neither.
//
// It is text, one key a line: a number that names the key and 32 bytes in
// base64. The last line is the current key; the first also makes the index of
// numbers, so it stays when keys are rotated. A Keyring is safe for
// concurrent use.
type Keyring struct {
	current uint32
	keys    map[uint32]derivedKeys
	index   []byte
}

type derivedKeys struct {
	code []byte
	seal cipher.AEAD
}

const masterKeyLen = 32

// NewKeyringText makes the text of a keyring with one fresh key.
func NewKeyringText() string {
	var key [masterKeyLen]byte
	_, _ = rand.Read(key[:])
	return "1 " + base64.StdEncoding.EncodeToString(key[:]) + "\n"
}

// ParseKeyring reads the text form. Errors name the line, never its content.
func ParseKeyring(r io.Reader) (*Keyring, error) {
	k := &Keyring{keys: map[uint32]derivedKeys{}}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := k.add(line); err != nil {
			return nil, fmt.Errorf("keyring line %d: %w", n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	if len(k.keys) == 0 {
		return nil, errors.New("keyring: holds no key")
	}
	return k, nil
}

func (k *Keyring) add(line string) error {
	name, encoded, ok := strings.Cut(line, " ")
	if !ok {
		return errors.New("want a number, a space and a key in base64")
	}
	id, err := strconv.ParseUint(name, 10, 32)
	if err != nil {
		return errors.New("the key's name is not a number")
	}
	master, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	if err != nil || len(master) != masterKeyLen {
		return fmt.Errorf("the key is not %d bytes in base64", masterKeyLen)
	}
	if _, dup := k.keys[uint32(id)]; dup {
		return fmt.Errorf("key %d stands twice", id)
	}
	block, err := aes.NewCipher(derive(master, "pinbell seal"))
	if err != nil {
		return err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return err
	}
	if len(k.keys) == 0 {
		k.index = derive(master, "pinbell number index")
	}
	k.keys[uint32(id)] = derivedKeys{code: derive(master, "pinbell code"), seal: aead}
	k.current = uint32(id)
	return nil
}

// derive separates the uses of one master key (RFC 5869).
func derive(master []byte, use string) []byte {
	key, err := hkdf.Key(sha256.New, master, nil, use, 32)
	if err != nil {
		panic("pinbell: " + err.Error()) // only for lengths that are constants here
	}
	return key
}

// Current returns the name of the key that new codes and seals use.
func (k *Keyring) Current() uint32 { return k.current }

// Code derives the code of a verification: digits of
// HMAC-SHA256(code key, id ‖ generation ‖ counter) by rejection sampling. The
// same arguments always give the same code, so that it is never stored.
func (k *Keyring) Code(key uint32, id VerificationID, generation, length int) (Code, error) {
	keys, ok := k.keys[key]
	if !ok {
		return Code{}, fmt.Errorf("keyring: key %d is missing", key)
	}
	if length < LooseCodeLength || length > MaxCodeLength {
		return Code{}, fmt.Errorf("keyring: code length %d", length)
	}
	counter := uint32(0)
	return Code{digits: uniformDigits(length, func(block []byte) {
		mac := hmac.New(sha256.New, keys.code)
		_, _ = io.WriteString(mac, string(id))
		var tail [8]byte
		binary.BigEndian.PutUint32(tail[:4], uint32(generation))
		binary.BigEndian.PutUint32(tail[4:], counter)
		_, _ = mac.Write(tail[:])
		mac.Sum(block[:0])
		counter++
	})}, nil
}

// Seal encrypts with the current key (AES-256-GCM). The context is bound to
// the result: Open with another context fails, so that a sealed value cannot
// be moved to another row.
func (k *Keyring) Seal(plain []byte, context string) []byte {
	aead := k.keys[k.current].seal
	out := make([]byte, 4+aead.NonceSize(), 4+aead.NonceSize()+len(plain)+aead.Overhead())
	binary.BigEndian.PutUint32(out, k.current)
	_, _ = rand.Read(out[4:])
	return aead.Seal(out, out[4:], plain, []byte(context))
}

// Open decrypts what Seal made.
func (k *Keyring) Open(sealed []byte, context string) ([]byte, error) {
	if len(sealed) < 4 {
		return nil, errors.New("sealed value: too short")
	}
	id := binary.BigEndian.Uint32(sealed)
	keys, ok := k.keys[id]
	if !ok {
		return nil, fmt.Errorf("sealed value: key %d is missing", id)
	}
	n := 4 + keys.seal.NonceSize()
	if len(sealed) < n {
		return nil, errors.New("sealed value: too short")
	}
	plain, err := keys.seal.Open(nil, sealed[4:n], sealed[n:], []byte(context))
	if err != nil {
		return nil, errors.New("sealed value: does not open with its key")
	}
	return plain, nil
}

// Index returns a keyed hash of a number to find its rows by. Without the key
// it cannot be reversed by trying all numbers, which takes minutes for a plain hash.
func (k *Keyring) Index(n Number) []byte {
	mac := hmac.New(sha256.New, k.index)
	_, _ = io.WriteString(mac, n.E164())
	return mac.Sum(nil)[:16]
}
