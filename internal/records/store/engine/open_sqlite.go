package engine

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
)

// openSQLite locks the data directory and opens the database in it.
func (s *side) openSQLite(ctx context.Context, cfg Config) (err error) {
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return unusable(cfg.Dir, err)
	}
	if s.lock, err = acquire(filepath.Join(cfg.Dir, "madoguchi.lock")); err != nil {
		return err
	}
	s.path = filepath.Join(cfg.Dir, cfg.File)
	s.begin, s.keep = beginImmediate, true
	if s.pool, err = openWriter(s.path, cfg.Derived); err != nil {
		return fmt.Errorf("open %s: %w", s.path, err)
	}
	if err := migrate(ctx, goose.DialectSQLite3, s.pool, cfg.Migrations, func() error { return nil }); err != nil {
		return err
	}
	if s.readers, err = openReaders(s.path, cfg.Readers, &s.asked); err != nil {
		return fmt.Errorf("open %s for reading: %w", s.path, err)
	}
	return Fault(s.readers.PingContext(ctx))
}

// beginImmediate takes the write lock at once, so that an act never fails
// half-way for want of it.
func beginImmediate(ctx context.Context, c *sql.Conn) error {
	_, err := c.ExecContext(ctx, "BEGIN IMMEDIATE")
	return err
}

// What connections keep of their file, in KiB, beside what the system keeps of
// it anyway. Each fills its own with time: with two files and four readers of
// each these are 72 MB at most, and what is not there costs one call of the system.
// Twice as much was not faster: many commits look through all of the writer's
// cache, since whenever siblings of a tree change places SQLite numbers one of
// them beyond the end of the file for a moment, and looks for such pages then.
const (
	writerCache  = "cache_size(-32768)"
	derivedCache = "cache_size(-8192)"
	readerCache  = "cache_size(-4096)"
)

// foldAfter is how long the log grows, in pages of 4 KiB, before it is folded
// into the database. The same pages change again and again (the ends of
// indexes), and are written once for all their changes: with SQLite's usual
// 1,000 pages 100,000 verdicts took a seventh longer. A start after a crash
// reads the log through.
const foldAfter = "wal_autocheckpoint(8000)"

// openWriter opens the one connection that writes. FULL makes every commit of
// the write-ahead log reach the disk before it is acknowledged; NORMAL, for
// what is derived, only before the log is folded into the database.
func openWriter(path string, derived bool) (*sql.DB, error) {
	sync, cache := "synchronous(FULL)", writerCache
	if derived {
		sync, cache = "synchronous(NORMAL)", derivedCache
	}
	return open(path, 1, asIs, url.Values{
		"_pragma": {
			"busy_timeout(5000)", "journal_mode(WAL)", sync, "foreign_keys(1)",
			cache, "temp_store(MEMORY)", "journal_size_limit(67108864)", foldAfter,
			"secure_delete(FAST)", // what was erased does not stay legible in the file's free space
		},
	})
}

// openReaders opens the pool that reads snapshots while the writer works. They
// do not map the file into memory: there a failing disk would kill the process
// instead of giving an error. Their connections keep their statements.
func openReaders(path string, n int, asked *atomic.Int64) (*sql.DB, error) {
	return open(path, n, func(c driver.Connector) driver.Connector { return keptConnector{c, asked} }, url.Values{
		"mode":    {"ro"},
		"_pragma": {"busy_timeout(5000)", "query_only(1)", readerCache, "temp_store(MEMORY)"},
	})
}

// asIs opens those of the driver: the writer keeps its statements itself.
func asIs(c driver.Connector) driver.Connector { return c }

func open(path string, conns int, as func(driver.Connector) driver.Connector, options url.Values) (*sql.DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	dsn := url.URL{Scheme: "file", Path: filepath.ToSlash(abs), RawQuery: options.Encode()}
	c, err := sqlite.NewConnector(dsn.String())
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(as(c))
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}
