package gateway

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// callback reads a report: a request with the status in its query.
func (m *messageBird) callback(in inbound) (report, error) {
	if m.signing == "" && !in.token || m.signing != "" && !m.signed(in, time.Now()) {
		return report{}, errForged
	}
	p := in.params()
	if p["status"] == "" {
		return report{}, errNotUnderstood
	}
	return report{reference: p["id"], state: m.read(p["status"], p["statusErrorCode"]), signed: m.signing != ""}, nil
}

// messageBirdClaims are what a signature says it is for.
type messageBirdClaims struct {
	Issuer      string  `json:"iss"`
	NotBefore   float64 `json:"nbf"`
	Expires     float64 `json:"exp"`
	URLHash     string  `json:"url_hash"`
	PayloadHash string  `json:"payload_hash"` // "" for no body
}

// signed reports whether a request has the company's signature
// (developers.messagebird.com/docs/verify-http-requests). One that comes twice
// says the same twice, so that its jti is not kept.
func (m *messageBird) signed(in inbound, now time.Time) bool {
	var said messageBirdClaims
	if !readHS256(in.Header.Get("MessageBird-Signature-JWT"), m.signing, &said) || said.Issuer != "MessageBird" {
		return false
	}
	body := ""
	if len(in.body) > 0 {
		body = hashed(in.body)
	}
	at, leeway := float64(now.Unix()), tokenLeeway.Seconds()
	return said.NotBefore <= at+leeway && said.Expires >= at-leeway && said.URLHash == hashed([]byte(in.url)) && said.PayloadHash == body
}

func hashed(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
