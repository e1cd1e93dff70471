package voice

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"
)

// maxChallenges is how often one request answers a challenge: once, and once
// more when the trunk calls the nonce stale (RFC 2617 §3.2.1).
const maxChallenges = 2

var (
	errNoCredentials = errors.New("trunk asks for a password, none is configured")
	errRefused       = errors.New("trunk refused the password")
	errChallenge     = errors.New("trunk's challenge has no algorithm we know")
)

// credentials answer digest challenges.
type credentials struct {
	username, password string
}

// isChallenge reports whether a response asks for credentials.
func isChallenge(res *sip.Response) bool { return res.StatusCode == 401 || res.StatusCode == 407 }

// answer returns the header that answers the first challenge whose algorithm
// is known (RFC 8760 §2.4). The digest covers the Request-URI as it stands in
// the request. tries counts the challenges this request has answered.
func (c credentials) answer(res *sip.Response, req *sip.Request, tries int) (name, value string, err error) {
	if c.username == "" {
		return "", "", errNoCredentials
	}
	ask, name := "WWW-Authenticate", "Authorization"
	if res.StatusCode == 407 {
		ask, name = "Proxy-Authenticate", "Proxy-Authorization"
	}
	for _, h := range res.GetHeaders(ask) {
		challenge, err := digest.ParseChallenge(h.Value())
		if err != nil {
			continue
		}
		for i := range challenge.QOP {
			challenge.QOP[i] = strings.TrimSpace(challenge.QOP[i])
		}
		if !digest.CanDigest(challenge) {
			continue
		}
		if tries > 0 && (!challenge.Stale || tries >= maxChallenges) {
			return "", "", errRefused
		}
		body := req.Body()
		answer, err := digest.Digest(challenge, digest.Options{
			Method:   string(req.Method),
			URI:      req.Recipient.String(),
			GetBody:  func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil },
			Username: c.username,
			Password: c.password,
		})
		if err != nil {
			continue
		}
		return name, answer.String(), nil
	}
	return "", "", errChallenge
}
