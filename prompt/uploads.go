package prompt

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// errDeleted stands for [pinbell.ErrNotFound]: an item that names a recording was
// checked when it came.
var errDeleted = errors.New("the recording was deleted")

// Uploads get the recordings that were uploaded, by the address that
// [pinbell.RecordingAt] takes apart. What was decoded is kept for five minutes.
// They are safe for concurrent use.
type Uploads struct {
	sound func(context.Context, pinbell.RecordingID) ([]byte, error)
	kept  *shelf
}

// NewUploads makes Uploads of what returns the file of a recording, with an error
// that wraps [pinbell.ErrNotFound] where there is none.
func NewUploads(sound func(context.Context, pinbell.RecordingID) ([]byte, error)) *Uploads {
	return &Uploads{sound: sound, kept: newShelf(mediaLimit, mediaTTL)}
}

// Fetch implements [Fetcher].
func (u *Uploads) Fetch(ctx context.Context, address string) (audio.PCM, error) {
	id, ok := pinbell.RecordingAt(address)
	if !ok {
		return audio.PCM{}, fmt.Errorf("the address is of no uploaded recording: %w", pinbell.ErrUnavailable)
	}
	sound, err := u.kept.get(ctx, sha256.Sum256([]byte(address)), func(ctx context.Context) (audio.PCM, error) {
		file, err := u.sound(ctx, id)
		if err != nil {
			return audio.PCM{}, err
		}
		sound, err := decode(file)
		return audio.Resample(sound, packRate), err
	})
	switch {
	case ctx.Err() != nil:
		return audio.PCM{}, ctx.Err()
	case errors.Is(err, pinbell.ErrNotFound):
		return audio.PCM{}, fmt.Errorf("%w: %w", errDeleted, err)
	case err != nil:
		return audio.PCM{}, fmt.Errorf("recording %s: %w", id, err)
	}
	return sound, nil
}
