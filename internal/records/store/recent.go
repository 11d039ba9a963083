package store

import (
	"context"
	"time"
)

// Recent is something that a person of the desk opened or looked for.
type Recent struct {
	Kind string // RecentCase …
	Ref  string // its id; for a query what was typed
	At   time.Time
}

// The kinds of [Recent].
const (
	RecentCase     = "case"
	RecentCustomer = "customer"
	RecentContact  = "contact"
	RecentQuery    = "query"
)

// recentsKept is how many of each kind are kept of a person.
const recentsKept = 30

// PutRecent remembers that a person opened something, and forgets what lies
// too far back.
func (tx *Tx) PutRecent(agent string, r Recent) error {
	if err := tx.exec(`INSERT INTO recents (agent, kind, ref, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (agent, kind, ref) DO UPDATE SET at = excluded.at`, agent, r.Kind, r.Ref, micros(r.At)); err != nil {
		return err
	}
	return tx.exec(`DELETE FROM recents WHERE agent = $1 AND kind = $2 AND at < (SELECT COALESCE(MIN(at), 0) FROM
		(SELECT at FROM recents WHERE agent = $1 AND kind = $2 ORDER BY at DESC LIMIT $3) AS kept)`, agent, r.Kind, recentsKept)
}

// DropRecents forgets all of a kind of a person.
func (tx *Tx) DropRecents(agent, kind string) error {
	return tx.exec(`DELETE FROM recents WHERE agent = $1 AND kind = $2`, agent, kind)
}

// Recents returns what a person opened last of a kind, the latest first.
func (s *Store) Recents(ctx context.Context, agent, kind string, limit int) ([]Recent, error) {
	return all(ctx, s.db.Readers(), func(row scanner) (Recent, error) {
		var r Recent
		var at int64
		err := row.Scan(&r.Kind, &r.Ref, &at)
		r.At = instant(at)
		return r, err
	}, `SELECT kind, ref, at FROM recents WHERE agent = $1 AND kind = $2 ORDER BY at DESC, ref LIMIT $3`, agent, kind, page(limit))
}
