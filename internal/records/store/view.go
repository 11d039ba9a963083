package store

import (
	"context"
	"time"

	"madoguchi/terms/fault"
)

// View is a selection of the queue that somebody keeps.
type View struct {
	ID      string // UUIDv7
	Owner   string // the agent who made it
	Shared  string // empty: the owner's alone; [SharedDesk]; else a team's id
	Name    string
	Query   string // filters, order and columns as an address has them
	Place   int    // order in lists
	Removed time.Time
	Created time.Time
	Updated time.Time
}

// SharedDesk says that everybody of the desk has a view.
const SharedDesk = "desk"

const viewColumns = `id, owner, shared, name, query, place, removed_at, created_at, updated_at`

var putView = insert("views", viewColumns) + ` ON CONFLICT (id) DO UPDATE SET shared = excluded.shared, name = excluded.name,
	query = excluded.query, place = excluded.place, removed_at = excluded.removed_at, updated_at = excluded.updated_at`

// PutView adds a view or replaces it; Owner and Created count only when it is added.
func (tx *Tx) PutView(v View) error {
	return tx.exec(putView, v.ID, v.Owner, v.Shared, v.Name, v.Query, v.Place, micros(v.Removed), micros(v.Created), micros(v.Updated))
}

// View returns one view, also a removed one, or [fault.NotFound].
func (s *Store) View(ctx context.Context, id string) (View, error) {
	return view(ctx, s.db.Readers(), id)
}

// View returns one view as the act sees it.
func (tx *Tx) View(id string) (View, error) { return view(background(), tx.q, id) }

func view(ctx context.Context, q querier, id string) (View, error) {
	return one(ctx, q, noView(), scanView, `SELECT `+viewColumns+` FROM views WHERE id = $1`, id)
}

func noView() *fault.Error {
	return notFound("そのビューはありません。", "There is no such view.")
}

// ListViews returns an agent's own views and those shared with the desk or with
// one of the teams, in their order: own ones first.
func (s *Store) ListViews(ctx context.Context, agent string, teams []string) ([]View, error) {
	w := where{args: []any{agent}}
	shared := w.list(append([]string{SharedDesk}, teams...))
	return all(ctx, s.db.Readers(), scanView, `SELECT `+viewColumns+` FROM views
		WHERE removed_at = 0 AND (shared = '' AND owner = $1 OR shared IN (`+shared+`)) ORDER BY CASE WHEN shared = '' THEN 0 ELSE 1 END, place, id`, w.args...)
}

// ForgetViews drops views that were removed before an instant.
func (tx *Tx) ForgetViews(before time.Time) error {
	return tx.exec(`DELETE FROM views WHERE removed_at > 0 AND removed_at < $1`, micros(before))
}

func scanView(row scanner) (View, error) {
	var v View
	var removed, created, updated int64
	err := row.Scan(&v.ID, &v.Owner, &v.Shared, &v.Name, &v.Query, &v.Place, &removed, &created, &updated)
	v.Removed, v.Created, v.Updated = instant(removed), instant(created), instant(updated)
	return v, err
}
