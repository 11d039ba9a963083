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

// Queue returns a page of the queue in its order, and where the next begins. A
// page may hold fewer cases than asked for, even none, and not be the last:
// then so many cases were looked at as one page may cost, and the next one
// goes on behind them.
func (s *Store) Queue(ctx context.Context, query QueueQuery) ([]CaseRow, Cursor, error) {
	n := page(query.Limit)
	rows, next, err := s.queue(ctx, query, n+1)
	if err != nil || len(rows) <= n {
		return rows, next, err
	}
	last := rows[n-1]
	next = Cursor{Bucket: last.Bucket, Key: last.SortKey, ID: last.ID}
	if o, ok := sortings[query.Order]; ok {
		next = Cursor{Key: o.key(last), ID: last.ID}
	} else if query.Order == ByPriority {
		next.Priority = last.Priority
	}
	return rows[:n], next, nil
}

// queue reads up to limit cases; with fewer, the cursor says where to go on.
func (s *Store) queue(ctx context.Context, q QueueQuery, limit int) ([]CaseRow, Cursor, error) {
	o, numbered := sortings[q.Order]
	switch {
	case q.Order == ByPriority:
		return s.byPriority(ctx, q, limit)
	case !numbered && q.Order != ByDeadline:
		return nil, Cursor{}, noOrder(q.Order)
	case !numbered:
		o.sorted = byDeadline
	}
	var after []any
	switch {
	case q.After.End():
	case numbered:
		after = []any{q.After.Key, string(q.After.ID)}
	default:
		after = []any{int64(q.After.Bucket), q.After.Key, string(q.After.ID)}
	}
	rows, to, err := s.walkPage(ctx, q, o.sorted, after, limit)
	if err != nil || to.ended || len(rows) >= limit {
		return rows, Cursor{}, err
	}
	return rows, to.cursor(), nil
}

// byPriority reads one priority after the other, each in the queue's order, so
// that an index serves each.
func (s *Store) byPriority(ctx context.Context, q QueueQuery, limit int) ([]CaseRow, Cursor, error) {
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
		more, next, err := s.queue(ctx, one, limit-len(rows))
		if err != nil {
			return nil, Cursor{}, err
		}
		rows = append(rows, more...)
		if !next.End() {
			next.Priority = p
			return rows, next, nil
		}
		if len(rows) >= limit {
			break
		}
	}
	return rows, Cursor{}, nil
}

// terms are the conditions of a query, of the scope too.
func (q QueueQuery) terms() ([]term, error) {
	terms, err := q.Filter.terms(q.Now)
	if err != nil {
		return nil, err
	}
	if _, _, err := q.Organization.Organizations(); err != nil {
		return nil, err
	}
	if !q.Organization.Everyone() {
		terms = append(terms, term{"scope", func(w *where) { _ = q.Organization.where(w, "organization") }}) // it fails for the zero Scope alone
	}
	return terms, nil
}

// CountCap is the largest number that is counted to: what is more is shown as
// "1,000+".
const CountCap = 1000

// Tally is how many there are: N, or with More more than N, or perhaps more
// where that would cost too much to know.
type Tally struct {
	N    int // at most CountCap
	More bool
}

// None reports whether there is nothing.
func (t Tally) None() bool { return t.N == 0 && !t.More }

// QueueCount counts what a query selects.
func (s *Store) QueueCount(ctx context.Context, q QueueQuery) (Tally, error) {
	return s.countWalk(ctx, q)
}
