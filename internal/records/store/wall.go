package store

import (
	"context"
	"slices"
	"strconv"
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
	}, `SELECT m.case_id, m.metric, m.deadline, m.reason FROM misses m JOIN cases ON cases.id = m.case_id`+w.text+` ORDER BY m.deadline DESC, m.case_id, m.metric`+limitTo(limit), w.args...)
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
	w.plain(everyCase)
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
	}, `SELECT sort_key, shown_priority FROM cases`+w.text+` ORDER BY bucket, sort_key, id`+limitTo(DueMost), w.args...)
}

// Load is how many unfinished cases a person has.
type Load struct {
	Agent string
	Open  Tally // the desk has to act
	Waits Tally // the customer, or somebody else, has to
}

// None reports whether a person has no case.
func (l Load) None() bool { return l.Open.None() && l.Waits.None() }

// loadMost is how many cases of a person are looked at when only those of a
// team or of some customers count.
const loadMost = 2000

// Loads counts the unfinished cases of some people.
func (s *Store) Loads(ctx context.Context, q WallQuery, agents []string) (map[string]Load, error) {
	out := map[string]Load{}
	var outer where
	if err := q.where(&outer); err != nil {
		return nil, err
	}
	count := func(buckets string) string {
		return `(SELECT COUNT(*) FROM (SELECT 1 FROM (SELECT organization, team FROM cases WHERE assignee_id = agents.id AND ` + buckets +
			` ORDER BY bucket, sort_key, id LIMIT ` + strconv.Itoa(loadMost) + `) AS theirs` + outer.text + ` LIMIT ` + strconv.Itoa(CountCap+1) + `) AS capped)`
	}
	text := `SELECT id, ` + count("bucket < "+bucket(Awaiting)) + `, ` + count("bucket = "+bucket(Awaiting)) + ` FROM agents WHERE id IN (`
	for some := range slices.Chunk(agents, 500) {
		w := where{args: slices.Clone(outer.args)}
		loads, err := all(ctx, s.db.Readers(), func(row scanner) (Load, error) {
			var l Load
			var open, waits int64
			err := row.Scan(&l.Agent, &open, &waits)
			l.Open, l.Waits = capped(open), capped(waits)
			return l, err
		}, text+w.list(some)+`)`, w.args...)
		if err != nil {
			return nil, err
		}
		for _, l := range loads {
			if !l.None() {
				out[l.Agent] = l
			}
		}
	}
	return out, nil
}

// countCapped counts rows up to CountCap.
func (s *Store) countCapped(ctx context.Context, from string, w *where) (Tally, error) {
	n, err := tally(ctx, s.db.Readers(), `SELECT COUNT(*) FROM (SELECT 1 FROM `+from+w.text+limitTo(CountCap+1)+`) AS capped`, w.args...)
	return capped(n), err
}

func capped(n int64) Tally { return Tally{N: int(min(n, CountCap)), More: n > CountCap} }

// Today counts what happened since an instant: cases received, and cases that
// are finished and were changed last since then.
func (s *Store) Today(ctx context.Context, q WallQuery, since time.Time) (received, finished Tally, err error) {
	for _, c := range []struct {
		condition string
		key       int64
		into      *Tally
	}{{"reception >= ", micros(since), &received}, {everyCase + " AND bucket = " + bucket(Finished) + " AND sort_key <= ", -micros(since), &finished}} {
		var w where
		w.and(c.condition, c.key)
		if err := q.where(&w); err != nil {
			return received, finished, err
		}
		if *c.into, err = s.countCapped(ctx, "cases", &w); err != nil {
			return received, finished, err
		}
	}
	return received, finished, nil
}
