package store

import (
	"context"
	"fmt"
	"time"

	"github.com/pinbell/pinbell"
)

const recordingColumns = `id, service, name, format, duration, bytes, created_at`

// Upload stores a recording with its sound and returns it as stored. The error
// wraps [pinbell.ErrNoRoom] when its service keeps as much as it may, and
// [pinbell.ErrConflict] when its identifier is taken or the Once was used for
// another request; it is a [*pinbell.ReplayError] when the same request was
// answered before.
func (s *SQLite) Upload(ctx context.Context, in pinbell.Upload) (pinbell.Recording, error) {
	r := in.Recording
	sealed := s.keyring.Seal(in.Sound, soundContext(r.ID))
	err := s.writer.do(ctx, func(t *tx) error {
		return s.onceOf(t, in.Once, r.CreatedAt, func() error {
			if err := t.room(in); err != nil {
				return err
			}
			_, err := t.exec(`INSERT INTO recordings (`+recordingColumns+`, sealed_sound) VALUES (?,?,?,?,?,?,?,?)`,
				r.ID, r.Service, r.Name, r.Format, r.Duration.Microseconds(), r.Bytes, r.CreatedAt, sealed)
			return err
		}, func() []byte { return in.Once.AnswerRecording(r) })
	})
	if err != nil {
		return pinbell.Recording{}, err
	}
	return r, nil
}

// room refuses a recording for which its service has none.
func (t *tx) room(in pinbell.Upload) error {
	count, bytes := 0, 0
	err := t.query(`SELECT count(*), coalesce(sum(bytes), 0) FROM recordings WHERE service = ?`, func(r *row) error {
		count, bytes = r.int(), r.int()
		return nil
	}, in.Recording.Service)
	if err == nil && (count >= in.MaxCount || bytes+in.Recording.Bytes > in.MaxBytes) {
		err = pinbell.ErrNoRoom
	}
	return err
}

// Recording returns what is known of a recording. The error wraps
// [pinbell.ErrNotFound] when there is none.
func (s *SQLite) Recording(ctx context.Context, id pinbell.RecordingID) (pinbell.Recording, error) {
	list, err := s.recordings(ctx, ` WHERE id = ?`, id)
	if err != nil {
		return pinbell.Recording{}, err
	}
	if len(list) == 0 {
		return pinbell.Recording{}, noRecording()
	}
	return list[0], nil
}

// Recordings returns the recordings of a service, "" for all, newest first.
func (s *SQLite) Recordings(ctx context.Context, service string) ([]pinbell.Recording, error) {
	if service == "" {
		return s.recordings(ctx, ` ORDER BY id DESC`)
	}
	return s.recordings(ctx, ` WHERE service = ? ORDER BY id DESC`, service)
}

func (s *SQLite) recordings(ctx context.Context, clause string, args ...any) ([]pinbell.Recording, error) {
	var list []pinbell.Recording
	err := s.reader(ctx)(`SELECT `+recordingColumns+` FROM recordings`+clause, func(r *row) error {
		list = append(list, pinbell.Recording{
			ID: pinbell.RecordingID(r.text()), Service: r.text(), Name: r.text(), Format: r.text(),
			Duration: time.Duration(r.int64()) * time.Microsecond, Bytes: r.int(), CreatedAt: r.time(),
		})
		return nil
	}, args...)
	if err != nil {
		return nil, err
	}
	return list, nil
}

// Sound returns the file of a recording as it was uploaded. The error wraps
// [pinbell.ErrNotFound] when there is none.
func (s *SQLite) Sound(ctx context.Context, id pinbell.RecordingID) ([]byte, error) {
	var sealed []byte
	err := s.reader(ctx)(`SELECT sealed_sound FROM recordings WHERE id = ?`, func(r *row) error {
		sealed = r.blob()
		return nil
	}, id)
	if err != nil {
		return nil, err
	}
	if sealed == nil {
		return nil, noRecording()
	}
	sound, err := s.keyring.Open(sealed, soundContext(id))
	if err != nil {
		return nil, fmt.Errorf("store: sound of %s: %w", id, err)
	}
	return sound, nil
}

// DeleteRecording removes a recording with its sound. The error wraps
// [pinbell.ErrNotFound] when there is none.
func (s *SQLite) DeleteRecording(ctx context.Context, id pinbell.RecordingID) error {
	return s.writer.do(ctx, func(t *tx) error {
		n, err := t.exec(`DELETE FROM recordings WHERE id = ?`, id)
		if err == nil && n == 0 {
			err = noRecording()
		}
		return err
	})
}

func noRecording() error { return fmt.Errorf("recording: %w", pinbell.ErrNotFound) }

func soundContext(id pinbell.RecordingID) string { return string(id) + " sound" }
