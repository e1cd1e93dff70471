package web

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/api"
	"github.com/pinbell/pinbell/verify"
)

// uploadTime is how long the body of an upload may take: longer than that of
// another request, for it is larger.
const uploadTime = 2 * time.Minute

// soundTypes are what a sound may be called. What it is, its bytes tell.
var soundTypes = []string{"audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave", "audio/mpeg", "audio/mp3"}

// A typeError is a body of a kind that a route does not take.
type typeError struct{ want string }

func (e *typeError) Error() string { return "want " + e.want }

func (s *Server) createRecording(w http.ResponseWriter, r *http.Request, c caller) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || !slices.Contains(soundTypes, kind) {
		return &typeError{want: "audio/wav or audio/mpeg, with the sound itself as the body"}
	}
	query := r.URL.Query()
	if err := onlyParameters(query, "name", "service"); err != nil {
		return err
	}
	service, err := c.choose(query.Get("service"))
	if err != nil {
		return err
	}
	sound, err := readSound(w, r)
	if err != nil {
		return err
	}
	o, err := once(r, c, sound, http.StatusCreated, nil)
	if err != nil {
		return err
	}
	at := func(rec pinbell.Recording) string { return r.URL.Path + "/" + string(rec.ID) }
	if o != nil {
		o.AnswerRecording = func(rec pinbell.Recording) []byte { return keep(http.StatusCreated, at(rec), wireRecording(rec)) }
	}
	rec, err := s.cfg.Verify.Upload(r.Context(), verify.UploadRequest{Service: service, Name: query.Get("name"), Sound: sound, Once: o})
	if done, err := replayed(w, err); done || err != nil {
		return err
	}
	w.Header().Set("Location", at(rec))
	return encode(w, http.StatusCreated, wireRecording(rec))
}

// readSound reads the body of an upload, which secure bounds; one that says how
// large it is is not begun where that is too large.
func readSound(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength > pinbell.MaxRecordingBytes {
		return nil, &http.MaxBytesError{Limit: pinbell.MaxRecordingBytes}
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(uploadTime)) // where there is a connection
	sound, err := io.ReadAll(r.Body)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, &bodyError{detail: "the body ends before its Content-Length"}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, &bodyError{detail: fmt.Sprintf("the body did not come within %s", uploadTime)}
	case err != nil:
		return nil, fmt.Errorf("read the body: %w", err)
	}
	return sound, nil
}

func (s *Server) listRecordings(w http.ResponseWriter, r *http.Request, c caller) error {
	query := r.URL.Query()
	if err := onlyParameters(query, "service"); err != nil {
		return err
	}
	service, err := c.choose(query.Get("service"))
	if err != nil {
		return err
	}
	list, err := s.cfg.Verify.Recordings(r.Context(), service)
	if err != nil {
		return err
	}
	out := api.List[api.Recording]{Data: make([]api.Recording, len(list))}
	for i, rec := range list {
		out.Data[i] = wireRecording(rec)
	}
	return encode(w, http.StatusOK, out)
}

func (s *Server) readRecording(w http.ResponseWriter, r *http.Request, c caller) error {
	id, err := pinbell.ParseRecordingID(r.PathValue("id"))
	if err != nil {
		return err
	}
	rec, err := s.cfg.Verify.Recording(r.Context(), id, c.service())
	if err != nil {
		return err
	}
	return encode(w, http.StatusOK, wireRecording(rec))
}

// recordingAudio answers with the file as it was uploaded.
func (s *Server) recordingAudio(w http.ResponseWriter, r *http.Request, c caller) error {
	id, err := pinbell.ParseRecordingID(r.PathValue("id"))
	if err != nil {
		return err
	}
	rec, sound, err := s.cfg.Verify.Sound(r.Context(), id, c.service())
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", map[string]string{"wav": "audio/wav", "mp3": "audio/mpeg"}[rec.Format])
	w.Header().Set("Content-Length", strconv.Itoa(len(sound)))
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(sound) // the client has gone if this fails
	return nil
}

func (s *Server) deleteRecording(w http.ResponseWriter, r *http.Request, c caller) error {
	id, err := pinbell.ParseRecordingID(r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := s.cfg.Verify.DeleteRecording(r.Context(), id, c.service()); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// onlyParameters refuses what a query holds besides those named, and those that
// it holds twice.
func onlyParameters(q url.Values, names ...string) error {
	for name, values := range q {
		if !slices.Contains(names, name) {
			return pinbell.Invalid(name, "is not a parameter of this request; want %s", strings.Join(names, " or "))
		}
		if len(values) > 1 {
			return pinbell.Invalid(name, "stands there twice")
		}
	}
	return nil
}

func wireRecording(rec pinbell.Recording) api.Recording {
	return api.Recording{
		ID: string(rec.ID), Name: rec.Name, Format: rec.Format, Duration: api.Duration(rec.Duration), Bytes: rec.Bytes,
		Service: rec.Service, CreatedAt: rec.CreatedAt,
	}
}
