package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"runtime"
	"time"

	"madoguchi/internal/records/store/engine"
)

// Reading is the records of a desk that another process may be running,
// opened to be read through. It is safe for concurrent use.
type Reading struct {
	Histories
	db       *sql.DB
	embedded bool
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
		Database: cfg.Database, Schema: databaseSchema, Dir: cfg.Dir, File: databaseFile, Migrations: files, Readers: max(4, 2*runtime.NumCPU()), Settings: planning,
	})
	if err != nil {
		return nil, err
	}
	return &Reading{Histories: Histories{db}, db: db, embedded: cfg.Database == ""}, nil
}

// Latest is how far a history has come.
type Latest struct {
	Events int64
	At     time.Time // of the newest event; zero when there is none
}

// Latest returns how far the history has come.
func (r *Reading) Latest(ctx context.Context) (Latest, error) {
	n, err := position(ctx, r.db)
	if err != nil {
		return Latest{}, err
	}
	at, err := tally(ctx, r.db, `SELECT COALESCE(MAX(at), 0) FROM events WHERE position > $1`, n-100)
	return Latest{n, instant(at)}, err
}

// Setting is [Store.Setting].
func (r *Reading) Setting(ctx context.Context, name string) (string, error) {
	return setting(ctx, r.db, name)
}

// BlobNames returns the names of the blobs that rows name: large mails, and the
// files of replies that are being written.
func (r *Reading) BlobNames(ctx context.Context) ([]string, error) {
	return all(ctx, r.db, text, `SELECT sha256 FROM inbound WHERE raw IS NULL AND sha256 <> '' UNION SELECT sha256 FROM outbound WHERE raw IS NULL AND sha256 <> ''
		UNION SELECT sha256 FROM draft_files ORDER BY 1`)
}

// Check has the database look for damage in itself, where it can: SQLite reads
// every page. It fails with [fault.Internal] where something is wrong.
func (r *Reading) Check(ctx context.Context) error { return engine.Check(ctx, r.db, r.embedded) }

// Close closes the records.
func (r *Reading) Close() error { return r.db.Close() }

// Histories reads through the histories of many cases.
func (s *Store) Histories() Histories { return Histories{s.db.Readers()} }
