package prompt

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// engineTime bounds what an engine takes for a text, unless it is configured.
const engineTime = 10 * time.Second

// A remote is a speech engine at an HTTP address. It is the operator's own
// choice, so it may be on a private network, where package outbound would not
// go.
type remote struct {
	name    string // as errors call it
	url     string
	key     string
	timeout time.Duration
	client  *http.Client
}

// newRemote checks an address, which errors call by the field. A key goes without TLS to this machine and
// private networks alone.
func newRemote(engine, field, address, key string, timeout time.Duration) (*remote, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, pinbell.Invalid(field, "want http://host/path or https://host/path, without a user, a query or a fragment")
	}
	if strings.ContainsFunc(key, isControl) {
		return nil, pinbell.Invalid("prompt."+engine+".key", "must not hold control characters")
	}
	if key != "" && u.Scheme == "http" && !isNear(u.Hostname()) {
		return nil, pinbell.Invalid(field, "want https where a key is sent; http is for this machine and private networks")
	}
	if timeout < 0 {
		return nil, pinbell.Invalid("prompt."+engine+".timeout", "must not be negative")
	}
	if timeout == 0 {
		timeout = engineTime
	}
	dialer := &net.Dialer{Timeout: min(timeout, 5*time.Second)}
	return &remote{name: engine + " at " + u.Host, url: u.String(), key: key, timeout: timeout, client: &http.Client{
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 4,
			TLSHandshakeTimeout: 5 * time.Second, IdleConnTimeout: 30 * time.Second, MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// isNear reports whether a host is this machine, has a private address, or is
// a bare name, as containers call each other.
func isNear(host string) bool {
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return !strings.Contains(host, ".")
	}
	return ip.IsLoopback() || ip.IsPrivate()
}

// speak posts a request as JSON and reads the sound that comes back. Errors
// hold neither the words nor anything of the answer's body, which may repeat
// them.
func (e *remote) speak(ctx context.Context, request any) (audio.PCM, error) {
	sound, err := e.exchange(ctx, request)
	if err != nil {
		return audio.PCM{}, fmt.Errorf("speech engine %s: %w", e.name, err)
	}
	return sound, nil
}

func (e *remote) exchange(ctx context.Context, request any) (audio.PCM, error) {
	ctx, cancel := context.WithTimeout(ctx, e.timeout)
	defer cancel()
	body, err := json.Marshal(request)
	if err != nil {
		return audio.PCM{}, errors.New("the request has no JSON form")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.url, bytes.NewReader(body))
	if err != nil {
		return audio.PCM{}, errors.New("the address cannot be requested")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "audio/wav, audio/*;q=0.5")
	req.Header.Set("User-Agent", "Pinbell")
	if e.key != "" {
		req.Header.Set("Authorization", "Bearer "+e.key)
	}
	res, err := e.client.Do(req)
	if err != nil {
		return audio.PCM{}, withoutURL(err)
	}
	defer func() { _ = res.Body.Close() }()
	switch res.StatusCode {
	case http.StatusOK:
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		return audio.PCM{}, fmt.Errorf("answered %d: %w", res.StatusCode, ErrWords)
	default:
		return audio.PCM{}, fmt.Errorf("answered %d", res.StatusCode)
	}
	file, err := io.ReadAll(io.LimitReader(res.Body, maxEngineOutput+1))
	if err != nil {
		return audio.PCM{}, fmt.Errorf("the answer broke off: %w", withoutURL(err))
	}
	if len(file) > maxEngineOutput {
		return audio.PCM{}, fmt.Errorf("answered more than %d bytes", maxEngineOutput)
	}
	return decode(file)
}

// withoutURL drops what [url.Error] adds.
func withoutURL(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}
