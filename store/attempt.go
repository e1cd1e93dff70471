package store

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/pinbell/pinbell"
)

const attemptColumns = `id, verification, step, channel, carrier, status, outcome, cause, due_at, started_at, ended_at, fence`

func decodeAttempt(r *row) pinbell.Attempt {
	return pinbell.Attempt{
		ID: pinbell.AttemptID(r.text()), Verification: pinbell.VerificationID(r.text()), Step: r.int(),
		Channel: pinbell.Channel(r.text()), Carrier: r.text(), Status: pinbell.AttemptStatus(r.text()),
		Outcome: pinbell.Outcome(r.text()), Cause: r.text(),
		DueAt: r.time(), StartedAt: r.time(), EndedAt: r.time(), Fence: r.int64(),
	}
}

// attempts reads the attempts of a verification. The place in the list is the
// n of the row.
func attempts(q querier, id pinbell.VerificationID) ([]pinbell.Attempt, error) {
	var out []pinbell.Attempt
	err := q(`SELECT `+attemptColumns+` FROM attempts WHERE verification = ? ORDER BY n`, func(r *row) error {
		out = append(out, decodeAttempt(r))
		return nil
	}, id)
	return out, err
}

// find returns the place of an attempt in its verification, -1 for none.
func find(v pinbell.Verification, id pinbell.AttemptID) int {
	for n, a := range v.Attempts {
		if a.ID == id {
			return n
		}
	}
	return -1
}

// A holder is who a claim is made for. Two processes with one name are told
// apart by the instance.
func (s *SQLite) holder(node string) string { return node + "/" + s.instance }

// claimed returns an attempt as it is once a worker holds it.
func claimed(a pinbell.Attempt) pinbell.Attempt {
	a.Status = pinbell.AttemptClaimed
	a.Fence++
	return a
}

// insertAttempt writes attempt n of a verification; a claimed one with its claim.
func (t *tx) insertAttempt(n int, a pinbell.Attempt, owner string, until time.Time) error {
	if a.Status != pinbell.AttemptClaimed {
		owner, until = "", time.Time{}
	}
	_, err := t.exec(`INSERT INTO attempts (`+attemptColumns+`, n, owner, lease_until, parts) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,'')`,
		a.ID, a.Verification, a.Step, a.Channel, a.Carrier, a.Status, a.Outcome, a.Cause, a.DueAt, a.StartedAt, a.EndedAt, a.Fence,
		n, owner, until)
	return err
}

// skip ends an attempt that is not to be sent any more.
func (t *tx) skip(id pinbell.VerificationID, n int, a pinbell.Attempt, at time.Time) (pinbell.Attempt, error) {
	a.Status, a.EndedAt = pinbell.AttemptSkipped, at
	if _, err := t.exec(`UPDATE attempts SET status = ?, ended_at = ? WHERE verification = ? AND n = ?`,
		a.Status, a.EndedAt, id, n); err != nil {
		return a, err
	}
	return a, t.event(pinbell.Event{Verification: id, At: at, Kind: pinbell.EventSkipped, Attempt: a.ID})
}

// A part is one message that a carrier took for an attempt.
type part struct {
	Reference string          `json:"r"`
	Outcome   pinbell.Outcome `json:"o,omitempty"` // "" until a final receipt
}

func encodeParts(references []string) (string, error) {
	parts := make([]part, len(references))
	for i, r := range references {
		parts[i].Reference = r
	}
	b, err := json.Marshal(parts)
	return string(b), err
}

func decodeParts(s string) ([]part, error) {
	if s == "" {
		return nil, nil
	}
	var parts []part
	if err := json.Unmarshal([]byte(s), &parts); err != nil {
		return nil, fmt.Errorf("store: parts of an attempt: %w", err)
	}
	return parts, nil
}
