package store

import (
	"context"
	"time"

	"github.com/pinbell/pinbell"
)

// Count charges one use against a limit. A window begins with its first use.
// When the limit is used up, the error is a [*pinbell.RateLimitError] of
// [pinbell.ErrTooManyUses] that says when the window ends, and nothing is
// charged. One key may be counted in windows of several lengths.
func (s *SQLite) Count(ctx context.Context, c pinbell.Count) error {
	key := s.counterKey(c.Key)
	return s.writer.do(ctx, func(t *tx) error {
		uses, ends := 0, c.At.Add(c.Window)
		if err := t.query(`SELECT uses, ends_at FROM counters WHERE key = ? AND span = ? AND ends_at > ?`, func(r *row) error {
			uses, ends = r.int(), r.time()
			return nil
		}, key, c.Window.Microseconds(), c.At); err != nil {
			return err
		}
		if uses >= c.Limit {
			return &pinbell.RateLimitError{RetryAfter: ends.Sub(c.At), Err: pinbell.ErrTooManyUses}
		}
		_, err := t.exec(`INSERT OR REPLACE INTO counters (key, span, uses, ends_at) VALUES (?,?,?,?)`,
			key, c.Window.Microseconds(), uses+1, ends)
		return err
	})
}

// counterKey hashes a counter's key, which may hold a number, with the
// keyring: its index of numbers is a keyed hash of any text.
func (s *SQLite) counterKey(key string) []byte {
	return s.keyring.Index(pinbell.RestoreNumber("counter "+key, "", ""))
}

// dropCounters removes counters whose window is over.
func (t *tx) dropCounters(now time.Time) error {
	_, err := t.exec(`DELETE FROM counters WHERE (key, span) IN (SELECT key, span FROM counters WHERE ends_at <= ? ORDER BY ends_at LIMIT ?)`,
		now, sweepStep)
	return err
}
