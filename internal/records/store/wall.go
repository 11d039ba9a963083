package store

import (
	"context"
	"time"

	"madoguchi/terms/cases"
)

// Miss is a target that was missed.
type Miss struct {
	Case     cases.ID
	Metric   string
	Deadline time.Time
	Reason   string // empty until somebody notes it
}

// projectMiss keeps the missed targets that an event tells of.
func (tx *Tx) projectMiss(id cases.ID, d cases.Data) error {
	switch d := d.(type) {
	case cases.TargetMissed:
		return tx.exec(`INSERT INTO misses (case_id, metric, deadline, reason) VALUES ($1, $2, $3, '')
			ON CONFLICT (case_id, metric, deadline) DO NOTHING`, string(id), d.Metric, micros(d.Deadline))
	case cases.MissExplained:
		return tx.exec(`UPDATE misses SET reason = $1 WHERE case_id = $2 AND metric = $3 AND deadline = $4`, d.Reason, string(id), d.Metric, micros(d.Deadline))
	}
	return nil
}

// WallQuery says whose cases a wall counts.
type WallQuery struct {
	Organization Scope
	Team         string // empty: of all teams and of none
}

func (q WallQuery) where(w *where) error {
	if q.Team != "" {
		w.and("team = ", q.Team)
	}
	return q.Organization.where(w, "organization")
}

// Misses returns the targets missed since an instant, the latest first, up to limit.
func (s *Store) Misses(ctx context.Context, q WallQuery, since time.Time, limit int) ([]Miss, error) {
	var w where
	w.and("m.deadline >= ", micros(since))
	if err := q.where(&w); err != nil {
		return nil, err
	}
	return all(ctx, s.db.Readers(), func(row scanner) (Miss, error) {
		var m Miss
		var at int64
		err := row.Scan(&m.Case, &m.Metric, &at, &m.Reason)
		m.Deadline = instant(at)
		return m, err
	}, `SELECT m.case_id, m.metric, m.deadline, m.reason FROM misses m JOIN cases ON cases.id = m.case_id`+w.text+` ORDER BY m.deadline DESC, m.case_id, m.metric`+w.limit(limit), w.args...)
}

// Due is a running target as a wall counts it.
type Due struct {
	At       time.Time
	Priority string
}

// DueMost is how many running targets a wall counts one by one.
const DueMost = 5000

// DueUntil lists the most urgent targets of cases between two instants, the nearest first.
func (s *Store) DueUntil(ctx context.Context, q WallQuery, from, to time.Time) ([]Due, error) {
	var w where
	w.and("bucket = ", int64(Owed))
	w.and("sort_key >= ", micros(from))
	w.and("sort_key < ", micros(to))
	if err := q.where(&w); err != nil {
		return nil, err
	}
	return all(ctx, s.db.Readers(), func(row scanner) (Due, error) {
		var d Due
		var at int64
		err := row.Scan(&at, &d.Priority)
		d.At = instant(at)
		return d, err
	}, `SELECT sort_key, shown_priority FROM cases`+w.text+` ORDER BY bucket, sort_key, id`+w.limit(DueMost), w.args...)
}

// Load is how many unfinished cases a person has.
type Load struct {
	Agent string
	Open  int // the desk has to act
	Waits int // the customer, or somebody else, has to
}

// Loads counts the unfinished cases of each person.
func (s *Store) Loads(ctx context.Context, q WallQuery) (map[string]Load, error) {
	var w where
	w.plain("assignee_id <> ''")
	w.and("bucket < ", int64(Finished))
	if err := q.where(&w); err != nil {
		return nil, err
	}
	out := map[string]Load{}
	_, err := all(ctx, s.db.Readers(), func(row scanner) (struct{}, error) {
		var agent string
		var b, n int64
		err := row.Scan(&agent, &b, &n)
		l := out[agent]
		l.Agent = agent
		if Bucket(b) == Awaiting {
			l.Waits += int(n)
		} else {
			l.Open += int(n)
		}
		out[agent] = l
		return struct{}{}, err
	}, `SELECT assignee_id, bucket, COUNT(*) FROM cases`+w.text+` GROUP BY assignee_id, bucket`, w.args...)
	return out, err
}

// Today counts what happened since an instant: cases received, and cases that
// are finished and were changed last since then; each capped at CountCap+1.
func (s *Store) Today(ctx context.Context, q WallQuery, since time.Time) (received, finished int, err error) {
	for _, c := range []struct {
		condition string
		key       int64
		into      *int
	}{{"reception >= ", micros(since), &received}, {"bucket = " + bucket(Finished) + " AND sort_key <= ", -micros(since), &finished}} {
		var w where
		w.and(c.condition, c.key)
		if err := q.where(&w); err != nil {
			return 0, 0, err
		}
		n, err := tally(ctx, s.db.Readers(), `SELECT COUNT(*) FROM (SELECT 1 FROM cases`+w.text+w.limit(CountCap+1)+`) AS capped`, w.args...)
		if err != nil {
			return 0, 0, err
		}
		*c.into = int(n)
	}
	return received, finished, nil
}
