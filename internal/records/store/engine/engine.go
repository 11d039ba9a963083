// Package engine is one durable SQL database of one process.
//
// It owns the connections, the single writer that commits many acts with one
// fsync, the lock that keeps a second process out, the schema's version, and
// the translation of driver errors into [fault] kinds. It refuses to know any
// table: package store brings the schema and the statements.
//
// What belongs to SQLite alone is in the files named *_sqlite.go. Start
// reading at [DB.Write]; the batches are in writer.go.
package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"madoguchi/terms/fault"
)

// Config says where the database is and how large a batch may grow.
type Config struct {
	Dir        string // the data directory; created with mode 0700 when absent
	File       string // the database's name inside Dir
	Migrations fs.FS  // goose files, forward only

	// A batch is committed as soon as nobody waits, or when it holds BatchActs
	// acts (default 256) or has run for BatchTime (default 20 ms). Nothing is
	// ever delayed in order to fill a batch.
	BatchActs int
	BatchTime time.Duration

	Readers int // connections for reading; default: 4 or twice the processors
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	writer  *writer
	readers *sql.DB
	pool    *sql.DB // the writer's, one connection
	lock    *lock
	path    string

	gate   sync.RWMutex // held for reading while a request is handed to the writer
	closed bool
}

// Open locks the data directory, opens the database, brings its schema up to
// date and starts the writer. It fails with [fault.Unavailable] when another
// process has the directory or when the schema is of a newer build.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	if cfg.BatchActs <= 0 {
		cfg.BatchActs = 256
	}
	if cfg.BatchTime <= 0 {
		cfg.BatchTime = 20 * time.Millisecond
	}
	if cfg.Readers <= 0 {
		cfg.Readers = max(4, 2*runtime.NumCPU())
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, unusable(cfg.Dir, err)
	}
	lock, err := acquire(filepath.Join(cfg.Dir, "madoguchi.lock"))
	if err != nil {
		return nil, err
	}
	d := &DB{lock: lock}
	if err := d.open(ctx, cfg); err != nil {
		return nil, errors.Join(err, d.release())
	}
	go d.writer.run()
	return d, nil
}

func (d *DB) open(ctx context.Context, cfg Config) error {
	path := filepath.Join(cfg.Dir, cfg.File)
	d.path = path
	var err error
	if d.pool, err = openWriter(path); err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	if err := migrate(ctx, d.pool, cfg.Migrations); err != nil {
		return err
	}
	if d.readers, err = openReaders(path, cfg.Readers); err != nil {
		return fmt.Errorf("open %s for reading: %w", path, err)
	}
	if err := d.readers.PingContext(ctx); err != nil {
		return Fault(err)
	}
	d.writer = newWriter(d.pool, cfg.BatchActs, cfg.BatchTime)
	return nil
}

// Readers is the pool for reading. Its connections refuse to write.
func (d *DB) Readers() *sql.DB { return d.readers }

// Write runs act on the writer's connection and returns after the commit that
// holds it is durable. Acts run one after another, each exactly once and in a
// savepoint of its own: when act returns an error, or panics (then the error
// is [fault.Internal]), what it wrote is undone, its neighbours in the batch
// stay, and Write returns that error. The error too is returned only after the
// commit, since act may have judged by what an earlier act of the same batch
// wrote.
//
// A cancelled ctx gives up an act that has not begun; one that has begun is
// always brought to its end. When the disk fills up during a batch, or the
// batch cannot be committed (database locked or read-only), every act of it
// fails with [fault.Unavailable] and nothing of it is stored; the next Write
// tries anew.
func (d *DB) Write(ctx context.Context, act func(*Conn) error) error {
	r := &request{act: act, done: make(chan error, 1)}
	if err := d.submit(ctx, r); err != nil {
		return err
	}
	select {
	case err := <-r.done:
		return err
	case <-ctx.Done():
		if r.abandon() {
			return ctx.Err()
		}
		return <-r.done
	}
}

func (d *DB) submit(ctx context.Context, r *request) error {
	d.gate.RLock()
	defer d.gate.RUnlock()
	if d.closed {
		return fault.New(fault.Unavailable, "システムを停止しています。時間をおいて再度お試しください。",
			"The system is stopping. Please try again in a moment.")
	}
	select {
	case d.writer.queue <- r:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close refuses further acts, finishes those already handed over, and closes
// the database. A second Close does nothing.
func (d *DB) Close() error {
	d.gate.Lock()
	if d.closed {
		d.gate.Unlock()
		return nil
	}
	d.closed = true
	close(d.writer.queue)
	d.gate.Unlock()
	<-d.writer.stopped
	return d.release()
}

func (d *DB) release() error {
	var errs []error
	if d.readers != nil {
		errs = append(errs, d.readers.Close())
	}
	if d.pool != nil {
		// The last connection to close checkpoints and removes the log.
		errs = append(errs, d.pool.Close())
	}
	return errors.Join(append(errs, d.lock.release())...)
}

func unusable(dir string, err error) error {
	return fault.Wrap(fault.Unavailable, err,
		"データ保存先を利用できません。保存先の場所と権限を確認してください。",
		"The data directory "+dir+" cannot be used. Check its path and permissions.")
}
