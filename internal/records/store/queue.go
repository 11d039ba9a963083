package store

import (
	"context"
	"time"

	"madoguchi/terms/cases"
)

// Bucket is the first key of the queue's order (semantics, "The queue").
type Bucket int64

// The buckets, in the order in which the queue shows them.
const (
	Owed     Bucket = 0 // a clock runs: by the nearest deadline, so what is overdue comes first
	DesksAct Bucket = 1 // no running target and the desk has to act: who has waited longest comes first
	Held     Bucket = 2 // on hold: by the day on which it comes back, then by since when
	Awaiting Bucket = 3 // the customer has to act: by the desk's last message, oldest first
	Finished Bucket = 4 // resolved or closed; not in the queue; latest first
)

// openEnd stands before the instant from which a case is held that does not
// come back by itself: after all that do.
const openEnd = int64(1) << 60

// place says where a case stands in the queue.
func place(c *cases.Case) (Bucket, int64) {
	switch {
	case c.Done():
		return Finished, -micros(c.Updated)
	case c.Urgent() != nil:
		return Owed, micros(c.Urgent().Deadline)
	case c.Status == cases.OnHold && !c.HoldUntil.IsZero():
		return Held, micros(c.HoldUntil)
	case c.Status == cases.OnHold:
		return Held, openEnd + micros(c.StatusAt)
	case c.Ball == cases.Customer:
		return Awaiting, micros(later(c.LastOutbound, c.Reception))
	default:
		return DesksAct, micros(later(c.LastInbound, c.Reception))
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// QueueQuery selects one page of the queue.
type QueueQuery struct {
	Filter
	Order        Order
	Priorities   []string  // the contract's priorities, the highest first; for [ByPriority]
	Now          time.Time // by which targets are at risk or breached; only for Filter.Target
	Organization Scope     // whose cases may be shown; required
	Limit        int       // rows, 1 to 500; 50 when out of range
	After        Cursor    // where the page before ended; zero for the first
}

// Cursor is the place in a list after which the next page begins. The zero
// Cursor is the beginning, and as "next" it says that there is no more.
type Cursor struct {
	Priority string   `json:"p,omitempty"` // for [ByPriority]
	Bucket   Bucket   `json:"b,omitempty"`
	Key      int64    `json:"k,omitempty"`
	ID       cases.ID `json:"id,omitempty"`
}

// End reports whether the list ends here.
func (c Cursor) End() bool { return c.ID == "" }

// Queue returns a page of the queue in its order, and where the next begins.
func (s *Store) Queue(ctx context.Context, query QueueQuery) ([]CaseRow, Cursor, error) {
	var err error
	if query.Filter, err = s.weigh(ctx, query.Filter); err != nil {
		return nil, Cursor{}, err
	}
	n := page(query.Limit)
	rows, err := s.queue(ctx, query, n+1)
	if err != nil || len(rows) <= n {
		return rows, Cursor{}, err
	}
	last := rows[n-1]
	next := Cursor{Bucket: last.Bucket, Key: last.SortKey, ID: last.ID}
	if o, ok := sortings[query.Order]; ok {
		next = Cursor{Key: o.key(last), ID: last.ID}
	} else if query.Order == ByPriority {
		next.Priority = last.Priority
	}
	return rows[:n], next, nil
}

func (s *Store) queue(ctx context.Context, q QueueQuery, limit int) ([]CaseRow, error) {
	switch o, sorted := sortings[q.Order]; {
	case q.Order == ByPriority:
		return s.byPriority(ctx, q, limit)
	case sorted:
		return s.listed(ctx, q, o.columns+", id", o.compare(), o.text(), []any{q.After.Key}, limit)
	case q.Order != ByDeadline:
		return nil, noOrder(q.Order)
	}
	return s.listed(ctx, q, "bucket, sort_key, id", ">", "bucket, sort_key, id", []any{int64(q.After.Bucket), q.After.Key}, limit)
}

// byPriority reads one priority after the other, each in the queue's order, so
// that an index serves each.
func (s *Store) byPriority(ctx context.Context, q QueueQuery, limit int) ([]CaseRow, error) {
	var rows []CaseRow
	begun := q.After.End()
	for _, p := range q.ranked() {
		one := q
		one.Priority, one.Order = []string{p}, ByDeadline
		if !begun {
			if p != q.After.Priority {
				continue
			}
			begun = true
		} else if len(rows) > 0 || q.After.Priority != p {
			one.After = Cursor{}
		}
		more, err := s.queue(ctx, one, limit-len(rows))
		if err != nil {
			return nil, err
		}
		if rows = append(rows, more...); len(rows) >= limit {
			break
		}
	}
	return rows, nil
}

func (s *Store) listed(ctx context.Context, q QueueQuery, key, compare, order string, after []any, limit int) ([]CaseRow, error) {
	var w where
	if err := q.where(&w); err != nil {
		return nil, err
	}
	if !q.After.End() {
		w.after(key, compare, append(after, string(q.After.ID))...)
	}
	end := w.limit(limit)
	return all(ctx, s.db.Readers(), scanCase, `SELECT `+caseColumns+` FROM cases`+w.text+` ORDER BY `+order+end, w.args...)
}

func (q QueueQuery) where(w *where) error {
	if err := q.Organization.where(w, "organization"); err != nil {
		return err
	}
	return q.Filter.where(w, q.Now)
}

// CountCap is the largest number that [Store.QueueCount] tells apart: a count
// above it is returned as CountCap+1 and shown as "1,000+".
const CountCap = 1000

// QueueCount counts what a query selects, capped at CountCap+1.
func (s *Store) QueueCount(ctx context.Context, q QueueQuery) (int, error) {
	var err error
	if q.Filter, err = s.weigh(ctx, q.Filter); err != nil {
		return 0, err
	}
	var w where
	if err := q.where(&w); err != nil {
		return 0, err
	}
	return s.countCapped(ctx, &w)
}

func (s *Store) countCapped(ctx context.Context, w *where) (int, error) {
	n, err := tally(ctx, s.db.Readers(),
		`SELECT COUNT(*) FROM (SELECT 1 FROM cases`+w.text+w.limit(CountCap+1)+`) AS capped`, w.args...)
	return int(n), err
}
