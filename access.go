package pinbell

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"hash/crc32"
	"log/slog"
	"slices"
	"strings"
	"time"
)

// Scope is what an API key may do.
type Scope string

// The scopes.
const (
	ScopeVerify Scope = "verify" // start, check, resend, cancel, read own verifications
	ScopeSend   Scope = "send"   // calls and messages of one's own wording
	ScopeRead   Scope = "read"   // lists, statistics and the signalling of calls
	ScopeAdmin  Scope = "admin"  // keys, services, blocks
)

// Scopes lists all scopes.
func Scopes() []Scope { return []Scope{ScopeVerify, ScopeSend, ScopeRead, ScopeAdmin} }

// ParseScope accepts a scope's name.
func ParseScope(s string) (Scope, error) {
	if slices.Contains(Scopes(), Scope(s)) {
		return Scope(s), nil
	}
	return "", Invalid("scopes", "want verify, send, read or admin")
}

// A Key is an API key as it is stored: its hash, never itself.
type Key struct {
	ID        KeyID
	Name      string
	Service   string // the only service it may use; "" for all
	Hash      [sha256.Size]byte
	Scopes    []Scope
	CreatedAt time.Time
	RevokedAt time.Time // zero while it works
}

// NewKey makes a key with at least one scope. The secret is to be shown once.
func NewKey(name, service string, scopes []string, now time.Time) (Key, KeySecret, error) {
	if name == "" || len(name) > 100 {
		return Key{}, KeySecret{}, Invalid("name", "want 1 to 100 bytes")
	}
	if len(scopes) == 0 {
		return Key{}, KeySecret{}, Invalid("scopes", "want verify, send, read or admin")
	}
	k := Key{ID: NewKeyID(now), Name: name, Service: service, CreatedAt: now}
	for _, s := range scopes {
		scope, err := ParseScope(s)
		if err != nil {
			return Key{}, KeySecret{}, err
		}
		k.Scopes = append(k.Scopes, scope)
	}
	secret := NewKeySecret()
	k.Hash = secret.Hash()
	return k, secret, nil
}

// May reports whether the key has a scope. Admin has all.
func (k Key) May(s Scope) bool {
	return k.RevokedAt.IsZero() && (slices.Contains(k.Scopes, s) || slices.Contains(k.Scopes, ScopeAdmin))
}

// A KeySecret is an API key itself: "pb_", 32 random characters (160 bits) and
// a checksum of 6, so that a mistyped key is told from a wrong one without a
// look-up. It redacts itself; it is shown once, by Reveal.
type KeySecret struct {
	s string
}

const keyPrefix = "pb_"

// NewKeySecret makes a key from crypto/rand.
func NewKeySecret() KeySecret {
	var b [20]byte
	_, _ = rand.Read(b[:])
	body := idEncoding.EncodeToString(b[:])
	return KeySecret{s: keyPrefix + body + keyChecksum(body)}
}

// ParseKeySecret checks form and checksum.
func ParseKeySecret(s string) (KeySecret, error) {
	body, ok := strings.CutPrefix(s, keyPrefix)
	if !ok || len(body) != 38 || keyChecksum(body[:32]) != body[32:] {
		return KeySecret{}, fmt.Errorf("api key: %w", ErrNotFound)
	}
	return KeySecret{s: s}, nil
}

// keyChecksum is 30 bits of CRC-32, against typing errors only.
func keyChecksum(body string) string {
	sum := crc32.ChecksumIEEE([]byte(body))
	b := []byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)}
	return idEncoding.EncodeToString(b)[:6]
}

// Hash is what is stored. One SHA-256 is enough for 160 random bits.
func (k KeySecret) Hash() [sha256.Size]byte { return sha256.Sum256([]byte(k.s)) }

// Reveal returns the key, to be shown once to who made it.
func (k KeySecret) Reveal() string { return k.s }

// String returns "[key]".
func (k KeySecret) String() string { return "[key]" }

// Format writes "[key]" for every verb.
func (k KeySecret) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte("[key]")) }

// MarshalText returns "[key]".
func (k KeySecret) MarshalText() ([]byte, error) { return []byte("[key]"), nil }

// LogValue returns "[key]".
func (k KeySecret) LogValue() slog.Value { return slog.StringValue("[key]") }
