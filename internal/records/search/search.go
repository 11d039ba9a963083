// Package search finds cases by what was written in them, in Japanese and
// English.
//
// It owns how a text becomes tokens (bigrams for scripts without spaces, stems
// for English words), the language of queries, the index that follows the
// events, and the places of a text to be highlighted. It refuses to hold the
// texts themselves (the events do), to decide who may look (the desk asks with
// a [store.Scope], which becomes a token that every match must have), and to
// hold up an act: the index is a database of its own, a moment behind the
// history, and can be made anew from it at any time.
//
// On SQLite the index is a file of its own beside the records; on PostgreSQL
// it is in the records' database, where one of the nodes writes it and all
// read it.
//
// Start reading at [Tokens] and [Parse], then [Index.RunIndexing] and
// [Index.Find]. What only one SQL engine knows is a [kind]: words_sqlite.go and
// words_postgres.go.
package search

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/internal/records/store/engine"
)

// version counts up when a build makes other tokens or rows of the same
// events: the index is then made anew once.
const version = 6

// Config is what an index is opened with. All but Database are required.
type Config struct {
	Dir      string       // SQLite: the data directory; the index is in its folder "search"
	Database string       // PostgreSQL: the database of the records; empty: SQLite
	Store    *store.Store // whose events are followed
	Now      func() time.Time
	Log      *slog.Logger
}

// Index is the open index. It is safe for concurrent use.
type Index struct {
	db    *engine.DB
	kind  kind
	store *store.Store
	now   func() time.Time
	log   *slog.Logger

	mu      sync.Mutex
	reached int64     // position of the last event that is indexed
	current time.Time // when the index last had everything
	writing bool      // this process is the one that writes
	seen    seen      // what waited when another process was asked about last
}

// Open opens the index beside the records, making it when absent. It indexes
// nothing yet. The folder holds nothing that the events do not: when it is
// damaged, it can be deleted.
func Open(ctx context.Context, cfg Config) (*Index, error) {
	k := kindOf(cfg.Database)
	place, err := k.place(cfg)
	if err != nil {
		return nil, fmt.Errorf("read the schema of the index: %w", err)
	}
	db, err := engine.Open(ctx, place)
	if err != nil && cfg.Database == "" {
		return nil, fmt.Errorf("open the search index in %s (it can be deleted and is made anew): %w", place.Dir, err)
	}
	if err != nil {
		return nil, fmt.Errorf("open the search index: %w", err)
	}
	x := &Index{db: db, kind: k, store: cfg.Store, now: cfg.Now, log: cfg.Log, current: cfg.Now()}
	begin := x.start
	if db.Shared() {
		begin = x.look // one that writes starts it
	}
	if err := begin(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return x, nil
}

// look reads how far the index has come: on PostgreSQL another process may be
// the one that writes it.
func (x *Index) look(ctx context.Context) error {
	position, err := x.state(ctx, "position")
	if err == nil {
		x.reach(position)
	}
	return err
}

// start empties an index that another build made, or that has followed a
// history which is gone (records restored from a backup). Whoever is about to
// write calls it.
func (x *Index) start(ctx context.Context) error {
	made, err := x.state(ctx, "version")
	if err != nil {
		return err
	}
	position, err := x.state(ctx, "position")
	if err != nil {
		return err
	}
	newest, err := x.store.Position(ctx)
	if err != nil {
		return err
	}
	if made != version || position > newest {
		return x.clear(ctx)
	}
	x.reach(position)
	return nil
}

func (x *Index) state(ctx context.Context, name string) (int64, error) {
	var n int64
	err := x.db.Readers().QueryRowContext(ctx, `SELECT value FROM state WHERE name = $1`, name).Scan(&n)
	return n, engine.Fault(err)
}

// clear empties the index.
func (x *Index) clear(ctx context.Context) error {
	err := x.db.Write(ctx, func(c *engine.Conn) error {
		return errors.Join(
			exec(c, x.kind.clear()), exec(c, `DELETE FROM docs`), exec(c, `DELETE FROM cases`), exec(c, `DELETE FROM days`),
			exec(c, `UPDATE state SET value = 0 WHERE name = 'position'`),
			exec(c, `UPDATE state SET value = $1 WHERE name = 'version'`, version),
		)
	})
	if err == nil {
		x.mu.Lock()
		x.reached = 0
		x.mu.Unlock()
	}
	return err
}

// Close closes the index. What is not indexed yet is taken up at the next
// opening.
func (x *Index) Close() error { return x.db.Close() }

func exec(c *engine.Conn, query string, args ...any) error {
	// Like an act of the store, a batch that has begun is brought to its end.
	_, err := c.ExecContext(context.Background(), query, args...)
	return engine.Fault(err)
}

// ownersOf says which tokens of owners a document must have one of, by the
// scope and the organizations that are asked for; none of them when all will
// do. none says that nothing can match.
func ownersOf(a Ask) (tokens []string, none bool, err error) {
	ids, all, err := a.Scope.Organizations()
	switch {
	case err != nil:
		return nil, false, err
	case len(a.Query.Organizations) > 0:
		ids = slices.DeleteFunc(slices.Clone(a.Organizations), func(id string) bool { return !a.Scope.Has(id) })
	case a.Scope.Everyone():
		return nil, false, nil
	case all:
		return []string{someOrganization}, false, nil
	}
	tokens = tokensOf(ids)
	return tokens, len(tokens) == 0, nil
}

func tokensOf(ids []string) (tokens []string) {
	for _, id := range ids {
		tokens = append(tokens, organizationToken(id))
	}
	return tokens
}
