package store

import (
	"context"
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
// before now, oldest first. A deadline at now itself is not due: a response
// at that very instant would meet it (semantics, "The clock" 3).
func (s *Store) DueDeadlines(ctx context.Context, now time.Time, limit int) ([]Deadline, error) {
	return all(ctx, s.db.Readers(), scanDeadline,
		`SELECT case_id, metric, deadline FROM deadlines WHERE deadline < $1 ORDER BY deadline, case_id, metric LIMIT $2`,
		micros(now), page(limit))
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
