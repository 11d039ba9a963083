package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"runtime"

	"madoguchi/internal/records/store/engine"
)

// Reading is the records of a desk that another process may be running,
// opened to be read through. It is safe for concurrent use.
type Reading struct {
	Histories
	db *sql.DB
}

// OpenReading opens records for reading only. It takes no lock, makes nothing
// and migrates nothing, so that it may be used beside a running desk. It fails
// with [fault.NotFound] where there are no records, and with
// [fault.Unavailable] where another build's schema is in them.
func OpenReading(ctx context.Context, cfg Config) (*Reading, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	db, err := engine.OpenReading(ctx, engine.Config{
		Database: cfg.Database, Schema: databaseSchema, Dir: cfg.Dir, File: databaseFile, Migrations: files, Readers: max(4, 2*runtime.NumCPU()),
	})
	if err != nil {
		return nil, err
	}
	return &Reading{Histories: Histories{db}, db: db}, nil
}

// Close closes the records.
func (r *Reading) Close() error { return r.db.Close() }

// Histories reads through the histories of many cases.
func (s *Store) Histories() Histories { return Histories{s.db.Readers()} }
