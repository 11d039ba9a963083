package store

import (
	"context"
	"fmt"
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// Bucket is the first key of the queue's order (semantics, "The queue").
type Bucket int64

// The buckets, in the order in which the queue shows them.
const (
	Owed     Bucket = 0 // a clock runs: by the nearest deadline, so what is overdue comes first
	DesksAct Bucket = 1 // no running target and the desk has to act: who has waited longest comes first
	Awaiting Bucket = 2 // the customer has to act: by the desk's last message, oldest first
	Finished Bucket = 3 // resolved or closed; not in the queue; latest first
)

// place says where a case stands in the queue.
func place(c *cases.Case) (Bucket, int64) {
	switch {
	case c.Done():
		return Finished, -micros(c.Updated)
	case c.Urgent() != nil:
		return Owed, micros(c.Urgent().Deadline)
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

// View is a selection of the queue.
type View string

// The views. All but Done leave out what is finished.
const (
	ViewAll          View = "all"
	ViewMine         View = "mine"         // of QueueQuery.Agent
	ViewUnassigned   View = "unassigned"   // nobody has it
	ViewUnidentified View = "unidentified" // nobody knows which customer it is
	ViewWaiting      View = "waiting"      // the customer has to act
	ViewDone         View = "done"
)

// QueueQuery selects one page of the queue.
type QueueQuery struct {
	View         View
	Agent        string // whose, for ViewMine
	Organization Scope  // whose cases may be shown; required
	Limit        int    // rows, 1 to 500; 50 when out of range
	After        Cursor // where the page before ended; zero for the first
}

// Cursor is the place in a list after which the next page begins. The zero
// Cursor is the beginning, and as "next" it says that there is no more.
type Cursor struct {
	Bucket Bucket   `json:"b,omitempty"`
	Key    int64    `json:"k,omitempty"`
	ID     cases.ID `json:"id,omitempty"`
}

// End reports whether the list ends here.
func (c Cursor) End() bool { return c.ID == "" }

// Queue returns a page of the queue in its order, and where the next begins.
func (s *Store) Queue(ctx context.Context, query QueueQuery) ([]CaseRow, Cursor, error) {
	var w where
	if err := query.where(&w); err != nil {
		return nil, Cursor{}, err
	}
	if !query.After.End() {
		w.after("bucket, sort_key, id", ">", int64(query.After.Bucket), query.After.Key, string(query.After.ID))
	}
	n := page(query.Limit)
	limit := w.limit(n + 1)
	rows, err := all(ctx, s.db.Readers(), scanCase,
		`SELECT `+caseColumns+` FROM cases`+w.text+` ORDER BY bucket, sort_key, id`+limit, w.args...)
	if err != nil || len(rows) <= n {
		return rows, Cursor{}, err
	}
	last := rows[n-1]
	return rows[:n], Cursor{Bucket: last.Bucket, Key: last.SortKey, ID: last.ID}, nil
}

func (q QueueQuery) where(w *where) error {
	if err := q.Organization.where(w, "organization"); err != nil {
		return err
	}
	switch q.View {
	case ViewAll, "":
	case ViewMine:
		if q.Agent == "" {
			return fault.New(fault.Invalid, "担当者を指定してください。", "Please say whose cases.").At("agent")
		}
		w.and("assignee_id = ", q.Agent)
	case ViewUnassigned:
		w.plain("assignee_id = ''")
	case ViewUnidentified:
		w.plain("organization = ''")
	case ViewWaiting:
		w.and("bucket = ", int64(Awaiting))
		return nil
	case ViewDone:
		w.and("bucket = ", int64(Finished))
		return nil
	default:
		return fault.New(fault.Invalid, "その一覧はありません。", fmt.Sprintf("There is no view %q.", q.View)).At("view")
	}
	w.and("bucket < ", int64(Finished))
	return nil
}

// CountCap is the largest number that [Store.QueueCounts] tells apart: a count
// above it is returned as CountCap+1 and shown as "1,000+".
const CountCap = 1000

// QueueCounts are the sizes of the views, each capped at CountCap+1.
type QueueCounts struct {
	All, Mine, Unassigned, Unidentified, Waiting int
	Overdue                                      int // what is owed by a deadline that has passed
}

// QueueCounts counts the views for an agent (empty: Mine is 0) within a scope.
func (s *Store) QueueCounts(ctx context.Context, scope Scope, agent string, now time.Time) (QueueCounts, error) {
	var n QueueCounts
	for _, v := range []struct {
		view View
		into *int
	}{
		{ViewAll, &n.All},
		{ViewMine, &n.Mine},
		{ViewUnassigned, &n.Unassigned},
		{ViewUnidentified, &n.Unidentified},
		{ViewWaiting, &n.Waiting},
	} {
		if v.view == ViewMine && agent == "" {
			continue
		}
		var w where
		if err := (QueueQuery{View: v.view, Agent: agent, Organization: scope}).where(&w); err != nil {
			return QueueCounts{}, err
		}
		if err := s.countCapped(ctx, &w, v.into); err != nil {
			return QueueCounts{}, err
		}
	}
	var w where
	if err := scope.where(&w, "organization"); err != nil {
		return QueueCounts{}, err
	}
	w.and("bucket = ", int64(Owed))
	w.and("sort_key < ", micros(now))
	return n, s.countCapped(ctx, &w, &n.Overdue)
}

func (s *Store) countCapped(ctx context.Context, w *where, into *int) error {
	n, err := tally(ctx, s.db.Readers(),
		`SELECT COUNT(*) FROM (SELECT 1 FROM cases`+w.text+w.limit(CountCap+1)+`) AS capped`, w.args...)
	*into = int(n)
	return err
}
