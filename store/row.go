package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"time"
)

// A row hands out the columns of a result in their order.
type row struct {
	values []driver.Value
	next   int
}

func (r *row) value() driver.Value {
	v := r.values[r.next]
	r.next++
	return v
}

func (r *row) text() string {
	s, _ := r.value().(string) // STRICT tables hold what the column says
	return s
}

func (r *row) int64() int64 {
	n, _ := r.value().(int64)
	return n
}

func (r *row) int() int { return int(r.int64()) }

func (r *row) blob() []byte {
	b, _ := r.value().([]byte)
	return b
}

func (r *row) time() time.Time {
	n := r.int64()
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}

// A querier reads, in the writer's transaction or from the readers' pool. It
// calls each for every row; each must not query.
type querier func(query string, each func(*row) error, args ...any) error

// reader reads from the pool.
func (s *SQLite) reader(ctx context.Context) querier { return s.readerOf(ctx, nil) }

// snapshot runs reads that must see one state of the database: a verification
// and its attempts are of the same moment.
func (s *SQLite) snapshot(ctx context.Context, read func(querier) error) error {
	tx, err := s.reads.BeginTx(ctx, nil)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return failure(err)
	}
	defer func() { _ = tx.Rollback() }() // it has written nothing
	return read(s.readerOf(ctx, tx))
}

// readerOf reads in a transaction, or from the pool where there is none.
func (s *SQLite) readerOf(ctx context.Context, tx *sql.Tx) querier {
	return func(query string, each func(*row) error, args ...any) error {
		err := s.read(ctx, tx, query, each, args)
		if ctx.Err() != nil && isFailure(err) {
			return ctx.Err()
		}
		return err
	}
}

func (s *SQLite) read(ctx context.Context, tx *sql.Tx, query string, each func(*row) error, args []any) (err error) {
	stmt, err := s.prepared(ctx, query)
	if err != nil {
		return failure(err)
	}
	if tx != nil {
		stmt = tx.StmtContext(ctx, stmt)
	}
	bound := make([]any, len(args))
	for i, a := range args {
		bound[i] = bindable(a)
	}
	rows, err := stmt.QueryContext(ctx, bound...)
	if err != nil {
		return failure(err)
	}
	defer func() { err = errors.Join(err, failure(rows.Close())) }()
	columns, err := rows.Columns()
	if err != nil {
		return failure(err)
	}
	out := row{values: make([]driver.Value, len(columns))}
	values, dest := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		dest[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return failure(err)
		}
		for i, v := range values {
			out.values[i] = v
		}
		out.next = 0
		if err := each(&out); err != nil {
			return err
		}
	}
	return failure(rows.Err())
}

// prepared returns the pool's statement of a query. There are few: the texts
// are constants and what a filter can make of them.
func (s *SQLite) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if stmt, ok := s.statements[query]; ok {
		return stmt, nil
	}
	stmt, err := s.reads.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s.statements[query] = stmt
	return stmt, nil
}
