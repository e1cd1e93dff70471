package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/pinbell/pinbell"
)

// maxBatch bounds the operations of one transaction, and with it the wait of
// the first of them.
const maxBatch = 256

// A writer is the one goroutine that changes the database. It runs whatever
// is waiting in one transaction, commits and answers; what arrives during the
// commit is the next batch. Nobody waits for a batch to fill.
type writer struct {
	conn   *sql.Conn
	tx     *tx
	logger *slog.Logger
	ops    chan *operation
	ended  chan struct{}

	mu     sync.RWMutex // held for reading while sending to ops
	closed bool
}

// An operation is one caller's change.
type operation struct {
	run   func(*tx) error
	state atomic.Int32 // waiting, begun or abandoned
	err   error
	done  chan struct{}
}

const (
	waiting int32 = iota
	begun
	abandoned
)

func startWriter(ctx context.Context, db *sql.DB, logger *slog.Logger) (*writer, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	w := &writer{conn: conn, logger: logger, ops: make(chan *operation, maxBatch), ended: make(chan struct{})}
	go w.loop()
	return w, nil
}

// do runs an operation in a transaction and returns when it is durable. One
// whose context ends while it waits has no effect; one that has begun is
// waited for, so that its error always tells what happened.
func (w *writer) do(ctx context.Context, run func(*tx) error) error {
	op := &operation{run: run, done: make(chan struct{})}
	if err := w.enqueue(ctx, op); err != nil {
		return err
	}
	select {
	case <-op.done:
		return op.err
	case <-ctx.Done():
		if op.state.CompareAndSwap(waiting, abandoned) {
			return ctx.Err()
		}
		<-op.done
		return op.err
	}
}

func (w *writer) enqueue(ctx context.Context, op *operation) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return errClosed
	}
	select {
	case w.ops <- op:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// stop lets what was accepted end, then ends the goroutine.
func (w *writer) stop() {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.ops)
	}
	w.mu.Unlock()
	<-w.ended
}

// loop works below database/sql, whose locks and conversions cost as much as a
// small statement and serve nobody on a connection with one user.
func (w *writer) loop() {
	defer close(w.ended)
	err := w.conn.Raw(func(dc any) error {
		conn, ok := dc.(driver.Conn)
		if !ok {
			return fmt.Errorf("store: driver connection is a %T", dc)
		}
		w.tx = newTx(conn)
		defer w.tx.close()
		for batch := []*operation(nil); ; {
			if batch = w.next(batch[:0]); len(batch) == 0 {
				return nil
			}
			w.commit(batch)
		}
	})
	if err = errors.Join(err, w.conn.Close()); err != nil {
		w.logger.Error("store writer ended", "error", err)
	}
}

// next waits for an operation and takes those that wait behind it. None means
// the end.
func (w *writer) next(batch []*operation) []*operation {
	for len(batch) == 0 {
		op, ok := <-w.ops
		if !ok {
			return nil
		}
		batch = take(batch, op)
	}
	for len(batch) < maxBatch {
		select {
		case op, ok := <-w.ops:
			if !ok {
				return batch
			}
			batch = take(batch, op)
		default:
			return batch
		}
	}
	return batch
}

func take(batch []*operation, op *operation) []*operation {
	if op.state.CompareAndSwap(waiting, begun) {
		return append(batch, op)
	}
	return batch
}

// commit runs a batch and answers it. Operations run without savepoints, since
// hardly one ever fails half-way; when one does, the batch is rolled back and
// run again with a savepoint for each.
func (w *writer) commit(batch []*operation) {
	err := w.transaction(batch, (*tx).run)
	if errors.Is(err, errHalfDone) {
		err = w.transaction(batch, (*tx).runAlone)
	}
	for _, op := range batch {
		if err != nil {
			op.err = err
		}
		close(op.done)
	}
}

func (w *writer) transaction(batch []*operation, run func(*tx, *operation) error) error {
	if err := w.tx.begin(); err != nil {
		return unavailable("begin", err)
	}
	for _, op := range batch {
		if err := run(w.tx, op); err != nil {
			w.rollback()
			return err
		}
	}
	if err := w.tx.commit(); err != nil {
		w.rollback()
		return unavailable("commit", err)
	}
	return nil
}

func (w *writer) rollback() {
	if err := w.tx.rollback(); err != nil {
		w.logger.Error("store rollback", "error", err)
	}
}

// unavailable says that nothing of a batch happened, whatever the reason.
func unavailable(what string, err error) error {
	return fmt.Errorf("store: %s: %w: %w", what, pinbell.ErrUnavailable, err)
}
