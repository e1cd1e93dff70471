package vonage

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"strings"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// minKeyBits is the least that RS256 is safe with (RFC 7518 §3.3).
const minKeyBits = 2048

// An application signs its own tokens; its public key tells that it did.
type application struct {
	key     *rsa.PublicKey
	service string
}

// Application makes an application known by the id that its tokens name and its
// RSA public key in PEM, as Vonage's dashboard gives both. Its requests are for
// one service; "" for all. It may do what Vonage's API offers, the templates
// included. The error is a [*pinbell.FieldError].
func (a *API) Application(id string, publicKeyPEM []byte, service string) error {
	if id == "" {
		return pinbell.Invalid("id", "is empty")
	}
	if service != "" {
		if _, err := a.cfg.Verify.Profile(service); err != nil {
			return err
		}
	}
	key, err := parsePublicKey(publicKeyPEM)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.applications[id] = application{key: key, service: service}
	return nil
}

func parsePublicKey(text []byte) (*rsa.PublicKey, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, pinbell.Invalid("public_key", "is not PEM")
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, pinbell.Invalid("public_key", `want a "PUBLIC KEY" of RSA`)
	}
	key, ok := parsed.(*rsa.PublicKey)
	if !ok || key.N.BitLen() < minKeyBits {
		return nil, pinbell.Invalid("public_key", "want RSA of %d bits or more", minKeyBits)
	}
	return key, nil
}

// caller tells who sends a request: by a token, or by key and secret.
func (a *API) caller(r *http.Request, scopes ...pinbell.Scope) (compat.Caller, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return a.cfg.Basic(r, scopes...)
	}
	id, service, err := a.verifyToken(strings.TrimSpace(token), r)
	if err != nil {
		return compat.Caller{}, err
	}
	// No key of the store: it counts in this package only.
	key := pinbell.Key{Name: "vonage application", Service: service, Scopes: pinbell.Scopes()}
	return compat.Caller{Key: key, Account: id}, nil
}
