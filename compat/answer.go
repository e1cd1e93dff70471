package compat

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// WriteJSON answers with a JSON body; the body nil is none.
func WriteJSON(w http.ResponseWriter, status int, body any) error {
	if body == nil {
		w.WriteHeader(status)
		return nil
	}
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(text) // a caller that has gone hears nothing
	return nil
}

// NewHex makes an identifier of 32 hexadecimal digits, 128 random bits, behind
// a prefix such as "VE".
func NewHex(prefix string) string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return prefix + hex.EncodeToString(b[:])
}

// HexOf makes the identifier of that form that a seed always gives.
func HexOf(prefix, seed string) string {
	sum := sha256.Sum256([]byte(seed))
	return prefix + hex.EncodeToString(sum[:16])
}

// NewUUID makes a random UUID (RFC 9562 §5.4), 122 random bits.
func NewUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// RetryAfter says when to come back, in whole seconds and rounded up, so that a
// caller who obeys is not too early.
func RetryAfter(w http.ResponseWriter, wait time.Duration) {
	w.Header().Set("Retry-After", strconv.Itoa(Seconds(wait)))
}

// Seconds rounds up.
func Seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
