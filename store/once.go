package store

import (
	"bytes"
	"fmt"
	"time"

	"github.com/pinbell/pinbell"
)

// once runs an operation unless the same request took effect before, and keeps
// its answer. A refused operation keeps none: the same request may be tried again.
func (s *SQLite) once(t *tx, o *pinbell.Once, now time.Time, run func() (pinbell.Verification, bool, error)) (pinbell.Verification, bool, error) {
	if o == nil {
		return run()
	}
	if err := s.replay(t, o, now); err != nil {
		return pinbell.Verification{}, false, err
	}
	v, approved, err := run()
	if err != nil {
		return v, approved, err
	}
	return v, approved, s.keep(t, o, o.Answer(v, approved), now)
}

// onceOf does the same for what is no verification; answer is asked for once run
// has taken effect.
func (s *SQLite) onceOf(t *tx, o *pinbell.Once, now time.Time, run func() error, answer func() []byte) error {
	if o == nil {
		return run()
	}
	if err := s.replay(t, o, now); err != nil {
		return err
	}
	if err := run(); err != nil {
		return err
	}
	return s.keep(t, o, answer(), now)
}

func (s *SQLite) keep(t *tx, o *pinbell.Once, answer []byte, now time.Time) error {
	_, err := t.exec(`INSERT OR REPLACE INTO once (owner, key, request, answer, at) VALUES (?,?,?,?,?)`,
		o.Owner, o.Key, o.Request[:], s.keyring.Seal(answer, onceContext(o)), now)
	return err
}

// replay returns the first answer as a [pinbell.ReplayError] when there is one.
func (s *SQLite) replay(t *tx, o *pinbell.Once, now time.Time) error {
	var request, sealed []byte
	err := t.query(`SELECT request, answer FROM once WHERE owner = ? AND key = ? AND at > ?`, func(r *row) error {
		request, sealed = r.blob(), r.blob()
		return nil
	}, o.Owner, o.Key, now.Add(-pinbell.OnceTTL))
	switch {
	case err != nil || request == nil:
		return err
	case !bytes.Equal(request, o.Request[:]):
		return fmt.Errorf("idempotency key was used for another request: %w", pinbell.ErrConflict)
	}
	answer, err := s.keyring.Open(sealed, onceContext(o))
	if err != nil {
		return fmt.Errorf("store: kept answer: %w", err)
	}
	return &pinbell.ReplayError{Answer: answer}
}

func onceContext(o *pinbell.Once) string { return string(o.Owner) + "\x00" + o.Key }
