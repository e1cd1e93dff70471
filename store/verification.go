package store

import (
	"fmt"
	"time"

	"github.com/pinbell/pinbell"
)

const verificationColumns = `id, service, sealed_number, country, line, channel, locale, status, code_length, code_key, ` +
	`generation, sealed_code, checks, max_checks, sends, created_at, expires_at, ended_at, options`

// verification decodes a row of verificationColumns.
func (s *SQLite) verification(r *row) (pinbell.Verification, error) {
	id := pinbell.VerificationID(r.text())
	service, sealed, country, line := r.text(), r.blob(), r.text(), r.text()
	v := pinbell.Verification{
		ID: id, Service: service,
		Channel: pinbell.Channel(r.text()), Locale: pinbell.Locale(r.text()), Status: pinbell.Status(r.text()),
		CodeLength: r.int(), CodeKey: uint32(r.int64()), Generation: r.int(), SealedCode: r.blob(),
		Checks: r.int(), MaxChecks: r.int(), Sends: r.int(),
		CreatedAt: r.time(), ExpiresAt: r.time(), EndedAt: r.time(),
	}
	number, err := s.keyring.Open(sealed, string(id))
	if err != nil {
		return v, fmt.Errorf("store: number of %s: %w", id, err)
	}
	v.To = pinbell.RestoreNumber(string(number), country, pinbell.LineType(line))
	v.Options, err = decodeOptions(r.text())
	return v, err
}

// load reads a verification with its attempts.
func (s *SQLite) load(q querier, id pinbell.VerificationID) (pinbell.Verification, error) {
	v := pinbell.Verification{}
	err := q(`SELECT `+verificationColumns+` FROM verifications WHERE id = ?`, func(r *row) (err error) {
		v, err = s.verification(r)
		return err
	}, id)
	if err != nil {
		return v, err
	}
	if v.ID == "" {
		return v, fmt.Errorf("verification: %w", pinbell.ErrNotFound)
	}
	v.Attempts, err = attempts(q, id)
	return v, err
}

// insertion is a new verification made ready for its row, outside the writer:
// sealing and encoding need no transaction.
type insertion struct {
	v       pinbell.Verification
	index   []byte
	sealed  []byte
	options string
}

func (s *SQLite) insertion(v pinbell.Verification) (insertion, error) {
	o, err := encodeOptions(v.Options)
	return insertion{
		v: v, index: s.keyring.Index(v.To), sealed: s.keyring.Seal([]byte(v.To.E164()), string(v.ID)), options: o,
	}, err
}

func (t *tx) insertVerification(in insertion) error {
	v := in.v
	_, err := t.exec(`INSERT INTO verifications (`+verificationColumns+`, number, origin_api, origin_id)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
		v.ID, v.Service, in.sealed, v.To.Country(), v.To.Line(), v.Channel, v.Locale, v.Status, v.CodeLength, v.CodeKey,
		v.Generation, v.SealedCode, v.Checks, v.MaxChecks, v.Sends, v.CreatedAt, v.ExpiresAt, v.EndedAt, in.options, in.index,
		v.Options.Origin.API, v.Options.Origin.ID)
	return err
}

// update writes what changes in the life of a verification.
func (t *tx) update(v pinbell.Verification) error {
	_, err := t.exec(`UPDATE verifications SET channel = ?, status = ?, generation = ?, sealed_code = ?, checks = ?, sends = ?, ended_at = ?
		WHERE id = ?`, v.Channel, v.Status, v.Generation, v.SealedCode, v.Checks, v.Sends, v.EndedAt, v.ID)
	return err
}

// charge writes a guess that did not end the verification.
func (t *tx) charge(v pinbell.Verification) error {
	_, err := t.exec(`UPDATE verifications SET checks = ? WHERE id = ?`, v.Checks, v.ID)
	return err
}

// end writes a verification that has just reached a final status: its queued
// attempts are not sent any more. It returns it with the attempts as they are then.
func (t *tx) end(v pinbell.Verification, at time.Time) (pinbell.Verification, error) {
	if err := t.update(v); err != nil {
		return v, err
	}
	if err := t.event(pinbell.Event{Verification: v.ID, At: at, Kind: v.Status.Ending()}); err != nil {
		return v, err
	}
	v = v.Clone()
	for n, a := range v.Attempts {
		if a.Status != pinbell.AttemptQueued {
			continue
		}
		skipped, err := t.skip(v.ID, n, a, at)
		if err != nil {
			return v, err
		}
		v.Attempts[n] = skipped
	}
	return v, nil
}

// lapse returns the verification as it stands at a time, and writes it when
// its life has run out unnoticed.
func (t *tx) lapse(v pinbell.Verification, now time.Time) (pinbell.Verification, error) {
	after := v.At(now)
	if after.Status == v.Status {
		return v, nil
	}
	return t.end(after, now)
}
