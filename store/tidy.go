package store

import (
	"time"
)

// sweepOrders ends up to limit orders that waited past their deadline, erases
// the content of as many whose content has been kept long enough, and returns
// how many it changed at most.
func (s *SQLite) sweepOrders(t *tx, now time.Time, limit int) (int, error) {
	overdue, err := t.orderIDs(`SELECT id FROM orders WHERE status = 'queued' AND channel IN ('voice', 'sms') AND due_at <= ?1 AND deadline <= ?1 LIMIT ?2`, now, limit)
	if err != nil {
		return 0, err
	}
	abandoned, err := t.orderIDs(`SELECT id FROM orders WHERE `+heldOrders+` AND status = 'claimed' AND lease_until <= ?1 AND deadline <= ?1 LIMIT ?2`,
		now, limit-len(overdue))
	if err != nil {
		return 0, err
	}
	ended := append(overdue, abandoned...)
	for _, id := range ended {
		o, err := s.loadOrder(t.query, id)
		if err != nil {
			return 0, err
		}
		if _, err := s.expire(t, o, now); err != nil {
			return 0, err
		}
	}
	erased, err := t.exec(`UPDATE orders SET sealed_content = NULL, erase_at = 0
		WHERE id IN (SELECT id FROM orders WHERE erase_at > 0 AND erase_at <= ? LIMIT ?)`, now, limit)
	return max(len(ended), int(erased)), err
}

// purgeOrders removes up to limit orders that ended before a time, and messages
// that left before it without any news since.
func (t *tx) purgeOrders(before time.Time, limit int) (int, error) {
	ids, err := t.orderIDs(`SELECT id FROM orders WHERE substr(id, 4) < ?1
			AND (ended_at > 0 AND ended_at < ?2 OR status = 'submitted' AND max(started_at, due_at) < ?2)
		ORDER BY substr(id, 4) LIMIT ?3`, ageBound(before.Add(idSkew)), before, limit)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		if _, err := t.exec(`DELETE FROM order_refs WHERE order_id = ?`, id); err != nil {
			return 0, err
		}
		if _, err := t.exec(`DELETE FROM orders WHERE id = ?`, id); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}
