package prompt

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/outbound"
)

const (
	mediaLimit = 64 << 20 // of samples kept
	mediaTTL   = 5 * time.Minute
)

// MediaConfig says whose recordings calls may play.
type MediaConfig struct {
	// Hosts lists them, as [pinbell.MediaAllowed] reads them. Defaults to none:
	// no recording is played.
	Hosts []string
	// AllowPrivate lists networks of one's own that may be reached. Defaults to
	// none.
	AllowPrivate []netip.Prefix
	// Timeout bounds the fetching of one recording. Defaults to 15 s.
	Timeout time.Duration
}

// Media fetches the recordings that playlists name: WAV or MP3 files of up to
// 5 MiB and five minutes, from hosts that the configuration lists. What was
// fetched is kept for five minutes. It is safe for concurrent use.
type Media struct {
	hosts  []string
	client *outbound.Client
	kept   *shelf
}

// NewMedia checks the configuration. It opens nothing.
func NewMedia(c MediaConfig) (*Media, error) {
	m := &Media{hosts: c.Hosts, kept: newShelf(mediaLimit, mediaTTL)}
	var bare []string
	for _, host := range c.Hosts {
		if err := pinbell.ValidateMediaHost(host); err != nil {
			return nil, err
		}
		if name, ok := strings.CutPrefix(host, "http://"); ok {
			bare = append(bare, strings.TrimSuffix(name, ":*"))
		}
	}
	m.client = outbound.New(outbound.Config{AllowHTTP: bare, AllowPrivate: c.AllowPrivate, Timeout: c.Timeout, MaxBytes: pinbell.MaxRecordingBytes})
	return m, nil
}

// Fetch returns a recording, from the network or as it was a short while ago.
// Errors wrap [pinbell.ErrUnavailable] and name the host alone: the rest of a
// URL may hold a secret.
func (m *Media) Fetch(ctx context.Context, raw string) (audio.PCM, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" {
		return audio.PCM{}, &mediaError{"", errMediaURL}
	}
	if !pinbell.MediaAllowed(m.hosts, raw) {
		return audio.PCM{}, &mediaError{u.Hostname(), errMediaHost}
	}
	u.Fragment = ""
	sound, err := m.kept.get(ctx, sha256.Sum256([]byte(u.String())), func(ctx context.Context) (audio.PCM, error) { return m.download(ctx, u) })
	switch {
	case ctx.Err() != nil:
		return audio.PCM{}, ctx.Err()
	case err != nil:
		return audio.PCM{}, &mediaError{u.Hostname(), err}
	}
	return sound, nil
}

// download gets a recording and brings it to the rate of calls.
func (m *Media) download(ctx context.Context, u *url.URL) (audio.PCM, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return audio.PCM{}, errors.New("address cannot be requested")
	}
	req.Header.Set("Accept", "audio/wav, audio/mpeg, audio/*;q=0.5")
	answer, err := m.client.Do(req)
	if err != nil {
		return audio.PCM{}, err
	}
	if answer.Status != http.StatusOK {
		return audio.PCM{}, fmt.Errorf("answered %d", answer.Status)
	}
	sound, err := decode(answer.Body)
	if err != nil {
		return audio.PCM{}, err
	}
	return audio.Resample(sound, packRate), nil
}

// A mediaError is a recording that a call cannot play. Its text names the host
// alone.
type mediaError struct {
	host string
	err  error
}

func (e *mediaError) Error() string {
	if e.host == "" {
		return "a recording: " + e.err.Error()
	}
	return "a recording of " + e.host + ": " + e.err.Error()
}

func (e *mediaError) Unwrap() []error { return []error{e.err, pinbell.ErrUnavailable} }

var (
	errMediaURL  = errors.New("its address is no URL")
	errMediaHost = errors.New("the host is not allowed in this way")
)
