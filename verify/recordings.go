package verify

import (
	"context"
	"errors"
	"fmt"

	"github.com/pinbell/pinbell"
)

// UploadRequest asks to keep a recording for calls to play.
type UploadRequest struct {
	Service string
	Name    string
	Sound   []byte // a WAV or MP3 file
	Once    *pinbell.Once
}

// inspections is how many uploads are decoded at once: that of five minutes takes
// seconds, and calls need the processors.
const inspections = 2

// Upload keeps a recording. A file that calls could not play is refused as a
// [*pinbell.FieldError] of the field "body"; the error wraps [pinbell.ErrNoRoom]
// when the service keeps as much as it may.
func (s *Service) Upload(ctx context.Context, r UploadRequest) (pinbell.Recording, error) {
	profile, err := s.profile(r.Service)
	if err := errors.Join(err, line("name", r.Name, pinbell.MaxRecordingName)); err != nil {
		return pinbell.Recording{}, err
	}
	now := s.now()
	rec := pinbell.Recording{ID: pinbell.NewRecordingID(now), Service: profile.Name, Name: r.Name, Bytes: len(r.Sound), CreatedAt: now}
	if err := s.inspect(ctx, &rec, r.Sound); err != nil {
		return pinbell.Recording{}, err
	}
	return s.cfg.Store.Upload(ctx, pinbell.Upload{
		Recording: rec, Sound: r.Sound, MaxCount: pinbell.MaxRecordings, MaxBytes: pinbell.MaxRecordingsBytes, Once: r.Once,
	})
}

// inspect fills in what a recording's file tells.
func (s *Service) inspect(ctx context.Context, rec *pinbell.Recording, sound []byte) (err error) {
	switch {
	case s.cfg.Inspect == nil:
		return pinbell.Invalid("body", "recordings cannot be uploaded here")
	case len(sound) == 0:
		return pinbell.Invalid("body", "is empty: want a WAV or MP3 file")
	case len(sound) > pinbell.MaxRecordingBytes:
		return pinbell.Invalid("body", "is larger than %d bytes", pinbell.MaxRecordingBytes)
	}
	select {
	case s.inspecting <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.inspecting }()
	if rec.Format, rec.Duration, err = s.cfg.Inspect(sound); err != nil {
		return pinbell.Invalid("body", "cannot be played: %v", err)
	}
	return nil
}

// Recording reads what is known of a recording. service is the only one the
// caller may see; "" for all.
func (s *Service) Recording(ctx context.Context, id pinbell.RecordingID, service string) (pinbell.Recording, error) {
	rec, err := s.cfg.Store.Recording(ctx, id)
	if err == nil && service != "" && rec.Service != service {
		return pinbell.Recording{}, fmt.Errorf("recording: %w", pinbell.ErrNotFound)
	}
	return rec, err
}

// Sound reads a recording with its file, as it was uploaded.
func (s *Service) Sound(ctx context.Context, id pinbell.RecordingID, service string) (pinbell.Recording, []byte, error) {
	rec, err := s.Recording(ctx, id, service)
	if err != nil {
		return rec, nil, err
	}
	sound, err := s.cfg.Store.Sound(ctx, id)
	return rec, sound, err
}

// Recordings reads what is known of the recordings of a service, "" for all,
// newest first.
func (s *Service) Recordings(ctx context.Context, service string) ([]pinbell.Recording, error) {
	return s.cfg.Store.Recordings(ctx, service)
}

// DeleteRecording ends a recording. Calls that have yet to play it fail before
// the phone rings.
func (s *Service) DeleteRecording(ctx context.Context, id pinbell.RecordingID, service string) error {
	if _, err := s.Recording(ctx, id, service); err != nil {
		return err
	}
	return s.cfg.Store.DeleteRecording(ctx, id)
}

// uploaded checks that the uploaded recordings of a playlist are there and their
// service's. Those that are not are faults of their items, which wrap
// [pinbell.ErrNotFound]; absent says in words what is wrong with them.
func (s *Service) uploaded(ctx context.Context, list pinbell.Playlist, service, absent string) error {
	found := map[pinbell.RecordingID]error{}
	var faults []error
	for i, item := range list {
		id, ok := pinbell.RecordingAt(item.URL)
		if item.Kind != pinbell.ItemPlay || !ok {
			continue
		}
		err, asked := found[id]
		if !asked {
			_, err = s.Recording(ctx, id, service)
			found[id] = err
		}
		switch {
		case errors.Is(err, pinbell.ErrNotFound):
			faults = append(faults, &pinbell.FieldError{Field: fmt.Sprintf("playlist[%d].play", i), Detail: absent, Err: err})
		case err != nil:
			return err
		}
	}
	return errors.Join(faults...)
}
