// Package store is what the desk remembers, in one SQL database and a
// place for blobs.
//
// It owns the history of every case (append-only events with a hash chain),
// the rows projected from it, and the domain rows that are no projections:
// mail as it came and went, the registry of customers, the people of the
// desk, jobs. It refuses to decide anything: what an act yields comes from
// package cases, deadlines and verdicts arrive as decided facts, contracts are
// opaque bytes here, and time is always an argument.
//
// Changes go through [Store.Write]: everything that one act writes becomes
// durable together or not at all. Reading needs no act; a list that can show
// customers' data takes a [Scope], whose zero value shows nothing.
//
// Start reading at [Store.Write] and [Tx.Append]. The statements are one text
// for SQLite and PostgreSQL (docs/adr/0004-one-binary-with-sqlite-inside.md); the
// connections are in package engine, the schema in migrations/. Each noun has
// a file of its name.
package store

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"madoguchi/internal/records/blob"
	"madoguchi/internal/records/store/engine"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

//go:embed migrations/*.sql
var migrations embed.FS

// databaseSchema holds the tables in PostgreSQL.
const databaseSchema = "madoguchi"

// What a data directory holds, beside the lock.
const (
	databaseFile = "madoguchi.db"
	blobsDir     = "blobs"
)

// Config says where the records are kept.
type Config struct {
	Dir      string // holds madoguchi.db, madoguchi.lock and blobs/; made when absent
	Database string // postgres://…: the rows are there, and Dir holds no database; empty: SQLite in Dir

	Files string     // where large bytes are: a bucket, as [blob.ParseBucket] reads it; empty: blobs/ in Dir
	Keys  *blob.Keys // what they are sealed with; nil: nothing

	Target bool // a [Copy] is made into it, so it need not be complete

	BatchActs int           // acts that one commit may hold; default 256
	BatchTime time.Duration // how long a batch may gather; default 50 ms
	Readers   int           // connections for reading; default 4 or twice the processors

	// RenewAtOnce is how many cases' rows, made by another build, are made anew
	// before Open returns; of more [Store.Renew] makes them. Default 1000.
	RenewAtOnce int
}

// Store is the open records. It is safe for concurrent use.
type Store struct {
	db    *engine.DB
	blobs *blob.Store
	tail  *tail
	other *others
	uses  *Uses

	renewal renewal
	bounds  bounds
}

// planning tells PostgreSQL how the desk reads: some dozen rows along an index,
// mostly of pages that memory holds, and never so many that compiling a statement
// would pay.
var planning = map[string]string{"random_page_cost": "1.1", "enable_incremental_sort": "off", "jit": "off"}

// Open opens the records in cfg.Dir, making them when absent, and brings the
// schema and (where they are few) the projected rows up to date. It fails with [fault.Unavailable] when another process
// uses the directory or a newer build wrote it.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	db, err := engine.Open(ctx, engine.Config{
		Database: cfg.Database, Schema: databaseSchema, Dir: cfg.Dir, File: databaseFile, Migrations: files,
		BatchActs: cfg.BatchActs, BatchTime: cfg.BatchTime, Readers: cfg.Readers, Settings: planning,
	})
	if err != nil {
		return nil, err
	}
	local := filepath.Join(cfg.Dir, blobsDir)
	blobs, err := blob.Open(blob.Config{Place: cmp.Or(cfg.Files, local), Scratch: filepath.Join(local, "tmp"), Keys: cfg.Keys})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s := &Store{db: db, blobs: blobs, tail: newTail(), other: newOthers(), uses: newUses(db.Shared()), bounds: usualBounds}
	if err := s.start(ctx, cfg); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

func (s *Store) start(ctx context.Context, cfg Config) error {
	if !cfg.Target {
		if err := s.unfinished(ctx); err != nil {
			return err
		}
	}
	seen, err := s.counted(ctx)
	if err != nil {
		return err
	}
	s.tail.reach(seen)
	s.other.begin(seen)
	if err := errors.Join(s.refresh(ctx, cmp.Or(cfg.RenewAtOnce, 1000)), s.refreshDirectory(ctx)); err != nil {
		return err
	}
	if s.db.Shared() {
		go s.db.Follow(context.WithoutCancel(ctx), s.look)
		go s.uses.share(context.WithoutCancel(ctx), s)
	}
	return nil
}

// Close refuses further acts, finishes those that have begun and closes the
// records.
func (s *Store) Close() error { return s.db.Close() }

// Blobs is where the bytes too large for a row are.
func (s *Store) Blobs() *blob.Store { return s.blobs }

