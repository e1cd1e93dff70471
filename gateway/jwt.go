package gateway

import (
	"crypto"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"strings"
	"time"
)

// tokenLeeway is how far a company's clock may be from ours.
const tokenLeeway = 30 * time.Second

// readHS256 reads the claims of a JSON Web Token that has a key's signature
// (RFC 7515, RFC 7518 §3.2); false for any other.
func readHS256(token, key string, claims any) bool {
	header, rest, _ := strings.Cut(token, ".")
	payload, signature, ok := strings.Cut(rest, ".")
	if !ok {
		return false
	}
	var head struct {
		Algorithm string          `json:"alg"`
		Critical  json.RawMessage `json:"crit"` // nothing that could be in it is known (RFC 7515 §4.1.11)
	}
	got, err := base64.RawURLEncoding.DecodeString(signature)
	if err != nil || !decodePart(header, &head) || head.Algorithm != "HS256" || head.Critical != nil {
		return false
	}
	mac := hmac.New(sha256.New, []byte(key))
	_, _ = io.WriteString(mac, header+"."+payload)
	return hmac.Equal(got, mac.Sum(nil)) && decodePart(payload, claims)
}

func decodePart(s string, into any) bool {
	b, err := base64.RawURLEncoding.DecodeString(s)
	return err == nil && json.Unmarshal(b, into) == nil
}

// signRS256 writes a JSON Web Token (RFC 7518 §3.3).
func signRS256(key *rsa.PrivateKey, claims any) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	encode := base64.RawURLEncoding.EncodeToString
	said := encode([]byte(`{"alg":"RS256","typ":"JWT"}`)) + "." + encode(payload)
	sum := sha256.Sum256([]byte(said))
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
	if err != nil {
		return "", err
	}
	return said + "." + encode(signature), nil
}
