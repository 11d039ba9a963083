package store

import (
	"context"
	"time"

	"madoguchi/terms/cases"
)

// Warning says when those concerned by a running target are to be warned. One
// whose target was met meanwhile stays until its time, and warns nobody.
type Warning struct {
	Case   cases.ID
	Metric string
	At     time.Time
}

// PutWarning sets when a target warns, in place of an earlier time.
func (tx *Tx) PutWarning(w Warning) error {
	return tx.later(`INSERT INTO warnings (case_id, metric, warn_at) VALUES ($1, $2, $3)
		ON CONFLICT (case_id, metric) DO UPDATE SET warn_at = excluded.warn_at`, string(w.Case), w.Metric, micros(w.At))
}

// DropWarning forgets one that has been given.
func (tx *Tx) DropWarning(w Warning) error {
	return tx.later(`DELETE FROM warnings WHERE case_id = $1 AND metric = $2 AND warn_at = $3`, string(w.Case), w.Metric, micros(w.At))
}

// DueWarnings returns up to limit warnings whose time has come at now, oldest first.
func (s *Store) DueWarnings(ctx context.Context, now time.Time, limit int) ([]Warning, error) {
	return all(ctx, s.db.Readers(), func(row scanner) (Warning, error) {
		var w Warning
		var at int64
		err := row.Scan(&w.Case, &w.Metric, &at)
		w.At = instant(at)
		return w, err
	}, `SELECT case_id, metric, warn_at FROM warnings WHERE warn_at <= $1 ORDER BY warn_at, case_id, metric LIMIT $2`, micros(now), page(limit))
}

// Unwarned returns up to limit running targets behind the one given for which
// no warning is set, in the order of their cases: those of before there were
// any.
func (s *Store) Unwarned(ctx context.Context, after Deadline, limit int) ([]Deadline, error) {
	return all(ctx, s.db.Readers(), scanDeadline, `SELECT case_id, metric, deadline FROM deadlines
		WHERE (case_id, metric) > ($1, $2) AND NOT EXISTS (SELECT 1 FROM warnings WHERE warnings.case_id = deadlines.case_id AND warnings.metric = deadlines.metric)
		ORDER BY case_id, metric LIMIT $3`, string(after.Case), after.Metric, page(limit))
}

// DropWarnings forgets all of them, so that they are set anew.
func (tx *Tx) DropWarnings() error { return tx.later(`DELETE FROM warnings`) }
