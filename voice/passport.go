package voice

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/pinbell/pinbell"
)

// A Signing has each call carry a PASSporT: who calls whom, signed with a key
// whose certificate says that its holder may (STIR/SHAKEN: RFC 8224, 8225,
// 8588). Calls from or to what is not a number are not signed. The caller ID
// must have its country code. A signed INVITE with credentials is longer than a
// datagram should be: TCP or TLS is the better transport.
type Signing struct {
	// Key is an EC P-256 private key in PEM, SEC 1 or PKCS #8. Defaults to none:
	// nothing is signed.
	Key []byte
	// CertificateURL is where those who verify fetch the certificate, by https.
	// Required with Key.
	CertificateURL string
	// Attestation is "A" where the caller ID is ours to use, "B" where we know
	// the customer alone, "C" where we know neither (RFC 8588 §4). Required with
	// Key.
	Attestation string
	// OriginID names where calls come from, as a UUID (RFC 8588 §5). Defaults to
	// one that is made by New.
	OriginID string
}

var errNoKey = errors.New("no EC P-256 private key in PEM")

// signer checks the configuration and reads its key; nil where there is none.
func (s Signing) signer() (*signer, error) {
	if len(s.Key) == 0 {
		return nil, nil
	}
	key, err := parseKey(s.Key)
	if err != nil {
		return nil, pinbell.Invalid("signing_key", "%v", err)
	}
	if err := checkCertificateURL(s.CertificateURL); err != nil {
		return nil, err
	}
	if s.Attestation != "A" && s.Attestation != "B" && s.Attestation != "C" {
		return nil, pinbell.Invalid("attestation", "want A, B or C")
	}
	if s.OriginID == "" {
		s.OriginID = newUUID()
	}
	if !isUUID(s.OriginID) {
		return nil, pinbell.Invalid("origin_id", "want a UUID")
	}
	return &signer{key: key, url: s.CertificateURL, attest: s.Attestation, origin: strings.ToLower(s.OriginID), now: time.Now}, nil
}

// parseKey never puts anything of the key into its error.
func parseKey(data []byte) (*ecdsa.PrivateKey, error) {
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		var parsed any
		var err error
		switch block.Type {
		case "EC PRIVATE KEY":
			parsed, err = x509.ParseECPrivateKey(block.Bytes)
		case "PRIVATE KEY":
			parsed, err = x509.ParsePKCS8PrivateKey(block.Bytes)
		default: // "EC PARAMETERS" come before the key
			continue
		}
		if key, ok := parsed.(*ecdsa.PrivateKey); err == nil && ok && key.Curve == elliptic.P256() {
			return key, nil
		}
		return nil, errNoKey
	}
	return nil, errNoKey
}

func checkCertificateURL(s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.Fragment != "" || len(s) > 512 {
		return pinbell.Invalid("certificate_url", "want an https URL")
	}
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7F || strings.IndexByte(`<>"\`, c) >= 0 {
			return pinbell.Invalid("certificate_url", "holds characters that a URL has not")
		}
	}
	return nil
}

// A signer makes the Identity header of calls.
type signer struct {
	key                 *ecdsa.PrivateKey
	url, attest, origin string
	now                 func() time.Time
}

// The parts of a PASSporT. The fields stand in the order of their names, as RFC
// 8225 §9 wants them written.
type (
	passportHeader struct {
		Alg string `json:"alg"`
		Ppt string `json:"ppt"`
		Typ string `json:"typ"`
		X5u string `json:"x5u"`
	}
	passportPayload struct {
		Attest string       `json:"attest"`
		Dest   passportDest `json:"dest"`
		Iat    int64        `json:"iat"`
		Orig   passportOrig `json:"orig"`
		Origid string       `json:"origid"`
	}
	passportDest struct {
		TN []string `json:"tn"`
	}
	passportOrig struct {
		TN string `json:"tn"`
	}
)

// sign adds Date and Identity to a request, unless one side is no number.
func (s *signer) sign(req *sip.Request, from, to string) error {
	orig, ok := telephoneNumber(from)
	dest, ok2 := telephoneNumber(to)
	if !ok || !ok2 {
		return nil
	}
	now := s.now().UTC()
	token, err := s.token(orig, dest, now)
	if err != nil {
		return fmt.Errorf("identity: %w", err)
	}
	req.AppendHeader(sip.NewHeader("Date", now.Format("Mon, 02 Jan 2006 15:04:05 GMT"))) // RFC 3261 §20.17
	req.AppendHeader(sip.NewHeader("Identity", token+";info=<"+s.url+">;alg=ES256;ppt=shaken"))
	return nil
}

// token returns a PASSporT in its full form (RFC 8225 §6, RFC 8224 §4.1).
func (s *signer) token(orig, dest string, at time.Time) (string, error) {
	header, err := encodePart(passportHeader{Alg: "ES256", Ppt: "shaken", Typ: "passport", X5u: s.url})
	if err != nil {
		return "", err
	}
	payload, err := encodePart(passportPayload{Attest: s.attest, Dest: passportDest{TN: []string{dest}}, Iat: at.Unix(),
		Orig: passportOrig{TN: orig}, Origid: s.origin})
	if err != nil {
		return "", err
	}
	text := header + "." + payload
	digest := sha256.Sum256([]byte(text))
	r, v, err := ecdsa.Sign(rand.Reader, s.key, digest[:])
	if err != nil {
		return "", err
	}
	// RFC 7518 §3.4: the two numbers, 32 bytes each.
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	v.FillBytes(signature[32:])
	return text + "." + base64.RawURLEncoding.EncodeToString(signature), nil
}

// encodePart writes JSON without spaces and without escapes that only HTML
// needs.
func encodePart(part any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(part); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}

// telephoneNumber returns a number in the canonical form of RFC 8224 §8.3:
// country code and number, digits only.
func telephoneNumber(s string) (string, bool) {
	s = strings.TrimPrefix(s, "+")
	return s, s != "" && len(s) <= 15 && strings.Trim(s, "0123456789") == ""
}

// newUUID returns a random UUID (RFC 9562 §5.4).
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0F|0x40, b[8]&0x3F|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (s[i] == '-') || !dash && strings.IndexByte("0123456789abcdefABCDEF", s[i]) < 0 {
			return false
		}
	}
	return true
}
