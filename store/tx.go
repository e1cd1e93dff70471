package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/pinbell/pinbell"
)

// errHalfDone means that an operation failed after it had written something.
var errHalfDone = errors.New("store: operation failed half-way")

// A tx is the writer's transaction. Statements are prepared at their first use
// and kept. It serves the writer's goroutine only.
type tx struct {
	conn  driver.Conn
	stmts map[string]statement
	args  []driver.NamedValue
	wrote bool // the operation under way has changed something
}

// statement is what a prepared statement of the driver can do.
type statement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

func newTx(conn driver.Conn) *tx { return &tx{conn: conn, stmts: map[string]statement{}} }

func (t *tx) close() {
	for _, s := range t.stmts {
		_ = s.Close() // the connection is closed next, with all it holds
	}
}

func (t *tx) begin() error    { return t.control("BEGIN IMMEDIATE") }
func (t *tx) commit() error   { return t.control("COMMIT") }
func (t *tx) rollback() error { return t.control("ROLLBACK") }

// control runs a statement that changes no row.
func (t *tx) control(query string) error {
	_, err := t.exec(query)
	t.wrote = false
	return err
}

// run runs an operation. A refusal is the operation's own answer, and what it
// wrote with it stays; a failure of the database after it wrote is the batch's.
func (t *tx) run(op *operation) error {
	t.wrote = false
	op.err = op.run(t)
	if t.wrote && isFailure(op.err) {
		return errHalfDone
	}
	return nil
}

// runAlone runs an operation so that it can fail without the others.
func (t *tx) runAlone(op *operation) error {
	if err := t.control("SAVEPOINT op"); err != nil {
		return err
	}
	if op.err = op.run(t); isFailure(op.err) {
		if err := t.control("ROLLBACK TO op"); err != nil {
			return err
		}
	}
	return t.control("RELEASE op")
}

func isFailure(err error) bool {
	var e *databaseError
	return errors.As(err, &e)
}

// prepare returns the statement of a query.
func (t *tx) prepare(query string) (statement, error) {
	if s, ok := t.stmts[query]; ok {
		return s, nil
	}
	prepared, err := t.conn.Prepare(query)
	if err != nil {
		return nil, failure(err)
	}
	s, ok := prepared.(statement)
	if !ok {
		return nil, &databaseError{err: fmt.Errorf("driver statement is a %T", prepared)}
	}
	t.stmts[query] = s
	return s, nil
}

// exec changes rows and returns how many.
func (t *tx) exec(query string, args ...any) (int64, error) {
	s, err := t.prepare(query)
	if err != nil {
		return 0, err
	}
	res, err := s.ExecContext(context.Background(), t.bind(args))
	if err != nil {
		return 0, failure(err)
	}
	t.wrote = true
	n, err := res.RowsAffected()
	return n, failure(err)
}

// query calls each for every row. each must not use the transaction.
func (t *tx) query(query string, each func(*row) error, args ...any) error {
	s, err := t.prepare(query)
	if err != nil {
		return err
	}
	rows, err := s.QueryContext(context.Background(), t.bind(args))
	if err != nil {
		return failure(err)
	}
	err = drain(rows, each)
	return errors.Join(err, failure(rows.Close()))
}

func drain(rows driver.Rows, each func(*row) error) error {
	r := row{values: make([]driver.Value, len(rows.Columns()))}
	for {
		switch err := rows.Next(r.values); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return failure(err)
		}
		r.next = 0
		if err := each(&r); err != nil {
			return err
		}
	}
}

// bind reuses one list of arguments for all statements.
func (t *tx) bind(args []any) []driver.NamedValue {
	t.args = t.args[:0]
	for i, a := range args {
		t.args = append(t.args, driver.NamedValue{Ordinal: i + 1, Value: bindable(a)})
	}
	return t.args
}

// bindable turns the domain's types into the five that a database knows.
func bindable(a any) driver.Value {
	switch a := a.(type) {
	case int:
		return int64(a)
	case uint32:
		return int64(a)
	case time.Time:
		return micros(a)
	case pinbell.VerificationID:
		return string(a)
	case pinbell.AttemptID:
		return string(a)
	case pinbell.KeyID:
		return string(a)
	case pinbell.OrderID:
		return string(a)
	case pinbell.RecordingID:
		return string(a)
	case pinbell.OrderStatus:
		return string(a)
	case pinbell.Status:
		return string(a)
	case pinbell.AttemptStatus:
		return string(a)
	case pinbell.Channel:
		return string(a)
	case pinbell.Outcome:
		return string(a)
	case pinbell.EventKind:
		return string(a)
	case pinbell.Locale:
		return string(a)
	case pinbell.LineType:
		return string(a)
	}
	return a
}

// micros is a time as it is stored: microseconds since 1970, 0 for none.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}
