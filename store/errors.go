package store

import (
	"errors"
	"fmt"

	"github.com/pinbell/pinbell"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrNewer means that the database was made by a newer Pinbell: this one would
// not understand it.
var ErrNewer = errors.New("the database is of a newer version of pinbell; use that one or newer")

var errClosed = fmt.Errorf("store: closed: %w", pinbell.ErrUnavailable)

// A databaseError is a failure of the database itself, as against a refusal.
type databaseError struct {
	err  error
	kind error // what it means to callers; nil for a bug of ours
}

func (e *databaseError) Error() string { return "store: " + e.err.Error() }

func (e *databaseError) Unwrap() []error {
	if e.kind == nil {
		return []error{e.err}
	}
	return []error{e.kind, e.err}
}

// failure classifies an error of the driver by its code, never by its text.
func failure(err error) error {
	if err == nil {
		return nil
	}
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return &databaseError{err: err}
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_CONSTRAINT:
		return &databaseError{err: err, kind: pinbell.ErrConflict}
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY,
		sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_INTERRUPT:
		return &databaseError{err: err, kind: pinbell.ErrUnavailable}
	}
	return &databaseError{err: err}
}
