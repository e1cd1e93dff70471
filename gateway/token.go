package gateway

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"io"
	"slices"
	"strings"
	"sync"
)

// tokens make and know the paths that callbacks come back by. A token is a
// random tag and its keyed hash, so that it is known again after a restart
// although nothing of it is stored.
type tokens struct {
	key []byte

	mu   sync.Mutex
	refs map[string][]string // what the company took, by tag
	ring []string            // of tags, in their order; the oldest is forgotten
	next int
}

// maxTags bounds the memory of which tag belongs to which reference.
const maxTags = 10_000

// newTokens derives the key from the account's secret, for it outlives us.
func newTokens(c Config) *tokens {
	mac := hmac.New(sha256.New, []byte(c.Secret))
	_, _ = io.WriteString(mac, "pinbell callback\x00"+c.Name+"\x00"+c.Account)
	key := mac.Sum(nil)
	if c.Secret == "" { // nothing to derive a secret from: callbacks end with the process
		_, _ = rand.Read(key)
	}
	return &tokens{key: key, refs: map[string][]string{}, ring: make([]string, maxTags)}
}

func (t *tokens) make() (tag, token string) {
	tag = rand.Text()
	return tag, tag + "." + t.sign(tag)
}

// tag returns the tag of a token of ours.
func (t *tokens) tag(token string) (string, bool) {
	tag, mac, ok := strings.Cut(token, ".")
	return tag, ok && hmac.Equal([]byte(mac), []byte(t.sign(tag)))
}

func (t *tokens) sign(tag string) string {
	mac := hmac.New(sha256.New, t.key)
	_, _ = io.WriteString(mac, tag)
	return base32.StdEncoding.EncodeToString(mac.Sum(nil)[:20])
}

// bind notes what a tag's delivery was taken as.
func (t *tokens) bind(tag string, refs []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.refs, t.ring[t.next])
	t.ring[t.next], t.refs[tag] = tag, refs
	t.next = (t.next + 1) % len(t.ring)
}

// reference returns what a tag's delivery was taken as, "" when that is not known.
func (t *tokens) reference(tag string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if refs := t.refs[tag]; len(refs) > 0 {
		return refs[0]
	}
	return ""
}

// belongs reports whether a tag's delivery was taken as reference. Of one that
// was forgotten, or is not answered for yet, that is not known.
func (t *tokens) belongs(tag, reference string) (belongs, known bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	refs, known := t.refs[tag]
	return slices.Contains(refs, reference), known
}
