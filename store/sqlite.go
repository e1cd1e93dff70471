package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"slices"
	"sync"

	"github.com/pinbell/pinbell"
	"modernc.org/sqlite"
)

// Config says where the database is and how it is read.
type Config struct {
	// Path of the database file. It is made, readable by its owner only, when
	// it does not exist. Required.
	Path string
	// Keyring seals numbers, codes and answers. Required, but for a store that
	// is opened for its keys or its schema only.
	Keyring *pinbell.Keyring
	// KeepSchema leaves pending migrations to [SQLite.Migrate]; until then most
	// operations fail. Defaults to applying them.
	KeepSchema bool
	// Readers bounds the connections that read. Defaults to 4.
	Readers int
	// Logger defaults to discarding.
	Logger *slog.Logger
}

// Settings of every connection. The write-ahead log is folded into the
// database at 16 MB: seldom enough that pages written often are folded once,
// often enough that the pause it makes stays short.
var (
	everywhere = []string{"busy_timeout(5000)"} // ms that another process may hold the database
	writing    = []string{"auto_vacuum(INCREMENTAL)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
		"cache_size(-65536)", "wal_autocheckpoint(4096)", "temp_store(MEMORY)"}
	reading = []string{"query_only(1)"}
)

// SQLite is a store in a file of its own.
type SQLite struct {
	path     string
	keyring  *pinbell.Keyring
	instance string // tells this process's claims from those of an earlier one
	writes   *sql.DB
	reads    *sql.DB
	writer   *writer

	mu         sync.Mutex
	statements map[string]*sql.Stmt // of reads, by their text
}

// Open opens or makes the database, applies pending migrations and starts the
// writer. A database of a newer Pinbell is refused with [ErrNewer]. The
// context bounds the opening only; the store lives until Close.
func Open(ctx context.Context, c Config) (*SQLite, error) {
	if c.Path == "" {
		return nil, errors.New("store: Path is required")
	}
	if c.Readers == 0 {
		c.Readers = 4
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if err := touch(c.Path); err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	s := &SQLite{path: c.Path, keyring: c.Keyring, instance: rand.Text(), statements: map[string]*sql.Stmt{}}
	if err := s.open(ctx, c); err != nil {
		return nil, errors.Join(fmt.Errorf("store: %w", err), s.closePools())
	}
	return s, nil
}

func (s *SQLite) open(ctx context.Context, c Config) error {
	if err := s.prepareSchema(ctx, c.KeepSchema); err != nil {
		return err
	}
	var err error
	if s.writes, err = pool(c.Path, 1, writing...); err != nil {
		return err
	}
	if s.reads, err = pool(c.Path, c.Readers, reading...); err != nil {
		return err
	}
	s.writer, err = startWriter(ctx, s.writes, c.Logger)
	return err
}

// pool makes a pool of up to n connections, each with the pragmas.
func pool(path string, n int, pragmas ...string) (*sql.DB, error) {
	q := url.Values{"_pragma": slices.Concat(everywhere, pragmas)}
	connector, err := sqlite.NewConnector("file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode())
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	return db, nil
}

// touch makes the file before SQLite does, which gives its log and index the
// same mode.
func touch(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// Close waits for the operations that have begun, stops the writer and closes
// the database. Operations that come later fail with [pinbell.ErrUnavailable].
func (s *SQLite) Close() error {
	s.writer.stop()
	return s.closePools()
}

func (s *SQLite) closePools() error {
	var errs []error
	for _, db := range []*sql.DB{s.reads, s.writes} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// Ping reports whether the database can be read and the writer takes a
// transaction.
func (s *SQLite) Ping(ctx context.Context) error {
	if err := s.reader(ctx)(`SELECT id FROM verifications LIMIT 1`, func(*row) error { return nil }); err != nil {
		return err
	}
	return s.writer.do(ctx, func(*tx) error { return nil })
}
