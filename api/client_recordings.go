package api

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
)

// Upload keeps a sound for calls to play: see [Recording.Play]. A file that
// calls could not play is a [*Problem] that says what is wrong with it. The key
// needs the scope "send", as for the four below.
func (c *Client) Upload(ctx context.Context, r UploadRequest) (Recording, error) {
	query := url.Values{}
	for name, value := range map[string]string{"name": r.Name, "service": r.Service} {
		if value != "" {
			query.Set(name, value)
		}
	}
	sent := content{kind: "audio/mpeg", body: r.Sound, accept: typeJSON}
	if bytes.HasPrefix(r.Sound, []byte("RIFF")) {
		sent.kind = "audio/wav"
	}
	answer, err := c.exchange(ctx, http.MethodPost, recordingsPath, query, sent)
	if err != nil {
		return Recording{}, err
	}
	return decode[Recording](answer)
}

// Recordings lists what was uploaded, newest first.
func (c *Client) Recordings(ctx context.Context) ([]Recording, error) {
	list, err := call[List[Recording]](ctx, c, http.MethodGet, recordingsPath, nil, nil)
	return list.Data, err
}

// Recording reads what is known of a recording.
func (c *Client) Recording(ctx context.Context, id string) (Recording, error) {
	return call[Recording](ctx, c, http.MethodGet, recordingPath(id), nil, nil)
}

// RecordingAudio reads the file of a recording, as it was uploaded.
func (c *Client) RecordingAudio(ctx context.Context, id string) ([]byte, error) {
	return c.exchange(ctx, http.MethodGet, recordingPath(id)+"/audio", nil, content{accept: "audio/*"})
}

// DeleteRecording ends a recording for good. Calls that have yet to play it
// fail before the phone rings.
func (c *Client) DeleteRecording(ctx context.Context, id string) error {
	_, err := call[struct{}](ctx, c, http.MethodDelete, recordingPath(id), nil, nil)
	return err
}

const recordingsPath = "/v1/recordings"

func recordingPath(id string) string { return recordingsPath + "/" + url.PathEscape(id) }
