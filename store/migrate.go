package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate applies the migrations that the database lacks, each in a
// transaction. There is no way back.
func (s *SQLite) Migrate(ctx context.Context) error {
	return s.migrator(func(p *goose.Provider) error {
		_, err := p.Up(ctx)
		return err
	})
}

// Pending returns how many migrations the database lacks.
func (s *SQLite) Pending(ctx context.Context) (int, error) {
	n := 0
	err := s.migrator(func(p *goose.Provider) error {
		var err error
		n, err = pending(ctx, p)
		return err
	})
	return n, err
}

// prepareSchema brings the schema up to date unless it is to be kept.
func (s *SQLite) prepareSchema(ctx context.Context, keep bool) error {
	return s.migrator(func(p *goose.Provider) error {
		n, err := pending(ctx, p)
		if err != nil || n == 0 || keep {
			return err
		}
		_, err = p.Up(ctx)
		return err
	})
}

// migrator lends goose a connection of its own: the writer never gives up its.
func (s *SQLite) migrator(use func(*goose.Provider) error) error {
	db, err := pool(s.path, 1, writing...)
	if err != nil {
		return err
	}
	err = migrate(db, use)
	return errors.Join(err, db.Close())
}

func migrate(db *sql.DB, use func(*goose.Provider) error) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithDisableGlobalRegistry(true), goose.WithTableName("migrations"))
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	if err := use(p); err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	return nil
}

func pending(ctx context.Context, p *goose.Provider) (int, error) {
	has, want, err := p.GetVersions(ctx)
	switch {
	case err != nil:
		return 0, err
	case has > want:
		return 0, fmt.Errorf("%w (schema %d, known here %d)", ErrNewer, has, want)
	}
	n := 0
	for _, source := range p.ListSources() {
		if source.Version > has {
			n++
		}
	}
	return n, nil
}
