package store

import (
	"context"
	"math"
	"time"

	"madoguchi/terms/cases"
)

// Deadline is a target that is still to be judged.
type Deadline struct {
	Case     cases.ID
	Metric   string
	Deadline time.Time // UTC
}

// DueDeadlines returns up to limit undecided targets whose deadline lies
// before now, oldest first, from behind the one given (zero: from the oldest).
// A deadline at now itself is not due: a response at that very instant would
// meet it (semantics, "The clock" 3).
func (s *Store) DueDeadlines(ctx context.Context, now time.Time, after Deadline, limit int) ([]Deadline, error) {
	from := int64(math.MinInt64)
	if !after.Deadline.IsZero() {
		from = micros(after.Deadline)
	}
	return all(ctx, s.db.Readers(), scanDeadline,
		`SELECT case_id, metric, deadline FROM deadlines WHERE deadline < $1 AND (deadline, case_id, metric) > ($2, $3, $4)
		ORDER BY deadline, case_id, metric LIMIT $5`,
		micros(now), from, string(after.Case), after.Metric, page(limit))
}

// NextDeadline returns the earliest deadline that is still to be judged, due
// or not, so that a sweep knows how long it may sleep. It fails with
// [fault.NotFound] when none runs.
func (s *Store) NextDeadline(ctx context.Context) (Deadline, error) {
	return one(ctx, s.db.Readers(), notFound("進行中の目標はありません。", "No target is running."), scanDeadline,
		`SELECT case_id, metric, deadline FROM deadlines ORDER BY deadline, case_id, metric LIMIT 1`)
}

func scanDeadline(row scanner) (Deadline, error) {
	var d Deadline
	var at int64
	if err := row.Scan(&d.Case, &d.Metric, &at); err != nil {
		return Deadline{}, err
	}
	d.Deadline = instant(at)
	return d, nil
}

// RunningCases returns the cases of a contract, whatever version they are
// pinned to, that have a target still to be judged; the nearest deadline of
// the initial response first.
func (s *Store) RunningCases(ctx context.Context, scope Scope, contract string, limit int) ([]CaseRow, error) {
	var w where
	if err := scope.where(&w, "organization"); err != nil {
		return nil, err
	}
	w.args = append(w.args, contract+"@")
	ref := placeholders(len(w.args), 1)
	w.plain("substr(contract, 1, length(" + ref + ")) = " + ref)
	w.plain("id IN (SELECT case_id FROM deadlines)")
	return all(ctx, s.db.Readers(), scanCase, `SELECT `+caseColumns+` FROM cases`+w.text+` ORDER BY first_deadline, id`+limitTo(limit), w.args...)
}

// DueHolds returns up to limit cases whose hold ends at an instant or before,
// the earliest first.
func (s *Store) DueHolds(ctx context.Context, now time.Time, limit int) ([]cases.ID, error) {
	return ids(ctx, s, `SELECT id FROM cases WHERE hold_until > 0 AND hold_until <= $1 AND frozen = '' ORDER BY hold_until, id LIMIT $2`, micros(now), page(limit))
}

// ResolvedBefore returns up to limit cases that have been resolved since an
// instant or longer, the longest first.
func (s *Store) ResolvedBefore(ctx context.Context, before time.Time, limit int) ([]cases.ID, error) {
	return ids(ctx, s, `SELECT id FROM cases WHERE status = 'resolved' AND status_at <= $1 AND frozen = '' ORDER BY status_at, id LIMIT $2`, micros(before), page(limit))
}

func ids(ctx context.Context, s *Store, query string, args ...any) ([]cases.ID, error) {
	return all(ctx, s.db.Readers(), func(row scanner) (cases.ID, error) {
		var id cases.ID
		err := row.Scan(&id)
		return id, err
	}, query, args...)
}