// Write runs act and returns when everything that it wrote is durable. When
// act returns an error nothing of it is stored, and Write returns that error.
// Acts run one after another, so an act sees a state that nobody changes
// meanwhile; it must be short, must not call Write, must return when tx gave
// it a Conflict or Unavailable (PostgreSQL takes no further statement then; it may
// be that of an earlier one, see [engine.Conn.Later]),
// and must not use tx after it returned. See [engine.DB.Write] for cancellation and a full disk.
func (s *Store) Write(ctx context.Context, act func(*Tx) error) error {
	return s.write(ctx, s.db.Write, act)
}

// WriteFirst is [Store.Write] for a short act that somebody outside waits for,
// such as a mail being taken: it goes before others.
func (s *Store) WriteFirst(ctx context.Context, act func(*Tx) error) error {
	return s.write(ctx, s.db.WriteFirst, act)
}

func (s *Store) write(ctx context.Context, by func(context.Context, func(*engine.Conn) error) error, act func(*Tx) error) error {
	_, due := s.Renewal()
	tx := &Tx{whole: due}
	err := by(ctx, func(c *engine.Conn) error {
		tx.q, tx.batch = c, counting(c)
		if err := act(tx); err != nil {
			return engine.Fault(err)
		}
		for _, rest := range tx.rest {
			if err := rest(); err != nil {
				return engine.Fault(err)
			}
		}
		if err := tx.countChange(); err != nil {
			return err
		}
		c.Stored(func() { tx.keepCounters(c) })
		return nil
	})
	if err != nil {
		return err
	}
	if tx.position > 0 || tx.told > 0 || tx.hinted > 0 || tx.notices > 0 {
		if s.db.Shared() {
			s.other.mine(tx)
		}
		s.tail.reach(reach{position: tx.position, changes: tx.told, hints: tx.hinted, notices: tx.notices})
		s.db.Tell()
	}
	return nil
}

// Tx is one act at work. It belongs to the goroutine that runs the act.
type Tx struct {
	q        *engine.Conn
	whole    bool                    // rows may be another build's, so that they are written whole
	position int64                   // of the last event that this act appended
	appended int64                   // how many it appended
	changed  bool                    // something that desks hold in memory
	told     int64                   // the number of that change
	noticed  bool                    // somebody was told something
	notices  int64                   // the number of that
	hinted   int64                   // the number of the newest hint that this act gave
	hints    int64                   // how many it gave
	counted  counters                // by this act
	batch    counters                // by the acts before it in the same commit
	ends     map[cases.ID]historyEnd // where the histories end that the act has read or written
	rest     []func() error          // what the act does at its end
}

// Finally has something done when the act is through without an error, in the
// order asked: what waits for work beside the act, such as a mail that is
// composed. Its error is the act's.
func (tx *Tx) Finally(last func() error) { tx.rest = append(tx.rest, last) }

// Awaited reports whether somebody outside waits for this act to end, as a mail
// does that is being taken: an act that can be parted ends then.
func (tx *Tx) Awaited() bool { return tx.q.Awaited() }

// querier is what runs a statement: the writer's connection inside an act, or
// the pool of readers outside of one.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// background is the context of an act's statements: an act that has begun is
// brought to its end.
func background() context.Context { return context.Background() }

// exec runs a statement and waits for its answer. What an act writes in passing
// goes by later instead.
func (tx *Tx) exec(query string, args ...any) error {
	_, err := tx.q.ExecContext(background(), query, args...)
	return engine.Fault(err)
}

// later is exec for a statement that is not expected to fail, such as an event and
// what is projected from it: on PostgreSQL the act does not wait for its answer
// ([engine.Conn.Later]). What can be refused for a reason that somebody is told in
// its own words (a name that another has) goes by exec or change, so that the
// fault comes where it is looked at; that is why exec is no later.
func (tx *Tx) later(query string, args ...any) error {
	return engine.Fault(tx.q.Later(background(), query, args...))
}

// change is exec for a statement that must meet exactly one row; none is
// [fault.NotFound] with the text given.
func (tx *Tx) change(missing *fault.Error, query string, args ...any) error {
	res, err := tx.q.ExecContext(background(), query, args...)
	if err != nil {
		return engine.Fault(err)
	}
	switch n, err := res.RowsAffected(); {
	case err != nil:
		return engine.Fault(err)
	case n == 0:
		return missing
	}
	return nil
}

func notFound(ja, en string) *fault.Error { return fault.New(fault.NotFound, ja, en) }
