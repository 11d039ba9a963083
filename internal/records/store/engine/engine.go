// Package engine is one durable SQL database: SQLite within this process, or
// PostgreSQL shared by any number of processes.
//
// It owns the connections, the writer that commits many acts with one fsync,
// the lock that keeps a second process out of a data directory (SQLite) or
// the turns that processes take (PostgreSQL), the schema's version, and the
// translation of driver errors into [fault] kinds. It refuses to know any
// table: package store brings the schema and the statements.
//
// On PostgreSQL every answer costs a journey to the server, so that an act does not
// wait for what it need not know: [Conn.Later] and the savepoints travel together
// with the next statement that has an answer (pipe_postgres.go). All is answered
// before the act counts as stored.
//
// What belongs to one engine alone is in the files named *_sqlite.go and
// *_postgres.go. Start reading at [DB.Write]; the batches are in writer.go.
package engine

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"madoguchi/terms/fault"
)

// Config says where the database is and how large a batch may grow.
type Config struct {
	Database string            // postgres://…; empty: SQLite in File
	Schema   string            // PostgreSQL: the schema that holds the tables; made when absent
	Settings map[string]string // PostgreSQL: of every connection, such as work_mem

	Dir        string // SQLite: the data directory; created with mode 0700 when absent
	File       string // SQLite: the database's name inside Dir
	Migrations fs.FS  // goose files, forward only

	// A batch is committed as soon as nobody waits, or when it holds BatchActs
	// acts (default 256) or has run for BatchTime (default 50 ms). Nothing is
	// ever delayed in order to fill a batch. Where many wait, a longer one costs
	// each less: what its acts write to the same pages is written and synced once.
	BatchActs int
	BatchTime time.Duration

	// Derived says that the database holds nothing that cannot be made again
	// from another: after a power cut it is whole but may lack the newest
	// commits. SQLite then syncs its log now and then instead of at each commit.
	Derived bool

	Readers int // connections for reading; default: 4 or twice the processors
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	side
	writer *writer

	gate   sync.RWMutex // held for reading while a request is handed to the writer
	closed bool
	ended  chan struct{} // closed by Close
}

// side is what opening one engine yields, and what differs between them.
type side struct {
	pool    *sql.DB // the writer's, one connection
	readers *sql.DB
	begin   func(context.Context, *sql.Conn) error // of the writer's transaction
	keep    bool                                   // whether the writer keeps prepared statements itself
	remote  *remote                                // nil: SQLite

	path  string       // SQLite: the file
	asked atomic.Int64 // SQLite: statements that the readers ran
	lock  *lock        // SQLite: of the data directory
}

// Open opens the database, brings its schema up to date and starts the
// writer. It fails with [fault.Unavailable] when another process has the data
// directory, when PostgreSQL cannot be reached, or when the schema is of a
// newer build.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	if cfg.BatchActs <= 0 {
		cfg.BatchActs = 256
	}
	if cfg.BatchTime <= 0 {
		cfg.BatchTime = 50 * time.Millisecond
	}
	if cfg.Readers <= 0 {
		cfg.Readers = max(4, 2*runtime.NumCPU())
	}
	d := &DB{ended: make(chan struct{})}
	connect := d.openSQLite
	if cfg.Database != "" {
		connect = d.openPostgres
	}
	if err := connect(ctx, cfg); err != nil {
		return nil, errors.Join(err, d.release())
	}
	d.writer = newWriter(&d.side, cfg.BatchActs, cfg.BatchTime)
	go d.writer.run()
	return d, nil
}

// Readers is the pool for reading. Its connections refuse to write.
func (d *DB) Readers() *sql.DB { return d.readers }

// Asked is how many statements the readers have run (SQLite), so that a test can
// say what an answer costs.
func (d *DB) Asked() int64 { return d.asked.Load() }

// Shared reports whether other processes may work on the same database.
func (d *DB) Shared() bool { return d.remote != nil }

// Write runs act on the writer's connection and returns after the commit that
// holds it is durable. Acts run one after another, those of other processes
// included, each exactly once and in a savepoint of its own: when act returns
// an error, or panics (then the error is [fault.Internal]), what it wrote is
// undone, its neighbours in the batch stay, and Write returns that error. The
// error too is returned only after the commit, since act may have judged by
// what an earlier act of the same batch wrote.
//
// A cancelled ctx gives up an act that has not begun; one that has begun is
// always brought to its end. When the disk fills up during a batch, the
// connection is lost, or the batch cannot be committed (database locked or
// read-only), every act of it fails with [fault.Unavailable] and nothing of
// it is stored; the next Write tries anew.
func (d *DB) Write(ctx context.Context, act func(*Conn) error) error {
	return d.write(ctx, d.writer.queue, act)
}

// WriteFirst is [DB.Write] for a short act that somebody outside waits for: it
// goes before the others that wait, as long as they come to their turn as well.
func (d *DB) WriteFirst(ctx context.Context, act func(*Conn) error) error {
	return d.write(ctx, d.writer.first, act)
}

func (d *DB) write(ctx context.Context, lane chan<- *request, act func(*Conn) error) error {
	r := &request{act: act, done: make(chan error, 1)}
	if err := d.submit(ctx, lane, r); err != nil {
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

func (d *DB) submit(ctx context.Context, lane chan<- *request, r *request) error {
	d.gate.RLock()
	defer d.gate.RUnlock()
	if d.closed {
		return fault.New(fault.Unavailable, "システムを停止しています。時間をおいて再度お試しください。",
			"The system is stopping. Please try again in a moment.")
	}
	select {
	case lane <- r:
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
	close(d.ended)
	close(d.writer.first)
	close(d.writer.queue)
	d.gate.Unlock()
	<-d.writer.stopped
	return d.release()
}

func (s *side) release() error {
	var errs []error
	if s.readers != nil {
		errs = append(errs, s.readers.Close())
	}
	if s.pool != nil {
		// SQLite: the last connection to close checkpoints and removes the log.
		errs = append(errs, s.pool.Close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.release())
	}
	return errors.Join(errs...)
}

func unusable(dir string, err error) error {
	return fault.Wrap(fault.Unavailable, err,
		"データ保存先を利用できません。保存先の場所と権限を確認してください。",
		"The data directory "+dir+" cannot be used. Check its path and permissions.")
}
