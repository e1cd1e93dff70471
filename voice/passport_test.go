package voice

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell"
)

// signingKey is of nobody.
var signingKey = func() []byte {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		panic(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}()

func signing() Signing {
	return Signing{Key: signingKey, CertificateURL: "https://cert.example.net/pinbell.pem?a=1&b=2", Attestation: "A", OriginID: "123E4567-e89b-42d3-a456-426614174000"}
}

// openPassport verifies a token and returns its parts as they were signed.
func openPassport(t *testing.T, token string, key *ecdsa.PublicKey) (header, payload map[string]any) {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("token %q", token)
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || len(signature) != 64 {
		t.Fatalf("signature of %d bytes, %v", len(signature), err)
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if !ecdsa.Verify(key, digest[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		t.Error("the signature is not the key's")
	}
	for i, into := range []*map[string]any{&header, &payload} {
		text, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		d := json.NewDecoder(strings.NewReader(string(text)))
		d.UseNumber()
		if err := d.Decode(into); err != nil {
			t.Fatal(err)
		}
		// RFC 8225 §9: names in order, no spaces. encoding/json orders a map so.
		var b strings.Builder
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(*into); err != nil || strings.TrimSpace(b.String()) != string(text) {
			t.Errorf("not in canonical form: %s", text)
		}
	}
	return header, payload
}

func TestPassport(t *testing.T) {
	t.Parallel()
	key, err := parseKey(signingKey)
	if err != nil {
		t.Fatal(err)
	}
	p := newPhone(t, func(p *phone, req *sip.Request) {
		if req.Method == sip.INVITE && p.count(sip.INVITE) == 1 {
			p.reply(req, 302, "Moved", "Contact: <sip:+15555550100@example.net:7>")
			return
		}
		answering(p, req)
	})
	h := run(t, p.addr(), func(c *Config) { c.Identity.Signing, c.Identity.Withhold = signing(), true })
	begin := time.Now().Truncate(time.Second)
	want(t, h.Deliver(t.Context(), delivery("123456", func(d *pinbell.Delivery) { d.Playlist = pinbell.Playlist{pause(20)} }), nil), pinbell.Completed, "")
	for _, invite := range p.requests(sip.INVITE) {
		token, params, _ := strings.Cut(header(invite, "Identity"), ";")
		if params != "info=<https://cert.example.net/pinbell.pem?a=1&b=2>;alg=ES256;ppt=shaken" {
			t.Errorf("parameters %q", params)
		}
		head, payload := openPassport(t, token, &key.PublicKey)
		if diff := cmp.Diff(map[string]any{"alg": "ES256", "ppt": "shaken", "typ": "passport", "x5u": "https://cert.example.net/pinbell.pem?a=1&b=2"}, head); diff != "" {
			t.Error(diff)
		}
		iat := payload["iat"].(json.Number)
		delete(payload, "iat")
		if diff := cmp.Diff(map[string]any{"attest": "A", "dest": map[string]any{"tn": []any{"15555550100"}}, "orig": map[string]any{"tn": "15555550199"},
			"origid": "123e4567-e89b-42d3-a456-426614174000"}, payload); diff != "" {
			t.Error(diff)
		}
		date, err := time.Parse("Mon, 02 Jan 2006 15:04:05 GMT", header(invite, "Date"))
		if seconds, _ := iat.Int64(); err != nil || seconds != date.Unix() || date.Before(begin) || time.Since(date) > 10*time.Second {
			t.Errorf("iat %s, Date %v", iat, date)
		}
	}
	if log := h.log.String(); strings.Contains(log, "5555") || strings.Contains(log, "PRIVATE") {
		t.Errorf("log: %s", log)
	}
}

// The form of the claims in RFC 8588 §4 and §5, byte by byte.
func TestPassportOfTheRFC(t *testing.T) {
	key, err := parseKey(signingKey)
	if err != nil {
		t.Fatal(err)
	}
	s := signer{key: key, url: "https://cert.example.org/passport.cer", attest: "A", origin: "123e4567-e89b-12d3-a456-426655440000"}
	token, err := s.token("12155551212", "12125551213", time.Unix(1443208345, 0))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{
		`{"alg":"ES256","ppt":"shaken","typ":"passport","x5u":"https://cert.example.org/passport.cer"}`,
		`{"attest":"A","dest":{"tn":["12125551213"]},"iat":1443208345,"orig":{"tn":"12155551212"},"origid":"123e4567-e89b-12d3-a456-426655440000"}`,
	} {
		got, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[i])
		if err != nil || string(got) != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	openPassport(t, token, &key.PublicKey)
}

// What has no number on one side is not signed.
func TestPassportNeedsNumbers(t *testing.T) {
	t.Parallel()
	p := newPhone(t, answering)
	h := run(t, p.addr(), func(c *Config) { c.Identity.Signing = signing() })
	for name, change := range map[string]func(d *pinbell.Delivery){
		"from a name":   func(d *pinbell.Delivery) { d.From = "pinbell" },
		"to an address": func(d *pinbell.Delivery) { d.To, d.Address = pinbell.Number{}, "sip:alice@example.net" },
	} {
		d := delivery("123456", change)
		d.Playlist = pinbell.Playlist{pause(20)}
		want(t, h.Deliver(t.Context(), d, nil), pinbell.Completed, "")
		invites := p.requests(sip.INVITE)
		if last := invites[len(invites)-1]; header(last, "Identity")+header(last, "Date") != "" {
			t.Errorf("%s: %s", name, last)
		}
	}
}

func TestSigningErrors(t *testing.T) {
	p384, _ := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	der, _ := x509.MarshalECPrivateKey(p384)
	other := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})
	rsaKey, _ := rsa.GenerateKey(rand.Reader, 2048)
	der, _ = x509.MarshalPKCS8PrivateKey(rsaKey)
	for _, tc := range []struct {
		name, field string
		change      func(s *Signing)
	}{
		{"no PEM", "signing_key", func(s *Signing) { s.Key = []byte("secret") }},
		{"another curve", "signing_key", func(s *Signing) { s.Key = other }},
		{"RSA", "signing_key", func(s *Signing) { s.Key = pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}) }},
		{"broken", "signing_key", func(s *Signing) { s.Key = pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("secret")}) }},
		{"no URL", "certificate_url", func(s *Signing) { s.CertificateURL = "" }},
		{"http", "certificate_url", func(s *Signing) { s.CertificateURL = "http://example.net/a.pem" }},
		{"a password", "certificate_url", func(s *Signing) { s.CertificateURL = "https://a:b@example.net/a.pem" }},
		{"a bracket", "certificate_url", func(s *Signing) { s.CertificateURL = "https://example.net/>;x=<" }},
		{"attestation", "attestation", func(s *Signing) { s.Attestation = "a" }},
		{"no attestation", "attestation", func(s *Signing) { s.Attestation = "" }},
		{"origin", "origin_id", func(s *Signing) { s.OriginID = "123e4567e89b42d3a456426614174000" }},
	} {
		cfg := Config{Trunk: "127.0.0.1:5060", Renderer: toneRenderer{}}
		cfg.Identity.Signing = signing()
		tc.change(&cfg.Identity.Signing)
		_, err := New(cfg)
		var fe *pinbell.FieldError
		if !errors.As(err, &fe) || fe.Field != tc.field || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
}

// Keys as openssl writes them.
func TestParseKey(t *testing.T) {
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	sec1, _ := x509.MarshalECPrivateKey(key)
	pkcs8, _ := x509.MarshalPKCS8PrivateKey(key)
	parameters := pem.EncodeToMemory(&pem.Block{Type: "EC PARAMETERS", Bytes: []byte{6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7}})
	for name, data := range map[string][]byte{
		"ecparam -genkey": append(parameters, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: sec1})...),
		"genpkey":         pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}),
	} {
		got, err := parseKey(data)
		if err != nil || !got.Equal(key) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestUUID(t *testing.T) {
	a, b := newUUID(), newUUID()
	if !isUUID(a) || a == b || a[14] != '4' || !strings.ContainsRune("89ab", rune(a[19])) {
		t.Errorf("%s, %s", a, b)
	}
	for _, s := range []string{"", a[1:], strings.ReplaceAll(a, "-", "_"), "g" + a[1:]} {
		if isUUID(s) {
			t.Errorf("%q is taken", s)
		}
	}
}
