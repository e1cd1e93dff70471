package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/pinbell/pinbell"
)

const orderColumns = `id, channel, service, country, line, status, carrier, outcome, cause, parts, options, origin_api, origin_id, ` +
	`created_at, due_at, started_at, answered_at, ended_at, fence, sealed_number, sealed_address, sealed_digits, sealed_content`

// order decodes a row of orderColumns.
func (s *SQLite) order(r *row) (pinbell.Order, error) {
	o := pinbell.Order{ID: pinbell.OrderID(r.text()), Channel: pinbell.Channel(r.text()), Service: r.text()}
	country, line := r.text(), pinbell.LineType(r.text())
	o.Status, o.Carrier, o.Outcome, o.Cause = pinbell.OrderStatus(r.text()), r.text(), pinbell.Outcome(r.text()), r.text()
	parts, err := decodeParts(r.text())
	if err != nil {
		return o, err
	}
	for _, p := range parts {
		o.References, o.Parts = append(o.References, p.Reference), append(o.Parts, p.Outcome)
	}
	if o.OrderWishes, err = decodeWishes(r.text()); err != nil {
		return o, err
	}
	o.Origin.API, o.Origin.ID = r.text(), r.text()
	o.CreatedAt, o.DueAt, o.StartedAt, o.AnsweredAt, o.EndedAt, o.Fence = r.time(), r.time(), r.time(), r.time(), r.time(), r.int64()
	number, err := s.unseal(o.ID, "number", r.blob())
	if err != nil {
		return o, err
	}
	if number != nil {
		o.To = pinbell.RestoreNumber(string(number), country, line)
	}
	address, err := s.unseal(o.ID, "address", r.blob())
	if err != nil {
		return o, err
	}
	digits, err := s.unseal(o.ID, "digits", r.blob())
	if err != nil {
		return o, err
	}
	said, err := s.unseal(o.ID, "content", r.blob())
	if err != nil {
		return o, err
	}
	o.Address, o.Digits = string(address), string(digits)
	return o, decodeContent(said, &o)
}

// seal encrypts a column for its row; nothing stays nothing.
func (s *SQLite) seal(id pinbell.OrderID, column string, plain []byte) []byte {
	if len(plain) == 0 {
		return nil
	}
	return s.keyring.Seal(plain, string(id)+" "+column)
}

func (s *SQLite) unseal(id pinbell.OrderID, column string, sealed []byte) ([]byte, error) {
	if len(sealed) == 0 {
		return nil, nil
	}
	plain, err := s.keyring.Open(sealed, string(id)+" "+column)
	if err != nil {
		return nil, fmt.Errorf("store: %s of %s: %w", column, id, err)
	}
	return plain, nil
}

// loadOrder reads one order.
func (s *SQLite) loadOrder(q querier, id pinbell.OrderID) (pinbell.Order, error) {
	var o pinbell.Order
	err := q(`SELECT `+orderColumns+` FROM orders WHERE id = ?`, func(r *row) (err error) {
		o, err = s.order(r)
		return err
	}, id)
	if err == nil && o.ID == "" {
		err = fmt.Errorf("order: %w", pinbell.ErrNotFound)
	}
	return o, err
}

// encodedOrder is an order with what needs encoding encoded.
type encodedOrder struct {
	pinbell.Order
	content []byte // in clear
	parts   string
	options string
}

func encodeOrder(o pinbell.Order) (encodedOrder, error) {
	content, err := encodeContent(o)
	if err != nil {
		return encodedOrder{}, fmt.Errorf("store: content: %w", err)
	}
	options, err := encodeWishes(o.OrderWishes)
	if err != nil {
		return encodedOrder{}, fmt.Errorf("store: options: %w", err)
	}
	list := make([]part, len(o.References))
	for i, reference := range o.References {
		list[i].Reference = reference
		if i < len(o.Parts) {
			list[i].Outcome = o.Parts[i]
		}
	}
	parts, err := json.Marshal(list)
	if err != nil {
		return encodedOrder{}, fmt.Errorf("store: parts: %w", err)
	}
	return encodedOrder{Order: o, content: content, parts: string(parts), options: options}, nil
}

