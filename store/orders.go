package store

import (
	"context"
	"strings"

	"github.com/pinbell/pinbell"
)

// Order returns an order as stored. The error wraps [pinbell.ErrNotFound] when
// there is none.
func (s *SQLite) Order(ctx context.Context, id pinbell.OrderID) (pinbell.Order, error) {
	return s.loadOrder(s.reader(ctx), id)
}

// Orders returns the orders that a filter lets through, newest first, as
// stored. The identifier of the last is the Before of the next list.
func (s *SQLite) Orders(ctx context.Context, f pinbell.OrderFilter) ([]pinbell.Order, error) {
	limit := f.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	where, args := s.orderConditions(f)
	var list []pinbell.Order
	err := s.reader(ctx)(`SELECT `+orderColumns+` FROM orders`+where+` ORDER BY substr(id, 4) DESC LIMIT ?`, func(r *row) error {
		o, err := s.order(r)
		list = append(list, o)
		return err
	}, append(args, limit)...)
	if err != nil {
		return nil, err
	}
	return list, nil
}

// orderConditions makes a WHERE clause; see conditions.
func (s *SQLite) orderConditions(f pinbell.OrderFilter) (where string, args []any) {
	var terms []string
	add := func(term string, values ...any) {
		terms, args = append(terms, term), append(args, values...)
	}
	if f.Service != "" {
		add("service = ?", f.Service)
	}
	if f.Channel != "" {
		add("channel = ?", f.Channel)
	}
	if !f.To.IsZero() {
		add("number = ?", s.keyring.Index(f.To))
	}
	if f.Origin.API != "" {
		add("origin_api = ?", f.Origin.API)
	}
	if f.Origin.ID != "" {
		add("origin_id = ? AND origin_id <> ''", f.Origin.ID)
	}
	if !f.From.IsZero() {
		add("created_at >= ? AND substr(id, 4) >= ?", f.From, ageBound(f.From.Add(-idSkew)))
	}
	if !f.Until.IsZero() {
		add("created_at < ? AND substr(id, 4) < ?", f.Until, ageBound(f.Until.Add(idSkew)))
	}
	if f.Before != "" {
		add("substr(id, 4) < substr(?, 4)", f.Before)
	}
	if len(terms) == 0 {
		return "", nil
	}
	return " WHERE " + strings.Join(terms, " AND "), args
}
