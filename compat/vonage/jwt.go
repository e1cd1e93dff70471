package vonage

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/pinbell/pinbell/verify"
)

// Bounds of a token.
const (
	maxToken    = 8 << 10
	tokenLife   = 24 * time.Hour // the most that Vonage takes
	tokenLeeway = 30 * time.Second
)

// claims are what a token says (RFC 7519 §4.1). Its jti is not kept: a token
// may be used more than once, as Vonage's own clients do when given one.
type claims struct {
	Application string   `json:"application_id"`
	Expires     *float64 `json:"exp"`
	Issued      *float64 `json:"iat"`
	NotBefore   *float64 `json:"nbf"`
	ACL         *acl     `json:"acl"`
}

// verifyToken returns the application that signed a token, and its service. The
// error is [verify.ErrUnauthorized], or errTokenExpired for one that was good.
func (a *API) verifyToken(token string, r *http.Request) (id, service string, err error) {
	header, rest, _ := strings.Cut(token, ".")
	payload, signature, ok := strings.Cut(rest, ".")
	if !ok || len(token) > maxToken || strings.Contains(signature, ".") {
		return "", "", verify.ErrUnauthorized
	}
	var head struct {
		Algorithm string          `json:"alg"`
		Critical  json.RawMessage `json:"crit"` // nothing that could be in it is known (RFC 7515 §4.1.11)
	}
	var said claims
	if !decodePart(header, &head) || head.Algorithm != "RS256" || head.Critical != nil || !decodePart(payload, &said) {
		return "", "", verify.ErrUnauthorized
	}
	a.mu.RLock()
	app, known := a.applications[said.Application]
	a.mu.RUnlock()
	if !known || !signed(app.key, header+"."+payload, signature) {
		return "", "", verify.ErrUnauthorized
	}
	if err := said.valid(a.cfg.Now()); err != nil {
		return "", "", err
	}
	if !said.ACL.allows(r.Method, r.URL.Path) {
		return "", "", verify.ErrUnauthorized
	}
	return said.Application, app.service, nil
}

func decodePart(part string, into any) bool {
	text, err := base64.RawURLEncoding.Strict().DecodeString(part)
	return err == nil && json.Unmarshal(text, into) == nil
}

// signed checks RS256 (RFC 7518 §3.3), whatever the token's header says.
func signed(key *rsa.PublicKey, input, signature string) bool {
	sig, err := base64.RawURLEncoding.Strict().DecodeString(signature)
	if err != nil {
		return false
	}
	sum := sha256.Sum256([]byte(input))
	return rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], sig) == nil
}

// valid checks the times. A token without an end, or with one too far ahead,
// would be as good as a password.
func (c claims) valid(now time.Time) error {
	at, leeway := float64(now.Unix()), tokenLeeway.Seconds()
	switch {
	case c.Expires == nil || c.Issued == nil:
		return verify.ErrUnauthorized
	case *c.Expires > at+tokenLife.Seconds()+leeway, *c.Issued > at+leeway:
		return verify.ErrUnauthorized
	case c.NotBefore != nil && *c.NotBefore > at+leeway:
		return verify.ErrUnauthorized
	case *c.Expires < at-leeway:
		return errTokenExpired
	}
	return nil
}