// eraseAt is when the content is to go, as far as that is known: some time after
// the end, or after the deadline where no end may ever be reported.
func (o encodedOrder) eraseAt() time.Time {
	switch {
	case o.content == nil:
	case o.Status.Ended():
		return o.EndedAt.Add(pinbell.ContentTTL)
	case o.Status == pinbell.MessageSubmitted:
		return o.Deadline().Add(pinbell.ContentTTL)
	}
	return time.Time{}
}

// held reports whether a worker has the order in hand.
func held(s pinbell.OrderStatus) bool {
	switch s {
	case pinbell.OrderClaimed, pinbell.OrderSending, pinbell.CallRinging, pinbell.CallInProgress:
		return true
	}
	return false
}

// amend writes what changes in the life of an order and returns it as stored.
// What names it and whom it is for stays. An order that ends without a time
// ends now; one that no worker has in hand loses its claim.
func (s *SQLite) amend(t *tx, before, after pinbell.Order, now time.Time) (pinbell.Order, error) {
	after.ID, after.Channel, after.Service, after.CreatedAt = before.ID, before.Channel, before.Service, before.CreatedAt
	after.To, after.Address = before.To, before.Address
	if after.Status.Ended() && after.EndedAt.IsZero() {
		after.EndedAt = now
	}
	o, err := encodeOrder(after)
	if err != nil {
		return before, err
	}
	if _, err := t.exec(`UPDATE orders SET status = ?, carrier = ?, outcome = ?, cause = ?, parts = ?, options = ?, origin_api = ?, origin_id = ?,
			due_at = ?, deadline = ?, started_at = ?, answered_at = ?, ended_at = ?, erase_at = ?, fence = ?,
			owner = iif(?16, owner, ''), lease_until = iif(?16, lease_until, 0) WHERE id = ?17`,
		o.Status, o.Carrier, o.Outcome, o.Cause, o.parts, o.options, o.Origin.API, o.Origin.ID,
		o.DueAt, o.Deadline(), o.StartedAt, o.AnsweredAt, o.EndedAt, o.eraseAt(), o.Fence, held(o.Status), o.ID); err != nil {
		return before, err
	}
	if err := s.amendSealed(t, before, o); err != nil {
		return before, err
	}
	return after, t.refer(before, after)
}

// amendSealed writes what is sealed, where it has changed.
func (s *SQLite) amendSealed(t *tx, before pinbell.Order, o encodedOrder) error {
	content, err := encodeContent(before)
	if err != nil {
		return fmt.Errorf("store: content: %w", err)
	}
	if before.Digits == o.Digits && bytes.Equal(content, o.content) {
		return nil
	}
	_, err = t.exec(`UPDATE orders SET sealed_digits = ?, sealed_content = ? WHERE id = ?`,
		s.seal(o.ID, "digits", []byte(o.Digits)), s.seal(o.ID, "content", o.content), o.ID)
	return err
}

// refer enters the references that a carrier has just given. A carrier that
// counts its references round means the newest, so that none may stay with a
// verification: there it would count as newer.
func (t *tx) refer(before, after pinbell.Order) error {
	known := make(map[string]bool, len(before.References))
	if before.Carrier == after.Carrier {
		for _, reference := range before.References {
			known[reference] = true
		}
	}
	for _, reference := range after.References {
		if known[reference] {
			continue
		}
		if _, err := t.exec(`INSERT OR REPLACE INTO order_refs (carrier, reference, order_id) VALUES (?,?,?)`,
			after.Carrier, reference, after.ID); err != nil {
			return err
		}
		if _, err := t.exec(`DELETE FROM refs WHERE carrier = ? AND reference = ?`, after.Carrier, reference); err != nil {
			return err
		}
	}
	return nil
}
